//! Names of variables as expressions spell them: literal, by constants and loops, or computed in part.

use super::environment::Named;
use super::module::{Binding, Module, arguments, callee, inner, is_function, pairs, parameters, property};
use crate::syntax::tree::Node;
use crate::text::Span;

/// At most this many names come from one expression.
const MOST: usize = 256;

/// A piece of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// Text as it stands.
    Text(String),
    /// A parameter of a function around it, by position.
    Parameter(usize),
    /// A constant of another file, which is written there.
    Elsewhere,
    /// Something computed.
    Unknown,
}

/// One name that an expression may stand for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Pattern {
    pub(super) pieces: Vec<Piece>,
    /// Where the name is written, without quotes; where it is computed, the expression.
    pub(super) span: Span,
}

/// A name that a function is given, with the constant text around it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Given {
    pub(super) before: String,
    /// The parameter's position.
    pub(super) position: usize,
    pub(super) after: String,
}

impl Pattern {
    /// The whole name, if nothing in it is computed.
    pub(super) fn known(&self) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The constant text that the name begins with.
    pub(super) fn prefix(&self) -> String {
        self.pieces
            .iter()
            .map_while(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The one parameter that the name is made of, with the constant text before and behind it.
    pub(super) fn parameter(&self) -> Option<Given> {
        let at = self.pieces.iter().position(|piece| matches!(piece, Piece::Parameter(_)))?;
        let (before, rest) = self.pieces.split_at(at);
        let Some(Piece::Parameter(position)) = rest.first() else { return None };
        let text = |pieces: &[Piece]| Self { pieces: pieces.to_vec(), span: self.span }.known();
        Some(Given { before: text(before)?, position: *position, after: text(rest.get(1..)?)? })
    }

    /// Whether the name is a constant that another file writes down, where it is a mention.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.pieces == [Piece::Elsewhere]
    }

    fn one(piece: Piece, span: Span) -> Vec<Self> {
        vec![Self { pieces: vec![piece], span }]
    }
}

/// The names that a site may stand for; never empty.
pub(super) fn names_of<'t>(module: &Module<'t>, name: &Named<'t>) -> Vec<Pattern> {
    match name {
        Named::Plain(text, span) => Pattern::one(Piece::Text(text.clone()), *span),
        Named::By(node) => names(module, *node),
    }
}

/// The names that the expression `node` may stand for; never empty.
pub(super) fn names<'t>(module: &Module<'t>, node: Node<'t>) -> Vec<Pattern> {
    module.begin();
    let mut found = evaluate(module, node, 12);
    found.truncate(MOST);
    if found.is_empty() {
        found = Pattern::one(Piece::Unknown, node.span());
    }
    found
}

fn evaluate<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> Vec<Pattern> {
    let node = inner(node);
    let unknown = || Pattern::one(Piece::Unknown, node.span());
    let Some(depth) = depth.checked_sub(1).filter(|_| module.step().is_some()) else { return unknown() };
    let sub = |node| evaluate(module, node, depth);
    match node.kind() {
        "string" | "template_string" => match node.string() {
            Some(text) => Pattern::one(Piece::Text(text.value), text.span),
            None => filled_in(module, node, depth),
        },
        "binary_expression" => {
            let operator = node.field("operator").map_or("", Node::text);
            match (operator, node.field("left"), node.field("right")) {
                ("+", Some(left), Some(right)) => product(&sub(left), &sub(right), node.span()),
                ("||" | "??", Some(left), Some(right)) => [sub(left), sub(right)].concat(),
                _ => unknown(),
            }
        }
        "ternary_expression" => match (node.field("consequence"), node.field("alternative")) {
            (Some(yes), Some(no)) => [sub(yes), sub(no)].concat(),
            _ => unknown(),
        },
        "property_identifier" => Pattern::one(Piece::Text(node.text().to_owned()), node.span()),
        "identifier" => by_name(module, node, depth),
        "member_expression" => by_member(module, node, depth),
        "subscript_expression" => {
            // `NAMES[provider]` is one of the constants that the file writes down.
            let values = node.field("object").map(|object| items(module, object));
            values.flatten().map_or_else(unknown, |all| all.into_iter().take(64).flat_map(sub).collect())
        }
        "call_expression" => by_call(module, node, depth),
        _ => unknown(),
    }
}

fn product(left: &[Pattern], right: &[Pattern], span: Span) -> Vec<Pattern> {
    let mut all = Vec::new();
    for first in left.iter().take(16) {
        for second in right.iter().take(16) {
            let pieces = first.pieces.iter().chain(&second.pieces).cloned().collect();
            all.push(Pattern { pieces, span });
        }
    }
    all
}

/// A template with something to fill in.
fn filled_in<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> Vec<Pattern> {
    let mut all = vec![Pattern { pieces: Vec::new(), span: node.span() }];
    for part in node.named() {
        let next = match part.kind() {
            "string_fragment" => Pattern::one(Piece::Text(part.text().to_owned()), part.span()),
            "template_substitution" => match part.named().next() {
                Some(expression) => evaluate(module, expression, depth),
                None => Pattern::one(Piece::Unknown, part.span()),
            },
            _ => Pattern::one(Piece::Unknown, part.span()),
        };
        all = product(&all, &next, node.span());
        all.truncate(16);
    }
    all
}

