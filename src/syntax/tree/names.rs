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
    /// The field that tokens must be to be nodes; all are, where there is none.
    tokens: Option<u8>,
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
            let names = Self::new(kinds, fields.map(|id| grammar.field_name_for_id(id).unwrap_or("")));
            // Of the tokens of Go, nobody looks at others than operators.
            let tokens = names.field_number("operator").filter(|_| language == Language::Go);
            Self { tokens, ..names }
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
        Self { kinds, flags, fields, numbers, tokens: None }
    }

    /// The name of a kind; tree-sitter gives what did not parse a number outside of the grammar.
    pub(super) fn kind(&self, number: u16) -> &'static str {
        self.kinds.get(usize::from(number)).copied().unwrap_or("ERROR")
    }

    /// What a node is flagged with by its kind.
    pub(super) fn flags(&self, kind: u16) -> u8 {
        self.flags.get(usize::from(kind)).copied().unwrap_or(NAMED)
    }

    /// Whether tokens are nodes that are this field of what they stand in.
    pub(super) fn keeps_tokens(&self, field: u8) -> bool {
        self.tokens.is_none_or(|kept| kept == field)
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
