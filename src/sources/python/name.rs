//! Names of variables as expressions spell them: literal, by constants and loops, or computed in part.

use super::literal::class_constant;
use super::mention::is_key_like;
use super::module::{Arguments, Binding, Module, inner};
use crate::syntax::tree::Node;
use crate::text::Span;

/// At most this many names come from one expression.
const MOST: usize = 256;

/// A piece of a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Piece {
    /// Text as it stands.
    Text(String),
    /// A parameter of the function around it, by position.
    Parameter(usize),
    /// Each item of such a parameter.
    Items(usize),
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
    /// Whether the parameter is a list of names.
    pub(super) is_list: bool,
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
        let is_given = |piece: &Piece| matches!(piece, Piece::Parameter(_) | Piece::Items(_));
        let at = self.pieces.iter().position(is_given)?;
        let (before, rest) = self.pieces.split_at(at);
        let (position, is_list) = match rest.first()? {
            Piece::Parameter(position) => (*position, false),
            Piece::Items(position) => (*position, true),
            _ => return None,
        };
        let text = |pieces: &[Piece]| Self { pieces: pieces.to_vec(), span: self.span }.known();
        Some(Given { before: text(before)?, position, is_list, after: text(rest.get(1..)?)? })
    }

    /// Whether the name is a constant that another file writes down, where it is a mention.
    pub(super) fn is_elsewhere(&self) -> bool {
        self.pieces == [Piece::Elsewhere]
    }

    fn one(piece: Piece, span: Span) -> Vec<Self> {
        vec![Self { pieces: vec![piece], span }]
    }
}

/// The names that the expression `node` may stand for; never empty.
pub(super) fn names<'t>(module: &Module<'t>, node: Node<'t>) -> Vec<Pattern> {
    module.begin();
    let mut found = evaluate(module, node, 16);
    found.truncate(MOST);
    if found.is_empty() {
        found = Pattern::one(Piece::Unknown, node.span());
    }
    found
}

/// The names that the items of `node` may stand for; never empty.
pub(super) fn names_in<'t>(module: &Module<'t>, node: Node<'t>) -> Vec<Pattern> {
    module.begin();
    let items = run_through(module, node, None, 12).unwrap_or_default();
    let mut found: Vec<Pattern> =
        items.into_iter().take(MOST).flat_map(|item| evaluate(module, item, 16)).collect();
    if found.is_empty() {
        found = Pattern::one(Piece::Unknown, node.span());
    }
    found
}

fn evaluate<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> Vec<Pattern> {
    let node = inner(node);
    let unknown = || Pattern::one(Piece::Unknown, node.span());
    let Some(depth) = depth.checked_sub(1).filter(|_| module.step().is_some()) else { return unknown() };
    let both = |left: Option<Node<'t>>, right: Option<Node<'t>>| match (left, right) {
        (Some(left), Some(right)) => {
            let (left, right) = (evaluate(module, left, depth), evaluate(module, right, depth));
            product(&left, &right, node.span())
        }
        _ => unknown(),
    };
    match node.kind() {
        "string" => match node.string() {
            Some(text) => Pattern::one(Piece::Text(text.value), text.span),
            None => filled_in(module, node, depth),
        },
        "concatenated_string" => node
            .named()
            .map(|part| evaluate(module, part, depth))
            .reduce(|left, right| product(&left, &right, node.span()))
            .unwrap_or_else(unknown),
        "binary_operator" => {
            let operator = node.children().find(|child| !child.is_named()).map_or("", Node::text);
            match operator {
                "+" => both(node.field("left"), node.field("right")),
                "%" => match node.field("left").and_then(Node::string) {
                    Some(text) => {
                        let start = text.value.split('%').next().unwrap_or("").to_owned();
                        vec![Pattern { pieces: vec![Piece::Text(start), Piece::Unknown], span: node.span() }]
                    }
                    None => unknown(),
                },
                _ => unknown(),
            }
        }
        "conditional_expression" => {
            let parts: Vec<Node<'_>> = node.named().collect();
            match parts.as_slice() {
                [yes, _, no] => [evaluate(module, *yes, depth), evaluate(module, *no, depth)].concat(),
                _ => unknown(),
            }
        }
        "identifier" => by_name(module, node, depth),
        "attribute" => {
            let constant = node.field("object").zip(node.field("attribute")).and_then(|(object, name)| {
                let class = match object.text() {
                    "self" | "cls" => enclosing_class(module, node)?,
                    other => module.class(other)?,
                };
                class_constant(class, name.text())
            });
            constant.map_or_else(unknown, |value| evaluate(module, value, depth))
        }
        "subscript" => lookup(module, node.field("value"), depth).unwrap_or_else(unknown),
        "call" => by_call(module, node, depth),
        _ => unknown(),
    }
}

