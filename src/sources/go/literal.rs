//! Values that Go code writes down.

use super::source::{Source, inner};
use crate::fact::{Origin, Value};
use crate::syntax::tree::Node;

/// The value of an expression as the environment would hold it; of one that is computed only that there is one.
pub(super) fn value<'t>(source: &Source<'t>, node: Node<'t>) -> Value {
    literal(source, node, 4).unwrap_or_else(|| Value::of(Origin::Unknown, node.span()))
}

/// The value of an expression that is written down, possibly as a constant of the file.
pub(super) fn literal<'t>(source: &Source<'t>, node: Node<'t>, depth: usize) -> Option<Value> {
    let node = inner(node);
    let depth = depth.checked_sub(1)?;
    match node.kind() {
        "interpreted_string_literal" | "raw_string_literal" => {
            Some(Value::literal(&node.string()?.value, node.span()))
        }
        "int_literal" | "float_literal" | "true" | "false" => Some(Value::literal(node.text(), node.span())),
        "unary_expression" if node.text().starts_with('-') => {
            let number = node.field("operand").filter(|operand| operand.kind().ends_with("_literal"))?;
            literal(source, number, depth).map(|_| Value::literal(node.text(), node.span()))
        }
        "identifier" => match source.lookup(node)?.1.as_slice() {
            [super::source::Binding::Value(bound)] => literal(source, *bound, depth),
            _ => None,
        },
        _ => None,
    }
}
