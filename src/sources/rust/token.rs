//! Rust source as tokens with matched brackets.
//!
//! Reads stand inside macro calls (`println!`, `lazy_static!`, `vec![]`) and attributes as often as
//! outside, and there every parser of Rust sees raw tokens. So all readers of this kind work on tokens
//! everywhere, and code within a macro is read like any other.

use std::ops::Range;

use crate::syntax::escape;
use crate::text::{Span, Spanned};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A word, keywords included; `r#` is left out.
    Ident,
    /// A string of characters; the range is that of its inside, and whether escapes stand for themselves.
    Str { inside: Span, raw: bool },
    /// A number.
    Number,
    /// A byte string, a character, a lifetime: nothing that names or sets a key.
    Other,
    /// Punctuation; of several characters only `::`, `=>`, `->`, `&&`, `||`, `==`, `!=` and `..`.
    Punct,
    /// `(`, `[` or `{`, with the position of its partner (of the end where there is none).
    Open(usize),
    /// `)`, `]` or `}`.
    Close,
    /// A doc comment in front of an item; the range is that of its text.
    Doc(Span),
}

/// A token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) span: Span,
}

/// All tokens of a text, comments left out.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    all: Vec<Token<'t>>,
    source: &'t str,
}

impl<'t> Tokens<'t> {
    /// Divides `source`. Anything is divided somehow; the cost is linear.
    pub(super) fn new(source: &'t str) -> Self {
        let mut all: Vec<Token<'t>> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut at = 0;
        while let Some((kind, end)) = lex(source, at) {
            // An end that stands still would never end; every token has at least one character.
            let end = source.ceil_char_boundary(end.max(at + 1));
            let start = std::mem::replace(&mut at, end);
            let Some(mut kind) = kind else { continue };
            let mut text = source.get(start..end).unwrap_or("");
            match kind {
                Kind::Ident => text = text.strip_prefix("r#").unwrap_or(text),
                Kind::Open(_) => open.push(all.len()),
                Kind::Close => {
                    let matching = |&opening: &usize| {
                        all.get(opening).is_some_and(|token: &Token<'_>| pair(token.text) == text)
                    };
                    // A bracket left open is closed by the next closing one that fits further out.
                    if let Some(level) = open.iter().rev().take(MAX_UNCLOSED).position(matching) {
                        let level = open.len() - 1 - level;
                        let here = all.len();
                        for opening in open.drain(level..) {
                            if let Some(token) = all.get_mut(opening) {
                                token.kind = Kind::Open(here);
                            }
                        }
                    } else {
                        kind = Kind::Punct;
                    }
                }
                _ => {}
            }
            all.push(Token { kind, text, span: Span::new(start, end) });
        }
        let end = all.len();
        for opening in open {
            if let Some(token) = all.get_mut(opening) {
                token.kind = Kind::Open(end);
            }
        }
        Self { all, source }
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The token at a position.
    pub(super) fn get(&self, at: usize) -> Option<Token<'t>> {
        self.all.get(at).copied()
    }

    /// Whether the token at `at` is the word or punctuation `text`.
    pub(super) fn is(&self, at: usize, text: &str) -> bool {
        self.all.get(at).is_some_and(|token| {
            token.text == text
                && matches!(token.kind, Kind::Ident | Kind::Punct | Kind::Open(_) | Kind::Close)
        })
    }

    /// Whether the token before `at` is `text`.
    pub(super) fn is_before(&self, at: usize, text: &str) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is(before, text))
    }

    /// The word at `at`.
    pub(super) fn ident(&self, at: usize) -> Option<&'t str> {
        self.all.get(at).filter(|token| token.kind == Kind::Ident).map(|token| token.text)
    }

    /// The positions inside the bracket that opens at `at`, if one does.
    pub(super) fn group(&self, at: usize) -> Option<Range<usize>> {
        match self.all.get(at)?.kind {
            Kind::Open(partner) => Some(at + 1..partner.max(at + 1)),
            _ => None,
        }
    }

    /// The positions inside the bracket `opening` that opens at `at`, if that one does.
    pub(super) fn group_of(&self, at: usize, opening: &str) -> Option<Range<usize>> {
        if self.is(at, opening) { self.group(at) } else { None }
    }

    /// The position behind the token at `at`, or behind its partner where it opens a bracket.
    pub(super) fn past(&self, at: usize) -> usize {
        self.group(at).map_or(at + 1, |inside| inside.end + 1)
    }

    /// The positions in `range` that do not lie inside a bracket of it.
    pub(super) fn top(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        let end = range.end.min(self.len());
        let mut at = range.start;
        std::iter::from_fn(move || {
            let here = at;
            at = self.past(at);
            (here < end).then_some(here)
        })
    }

    /// `range` divided at its own `separator`s; an empty last part is left out.
    pub(super) fn split(&self, range: Range<usize>, separator: &str) -> Vec<Range<usize>> {
        let mut parts = Vec::new();
        let mut start = range.start;
        for at in self.top(range.clone()) {
            if self.is(at, separator) {
                parts.push(start..at);
                start = at + 1;
            }
        }
        if start < range.end {
            parts.push(start..range.end);
        }
        parts
    }

    /// The position behind the `>` that closes the `<` at `at`; `at` itself if there is no `<`.
    pub(super) fn past_generics(&self, at: usize) -> usize {
        if !self.is(at, "<") {
            return at;
        }
        let mut depth = 0usize;
        for position in self.top(at..self.len()) {
            if self.is(position, "<") {
                depth += 1;
            } else if self.is(position, ">") {
                depth -= 1;
                if depth == 0 {
                    return position + 1;
                }
            } else if self.is(position, ";") || self.is(position, "{") || position > at + MAX_GENERICS {
                break;
            }
        }
        at
    }

    /// The text of the string at `at`, with the place of its inside.
    pub(super) fn string(&self, at: usize) -> Option<Spanned<String>> {
        let Kind::Str { inside, raw } = self.all.get(at)?.kind else { return None };
        let text = self.source.get(inside.range())?;
        let text = if raw || !text.contains('\\') { text.to_owned() } else { escape::rust(text) };
        Some(Spanned::new(text, inside))
    }

    /// The source at `span`.
    pub(super) fn text(&self, span: Span) -> &'t str {
        self.source.get(span.range()).unwrap_or("")
    }

    /// The text of the doc comment at `at`.
    pub(super) fn doc(&self, at: usize) -> Option<&'t str> {
        let Kind::Doc(inside) = self.all.get(at)?.kind else { return None };
        self.source.get(inside.range())
    }

    /// The span of the tokens of `range`; empty at the end of the text where there are none.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        let last = range.end.min(self.len());
        match (self.all.get(range.start), last.checked_sub(1).and_then(|last| self.all.get(last))) {
            (Some(first), Some(last)) if range.start < range.end => first.span.cover(last.span),
            (Some(first), _) => Span { end: first.span.start, ..first.span },
            _ => Span::at(self.source.len()),
        }
    }
}

