//! Text put together from parts of a file.

use std::ops::Range;

use crate::text::Span;

/// Text put together from parts of a file (a line with its continuations, a word without its quotes)
/// that knows where each part stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Joined {
    text: String,
    /// Where the first byte stands, or an empty text.
    anchor: usize,
    /// The runs behind the first one. Most texts are of one run, and need no list.
    more: Vec<Run>,
}

/// A run of bytes that stand in the file as they stand in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Run {
    /// Offset in the text.
    at: usize,
    /// Offset in the file.
    source: usize,
}

impl Joined {
    /// An empty text at `anchor`.
    #[must_use]
    pub fn empty(anchor: usize) -> Self {
        Self { anchor, ..Self::default() }
    }

    /// Text that stands in one piece at `source`.
    #[must_use]
    pub fn contiguous(text: &str, source: usize) -> Self {
        Self { text: text.to_owned(), anchor: source, more: Vec::new() }
    }

    /// Appends text that stands at `source`, or is written there in another form that is at least as
    /// long (an escape).
    pub fn push(&mut self, text: &str, source: usize) {
        if text.is_empty() {
            return;
        }
        let at = self.text.len();
        if at == 0 {
            self.anchor = source;
        } else {
            let last = self.more.last().copied().unwrap_or(self.first());
            if last.source + (at - last.at) != source {
                self.more.push(Run { at, source });
            }
        }
        self.text.push_str(text);
    }

    /// Appends another text with its places.
    pub fn append(&mut self, other: &Self) {
        let mut next = other.more.iter();
        let mut run = other.first();
        loop {
            let behind = next.next();
            let end = behind.map_or(other.text.len(), |behind| behind.at);
            self.push(other.text.get(run.at..end).unwrap_or(""), run.source);
            let Some(&behind) = behind else { return };
            run = behind;
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn first(&self) -> Run {
        Run { at: 0, source: self.anchor }
    }

    /// Where the byte at `position` stands in the file.
    #[must_use]
    pub fn source(&self, position: usize) -> usize {
        if self.text.is_empty() {
            return self.anchor;
        }
        let before = self.more.partition_point(|run| run.at <= position);
        let run = before.checked_sub(1).and_then(|last| self.more.get(last)).copied().unwrap_or(self.first());
        run.source + (position - run.at)
    }

    /// Where a part of the text stands in the file, with whatever lies between its pieces.
    #[must_use]
    pub fn span_of(&self, range: Range<usize>) -> Span {
        if range.is_empty() {
            // The end of a text stands behind its last byte, not where a next piece would begin.
            let at = match range.start.checked_sub(1) {
                Some(before) if range.start >= self.text.len() && !self.text.is_empty() => {
                    self.source(before) + 1
                }
                _ => self.source(range.start),
            };
            return Span::at(at);
        }
        Span::new(self.source(range.start), self.source(range.end - 1) + 1)
    }

    /// Where the whole text stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span_of(0..self.text.len())
    }

    /// A part of the text, with its places; empty if `range` does not fall on characters.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let text = self.text.get(range.clone()).unwrap_or("");
        if text.is_empty() {
            return Self::empty(self.span_of(range.start..range.start).range().start);
        }
        let first = self.more.partition_point(|run| run.at <= range.start);
        let inside = self.more.iter().skip(first).take_while(|run| run.at < range.end);
        Self {
            text: text.to_owned(),
            anchor: self.source(range.start),
            more: inside.map(|run| Run { at: run.at - range.start, source: run.source }).collect(),
        }
    }

    /// The text without white space at both ends.
    #[must_use]
    pub fn trimmed(&self) -> Self {
        let start = self.text.len() - self.text.trim_start().len();
        let end = self.text.trim_end().len();
        self.slice(start..end.max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::Joined;
    use crate::text::Span;

    #[test]
    fn parts_know_where_they_stand() {
        let mut joined = Joined::contiguous("ab", 10);
        joined.push("cd", 20);
        assert_eq!(joined.as_str(), "abcd");
        assert_eq!(joined.span_of(1..3), Span::new(11, 21));
        assert_eq!(joined.slice(1..3).span_of(1..2), Span::new(20, 21));
        assert_eq!(joined.slice(4..4).span(), Span::at(22));
        assert_eq!(Joined::contiguous("  x ", 5).trimmed().span(), Span::new(7, 8));
    }
}
