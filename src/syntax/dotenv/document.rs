//! Dotenv text as its author meant it, with every byte in its place.

use std::borrow::Cow;

use crate::text::Span;

/// A dotenv text in pieces. The spans of the pieces lie side by side and cover the whole text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// The pieces, in order: each one line, or the lines of one assignment with a multi-line value.
    pub pieces: Vec<Piece>,
}

/// One line, or the lines of one assignment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// All of it, with the line ending.
    pub span: Span,
    /// What it is.
    pub kind: PieceKind,
}

/// What a piece is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PieceKind {
    /// White space.
    Blank,
    /// A comment from its `#` to the last character that is not white space.
    Comment(Span),
    /// `KEY=value`.
    Assignment(Assignment),
    /// `KEY` alone.
    Bare(BareKey),
    /// Anything else, without the white space around it.
    Junk(Span),
}

/// `KEY=value`, `export KEY=value` or `KEY: value`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assignment {
    /// The word `export`.
    pub export: Option<Span>,
    /// The key.
    pub key: Span,
    /// Whether a colon stands in the place of `=`.
    pub colon: bool,
    /// Whether white space stands before or behind the sign.
    pub spaced: bool,
    /// The value.
    pub value: Raw,
    /// What stands between a closing quote and the comment or the end: most readers stumble over it.
    pub behind: Option<Span>,
    /// The comment behind the value, from its `#`.
    pub comment: Option<Span>,
}

/// A key without a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BareKey {
    /// Whether `export` stands before it.
    pub export: bool,
    /// The key.
    pub key: Span,
}

/// How a value is quoted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Quote {
    /// Not at all.
    None,
    /// `'...'`.
    Single,
    /// `"..."`.
    Double,
    /// Backticks, which npm `dotenv` and Node take for quotes.
    Backtick,
}

/// A value as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raw {
    /// The value with its quotes.
    pub span: Span,
    /// What stands between the quotes; the same as `span` without quotes.
    pub inner: Span,
    /// The quotes.
    pub quote: Quote,
    /// Whether an opening quote is closed; true without quotes.
    pub closed: bool,
}

impl Raw {
    /// The value after quoting and escapes, before any interpolation; `text` is the whole file.
    ///
    /// Escapes are those on which most readers agree: in double quotes `\n`, `\r`, `\t`, `\"`, `\\`
    /// and `\$`, in single quotes `\'`.
    #[must_use]
    pub fn unquoted<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let inner = text.get(self.inner.range()).unwrap_or("");
        if !self.closed || matches!(self.quote, Quote::None | Quote::Backtick) || !inner.contains('\\') {
            return Cow::Borrowed(inner);
        }
        let mut out = String::with_capacity(inner.len());
        let mut chars = inner.chars().peekable();
        while let Some(c) = chars.next() {
            let resolved = match (c, self.quote, chars.peek()) {
                ('\\', Quote::Single, Some('\'')) => Some('\''),
                ('\\', Quote::Double, Some('n')) => Some('\n'),
                ('\\', Quote::Double, Some('r')) => Some('\r'),
                ('\\', Quote::Double, Some('t')) => Some('\t'),
                ('\\', Quote::Double, Some(&plain @ ('"' | '\\' | '$'))) => Some(plain),
                _ => None,
            };
            if resolved.is_some() {
                chars.next();
            }
            out.push(resolved.unwrap_or(c));
        }
        Cow::Owned(out)
    }
}

impl Document {
    /// Divides `text`. Cannot fail; the cost is linear in the text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut pieces = Vec::with_capacity(text.bytes().filter(|&byte| byte == b'\n').count() + 1);
        let mut at = 0;
        while at < text.len() {
            let (kind, end) = piece(text, at);
            let end = line_end(text, end);
            pieces.push(Piece { span: Span::new(at, end), kind });
            at = end;
        }
        Self { pieces }
    }

    /// The assignments, in order.
    pub fn assignments(&self) -> impl Iterator<Item = &Assignment> {
        self.pieces.iter().filter_map(|piece| match &piece.kind {
            PieceKind::Assignment(assignment) => Some(assignment),
            _ => None,
        })
    }
}

/// Behind the line break of the line that holds `at`.
fn line_end(text: &str, at: usize) -> usize {
    let found = text.as_bytes().get(at..).and_then(|rest| memchr::memchr(b'\n', rest));
    found.map_or(text.len(), |end| at + end + 1)
}