fn enclosing_class<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Node<'t>> {
    module.ancestors(node).map(|(above, ..)| above).find(|above| above.kind() == "class_definition")
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

/// An f-string with something to fill in.
fn filled_in<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> Vec<Pattern> {
    let mut all = vec![Pattern { pieces: Vec::new(), span: node.span() }];
    for part in node.named() {
        let next = match part.kind() {
            "string_content" => Pattern::one(Piece::Text(part.text().to_owned()), part.span()),
            "interpolation" => match part.field("expression") {
                Some(expression) if part.field("format_specifier").is_none() => {
                    evaluate(module, expression, depth)
                }
                _ => Pattern::one(Piece::Unknown, part.span()),
            },
            _ => continue,
        };
        all = product(&all, &next, node.span());
        all.truncate(16);
    }
    all
}

/// The values of a dictionary that the file writes down.
fn lookup<'t>(module: &Module<'t>, mapping: Option<Node<'t>>, depth: usize) -> Option<Vec<Pattern>> {
    let mapping = inner(mapping?);
    let literal = if mapping.kind() == "identifier" { inner(module.value(mapping)?) } else { mapping };
    let values: Vec<Node<'_>> = match literal.kind() {
        "dictionary" => literal.named().map(|pair| pair.field("value")).collect::<Option<_>>()?,
        "list" | "tuple" => literal.named().collect(),
        _ => return None,
    };
    Some(values.into_iter().take(64).flat_map(|value| evaluate(module, value, depth)).collect())
}

fn by_call<'t>(module: &Module<'t>, call: Node<'t>, depth: usize) -> Vec<Pattern> {
    let unknown = || Pattern::one(Piece::Unknown, call.span());
    let Some(function) = call.field("function") else { return unknown() };
    let arguments = Arguments::of_call(call);
    if function.text() == "str" {
        return arguments.at(0).map_or_else(unknown, |argument| evaluate(module, argument, depth));
    }
    let (Some(object), Some(method)) = (function.field("object"), function.field("attribute")) else {
        return unknown();
    };
    match method.text() {
        "upper" => {
            let mut found = evaluate(module, object, depth);
            for piece in found.iter_mut().flat_map(|pattern| &mut pattern.pieces) {
                match piece {
                    Piece::Text(text) => *text = text.to_uppercase(),
                    other => *other = Piece::Unknown,
                }
            }
            found
        }
        "replace" => {
            let given = |at| arguments.at(at).and_then(Node::string).map(|text| text.value);
            let (Some(old), Some(new)) = (given(0), given(1)) else { return unknown() };
            let mut found = evaluate(module, object, depth);
            for piece in found.iter_mut().flat_map(|pattern| &mut pattern.pieces) {
                match piece {
                    Piece::Text(text) => *text = text.replace(&old, &new),
                    other => *other = Piece::Unknown,
                }
            }
            found
        }
        "strip" if arguments.positional.is_empty() => evaluate(module, object, depth),
        "get" => lookup(module, Some(object), depth).unwrap_or_else(unknown),
        "format" => match object.string() {
            Some(text) => {
                let start = text.value.split('{').next().unwrap_or("").to_owned();
                vec![Pattern { pieces: vec![Piece::Text(start), Piece::Unknown], span: call.span() }]
            }
            None => unknown(),
        },
        _ => unknown(),
    }
}

