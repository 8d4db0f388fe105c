//! What a team may set about a rule.

use std::collections::BTreeMap;

/// An option that a rule has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OptionSpec {
    /// Its name in the settings.
    pub name: &'static str,
    /// What it holds.
    pub kind: OptionKind,
    /// What it is for, in one sentence.
    pub about: &'static str,
}

/// What an option holds, and what holds where a team sets nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OptionKind {
    /// Names, in which `*` stands for any text; none by default.
    Patterns,
    /// Texts; none by default.
    Texts,
    /// Some of these words; all of them by default.
    Words(&'static [&'static str]),
    /// Yes or no, with the default.
    Flag(bool),
}

/// The option that every rule has.
pub const ALLOW: OptionSpec = OptionSpec {
    name: "allow",
    kind: OptionKind::Patterns,
    about: "Keys (or other names) of which the rule says nothing.",
};

/// The value of an option.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OptionValue {
    /// Of [`OptionKind::Patterns`], [`OptionKind::Texts`] and [`OptionKind::Words`].
    Texts(Vec<String>),
    /// Of [`OptionKind::Flag`].
    Flag(bool),
}

/// What a team set about one rule.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Options {
    set: BTreeMap<&'static str, OptionValue>,
}

impl Options {
    /// Where a team sets nothing.
    pub const NONE: &'static Self = &Self { set: BTreeMap::new() };

    /// Sets one option.
    pub fn set(&mut self, option: &OptionSpec, value: OptionValue) {
        self.set.insert(option.name, value);
    }

    /// The texts that a team gave for `option`.
    #[must_use]
    pub fn texts(&self, option: &OptionSpec) -> &[String] {
        match self.set.get(option.name) {
            Some(OptionValue::Texts(texts)) => texts,
            _ => &[],
        }
    }

    /// Whether one of the patterns of `option` matches the whole of `name`.
    #[must_use]
    pub fn matches(&self, option: &OptionSpec, name: &str) -> bool {
        self.texts(option).iter().any(|pattern| matches_pattern(pattern, name))
    }

    /// Whether `word` is one of those chosen for an option of [`OptionKind::Words`].
    #[must_use]
    pub fn chooses(&self, option: &OptionSpec, word: &str) -> bool {
        match self.set.get(option.name) {
            Some(OptionValue::Texts(words)) => words.iter().any(|chosen| chosen == word),
            _ => true,
        }
    }

    /// Whether an option of [`OptionKind::Flag`] is on.
    #[must_use]
    pub fn is_on(&self, option: &OptionSpec) -> bool {
        match (self.set.get(option.name), option.kind) {
            (Some(OptionValue::Flag(value)), _) => *value,
            (_, OptionKind::Flag(default)) => default,
            _ => false,
        }
    }

    /// Whether the rule is to say nothing of `name`; see [`ALLOW`].
    #[must_use]
    pub fn allows(&self, name: &str) -> bool {
        self.matches(&ALLOW, name)
    }
}

/// Whether `pattern`, in which `*` stands for any text, matches the whole of `name`. Linear in both for
/// each `*`.
fn matches_pattern(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{ALLOW, OptionKind, OptionSpec, OptionValue, Options, matches_pattern};

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, expected) in [
            ("KEY", "KEY", true),
            ("KEY", "KEYS", false),
            ("*", "", true),
            ("LEGACY_*", "LEGACY_", true),
            ("LEGACY_*", "LEGACY_URL", true),
            ("LEGACY_*", "MY_LEGACY_URL", false),
            ("*_URL", "A_URL", true),
            ("*_URL", "A_URLS", false),
            ("A*B*C", "AxBxBxC", true),
            ("A*B*C", "AxC", false),
            ("AB*BA", "ABA", false),
            ("", "", true),
            ("", "A", false),
            ("é*", "éa", true),
        ] {
            assert_eq!(matches_pattern(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn what_is_not_set_has_its_default() {
        let flag = OptionSpec { name: "flag", kind: OptionKind::Flag(true), about: "" };
        let words = OptionSpec { name: "words", kind: OptionKind::Words(&["a", "b"]), about: "" };
        let mut options = Options::default();
        assert!(options.is_on(&flag) && options.chooses(&words, "a") && !options.allows("KEY"));
        options.set(&flag, OptionValue::Flag(false));
        options.set(&words, OptionValue::Texts(vec!["b".to_owned()]));
        options.set(&ALLOW, OptionValue::Texts(vec!["K*".to_owned()]));
        assert!(!options.is_on(&flag) && !options.chooses(&words, "a") && options.allows("KEY"));
    }
}
