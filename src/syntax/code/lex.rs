//! The division of source into tokens: one pass, with a stack for code in strings.

use std::ops::Range;

use super::lexicon::{Escapes, Lexicon, Quote};
use super::{Kind, Token};
use crate::text::Span;

/// A string that is being read, or code in one.
enum Frame {
    /// A string, with the position of its token.
    Str { close: String, escapes: Escapes, hole: Option<&'static str>, token: usize },
    /// Code in a string, with the number of brackets that are open in it.
    Hole(usize),
}

/// A string that ends nowhere near is none: one odd quote must not hide the rest of the file.
const MAX_STRING: usize = 64 << 10;

/// How deep code in strings in code is followed.
const MAX_FRAMES: usize = 30;

struct Lexer<'a, 't> {
    text: &'t str,
    end: usize,
    at: usize,
    lexicon: &'a Lexicon,
    frames: Vec<Frame>,
    /// The strings that begin with the next line, by the name that ends them.
    pending: Vec<String>,
    starts_line: bool,
}

/// Adds the tokens of `text[part]`.
pub(super) fn lex<'t>(text: &'t str, part: Range<usize>, lexicon: &Lexicon, all: &mut Vec<Token<'t>>) {
    let end = text.floor_char_boundary(part.end.min(text.len()));
    let at = text.ceil_char_boundary(part.start.min(end));
    let mut lexer =
        Lexer { text, end, at, lexicon, frames: Vec::new(), pending: Vec::new(), starts_line: true };
    while lexer.at < lexer.end {
        let before = lexer.at;
        if let Some(Frame::Str { .. }) = lexer.frames.last() {
            lexer.in_string(all);
        } else {
            lexer.in_code(all);
        }
        // A step that stands still would never end.
        if lexer.at <= before && !matches!(lexer.frames.last(), Some(Frame::Str { .. })) {
            lexer.at = text.ceil_char_boundary(before + 1);
        }
    }
    while let Some(frame) = lexer.frames.pop() {
        if let Frame::Str { token, .. } = frame {
            finish(all, token, lexer.end, lexer.end, text);
        }
    }
}

/// Sets the end of a string's token.
fn finish<'t>(all: &mut [Token<'t>], token: usize, inside_end: usize, end: usize, text: &'t str) {
    if let Some(token) = all.get_mut(token) {
        token.span = Span::new(token.span.start as usize, end.max(token.span.start as usize));
        token.text = text.get(token.span.range()).unwrap_or("");
        if let Kind::Str { inside, has_code: false, .. } = &mut token.kind {
            *inside = Span::new(inside.start as usize, inside_end.max(inside.start as usize));
        }
    }
}

