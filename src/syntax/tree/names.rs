//! The names that grammars give to nodes and their parts.

use std::sync::OnceLock;

use foldhash::HashMap;

use super::{Language, NAMED};

/// A grammar's names by number: asking the grammar for them is most of the cost of a walk.
#[derive(Debug)]
pub(super) struct Names {
    kinds: Vec<&'static str>,
    /// The flags of each kind.
    flags: Vec<u8>,
    /// The names of fields, by number; what has none has the number 0.
    fields: Vec<&'static str>,
    numbers: HashMap<&'static str, u8>,
    /// The kinds of tokens that are no nodes of a tree, by number; none where it is empty.
    left_out: Vec<bool>,
    /// The number of the part whose tokens are nodes in any case.
    kept_part: u8,
}

/// The part whose tokens are nodes in every language.
const KEPT_PART: &str = "operator";

/// The other tokens of a language that are asked for; `None` where all are nodes. Half of what a grammar finds is marks
/// and words that say what the nodes around them say.
fn kept_tokens(language: Language) -> Option<&'static [&'static str]> {
    match language {
        Language::Go => Some(&[]),
        Language::TypeScript | Language::Tsx => Some(&["?"]),
        Language::Rust | Language::Python => None,
    }
}

impl Names {
    /// Those of a language that is read by its grammar.
    pub(super) fn of(language: Language) -> Option<&'static Self> {
        static NAMES: [OnceLock<Names>; 5] = [const { OnceLock::new() }; 5];
        let grammar = language.grammar()?;
        Some(NAMES.get(language as usize)?.get_or_init(|| {
            let kinds = 0..u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
            let fields = 1..=u16::try_from(grammar.field_count()).unwrap_or(u16::MAX);
            let kinds =
                kinds.map(|id| (grammar.node_kind_for_id(id).unwrap_or(""), grammar.node_kind_is_named(id)));
            let mut names = Self::new(kinds, fields.map(|id| grammar.field_name_for_id(id).unwrap_or("")));
            if let Some(kept) = kept_tokens(language) {
                let kinds = names.kinds.iter().zip(&names.flags);
                names.left_out =
                    kinds.map(|(name, flags)| flags & NAMED == 0 && !kept.contains(name)).collect();
                names.kept_part = names.field_number(KEPT_PART).unwrap_or(0);
            }
            names
        }))
    }

    /// Of kinds in the order of their numbers, each with whether it is named, and of fields, from number 1 on.
    pub(super) fn new(
        kinds: impl Iterator<Item = (&'static str, bool)>,
        fields: impl Iterator<Item = &'static str>,
    ) -> Self {
        let (kinds, flags) = kinds.map(|(name, is_named)| (name, u8::from(is_named) * NAMED)).unzip();
        let fields: Vec<&'static str> = std::iter::once("").chain(fields).collect();
        let numbers = (0..=u8::MAX).zip(&fields).skip(1).map(|(number, &name)| (name, number)).collect();
        Self { kinds, flags, fields, numbers, left_out: Vec::new(), kept_part: 0 }
    }

    /// The name of a kind; tree-sitter gives what did not parse a number outside of the grammar.
    pub(super) fn kind(&self, number: u16) -> &'static str {
        self.kinds.get(usize::from(number)).copied().unwrap_or("ERROR")
    }

    /// What a node is flagged with by its kind.
    pub(super) fn flags(&self, kind: u16) -> u8 {
        self.flags.get(usize::from(kind)).copied().unwrap_or(NAMED)
    }

    /// Whether a node of a kind, which is a part by a field, stands in the tree.
    pub(super) fn keeps(&self, kind: u16, field: u8) -> bool {
        let is_left_out = self.left_out.get(usize::from(kind)).copied().unwrap_or(false);
        !is_left_out || field > 0 && field == self.kept_part
    }

    /// The name of a field, but of none.
    pub(super) fn field(&self, number: u8) -> Option<&'static str> {
        self.fields.get(usize::from(number)).copied().filter(|_| number > 0)
    }

    /// The number of a field.
    pub(super) fn field_number(&self, name: &str) -> Option<u8> {
        self.numbers.get(name).copied()
    }
}
