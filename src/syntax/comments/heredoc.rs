//! Here-documents of shells and of HCL.

/// A here-document that waits for its line to end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Heredoc {
    /// Where its `<<` stands.
    pub(super) start: usize,
    /// The word that ends it.
    word: String,
    /// Whether the end word may be indented.
    may_indent: bool,
}

impl Heredoc {
    /// The here-document that `<<` at `start` opens, if it opens one, and the length of its opening.
    /// `always_indents`: also without the `-`, as in HCL's `<<~`.
    pub(super) fn open(text: &str, start: usize) -> Option<(Self, usize)> {
        let rest = text.get(start..)?.strip_prefix("<<")?;
        if rest.starts_with('<') {
            return None;
        }
        let behind = rest.trim_start_matches(['-', '~']);
        let may_indent = behind.len() < rest.len();
        let behind = behind.trim_start_matches([' ', '\t']);
        let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\'' | '\\'));
        let name = behind.trim_start_matches(['"', '\'', '\\']);
        let length = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
        let word = name.get(..length)?;
        // `1 << 2` shifts.
        if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let mut end = text.len() - name.len() + length;
        if quote.is_some_and(|quote| name.get(length..).is_some_and(|rest| rest.starts_with(quote))) {
            end += 1;
        }
        Some((Self { start, word: word.to_owned(), may_indent }, end - start))
    }

    /// Where its last line ends, with the line break, if its first line begins at `at`. `None` where
    /// no line ends it: then it was none.
    pub(super) fn end(&self, text: &str, at: usize) -> Option<usize> {
        let mut end = at;
        for line in text.get(at..)?.split_inclusive('\n') {
            end += line.len();
            let content = line.trim_end_matches(['\r', '\n']);
            let content = if self.may_indent { content.trim_start() } else { content };
            if content == self.word {
                return Some(end);
            }
        }
        None
    }
}
