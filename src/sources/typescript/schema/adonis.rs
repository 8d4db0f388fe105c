//! Adonis: `Env.create(url, { PORT: Env.schema.number(), CACHE_URL: Env.schema.string.optional({ format: "url" }) })`.

use super::super::environment::flat;
use super::super::flow::Fall;
use super::super::literal::{Literal, literal};
use super::super::module::{Module, arguments, key_span, key_text, pairs, property};
use super::chain::words;
use super::declared::Declared;
use super::field::Field;
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// The keys of a schema.
pub(super) fn keys<'t>(module: &Module<'t>, schema: Node<'t>) -> Vec<Declared> {
    let each = pairs(schema).into_iter().filter_map(|(key, value)| {
        Some(Declared {
            name: key_text(key)?,
            span: key_span(key),
            field: field(module, module.resolved(value)),
        })
    });
    each.collect()
}

fn field<'t>(module: &Module<'t>, value: Node<'t>) -> Field {
    let function = value.field("function").filter(|_| value.kind() == "call_expression");
    let path = function.and_then(flat).unwrap_or_default();
    let Some((_, validator)) = path.rsplit_once("schema.") else { return Field::unknown() };
    let (kind, way) = validator.split_once('.').unwrap_or((validator, ""));
    let given = arguments(value);
    let first = given.first().copied();
    let format = || {
        let (_, format) = property(module.resolved(first?), "format")?;
        match literal(module, format)?.literal {
            Literal::Text(format) => Some(format),
            _ => None,
        }
    };
    // `{ format: "url", protocol: false }` takes names of hosts as well.
    let is_open = || first.is_some_and(|options| property(module.resolved(options), "protocol").is_some());
    let value_type = match kind {
        "string" => Some(match format().as_deref() {
            Some("url") if !is_open() => ValueType::Url { schemes: Vec::new() },
            Some("uuid") => ValueType::uuid(),
            Some("email") => ValueType::email(),
            _ => ValueType::String,
        }),
        "secret" => Some(ValueType::String),
        "number" => Some(ValueType::Float),
        "boolean" => Some(ValueType::Bool),
        "enum" => first.and_then(|listed| words(module, listed)),
        _ => return Field::unknown(),
    };
    match way {
        "" => Field::required(value_type),
        "optional" => Field { fall: Fall::Nothing, ..Field::required(value_type) },
        _ => Field { value_type, ..Field::unknown() },
    }
}
