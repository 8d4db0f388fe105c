//! Fields that are told by an object of options: `port({ default: 3000 })` of envalid, `envField` of Astro.

use super::super::flow::Fall;
use super::super::literal::default_value;
use super::super::module::{Module, property};
use super::chain::words;
use super::field::Field;
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// A validator of envalid; `None` for other functions.
pub(super) fn validator<'t>(module: &Module<'t>, name: &str, given: &[Node<'t>]) -> Option<Field> {
    let value_type = match name {
        "str" | "email" | "host" => Some(ValueType::String),
        "num" => Some(ValueType::Float),
        "bool" => Some(ValueType::Bool),
        "port" => Some(ValueType::Port),
        "url" => Some(ValueType::Url { schemes: Vec::new() }),
        "json" => Some(ValueType::Json),
        _ => return None,
    };
    let mut field =
        Field { is_converted: !matches!(name, "str" | "email" | "host"), ..Field::required(value_type) };
    let options = given.first().map(|first| module.resolved(*first));
    if let Some(options) = options.filter(|options| options.kind() == "object") {
        if let Some((_, default)) = property(options, "default") {
            field.fall = default_value(module, default).map_or(Fall::Nothing, Fall::Takes);
        }
        if let Some((_, choices)) = property(options, "choices") {
            field.value_type = if name == "str" { words(module, choices) } else { field.value_type };
        }
    } else if options.is_some() {
        field.is_unknown = true;
    }
    Some(field)
}

/// `envField.string({ context: "server", access: "secret", optional: true })` of Astro.
pub(super) fn env_field<'t>(module: &Module<'t>, name: &str, options: Option<Node<'t>>) -> Field {
    let value_type = match name {
        "string" => Some(ValueType::String),
        "number" => Some(ValueType::Float),
        "boolean" => Some(ValueType::Bool),
        _ => None,
    };
    let mut field = Field::required(value_type);
    let Some(options) = options.map(|options| module.resolved(options)) else { return field };
    if property(options, "optional").is_some_and(|(_, value)| value.text() == "true") {
        field.fall = Fall::Nothing;
    }
    if let Some((_, default)) = property(options, "default") {
        field.fall = default_value(module, default).map_or(Fall::Nothing, Fall::Takes);
    }
    if let Some((_, values)) = property(options, "values") {
        field.value_type = words(module, values);
    }
    field
}