/// White space inside a line, and the byte order mark that some editors put in front of a file.
fn is_blank(c: char) -> bool {
    (c.is_whitespace() && c != '\n') || c == '\u{feff}'
}

/// A part of the text with its offset.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Part<'a> {
    fn skip(self, bytes: usize) -> Self {
        Self { text: self.text.get(bytes..).unwrap_or(""), at: self.at + bytes.min(self.text.len()) }
    }

    fn trim_start(self) -> Self {
        self.skip(self.text.len() - self.text.trim_start_matches(is_blank).len())
    }

    fn trim_end(self) -> Self {
        Self { text: self.text.trim_end_matches(is_blank), at: self.at }
    }

    fn cut(self, bytes: usize) -> Self {
        Self { text: self.text.get(..bytes).unwrap_or(self.text), at: self.at }
    }

    fn span(self) -> Span {
        Span::new(self.at, self.at + self.text.len())
    }
}

/// Whether `key` may be meant as a key: what compose and python-dotenv take for one, with at least
/// one letter or digit.
fn is_key(key: &str) -> bool {
    key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']'))
        && key.contains(char::is_alphanumeric)
        && !key.starts_with(['-', '.'])
}

fn is_upper(key: &str) -> bool {
    key.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// The piece that begins at `start`, and an offset in its last line.
fn piece(text: &str, start: usize) -> (PieceKind, usize) {
    let end = line_end(text, start);
    if let Some(assignment) = text.get(start..end).and_then(|line| plain_assignment(line, start)) {
        return (PieceKind::Assignment(assignment), start.max(end.saturating_sub(1)));
    }
    any_piece(text, start, end)
}

/// The piece that begins with the line from `start` to `end`, whatever stands there.
fn any_piece(text: &str, start: usize, end: usize) -> (PieceKind, usize) {
    let line = Part { text: text.get(start..end).unwrap_or(""), at: start };
    let line = Part { text: line.text.strip_suffix('\n').unwrap_or(line.text), at: start };
    let line = line.trim_end().trim_start();
    let last = start.max(end.saturating_sub(1));
    if line.text.is_empty() {
        return (PieceKind::Blank, last);
    }
    if line.text.starts_with('#') {
        return (PieceKind::Comment(line.span()), last);
    }
    let mut export = None;
    let mut rest = line;
    if let Some(behind) = line.text.strip_prefix("export")
        && behind.starts_with(is_blank)
    {
        export = Some(line.cut("export".len()).span());
        rest = line.skip("export".len()).trim_start();
    }
    let key_end = rest.text.find(|c: char| matches!(c, '=' | ':' | '#') || is_blank(c));
    let key = rest.cut(key_end.unwrap_or(rest.text.len()));
    let behind_key = rest.skip(key.text.len());
    let sign = behind_key.trim_start();
    if !is_key(key.text) {
        return (PieceKind::Junk(line.span()), last);
    }
    let comment_follows = sign.text.starts_with('#') && sign.at > behind_key.at;
    if sign.text.is_empty() || comment_follows {
        return (PieceKind::Bare(BareKey { export: export.is_some(), key: key.span() }), last);
    }
    let behind_sign = sign.skip(1);
    // `KEY: value` is YAML's way; `Note: prose` and `https://...` are no assignments.
    let colon = sign.text.starts_with(':')
        && sign.at == behind_key.at
        && is_upper(key.text)
        && (behind_sign.text.is_empty() || behind_sign.text.starts_with(is_blank));
    if !colon && !sign.text.starts_with('=') {
        return (PieceKind::Junk(line.span()), last);
    }
    let found = value(text, behind_sign, true);
    let spaced = sign.at > behind_key.at || behind_sign.text.starts_with(is_blank);
    let assignment = Assignment {
        export,
        key: key.span(),
        colon,
        spaced,
        value: found.value,
        behind: found.behind,
        comment: found.comment,
    };
    let last = last.max(found.value.span.end as usize);
    (PieceKind::Assignment(assignment), last)
}

/// `KEY=value` as most lines have it: in capitals, with no blank, quote or comment, and in ASCII.
fn plain_assignment(line: &str, start: usize) -> Option<Assignment> {
    let line = line.strip_suffix('\n').unwrap_or(line).as_bytes();
    let key = line
        .iter()
        .position(|byte| !(byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_'))?;
    let is_value = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'\'' | b'"' | b'`' | b'#');
    let is_plain = line.get(key) == Some(&b'=') && line.get(key + 1..)?.iter().all(is_value);
    if !is_plain || !line.get(..key)?.iter().any(u8::is_ascii_alphanumeric) {
        return None;
    }
    let value = Span::new(start + key + 1, start + line.len());
    Some(Assignment {
        export: None,
        key: Span::new(start, start + key),
        colon: false,
        spaced: false,
        value: Raw { span: value, inner: value, quote: Quote::None, closed: true },
        behind: None,
        comment: None,
    })
}

pub(super) struct FoundValue {
    pub(super) value: Raw,
    pub(super) behind: Option<Span>,
    pub(super) comment: Option<Span>,
}

/// Reads the value in the line from `at` to `end`, on one line.
pub(super) fn value_between(text: &str, at: usize, end: usize) -> FoundValue {
    value(text, Part { text: text.get(at..end).unwrap_or(""), at }, false)
}

/// Reads the value that begins at `line`, the rest of its line without white space at the end.
fn value(text: &str, line: Part<'_>, multiline: bool) -> FoundValue {
    let start = line.trim_start();
    let quote = match start.text.chars().next() {
        Some('\'') => Quote::Single,
        Some('"') => Quote::Double,
        Some('`') => Quote::Backtick,
        _ => return unquoted(line),
    };
    let inside = start.skip(1);
    let mark = start.text.as_bytes().first().copied().unwrap_or_default();
    let closed = |inner_end: usize, rest: Part<'_>| {
        let inner = Span::new(inside.at, inner_end);
        let value = Raw { span: Span::new(start.at, inner_end + 1), inner, quote, closed: true };
        let rest = rest.trim_end().trim_start();
        let comment = match rest.text.find('#') {
            Some(0) => Some(0),
            _ => comment_start(rest.text),
        };
        let behind = rest.cut(comment.unwrap_or(rest.text.len())).trim_end();
        FoundValue {
            value,
            behind: (!behind.text.is_empty()).then(|| behind.span()),
            comment: comment.map(|at| rest.skip(at).span()),
        }
    };
    if let Some(end) = unescaped(inside.text, mark) {
        return closed(inside.at + end, inside.skip(end + 1));
    }
    if multiline
        && let Some(rest) = text.get(inside.at..)
        && let Some(end) = unescaped(rest, mark)
    {
        let behind = Part { text: rest, at: inside.at }.skip(end + 1);
        let behind = behind.cut(behind.text.find('\n').unwrap_or(behind.text.len()));
        let trimmed = behind.trim_start();
        if trimmed.text.is_empty() || trimmed.text.starts_with('#') {
            return closed(inside.at + end, behind);
        }
    }
    // `"C:\"`: readers that find no other quote take the escaped one at the end.
    if inside.text.len() > 1 && inside.text.as_bytes().last() == Some(&mark) {
        return closed(inside.at + inside.text.len() - 1, inside.skip(inside.text.len()));
    }
    let value = Raw { span: start.span(), inner: inside.span(), quote, closed: false };
    FoundValue { value, behind: None, comment: None }
}

/// The first `mark` that no backslash escapes. Backticks know no escape.
fn unescaped(text: &str, mark: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if escaped {
            escaped = false;
        } else if byte == mark {
            return Some(at);
        } else {
            escaped = byte == b'\\' && mark != b'`';
        }
    }
    None
}

/// Where a comment begins: a `#` behind white space.
fn comment_start(text: &str) -> Option<usize> {
    text.match_indices('#')
        .map(|(at, _)| at)
        .find(|&at| text.get(..at).is_some_and(|before| before.ends_with(is_blank)))
}

fn unquoted(line: Part<'_>) -> FoundValue {
    let comment = comment_start(line.text);
    let written = line.cut(comment.unwrap_or(line.text.len()));
    // `A= #c`: an empty value stands right behind the sign.
    let value = match written.trim_end() {
        empty if empty.text.is_empty() => empty,
        some => some.trim_start(),
    };
    FoundValue {
        value: Raw { span: value.span(), inner: value.span(), quote: Quote::None, closed: true },
        behind: None,
        comment: comment.map(|at| line.skip(at).span()),
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
