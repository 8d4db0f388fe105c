//! All that a shell text says, as facts.

use std::collections::BTreeMap;
use std::ops::Range;

use super::calls::Calls;
use super::swallowed::swallowed;
use super::{guards, name, reads, text};
use crate::fact::{
    CommandFile, Fact, Fallback, Gap, Hidden, Origin, Phase, Place, Problem, Provide, Provision, Reference,
    Role, Value,
};
use crate::key::{KeyName, is_secret_name};
use crate::secret::Secret;
use crate::syntax::shell::{self, Item, Script, ShellOperator, ShellUse, Word};
use crate::text::{FileId, Span, Spanned};

/// A shell text and where it stands.
pub(in crate::sources) struct Source<'t> {
    /// The text, with something harmless in the place of what another program fills in.
    pub(in crate::sources) text: &'t str,
    /// The text as it is written, of the same length.
    pub(in crate::sources) written: &'t str,
    /// The file it stands in.
    pub(in crate::sources) file: FileId,
    /// From bytes of the text to bytes of the file.
    pub(in crate::sources) place: &'t dyn Fn(&Range<usize>) -> Span,
    /// The environment that it runs in.
    pub(in crate::sources) own: Place,
    /// What another program fills in before the shell reads it, in order.
    pub(in crate::sources) computed: &'t [Range<usize>],
}

/// What a shell text says.
#[derive(Default)]
pub(in crate::sources) struct Said {
    /// Statements about keys, in the order of the text.
    pub(in crate::sources) facts: Vec<Fact>,
    /// What cannot be seen.
    pub(in crate::sources) gaps: Vec<Gap>,
    /// What it does with other files.
    pub(in crate::sources) script: CommandFile,
    /// Parts that may be secret.
    pub(in crate::sources) hidden: Vec<Span>,
    /// What is wrong with it.
    pub(in crate::sources) problems: Vec<Problem>,
}

/// The grammar of a shell text.
pub(in crate::sources) struct Grammar {
    /// Its commands, and those of its command substitutions.
    pub(in crate::sources) commands: Vec<Vec<Item>>,
    /// Its expansions and assignments.
    pub(in crate::sources) script: Script,
}

impl Grammar {
    pub(in crate::sources) fn of(text: &str) -> Self {
        Self { commands: shell::commands(text), script: shell::scan(text) }
    }
}

/// What is being read, and what was found so far.
pub(super) struct Reading<'t> {
    pub(super) source: &'t Source<'t>,
    pub(super) uses: &'t [ShellUse],
    pub(super) assignments: &'t BTreeMap<String, Vec<Range<usize>>>,
    pub(super) said: Said,
}

/// Reads a shell text. Never fails.
pub(in crate::sources) fn read(source: &Source<'_>) -> Said {
    read_parsed(source, &Grammar::of(source.text))
}

/// Reads a shell text whose grammar is known. Never fails.
pub(in crate::sources) fn read_parsed(source: &Source<'_>, grammar: &Grammar) -> Said {
    let (items, uses) = (&grammar.commands, grammar.script.uses.as_slice());
    let layout = reads::Layout::of(source.text, items);
    let guards = guards::find(items);
    let taken = reads::taken(source, uses, &layout, &guards);
    let bare = text::bare(source.text, &grammar.script, items);
    let assignments = &grammar.script.assignments;
    let mut reading = Reading { source, uses, assignments, said: Said::default() };
    for taken in taken {
        let key = source.text.get(taken.name.clone()).unwrap_or("");
        reading.fact(key, &taken.name, source.own.clone(), Phase::Run, Role::read(taken.need));
    }
    for (number, list) in items.iter().enumerate() {
        // The first list is the text itself, the others its command substitutions.
        Calls::new(&mut reading, &layout, number > 0).read(list);
    }
    let bare: Vec<_> = bare.iter().map(|word| reading.spelled(word)).collect();
    reading.said.script.bare_variables.extend(bare);
    let mut said = reading.said;
    let follows_break = |before: &Word, word: &Word| {
        source.text.get(before.range.end..word.range.start).is_some_and(|between| between.contains('\n'))
    };
    if source.text.contains("\\\n") {
        let place = |word: &Word| (source.place)(&word.range);
        said.problems.extend(swallowed(items, follows_break, place));
    }
    said.facts.sort_by_key(|fact| fact.span);
    said.facts.dedup();
    said
}

