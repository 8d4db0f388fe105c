//! What a struct that code builds by reading variables gets for a new field: a value like that of a field that has the
//! same type and need.

use super::NewKey;
use super::code::quoted;
use crate::fact::{Need, Read};
use crate::fix::names::words;
use crate::matrix::Kind;
use crate::secret::Secret;
use crate::text::{SourceFile, Span};
use crate::value_type::ValueType;

/// What values of fields are, as far as a new one has to tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    Text,
    Whole,
    Fraction,
    Truth,
}

impl Sort {
    /// What a new key is.
    pub(super) fn of(wanted: &NewKey) -> Self {
        match &wanted.entry.value_type {
            Some(ValueType::Int { .. } | ValueType::Port) => Self::Whole,
            Some(ValueType::Float) => Self::Fraction,
            Some(ValueType::Bool) => Self::Truth,
            _ => Self::Text,
        }
    }
}

/// The default that is to be written down.
pub(super) fn default(wanted: &NewKey) -> Option<&str> {
    wanted.entry.default.as_ref().map(Secret::reveal).filter(|_| wanted.kind != Kind::Secret)
}

/// A field of the struct with the value that reads its variable.
pub(super) struct Model<'a> {
    /// Its type, as written.
    pub(super) kind: &'a str,
    pub(super) sort: Sort,
    /// The value.
    pub(super) value: Span,
    pub(super) key: &'a str,
    pub(super) read: &'a Read,
}

/// Longer values do more than to read one variable.
const LONGEST: usize = 200;

/// The type and the value of a new field, as those of the last model that reads a value of its sort in the same need.
pub(super) fn like(file: &SourceFile, models: &[Model<'_>], wanted: &NewKey) -> Option<(String, String)> {
    let sort = Sort::of(wanted);
    let default = default(wanted);
    let is_alike = |model: &&Model<'_>| {
        let is_same_need = match (&model.read.need, default) {
            (Need::Default(_), Some(_)) => true,
            (Need::Required, None) => wanted.entry.is_required,
            (Need::Optional | Need::Unknown, None) => !wanted.entry.is_required,
            _ => false,
        };
        model.sort == sort && is_same_need
    };
    models.iter().rev().filter(is_alike).find_map(|model| {
        let value = with_default(file, model, default)?;
        Some((model.kind.to_owned(), renamed(&value, model.key, &wanted.entry.key)?))
    })
}

/// The value of a model with another default.
fn with_default(file: &SourceFile, model: &Model<'_>, default: Option<&str>) -> Option<String> {
    let text = file.slice(model.value);
    let does_more =
        text.len() > LONGEST || ["//", "if ", "match ", "{\n", "/*"].iter().any(|word| text.contains(word));
    if does_more {
        return None;
    }
    let (Need::Default(known), Some(default)) = (&model.read.need, default) else {
        return Some(text.to_owned());
    };
    let at = known.span;
    if at.is_empty() || !model.value.contains(at) {
        return None;
    }
    let written = file.slice(at);
    let literal = match written.chars().next()? {
        '"' => quoted(default),
        '`' | '\'' => return None,
        _ if model.sort == Sort::Fraction && !default.contains('.') => format!("{default}.0"),
        _ if model.sort == Sort::Text => return None,
        _ => default.to_owned(),
    };
    let begin = (at.start - model.value.start) as usize;
    let mut fresh = text.to_owned();
    fresh.replace_range(begin..begin + written.len(), &literal);
    Some(fresh)
}

/// `value` with another key in the place of the one it reads; `None` where it reads it under no name.
fn renamed(value: &str, old: &str, new: &str) -> Option<String> {
    let found: Vec<Span> = words(value, old).collect();
    let mut fresh = value.to_owned();
    for span in found.iter().rev() {
        fresh.replace_range(span.range(), new);
    }
    (!found.is_empty()).then_some(fresh)
}
