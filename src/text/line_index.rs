//! From byte offsets to lines and columns.

/// A position for people: both count from one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
}

/// The offsets at which the lines of a text begin.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Places inside of long lines, with how many columns of their line stand before each.
    marks: Vec<(u32, u32)>,
}

/// How far the marks of a long line stand apart, in bytes: many places in it then cost no more than in short lines.
const STEP: usize = 4 << 10;

impl LineIndex {
    /// Scans `text` once. Lines end at `\n`; a `\r` before it belongs to the line's end.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(
            text.bytes()
                .enumerate()
                .filter(|&(_, byte)| byte == b'\n')
                .filter_map(|(at, _)| u32::try_from(at + 1).ok()),
        );
        let ends = starts.iter().skip(1).map(|&next| next as usize).chain([text.len()]);
        let lines = starts.iter().map(|&start| start as usize).zip(ends);
        let marks = lines.filter(|(start, end)| end - start > STEP).flat_map(|(start, end)| {
            let mut columns_before = 0;
            let mut from = start;
            (start + STEP..end).step_by(STEP).filter_map(move |at| {
                let at = text.floor_char_boundary(at);
                columns_before += columns(text.get(from..at)?);
                from = at;
                Some((u32::try_from(at).ok()?, columns_before))
            })
        });
        Self { marks: marks.collect(), starts }
    }

    /// The zero-based number of the line that holds byte `offset`.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Number of lines; a text that ends with a newline has an empty last one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The byte range of the zero-based line `line` of `text`, without its line ending.
    #[must_use]
    pub fn line_range(&self, text: &str, line: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(line).map_or(text.len(), |&start| start as usize);
        let end = self.starts.get(line + 1).map_or(text.len(), |&next| next as usize - 1);
        let end = end.max(start);
        let end = if text.as_bytes().get(start..end).is_some_and(|line| line.ends_with(b"\r")) {
            end - 1
        } else {
            end
        };
        start..end
    }

    /// Line and column of byte `offset` in `text`.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line_of(offset);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let mark = self.marks.partition_point(|&(at, _)| at <= offset).checked_sub(1);
        let mark = mark.and_then(|mark| self.marks.get(mark)).filter(|(at, _)| *at >= start);
        let (from, known) = mark.copied().unwrap_or((start, 0));
        let before = text.get(from as usize..offset as usize).unwrap_or("");
        LineColumn {
            line: u32::try_from(line + 1).unwrap_or(u32::MAX),
            column: known.saturating_add(columns(before)).saturating_add(1),
        }
    }
}

/// How many columns a part of a line takes.
fn columns(part: &str) -> u32 {
    u32::try_from(part.chars().filter(|&c| c != '\u{feff}').count()).unwrap_or(u32::MAX)
}

/// How the lines of `text` end: `\r\n` if its first line does, else `\n`.
#[must_use]
pub fn line_ending(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text.as_bytes().get(..at).is_some_and(|line| line.ends_with(b"\r")) => "\r\n",
        _ => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::LineIndex;

    #[test]
    fn counts_characters_and_knows_line_ends() {
        let text = "é=1\r\nB=2\n";
        let lines = LineIndex::new(text);
        assert_eq!(lines.line_count(), 3);
        assert_eq!(lines.line_range(text, 0), 0..4);
        let at = lines.line_column(text, 2);
        assert_eq!((at.line, at.column), (1, 2));
        let at = lines.line_column(text, 6);
        assert_eq!((at.line, at.column), (2, 1));
    }

    #[test]
    fn places_in_long_lines_have_the_columns_that_counting_gives() {
        let text = format!("é\n{}\n{}é", "aé漢".repeat(9000), "b".repeat(20_000));
        let lines = LineIndex::new(&text);
        for (offset, _) in text.char_indices().step_by(77) {
            let start = text[..offset].rfind('\n').map_or(0, |end| end + 1);
            let at = lines.line_column(&text, u32::try_from(offset).unwrap());
            assert_eq!(at.column as usize, text[start..offset].chars().count() + 1, "{offset}");
        }
    }
}
