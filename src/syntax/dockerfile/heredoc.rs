//! Heredocs: which words of a line begin one.

use std::ops::Range;

use super::joined::Joined;
use crate::text::Spanned;

/// A `<<NAME` with the lines that belong to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heredoc {
    /// The word that ends it, without quotes; its place is the whole `<<NAME`.
    pub name: Spanned<String>,
    /// The lines, without the one that ends it.
    pub body: Joined,
    /// Whether variables in it are expanded: no part of the word is quoted.
    pub is_expanded: bool,
    /// Whether tabs before each line are taken away (`<<-`).
    pub strips_tabs: bool,
    /// Where the word that ends it begins, behind its tabs; `None` if it has no end.
    pub end: Option<usize>,
}

impl Heredoc {
    /// Whether the word that ends it was found.
    #[must_use]
    pub fn is_terminated(&self) -> bool {
        self.end.is_some()
    }
}

/// A `<<NAME` in a line.
pub(super) struct Word {
    pub(super) range: Range<usize>,
    pub(super) name: String,
    pub(super) is_expanded: bool,
    pub(super) strips_tabs: bool,
    /// Whether white space stands before the name.
    pub(super) has_space: bool,
}

/// The heredocs that a line begins. Like BuildKit, none if its quotes do not match.
pub(super) fn words(line: &str) -> Vec<Word> {
    let Some(ranges) = raw_words(line) else { return Vec::new() };
    ranges.into_iter().filter_map(|range| word(line, range)).collect()
}

/// Reads `[n]<<[-]NAME`.
fn word(line: &str, range: Range<usize>) -> Option<Word> {
    let text = line.get(range.clone())?;
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (rest, strips_tabs) = match rest.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let has_space = rest.starts_with(char::is_whitespace);
    let rest = rest.trim_start();
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    let (name, is_quoted) = unquoted(rest)?;
    Some(Word { range, name, is_expanded: !is_quoted, strips_tabs, has_space })
}

/// A word without its quotes and escapes, and whether it had quotes; `None` for several words.
fn unquoted(text: &str) -> Option<(String, bool)> {
    let mut name = String::new();
    let mut is_quoted = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '"' => {
                is_quoted = true;
                loop {
                    match chars.next()? {
                        end if end == c => break,
                        '\\' if c == '"' => name.push(chars.next()?),
                        inner => name.push(inner),
                    }
                }
            }
            '\\' => name.extend(chars.next()),
            c if c.is_whitespace() => return None,
            c => name.push(c),
        }
    }
    (!name.is_empty()).then_some((name, is_quoted))
}

/// The words of a line with their quotes; `None` if a quote is not closed.
fn raw_words(line: &str) -> Option<Vec<Range<usize>>> {
    let mut words = Vec::new();
    let mut start: Option<usize> = None;
    let mut chars = line.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_whitespace() {
            words.extend(start.take().map(|start| start..at));
            continue;
        }
        start.get_or_insert(at);
        match c {
            '\'' => while chars.next()?.1 != '\'' {},
            '"' => loop {
                match chars.next()?.1 {
                    '"' => break,
                    '\\' => {
                        chars.next()?;
                    }
                    _ => {}
                }
            },
            '\\' => {
                chars.next();
            }
            '<' if chars.next_if(|&(_, next)| next == '<').is_some() => {
                while chars.next_if(|&(_, next)| matches!(next, ' ' | '\t' | '\r')).is_some() {}
            }
            _ => {}
        }
    }
    words.extend(start.map(|start| start..line.len()));
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::words;

    fn names(line: &str) -> Vec<(String, bool, bool)> {
        words(line).into_iter().map(|word| (word.name, word.is_expanded, word.strips_tabs)).collect()
    }

    #[test]
    fn finds_the_words_that_begin_heredocs() {
        assert_eq!(names("RUN <<EOF"), [("EOF".into(), true, false)]);
        assert_eq!(names("COPY <<-'A' 3<<\"B\" /x"), [("A".into(), false, true), ("B".into(), false, false)]);
        assert_eq!(names("RUN cat << EOF > x"), [("EOF".into(), true, false)]);
        for none in
            ["RUN cat <<< x", "RUN echo '<<EOF'", "RUN cat<<EOF", "RUN it's <<EOF", "RUN <<", "RUN <<- E"]
        {
            assert_eq!(names(none), [], "{none}");
        }
    }
}
