//! The columns in which `gofmt` sets the fields of a struct.
//!
//! Source: `fieldList` of `go/printer` and `text/tabwriter`. A column goes through lines that follow each other and
//! have something behind it; an empty line, a comment of its own line and a field of several lines end it.

use crate::syntax::tree::Node;
use crate::text::Span;

/// A field with what it is made of.
#[derive(Clone, Debug)]
pub(super) struct Row<'t> {
    /// The blanks before it.
    pub(super) indent: &'t str,
    /// Names, type, tag and comment, with their places. A field of several lines has none.
    cells: Vec<(Span, &'t str)>,
    /// Whether the row above it stands on the line before.
    follows: bool,
    /// Where its line ends, a comment included.
    pub(super) end: u32,
}

impl<'t> Row<'t> {
    /// Reads a field; `None` for one that shares its line with others.
    pub(super) fn of(text: &'t str, field: Node<'t>) -> Option<Self> {
        let span = field.span();
        let (start, end) = (span.start as usize, span.end as usize);
        let begin = text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
        let indent = text.get(begin..start)?;
        let line_end = end + text.get(end..)?.find('\n').unwrap_or(text.len() - end);
        let line_end = begin.max(text.get(..line_end)?.trim_end().len()).max(end);
        let comment = text.get(end..line_end)?;
        let is_comment = comment.trim_start().starts_with("//") || comment.trim().is_empty();
        if !indent.trim().is_empty() || !is_comment {
            return None;
        }
        let above = text.get(..begin)?.trim_end_matches(['\n', '\r']);
        let gap = text.get(above.len()..begin)?.matches('\n').count();
        let line_above = above.get(above.rfind('\n').map_or(0, |newline| newline + 1)..)?.trim();
        let follows = gap == 1
            && !line_above.starts_with("//")
            && !line_above.ends_with(['{', '}'])
            && !line_above.ends_with("*/");
        let mut cells = Vec::new();
        if !field.text().contains('\n') {
            let names: Vec<Node<'t>> = field.fields("name").collect();
            if let (Some(first), Some(last)) = (names.first(), names.last()) {
                cells.push(Span { start: first.span().start, end: last.span().end });
            }
            cells.push(field.field("type")?.span());
            cells.extend(field.field("tag").map(Node::span));
            let blanks = comment.len() - comment.trim_start().len();
            if !comment.trim().is_empty() {
                cells.push(Span::new(end + blanks, line_end));
            }
        }
        let cells: Option<Vec<(Span, &str)>> =
            cells.into_iter().map(|span| Some((span, text.get(span.range())?))).collect();
        let end = u32::try_from(line_end).ok()?;
        Some(Self { indent, cells: cells?, follows, end })
    }

    fn texts(&self) -> Vec<&'t str> {
        self.cells.iter().map(|(_, text)| *text).collect()
    }

    /// Whether columns are told of it as the printer tells them: a comment without a tag, or an embedded struct
    /// with one, is set otherwise.
    fn is_plain(&self) -> bool {
        let has_tag = self.cells.get(2).is_some_and(|(_, text)| text.starts_with('`'));
        match self.cells.len() {
            1 => true,
            2 => !self.cells.get(1).is_some_and(|(_, text)| text.starts_with(['`', '/'])),
            _ => has_tag,
        }
    }

    /// The blanks between its cells, as they are.
    fn gaps(&self) -> impl Iterator<Item = Span> + '_ {
        self.cells
            .iter()
            .zip(self.cells.iter().skip(1))
            .map(|((left, _), (right, _))| Span { start: left.end, end: right.start })
    }
}

/// What a new field changes.
#[derive(Debug)]
pub(super) struct Layout {
    /// The new field, without its indent.
    pub(super) added: String,
    /// Blanks of other fields that are wider then.
    pub(super) moved: Vec<(Span, String)>,
}

/// Sets a new field behind the row at `position`; `stands_apart` where a comment of its own stands between.
pub(super) fn aligned(rows: &[Row<'_>], position: usize, added: &[&str], stands_apart: bool) -> Layout {
    let mut first = position;
    while first > 0 && rows.get(first).is_some_and(|row| row.follows) {
        first -= 1;
    }
    let behind = rows.iter().skip(position + 1).take_while(|row| row.follows).count();
    let section = rows.get(first..=position + behind).unwrap_or(&[]);
    let texts: Vec<Vec<&str>> = section.iter().map(Row::texts).collect();
    let is_set = section
        .iter()
        .zip(blanks(&texts))
        .all(|(row, widths)| row.gaps().map(|gap| (gap.end - gap.start) as usize).eq(widths));
    // Who is not set in columns so far is not set in columns by us.
    if !is_set || !section.iter().all(Row::is_plain) {
        return Layout { added: added.join(" "), moved: Vec::new() };
    }
    let (mut before, mut after) = (texts, Vec::new());
    after.extend(before.drain(position + 1 - first..));
    let own = before.len();
    let widths = if stands_apart {
        after.insert(0, added.to_vec());
        [blanks(&before), blanks(&after)].concat()
    } else {
        before.push(added.to_vec());
        before.append(&mut after);
        blanks(&before)
    };
    let mut widths: Vec<Vec<usize>> = widths;
    let mine = if own < widths.len() { widths.remove(own) } else { Vec::new() };
    let text = added.iter().zip(mine.iter().chain([&0])).fold(String::new(), |mut text, (cell, blanks)| {
        text.push_str(cell);
        text.extend(std::iter::repeat_n(' ', *blanks));
        text
    });
    let mut moved = Vec::new();
    for (row, widths) in section.iter().zip(&widths) {
        for (gap, &width) in row.gaps().zip(widths) {
            if (gap.end - gap.start) as usize != width {
                moved.push((gap, " ".repeat(width)));
            }
        }
    }
    Layout { added: text, moved }
}

/// How many blanks stand behind each cell but the last, row by row.
fn blanks(rows: &[Vec<&str>]) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = rows.iter().map(|row| vec![1; row.len().saturating_sub(1)]).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    for column in 0..columns {
        let mut at = 0;
        while at < rows.len() {
            let block = rows.iter().skip(at).take_while(|row| row.len() > column + 1).count();
            let length = |row: &Vec<&str>| row.get(column).map_or(0, |cell| cell.chars().count());
            let widest = rows.iter().skip(at).take(block).map(length).max().unwrap_or(0);
            for (row, blanks) in rows.iter().zip(&mut found).skip(at).take(block) {
                if let Some(blank) = blanks.get_mut(column) {
                    *blank = widest + 1 - length(row);
                }
            }
            at += block.max(1);
        }
    }
    found
}
