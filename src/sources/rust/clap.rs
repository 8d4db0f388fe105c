//! Command-line arguments that an environment variable may give: clap and libraries like it.
//!
//! Source: the derive reference of clap 4 (`env`, `default_value`, types), and the documentation of
//! envconfig (`from`) and confique (`#[config(env = ..)]`).

use super::Reading;
use super::call::is_key;
use super::fields::{Field, Setting, Struct};
use super::literal::{literal, value, written};
use super::source::Source;
use super::types::{Shape, shape};
use crate::fact::{Hidden, Need, Origin, Read, Value};
use crate::text::Spanned;
use crate::value_type::ValueType;

/// Attributes whose `env` names a variable.
const ATTRIBUTES: &[&str] =
    &["arg", "clap", "structopt", "config", "conf", "bpaf", "envconfig", "env_config"];

/// The reads of all fields that name a variable.
pub(super) fn read(source: &Source<'_>, structs: &[Struct<'_>], reading: &mut Reading) {
    for item in structs {
        for field in &item.fields {
            let named = field.attributes.iter().find(|setting| {
                ATTRIBUTES.contains(&setting.of)
                    && (setting.name == "env" || setting.of == "envconfig" && setting.name == "from")
            });
            if let Some(setting) = named {
                read_field(source, item, field, setting, reading);
            }
        }
    }
}

fn read_field(
    source: &Source<'_>,
    item: &Struct<'_>,
    field: &Field<'_>,
    env: &Setting<'_>,
    reading: &mut Reading,
) {
    let name = if env.value.is_empty() {
        Spanned::new(field.name.to_ascii_uppercase(), field.span)
    } else if let Some(name) = written(source, env.value.clone()) {
        name
    } else {
        let reason = "the name is a constant of another file";
        reading.gap(source.tokens.span(env.value.clone()), Hidden::Reads, reason);
        return;
    };
    if !is_key(&name.value) {
        return;
    }
    let shape = shape(&source.tokens, field.kind.clone());
    let has =
        |name: &str| field.attributes.iter().find(|setting| setting.of == env.of && setting.name == name);
    let is_hidden =
        has("hide_env_values").is_some_and(|setting| !source.tokens.is(setting.value.start, "false"));
    let help = has("help").and_then(|setting| literal(source, setting.value.clone()));
    let about = field.about.clone().or_else(|| help.as_ref().and_then(Value::plain).map(str::to_owned));
    let read = Read {
        value_type: value_type(source, field, env, &shape),
        is_secret: shape.is_secret || is_hidden,
        about,
        ..Read::with_need(need(source, item, field, env, &shape))
    };
    reading.read(&name, source.phase(item.at), read);
}

fn need(
    source: &Source<'_>,
    item: &Struct<'_>,
    field: &Field<'_>,
    env: &Setting<'_>,
    shape: &Shape<'_>,
) -> Need {
    for setting in field.attributes.iter().filter(|setting| setting.of == env.of) {
        match setting.name {
            "default_value_if"
            | "default_value_ifs"
            | "required_unless_present"
            | "required_unless_present_any"
            | "required_unless_present_all"
            | "required_if_eq" => return Need::Optional,
            "required" if source.tokens.is(setting.value.start, "false") => return Need::Optional,
            "required" if shape.is_option => return Need::Required,
            // `default_value_os_t` and all its kin.
            name if matches!(name, "default" | "fallback") || name.starts_with("default_value") => {
                return Need::Default(match setting.value.is_empty() {
                    true => Value::of(Origin::Unknown, setting.span),
                    false => value(source, setting.value.clone()),
                });
            }
            _ => {}
        }
    }
    if shape.is_option || shape.is_list || shape.name == "bool" && env.of != "envconfig" && env.of != "config"
    {
        Need::Optional
    } else if item.is_variant || env.of == "config" {
        // A subcommand's argument is asked for only where that subcommand is run, and confique's other
        // layers may hold the value.
        Need::Unknown
    } else {
        Need::Required
    }
}

fn value_type(
    source: &Source<'_>,
    field: &Field<'_>,
    env: &Setting<'_>,
    shape: &Shape<'_>,
) -> Option<ValueType> {
    let has =
        |name: &str| field.attributes.iter().find(|setting| setting.of == env.of && setting.name == name);
    if let Some(parser) = has("value_parser").filter(|parser| !parser.value.is_empty()) {
        // A parser of one's own accepts what it likes; a list of words says which.
        let words = source.tokens.group_of(parser.value.start, "[")?;
        let words = source.tokens.split(words, ",").into_iter().map(|word| written(source, word));
        return words
            .map(|word| word.map(|word| word.value))
            .collect::<Option<Vec<_>>>()
            .map(ValueType::OneOf);
    }
    if ["value_enum", "arg_enum", "parse", "value_parser", "parse_env", "deserialize_with"]
        .iter()
        .any(|name| has(name).is_some())
    {
        return None;
    }
    if !shape.is_list {
        return shape.item_type();
    }
    let delimiter = has("value_delimiter").or_else(|| has("use_delimiter"))?;
    let text =
        source.tokens.get(delimiter.value.start).map_or(",", |token| token.text.trim_matches(['\'', '"']));
    let item = shape.item_type()?;
    Some(ValueType::List { separator: text.to_owned(), item: Box::new(item) })
}

/// What an argument does without a value that `Arg::new(..)..env("K")..` builds; `at` is the position of
/// `env`, `after` that behind its call.
pub(super) fn builder_need(source: &Source<'_>, at: usize, after: usize) -> Need {
    let tokens = &source.tokens;
    // Methods may stand on either side; the argument's own chain begins at its `new`.
    let start = (at.saturating_sub(MAX_CHAIN)..at).rev().find(|&position| tokens.is(position, "new"));
    let behind = (after..after + MAX_CHAIN).find(|&position| {
        !tokens.is(position, ".") && tokens.is_before(position, ")") || tokens.is(position, ";")
    });
    let mut need = Need::Optional;
    for position in tokens.top(start.unwrap_or(at)..behind.unwrap_or(after)) {
        let Some(arguments) = tokens.group_of(position + 1, "(") else { continue };
        match tokens.ident(position) {
            Some("default_value" | "default_values") => return Need::Default(value(source, arguments)),
            Some("required") if tokens.is(arguments.start, "true") => need = Need::Required,
            _ => {}
        }
    }
    need
}

const MAX_CHAIN: usize = 120;
