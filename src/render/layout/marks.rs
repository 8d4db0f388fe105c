//! The rows below a line: underlines, connectors and labels.

use super::fit::Fitted;
use super::glyphs::Glyphs;
use super::snippet::{Line, Mark};
use crate::render::{Paint, Screen, clean};

/// With what marks are drawn.
#[derive(Debug)]
pub(super) struct Tone<'a> {
    pub(super) screen: &'a Screen,
    pub(super) glyphs: &'a Glyphs,
    /// The paint of the primary mark.
    pub(super) severity: Paint,
}

/// The marks of one line.
#[derive(Debug)]
pub(super) struct Marks<'a> {
    tone: &'a Tone<'a>,
    /// The line's number, from zero.
    number: usize,
    line: &'a Line,
    fitted: &'a Fitted,
    /// All marks of several lines in the snippet; each has its column left of the text.
    long: &'a [&'a Mark],
}

/// A row of single characters, each with its paint, and a text behind them.
#[derive(Default)]
struct Row {
    cells: Vec<(char, Paint)>,
    tail: Option<(String, Paint)>,
}

impl Row {
    fn put(&mut self, column: usize, c: char, paint: Paint) {
        if self.cells.len() <= column {
            self.cells.resize(column + 1, (' ', Paint::Plain));
        }
        self.cells[column] = (c, paint);
    }

    fn finish(self, screen: &Screen) -> String {
        let mut text = String::new();
        for run in self.cells.chunk_by(|a, b| a.1 == b.1) {
            let chars: String = run.iter().map(|&(c, _)| c).collect();
            text.push_str(&screen.paint(run[0].1, &chars));
        }
        if let Some((tail, paint)) = self.tail {
            text.push_str(&screen.paint(paint, &tail));
        }
        text
    }
}