fn by_name<'t>(module: &Module<'t>, name: Node<'t>, depth: usize) -> Vec<Pattern> {
    let unknown = || Pattern::one(Piece::Unknown, name.span());
    if let Some((iterable, position)) = loop_around(module, name) {
        return match run_through(module, iterable, position, depth) {
            Some(all) => all.into_iter().take(MOST).flat_map(|one| evaluate(module, one, depth)).collect(),
            None => match module.lookup(inner(iterable)) {
                Some((_, [Binding::Parameter(number, _)])) if position.is_none() => {
                    Pattern::one(Piece::Items(*number), name.span())
                }
                _ => unknown(),
            },
        };
    }
    let Some((_, bindings)) = module.lookup(name) else {
        let is_constant = is_key_like(name.text()) && module.path(name).is_some();
        return Pattern::one(if is_constant { Piece::Elsewhere } else { Piece::Unknown }, name.span());
    };
    let mut found = Vec::new();
    for binding in bindings.iter().take(8) {
        match binding {
            Binding::Value(value) => found.extend(evaluate(module, *value, depth)),
            Binding::Parameter(number, _) => {
                found.extend(Pattern::one(Piece::Parameter(*number), name.span()));
            }
            Binding::Other => found.extend(unknown()),
        }
    }
    found
}

/// The loop around `name` that binds it: what it runs through, and the name's position in its target.
fn loop_around<'t>(module: &Module<'t>, name: Node<'t>) -> Option<(Node<'t>, Option<usize>)> {
    let bound_by = |clause: Node<'t>| {
        let target = clause.field("left")?;
        let position = if target.kind() == "identifier" {
            (target.text() == name.text()).then_some(None)?
        } else {
            Some(target.named().position(|part| part.text() == name.text())?)
        };
        Some((clause.field("right")?, position))
    };
    for (above, field, below) in module.ancestors(name) {
        match above.kind() {
            "for_statement" if field == Some("body") => {
                if let Some(found) = bound_by(above) {
                    return Some(found);
                }
            }
            "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression" => {
                let mut clauses = above.named().filter(|part| part.kind() == "for_in_clause");
                if let Some(found) = clauses.find_map(|clause| (clause != below).then(|| bound_by(clause))?) {
                    return Some(found);
                }
            }
            "function_definition" | "class_definition" => return None,
            _ => {}
        }
    }
    None
}

/// The expressions that `for .. in node` runs through, or `None` where they are computed. `position`
/// picks from each element that is a tuple.
fn run_through<'t>(
    module: &Module<'t>,
    node: Node<'t>,
    position: Option<usize>,
    depth: usize,
) -> Option<Vec<Node<'t>>> {
    let depth = depth.checked_sub(1)?;
    module.step()?;
    let node = inner(node);
    let pick = |item: Node<'t>| match position {
        None => Some(item),
        Some(at) => {
            let item = inner(item);
            matches!(item.kind(), "tuple" | "list").then(|| item.named().nth(at))?
        }
    };
    match node.kind() {
        "tuple" | "list" | "set" | "expression_list" => {
            let mut all = Vec::new();
            for item in node.named() {
                if item.kind() == "list_splat" {
                    all.extend(run_through(module, item.named().next()?, position, depth)?);
                } else {
                    all.push(pick(item)?);
                }
            }
            Some(all)
        }
        "dictionary" if position.is_none() => node.named().map(|pair| pair.field("key")).collect(),
        "binary_operator" => {
            let mut all = run_through(module, node.field("left")?, position, depth)?;
            all.extend(run_through(module, node.field("right")?, position, depth)?);
            Some(all)
        }
        "identifier" => run_through(module, module.value(node)?, position, depth),
        "call" => {
            let function = node.field("function")?;
            let arguments = Arguments::of_call(node);
            if let (Some(object), Some(method)) = (function.field("object"), function.field("attribute")) {
                let part = match (method.text(), position) {
                    ("items", Some(0)) | ("keys", None) => "key",
                    ("items", Some(1)) | ("values", None) => "value",
                    _ => return None,
                };
                let object = inner(object);
                let literal =
                    if object.kind() == "identifier" { inner(module.value(object)?) } else { object };
                let pairs = (literal.kind() == "dictionary").then(|| literal.named())?;
                return pairs.map(|pair| pair.field(part)).collect();
            }
            match (function.text(), position) {
                ("sorted" | "list" | "tuple" | "set" | "frozenset" | "reversed", _) => {
                    run_through(module, arguments.at(0)?, position, depth)
                }
                ("enumerate", Some(1)) => run_through(module, arguments.at(0)?, None, depth),
                ("zip", Some(at)) => run_through(module, arguments.at(at)?, None, depth),
                _ => None,
            }
        }
        _ => None,
    }
}
