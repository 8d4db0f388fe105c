//! From text to tokens, with logical lines, indentation and what f-strings fill in.
//!
//! Source: <https://docs.python.org/3/reference/lexical_analysis.html>.

use std::ops::Range;

use super::token::{Sign, Token, keyword, operator};

/// How deep strings may stand in what strings fill in.
const DEPTH: usize = 16;

/// A tab is as wide as eight spaces for those who compare indentations.
const TAB: u32 = 8;

/// Cuts the parts of a text into tokens, as if nothing stood between the parts.
pub(super) fn tokens(text: &str, parts: &[Range<usize>]) -> Vec<Token> {
    let length: usize = parts.iter().map(ExactSizeIterator::len).sum();
    let mut lexer = Lexer {
        bytes: text.as_bytes(),
        at: 0,
        end: 0,
        found: Vec::with_capacity(length / 4 + 8),
        open: Vec::new(),
        line: Line::Begins(0),
    };
    for part in parts {
        lexer.at = part.start;
        lexer.end = part.end.min(text.len());
        lexer.run(0, false);
    }
    lexer.close_line();
    let at = u32::try_from(lexer.end).unwrap_or(u32::MAX);
    lexer.push_at(Sign::End, at, at);
    lexer.found
}

/// Where the reader is in a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    /// At its beginning, after so much white space.
    Begins(u32),
    /// Behind a token.
    Goes,
}

