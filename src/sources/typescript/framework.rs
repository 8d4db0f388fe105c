//! Keys that frameworks make of their configuration: Nuxt of `runtimeConfig`, Astro of its schema.

use super::literal::{Literal, default_value, literal};
use super::module::{Module, arguments, callee, key_span, key_text, pairs, property};
use super::output::Output;
use crate::fact::{Need, Origin, Phase, Read, Value};
use crate::syntax::tree::Node;
use crate::text::TreePath;
use crate::value_type::ValueType;

/// Objects within objects, beyond which no variable is looked for.
const MAX_DEPTH: usize = 8;

/// Adds the keys of `nuxt.config.*` and `astro.config.*`.
pub(super) fn read<'t>(module: &Module<'t>, path: &TreePath, output: &mut Output<'_>) {
    let name = path.name();
    let is_of = |framework: &str| name.starts_with(framework) && output.phase != Phase::Test;
    if is_of("nuxt.config.") {
        for setting in module.nodes().filter(|node| is_named(*node, "runtimeConfig")) {
            let Some(value) = setting.field("value") else { continue };
            runtime(module, module.resolved(value), "NUXT", MAX_DEPTH, output);
        }
    } else if is_of("astro.config.") {
        for setting in module.nodes().filter(|node| is_named(*node, "schema")) {
            let Some(value) = setting.field("value") else { continue };
            for (key, value) in pairs(module.resolved(value)) {
                schema(module, key, value, output);
            }
        }
    }
}

/// Whether a node is the property of this name in an object.
fn is_named(node: Node<'_>, name: &str) -> bool {
    node.kind() == "pair" && node.field("key").and_then(key_text).is_some_and(|key| key == name)
}

/// The settings of an object below `runtimeConfig`: each is replaced, when the server starts, by the variable that is
/// named for the way to it. Source: Nuxt's documentation, "Runtime Config: Environment Variables", and Nitro's
/// `applyEnv`, which names them by `snakeCase` of scule.
fn runtime<'t>(module: &Module<'t>, object: Node<'t>, prefix: &str, depth: usize, output: &mut Output<'_>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for (key, value) in pairs(object) {
        let Some(text) = key_text(key) else { continue };
        let name = format!("{prefix}_{}", capitals(&text));
        if value.kind() == "method_definition" {
            continue;
        }
        let value = match value.kind() {
            "shorthand_property_identifier" => module.value(value).unwrap_or(value),
            _ => module.resolved(value),
        };
        if value.kind() == "object" {
            runtime(module, value, &name, depth, output);
            continue;
        }
        let need = match literal(module, value) {
            Some(written) if matches!(written.literal, Literal::Nothing) => Need::Optional,
            Some(_) => default_value(module, value).map_or(Need::Optional, Need::Default),
            None => Need::Default(Value::of(Origin::Unknown, value.span())),
        };
        output.read(&name, key_span(key), Phase::Run, Read::with_need(need));
    }
}

/// `apiBaseURL` as `API_BASE_URL`: a word begins at a capital behind a small letter, and at the last capital of several
/// before a small one.
fn capitals(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut found = String::new();
    let mut length = 0;
    for (at, &char) in chars.iter().enumerate() {
        if matches!(char, '-' | '_' | '/' | '.') {
            found.push('_');
            length = 0;
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| chars.get(before));
        let is_small = |char: Option<&char>| char.is_some_and(|char| char.is_lowercase());
        let is_capital = |char: Option<&char>| char.is_some_and(|char| char.is_uppercase());
        let begins =
            char.is_uppercase() && (is_small(before) || is_capital(before) && is_small(chars.get(at + 1)));
        if begins && length > 0 {
            found.push('_');
            length = 0;
        }
        found.extend(char.to_uppercase());
        length += 1;
    }
    found
}

/// `API_URL: envField.string({ context: "client", access: "public" })`. Source: Astro's documentation, "Using
/// environment variables: Type safe environment variables"; all but secrets of the server are written into the bundle.
fn schema<'t>(module: &Module<'t>, key: Node<'t>, value: Node<'t>, output: &mut Output<'_>) {
    let (Some(name), Some((Some(object), method))) = (key_text(key), callee(value)) else { return };
    if object.text() != "envField" {
        return;
    }
    let options = arguments(value).first().map(|options| module.resolved(*options));
    let option = |name: &str| options.and_then(|options| property(options, name)).map(|(_, value)| value);
    let is = |name: &str, text: &str| {
        let written = option(name).and_then(|value| literal(module, value));
        written.is_some_and(|written| written.literal.as_environment().as_deref() == Some(text))
    };
    let need = match option("default") {
        Some(default) => default_value(module, default).map_or(Need::Optional, Need::Default),
        None if is("optional", "true") => Need::Optional,
        None => Need::Required,
    };
    let value_type = match method.text() {
        "number" if is("int", "true") => Some(ValueType::Int { min: None, max: None }),
        "number" => Some(ValueType::Float),
        "boolean" => Some(ValueType::Bool),
        "enum" => {
            option("values").and_then(|values| literal(module, values)?.literal.texts()).map(ValueType::OneOf)
        }
        _ => None,
    };
    let phase = if is("access", "secret") { Phase::Run } else { Phase::Build };
    output.read(&name, key_span(key), phase, Read { value_type, ..Read::with_need(need) });
}

#[cfg(test)]
mod tests {
    use super::capitals;

    #[test]
    fn names_of_settings() {
        // As `snakeCase` of scule names them.
        for (name, expected) in [
            ("apiSecret", "API_SECRET"),
            ("apiBaseURL", "API_BASE_URL"),
            ("tokenTTLSeconds", "TOKEN_TTL_SECONDS"),
            ("DBHost", "DB_HOST"),
            ("already_snake", "ALREADY_SNAKE"),
            ("kebab-case", "KEBAB_CASE"),
            ("x", "X"),
            ("s3Bucket", "S3BUCKET"),
        ] {
            assert_eq!(capitals(name), expected, "{name}");
        }
    }
}
