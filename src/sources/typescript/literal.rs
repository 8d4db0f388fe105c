//! Values that the file writes down, possibly by way of its constants.

use super::module::{Module, arguments, callee, inner, property};
use crate::fact::{Origin, Value};
use crate::syntax::tree::Node;
use crate::text::Span;

/// A value that is known without running anything.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Literal {
    /// `undefined` or `null`.
    Nothing,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Literal>),
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
            Self::Nothing | Self::List(_) => None,
            Self::Bool(value) => Some(value.to_string()),
            Self::Number(value) => Some(value.to_string()),
            Self::Text(text) => Some(text.clone()),
        }
    }

    /// The texts of a list of them.
    pub(super) fn texts(&self) -> Option<Vec<String>> {
        match self {
            Self::List(items) => items
                .iter()
                .map(|item| match item {
                    Self::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }
}

/// A default as a [`Value`]: what `node` writes down, else something unknown; `None` for nothing.
pub(super) fn default_value<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Value> {
    match literal(module, node) {
        Some(Written { literal: Literal::Nothing, .. }) => None,
        Some(Written { literal, span }) => Some(match literal.as_environment() {
            Some(text) => Value::literal(&text, span),
            None => Value::of(Origin::Unknown, node.span()),
        }),
        None => Some(Value::of(Origin::Unknown, node.span())),
    }
}

/// The value that `node` writes down.
pub(super) fn literal<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Written> {
    module.begin();
    evaluate(module, node, 16)
}

fn evaluate<'t>(module: &Module<'t>, node: Node<'t>, depth: usize) -> Option<Written> {
    let depth = depth.checked_sub(1)?;
    module.step()?;
    let node = inner(node);
    let sub = |node| evaluate(module, node, depth);
    let here = |literal| Some(Written { literal, span: node.span() });
    match node.kind() {
        "undefined" | "null" => here(Literal::Nothing),
        "true" => here(Literal::Bool(true)),
        "false" => here(Literal::Bool(false)),
        "number" => here(Literal::Number(number(node.text())?)),
        "string" | "template_string" => here(Literal::Text(node.string()?.value)),
        "identifier" => sub(module.value(node)?),
        "unary_expression" => {
            let argument = node.field("argument")?;
            match (node.field("operator")?.text(), sub(argument)?.literal) {
                ("-", Literal::Number(value)) => here(Literal::Number(-value)),
                ("void", _) => here(Literal::Nothing),
                _ => None,
            }
        }
        "binary_expression" => {
            let operator = node.field("operator")?.text();
            let (left, right) = (sub(node.field("left")?)?.literal, sub(node.field("right")?)?.literal);
            here(match (left, operator, right) {
                (Literal::Number(a), "+", Literal::Number(b)) => Literal::Number(a + b),
                (Literal::Number(a), "-", Literal::Number(b)) => Literal::Number(a - b),
                (Literal::Number(a), "*", Literal::Number(b)) => Literal::Number(a * b),
                (Literal::Number(a), "**", Literal::Number(b)) => Literal::Number(a.powf(b)),
                (Literal::Text(a), "+", Literal::Text(b)) => Literal::Text(a + &b),
                _ => return None,
            })
        }
        "array" => {
            let items: Option<Vec<Literal>> =
                node.named().map(|item| sub(item).map(|found| found.literal)).collect();
            here(Literal::List(items?))
        }
        "member_expression" => {
            let object = module.resolved(node.field("object")?);
            sub(property(object, node.field("property")?.text())?.1)
        }
        "call_expression" => {
            let (object, method) = callee(node)?;
            let text = |found: Written| {
                let text = found.literal.as_environment()?;
                Some(Written { literal: Literal::Text(text), span: found.span })
            };
            match (object, method.text(), arguments(node).as_slice()) {
                (None, "String", [argument]) => text(sub(*argument)?),
                (Some(object), "toString", []) => text(sub(object)?),
                _ => None,
            }
        }
        _ => None,
    }
}

fn number(text: &str) -> Option<f64> {
    let text = text.replace('_', "").to_ascii_lowercase();
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return u32::from_str_radix(digits, radix).ok().map(f64::from);
        }
    }
    text.parse().ok()
}
