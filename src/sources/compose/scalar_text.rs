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
    /// Bytes of the opening quote.
    quote: usize,
    /// Offset in `source` of each `$` of `text`, if they can be told.
    dollars: Vec<(usize, usize)>,
    exact: bool,
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
        let mut dollars = Vec::new();
        if !exact && text.contains('$') {
            // YAML neither adds nor drops a `$`, but for escapes in double quotes.
            let (cooked, raw) = (text.matches('$').count(), source.matches('$').count());
            if cooked == raw {
                let written = source.match_indices('$').map(|(at, _)| at);
                dollars = text.match_indices('$').map(|(at, _)| at).zip(written).collect();
            }
        }
        Some(Self { text, span: node.span, source, quote, dollars, exact })
    }

    /// Where the bytes `range` of the text stand in the file. Where escapes or folding hide it, a
    /// range that surely holds it: up to the scalar's end, or all of it.
    pub(super) fn place(&self, range: &Range<usize>) -> Span {
        let anchor = if self.exact {
            Some((0, self.quote))
        } else {
            let behind = self.dollars.partition_point(|&(cooked, _)| cooked <= range.start);
            let dollar = behind.checked_sub(1).and_then(|last| self.dollars.get(last)).copied();
            dollar.or(Some((0, self.quote)))
        };
        let begin = anchor.and_then(|(cooked, raw)| Some(raw + range.start.checked_sub(cooked)?));
        let Some(begin) = begin else { return self.span };
        let end = begin + range.len();
        let start = self.span.start as usize;
        let between = |from: usize, to: usize| self.text.get(from..to);
        let (cooked, raw) = anchor.unwrap_or_default();
        // Everything from the anchor on has to be the same, or the distance would lie.
        if self.source.get(raw..begin).is_some()
            && self.source.get(raw..begin) == between(cooked, range.start)
        {
            if self.source.get(begin..end) == between(range.start, range.end) {
                return Span::new(start + begin, start + end);
            }
            return Span::new(start + begin, self.span.end as usize);
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
