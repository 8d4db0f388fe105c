//! The excerpt of one source: which lines are shown, and with which marks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use miette::{Diagnostic, LabeledSpan, SourceCode};

use super::fit::Fitted;
use super::glyphs::Glyphs;
use super::marks::{Marks, Tone};
use crate::render::{Paint, Screen};

/// Marks of more lines than this show their first and last lines only.
const WHOLE: usize = 6;
/// How many of the first lines of such a mark are shown.
const HEAD: usize = 3;
/// How many of the last.
const TAIL: usize = 2;
/// How far from a mark a line is kept, in bytes: many times what is shown of it.
const REACH: usize = 8 << 10;

/// The labels of one source with the lines they mark.
#[derive(Debug)]
pub(super) struct Snippet {
    /// `path:line:column` of the first label.
    pub(super) place: String,
    /// Lines by zero-based number: those that are marked, and their neighbours.
    lines: BTreeMap<usize, Line>,
    marks: Vec<Mark>,
}

/// A line of source.
#[derive(Debug)]
pub(super) struct Line {
    /// The offset of `text` in the source, in bytes.
    pub(super) start: usize,
    /// Its text without the line's end; of a line that reaches far beyond its marks, what stands near them.
    pub(super) text: String,
}

/// What a label marks; offsets in bytes of the source, lines from zero.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) label: String,
    pub(super) primary: bool,
}

impl Mark {
    pub(super) fn is_long(&self) -> bool {
        self.first < self.last
    }
}

impl Snippet {
    /// The excerpt that a diagnostic asks for; `None` if it has no source or no label in it.
    pub(super) fn read(diagnostic: &dyn Diagnostic) -> Option<Self> {
        let source = diagnostic.source_code()?;
        let mut snippet = Self { place: String::new(), lines: BTreeMap::new(), marks: Vec::new() };
        for label in diagnostic.labels()? {
            snippet.add(source, &label);
        }
        (!snippet.marks.is_empty()).then_some(snippet)
    }

    /// Adds a label and its lines. One that lies outside of the source is left out.
    fn add(&mut self, source: &dyn SourceCode, label: &LabeledSpan) {
        let Ok(exact) = source.read_span(label.inner(), 0, 0) else { return };
        let Ok(around) = source.read_span(label.inner(), 1, 1) else { return };
        if self.place.is_empty() {
            let name = exact.name().unwrap_or("");
            self.place = format!("{name}:{}:{}", exact.line() + 1, exact.column() + 1);
        }
        let (start, end) = (label.offset(), label.offset() + label.len());
        let first = exact.line();
        let breaks = exact.data().iter().filter(|&&byte| byte == b'\n').count();
        // A mark that takes the last line's end with it does not reach into the next line.
        let last = first + breaks - usize::from(exact.data().ends_with(b"\n"));
        let base = around.span().offset();
        let near = near(around.data(), start.saturating_sub(base)..end.saturating_sub(base));
        let mut offset = base + near.start;
        let data = around.data().get(near).unwrap_or_default();
        let before = data.get(..start.saturating_sub(offset)).unwrap_or_default();
        let skipped = before.iter().filter(|&&byte| byte == b'\n').count();
        let text = String::from_utf8_lossy(data);
        for (number, line) in (first.saturating_sub(skipped)..).zip(text.split_inclusive('\n')) {
            let is_shown = number <= first + HEAD || number + TAIL >= last;
            if is_shown {
                self.keep(source, number, offset, line.trim_end_matches(['\n', '\r']));
            }
            offset += line.len();
        }
        // The empty line behind the last line's end.
        self.lines.entry(first).or_insert(Line { start, text: String::new() });
        self.marks.push(Mark {
            start,
            end,
            first,
            last,
            label: label.label().unwrap_or("").to_owned(),
            primary: label.primary(),
        });
    }

    /// Keeps `text`, which stands at `start` in a line, and what stands between it and what is kept of the line
    /// already.
    fn keep(&mut self, source: &dyn SourceCode, number: usize, start: usize, text: &str) {
        let known = self.lines.entry(number).or_insert_with(|| Line { start, text: text.to_owned() });
        let (from, to) = (known.start.min(start), (known.start + known.text.len()).max(start + text.len()));
        if (known.start, known.text.len()) == (from, to - from) {
            return;
        }
        if let Ok(whole) = source.read_span(&(from, to - from).into(), 0, 0) {
            *known = Line { start: from, text: String::from_utf8_lossy(whole.data()).into_owned() };
        }
    }

    /// How many digits its largest line number has.
    pub(super) fn digits(&self) -> usize {
        self.marks.iter().map(|mark| mark.last + 1).max().unwrap_or(1).to_string().len()
    }

