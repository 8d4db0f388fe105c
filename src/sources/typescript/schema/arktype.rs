//! arktype and arkenv: `type({ PORT: "string.integer.parse", "LEVEL?": "'debug' | 'info'", NAME: "string = 'x'" })`.

use super::super::flow::Fall;
use super::super::module::{Module, arguments, callee, key_span, key_text, pairs};
use super::declared::{Declared, comes_from};
use super::field::Field;
use crate::fact::Value;
use crate::syntax::tree::Node;
use crate::text::Span;
use crate::value_type::ValueType;

/// The keys of a definition; `converts` where each text is made what its field wants.
pub(super) fn keys<'t>(module: &Module<'t>, schema: Node<'t>, converts: bool) -> Vec<Declared> {
    let each = pairs(schema).into_iter().filter_map(|(key, value)| {
        let written = key_text(key)?;
        let name = written.trim_end_matches('?');
        let mut field = defined(module, module.resolved(value), converts);
        if written.ends_with('?') {
            field = Field { fall: Fall::Nothing, is_unknown: false, ..field };
        }
        let span = key_span(key);
        let span = Span::new(span.range().start, span.range().start + name.len());
        Some(Declared { name: name.to_owned(), span, field })
    });
    each.collect()
}

fn defined<'t>(module: &Module<'t>, value: Node<'t>, converts: bool) -> Field {
    if let Some(text) = value.string() {
        return definition(&text.value, text.span, converts);
    }
    // `type("string")`
    let inside = callee(value).filter(|_| value.kind() == "call_expression").and_then(|(object, name)| {
        let is_type = object.is_none() && comes_from(module, name, &["arktype", "arkenv"]);
        arguments(value).first().copied().filter(|_| is_type)?.string()
    });
    inside.map_or_else(Field::unknown, |text| definition(&text.value, text.span, converts))
}

/// What a definition in arktype's language says of a text.
fn definition(text: &str, span: Span, converts: bool) -> Field {
    // The last `=` begins a default, unless it is one of `>=` and its kin.
    let parts = split(text, '=');
    let (said, default) = match parts.as_slice() {
        [.., before, last] if !before.is_empty() && !before.ends_with(['<', '>', '!']) => {
            let length = text.len().saturating_sub(last.len() + 1);
            (text.get(..length).unwrap_or(text), Some(last.trim()))
        }
        _ => (text, None),
    };
    let members: Vec<&str> = split(said, '|').into_iter().map(str::trim).collect();
    let words: Option<Vec<String>> = members.iter().map(|member| quoted(member)).collect();
    let mut field = match (words, members.as_slice()) {
        (Some(words), _) => Field::required(Some(ValueType::OneOf(words))),
        (None, [only]) => single(only, converts),
        (None, many) => Field { is_unknown: !many.iter().all(|one| is_text(one)), ..Field::required(None) },
    };
    if let Some(default) = default {
        let text = quoted(default).unwrap_or_else(|| default.to_owned());
        field.fall = Fall::Takes(Value::literal(&text, span));
    }
    field
}

/// Whether a member of a union is about texts, or about nothing, which a variable that is missing is not.
fn is_text(member: &str) -> bool {
    member.starts_with("string") || quoted(member).is_some() || matches!(member, "undefined" | "null")
}

fn single(said: &str, converts: bool) -> Field {
    let int = ValueType::Int { min: None, max: None };
    let is_plain = |word: &str| said == word;
    let value_type = match said {
        "string.url" | "string.url.parse" => Some(ValueType::Url { schemes: Vec::new() }),
        "string.integer" | "string.integer.parse" => Some(int),
        "string.numeric" | "string.numeric.parse" => Some(ValueType::Float),
        "string.email" => Some(ValueType::email()),
        "string.uuid" => Some(ValueType::uuid()),
        _ if said.starts_with("string >=") => Some(at_least(said.trim_start_matches("string >="))),
        _ if said.starts_with("string") && said.contains(".json") => None,
        _ if said.starts_with("string") => Some(ValueType::String),
        "number" if converts => Some(ValueType::Float),
        "number.integer" if converts => Some(int),
        "number.port" if converts => Some(ValueType::Int { min: Some(0), max: Some(65_535) }),
        "boolean" if converts => Some(ValueType::Bool),
        _ if !converts && ["number", "boolean", "bigint"].iter().any(|word| is_plain(word)) => {
            return Field { refuses_texts: true, ..Field::required(None) };
        }
        _ => return Field::unknown(),
    };
    Field::required(value_type)
}

/// `string >= 32`
fn at_least(bound: &str) -> ValueType {
    let bound = bound.trim().parse::<u32>().ok().filter(|bound| (2..=1_000).contains(bound));
    bound.map_or(ValueType::String, |min| ValueType::of_length(min, None))
}

/// The text between the quotes of a literal.
fn quoted(text: &str) -> Option<String> {
    let text = text.trim();
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let inside = text.get(1..)?.strip_suffix(quote)?;
    (!inside.contains(quote) && !inside.contains('\\')).then(|| inside.to_owned())
}

/// The parts of a text between separators that stand in no quotes.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut open) = (0, None);
    for (at, char) in text.char_indices() {
        match open {
            Some(quote) if quote == char => open = None,
            Some(_) => {}
            None if matches!(char, '\'' | '"' | '/') => open = Some(char),
            None if char == separator => {
                parts.push(text.get(start..at).unwrap_or(""));
                start = at + char.len_utf8();
            }
            None => {}
        }
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}
