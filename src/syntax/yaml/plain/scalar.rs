//! Plain and quoted scalars.

use super::{Column, END, Read, Reader, scalar};
use crate::syntax::yaml::node::Style;

impl<'a> Reader<'a> {
    /// Reads the scalar that begins here; a plain one as far as it stands on this line. The further
    /// lines of a quoted one are indented by more than `parent`.
    pub(super) fn scalar_here(&mut self, flow: bool, parent: Column) -> Option<(String, Style)> {
        match self.peek() {
            b'"' => Some((self.double_quoted(parent)?, Style::DoubleQuoted)),
            b'\'' => Some((self.single_quoted(parent)?, Style::SingleQuoted)),
            first => {
                self.may_begin(first, flow).then_some(())?;
                Some((self.plain_in_line(flow)?.to_owned(), Style::Plain))
            }
        }
    }

    /// Whether a plain scalar may begin with `first`; some signs that may are left out.
    fn may_begin(&self, first: u8, flow: bool) -> bool {
        match first {
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
            | b'%' | b'@' | b'`' | b' ' | b'\t' | b'\n' | END => false,
            b'-' => !(self.is_blank_at(self.at + 1) || flow && is_bracket(self.byte(self.at + 1))),
            b'?' | b':' => !self.is_blank_at(self.at + 1) && !flow,
            _ => true,
        }
    }

    /// The plain scalar from here to the end of the line, a comment, or a `:` that ends a key; or
    /// to what ends it between brackets.
    fn plain_in_line(&mut self, flow: bool) -> Option<&'a str> {
        let start = self.at;
        let mut end = start;
        let mut at = start;
        loop {
            match self.byte(at) {
                b'\n' | END => break,
                b' ' => {}
                b'\t' => return None,
                b'#' if end < at => break,
                b':' if self.is_blank_at(at + 1) => break,
                b':' if flow && is_bracket(self.byte(at + 1)) => return None,
                sign if flow && is_bracket(sign) => break,
                _ => end = at + 1,
            }
            at += 1;
        }
        self.at = end;
        self.text.get(start..end)
    }

    /// Reads the further lines of a plain scalar that began at `start` with `text`.
    pub(super) fn plain_lines(&mut self, mut text: String, start: usize, parent: Column) -> Option<Read> {
        let mut end = start;
        while self.indent > parent && self.comments == 0 {
            if self.breaks < 2 {
                text.push(' ');
            }
            text.extend(std::iter::repeat_n('\n', self.breaks.saturating_sub(1)));
            let line = self.plain_in_line(false)?;
            if line.is_empty() {
                return None;
            }
            text.push_str(line);
            end = self.at;
            self.end_line()?;
        }
        Some((scalar(text, Style::Plain, start, end), 0))
    }

    fn single_quoted(&mut self, parent: Column) -> Option<String> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..)?;
            let length = memchr::memchr2(b'\'', b'\n', rest.as_bytes())?;
            let part = rest.get(..length)?;
            self.at += length + 1;
            if self.byte(self.at - 1) == b'\n' {
                text.push_str(part.trim_end_matches([' ', '\t']));
                self.fold(&mut text, 0, parent)?;
                continue;
            }
            text.push_str(part);
            if self.peek() != b'\'' {
                return Some(text);
            }
            text.push('\'');
            self.at += 1;
        }
    }

    fn double_quoted(&mut self, parent: Column) -> Option<String> {
        let mut text = String::new();
        self.at += 1;
        loop {
            let rest = self.text.get(self.at..)?;
            let length = memchr::memchr3(b'"', b'\\', b'\n', rest.as_bytes())?;
            let part = rest.get(..length)?;
            self.at += length + 1;
            match self.byte(self.at - 1) {
                b'\n' => {
                    text.push_str(part.trim_end_matches([' ', '\t']));
                    self.fold(&mut text, 0, parent)?;
                }
                b'\\' if self.peek() == b'\n' => {
                    text.push_str(part);
                    self.at += 1;
                    self.fold(&mut text, 1, parent)?;
                }
                b'\\' => {
                    text.push_str(part);
                    text.push(self.escaped()?);
                }
                _ => {
                    text.push_str(part);
                    return Some(text);
                }
            }
        }
    }

    /// Goes on from the start of a line to the next one of a quoted scalar that is not blank, and
    /// writes what the line breaks come to; `escaped` is 1 if a `\` stood before the first.
    fn fold(&mut self, text: &mut String, escaped: usize, parent: Column) -> Option<()> {
        let mut blank_lines = 0;
        let mut line = self.at;
        loop {
            self.skip_spaces();
            match self.peek() {
                b'\n' => {
                    self.at += 1;
                    line = self.at;
                    blank_lines += 1;
                }
                b'\t' => return None,
                _ => break,
            }
        }
        // What is indented less may end the document, or is refused.
        if Column::try_from(self.at - line).ok()? <= parent.max(0) {
            return None;
        }
        if blank_lines + escaped == 0 {
            text.push(' ');
        }
        text.extend(std::iter::repeat_n('\n', blank_lines));
        Some(())
    }

    /// Reads what follows a `\`.
    fn escaped(&mut self) -> Option<char> {
        let sign = self.peek();
        self.at += 1;
        let digits = match sign {
            b'0' => return Some('\0'),
            b'a' => return Some('\u{7}'),
            b'b' => return Some('\u{8}'),
            b't' => return Some('\t'),
            b'n' => return Some('\n'),
            b'v' => return Some('\u{b}'),
            b'f' => return Some('\u{c}'),
            b'r' => return Some('\r'),
            b'e' => return Some('\u{1b}'),
            b' ' | b'"' | b'/' | b'\\' => return Some(char::from(sign)),
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            _ => return None,
        };
        let code = self.text.get(self.at..self.at + digits)?;
        if !code.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        self.at += digits;
        char::from_u32(u32::from_str_radix(code, 16).ok()?)
    }
}

/// What has a meaning of its own between brackets.
fn is_bracket(sign: u8) -> bool {
    matches!(sign, b',' | b'[' | b']' | b'{' | b'}')
}
