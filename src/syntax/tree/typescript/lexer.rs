//! From text to tokens, one at a time: what a sign begins depends on what the parser looks for.

use super::token::{Sign, Token, Word, sign};

/// A text whose tokens are asked for by place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
}

/// What stands between two tokens.
#[derive(Clone, Copy, Debug)]
pub(super) enum Gap {
    /// A comment, from where to where.
    Comment(usize, usize),
    /// The end of a line.
    Newline(usize),
    /// Anything else begins here.
    Nothing(usize),
}

impl<'t> Lexer<'t> {
    pub(super) fn bytes(self) -> &'t [u8] {
        self.text.as_bytes()
    }

    pub(super) fn byte(self, at: usize) -> u8 {
        self.bytes().get(at).copied().unwrap_or(0)
    }

    pub(super) fn rest(self, at: usize) -> &'t [u8] {
        self.bytes().get(at..).unwrap_or_default()
    }

    /// The next comment or end of a line from `at` on, if only white space stands before it.
    pub(super) fn gap(self, mut at: usize) -> Gap {
        loop {
            match self.byte(at) {
                b' ' | b'\t' | b'\r' | b'\x0b' | b'\x0c' => at += 1,
                b'\n' => return Gap::Newline(at + 1),
                b'/' if self.byte(at + 1) == b'/' => {
                    let rest = self.rest(at);
                    let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    let is_windows = rest.get(..length).is_some_and(|line| line.ends_with(b"\r"));
                    return Gap::Comment(at, at + length - usize::from(is_windows));
                }
                b'/' if self.byte(at + 1) == b'*' => {
                    return match memchr::memmem::find(self.rest(at + 2), b"*/") {
                        Some(length) => Gap::Comment(at, at + 2 + length + 2),
                        None => Gap::Nothing(at),
                    };
                }
                _ => return Gap::Nothing(at),
            }
        }
    }

    /// The token that begins behind the white space and the comments at `from`.
    pub(super) fn token(self, from: u32) -> Token {
        let mut at = from as usize;
        let (mut newline, mut comments) = (false, false);
        loop {
            match self.gap(at) {
                Gap::Comment(_, end) => {
                    comments = true;
                    at = end;
                }
                Gap::Newline(end) => {
                    newline = true;
                    at = end;
                }
                Gap::Nothing(start) => {
                    at = start;
                    break;
                }
            }
        }
        let (sign, word, end) = self.read(at);
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Token { sign, word, start: offset(at), end: offset(end), newline, comments }
    }

    fn read(self, start: usize) -> (Sign, Word, usize) {
        let plain = |(sign, end): (Sign, usize)| (sign, Word::Other, end);
        match self.byte(start) {
            0 if start >= self.text.len() => (Sign::End, Word::Other, start),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.. => {
                let Some(end) = self.name_end(start) else {
                    return (Sign::Stray, Word::Other, start + 1);
                };
                (Sign::Name, Word::of(self.bytes().get(start..end).unwrap_or_default()), end)
            }
            b'#' => match self.name_end(start + 1) {
                Some(end) if !self.byte(start + 1).is_ascii_digit() => (Sign::Private, Word::Other, end),
                _ => (Sign::Stray, Word::Other, start + 1),
            },
            b'0'..=b'9' => plain(self.number(start)),
            b'.' if self.byte(start + 1).is_ascii_digit() => plain(self.number(start)),
            quote @ (b'"' | b'\'') => plain(self.string(start, quote)),
            b'`' => (Sign::Template, Word::Other, start + 1),
            _ => match sign(self.rest(start)) {
                Some((sign, length)) => (sign, Word::Other, start + length),
                None => (Sign::Stray, Word::Other, start + 1),
            },
        }
    }

    /// Where the name that begins at `start` ends; `None` where none begins or it is spelled in an odd way.
    pub(super) fn name_end(self, start: usize) -> Option<usize> {
        let mut at = start;
        loop {
            match self.byte(at) {
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'0'..=b'9' => at += 1,
                b'\\' => return None,
                0x80.. => {
                    let character = self.text.get(at..)?.chars().next()?;
                    let is_blank = matches!(
                        character,
                        '\u{feff}' | '\u{2060}' | '\u{200b}' | '\u{180e}' | '\u{0080}'..='\u{009f}'
                    );
                    if is_blank || character.is_whitespace() {
                        return None;
                    }
                    at += character.len_utf8();
                }
                _ => return (at > start).then_some(at),
            }
        }
    }

    fn string(self, start: usize, quote: u8) -> (Sign, usize) {
        let mut at = start + 1;
        loop {
            let rest = self.rest(at);
            let Some(length) = memchr::memchr3(quote, b'\\', b'\n', rest) else {
                return (Sign::Stray, start + 1);
            };
            at += length;
            match self.byte(at) {
                b'\n' => return (Sign::Stray, start + 1),
                b'\\' => at += self.escape(at),
                _ => return (Sign::String, at + 1),
            }
        }
    }

    /// How many bytes the escape sequence at `at` has; those that mean nothing have two.
    pub(super) fn escape(self, at: usize) -> usize {
        match (self.byte(at + 1), self.byte(at + 2)) {
            (b'\r' | b'?', b'\n') => 3,
            (first @ 0x80.., _) => 1 + first.leading_ones() as usize,
            (first @ b'0'..=b'7', _) => {
                debug_assert!(first.is_ascii_digit());
                1 + self.rest(at + 1).iter().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count()
            }
            (b'x', _) => 4,
            (b'u', b'{') => 4 + self.rest(at + 3).iter().take_while(|byte| byte.is_ascii_hexdigit()).count(),
            (b'u', _) => 6,
            _ => 2,
        }
    }

    /// Whether what stands from `at` to `end` is an escape sequence as the language has them.
    pub(super) fn is_escape(self, at: usize, end: usize) -> bool {
        let Some(digits) = self.bytes().get(at + 2..end) else { return false };
        match (self.byte(at + 1), digits) {
            (b'x', _) => digits.iter().all(u8::is_ascii_hexdigit),
            (b'u', [b'{', digits @ .., b'}']) => {
                !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit)
            }
            (b'u', _) => digits.iter().all(u8::is_ascii_hexdigit),
            _ => true,
        }
    }

    fn number(self, start: usize) -> (Sign, usize) {
        let (sign, end) = self.digits_of_number(start);
        let is_whole = sign == Sign::Number
            && !matches!(self.byte(end), b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | b'\\' | b'0'..=b'9' | 0x80..);
        if is_whole { (sign, end) } else { (Sign::Stray, start + 1) }
    }

    fn digits_of_number(self, start: usize) -> (Sign, usize) {
        // Digits with single `_` between them.
        let digits = |from: usize, is_digit: fn(&u8) -> bool| {
            let mut at = from;
            loop {
                if is_digit(&self.byte(at)) {
                    at += 1;
                } else if at > from && self.byte(at) == b'_' && is_digit(&self.byte(at + 1)) {
                    at += 2;
                } else {
                    return at;
                }
            }
        };
        let is_decimal: fn(&u8) -> bool = u8::is_ascii_digit;
        let based: Option<fn(&u8) -> bool> = match (self.byte(start), self.byte(start + 1) | 0x20) {
            (b'0', b'x') => Some(u8::is_ascii_hexdigit),
            (b'0', b'o') => Some(|byte| matches!(byte, b'0'..=b'7')),
            (b'0', b'b') => Some(|byte| matches!(byte, b'0' | b'1')),
            _ => None,
        };
        if let Some(is_digit) = based {
            let end = digits(start + 2, is_digit);
            let sign = if end > start + 2 { Sign::Number } else { Sign::Stray };
            return (sign, end + usize::from(self.byte(end) == b'n'));
        }
        let mut end = digits(start, is_decimal);
        if self.byte(start) == b'0' && end > start + 1 {
            return (Sign::Stray, end);
        }
        if end > start && self.byte(end) == b'n' {
            return (Sign::Number, end + 1);
        }
        if self.byte(end) == b'.' {
            end = digits(end + 1, is_decimal);
        }
        if self.byte(end) | 0x20 == b'e' {
            let signed = usize::from(matches!(self.byte(end + 1), b'+' | b'-'));
            let exponent = digits(end + 1 + signed, is_decimal);
            if exponent > end + 1 + signed {
                end = exponent;
            }
        }
        (Sign::Number, end)
    }
}