    /// The numbers of the lines to show.
    fn shown(&self) -> BTreeSet<usize> {
        let mut shown = BTreeSet::new();
        for mark in &self.marks {
            if mark.last - mark.first < WHOLE {
                shown.extend(mark.first..=mark.last);
            } else {
                shown.extend(mark.first..mark.first + HEAD);
                shown.extend(mark.last + 1 - TAIL..=mark.last);
            }
        }
        // A single line between two shown ones takes no more room than the dots in its place.
        let gaps: Vec<usize> = shown
            .iter()
            .zip(shown.iter().skip(1))
            .filter(|&(above, below)| below - above == 2)
            .map(|(above, _)| above + 1)
            .collect();
        shown.extend(gaps);
        shown.retain(|number| self.lines.contains_key(number));
        shown
    }

    pub(super) fn write(
        &self,
        f: &mut fmt::Formatter<'_>,
        screen: &Screen,
        glyphs: &Glyphs,
        digits: usize,
        severity: Paint,
    ) -> fmt::Result {
        let long: Vec<&Mark> = self.marks.iter().filter(|mark| mark.is_long()).collect();
        let tone = Tone { screen, glyphs, severity };
        let gutter = if long.is_empty() { 0 } else { long.len() + 1 };
        let width = screen.width.saturating_sub(digits + 4 + gutter).max(20);
        let blank = screen.paint(Paint::Frame, &format!("{:digits$}  {} ", "", glyphs.bar));
        let mut previous: Option<usize> = None;
        for number in self.shown() {
            let Some(line) = self.lines.get(&number) else { continue };
            if previous.is_some_and(|previous| previous + 1 < number) {
                let indent = if glyphs.dots_at_bar { digits + 2 } else { 0 };
                writeln!(f, "{:indent$}{}", "", screen.paint(Paint::Frame, glyphs.dots))?;
            }
            previous = Some(number);
            let on_line = |mark: &&Mark| mark.first == number || mark.last == number;
            let ranges: Vec<_> = self
                .marks
                .iter()
                .filter(on_line)
                .map(|mark| mark.range_in(line, number))
                .filter(|range| range.end <= line.text.len().max(range.start))
                .collect();
            let fitted = Fitted::new(&line.text, &ranges, width, glyphs.ellipsis);
            let marks = Marks::new(&tone, number, line, &fitted, &long);
            let head = format!(" {:>digits$} {} ", number + 1, glyphs.bar);
            let head = screen.paint(Paint::Frame, &head);
            write_row(f, &head, &format!("{}{}", marks.beside(), fitted.text))?;
            let short: Vec<&Mark> =
                self.marks.iter().filter(|mark| !mark.is_long() && mark.first == number).collect();
            for row in marks.below(&short) {
                write_row(f, &blank, &row)?;
            }
        }
        Ok(())
    }
}

/// The part of `data` around `mark` that may be shown; all of it where that is not much more. It begins and ends on
/// characters.
fn near(data: &[u8], mark: Range<usize>) -> Range<usize> {
    if data.len() <= mark.len() + 4 * REACH {
        return 0..data.len();
    }
    let is_inside = |at: &usize| data.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let start = (mark.start.saturating_sub(REACH)..mark.start).find(|at| !is_inside(at));
    let end = (mark.end..=(mark.end + REACH).min(data.len())).rev().find(|at| !is_inside(at));
    start.unwrap_or(mark.start)..end.unwrap_or(mark.end)
}

/// A row without blanks at its end.
fn write_row(f: &mut fmt::Formatter<'_>, head: &str, row: &str) -> fmt::Result {
    let row = row.trim_end();
    if row.is_empty() { writeln!(f, "{}", trim_painted(head)) } else { writeln!(f, "{head}{row}") }
}

/// A head without the blank behind its bar, painted or not.
fn trim_painted(head: &str) -> String {
    match head.rfind(' ') {
        Some(at) => format!("{}{}", &head[..at], &head[at + 1..]),
        None => head.to_owned(),
    }
}

impl Mark {
    /// The part of `line`, which has this zero-based `number`, that must be seen for this mark.
    fn range_in(&self, line: &Line, number: usize) -> std::ops::Range<usize> {
        let clip = |offset: usize| offset.saturating_sub(line.start).min(line.text.len());
        match (self.first == number, self.last == number) {
            (true, true) => clip(self.start)..clip(self.end),
            (true, false) => clip(self.start)..clip(self.start),
            _ => clip(self.end)..clip(self.end),
        }
    }
}