impl<'a> Marks<'a> {
    pub(super) fn new(
        tone: &'a Tone<'a>,
        number: usize,
        line: &'a Line,
        fitted: &'a Fitted,
        long: &'a [&'a Mark],
    ) -> Self {
        Self { tone, number, line, fitted, long }
    }

    /// What stands left of the line's text.
    pub(super) fn beside(&self) -> String {
        if self.long.is_empty() {
            return String::new();
        }
        let mut row = Row::default();
        for (slot, mark) in self.long.iter().enumerate() {
            if mark.first < self.number && self.number <= mark.last {
                row.put(slot, self.tone.glyphs.connector, self.paint(mark));
            } else if mark.first == self.number && self.opens_line(mark) {
                row.put(slot, self.tone.glyphs.opening, self.paint(mark));
            }
        }
        let width = self.gutter();
        let used = row.cells.len();
        format!("{}{:rest$}", row.finish(self.tone.screen), "", rest = width - used)
    }

    /// The rows below the line; `short` are the marks that lie in it.
    pub(super) fn below(&self, short: &[&Mark]) -> Vec<String> {
        let mut rows = self.short_rows(short);
        // Long marks whose first row stands already, and those whose last row does.
        let mut open: Vec<bool> = self.long.iter().map(|mark| self.opens_line(mark)).collect();
        let mut closed = vec![false; self.long.len()];
        for row in &mut rows {
            self.put_connectors(row, &open, &closed);
        }
        for (slot, mark) in self.long.iter().enumerate() {
            if mark.first == self.number && !self.opens_line(mark) {
                let mut row = Row::default();
                self.put_connectors(&mut row, &open, &closed);
                row.put(slot, self.tone.glyphs.corner_down, self.paint(mark));
                self.run(&mut row, slot, self.column(mark.start), mark);
                open[slot] = true;
                rows.push(row);
            }
        }
        for (slot, mark) in self.long.iter().enumerate() {
            if mark.last == self.number {
                let mut row = Row::default();
                self.put_connectors(&mut row, &open, &closed);
                row.put(slot, self.tone.glyphs.corner_up, self.paint(mark));
                let end = self.column(mark.end).max(1) - 1;
                self.run(&mut row, slot, end, mark);
                row.tail = label_tail(mark, self.paint(mark));
                closed[slot] = true;
                rows.push(row);
            }
        }
        rows.into_iter().map(|row| row.finish(self.tone.screen)).collect()
    }

    fn gutter(&self) -> usize {
        if self.long.is_empty() { 0 } else { self.long.len() + 1 }
    }

    fn paint(&self, mark: &Mark) -> Paint {
        if mark.primary { self.tone.severity } else { Paint::Frame }
    }

    /// Whether a long mark begins with the first character of this line, so that the line itself
    /// can show its beginning.
    fn opens_line(&self, mark: &Mark) -> bool {
        let before = mark.start.checked_sub(self.line.start).and_then(|end| self.line.text.get(..end));
        mark.first == self.number && before.is_some_and(|before| before.trim_start().is_empty())
    }

    fn column(&self, offset: usize) -> usize {
        self.fitted.column(offset.saturating_sub(self.line.start).min(self.line.text.len()))
    }

    fn put_connectors(&self, row: &mut Row, open: &[bool], closed: &[bool]) {
        for (slot, mark) in self.long.iter().enumerate() {
            let runs_on = mark.first < self.number && self.number < mark.last;
            let begun = mark.first == self.number && open[slot];
            let ends = mark.last == self.number && !closed[slot];
            if runs_on || begun || ends {
                row.put(slot, self.tone.glyphs.connector, self.paint(mark));
            }
        }
    }

    /// Draws from the slot of a long mark to `column` of the text.
    fn run(&self, row: &mut Row, slot: usize, column: usize, mark: &Mark) {
        let glyphs = self.tone.glyphs;
        let target = self.gutter() + column;
        for at in slot + 1..target {
            if row.cells.get(at).is_none_or(|&(c, _)| c == ' ') {
                row.put(at, glyphs.run, self.paint(mark));
            }
        }
        let end = if mark.primary { glyphs.primary_end } else { glyphs.secondary_end };
        row.put(target, end, self.paint(mark));
    }

    /// Underlines, with the label of the rightmost mark behind its underline, and the other labels
    /// below, from right to left, each under the beginning of its mark.
    fn short_rows(&self, short: &[&Mark]) -> Vec<Row> {
        let gutter = self.gutter();
        let mut spans: Vec<(usize, usize, &Mark)> = short
            .iter()
            .map(|mark| {
                let start = gutter + self.column(mark.start);
                (start, (gutter + self.column(mark.end)).max(start + 1), *mark)
            })
            .collect();
        if spans.is_empty() {
            return Vec::new();
        }
        // From right to left; among equals the primary mark first.
        spans.sort_by_key(|&(start, end, mark)| std::cmp::Reverse((start, end, mark.primary)));
        let mut underline = Row::default();
        for primary in [false, true] {
            for &(start, end, mark) in spans.iter().filter(|(_, _, mark)| mark.primary == primary) {
                let glyph = if primary { self.tone.glyphs.primary } else { self.tone.glyphs.secondary };
                for column in start..end {
                    underline.put(column, glyph, self.paint(mark));
                }
            }
        }
        let (rightmost, _, first) = spans[0];
        let mut hanging: Vec<(usize, &Mark)> = spans.iter().map(|&(start, _, mark)| (start, mark)).collect();
        if spans[1..].iter().all(|&(_, end, _)| end <= rightmost) {
            underline.tail = label_tail(first, self.paint(first));
            hanging.remove(0);
        }
        hanging.retain(|(_, mark)| !mark.label.is_empty());
        let mut rows = vec![underline];
        if !hanging.is_empty() {
            let mut row = Row::default();
            for &(start, mark) in hanging.iter().rev() {
                row.put(start, self.tone.glyphs.connector, self.paint(mark));
            }
            rows.push(row);
        }
        for (position, &(start, mark)) in hanging.iter().enumerate() {
            let mut row = Row::default();
            for &(other, below) in hanging[position + 1..].iter().filter(|(other, _)| *other < start) {
                row.put(other, self.tone.glyphs.connector, self.paint(below));
            }
            while row.cells.len() < start {
                row.put(row.cells.len(), ' ', Paint::Plain);
            }
            row.tail = Some((clean(&mark.label), self.paint(mark)));
            rows.push(row);
        }
        rows
    }
}

/// The label behind a mark.
fn label_tail(mark: &Mark, paint: Paint) -> Option<(String, Paint)> {
    (!mark.label.is_empty()).then(|| (format!(" {}", clean(&mark.label)), paint))
}
