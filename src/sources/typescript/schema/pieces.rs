//! What a schema is made of, and what it leaves out of that: `all.pick({ A: true }).partial()`.

use std::collections::BTreeSet;

use super::super::environment::is_environment;
use super::super::module::{Module, arguments, callee, key_text, pairs};
use super::package::library;
use crate::syntax::tree::Node;

/// How many parts of a schema are looked at.
const MOST_STEPS: usize = 64;

/// An object literal with fields, as part of a schema.
pub(super) struct Piece<'t> {
    pub(super) object: Node<'t>,
    /// What the schema makes of its fields, the last change first.
    changes: Vec<Change>,
}

/// Of which fields a change speaks; `None` of those that cannot be told.
type Names = Option<BTreeSet<String>>;

#[derive(Clone, Debug)]
enum Change {
    Keeps(Names),
    Drops(Names),
    /// It makes them optional.
    Loosens(Names),
    LoosensAll,
    /// It takes back that they are optional.
    TightensAll,
    Tightens(Names),
}

/// What a schema asks of a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Asks {
    /// What is written at the field.
    AsWritten,
    /// No more than what is written, if anything.
    AtMost,
}

impl<'t> Piece<'t> {
    /// A literal of which nothing is changed.
    pub(super) const fn whole(object: Node<'t>) -> Self {
        Self { object, changes: Vec::new() }
    }

    /// Whether the schema takes the fields as they are written.
    pub(super) fn is_whole(&self) -> bool {
        self.changes.is_empty()
    }

    /// What the schema asks of the field with this name.
    pub(super) fn asks(&self, name: &str) -> Asks {
        let holds = |names: &Names| names.as_ref().map(|names| names.contains(name));
        let mut asks = Asks::AsWritten;
        for change in self.changes.iter().rev() {
            asks = match change {
                Change::Keeps(names) if holds(names) != Some(true) => return Asks::AtMost,
                Change::Drops(names) if holds(names) != Some(false) => return Asks::AtMost,
                Change::Loosens(names) if holds(names) != Some(false) => Asks::AtMost,
                Change::LoosensAll => Asks::AtMost,
                Change::TightensAll => Asks::AsWritten,
                Change::Tightens(names) if holds(names) == Some(true) => Asks::AsWritten,
                _ => asks,
            };
        }
        asks
    }
}

/// The object literals with fields that a schema is made of: `z.object({..})`, `.extend({..})`, `.merge(other)`.
pub(super) fn pieces<'t>(module: &Module<'t>, schema: Node<'t>) -> Vec<Piece<'t>> {
    let mut found = Vec::new();
    let mut open: Vec<(Node<'t>, Vec<Change>)> = vec![(schema, Vec::new())];
    for _ in 0..MOST_STEPS {
        let Some((node, mut changes)) = open.pop() else { break };
        let node = module.resolved(node);
        match node.kind() {
            "object" => {
                let spreads = node.named().filter(|part| part.kind() == "spread_element");
                let spreads = spreads.filter_map(|spread| spread.named().next());
                open.extend(spreads.map(|spread| (spread, changes.clone())));
                found.push(Piece { object: node, changes });
            }
            "member_expression" if node.field("property").is_some_and(|name| name.text() == "shape") => {
                open.extend(node.field("object").map(|object| (object, changes)));
            }
            "call_expression" => {
                let Some((object, method)) = callee(node) else { continue };
                let mut given = arguments(node);
                if let Some(changed) = changed(module, object, method.text(), &mut given) {
                    changes.push(changed);
                } else if !matches!(
                    method.text(),
                    "object"
                        | "strictObject"
                        | "looseObject"
                        | "extend"
                        | "safeExtend"
                        | "merge"
                        | "and"
                        | "append"
                        | "concat"
                        | "keys"
                        | "intersection"
                        | "pipe"
                        | "discriminatedUnion"
                ) {
                    given.clear();
                }
                // A name that is not of this file is a library's.
                let object =
                    object.filter(|object| object.kind() != "identifier" || module.value(*object).is_some());
                open.extend(given.into_iter().chain(object).map(|part| (part, changes.clone())));
            }
            _ => {}
        }
    }
    found
}

/// What a call makes of the fields before it, if it changes what they ask. Of its arguments are left those that are
/// schemas: that of `v.omit(schema, ["A"])`.
fn changed<'t>(
    module: &Module<'t>,
    object: Option<Node<'t>>,
    method: &str,
    given: &mut Vec<Node<'t>>,
) -> Option<Change> {
    let is_change = matches!(method, "pick" | "omit" | "partial" | "deepPartial" | "required");
    if !is_change {
        return None;
    }
    let is_function = object.is_none_or(|object| library(module, object).is_some());
    let listed = if is_function && !given.is_empty() { given.split_off(1) } else { std::mem::take(given) };
    let listed = listed.first().map(|list| names(module, *list));
    Some(match (method, listed) {
        ("pick", names) => Change::Keeps(names.flatten()),
        ("omit", names) => Change::Drops(names.flatten()),
        ("required", Some(names)) => Change::Tightens(names),
        ("required", None) => Change::TightensAll,
        (_, Some(names)) => Change::Loosens(names),
        (_, None) => Change::LoosensAll,
    })
}

/// `{ A: true, B: true }` or `["A", "B"]`.
fn names<'t>(module: &Module<'t>, list: Node<'t>) -> Names {
    let list = module.resolved(list);
    match list.kind() {
        "object" => list
            .named()
            .map(|part| (part.kind() == "pair").then(|| key_text(part.field("key")?)).flatten())
            .collect(),
        "array" => list.named().map(|part| Some(part.string()?.value)).collect(),
        _ => None,
    }
}

/// The names that an object which is held against a schema has before it takes the environment
/// (`{ ...defaults, ...process.env }`), and whether it may have more than can be told.
pub(super) fn defaulted<'t>(module: &Module<'t>, object: Node<'t>) -> Defaulted {
    let is_environment = |node: Node<'t>| is_environment(module, node);
    let mut found = Defaulted::default();
    let Some(last) = (object.kind() == "object")
        .then(|| object.named().filter(|part| spread(*part).is_some_and(&is_environment)).last())
        .flatten()
    else {
        return found;
    };
    for part in object.named().take_while(|part| *part != last) {
        match (spread(part), part.kind()) {
            (Some(other), _) => {
                let other = module.resolved(other);
                let is_closed =
                    other.kind() == "object" && other.named().all(|part| part.kind() != "spread_element");
                found.names.extend(pairs(other).into_iter().filter_map(|(key, _)| key_text(key)));
                // What a library has read from a dotenv is no default.
                found.is_open |= !is_closed && !is_environment(other) && !other.text().contains("parsed");
            }
            (None, "pair") => found.names.extend(part.field("key").and_then(key_text)),
            (None, "shorthand_property_identifier") => {
                found.names.insert(part.text().to_owned());
            }
            _ => {}
        }
    }
    found
}

/// What an object has where the environment has nothing.
#[derive(Clone, Default)]
pub(super) struct Defaulted {
    names: BTreeSet<String>,
    is_open: bool,
}

impl Defaulted {
    /// Whether a name has, or may have, a value in any case.
    pub(super) fn has(&self, name: &str) -> bool {
        self.is_open || self.names.contains(name)
    }
}

fn spread(part: Node<'_>) -> Option<Node<'_>> {
    (part.kind() == "spread_element").then(|| part.named().next()).flatten()
}
