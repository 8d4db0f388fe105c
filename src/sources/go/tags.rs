//! Tags of struct fields: `` `env:"K,required" envDefault:"d"` ``.

use crate::syntax::escape;
use crate::syntax::tree::Node;
use crate::text::{Span, Spanned};

/// The keys and values of one tag, in order.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Tags<'t> {
    all: Vec<(&'t str, Spanned<String>)>,
}

impl<'t> Tags<'t> {
    /// Reads the tag of a field. What is malformed ends it, as it does in Go.
    ///
    /// Source: the documentation of `reflect.StructTag`.
    pub(super) fn of(field: Node<'t>) -> Self {
        let Some(tag) = field.field("tag") else { return Self::default() };
        let (span, text) = (tag.span(), tag.text());
        // In an interpreted literal each quote is escaped; such tags are as good as unknown.
        let Some(inside) = text.strip_prefix('`').and_then(|text| text.strip_suffix('`')) else {
            return Self::default();
        };
        let start = span.start as usize + 1;
        let mut all = Vec::new();
        let mut at = 0;
        while let Some(rest) = inside.get(at..) {
            at += rest.len() - rest.trim_start().len();
            let Some(rest) = inside.get(at..) else { break };
            let Some(colon) =
                rest.find([':', ' ', '"']).filter(|&end| rest.as_bytes().get(end) == Some(&b':'))
            else {
                // Some libraries take a bare word for a flag: `env-required`.
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or("");
                if word.is_empty() || word.contains('"') {
                    break;
                }
                all.push((word, Spanned::new(String::new(), Span::at(start + at))));
                at += end;
                continue;
            };
            let Some(quoted) = rest.get(colon + 1..).and_then(|rest| rest.strip_prefix('"')) else { break };
            let Some(length) = closing(quoted) else { break };
            let (name, value) = (rest.get(..colon).unwrap_or(""), quoted.get(..length).unwrap_or(""));
            let begin = start + at + colon + 2;
            all.push((name, Spanned::new(escape::go(value), Span::new(begin, begin + length))));
            at += colon + 2 + length + 1;
        }
        Self { all }
    }

    /// The value of a key; empty for one that stands alone.
    pub(super) fn get(&self, name: &str) -> Option<&Spanned<String>> {
        self.all.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The value of the first of several keys.
    pub(super) fn any(&self, names: &[&str]) -> Option<&Spanned<String>> {
        names.iter().find_map(|name| self.get(name))
    }

    /// Whether a key is there and not `"false"`.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !matches!(value.value.as_str(), "false" | "0" | "no"))
    }
}

/// Where the quote stands that ends a text, escapes passed over.
fn closing(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.bytes().position(|byte| {
        let is_end = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        is_end
    })
}

/// A part of a value between commas, blanks taken off, with its place.
pub(super) fn parts(value: &Spanned<String>) -> Vec<Spanned<String>> {
    let mut at = value.span.start as usize;
    let mut found = Vec::new();
    for part in value.value.split(',') {
        let trimmed = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        let end = value.span.end as usize;
        let span = Span::new(start.min(end), (start + trimmed.len()).min(end));
        found.push(Spanned::new(trimmed.to_owned(), span));
        at += part.len() + 1;
    }
    found
}