/// Brackets looked through for the partner of a closing one, so that stray ones cost little.
const MAX_UNCLOSED: usize = 64;

/// Tokens after which a `<` is taken for "less than".
const MAX_GENERICS: usize = 256;

fn pair(opening: &str) -> &'static str {
    match opening {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

/// The token at byte `at` and where it ends; no kind for what is passed over; `None` at the end.
///
/// Source: the Rust reference, "Lexical structure".
fn lex(source: &str, at: usize) -> Option<(Option<Kind>, usize)> {
    let bytes = source.as_bytes();
    let first = *bytes.get(at)?;
    let peek = |offset: usize| bytes.get(at + offset).copied().unwrap_or(0);
    let token = |kind, end| Some((Some(kind), end));
    match first {
        b'/' if peek(1) == b'/' => {
            let end = find(bytes, at, b"\n").unwrap_or(bytes.len());
            let is_doc = peek(2) == b'/' && peek(3) != b'/';
            Some((is_doc.then(|| Kind::Doc(Span::new(at + 3, end))), end))
        }
        b'/' if peek(1) == b'*' => {
            let end = block_comment(bytes, at);
            let is_doc = peek(2) == b'*' && !matches!(peek(3), b'*' | b'/') && end >= at + 5;
            Some((is_doc.then(|| Kind::Doc(Span::new(at + 3, end - 2))), end))
        }
        b'"' => {
            let (inside, end) = quoted(bytes, at, b'"');
            token(Kind::Str { inside, raw: false }, end)
        }
        b'\'' => token(Kind::Other, char_or_lifetime(source, at)),
        b'b' | b'c' if peek(1) == b'"' => token(Kind::Other, quoted(bytes, at + 1, b'"').1),
        b'b' if peek(1) == b'\'' => token(Kind::Other, quoted(bytes, at + 1, b'\'').1),
        b'r' if raw_string(bytes, at + 1).is_some() => {
            let (inside, end) = raw_string(bytes, at + 1)?;
            token(Kind::Str { inside, raw: true }, end)
        }
        b'b' | b'c' if peek(1) == b'r' && raw_string(bytes, at + 2).is_some() => {
            token(Kind::Other, raw_string(bytes, at + 2)?.1)
        }
        b'0'..=b'9' => {
            let mut end = at + 1;
            while let Some(&byte) = bytes.get(end) {
                let fraction = byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
                if !(byte.is_ascii_alphanumeric() || byte == b'_' || fraction) {
                    break;
                }
                end += 1;
            }
            token(Kind::Number, end)
        }
        b'r' if peek(1) == b'#' && is_word(peek(2)) => token(Kind::Ident, word_end(bytes, at + 2)),
        _ if is_word(first) => token(Kind::Ident, word_end(bytes, at)),
        b'(' | b'[' | b'{' => token(Kind::Open(0), at + 1),
        b')' | b']' | b'}' => token(Kind::Close, at + 1),
        _ if first.is_ascii_whitespace() || first == 0 => Some((None, at + 1)),
        _ => {
            let joined = [b"::", b"=>", b"->", b"&&", b"||", b"==", b"!=", b".."];
            let long = joined.iter().any(|pair| **pair == [first, peek(1)]);
            token(Kind::Punct, at + if long { 2 } else { 1 })
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    let length = bytes.get(at..).unwrap_or_default().iter().take_while(|&&byte| is_word(byte)).count();
    at + length
}

fn find(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(needle.len()).position(|window| window == needle).map(|found| from + found)
}

/// Block comments nest.
fn block_comment(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0usize;
    let mut here = at;
    while let Some(pair) = bytes.get(here..here + 2) {
        match pair {
            b"/*" => depth += 1,
            b"*/" => depth = depth.saturating_sub(1),
            _ => {
                here += 1;
                continue;
            }
        }
        here += 2;
        if depth == 0 {
            return here;
        }
    }
    bytes.len()
}

/// The inside and the end of the text between the quote at `at` and the next one.
fn quoted(bytes: &[u8], at: usize, quote: u8) -> (Span, usize) {
    let mut here = at + 1;
    while let Some(&byte) = bytes.get(here) {
        match byte {
            b'\\' => here += 1,
            _ if byte == quote => return (Span::new(at + 1, here), here + 1),
            _ => {}
        }
        here += 1;
    }
    (Span::new(at + 1, bytes.len()), bytes.len())
}

/// The inside and the end of a raw string whose `#`s begin at `at`.
fn raw_string(bytes: &[u8], at: usize) -> Option<(Span, usize)> {
    let hashes = bytes.get(at..)?.iter().take_while(|&&byte| byte == b'#').count();
    let start = at + hashes + 1;
    if bytes.get(at + hashes) != Some(&b'"') {
        return None;
    }
    let closing: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let end = find(bytes, start, &closing).unwrap_or(bytes.len());
    Some((Span::new(start, end), (end + closing.len()).min(bytes.len())))
}

/// The end of `'a'`, `'\n'` or `'lifetime`.
fn char_or_lifetime(source: &str, at: usize) -> usize {
    let mut rest = source.get(at + 1..).unwrap_or("").char_indices();
    match (rest.next(), rest.next()) {
        (Some((_, '\\')), _) => quoted(source.as_bytes(), at, b'\'').1,
        (Some(_), Some((second, '\''))) => at + 1 + second + 1,
        (Some((_, first)), _) if first.is_alphanumeric() || first == '_' => {
            word_end(source.as_bytes(), at + 1)
        }
        _ => at + 1,
    }
}
