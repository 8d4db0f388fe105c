//! Values that the file writes down, possibly by way of its constants.

use super::module::{Arguments, Module, inner};
use crate::fact::{Origin, Value};
use crate::syntax::tree::Node;
use crate::text::Span;

/// A value of Python that is known without running anything.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Literal {
    None,
    Bool(bool),
    Int(i64),
    Float(String),
    Str(String),
    List(Vec<Literal>),
    Dict(Vec<(Literal, Literal)>),
}

/// A literal and the place where it is written.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) literal: Literal,
    /// With its quotes.
    pub(super) span: Span,
}

impl Literal {
    /// The value as one would write it into an environment variable.
    pub(super) fn as_environment(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Bool(value) => Some(value.to_string()),
            Self::Int(value) => Some(value.to_string()),
            Self::Float(text) | Self::Str(text) => Some(text.clone()),
            Self::List(_) | Self::Dict(_) => serde_json::to_string(&self.as_json()?).ok(),
        }
    }

    fn as_json(&self) -> Option<serde_json::Value> {
        Some(match self {
            Self::None => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Float(text) => text.parse::<f64>().ok()?.into(),
            Self::Str(text) => text.as_str().into(),
            Self::List(items) => items.iter().map(Self::as_json).collect::<Option<Vec<_>>>()?.into(),
            Self::Dict(pairs) => {
                let mut map = serde_json::Map::new();
                for (key, value) in pairs {
                    map.insert(key.as_environment()?, value.as_json()?);
                }
                map.into()
            }
        })
    }
}

/// A default as a [`Value`]: what `node` writes down, else something unknown; `None` for Python's `None`.
pub(super) fn default_value(module: &Module<'_>, node: Node<'_>) -> Option<Value> {
    match literal(module, node) {
        Some(Written { literal: Literal::None, .. }) => None,
        Some(Written { literal, span }) => Some(match literal.as_environment() {
            Some(text) => Value::literal(&text, span),
            None => Value::of(Origin::Unknown, node.span()),
        }),
        None => Some(Value::of(Origin::Unknown, node.span())),
    }
}

/// The text that `node` writes down.
pub(super) fn text(module: &Module<'_>, node: Node<'_>) -> Option<String> {
    match literal(module, node)?.literal {
        Literal::Str(text) => Some(text),
        _ => None,
    }
}

/// The value that `node` writes down.
pub(super) fn literal(module: &Module<'_>, node: Node<'_>) -> Option<Written> {
    module.begin();
    evaluate(module, node, 24)
}

fn evaluate(module: &Module<'_>, node: Node<'_>, depth: usize) -> Option<Written> {
    let depth = depth.checked_sub(1)?;
    module.step()?;
    let node = inner(node);
    let sub = |node| evaluate(module, node, depth);
    let here = |literal| Some(Written { literal, span: node.span() });
    match node.kind() {
        "none" => here(Literal::None),
        "true" => here(Literal::Bool(true)),
        "false" => here(Literal::Bool(false)),
        "integer" => here(Literal::Int(integer(node.text())?)),
        "float" => here(Literal::Float(node.text().replace('_', ""))),
        "string" => here(Literal::Str(node.string()?.value)),
        "concatenated_string" => {
            let parts: Option<String> =
                node.named().map(|part| part.string().map(|text| text.value)).collect();
            here(Literal::Str(parts?))
        }
        "identifier" => sub(module.value(node)?),
        "unary_operator" => match (sub(node.field("argument")?)?.literal, node.text().starts_with('-')) {
            (Literal::Int(value), true) => here(Literal::Int(value.checked_neg()?)),
            (Literal::Float(text), true) => here(Literal::Float(format!("-{text}"))),
            _ => None,
        },
        "binary_operator" => {
            let operator = node.children().find(|child| !child.is_named())?.text();
            let (left, right) = (sub(node.field("left")?)?.literal, sub(node.field("right")?)?.literal);
            here(match (left, operator, right) {
                (Literal::Int(a), "+", Literal::Int(b)) => Literal::Int(a.checked_add(b)?),
                (Literal::Int(a), "-", Literal::Int(b)) => Literal::Int(a.checked_sub(b)?),
                (Literal::Int(a), "*", Literal::Int(b)) => Literal::Int(a.checked_mul(b)?),
                (Literal::Int(a), "**", Literal::Int(b)) => {
                    Literal::Int(a.checked_pow(u32::try_from(b).ok()?)?)
                }
                (Literal::Str(a), "+", Literal::Str(b)) => Literal::Str(a + &b),
                (Literal::List(mut a), "+", Literal::List(b)) => {
                    a.extend(b);
                    Literal::List(a)
                }
                _ => return None,
            })
        }
        "list" | "tuple" | "set" | "expression_list" => {
            let items: Option<Vec<Literal>> =
                node.named().map(|item| sub(item).map(|found| found.literal)).collect();
            here(Literal::List(items?))
        }
        "dictionary" => {
            let pairs: Option<Vec<_>> = node
                .named()
                .map(|pair| Some((sub(pair.field("key")?)?.literal, sub(pair.field("value")?)?.literal)))
                .collect();
            here(Literal::Dict(pairs?))
        }
        "attribute" => {
            let (object, name) = (node.field("object")?, node.field("attribute")?.text());
            if name == "value" && object.kind() == "attribute" {
                return sub(object);
            }
            let class = module.class(object.text())?;
            let written = class_constant(class, name)?;
            sub(written)
        }
        "call" => {
            let arguments = Arguments::of_call(node);
            let function = node.field("function")?.text();
            match (function, arguments.at(0)) {
                ("str", Some(argument)) if arguments.positional.len() == 1 => {
                    let found = sub(argument)?;
                    let text = found.literal.as_environment()?;
                    Some(Written { literal: Literal::Str(text), span: found.span })
                }
                ("list" | "tuple" | "set" | "frozenset", Some(argument)) => sub(argument),
                ("list" | "tuple" | "set" | "frozenset", None) => here(Literal::List(Vec::new())),
                ("dict", None) if arguments.keywords.is_empty() => here(Literal::Dict(Vec::new())),
                (
                    "SecretStr" | "SecretBytes" | "Path" | "pathlib.Path" | "pydantic.SecretStr",
                    Some(argument),
                ) if arguments.positional.len() == 1 => sub(argument),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The value of `NAME = ..` in the body of a class.
pub(super) fn class_constant<'t>(class: Node<'t>, name: &str) -> Option<Node<'t>> {
    let statements = class.field("body").into_iter().flat_map(Node::named);
    statements
        .filter_map(|statement| statement.named().next().filter(|node| node.kind() == "assignment"))
        .find(|assignment| assignment.field("left").is_some_and(|left| left.text() == name))?
        .field("right")
}

fn integer(text: &str) -> Option<i64> {
    let text = text.replace('_', "").to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return i64::from_str_radix(digits, radix).ok();
        }
    }
    text.parse().ok()
}
