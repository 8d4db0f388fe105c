//! The names that grammars give to nodes and their parts.

use std::sync::OnceLock;

use foldhash::HashMap;

use super::Language;

/// The grammar's names by number: asking the grammar for them is most of the cost of a walk.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) kinds: Vec<&'static str>,
    pub(super) fields: HashMap<&'static str, u16>,
    /// The names of fields, by number; fields have none with the number 0.
    field_names: Vec<&'static str>,
}

impl Names {
    pub(super) fn of(language: Language) -> &'static Self {
        static NAMES: [OnceLock<Names>; 5] = [const { OnceLock::new() }; 5];
        static ANY: OnceLock<Names> = OnceLock::new();
        NAMES.get(language as usize).unwrap_or(&ANY).get_or_init(|| {
            let grammar = language.grammar();
            let kinds = 0..u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
            let fields = 1..=u16::try_from(grammar.field_count()).unwrap_or(u16::MAX);
            let name = |id: u16| grammar.field_name_for_id(id).unwrap_or("");
            Self {
                kinds: kinds.map(|id| grammar.node_kind_for_id(id).unwrap_or("")).collect(),
                fields: fields.clone().map(|id| (name(id), id)).collect(),
                field_names: std::iter::once("").chain(fields.map(name)).collect(),
            }
        })
    }

    /// The name of what a cursor stands on in its parent.
    pub(super) fn field_at(&self, cursor: &tree_sitter::TreeCursor<'_>) -> Option<&'static str> {
        self.field_names.get(usize::from(cursor.field_id()?.get())).copied()
    }
}