impl<'t> Lexer<'_, 't> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    fn push(&mut self, all: &mut Vec<Token<'t>>, kind: Kind, end: usize) {
        let end = self
            .text
            .ceil_char_boundary(end.clamp(self.at + 1, self.end.max(self.at + 1)).min(self.text.len()));
        let span = Span::new(self.at, end);
        let text = self.text.get(span.range()).unwrap_or("");
        all.push(Token { kind, text, span, starts_line: std::mem::take(&mut self.starts_line) });
        self.at = end;
    }

    /// Goes on in a string: to its end, or to code in it.
    fn in_string(&mut self, all: &mut Vec<Token<'t>>) {
        let rest = self.rest();
        let Some(Frame::Str { close, escapes, hole, token, .. }) = self.frames.last() else { return };
        let (escapes, hole, token) = (*escapes, *hole, *token);
        let bytes = rest.as_bytes();
        let mut offset = 0;
        while let Some(&byte) = bytes.get(offset) {
            let here = bytes.get(offset..).unwrap_or_default();
            if byte == b'\\' && matches!(escapes, Escapes::Backslash | Escapes::Quotes) {
                offset += 2;
                continue;
            }
            if here.starts_with(close.as_bytes()) {
                if escapes == Escapes::Doubled && here.get(1) == Some(&b'"') {
                    offset += 2;
                    continue;
                }
                let (inside_end, end) = (self.at + offset, self.at + offset + close.len());
                finish(all, token, inside_end, end, self.text);
                self.frames.pop();
                self.at = end;
                return;
            }
            if let Some(hole) = hole.filter(|hole| here.starts_with(hole.as_bytes()))
                && self.frames.len() < MAX_FRAMES
            {
                // `{{` is a brace in C#.
                if hole == "{" && here.get(1) == Some(&b'{') {
                    offset += 2;
                    continue;
                }
                if let Some(token) = all.get_mut(token)
                    && let Kind::Str { inside, has_code, .. } = &mut token.kind
                    && !*has_code
                {
                    *inside = Span::new(inside.start as usize, self.at + offset);
                    *has_code = true;
                }
                self.at += offset;
                self.frames.push(Frame::Hole(0));
                // In PHP the `$` belongs to the code.
                let length = if hole == "{$" { 1 } else { hole.len() };
                let opening = Span::new(self.at, self.at + length);
                let text = self.text.get(opening.range()).unwrap_or("");
                all.push(Token { kind: Kind::Open(0), text, span: opening, starts_line: false });
                self.at += length;
                return;
            }
            offset += 1;
        }
        self.at = self.end;
    }

    fn in_code(&mut self, all: &mut Vec<Token<'t>>) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        for (open, close) in self.lexicon.block_comments {
            let opening = open.trim_start_matches('\n');
            if rest.starts_with(opening) && (opening == *open || self.is_at_line_start()) {
                let length = rest.get(opening.len()..).and_then(|rest| rest.find(close));
                self.at = length.map_or(self.end, |length| self.at + opening.len() + length + close.len());
                return;
            }
        }
        if first == '\n' {
            self.at += 1;
            self.starts_line = true;
            self.heredocs(all);
            return;
        }
        if first.is_whitespace() || first == '\u{feff}' {
            self.at += first.len_utf8();
            return;
        }
        let is_attribute = rest.starts_with("#[") && self.lexicon.line_comments.len() > 1;
        if self.lexicon.line_comments.iter().any(|comment| rest.starts_with(comment)) && !is_attribute {
            self.at += rest.find('\n').unwrap_or(rest.len());
            return;
        }
        if self.literal(rest, first, all) {
            return;
        }
        if let Some(quote) = self.lexicon.quotes.iter().find(|quote| rest.starts_with(quote.open)) {
            return self.string(quote, all);
        }
        let is_letter = |c: char| c.is_alphanumeric() || c == '_';
        if first.is_ascii_digit() {
            let is_part = |c: char| is_letter(c) || c == '.';
            let length = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            // `1..2` is a range of numbers.
            let length = rest.find("..").map_or(length, |range| length.min(range.max(1)));
            return self.push(all, Kind::Number, self.at + length);
        }
        if is_letter(first) || self.lexicon.word_starts.contains(first) {
            let tail = rest.get(first.len_utf8()..).unwrap_or("");
            let mut length = first.len_utf8() + tail.find(|c: char| !is_letter(c)).unwrap_or(tail.len());
            if let Some(next) = rest.get(length..).and_then(|rest| rest.chars().next())
                && self.lexicon.word_ends.contains(next)
                && !rest.get(length + 1..).is_some_and(|rest| rest.starts_with('='))
            {
                length += 1;
            }
            return self.push(all, Kind::Word, self.at + length);
        }
        match first {
            '(' | '[' | '{' => {
                if let Some(Frame::Hole(depth)) = self.frames.last_mut() {
                    *depth += 1;
                }
                self.push(all, Kind::Open(0), self.at + 1);
            }
            ')' | ']' | '}' => {
                if let Some(Frame::Hole(depth)) = self.frames.last_mut() {
                    if *depth == 0 && first == '}' {
                        self.frames.pop();
                    } else {
                        *depth = depth.saturating_sub(1);
                    }
                }
                self.push(all, Kind::Close, self.at + 1);
            }
            _ => {
                let length = LONG
                    .iter()
                    .find(|long| rest.starts_with(**long))
                    .map_or(first.len_utf8(), |long| long.len());
                self.push(all, Kind::Punct, self.at + length);
            }
        }
    }

    fn is_at_line_start(&self) -> bool {
        self.text.get(..self.at).is_some_and(|before| before.is_empty() || before.ends_with('\n'))
    }

    /// Begins a string.
    fn string(&mut self, quote: &Quote, all: &mut Vec<Token<'t>>) {
        let rest = self.rest();
        let window = rest.get(..rest.floor_char_boundary(MAX_STRING)).unwrap_or("");
        let closes = window.get(quote.open.len()..).is_some_and(|window| window.contains(quote.close));
        if !closes {
            return self.push(all, Kind::Punct, self.at + quote.open.len());
        }
        if !quote.is_text {
            // A character, or the mark of a lifetime or label.
            let length = character(rest, quote);
            return self.push(all, Kind::Other, self.at + length);
        }
        self.begin(quote.open.len(), quote.close.to_owned(), quote.escapes, quote.hole, all);
    }

    fn begin(
        &mut self,
        length: usize,
        close: String,
        escapes: Escapes,
        hole: Option<&'static str>,
        all: &mut Vec<Token<'t>>,
    ) {
        let start = self.at + length;
        let token = all.len();
        let kind = Kind::Str { inside: Span::at(start.min(self.end)), escapes, has_code: false };
        self.push(all, kind, start);
        self.at = start.min(self.end);
        self.frames.push(Frame::Str { close, escapes, hole, token });
    }

    /// Heredocs, regular expressions, `%w[..]`, `~s(..)`; whether one was there.
    fn literal(&mut self, rest: &str, first: char, all: &mut Vec<Token<'t>>) -> bool {
        if let Some(opening) = self.lexicon.heredoc
            && let Some(name) = rest.strip_prefix(opening)
        {
            let name = name.trim_start_matches(['~', '-', ' ']);
            let word: String = name
                .trim_start_matches(['\'', '"', '`'])
                .chars()
                .take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || *c == '_')
                .collect();
            if !word.is_empty() && self.pending.len() < MAX_FRAMES {
                let length = rest.len() - name.len()
                    + word.len()
                    + if name.starts_with(['\'', '"', '`']) { 2 } else { 0 };
                self.pending.push(word);
                self.push(all, Kind::Other, self.at + length.min(rest.len()));
                return true;
            }
        }
        if self.lexicon.has_sigils && first == '~' {
            let mut chars = rest.chars().skip(1);
            let (Some(letter), Some(open)) = (chars.next(), chars.next()) else { return false };
            if letter.is_ascii_alphabetic() {
                return self.delimited(2, open, letter == 's', all);
            }
        }
        // A line that begins so goes on with no sum.
        if self.lexicon.has_percents && first == '%' && (self.starts_line || is_operand(all)) {
            let mut chars = rest.chars().skip(1);
            let (Some(letter), Some(open)) = (chars.next(), chars.next()) else { return false };
            if matches!(letter, 'w' | 'i' | 'q' | 'r' | 'W' | 'I' | 'Q') && !open.is_alphanumeric() {
                return self.delimited(2, open, matches!(letter, 'q' | 'Q'), all);
            }
        }
        if self.lexicon.has_regexes && first == '/' && is_operand(all) {
            let line = rest.lines().next().unwrap_or("");
            if let Some(end) = unescaped(line.get(1..).unwrap_or(""), '/') {
                self.push(all, Kind::Other, self.at + end + 2);
                return true;
            }
        }
        false
    }

    /// A literal between `open` and what closes it, `length` bytes behind here.
    fn delimited(&mut self, length: usize, open: char, is_text: bool, all: &mut Vec<Token<'t>>) -> bool {
        let rest = self.rest();
        let inside = rest.get(length..).unwrap_or("");
        if inside.starts_with("\"\"\"") {
            self.begin(length + 3, "\"\"\"".to_owned(), Escapes::None, None, all);
            return true;
        }
        let close = match open {
            '(' => ')',
            '[' => ']',
            '{' => '}',
            '<' => '>',
            '/' | '|' | '"' | '\'' | '!' => open,
            _ => return false,
        };
        let inside = inside.get(1..).unwrap_or("");
        let window = inside.get(..inside.floor_char_boundary(MAX_STRING)).unwrap_or("");
        let Some(end) = unescaped(window, close) else { return false };
        let (start, end) = (self.at + length + 1, self.at + length + 1 + end);
        let kind = match is_text {
            true => Kind::Str { inside: Span::new(start, end), escapes: Escapes::Backslash, has_code: false },
            false => Kind::Other,
        };
        self.push(all, kind, end + 1);
        true
    }

    /// The strings that were announced on the line before.
    fn heredocs(&mut self, all: &mut Vec<Token<'t>>) {
        for name in std::mem::take(&mut self.pending) {
            let rest = self.rest();
            let mut offset = 0;
            let mut found = None;
            for line in rest.split_inclusive('\n') {
                let word = line.trim().trim_end_matches([';', ',', ')']);
                if word == name {
                    found = Some(offset);
                    break;
                }
                offset += line.len();
            }
            // Without an end it was none: `a << B`.
            let Some(length) = found.filter(|&length| length <= MAX_STRING) else { continue };
            let end = self.at + length;
            if length > 0 {
                let inside = Span::new(self.at, end);
                let kind = Kind::Str { inside, escapes: Escapes::Backslash, has_code: false };
                self.push(all, kind, end);
            }
            // What stands behind the name in PHP goes on.
            let line = self.text.get(end..self.end).unwrap_or("");
            self.at = end + line.find(name.as_str()).map_or(0, |at| at + name.len());
            self.starts_line = true;
        }
    }
}

