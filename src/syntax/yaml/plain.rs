//! A reader for the plain part of YAML, in which nearly all real files are written.
//!
//! It yields exactly what the library's events are composed into, and takes a small fraction of
//! their time: nearly every file is YAML, and the time goes into them. It never guesses: at the
//! first thing that it does not take (tags, directives, explicit keys, tabs as separation, any
//! mistake), it gives the whole text up, and the library reads it. So errors are only ever the
//! library's, and whatever is not understood here costs time, not correctness.
//!
//! One pass, without going back, except over the indentation of the line behind a block scalar.

mod block_scalar;
mod flow;
mod lines;
mod scalar;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use foldhash::{HashMap, HashMapExt};

use super::node::{Entry, Node, NodeKind, Style};
use crate::text::Span;

/// Nesting, aliases written out, beyond which a text is given up. Lower than what the library's
/// way takes, so that its rule for what nests too deeply needs no repetition.
const MAX_DEPTH: usize = 96;

/// Bytes of a key beyond which a text is given up; the library takes 1,024 characters.
const MAX_KEY: usize = 1000;

/// Comments in a row, where a value may be missing, beyond which a text is given up; the library
/// takes 96.
const MAX_COMMENTS: usize = 90;

/// A column or an indentation; -1 at the end of a document, so that every collection ends there.
type Column = i32;

/// A node, and how many levels lie below it.
type Read = (Node, usize);

/// The documents of `text`, if it is written in the plain part of YAML throughout.
pub(super) fn read(text: &str) -> Option<Vec<Node>> {
    if !is_plain_text(text) {
        return None;
    }
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        indent: -1,
        breaks: 0,
        comments: 0,
        anchors: Vec::new(),
        names: HashMap::new(),
    };
    reader.documents()
}

/// Whether all characters are printable ones that mean the same to everybody.
fn is_plain_text(text: &str) -> bool {
    let bytes = text.as_bytes();
    let odd = bytes
        .iter()
        .fold(false, |odd, &byte| odd | ((byte < b' ') & (byte != b'\n') & (byte != b'\t')) | (byte == 0x7f));
    // The first bytes of those that YAML does not print, and of those that some take for breaks.
    !odd && (text.is_ascii() || memchr::memchr3_iter(0xc2, 0xe2, 0xef, bytes).all(|at| !is_odd(bytes, at)))
}

/// Whether the character at `at` is another control character, a line or paragraph separator, a
/// byte order mark or no character at all.
fn is_odd(bytes: &[u8], at: usize) -> bool {
    matches!(
        bytes.get(at..).unwrap_or_default(),
        [0xc2, 0x80..=0x9f, ..]
            | [0xe2, 0x80, 0xa8 | 0xa9, ..]
            | [0xef, 0xbb, 0xbf, ..]
            | [0xef, 0xbf, 0xbe | 0xbf, ..]
    )
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// The next byte.
    at: usize,
    /// Of the line of content that was gone to last.
    indent: Column,
    /// How many lines were gone on to reach it.
    breaks: usize,
    /// How many comments were passed to reach it.
    comments: usize,
    /// The nodes with anchors; none while such a node is still being read.
    anchors: Vec<Option<Read>>,
    /// The place in `anchors` of each name of the document.
    names: HashMap<&'a str, usize>,
}

