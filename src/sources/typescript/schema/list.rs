//! Lists of the values that a schema is handed.

use std::collections::BTreeMap;

use super::super::module::{key_span, key_text};
use crate::fact::RelayList;
use crate::key::KeyName;
use crate::syntax::tree::Node;
use crate::text::Spanned;

/// A list of values that is complete as it is written.
pub(super) struct List {
    relay: RelayList,
    /// The variable that each name is taken from, where it is taken from one and nothing else is done.
    names: BTreeMap<String, Option<Spanned<String>>>,
}

impl List {
    /// `None` for anything but an object whose names are all written down, one at least.
    pub(super) fn of(key: Node<'_>, object: Node<'_>) -> Option<Self> {
        if object.kind() != "object" {
            return None;
        }
        let names = object.named().map(|part| match part.kind() {
            "pair" => Some((key_text(part.field("key")?)?, part.field("value").and_then(variable))),
            "shorthand_property_identifier" => Some((part.text().to_owned(), None)),
            _ => None,
        });
        let names = names.collect::<Option<BTreeMap<String, _>>>()?;
        let first = object.named().next()?.spelled();
        let name = Spanned::new(key_text(key)?, key_span(key));
        Some(Self { relay: RelayList { name, first }, names })
    }

    /// The list, if it lacks a name.
    pub(super) fn without(&self, name: &str) -> Option<RelayList> {
        (!self.names.contains_key(name)).then(|| self.relay.clone())
    }

    /// The variable that a name is taken from, if that is another name of the list, which is taken from it as well. A
    /// public name for a value that the server has under its own (`NEXT_PUBLIC_STAGE` from `STAGE`) is meant.
    pub(super) fn crossed(&self, name: &str) -> Option<Spanned<KeyName>> {
        let from = self.names.get(name)?.as_ref()?;
        let other = self.names.get(&from.value)?.as_ref()?;
        let is_form = name.ends_with(&from.value) || from.value.ends_with(name);
        (from.value != name && other.value == from.value && !is_form)
            .then(|| Spanned::new(KeyName::new(&from.value), from.span))
    }
}

/// The variable that a value is, as it stands.
fn variable(value: Node<'_>) -> Option<Spanned<String>> {
    let text = value.text();
    let name = ["process.env.", "import.meta.env."].iter().find_map(|object| text.strip_prefix(object))?;
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| Spanned::new(name.to_owned(), value.span()))
}
