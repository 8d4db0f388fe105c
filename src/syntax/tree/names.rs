//! The names that grammars give to nodes and their parts.

use std::collections::HashMap;
use std::sync::OnceLock;

use super::Language;

/// The grammar's names by number: asking the grammar for them is most of the cost of a walk.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) kinds: Vec<&'static str>,
    pub(super) fields: HashMap<&'static str, u16>,
}

impl Names {
    pub(super) fn of(language: Language) -> &'static Self {
        static NAMES: [OnceLock<Names>; 5] = [const { OnceLock::new() }; 5];
        static ANY: OnceLock<Names> = OnceLock::new();
        NAMES.get(language as usize).unwrap_or(&ANY).get_or_init(|| {
            let grammar = language.grammar();
            let kinds = 0..u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
            let fields = 1..=u16::try_from(grammar.field_count()).unwrap_or(u16::MAX);
            Self {
                kinds: kinds.map(|id| grammar.node_kind_for_id(id).unwrap_or("")).collect(),
                fields: fields.filter_map(|id| Some((grammar.field_name_for_id(id)?, id))).collect(),
            }
        })
    }
}