impl Reading<'_> {
    pub(super) fn fact(&mut self, key: &str, name: &Range<usize>, place: Place, phase: Phase, role: Role) {
        let span = (self.source.place)(name);
        self.said.facts.push(Fact {
            key: KeyName::new(key),
            file: self.source.file,
            span,
            place,
            phase,
            role,
        });
    }

    /// `key` gets a value.
    pub(super) fn provides(&mut self, key: &str, name: &Range<usize>, place: Place, value: Value) {
        let phase = if matches!(place, Place::BuildArgs(_)) { Phase::Build } else { Phase::Run };
        let is_mixed = matches!(place, Place::Written(_)) || is_secret_name(key);
        if is_mixed && value.origin == Origin::Unknown && !value.span.is_empty() {
            self.said.hidden.push(value.span);
        }
        let role = Role::Provides(Provide { value, provision: Provision::Always });
        self.fact(key, name, place, phase, role);
    }

    pub(super) fn gap(&mut self, word: &Word, reason: &'static str) {
        let span = (self.source.place)(&word.range);
        self.said.gaps.push(Gap { span, hides: Hidden::Provisions, reason });
    }

    /// A word's text with its place.
    pub(super) fn spelled(&self, word: &Word) -> Spanned<String> {
        Spanned::new(word.text.clone(), (self.source.place)(&word.range))
    }

    /// Whether another program fills in a part of a range.
    pub(super) fn is_computed(&self, range: &Range<usize>) -> bool {
        {
            let from = self.source.computed.partition_point(|part| part.end <= range.start);
            self.source.computed.get(from).is_some_and(|part| part.start < range.end)
        }
    }

    /// A text with the values of variables that the script gives one plain value.
    pub(super) fn with_values(&self, text: &str) -> String {
        let mut found = text.to_owned();
        for used in shell::scan(text).uses.iter().rev() {
            let Some(name) = text.get(used.name.clone()) else { continue };
            let value = match self.assignments.get(name).map(Vec::as_slice) {
                Some([only]) if used.operator == ShellOperator::Take => self.source.written.get(only.clone()),
                _ => None,
            };
            let value = value.map(|value| value.trim_matches(['"', '\'']));
            let is_braced = text.get(..used.name.start).is_some_and(|before| before.ends_with('{'));
            let whole = match is_braced {
                true => used.name.start.saturating_sub(2)..used.name.end + 1,
                false => used.name.start.saturating_sub(1)..used.name.end,
            };
            if let Some(value) = value.filter(|value| !value.is_empty() && value.len() <= 256)
                && found.is_char_boundary(whole.start)
                && found.is_char_boundary(whole.end)
            {
                found.replace_range(whole, value);
            }
        }
        found
    }

    /// The value that the text of a word from `from` on is.
    pub(super) fn value(&self, word: &Word, from: usize) -> Value {
        let text = word.text.get(from..).unwrap_or("");
        let range = word.place(&(from..word.text.len()));
        self.value_of(text, &range, word.is_plain, &word.range)
    }

    /// The value that a text is, which stands at `range`; `around` is its place where it is empty.
    pub(super) fn value_of(
        &self,
        text: &str,
        range: &Range<usize>,
        is_plain: bool,
        around: &Range<usize>,
    ) -> Value {
        let span = (self.source.place)(if text.is_empty() { around } else { range });
        if text.is_empty() {
            return Value::literal("", span);
        }
        if self.is_computed(range)
            || (!is_plain && text.contains(['`', '\\']))
            || (!is_plain && text.contains("$("))
        {
            return Value::of(Origin::Unknown, span);
        }
        if is_plain || !text.contains('$') {
            return Value::literal(text, span);
        }
        let from = self.uses.partition_point(|used| used.name.start < range.start);
        let uses = self.uses.iter().skip(from).take_while(|used| used.name.end <= range.end);
        let mut value =
            Value { text: Secret::new(text), span, origin: Origin::Literal, references: Vec::new() };
        for used in uses {
            let key = self.source.text.get(used.name.clone()).unwrap_or("");
            if !name::is_key(key) {
                return Value::of(Origin::Unknown, span);
            }
            value.references.push(self.reference(key, used));
        }
        // Only parameters such as `$1`.
        if value.references.is_empty() { Value::of(Origin::Unknown, span) } else { value }
    }

    fn reference(&self, key: &str, used: &ShellUse) -> Reference {
        let fallback = match &used.operator {
            ShellOperator::Take => Fallback::Empty,
            ShellOperator::Alternative => Fallback::Alternative,
            ShellOperator::Refuse { or_empty } => Fallback::Refuse { or_empty: *or_empty },
            ShellOperator::Default { text, or_empty } => Fallback::Default {
                text: Secret::new(self.source.text.get(text.clone()).unwrap_or("")),
                span: (self.source.place)(text),
                or_empty: *or_empty,
            },
        };
        Reference { key: KeyName::new(key), span: (self.source.place)(&used.name), fallback }
    }
}
