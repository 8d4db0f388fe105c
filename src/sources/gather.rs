//! What the readers of program source share: they gather reads, keep what tests do apart, and yield the
//! other names of the file as mentions.

use std::collections::BTreeSet;

use super::mentions;
use crate::fact::{
    Extraction, Fact, Gap, Hidden, Mention, Phase, Place, Read, Role, SettingsClass, Structure, Value,
};
use crate::key::KeyName;
use crate::text::{FileId, SourceFile, Span, Spanned};

/// Gathers the facts and gaps of one file of code.
#[derive(Debug)]
pub(super) struct Gather<'t> {
    text: &'t str,
    file: FileId,
    phase: Phase,
    facts: Vec<Fact>,
    gaps: Vec<Gap>,
    settings: Vec<SettingsClass>,
    mentions: Vec<Mention>,
}

impl<'t> Gather<'t> {
    /// Gathers for `file`, whose code runs in `phase`.
    pub(super) fn new(file: &'t SourceFile, phase: Phase) -> Self {
        Self {
            text: &file.text,
            file: file.id,
            phase,
            facts: Vec::new(),
            gaps: Vec::new(),
            settings: Vec::new(),
            mentions: Vec::new(),
        }
    }

    /// A read of the key whose name is given. A name that no environment can hold is passed over.
    pub(super) fn read(&mut self, name: &Spanned<String>, read: Read) {
        self.fact(name, Role::Reads(Box::new(read)));
    }

    /// A statement that names a key without reading it.
    pub(super) fn observed(&mut self, name: &Spanned<String>) {
        self.fact(name, Role::Observed);
    }

    /// A variable that the code sets for its own process, in any case or perhaps.
    pub(super) fn set(&mut self, name: &Spanned<String>, value: Value, is_sure: bool) {
        self.fact(name, Role::set_by_code(value, is_sure));
    }

    fn fact(&mut self, name: &Spanned<String>, role: Role) {
        let key = KeyName::new(&name.value);
        if key.is_identifier() && name.value != "_" {
            let (file, phase) = (self.file, self.phase);
            self.facts.push(Fact { key, file, span: name.span, place: Place::Process, phase, role });
        }
    }

    /// The code sets variables whose names are computed but for their beginning, or brought along by a value.
    pub(super) fn sets_unseen(&mut self, prefix: &str, span: Span) {
        let hides = Hidden::OwnWithPrefix(prefix.to_owned());
        self.gap(span, hides, "the code sets variables whose names are computed");
    }

    /// Something that cannot be seen through. What only tests compute reaches no environment that is
    /// deployed, so gaps of tests hide nothing.
    pub(super) fn gap(&mut self, span: Span, hides: Hidden, reason: &'static str) {
        if self.phase != Phase::Test {
            self.gaps.push(Gap { span, hides, reason });
        }
    }

    /// A read whose name is computed but for its beginning.
    pub(super) fn computed(&mut self, prefix: &str, span: Span) {
        let hides = if prefix.len() > 1 { Hidden::ReadsWithPrefix(prefix.to_owned()) } else { Hidden::Reads };
        self.gap(span, hides, "the name of the variable is computed");
    }

    /// A class or struct that declares all the keys it reads.
    pub(super) fn settings(&mut self, name: Spanned<String>, prefix: &str) {
        let prefix = prefix.to_owned();
        self.settings.push(SettingsClass { name, prefix, ..SettingsClass::default() });
    }

    /// A name that may be read elsewhere.
    pub(super) fn mention(&mut self, name: &Spanned<String>) {
        self.mentions.push(Mention { key: KeyName::new(&name.value), span: name.span });
    }

    /// Everything in the order of the text, with the other names of the file that look like keys.
    pub(super) fn finish(mut self) -> Extraction {
        self.facts.sort_by_key(|fact| fact.span);
        self.facts.dedup();
        self.gaps.sort_by(|a, b| (a.span, &a.hides).cmp(&(b.span, &b.hides)));
        self.gaps.dedup();
        let mut known: BTreeSet<KeyName> = self.facts.iter().map(|fact| fact.key.clone()).collect();
        self.mentions.extend(mentions::all(self.text));
        self.mentions.sort_by_key(|mention| mention.span);
        self.mentions.retain(|mention| known.insert(mention.key.clone()));
        let structure =
            if self.settings.is_empty() { Structure::None } else { Structure::Settings(self.settings) };
        Extraction {
            facts: self.facts,
            problems: Vec::new(),
            gaps: self.gaps,
            structure,
            mentions: self.mentions,
            hidden: Vec::new(),
            tokens: Vec::new(),
        }
    }
}

/// Whether a word is written as keys are: capitals, digits and underscores, beginning with a letter.
pub(super) fn is_upper_snake(word: &str) -> bool {
    word.len() > 2
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// The words of a name in any style, in small letters: `getEnvOrDefault` is `get env or default`.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_small = false;
    let mut starts = true;
    for char in name.chars() {
        if !char.is_ascii_alphanumeric() {
            starts = true;
            continue;
        }
        starts |= char.is_ascii_uppercase() && was_small;
        was_small = !char.is_ascii_uppercase();
        match words.last_mut() {
            Some(word) if !starts => word.push(char.to_ascii_lowercase()),
            _ => words.push(char.to_ascii_lowercase().to_string()),
        }
        starts = false;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{is_upper_snake, words_of};

    #[test]
    fn words_of_names() {
        assert_eq!(words_of("getEnvOrDefault"), ["get", "env", "or", "default"]);
        assert_eq!(words_of("must_get_env"), ["must", "get", "env"]);
        assert_eq!(words_of("GetENVInt"), ["get", "envint"]);
        assert_eq!(words_of("fetch_env!"), ["fetch", "env"]);
        assert!(words_of("é-").is_empty());
    }

    #[test]
    fn key_like_words() {
        assert!(is_upper_snake("DB_URL") && is_upper_snake("PORT"));
        assert!(
            !is_upper_snake("Db")
                && !is_upper_snake("ID")
                && !is_upper_snake("1ST")
                && !is_upper_snake("A-B")
        );
    }
}
