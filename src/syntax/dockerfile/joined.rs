//! Text put together from parts of a file.

use std::ops::Range;

use crate::text::Span;

/// Text put together from parts of a file (a line with its continuations, a word without its quotes)
/// that knows where each part stands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Joined {
    text: String,
    pieces: Vec<Piece>,
    /// Where an empty text stands.
    anchor: usize,
}

/// A run of bytes that stand in the file as they stand in the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Piece {
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
        let mut joined = Self::empty(source);
        joined.push(text, source);
        joined
    }

    /// Appends text that stands at `source`, or is written there in another form that is at least as
    /// long (an escape).
    pub fn push(&mut self, text: &str, source: usize) {
        if text.is_empty() {
            return;
        }
        let at = self.text.len();
        if self.pieces.last().is_none_or(|last| last.source + (at - last.at) != source) {
            self.pieces.push(Piece { at, source });
        }
        self.text.push_str(text);
    }

    /// Appends another text with its places.
    pub fn append(&mut self, other: &Self) {
        for (number, piece) in other.pieces.iter().enumerate() {
            let end = other.pieces.get(number + 1).map_or(other.text.len(), |next| next.at);
            self.push(other.text.get(piece.at..end).unwrap_or(""), piece.source);
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Where the byte at `position` stands in the file.
    #[must_use]
    pub fn source(&self, position: usize) -> usize {
        let next = self.pieces.partition_point(|piece| piece.at <= position);
        match next.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some(piece) => piece.source + (position - piece.at),
            None => self.anchor,
        }
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
        let mut part = Self::empty(self.span_of(range.start..range.start).range().start);
        let Some(text) = self.text.get(range.clone()) else { return part };
        if text.is_empty() {
            return part;
        }
        part.text.push_str(text);
        part.pieces.push(Piece { at: 0, source: self.source(range.start) });
        let first = self.pieces.partition_point(|piece| piece.at <= range.start);
        let inside = self.pieces.iter().skip(first).take_while(|piece| piece.at < range.end);
        part.pieces.extend(inside.map(|piece| Piece { at: piece.at - range.start, source: piece.source }));
        part
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
