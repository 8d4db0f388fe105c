//! From bytes of a scalar's text to bytes of the file.

use std::ops::Range;

use crate::syntax::interpolation::{Scan, scan};
use crate::syntax::yaml::{Node, NodeKind, Style};
use crate::text::{SourceFile, Span};

/// Bytes of a scalar up to which parts are searched for in it.
const MAX_COUNTED: usize = 1 << 15;

/// A scalar, and where its text stands.
pub(super) struct ScalarText<'a> {
    /// The text after YAML's unescaping.
    pub(super) text: &'a str,
    /// The scalar's bytes, with its quotes.
    pub(super) span: Span,
    source: &'a str,
    /// What of `text` stands in `source` as it is, and where: from the beginning, and from each `$` on, if
    /// those can be told.
    runs: Vec<Run>,
}

/// Bytes that text and source share.
struct Run {
    text: usize,
    source: usize,
    length: usize,
}

impl<'a> ScalarText<'a> {
    /// The text of a scalar node; `None` for a collection. Of a scalar that stands somewhere by alias,
    /// every part is placed at the alias.
    pub(super) fn of(file: &'a SourceFile, node: &'a Node) -> Option<Self> {
        let NodeKind::Scalar { text, style } = &node.kind else { return None };
        let source = if node.via_alias { "" } else { file.slice(node.span) };
        let quote = usize::from(matches!(style, Style::SingleQuoted | Style::DoubleQuoted));
        let exact = !text.is_empty()
            && *style != Style::Block
            && source.get(quote..source.len().saturating_sub(quote)) == Some(text.as_str());
        let mut starts = vec![(0, quote)];
        if !exact && text.contains('$') {
            // YAML neither adds nor drops a `$`, but for escapes in double quotes.
            let (cooked, raw) = (text.matches('$').count(), source.matches('$').count());
            if cooked == raw {
                let written = source.match_indices('$').map(|(at, _)| at);
                starts.extend(text.match_indices('$').map(|(at, _)| at).zip(written));
            }
        }
        let runs = starts.iter().enumerate().map(|(number, &(cooked, raw))| {
            let end = starts.get(number + 1).map_or(text.len(), |&(next, _)| next);
            let same = || {
                let cooked = text.as_bytes().get(cooked..end).unwrap_or_default();
                let raw = source.as_bytes().get(raw..).unwrap_or_default();
                cooked.iter().zip(raw).take_while(|(cooked, raw)| cooked == raw).count()
            };
            Run { text: cooked, source: raw, length: if exact { text.len() } else { same() } }
        });
        Some(Self { text, span: node.span, source, runs: runs.collect() })
    }

    /// Where the bytes `range` of the text stand in the file. Where escapes or folding hide it, a
    /// range that surely holds it: up to the scalar's end, or all of it.
    pub(super) fn place(&self, range: &Range<usize>) -> Span {
        let behind = self.runs.partition_point(|run| run.text <= range.start);
        let Some(run) = behind.checked_sub(1).and_then(|last| self.runs.get(last)) else { return self.span };
        let distance = range.start - run.text;
        // Everything up to the place has to be the same, or the distance would lie.
        if distance <= run.length && self.source.is_char_boundary(run.source + distance) {
            let begin = run.source + distance;
            let start = self.span.start as usize + begin;
            let end = begin + range.len();
            if self.source.get(begin..end) == self.text.get(range.clone()) {
                return Span::new(start, start + range.len());
            }
            return Span::new(start, self.span.end as usize);
        }
        self.by_count(range).unwrap_or(self.span)
    }

    /// Finds a part that YAML's folding and escapes moved, but left as it is, by counting: the third
    /// `name` of the text is the third one in the file.
    fn by_count(&self, range: &Range<usize>) -> Option<Span> {
        let part = self.text.get(range.clone()).filter(|part| !part.is_empty())?;
        // Counting costs the whole text each time.
        if self.source.len() > MAX_COUNTED
            || self.text.matches(part).count() != self.source.matches(part).count()
        {
            return None;
        }
        let before = self.text.match_indices(part).position(|(at, _)| at == range.start)?;
        let (at, _) = self.source.match_indices(part).nth(before)?;
        let start = self.span.start as usize + at;
        Some(Span::new(start, start + part.len()))
    }

    /// Its variables.
    pub(super) fn scan(&self) -> Scan {
        scan(self.text)
    }
}
