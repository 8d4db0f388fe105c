//! Texts and characters in quotes.

use super::kind::Kind;
use super::parser::{Parsed, Parser, Unexpected};
use super::token::Sign;

/// The length of the text in double quotes that `rest` begins with, and whether something in it is escaped.
pub(super) fn text(rest: &[u8]) -> Option<(usize, bool)> {
    let mut at = 1;
    let mut has_escapes = false;
    loop {
        at += memchr::memchr3(b'"', b'\\', b'\n', rest.get(at..)?)?;
        match rest.get(at)? {
            b'"' => return Some((at + 1, has_escapes)),
            b'\\' => {
                has_escapes = true;
                at += 2;
            }
            _ => return None,
        }
    }
}

/// The length of the character in quotes that `rest` begins with.
pub(super) fn rune(rest: &str) -> Option<usize> {
    let inside = rest.get(1..)?;
    let first = inside.chars().next()?;
    let length = match first {
        '\'' | '\n' | '\r' => return None,
        '\\' => {
            let bytes = inside.as_bytes();
            let all = |from: usize, count: usize, is_digit: fn(&u8) -> bool| {
                bytes
                    .get(from..from + count)
                    .filter(|digits| digits.iter().all(is_digit))
                    .map(|_| from + count)
            };
            let is_octal = |byte: &u8| matches!(byte, b'0'..=b'7');
            match bytes.get(1)? {
                b'x' => all(2, 2, u8::is_ascii_hexdigit)?,
                b'u' => all(2, 4, u8::is_ascii_hexdigit)?,
                b'U' => all(2, 8, u8::is_ascii_hexdigit)?,
                b'0'..=b'7' => all(1, 3, is_octal)?,
                b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'\\' | b'\'' | b'"' => 2,
                _ => return None,
            }
        }
        other => other.len_utf8(),
    };
    (inside.as_bytes().get(length) == Some(&b'\'')).then_some(length + 2)
}

/// The length of what is escaped at the beginning of `rest`.
fn escape(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let hexadecimal = |count: usize| {
        let digits = bytes.get(2..2 + count)?;
        digits.iter().all(u8::is_ascii_hexdigit).then_some(2 + count)
    };
    match bytes.get(1)? {
        b'x' => hexadecimal(2),
        b'u' => hexadecimal(4),
        b'U' => hexadecimal(8),
        b'0'..=b'9' => {
            Some(1 + bytes.iter().skip(1).take(3).take_while(|byte| byte.is_ascii_digit()).count())
        }
        b'\r' | b'\n' => None,
        _ => rest.chars().nth(1).map(|c| 1 + c.len_utf8()),
    }
}

impl Parser<'_> {
    /// A text in quotes, with the parts of which it consists.
    pub(super) fn string(&mut self) -> Parsed {
        let open = self.open();
        let token = self.take();
        let (start, end) = (token.start + 1, token.end.saturating_sub(1));
        if token.sign == Sign::RawText {
            self.builder.leaf(Kind::RawStringLiteralContent, start, end);
            self.close(open, Kind::RawStringLiteral);
            return Ok(());
        }
        if token.extra == 0 {
            if start < end {
                self.builder.leaf(Kind::InterpretedStringLiteralContent, start, end);
            }
        } else {
            self.escapes(start, end).ok_or(Unexpected)?;
        }
        self.close(open, Kind::InterpretedStringLiteral);
        Ok(())
    }

    fn escapes(&mut self, start: u32, end: u32) -> Option<()> {
        let mut rest = self.text.get(start as usize..end as usize)?;
        let mut at = start;
        while !rest.is_empty() {
            let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
            let (kind, length) = match plain {
                0 => (Kind::EscapeSequence, escape(rest)?),
                plain => (Kind::InterpretedStringLiteralContent, plain),
            };
            rest = rest.get(length..)?;
            let end = at + u32::try_from(length).ok()?;
            self.builder.leaf(kind, at, end);
            at = end;
        }
        Some(())
    }
}