/// Punctuation of several characters, longer ones first.
const LONG: &[&str] = &[
    "||=", "&&=", "??=", "|||", "===", "!==", "<=>", "||", "&&", "??", "?:", "?.", "=>", "->", "::", "==",
    "!=", "<>", "|>", "&.",
];

/// The length of a character literal, or of its quote alone.
fn character(rest: &str, quote: &Quote) -> usize {
    let inside = rest.get(quote.open.len()..).unwrap_or("");
    let window = inside.get(..inside.floor_char_boundary(64)).unwrap_or("");
    let line = window.lines().next().unwrap_or("");
    unescaped(line, quote.close.chars().next().unwrap_or('\''))
        .map_or(quote.open.len(), |end| end + 2 * quote.open.len())
}

/// Where `close` stands, not counting those behind a backslash.
fn unescaped(text: &str, close: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, char)| {
        let is_end = char == close && !escaped;
        escaped = char == '\\' && !escaped;
        is_end.then_some(at)
    })
}

/// Whether a value may stand here, as opposed to an operator.
fn is_operand(all: &[Token<'_>]) -> bool {
    let Some(last) = all.last() else { return true };
    match last.kind {
        Kind::Punct | Kind::Open(_) => true,
        Kind::Word => matches!(
            last.text,
            "if" | "unless"
                | "when"
                | "and"
                | "or"
                | "not"
                | "return"
                | "in"
                | "then"
                | "while"
                | "do"
                | "match"
                | "split"
                | "puts"
                | "raise"
                | "elsif"
                | "assert_match"
        ),
        _ => false,
    }
}
