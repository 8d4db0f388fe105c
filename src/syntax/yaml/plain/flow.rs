//! Sequences and mappings between brackets.

use std::rc::Rc;

use super::{END, MAX_COMMENTS, Read, Reader, absent, deeper, scalar, sequence};
use crate::syntax::yaml::node::{Entry, Node, NodeKind, Style};
use crate::text::Span;

impl Reader<'_> {
    /// Reads a collection from its `[` or `{` to its closing bracket.
    pub(super) fn flow_collection(&mut self, depth: usize) -> Option<Read> {
        if self.peek() == b'[' { self.flow_sequence(depth) } else { self.flow_mapping(depth) }
    }

    fn flow_sequence(&mut self, depth: usize) -> Option<Read> {
        let depth = deeper(depth)?;
        let start = Span::new(self.at, self.at + 1);
        let mut items = Vec::new();
        let mut height = 0;
        self.at += 1;
        loop {
            self.flow_space()?;
            if self.peek() == b']' {
                break;
            }
            let (item, below) = self.flow_item(depth)?;
            height = height.max(below + 1);
            items.push(item);
            if !self.another(b']')? {
                break;
            }
        }
        self.at += 1;
        Some((sequence(items, start), height))
    }

    /// Reads an item of a sequence. One that is a `key: value` is a mapping without brackets.
    fn flow_item(&mut self, depth: usize) -> Option<Read> {
        let start = self.at;
        let (item, below) = self.flow_node(depth)?;
        let NodeKind::Scalar { style, .. } = item.kind else { return Some((item, below)) };
        if item.via_alias || !self.find_colon(style) {
            return Some((item, below));
        }
        self.is_key(style, start).then_some(())?;
        let (value, below) = self.flow_value(deeper(depth)?, b']')?;
        let span = item.span.cover(value.span);
        let kind = NodeKind::Mapping(Rc::new(vec![Entry { key: item, value }]));
        Some((Node { kind, span, tag: None, via_alias: false }, below + 1))
    }

    fn flow_mapping(&mut self, depth: usize) -> Option<Read> {
        let depth = deeper(depth)?;
        let mut span = Span::new(self.at, self.at + 1);
        let mut entries = Vec::new();
        let mut height = 0;
        self.at += 1;
        loop {
            self.flow_space()?;
            if self.peek() == b'}' {
                break;
            }
            let start = self.at;
            let (text, style) = self.scalar_here(true, 0)?;
            let key = scalar(text, style, start, self.at);
            (self.find_colon(style) && self.is_key(style, start)).then_some(())?;
            let (value, below) = self.flow_value(depth, b'}')?;
            height = height.max(below + 1);
            span = span.cover(key.span).cover(value.span);
            entries.push(Entry { key, value });
            if !self.another(b'}')? {
                break;
            }
        }
        self.at += 1;
        let kind = NodeKind::Mapping(Rc::new(entries));
        Some((Node { kind, span, tag: None, via_alias: false }, height))
    }

    /// Goes to the `:` behind a key of this style, if there is one. Behind a quoted key, the value
    /// may follow it without a blank.
    fn find_colon(&mut self, style: Style) -> bool {
        if style != Style::Plain && self.peek() == b':' {
            return true;
        }
        self.skip_spaces();
        self.is_indicator(b':')
    }

    /// Reads a value from the `:` before it.
    fn flow_value(&mut self, depth: usize, close: u8) -> Option<Read> {
        let colon = self.at;
        self.at += 1;
        self.flow_space()?;
        match self.peek() {
            b',' => Some((absent(colon), 0)),
            sign if sign == close => Some((absent(colon), 0)),
            _ => self.flow_node(depth),
        }
    }

    /// Goes behind the `,` that follows an item, or to the bracket that closes the collection.
    fn another(&mut self, close: u8) -> Option<bool> {
        self.flow_space()?;
        match self.peek() {
            b',' => {
                self.at += 1;
                Some(true)
            }
            sign => (sign == close).then_some(false),
        }
    }

    fn flow_node(&mut self, depth: usize) -> Option<Read> {
        match self.peek() {
            b'[' | b'{' => self.flow_collection(depth),
            b'*' => self.alias(depth),
            _ => {
                let start = self.at;
                let (text, style) = self.scalar_here(true, 0)?;
                Some((scalar(text, style, start, self.at), 0))
            }
        }
    }

    /// Passes blanks, line breaks and comments.
    fn flow_space(&mut self) -> Option<()> {
        let mut comments = 0;
        loop {
            self.skip_spaces();
            match self.peek() {
                b'\n' => {
                    self.at += 1;
                    // What ends a document may stand here.
                    if matches!(self.peek(), b'-' | b'.') {
                        return None;
                    }
                }
                b'#' if comments < MAX_COMMENTS && matches!(self.byte(self.at - 1), b' ' | b'\n') => {
                    comments += 1;
                    self.at = self.line_end();
                }
                b'\t' | b'#' | END => return None,
                _ => return Some(()),
            }
        }
    }
}
