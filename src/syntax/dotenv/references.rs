//! The `${KEY}` and `$KEY` in a value.

use super::dialect::substitution::{Braced, DEEPEST, braced, closing_brace, name_length};
use super::document::{Quote, Raw};
use crate::text::Span;

/// A variable in a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reference {
    /// Its name.
    pub name: Span,
    /// The operator: empty, `-`, `:-`, `+`, `:+`, `?` or `:?`.
    pub operator: &'static str,
    /// What follows the operator.
    pub word: Span,
}

/// The variables of a value, in order, those in defaults of others included; `text` is the whole file.
///
/// Nothing is seen in single quotes, nor behind `\` or `$`. Without braces only `UPPER_SNAKE` names
/// count: `pa$word` is a password.
#[must_use]
pub fn references(text: &str, value: &Raw) -> Vec<Reference> {
    let mut found = Vec::new();
    if matches!(value.quote, Quote::None | Quote::Double)
        && let Some(inner) = text.get(value.inner.range())
    {
        scan(inner, value.inner.start as usize, 0, &mut found);
    }
    found
}

fn scan(text: &str, offset: usize, depth: usize, found: &mut Vec<Reference>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find(['$', '\\'])) {
        at += next;
        let rest = text.get(at + 1..).unwrap_or("");
        let named = name_length(rest);
        if bytes.get(at) == Some(&b'\\') || rest.starts_with('$') {
            // The escaped character may be longer than a byte.
            at += 1 + rest.chars().next().map_or(0, char::len_utf8);
        } else if named > 0 {
            let name = rest.get(..named).unwrap_or("");
            if named > 1 && !name.contains(|c: char| c.is_ascii_lowercase()) {
                let name = Span::new(offset + at + 1, offset + at + 1 + named);
                found.push(Reference { name, operator: "", word: Span::at(name.end as usize) });
            }
            at += 1 + named;
        } else if let Some(inside) = rest.strip_prefix('{') {
            // Nothing behind an unclosed brace can be told.
            let Some(end) = closing_brace(inside) else { return };
            let Braced { name, operator, word } = braced(inside.get(..end).unwrap_or(""));
            let start = offset + at + 2;
            if let Some(operator) = operator.filter(|_| !name.is_empty()) {
                let word_start = start + end - word.len();
                found.push(Reference {
                    name: Span::new(start, start + name.len()),
                    operator,
                    word: Span::new(word_start, start + end),
                });
                if depth < DEEPEST {
                    scan(word, word_start, depth + 1, found);
                }
            }
            at += 2 + end + 1;
        } else {
            at += 1;
        }
    }
}