impl Reader<'_> {
    fn documents(&mut self) -> Option<Vec<Node>> {
        let mut documents = Vec::new();
        self.find_content()?;
        let mut first = true;
        while self.at < self.bytes.len() {
            if self.indent < 0 {
                self.at += 3;
                self.end_line()?;
                // A document without content is a node with a place of its own.
                if self.indent < 0 {
                    return None;
                }
            } else if !first {
                return None;
            }
            first = false;
            self.names = HashMap::new();
            let (root, _) = self.node(Some(self.indent), -1, 0)?;
            if matches!(root.kind, NodeKind::Scalar { .. }) || self.indent >= 0 {
                return None;
            }
            documents.push(root);
        }
        Some(documents)
    }

    /// Reads the node that begins here, and goes on to the next line of content.
    ///
    /// `column` is where this is, if block collections may begin here. `parent` is the column of
    /// the block collection around it.
    fn node(&mut self, column: Option<Column>, parent: Column, depth: usize) -> Option<Read> {
        match self.peek() {
            b'-' if self.is_indicator(b'-') => self.sequence(column?, depth),
            b'|' | b'>' => self.block_scalar(parent),
            b'[' | b'{' => {
                let read = self.flow_collection(depth)?;
                self.end_line()?;
                Some(read)
            }
            b'*' => {
                let read = self.alias(depth)?;
                self.end_line()?;
                Some(read)
            }
            b'&' => self.anchored(parent, depth, false),
            _ => self.scalar_or_mapping(column, parent, depth),
        }
    }

    fn scalar_or_mapping(&mut self, column: Option<Column>, parent: Column, depth: usize) -> Option<Read> {
        let start = self.at;
        let (text, style) = self.scalar_here(false, parent)?;
        let end = self.at;
        self.skip_spaces();
        if self.is_indicator(b':') {
            self.is_key(style, start).then_some(())?;
            return self.mapping(column?, depth, scalar(text, style, start, end));
        }
        self.end_line()?;
        if style == Style::Plain && self.indent > parent && self.comments == 0 {
            return self.plain_lines(text, start, parent);
        }
        Some((scalar(text, style, start, end), 0))
    }

    /// Whether the scalar that began at `start` can be a key: it is short and stands on one line.
    fn is_key(&self, style: Style, start: usize) -> bool {
        let is_one_line = |bytes: &[u8]| style == Style::Plain || memchr::memchr(b'\n', bytes).is_none();
        self.at - start <= MAX_KEY && self.bytes.get(start..self.at).is_some_and(is_one_line)
    }

    /// Reads the entries of a block mapping from the `:` behind its first key.
    fn mapping(&mut self, column: Column, depth: usize, first: Node) -> Option<Read> {
        let depth = deeper(depth)?;
        let mut span = Span::at(first.span.start as usize);
        let mut entries = Vec::new();
        let mut height = 0;
        let mut key = first;
        loop {
            let (value, below) = self.value(column, depth)?;
            height = height.max(below + 1);
            span = span.cover(key.span).cover(value.span);
            entries.push(Entry { key, value });
            if self.indent != column {
                break;
            }
            if self.is_indicator(b'-') {
                return None;
            }
            let start = self.at;
            let (text, style) = self.scalar_here(false, column)?;
            let end = self.at;
            self.skip_spaces();
            if !self.is_indicator(b':') || !self.is_key(style, start) {
                return None;
            }
            key = scalar(text, style, start, end);
        }
        if self.indent > column {
            return None;
        }
        let kind = NodeKind::Mapping(Rc::new(entries));
        Some((Node { kind, span, tag: None, via_alias: false }, height))
    }

    /// Reads what stands behind the `:` of an entry.
    fn value(&mut self, column: Column, depth: usize) -> Option<Read> {
        let colon = self.at;
        self.at += 1;
        self.skip_spaces();
        match self.peek() {
            b'\n' | b'#' | END => {
                self.end_line()?;
                let below = self.below(column, depth, true)?;
                Some(below.unwrap_or_else(|| (absent(colon), 0)))
            }
            b'&' => self.anchored(column, depth, true),
            _ => self.node(None, column, depth),
        }
    }

    /// Reads the node on the lines below, if there is one that belongs to the collection at
    /// `parent`. The value of a key may be a sequence whose dashes stand below the key.
    fn below(&mut self, parent: Column, depth: usize, dashes: bool) -> Option<Option<Read>> {
        if self.comments > MAX_COMMENTS {
            return None;
        }
        if self.indent > parent {
            return self.node(Some(self.indent), parent, depth).map(Some);
        }
        if dashes && self.indent == parent && self.is_indicator(b'-') {
            return self.indentless_sequence(parent, depth).map(Some);
        }
        Some(None)
    }

    fn sequence(&mut self, column: Column, depth: usize) -> Option<Read> {
        let start = Span::at(self.at);
        let (items, height, _) = self.items(column, depth)?;
        Some((sequence(items, start), height))
    }

    /// Reads a sequence whose dashes stand below the key that it is the value of.
    fn indentless_sequence(&mut self, column: Column, depth: usize) -> Option<Read> {
        let (items, height, mark) = self.items(column, depth)?;
        Some((sequence(items, Span::at(mark)), height))
    }

    /// The items of a block sequence, the levels below it, and where the first dash's item is
    /// expected: behind the blanks, or the comment, that follow the dash.
    fn items(&mut self, column: Column, depth: usize) -> Option<(Vec<Node>, usize, usize)> {
        let depth = deeper(depth)?;
        let mut items = Vec::new();
        let mut height = 0;
        let mut first = None;
        loop {
            let dash = self.at;
            self.at += 1;
            self.skip_spaces();
            let inline = !matches!(self.peek(), b'\n' | b'#' | END);
            let mark = if self.peek() == b'#' { self.line_end() } else { self.at };
            first.get_or_insert(mark);
            let (item, below) = if inline {
                let column_of_item = column.checked_add(Column::try_from(self.at - dash).ok()?)?;
                self.node(Some(column_of_item), column, depth)?
            } else {
                self.end_line()?;
                self.below(column, depth, false)?.unwrap_or_else(|| (absent(mark), 0))
            };
            height = height.max(below + 1);
            items.push(item);
            if self.indent != column || !self.is_indicator(b'-') {
                break;
            }
        }
        (self.indent <= column).then_some((items, height, first?))
    }

    /// Reads a node from the `&` of its anchor.
    fn anchored(&mut self, parent: Column, depth: usize, dashes: bool) -> Option<Read> {
        let name = self.name()?;
        let place = self.anchors.len();
        self.anchors.push(None);
        self.names.insert(name, place);
        self.skip_spaces();
        let read = match self.peek() {
            b'\n' | b'#' | END => {
                self.end_line()?;
                if self.peek() == b'&' || self.peek() == b'*' {
                    return None;
                }
                self.below(parent, depth, dashes)??
            }
            // Neither has an anchor of its own.
            b'&' | b'*' => return None,
            _ => self.node(None, parent, depth)?,
        };
        if let Some(anchor) = self.anchors.get_mut(place) {
            *anchor = Some(read.clone());
        }
        Some(read)
    }

    /// Reads an alias from its `*`. One that names nothing, or what it stands in, is a null.
    fn alias(&mut self, depth: usize) -> Option<Read> {
        let start = self.at;
        let name = self.name()?;
        let span = Span::new(start, self.at);
        let named = self.names.get(name).and_then(|&place| self.anchors.get(place)?.clone());
        let (node, height) = named.unwrap_or_else(|| (absent(start), 0));
        (depth + height <= MAX_DEPTH).then_some((Node { span, via_alias: true, ..node }, height))
    }
}

/// One level more, within what is taken.
fn deeper(depth: usize) -> Option<usize> {
    (depth < MAX_DEPTH).then_some(depth + 1)
}

fn scalar(text: String, style: Style, start: usize, end: usize) -> Node {
    let kind = NodeKind::Scalar { text, style };
    Node { kind, span: Span::new(start, end), tag: None, via_alias: false }
}

/// The null that stands for a missing value.
fn absent(at: usize) -> Node {
    scalar("~".to_owned(), Style::Plain, at, at)
}

fn sequence(items: Vec<Node>, start: Span) -> Node {
    let span = items.iter().fold(start, |span, item| span.cover(item.span));
    Node { kind: NodeKind::Sequence(Rc::new(items)), span, tag: None, via_alias: false }
}

/// What is read behind the end of the text. No text that is taken holds this byte.
const END: u8 = 0;
