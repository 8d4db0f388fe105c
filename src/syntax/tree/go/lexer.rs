//! From text to tokens, with the ends of lines that end statements, and comments by themselves.
//!
//! Source: <https://go.dev/ref/spec#Lexical_elements>.

use std::ops::Range;

use super::number::number;
use super::string;
use super::token::{Sign, Token, sign, word};

/// What a text consists of.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) tokens: Vec<Token>,
    pub(super) comments: Vec<Comment>,
}

/// A comment, and the position of the token behind it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comment {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) before: u32,
}

/// Cuts the parts of a text into tokens, as if nothing stood between the parts. `None` of what is no Go.
pub(super) fn scan(text: &str, parts: &[Range<usize>]) -> Option<Scan> {
    let (_, others) = parts.split_last()?;
    let bytes = text.as_bytes();
    // What ends a part ends a line, so that no token goes on in the next one.
    let ends_line = |part: &Range<usize>| bytes.get(part.clone()).is_some_and(|part| part.ends_with(b"\n"));
    if !others.iter().all(ends_line) || memchr::memchr(0, bytes).is_some() {
        return None;
    }
    let length: usize = parts.iter().map(ExactSizeIterator::len).sum();
    let mut lexer = Lexer {
        text,
        at: 0,
        end: 0,
        tokens: Vec::with_capacity(length / 3 + 8),
        comments: Vec::new(),
        open: Vec::new(),
        may_end: false,
    };
    for part in parts {
        let end_before = lexer.end;
        lexer.at = part.start;
        lexer.end = part.end;
        lexer.go_on(end_before);
        lexer.run()?;
    }
    let end = lexer.end;
    lexer.push(Sign::End, end, end, 0)?;
    lexer.open.is_empty().then_some(Scan { tokens: lexer.tokens, comments: lexer.comments })
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    /// The end of the part.
    end: usize,
    tokens: Vec<Token>,
    comments: Vec<Comment>,
    /// The brackets that are open, as positions of tokens.
    open: Vec<usize>,
    /// Whether the end of the line ends a statement.
    may_end: bool,
}

/// Which bytes names consist of, those of other letters than English ones left out.
const OF_NAME: [bool; 256] = {
    let mut of_name = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        of_name[byte] = byte as u8 == b'_' || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    of_name
};

impl Lexer<'_> {
    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..self.end).unwrap_or_default()
    }

    fn push(&mut self, sign: Sign, start: usize, end: usize, extra: u32) -> Option<()> {
        let (start, end) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
        self.tokens.push(Token { sign, start, end, extra });
        self.may_end = sign.may_end();
        self.at = end as usize;
        Some(())
    }

    fn run(&mut self) -> Option<()> {
        while let Some(&byte) = self.rest().first() {
            let start = self.at;
            match byte {
                b' ' | b'\t' | b'\r' | b'\x0b' | b'\x0c' => self.at += 1,
                b'\n' if self.may_end => {
                    let length = self.blank_lines();
                    self.push(Sign::Newline, start, start + length, 0)?;
                }
                b'\n' => self.at += 1,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.name()?,
                b'"' => {
                    let (length, has_escapes) = string::text(self.rest())?;
                    self.push(Sign::Text, start, start + length, u32::from(has_escapes))?;
                }
                b'`' => {
                    let inside = self.rest().get(1..)?;
                    let length = memchr::memchr(b'`', inside)? + 2;
                    self.push(Sign::RawText, start, start + length, 0)?;
                }
                b'\'' => {
                    let length = string::rune(self.text.get(start..self.end)?)?;
                    self.push(Sign::Rune, start, start + length, 0)?;
                }
                b'0'..=b'9' => self.number()?,
                b'.' if self.rest().get(1).is_some_and(u8::is_ascii_digit) => self.number()?,
                b'/' => match self.rest().get(1) {
                    Some(b'/') => {
                        let length = memchr::memchr(b'\n', self.rest()).unwrap_or(self.end - start);
                        self.comment(length)?;
                    }
                    Some(b'*') => {
                        let length = memchr::memmem::find(self.rest().get(2..)?, b"*/")? + 4;
                        self.comment(length)?;
                    }
                    _ => self.sign()?,
                },
                _ => self.sign()?,
            }
        }
        Some(())
    }

    /// How many ends of lines stand here directly behind one another: the grammar takes them as one.
    fn blank_lines(&self) -> usize {
        self.rest().iter().take_while(|&&byte| byte == b'\n').count()
    }

    /// Ends of lines at the beginning of a part that go on with the one at the end of the part before.
    fn go_on(&mut self, end_before: usize) {
        let length = self.blank_lines();
        let end = u32::try_from(self.at + length).unwrap_or(u32::MAX);
        if let Some(last) = self.tokens.last_mut()
            && last.sign == Sign::Newline
            && last.end as usize == end_before
            && length > 0
        {
            last.end = end;
            self.at += length;
        }
    }

    fn number(&mut self) -> Option<()> {
        let (sign, length) = number(self.rest())?;
        self.push(sign, self.at, self.at + length, 0)
    }

    fn comment(&mut self, length: usize) -> Option<()> {
        let end = self.at + length;
        let before = u32::try_from(self.tokens.len()).ok()?;
        self.comments.push(Comment {
            start: u32::try_from(self.at).ok()?,
            end: u32::try_from(end).ok()?,
            before,
        });
        self.at = end;
        Some(())
    }

    fn name(&mut self) -> Option<()> {
        let rest = self.rest();
        let length = rest.iter().position(|&byte| !OF_NAME[usize::from(byte)]).unwrap_or(rest.len());
        if rest.get(length).is_some_and(|&byte| byte >= 0x80) {
            return self.long_name();
        }
        let found = word(rest.get(..length)?);
        self.push(found, self.at, self.at + length, 0)
    }

    /// A name with other letters than English ones, of which only some are certain to be letters for the grammar.
    fn long_name(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..self.end)?;
        let is_letter = |c: char| {
            c.is_alphabetic()
                && matches!(c, '\u{c0}'..='\u{24f}' | '\u{391}'..='\u{3c9}' | '\u{410}'..='\u{44f}' | '\u{4e00}'..='\u{9fff}')
        };
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || is_letter(c)))
            .unwrap_or(rest.len());
        if length == 0 || rest.as_bytes().get(length).is_some_and(|&byte| byte >= 0x80) {
            return None;
        }
        self.push(Sign::Name, self.at, self.at + length, 0)
    }

    fn sign(&mut self) -> Option<()> {
        let (found, length) = sign(self.rest())?;
        let here = self.tokens.len();
        match found {
            Sign::OpenParen | Sign::OpenBracket | Sign::OpenBrace => self.open.push(here),
            Sign::CloseParen | Sign::CloseBracket | Sign::CloseBrace => {
                let partner = self.tokens.get_mut(self.open.pop()?)?;
                let fits = matches!(
                    (partner.sign, found),
                    (Sign::OpenParen, Sign::CloseParen)
                        | (Sign::OpenBracket, Sign::CloseBracket)
                        | (Sign::OpenBrace, Sign::CloseBrace)
                );
                partner.extra = u32::try_from(here).ok().filter(|_| fits)?;
            }
            _ => {}
        }
        self.push(found, self.at, self.at + length, 0)
    }
}
