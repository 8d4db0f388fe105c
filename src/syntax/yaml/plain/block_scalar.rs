//! Literal and folded block scalars, to the last blank line as the library reads them.

use super::{Column, END, Read, Reader, scalar};
use crate::syntax::yaml::node::Style;

/// Indentation beyond which a text is given up.
const MAX_INDENT: usize = 100;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Reader<'_> {
    /// Reads a block scalar from its `|` or `>`, and goes on to the next line of content.
    pub(super) fn block_scalar(&mut self, parent: Column) -> Option<Read> {
        let parent = usize::try_from(parent).ok()?;
        let mut start = self.at;
        let folded = self.peek() == b'>';
        self.at += 1;
        let (chomping, given) = self.header()?;
        let header_ends = self.peek() == b'\n';
        if header_ends {
            self.at += 1;
        }
        if self.peek() == b'\t' {
            return None;
        }
        let mut line = self.at;
        let mut breaks = 0;
        let indent = match given {
            0 => self.first_indent(&mut line, &mut breaks).max(parent + 1),
            given => {
                self.skip_indent(parent + given, &mut line, &mut breaks);
                parent + given
            }
        };
        let column = self.at - line;
        if indent > MAX_INDENT {
            return None;
        }
        let mut text = String::new();
        if self.peek() == END {
            if chomping == Chomping::Keep {
                let whole = if breaks == 0 && column > 0 { usize::from(header_ends) } else { breaks };
                text.extend(std::iter::repeat_n('\n', whole));
            }
        } else {
            if column < indent && column > parent {
                return None;
            }
            start = self.at;
            self.content(&mut text, indent, folded, chomping, &mut line, breaks);
        }
        let end = self.at;
        // The line that ends the scalar is looked at once more, from its start.
        if end < self.bytes.len() {
            self.at = line;
        }
        self.breaks = 0;
        self.comments = 0;
        self.find_content()?;
        Some((scalar(text, Style::Block, start, end), 0))
    }

    /// Reads the rest of the first line: the chomping, and the indentation if it is given.
    fn header(&mut self) -> Option<(Chomping, usize)> {
        let mut chomping = None;
        let mut given = None;
        loop {
            match self.peek() {
                b'+' if chomping.is_none() => chomping = Some(Chomping::Keep),
                b'-' if chomping.is_none() => chomping = Some(Chomping::Strip),
                digit @ b'1'..=b'9' if given.is_none() => given = Some(usize::from(digit - b'0')),
                _ => break,
            }
            self.at += 1;
        }
        let end = self.at;
        self.skip_spaces();
        if self.peek() == b'#' && self.at > end {
            self.at = self.line_end();
        }
        matches!(self.peek(), b'\n' | END).then_some((chomping.unwrap_or(Chomping::Clip), given.unwrap_or(0)))
    }

    /// Passes the blank lines at the start; the longest of their indentations, and that of the
    /// first line of content.
    fn first_indent(&mut self, line: &mut usize, breaks: &mut usize) -> usize {
        let mut most = 0;
        loop {
            self.skip_spaces();
            most = most.max(self.at - *line);
            if self.peek() != b'\n' {
                return most;
            }
            self.at += 1;
            *line = self.at;
            *breaks += 1;
        }
    }

    /// Passes blank lines and the indentation of the line behind them, but no more than `indent`.
    fn skip_indent(&mut self, indent: usize, line: &mut usize, breaks: &mut usize) {
        loop {
            while self.at - *line < indent && self.peek() == b' ' {
                self.at += 1;
            }
            if self.peek() != b'\n' {
                return;
            }
            self.at += 1;
            *line = self.at;
            *breaks += 1;
        }
    }

    fn content(
        &mut self,
        text: &mut String,
        indent: usize,
        folded: bool,
        chomping: Chomping,
        line: &mut usize,
        mut breaks: usize,
    ) {
        let mut leading_break = false;
        let mut was_blank = false;
        while self.at - *line == indent && self.peek() != END {
            let is_blank = matches!(self.peek(), b' ' | b'\t');
            if folded && leading_break && !was_blank && !is_blank {
                if breaks == 0 {
                    text.push(' ');
                }
            } else if leading_break {
                text.push('\n');
            }
            text.extend(std::iter::repeat_n('\n', breaks));
            breaks = 0;
            was_blank = is_blank;
            let end = self.line_end();
            text.push_str(self.text.get(self.at..end).unwrap_or_default());
            self.at = end;
            if self.peek() == END {
                // A last line without a line break is read as if it had one.
                leading_break = true;
                break;
            }
            self.at += 1;
            *line = self.at;
            leading_break = true;
            self.skip_indent(indent, line, &mut breaks);
        }
        if leading_break && chomping != Chomping::Strip {
            text.push('\n');
        }
        if chomping == Chomping::Keep {
            text.extend(std::iter::repeat_n('\n', breaks));
        }
    }
}
