//! Values with their references, and names that look like keys.

use crate::fact::{Fallback, Reference, Value};
use crate::key::KeyName;
use crate::secret::Secret;
use crate::syntax::dockerfile::{Expansion, Operator};
use crate::text::Span;

/// A word after expansion, as a value at `span`.
pub(super) fn to_value(expansion: Expansion, span: Span) -> Value {
    let references = expansion.substitutions.into_iter().map(|found| Reference {
        key: KeyName::new(&found.name.value),
        span: found.name.span,
        fallback: match found.operator {
            Operator::Take => Fallback::Empty,
            Operator::Default { text, or_empty } => {
                Fallback::Default { text: Secret::new(&text.value), span: text.span, or_empty }
            }
            Operator::Refuse { or_empty } => Fallback::Refuse { or_empty },
            Operator::Alternative => Fallback::Alternative,
        },
    });
    Value { references: references.collect(), ..Value::literal(&expansion.text, span) }
}

/// Whether a name is spelled as configuration keys are: capitals, digits and `_`.
pub(super) fn is_upper(name: &str) -> bool {
    name.len() > 1
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && name.bytes().any(|b| b.is_ascii_uppercase())
}

/// The words of capitals with a `_` in them.
pub(super) fn upper_names(text: &str) -> impl Iterator<Item = std::ops::Range<usize>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut at = 0;
    text.split(move |c: char| !is_word(c))
        .map(move |word| {
            let range = at..at + word.len();
            // Words are parted by characters of any width.
            at = range.end
                + text.get(range.end..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            (word, range)
        })
        .filter(|(word, _)| {
            is_upper(word) && word.contains('_') && word.starts_with(|c: char| c.is_ascii_uppercase())
        })
        .map(|(_, range)| range)
}

/// A word of the file in backquotes, cut to a length that fits a message.
pub(super) fn quoted(word: &str) -> String {
    const LENGTH: usize = 40;
    match word.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("`{}...`", word.get(..end).unwrap_or("")),
        None => format!("`{word}`"),
    }
}
