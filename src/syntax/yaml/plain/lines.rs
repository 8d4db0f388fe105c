//! Moving along a line, and to the next one that holds content.

use super::{Column, END, Reader};

impl<'a> Reader<'a> {
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(END)
    }

    pub(super) fn peek(&self) -> u8 {
        self.byte(self.at)
    }

    /// Whether `sign` is next, and is no part of a scalar.
    pub(super) fn is_indicator(&self, sign: u8) -> bool {
        self.peek() == sign && self.is_blank_at(self.at + 1)
    }

    /// Whether a blank, a line break or the end is at `at`.
    pub(super) fn is_blank_at(&self, at: usize) -> bool {
        matches!(self.byte(at), b' ' | b'\n' | b'\t' | END)
    }

    pub(super) fn skip_spaces(&mut self) {
        while self.peek() == b' ' {
            self.at += 1;
        }
    }

    /// Where the line ends, before its line break.
    pub(super) fn line_end(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |length| self.at + length)
    }

    /// Passes the rest of the line, which holds at most a comment, and goes on to the next line
    /// that holds content.
    pub(super) fn end_line(&mut self) -> Option<()> {
        self.breaks = 0;
        self.comments = 0;
        self.skip_spaces();
        if self.peek() == b'#' && self.at.checked_sub(1).is_some_and(|before| self.byte(before) == b' ') {
            self.comments = 1;
            self.at = self.line_end();
        }
        match self.peek() {
            b'\n' => {
                self.at += 1;
                self.breaks = 1;
                self.find_content()
            }
            END => {
                self.indent = -1;
                Some(())
            }
            _ => None,
        }
    }

    /// Goes from the start of a line to the next content: `at` is at its first byte, and `indent`
    /// its indentation. The end of a document has an indentation of -1, and `at` is at its `---`.
    pub(super) fn find_content(&mut self) -> Option<()> {
        loop {
            let start = self.at;
            self.skip_spaces();
            match self.peek() {
                b'\n' => {}
                b'#' => {
                    self.comments += 1;
                    self.at = self.line_end();
                    if self.peek() == END {
                        continue;
                    }
                }
                END => {
                    self.indent = -1;
                    return Some(());
                }
                b'\t' => return None,
                _ => {
                    self.indent = Column::try_from(self.at - start).ok()?;
                    if self.indent == 0 {
                        if self.is_marker(b"...") {
                            return None;
                        }
                        if self.is_marker(b"---") {
                            self.indent = -1;
                        }
                    }
                    return Some(());
                }
            }
            self.at += 1;
            self.breaks += 1;
        }
    }

    fn is_marker(&self, marker: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(marker))
            && self.is_blank_at(self.at + marker.len())
    }

    /// Reads the name of an anchor or alias from its `&` or `*`, which takes all that is no blank
    /// and no bracket; only the usual signs are taken.
    pub(super) fn name(&mut self) -> Option<&'a str> {
        let start = self.at + 1;
        let mut end = start;
        while matches!(self.byte(end), b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' | b'/') {
            end += 1;
        }
        self.at = end;
        let ends = self.is_blank_at(end) || matches!(self.peek(), b',' | b']' | b'}');
        (ends && end > start).then(|| self.text.get(start..end))?
    }
}
