//! Lists of the values that a schema is handed.

use std::collections::BTreeSet;

use super::super::module::{key_span, key_text};
use crate::fact::RelayList;
use crate::syntax::tree::Node;
use crate::text::Spanned;

/// A list of values that is complete as it is written.
pub(super) struct List {
    relay: RelayList,
    names: BTreeSet<String>,
}

impl List {
    /// `None` for anything but an object whose names are all written down, one at least.
    pub(super) fn of(key: Node<'_>, object: Node<'_>) -> Option<Self> {
        if object.kind() != "object" {
            return None;
        }
        let names = object.named().map(|part| match part.kind() {
            "pair" => key_text(part.field("key")?),
            "shorthand_property_identifier" => Some(part.text().to_owned()),
            _ => None,
        });
        let names = names.collect::<Option<BTreeSet<String>>>()?;
        let first = object.named().next()?.spelled();
        let name = Spanned::new(key_text(key)?, key_span(key));
        Some(Self { relay: RelayList { name, first }, names })
    }

    /// The list, if it lacks a name.
    pub(super) fn without(&self, name: &str) -> Option<RelayList> {
        (!self.names.contains(name)).then(|| self.relay.clone())
    }
}
