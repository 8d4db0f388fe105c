//! Lines as numbers.

use std::ops::RangeInclusive;

use crate::text::{SourceFile, Span};

/// Lines of a file, from 0.
pub(super) type Lines = RangeInclusive<usize>;

/// The lines that `span` touches; a line break at its end is not part of the next line.
pub(super) fn touched(file: &SourceFile, span: Span) -> Lines {
    let text = file.slice(span);
    let kept = text.trim_end_matches(['\r', '\n']).len();
    let kept = u32::try_from(kept).unwrap_or(u32::MAX);
    let last = span.start.saturating_add(kept.saturating_sub(1));
    file.lines().line_of(span.start)..=file.lines().line_of(last.max(span.start))
}

/// Whether two stretches have a line in common.
pub(super) fn meet(one: &Lines, other: &Lines) -> bool {
    one.start() <= other.end() && other.start() <= one.end()
}

/// Whether an ignore comment may stand on the lines from `first` to `last`, or right above them: what is told there is
/// told by itself, so that the comment covers that and nothing else.
#[must_use]
pub fn may_be_excepted(file: &SourceFile, first: Span, last: Span) -> bool {
    let line = |offset: u32| file.lines().line_of(offset);
    let start = file.lines().line_range(&file.text, line(first.start).saturating_sub(1)).start;
    let end = file.lines().line_range(&file.text, line(last.end)).end;
    file.text.get(start..end).is_some_and(super::may_have_comments)
}