struct Lexer<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The end of the part.
    end: usize,
    found: Vec<Token>,
    /// The brackets that are open, as positions of tokens.
    open: Vec<usize>,
    line: Line,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        if at < self.end { self.bytes.get(at).copied().unwrap_or(0) } else { 0 }
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }

    fn push_at(&mut self, sign: Sign, start: u32, end: u32) {
        self.found.push(Token { sign, start, end, extra: 0 });
    }

    /// A token from `start` to here.
    fn push(&mut self, sign: Sign, start: usize) {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.push_at(sign, offset(start), offset(self.at));
    }

    /// Ends the logical line, if there is anything on it.
    fn close_line(&mut self) {
        self.open.clear();
        if self.line == Line::Goes {
            let at = self.at;
            self.push(Sign::Newline, at);
        }
        self.line = Line::Begins(0);
    }

    /// Reads to the end of the part; in what a string fills in, to its end or to how it is to be written.
    fn run(&mut self, depth: usize, is_filling: bool) {
        let brackets = self.open.len();
        while self.at < self.end {
            let start = self.at;
            match self.peek(0) {
                b'\n' => {
                    self.at += 1;
                    if is_filling {
                        if self.is_statement() {
                            return;
                        }
                    } else if self.open.is_empty() || self.is_statement() {
                        // A bracket that nobody closes does not take the rest of the file.
                        self.close_line();
                    }
                    continue;
                }
                byte @ (b' ' | b'\t' | b'\x0c' | b'\r' | b'\x0b') => {
                    if let Line::Begins(width) = &mut self.line {
                        match byte {
                            b' ' => *width += 1,
                            b'\t' => *width += TAB,
                            _ => *width = 0,
                        }
                    }
                    self.at += 1;
                    continue;
                }
                b'#' => {
                    let line = self.rest();
                    self.at += memchr::memchr(b'\n', line).unwrap_or(line.len());
                    continue;
                }
                b'\\' if self.peek(1) == b'\n' => {
                    self.at += 2;
                    continue;
                }
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => {
                    self.at += 3;
                    continue;
                }
                byte if byte >= 0x80 && self.is_space() => continue,
                _ => self.begin_line(),
            }
            if is_filling && self.open.len() <= brackets {
                match (self.peek(0), self.peek(1)) {
                    (b'}' | b':', _) => return,
                    (b'!', next) if next != b'=' => return,
                    // It closes nothing that was opened here.
                    (b')' | b']', _) => {
                        self.at += 1;
                        self.push(Sign::Stray, start);
                        continue;
                    }
                    _ => {}
                }
            }
            self.token(start, depth);
        }
    }

    /// Passes over a character that is white space or nothing at all.
    fn is_space(&mut self) -> bool {
        let first = self.character();
        let is_space =
            first.is_some_and(|c| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{2060}' | '\u{200b}'));
        if is_space {
            self.at += first.map_or(1, char::len_utf8);
        }
        is_space
    }

    /// The character here, which is not ASCII.
    fn character(&self) -> Option<char> {
        let rest = self.rest();
        let few = rest.get(..rest.len().min(4))?;
        let text = match std::str::from_utf8(few) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(few.get(..error.valid_up_to())?).ok()?,
        };
        text.chars().next()
    }

    /// Tells the line before how far this one is indented.
    fn begin_line(&mut self) {
        if let Line::Begins(width) = self.line {
            if let Some(last) = self.found.last_mut().filter(|last| last.sign == Sign::Newline) {
                last.extra = width;
            }
            self.line = Line::Goes;
        }
    }

    /// Whether the line begins with a word that stands in no expression.
    fn is_statement(&self) -> bool {
        let rest = self.rest();
        let blank = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len());
        let rest = rest.get(blank..).unwrap_or_default();
        let word = rest.iter().position(|byte| !byte.is_ascii_lowercase()).unwrap_or(rest.len());
        matches!(
            keyword(rest.get(..word).unwrap_or_default()),
            Sign::Assert
                | Sign::Break
                | Sign::Class
                | Sign::Continue
                | Sign::Def
                | Sign::Del
                | Sign::Elif
                | Sign::Except
                | Sign::Finally
                | Sign::Global
                | Sign::Import
                | Sign::Nonlocal
                | Sign::Pass
                | Sign::Raise
                | Sign::Return
                | Sign::Try
                | Sign::While
                | Sign::With
        ) && !matches!(rest.get(word), Some(b'=' | b'_' | b'0'..=b'9' | b'A'..=b'Z'))
    }

    fn token(&mut self, start: usize, depth: usize) {
        match self.peek(0) {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(start, depth),
            b'0'..=b'9' => self.number(start),
            b'.' if self.peek(1).is_ascii_digit() => self.number(start),
            b'"' | b'\'' => self.string(start, false, false, depth),
            _ => match operator(self.rest()) {
                Some((sign, length)) => {
                    self.at += length;
                    self.push(sign, start);
                    self.bracket(sign);
                }
                None => {
                    self.at += 1;
                    self.push(Sign::Stray, start);
                }
            },
        }
    }

    /// Keeps account of the brackets that are open.
    fn bracket(&mut self, sign: Sign) {
        let here = self.found.len().saturating_sub(1);
        match sign {
            Sign::OpenParen | Sign::OpenBracket | Sign::OpenBrace => self.open.push(here),
            Sign::CloseParen | Sign::CloseBracket | Sign::CloseBrace => {
                if let Some(opening) = self.open.pop().and_then(|at| self.found.get_mut(at)) {
                    opening.extra = u32::try_from(here).unwrap_or(u32::MAX);
                }
            }
            _ => {}
        }
    }

    fn word(&mut self, start: usize, depth: usize) {
        loop {
            match self.peek(0) {
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' => self.at += 1,
                0x80.. => match self.character() {
                    Some(c) if c.is_alphanumeric() => self.at += c.len_utf8(),
                    // Marks of letters are parts of names too, behind a first letter.
                    Some(c) if self.at > start && !c.is_whitespace() && !c.is_ascii_punctuation() => {
                        self.at += c.len_utf8();
                    }
                    _ => break,
                },
                _ => break,
            }
        }
        if self.at == start {
            self.at += self.character().map_or(1, char::len_utf8);
            return self.push(Sign::Stray, start);
        }
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        if matches!(self.peek(0), b'"' | b'\'') && word.len() <= 2 {
            let has = |letter: u8| word.iter().any(|byte| byte.to_ascii_lowercase() == letter);
            if word.iter().all(|byte| b"rbuftRBUFT".contains(byte)) {
                return self.string(start, has(b'r'), has(b'f') || has(b't'), depth);
            }
        }
        let sign = keyword(word);
        self.push(sign, start);
    }

    fn digits(&mut self) {
        while self.peek(0).is_ascii_digit() || self.peek(0) == b'_' && self.peek(1).is_ascii_digit() {
            self.at += 1;
        }
    }

    fn number(&mut self, start: usize) {
        let mut sign = Sign::Integer;
        let base = self.peek(1).to_ascii_lowercase();
        if self.peek(0) == b'0' && matches!(base, b'x' | b'o' | b'b') {
            self.at += 2;
            while self.peek(0).is_ascii_hexdigit() || self.peek(0) == b'_' {
                self.at += 1;
            }
        } else {
            self.digits();
            if self.peek(0) == b'.' {
                sign = Sign::Float;
                self.at += 1;
                self.digits();
            }
            let exponent = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if matches!(self.peek(0), b'e' | b'E') && self.peek(1 + exponent).is_ascii_digit() {
                sign = Sign::Float;
                self.at += 1 + exponent;
                self.digits();
            }
        }
        if matches!(self.peek(0), b'j' | b'J' | b'l' | b'L') {
            self.at += 1;
        }
        self.push(sign, start);
    }

    /// A string whose quotes begin here; its prefix begins at `start`.
    fn string(&mut self, start: usize, is_raw: bool, fills: bool, depth: usize) {
        let quote = self.peek(0);
        let is_long = self.peek(1) == quote && self.peek(2) == quote;
        self.at += if is_long { 3 } else { 1 };
        self.push(Sign::StringStart, start);
        let mut content = self.at;
        loop {
            let byte = self.peek(0);
            if self.at >= self.end || byte == b'\n' && !is_long {
                self.content(content);
                return self.push(Sign::Stray, self.at);
            }
            match byte {
                b'\\' => {
                    // Also a raw string does not end at a quote behind a backslash; a bracket opens all the same.
                    let passed = match (self.peek(1), self.peek(2)) {
                        (b'{' | b'}', _) if fills => 1,
                        (b'\r', b'\n') => 3,
                        _ => 2,
                    };
                    self.at = self.end.min(self.at + passed);
                    // `\N{NAME}` fills nothing in.
                    let before = self.bytes.get(self.at - 1).copied();
                    if fills && !is_raw && before == Some(b'N') && self.peek(0) == b'{' {
                        self.at += 1;
                    }
                }
                b'{' if fills && self.peek(1) == b'{' => self.at += 2,
                b'}' if fills && self.peek(1) == b'}' => self.at += 2,
                b'{' if fills && depth < DEPTH => {
                    self.content(content);
                    self.fill_in(depth + 1);
                    content = self.at;
                }
                _ if byte == quote && (!is_long || self.peek(1) == quote && self.peek(2) == quote) => {
                    self.content(content);
                    let end = self.at;
                    self.at += if is_long { 3 } else { 1 };
                    return self.push(Sign::StringEnd, end);
                }
                _ => {
                    // Most of a string is none of these.
                    self.at += 1;
                    while self.at < self.end
                        && !matches!(self.peek(0), b'\\' | b'{' | b'}' | b'\n' | b'"' | b'\'')
                    {
                        self.at += 1;
                    }
                }
            }
        }
    }

    /// What stands in a string from `start` to here.
    fn content(&mut self, start: usize) {
        if start < self.at {
            self.push(Sign::StringContent, start);
        }
    }

    /// What stands between `{` and `}` in a string.
    fn fill_in(&mut self, depth: usize) {
        let start = self.at;
        self.at += 1;
        self.push(Sign::FillIn, start);
        let brackets = self.open.len();
        self.run(depth, true);
        self.open.truncate(brackets);
        if self.peek(0) == b'!' {
            let start = self.at;
            self.at += 1;
            while self.peek(0).is_ascii_lowercase() {
                self.at += 1;
            }
            self.push(Sign::Conversion, start);
            while self.peek(0) == b' ' {
                self.at += 1;
            }
        }
        if self.peek(0) == b':' {
            let start = self.at;
            self.at += 1;
            self.push(Sign::FormatStart, start);
            while self.at < self.end && !matches!(self.peek(0), b'}' | b'\n' | b'"' | b'\'') {
                if self.peek(0) == b'{' && depth < DEPTH {
                    self.fill_in(depth + 1);
                } else {
                    self.at += 1;
                }
            }
        }
        if self.peek(0) == b'}' {
            let start = self.at;
            self.at += 1;
            self.push(Sign::FilledIn, start);
        }
    }
}
