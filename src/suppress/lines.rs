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
