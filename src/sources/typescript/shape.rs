//! The parts of calls, functions, objects and patterns, as questions about them need them.

use crate::syntax::tree::Node;
use crate::text::Span;

/// A parameter of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter<'t> {
    /// Its name; of a pattern, the pattern's text.
    pub(super) name: &'t str,
    pub(super) default: Option<Node<'t>>,
}

/// Whether a kind of node is a function.
pub(super) fn is_function(kind: &str) -> bool {
    matches!(
        kind,
        "function_declaration"
            | "function_expression"
            | "generator_function"
            | "generator_function_declaration"
            | "arrow_function"
            | "method_definition"
    )
}

/// A property of an object pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Property<'t> {
    pub(super) key: Node<'t>,
    /// The name it is bound to.
    pub(super) local: Option<Node<'t>>,
    pub(super) default: Option<Node<'t>>,
}

/// The properties that an object pattern takes; what the rest takes is left out.
pub(super) fn properties<'t>(pattern: Node<'t>) -> Vec<Property<'t>> {
    let name = |node: Node<'t>| Some(node).filter(|node| node.kind().contains("identifier"));
    pattern
        .named()
        .filter_map(|part| match part.kind() {
            "shorthand_property_identifier_pattern" => {
                Some(Property { key: part, local: Some(part), default: None })
            }
            "object_assignment_pattern" => {
                let key = part.field("left")?;
                Some(Property { key, local: name(key), default: part.field("right") })
            }
            "pair_pattern" => {
                let (key, value) = (part.field("key")?, part.field("value")?);
                match value.kind() {
                    "assignment_pattern" => Some(Property {
                        key,
                        local: value.field("left").and_then(name),
                        default: value.field("right"),
                    }),
                    _ => Some(Property { key, local: name(value), default: None }),
                }
            }
            _ => None,
        })
        .collect()
}

/// A parameter, as the grammar has it.
pub(super) struct ParameterNode<'t> {
    pub(super) pattern: Node<'t>,
    pub(super) default: Option<Node<'t>>,
    pub(super) annotation: Option<Node<'t>>,
}

/// The parameters of a function, in order.
pub(super) fn parameter_nodes<'t>(function: Node<'t>) -> Vec<ParameterNode<'t>> {
    if let Some(pattern) = function.field("parameter") {
        return vec![ParameterNode { pattern, default: None, annotation: None }];
    }
    let list = function.field("parameters").into_iter().flat_map(Node::named);
    list.filter_map(|part| match part.kind() {
        "required_parameter" | "optional_parameter" => Some(ParameterNode {
            pattern: part.field("pattern")?,
            default: part.field("value"),
            annotation: part.field("type"),
        }),
        _ => None,
    })
    .collect()
}

/// The parameters of a function.
pub(super) fn parameters<'t>(function: Node<'t>) -> Vec<Parameter<'t>> {
    parameter_nodes(function)
        .into_iter()
        .map(|parameter| Parameter { name: parameter.pattern.text(), default: parameter.default })
        .collect()
}

/// The arguments of a call.
pub(super) fn arguments(call: Node<'_>) -> Vec<Node<'_>> {
    call.field("arguments")
        .filter(|list| list.kind() == "arguments")
        .into_iter()
        .flat_map(Node::named)
        .collect()
}

/// The expression inside parentheses, casts and assertions.
pub(super) fn inner(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    for _ in 0..super::module::DEPTH {
        match at.kind() {
            "parenthesized_expression"
            | "as_expression"
            | "satisfies_expression"
            | "non_null_expression"
            | "await_expression" => match at.named().next() {
                Some(inside) => at = inside,
                None => break,
            },
            "type_assertion" => match at.named().last() {
                Some(inside) => at = inside,
                None => break,
            },
            _ => break,
        }
    }
    at
}

/// What is called: the name of a function, or `object.method`, without type arguments and `?.`.
pub(super) fn callee<'t>(call: Node<'t>) -> Option<(Option<Node<'t>>, Node<'t>)> {
    let function =
        inner(call.field(if call.kind() == "new_expression" { "constructor" } else { "function" })?);
    match function.kind() {
        "identifier" => Some((None, function)),
        "member_expression" => Some((function.field("object"), function.field("property")?)),
        _ => None,
    }
}

/// The value of a property of an object literal, with the key's node.
pub(super) fn property<'t>(object: Node<'t>, name: &str) -> Option<(Node<'t>, Node<'t>)> {
    pairs(object).into_iter().find(|(key, _)| key_text(*key).as_deref() == Some(name))
}

/// The keys and values of an object literal; a shorthand is both, a method is its own value.
pub(super) fn pairs<'t>(object: Node<'t>) -> Vec<(Node<'t>, Node<'t>)> {
    if object.kind() != "object" {
        return Vec::new();
    }
    object
        .named()
        .filter_map(|part| match part.kind() {
            "pair" => Some((part.field("key")?, part.field("value")?)),
            "shorthand_property_identifier" => Some((part, part)),
            "method_definition" => Some((part.field("name")?, part)),
            _ => None,
        })
        .collect()
}

/// The text of a property's key, unless it is computed.
pub(super) fn key_text(key: Node<'_>) -> Option<String> {
    match key.kind() {
        "string" => Some(key.string()?.value),
        "computed_property_name" => Some(key.named().next()?.string()?.value),
        _ => Some(key.text().to_owned()),
    }
}

/// Where the text of a property's key stands, without quotes.
pub(super) fn key_span(key: Node<'_>) -> Span {
    let literal = if key.kind() == "computed_property_name" { key.named().next() } else { Some(key) };
    literal.and_then(Node::string).map_or(key.span(), |text| text.span)
}
