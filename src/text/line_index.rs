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
}

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
        Self { starts }
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
        let before = text.get(start as usize..offset as usize).unwrap_or("");
        let column = before.chars().filter(|&c| c != '\u{feff}').count();
        LineColumn {
            line: u32::try_from(line + 1).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }
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
}
