//! JSON schema, as env-schema and Fastify's plugin take it, and TypeBox, which makes it.

use super::super::flow::Fall;
use super::super::literal::{Literal, default_value, literal};
use super::super::module::{Module, arguments, callee, inner, key_span, key_text, pairs, property};
use super::chain::words;
use super::declared::Declared;
use super::field::Field;
use crate::syntax::tree::Node;
use crate::value_type::ValueType;

/// The keys of a schema: an object with `properties`, or `Type.Object({..})`.
pub(super) fn keys<'t>(module: &Module<'t>, schema: Node<'t>) -> Vec<Declared> {
    let schema = inner(schema);
    if schema.kind() == "call_expression" {
        let is_object =
            callee(schema).is_some_and(|(object, name)| object.is_some() && name.text() == "Object");
        let object = arguments(schema).first().copied().filter(|_| is_object);
        return each(object.map(|object| module.resolved(object)), |value| made(module, value));
    }
    let Some((_, properties)) = property(schema, "properties") else { return Vec::new() };
    let listed = match property(schema, "required") {
        Some((_, list)) => literal(module, list).and_then(|written| written.literal.texts()),
        None => Some(Vec::new()),
    };
    let properties = module.resolved(properties);
    let mut found = each(Some(properties), |value| written(module, value));
    for one in &mut found {
        let is_bare = matches!(one.field.fall, Fall::Fails);
        match &listed {
            Some(listed) if is_bare && !listed.contains(&one.name) => one.field.fall = Fall::Nothing,
            None if is_bare => one.field.is_unknown = true,
            _ => {}
        }
    }
    found
}

fn each<'t>(object: Option<Node<'t>>, field: impl Fn(Node<'t>) -> Field) -> Vec<Declared> {
    let each = object.map(pairs).unwrap_or_default().into_iter().filter_map(|(key, value)| {
        Some(Declared { name: key_text(key)?, span: key_span(key), field: field(value) })
    });
    each.collect()
}

/// A property as it is written down: `{ type: "integer", minimum: 1, default: 3000 }`.
fn written<'t>(module: &Module<'t>, value: Node<'t>) -> Field {
    let value = module.resolved(value);
    let kind = property(value, "type").and_then(|(_, kind)| literal(module, kind));
    let Some(Literal::Text(kind)) = kind.map(|written| written.literal) else { return Field::unknown() };
    with_options(module, &kind, Some(value))
}

/// What the name of a type and the options beside it say.
fn with_options<'t>(module: &Module<'t>, kind: &str, options: Option<Node<'t>>) -> Field {
    let option = |name: &str| options.and_then(|options| property(options, name)).map(|(_, value)| value);
    let number = |name: &str| match literal(module, option(name)?)?.literal {
        Literal::Number(value) if value.fract() == 0.0 && value.abs() < 9.0e15 => Some(value as i64),
        _ => None,
    };
    let value_type = match (kind, option("enum")) {
        ("string", Some(listed)) => words(module, listed),
        ("string", None) => {
            let min = number("minLength").and_then(|min| u32::try_from(min).ok());
            let min = min.filter(|min| (2..=1_000).contains(min));
            Some(min.map_or(ValueType::String, |min| ValueType::of_length(min, None)))
        }
        ("number", _) => Some(ValueType::Float),
        ("integer", _) => Some(ValueType::Int { min: number("minimum"), max: number("maximum") }),
        ("boolean", _) => Some(ValueType::Bool),
        _ => return Field::unknown(),
    };
    let mut field = Field::required(value_type);
    if let Some(default) = option("default") {
        field.fall = default_value(module, default).map_or(Fall::Nothing, Fall::Takes);
    }
    field
}

/// A property as TypeBox makes it: `Type.Optional(Type.Number({ default: 3 }))`.
fn made<'t>(module: &Module<'t>, value: Node<'t>) -> Field {
    let mut value = module.resolved(value);
    let mut is_optional = false;
    for _ in 0..4 {
        let Some((Some(_), name)) = callee(value).filter(|_| value.kind() == "call_expression") else {
            return Field::unknown();
        };
        let given = arguments(value);
        let first = given.first().map(|first| module.resolved(*first));
        let field = match (name.text(), first) {
            ("Optional", Some(inside)) => {
                (value, is_optional) = (inside, true);
                continue;
            }
            ("String" | "Number" | "Integer" | "Boolean", options) => {
                with_options(module, &name.text().to_ascii_lowercase(), options)
            }
            ("Union", Some(members)) => {
                let words = members.named().map(|member| {
                    let (_, name) = callee(member).filter(|_| member.kind() == "call_expression")?;
                    let word = arguments(member).first().copied().filter(|_| name.text() == "Literal")?;
                    Some(word.string()?.value)
                });
                let words = words.collect::<Option<Vec<String>>>().filter(|words| !words.is_empty());
                let Some(words) = words else { return Field::unknown() };
                let bare = Field::required(Some(ValueType::OneOf(words)));
                let options = given.get(1).map(|options| module.resolved(*options));
                let default = options.and_then(|options| property(options, "default"));
                match default.and_then(|(_, default)| default_value(module, default)) {
                    Some(default) => Field { fall: Fall::Takes(default), ..bare },
                    None => bare,
                }
            }
            _ => return Field::unknown(),
        };
        return match field.fall {
            Fall::Fails if is_optional => Field { fall: Fall::Nothing, ..field },
            _ => field,
        };
    }
    Field::unknown()
}
