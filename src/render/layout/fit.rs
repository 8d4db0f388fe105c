//! One line of source on the screen: tabs expanded, wide characters counted, long lines cropped to
//! what the marks need.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::render::clean::stand_in;

/// Columns between tab stops.
const TAB: usize = 4;
/// Lines up to this length, in bytes, are measured before they are cropped.
const MEASURED: usize = 4 << 10;
/// How much of both ends of a long mark is shown, in bytes.
const MARK_END: usize = 24;

/// A line as it is shown.
#[derive(Debug)]
pub(super) struct Fitted {
    /// What is printed.
    pub(super) text: String,
    /// Byte offset in the line and column on the screen of every shown character, and of the place
    /// behind each shown piece.
    columns: Vec<(usize, usize)>,
}

impl Fitted {
    /// Fits `line` into `width` columns; the byte ranges `marks` of it stay visible.
    pub(super) fn new(line: &str, marks: &[Range<usize>], width: usize, ellipsis: &str) -> Self {
        let pieces = pieces(line, marks, width, ellipsis.chars().count());
        let mut fitted = Self { text: String::new(), columns: Vec::new() };
        let mut column = 0;
        let mut shown_to = 0;
        for piece in pieces {
            if piece.start > shown_to {
                fitted.text.push_str(ellipsis);
                column += ellipsis.chars().count();
            }
            for (at, c) in line.get(piece.clone()).unwrap_or("").char_indices() {
                fitted.columns.push((piece.start + at, column));
                let wide = width_at(c, column);
                match c {
                    '\t' => fitted.text.extend(std::iter::repeat_n(' ', wide)),
                    '\u{feff}' => {}
                    c => fitted.text.push(stand_in(c).unwrap_or(c)),
                }
                column += wide;
            }
            fitted.columns.push((piece.end, column));
            shown_to = piece.end;
        }
        if shown_to < line.len() {
            fitted.text.push_str(ellipsis);
        }
        fitted
    }

    /// The column of byte `offset` of the line; that of the ellipsis for what is not shown.
    pub(super) fn column(&self, offset: usize) -> usize {
        let at = self.columns.partition_point(|&(byte, _)| byte <= offset);
        self.columns.get(at.saturating_sub(1)).map_or(0, |&(_, column)| column)
    }
}

fn width_at(c: char, column: usize) -> usize {
    match c {
        '\t' => TAB - column % TAB,
        '\u{feff}' => 0,
        c if stand_in(c).is_some() => 1,
        c => c.width().unwrap_or(0),
    }
}

fn measure(text: &str) -> usize {
    text.chars().fold(0, |column, c| column + width_at(c, column))
}

/// The parts of `line` that are shown, in order and apart from each other.
fn pieces(line: &str, marks: &[Range<usize>], width: usize, ellipsis: usize) -> Vec<Range<usize>> {
    if line.len() <= MEASURED && measure(line) <= width {
        return std::iter::once(0..line.len()).collect();
    }
    let anchors = anchors(line, marks);
    let mut windows = Vec::new();
    for margin in [64, 48, 32, 24, 16, 8, 4, 0] {
        windows = widened(line, &anchors, margin, ellipsis);
        if columns_of(line, &windows, ellipsis) <= width {
            break;
        }
    }
    let free = width.saturating_sub(columns_of(line, &windows, ellipsis));
    if let Some(last) = windows.last_mut() {
        last.end += line[last.end..]
            .char_indices()
            .scan(0, |used, (at, c)| {
                *used += width_at(c, 0).max(1);
                (*used <= free).then_some(at + c.len_utf8())
            })
            .last()
            .unwrap_or(0);
    }
    windows
}

/// What must be seen: each mark, or both ends of a long one; the line's start if there is none.
fn anchors(line: &str, marks: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut anchors = Vec::new();
    for mark in marks {
        let start = line.floor_char_boundary(mark.start.min(line.len()));
        let end = line.ceil_char_boundary(mark.end.min(line.len()).max(start));
        if end - start <= 2 * MARK_END {
            anchors.push(start..end);
        } else {
            anchors.push(start..line.ceil_char_boundary(start + MARK_END));
            anchors.push(line.floor_char_boundary(end - MARK_END)..end);
        }
    }
    if anchors.is_empty() {
        anchors.push(0..0);
    }
    anchors.sort_by_key(|anchor| anchor.start);
    anchors
}

/// The anchors with `margin` bytes on both sides, those that then meet made one.
fn widened(line: &str, anchors: &[Range<usize>], margin: usize, ellipsis: usize) -> Vec<Range<usize>> {
    let mut windows: Vec<Range<usize>> = Vec::new();
    for anchor in anchors {
        let mut start = line.floor_char_boundary(anchor.start.saturating_sub(margin));
        let mut end = line.ceil_char_boundary(anchor.end + margin);
        // An ellipsis that is no shorter than what it stands for says nothing.
        if start <= ellipsis {
            start = 0;
        }
        if end + ellipsis >= line.len() {
            end = line.len();
        }
        match windows.last_mut() {
            Some(last) if start <= last.end + ellipsis => last.end = last.end.max(end),
            _ => windows.push(start..end),
        }
    }
    windows
}

fn columns_of(line: &str, windows: &[Range<usize>], ellipsis: usize) -> usize {
    let text: usize = windows.iter().map(|window| line.get(window.clone()).map_or(0, measure)).sum();
    let before = windows.first().is_some_and(|first| first.start > 0);
    let behind = windows.last().is_some_and(|last| last.end < line.len());
    let gaps = windows.len().saturating_sub(1) + usize::from(before) + usize::from(behind);
    text + gaps * ellipsis
}

#[cfg(test)]
#[expect(clippy::single_range_in_vec_init, reason = "a line may have one mark")]
mod tests {
    use super::{Fitted, measure};

    #[test]
    fn tabs_and_wide_characters_have_their_columns() {
        let fitted = Fitted::new("\ta漢b", &[1..2], 80, "…");
        assert_eq!(fitted.text, "    a漢b");
        assert_eq!((fitted.column(1), fitted.column(2), fitted.column(5), fitted.column(6)), (4, 5, 7, 8));
    }

    #[test]
    fn long_lines_are_cropped_around_their_marks() {
        let line = format!("{}KEY{}", "x".repeat(5000), "y".repeat(5000));
        let fitted = Fitted::new(&line, &[5000..5003], 100, "…");
        assert!(measure(&fitted.text) <= 100, "{}", fitted.text);
        assert!(fitted.text.starts_with('…') && fitted.text.ends_with('…'));
        let at = fitted.column(5000);
        assert_eq!(fitted.text.chars().skip(at).take(3).collect::<String>(), "KEY");
    }

    #[test]
    fn both_ends_of_a_long_mark_are_seen() {
        let line = format!("a={};b", "z".repeat(900));
        let fitted = Fitted::new(&line, &[2..902], 80, "…");
        assert!(fitted.text.starts_with("a=zzz") && fitted.text.contains('…') && fitted.text.ends_with(";b"));
        assert!(fitted.column(902) > fitted.column(2));
    }
}