fn by_call<'t>(module: &Module<'t>, call: Node<'t>, depth: usize) -> Vec<Pattern> {
    let unknown = || Pattern::one(Piece::Unknown, call.span());
    let Some((object, method)) = callee(call) else { return unknown() };
    match (object, method.text()) {
        (None, "String") => match arguments(call).as_slice() {
            [argument] => evaluate(module, *argument, depth),
            _ => unknown(),
        },
        (Some(object), "trim" | "toString") => evaluate(module, object, depth),
        (Some(object), "toUpperCase") => {
            let mut found = evaluate(module, object, depth);
            for piece in found.iter_mut().flat_map(|pattern| &mut pattern.pieces) {
                match piece {
                    Piece::Text(text) => *text = text.to_uppercase(),
                    other => *other = Piece::Unknown,
                }
            }
            found
        }
        _ => unknown(),
    }
}

/// `KEYS.secret`, where `KEYS` is an object or an enumeration of this or of another file.
fn by_member<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> Vec<Pattern> {
    let unknown = || Pattern::one(Piece::Unknown, node.span());
    let (Some(object), Some(name)) = (node.field("object"), node.field("property")) else { return unknown() };
    let object = inner(object);
    if let Some((_, value)) = property(module.resolved(object), name.text()) {
        return evaluate(module, value, depth);
    }
    let is_foreign = object.kind() == "identifier"
        && module.lookup(object).is_none()
        && module.import(object.text()).is_some_and(|import| import.name != "*");
    Pattern::one(if is_foreign { Piece::Elsewhere } else { Piece::Unknown }, node.span())
}

fn by_name<'t>(module: &Module<'t>, name: Node<'t>, depth: usize) -> Vec<Pattern> {
    let unknown = || Pattern::one(Piece::Unknown, name.span());
    if let Some(all) = run_through(module, name) {
        return all.into_iter().take(MOST).flat_map(|one| evaluate(module, one, depth)).collect();
    }
    let Some((_, bindings)) = module.lookup(name) else {
        let is_constant = is_capital(name.text()) && module.import(name.text()).is_some();
        return Pattern::one(if is_constant { Piece::Elsewhere } else { Piece::Unknown }, name.span());
    };
    let mut found = Vec::new();
    for binding in bindings.iter().take(8) {
        match binding {
            Binding::Value(value) => found.extend(evaluate(module, *value, depth)),
            Binding::Parameter(number, ..) => {
                found.extend(Pattern::one(Piece::Parameter(*number), name.span()));
            }
            Binding::Property(..) | Binding::Other => found.extend(unknown()),
        }
    }
    found
}

/// The expressions that the name at `node` runs through, where a loop or a callback around it binds it to
/// the items of a list that the file writes down.
fn run_through<'t>(module: &Module<'t>, name: Node<'t>) -> Option<Vec<Node<'t>>> {
    for (above, field, _) in module.ancestors(name) {
        match above.kind() {
            "for_in_statement" if field == Some("body") => {
                let target = above.field("left")?;
                if target.text() == name.text() {
                    let is_of = above.field("operator").is_some_and(|operator| operator.text() == "of");
                    return is_of.then(|| items(module, above.field("right")?))?;
                }
            }
            kind if is_function(kind) => {
                let own = parameters(above);
                let position = own.iter().position(|parameter| parameter.name == name.text());
                let Some(position) = position else { continue };
                let (list, _) = module.parent(above).filter(|_| position == 0)?;
                let (call, _) = module.parent(list).filter(|_| list.kind() == "arguments")?;
                let (object, method) = callee(call)?;
                let each = ["map", "forEach", "filter", "find", "some", "every", "flatMap", "findIndex"];
                if !each.contains(&method.text()) {
                    return None;
                }
                return items(module, object?);
            }
            _ => {}
        }
    }
    None
}

/// The items of a list, or the values of an object, that the file writes down.
fn items<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Vec<Node<'t>>> {
    let mut at = module.resolved(node);
    for _ in 0..4 {
        match at.kind() {
            "array" => {
                let mut all = Vec::new();
                for item in at.named().take(MOST) {
                    if item.kind() == "spread_element" {
                        let spread = module.resolved(item.named().next()?);
                        all.extend((spread.kind() == "array").then(|| spread.named())?);
                    } else {
                        all.push(item);
                    }
                }
                return Some(all);
            }
            "object" => return Some(pairs(at).into_iter().take(MOST).map(|(_, value)| value).collect()),
            "new_expression" => at = module.resolved(*arguments(at).first()?),
            "call_expression" => {
                let (object, method) = callee(at)?;
                let argument = arguments(at).first().copied();
                at = match (object.map(Node::text), method.text()) {
                    (Some("Object"), "values" | "freeze") => module.resolved(argument?),
                    (Some("Object"), "keys") => {
                        let keys = pairs(module.resolved(argument?));
                        return Some(keys.into_iter().take(MOST).map(|(key, _)| key).collect());
                    }
                    (Some(_), "filter" | "slice" | "sort" | "concat") => module.resolved(object?),
                    _ => return None,
                };
            }
            _ => return None,
        }
    }
    None
}

/// Whether a name is written as constants are.
pub(super) fn is_capital(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}
