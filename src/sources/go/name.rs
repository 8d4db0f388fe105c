//! Names of variables, as Go code spells, builds and hands them on.

use super::source::{Binding, DEPTH, Source, arguments, inner};
use crate::syntax::tree::Node;
use crate::text::Spanned;

/// What the name of a variable comes down to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Name {
    /// This name, where it is written.
    Written(Spanned<String>),
    /// What the function around it is given as this parameter, with constant text around it.
    Given(Given),
    /// A computed name that begins with this text.
    Prefixed(String),
    /// A constant or field that is declared elsewhere: its text is a mention of that file.
    Elsewhere,
}

/// A name that a function is given.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Given {
    /// The parameter's position.
    pub(super) position: usize,
    pub(super) before: String,
    pub(super) after: String,
}

/// The names that the expression `node` may stand for; several where a loop goes through a list.
pub(super) fn names<'t>(source: &Source<'t>, node: Node<'t>) -> Vec<Name> {
    source.begin();
    resolve(source, node, DEPTH)
}

fn resolve<'t>(source: &Source<'t>, node: Node<'t>, depth: usize) -> Vec<Name> {
    let node = inner(node);
    let computed = || vec![Name::Prefixed(String::new())];
    let Some(depth) = depth.checked_sub(1).filter(|_| source.step().is_some()) else { return computed() };
    match node.kind() {
        "interpreted_string_literal" | "raw_string_literal" => {
            node.string().map_or_else(computed, |text| vec![Name::Written(text)])
        }
        "selector_expression" => vec![Name::Elsewhere],
        "identifier" => {
            let Some((_, bindings)) = source.lookup(node) else { return vec![Name::Elsewhere] };
            if bindings.len() > MAX_BINDINGS {
                return computed();
            }
            let of_binding = |binding: &Binding<'t>| match binding {
                Binding::Value(value) => resolve(source, *value, depth),
                Binding::ItemOf(list) => items(source, *list, depth),
                Binding::Parameter(position) => {
                    vec![Name::Given(Given { position: *position, ..Given::default() })]
                }
                Binding::Typed(_) | Binding::Other => computed(),
            };
            bindings.iter().flat_map(of_binding).collect()
        }
        "binary_expression" if node.field("operator").is_some_and(|operator| operator.text() == "+") => {
            let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
                return computed();
            };
            let (left, right) = (resolve(source, left, depth), resolve(source, right, depth));
            match (left.as_slice(), right.as_slice()) {
                ([left], [right]) => vec![joined(left, right)],
                ([left], _) => vec![joined(left, &Name::Elsewhere)],
                _ => computed(),
            }
        }
        "composite_literal" => items(source, node, depth),
        "call_expression" => called(source, node, depth).map_or_else(computed, |name| vec![name]),
        _ => computed(),
    }
}

const MAX_BINDINGS: usize = 4;
const MAX_ITEMS: usize = 500;

fn joined(left: &Name, right: &Name) -> Name {
    match (left, right) {
        (Name::Written(left), Name::Written(right)) => {
            Name::Written(Spanned::new(format!("{}{}", left.value, right.value), right.span))
        }
        (Name::Written(left), Name::Given(given)) => {
            Name::Given(Given { before: format!("{}{}", left.value, given.before), ..given.clone() })
        }
        (Name::Given(given), Name::Written(right)) => {
            Name::Given(Given { after: format!("{}{}", given.after, right.value), ..given.clone() })
        }
        (Name::Written(left), Name::Prefixed(right)) => Name::Prefixed(format!("{}{right}", left.value)),
        (Name::Written(left), Name::Elsewhere) => Name::Prefixed(left.value.clone()),
        (Name::Prefixed(left), _) => Name::Prefixed(left.clone()),
        _ => Name::Prefixed(String::new()),
    }
}

/// `fmt.Sprintf("APP_%s", x)`: one blank that is filled in, or the text before the first.
fn called<'t>(source: &Source<'t>, call: Node<'t>, depth: usize) -> Option<Name> {
    let function = call.field("function")?;
    let given = arguments(call);
    match source.member(function)? {
        ("fmt", "Sprintf") => {
            let format = given.first()?.string()?;
            let Some((before, rest)) = format.value.split_once('%') else {
                return Some(Name::Written(format));
            };
            let after = rest.get(1..).filter(|after| !after.contains('%') && rest.starts_with(['s', 'v']));
            let filled = given.get(1).map(|value| resolve(source, *value, depth)).unwrap_or_default();
            let text = |value: &str| Name::Written(Spanned::new(value.to_owned(), format.span));
            match (after, filled.as_slice()) {
                (Some(after), [value]) => Some(joined(&joined(&text(before), value), &text(after))),
                _ => Some(Name::Prefixed(before.to_owned())),
            }
        }
        ("strings", "ToUpper" | "TrimSpace") => match resolve(source, *given.first()?, depth).pop()? {
            Name::Written(text) => {
                Some(Name::Written(Spanned::new(text.value.to_ascii_uppercase(), text.span)))
            }
            Name::Prefixed(prefix) => Some(Name::Prefixed(prefix.to_ascii_uppercase())),
            other => Some(other),
        },
        _ => None,
    }
}

/// The items of a list that is written down: `[]string{"A", "B"}`.
fn items<'t>(source: &Source<'t>, list: Node<'t>, depth: usize) -> Vec<Name> {
    let mut list = inner(list);
    if list.kind() == "identifier" {
        match source.lookup(list).as_ref().map(|(_, bindings)| bindings.as_slice()) {
            Some([Binding::Value(value)]) => list = inner(*value),
            Some([Binding::Parameter(position)]) => {
                return vec![Name::Given(Given { position: *position, ..Given::default() })];
            }
            None => return vec![Name::Elsewhere],
            _ => return vec![Name::Prefixed(String::new())],
        }
    }
    match list.kind() {
        "selector_expression" => vec![Name::Elsewhere],
        "composite_literal" => listed(list)
            .into_iter()
            .take(MAX_ITEMS)
            .flat_map(|item| resolve(source, item, depth))
            .filter(|name| *name != Name::Prefixed(String::new()))
            .collect(),
        _ => vec![Name::Prefixed(String::new())],
    }
}

/// The elements of a composite literal; of one with keys the values.
pub(super) fn listed(literal: Node<'_>) -> Vec<Node<'_>> {
    let body = literal.field("body").into_iter().flat_map(Node::named);
    body.filter_map(|element| match element.kind() {
        "keyed_element" => element.field("value").or_else(|| element.named().nth(1)),
        _ => Some(element),
    })
    .map(inner)
    .collect()
}
