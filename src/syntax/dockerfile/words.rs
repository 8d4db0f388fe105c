//! How lines divide into words: the word of the instruction, flags, and three kinds of arguments.

use super::instruction::{Flag, Pair};
use super::joined::Joined;
use crate::text::Spanned;

/// What BuildKit takes for white space between words that are not quoted.
fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// The word of the instruction, and the rest of the line.
pub(super) fn first_word(line: &Joined) -> (Joined, Joined) {
    let line = line.trimmed();
    let text = line.as_str();
    let end = text.find(is_blank).unwrap_or(text.len());
    (line.slice(0..end), line.slice(end..text.len()).trimmed())
}

/// The flags (`--name=value`) that begin a line, and the rest.
pub(super) fn flags(line: &Joined, escape: char) -> (Vec<Flag>, Joined) {
    let text = line.as_str();
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or("");
        at += rest.len() - rest.trim_start().len();
        if !text.get(at..).is_some_and(|rest| rest.starts_with("--")) {
            break;
        }
        let start = at;
        let mut word = Joined::empty(line.source(at));
        let mut quote: Option<char> = None;
        let mut chars = text.get(at..).unwrap_or("").char_indices();
        at = text.len();
        while let Some((offset, c)) = chars.next() {
            let here = start + offset;
            match quote {
                None if c.is_whitespace() => {
                    at = here;
                    break;
                }
                None if matches!(c, '\'' | '"') => quote = Some(c),
                Some(open) if c == open => quote = None,
                _ if c == escape => {
                    if let Some((offset, next)) = chars.next() {
                        word.push(next.encode_utf8(&mut [0; 4]), line.source(start + offset));
                    }
                }
                _ => word.push(c.encode_utf8(&mut [0; 4]), line.source(here)),
            }
        }
        if word.as_str() == "--" {
            break;
        }
        let equals = word.as_str().find('=');
        let name = word.slice(0..equals.unwrap_or(word.as_str().len()));
        flags.push(Flag {
            name: Spanned::new(name.as_str().to_owned(), name.span()),
            value: equals.map(|equals| word.slice(equals + 1..word.as_str().len())),
            span: line.span_of(start..at),
        });
    }
    (flags, line.slice(at.min(text.len())..text.len()).trimmed())
}

/// Words between blanks, without any quoting (`FROM`, `EXPOSE`, `COPY`).
pub(super) fn plain(text: &Joined) -> Vec<Joined> {
    let whole = text.as_str();
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in whole.char_indices().chain([(whole.len(), ' ')]) {
        if is_blank(c) {
            words.extend(start.take().map(|start| text.slice(start..at)));
        } else {
            start.get_or_insert(at);
        }
    }
    words
}

/// Words with their quotes and escapes kept (`ARG`, `ENV`, `LABEL`).
pub(super) fn quoted(text: &Joined, escape: char) -> Vec<Joined> {
    let whole = text.as_str();
    let mut words = Vec::new();
    let mut start = None;
    let mut quote: Option<char> = None;
    let mut chars = whole.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if quote.is_none() && c.is_whitespace() {
            words.extend(start.take().map(|start| text.slice(start..at)));
            continue;
        }
        start.get_or_insert(at);
        match quote {
            // Nothing can be escaped between single quotes.
            None | Some('"') if c == escape => {
                let escaped = chars.next();
                if escaped.is_none() {
                    // An escape at the very end escapes nothing and is dropped.
                    words.extend(start.take().map(|start| text.slice(start..at)));
                    words.retain(|word| !word.as_str().is_empty());
                    return words;
                }
            }
            None if matches!(c, '\'' | '"') => quote = Some(c),
            Some(open) if c == open => quote = None,
            _ => {}
        }
    }
    words.extend(start.map(|start| text.slice(start..whole.len())));
    words
}

/// `K=v K2=v2` or the legacy `K v`, told apart by the first word.
pub(super) fn pairs(text: &Joined, escape: char) -> Vec<Pair> {
    let words = quoted(text, escape);
    let Some(first) = words.first() else { return Vec::new() };
    if first.as_str().contains('=') {
        return words.iter().map(pair).collect();
    }
    let whole = text.as_str();
    let end = whole.find(is_blank).unwrap_or(whole.len());
    let rest = whole.get(end..).unwrap_or("");
    let value = end + (rest.len() - rest.trim_start_matches(is_blank).len());
    vec![Pair {
        key: text.slice(0..end),
        value: (end < whole.len()).then(|| text.slice(value..whole.len())),
        is_legacy: true,
    }]
}

/// One `K=v` or a word without `=`.
pub(super) fn pair(word: &Joined) -> Pair {
    let whole = word.as_str();
    match whole.find('=') {
        Some(equals) => Pair {
            key: word.slice(0..equals),
            value: Some(word.slice(equals + 1..whole.len())),
            is_legacy: false,
        },
        None => Pair { key: word.clone(), value: None, is_legacy: false },
    }
}
