//! Flags that a variable may give: urfave/cli and kingpin.
//!
//! Source: the documentation of urfave/cli ("Values from the Environment", versions 1 to 3) and of kingpin.

use super::literal::value;
use super::name::{Name, listed, names};
use super::source::{Source, arguments, inner};
use super::types::named;
use crate::fact::{Need, Read};
use crate::key::KeyName;
use crate::sources::gather::Gather;
use crate::syntax::tree::Node;
use crate::text::Spanned;
use crate::value_type::ValueType;

/// Adds the variables of all flags.
pub(super) fn read<'t>(source: &Source<'t>, gather: &mut Gather<'_>) {
    if source.imports("urfave/cli") {
        for literal in source.all("composite_literal") {
            flag(source, literal, gather);
        }
    }
    if source.imports("kingpin") {
        for call in source.all("call_expression") {
            let name = call.field("function").and_then(|function| function.field("field")).map(Node::text);
            if matches!(name, Some("Envar" | "OverrideDefaultFromEnvar")) {
                for name in arguments(call).first().map(|one| names(source, *one)).unwrap_or_default() {
                    match name {
                        Name::Written(name) => gather.read(&name, Read::with_need(Need::Unknown)),
                        Name::Prefixed(prefix) => gather.computed(&prefix, call.span()),
                        Name::Given(_) | Name::Elsewhere => {}
                    }
                }
            }
        }
    }
}

/// `&cli.StringFlag{Name: "port", EnvVars: []string{"PORT"}, Value: "80"}`.
fn flag<'t>(source: &Source<'t>, literal: Node<'t>, gather: &mut Gather<'_>) {
    let Some(kind) = literal.field("type").map(Node::text) else { return };
    let Some(kind) = kind.rsplit('.').next().and_then(|name| name.strip_suffix("Flag")) else { return };
    let element = |name: &str| {
        let body = literal.field("body")?;
        let found = body.named().find(|part| part.named().next().is_some_and(|key| key.text() == name))?;
        found.named().nth(1).map(inner)
    };
    let found = element("EnvVars").or_else(|| element("EnvVar")).or_else(|| element("Sources"));
    let Some(found) = found else { return };
    let expressions = match found.kind() {
        "composite_literal" => listed(found),
        "call_expression" => arguments(found),
        _ => vec![found],
    };
    let mut keys: Vec<Spanned<String>> = Vec::new();
    for expression in expressions {
        for name in names(source, expression) {
            match name {
                Name::Written(name) => keys.extend(super::tags::parts(&name)),
                Name::Prefixed(prefix) => gather.computed(&prefix, expression.span()),
                Name::Given(given) => gather.computed(&given.before, expression.span()),
                Name::Elsewhere => {}
            }
        }
    }
    let is_required = element("Required").is_some_and(|value| value.text() == "true");
    let need = match element("Value").map(|default| value(source, default)) {
        Some(default) if !default.is_empty() => Need::Default(default),
        // The command line may hold it.
        _ if is_required => Need::Unknown,
        _ => Need::Optional,
    };
    let value_type = match kind {
        "StringSlice" => {
            Some(ValueType::List { separator: ",".to_owned(), item: Box::new(ValueType::String) })
        }
        "Duration" => named("time.Duration"),
        "Float" => named("float64"),
        kind => named(&kind.to_ascii_lowercase()),
    };
    let all: Vec<KeyName> = keys.iter().map(|key| KeyName::new(&key.value)).collect();
    for (at, key) in keys.iter().enumerate() {
        let others = all.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, key)| key.clone());
        let read = Read {
            value_type: value_type.clone(),
            alternatives: others.collect(),
            about: element("Usage").and_then(Node::string).map(|text| text.value),
            ..Read::with_need(need.clone())
        };
        gather.read(key, read);
    }
}
