//! Words of a shell text: quotes are taken off, expansions stay as they are written.

use std::ops::Range;

/// One word of a command.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Word {
    /// Where it stands, with its quotes.
    pub range: Range<usize>,
    /// The word without its quotes; `$X`, `${X}` and `$(...)` stand in it as written.
    pub text: String,
    /// Whether the shell takes it as it is: it expands nothing in it.
    pub is_plain: bool,
    /// Whether any of it is quoted, so that it is no reserved word.
    pub is_quoted: bool,
    /// Where `text` begins to stand.
    start: u32,
    /// Where it goes on elsewhere than right behind the byte before, as `(byte of the text, place)` in order.
    jumps: Vec<(u32, u32)>,
}

impl Word {
    /// Where the bytes `range` of the word's text stand.
    #[must_use]
    pub fn place(&self, range: &Range<usize>) -> Range<usize> {
        match (self.place_of(range.start), range.end.checked_sub(1).and_then(|last| self.place_of(last))) {
            (Some(start), Some(last)) if range.start < range.end => start..last + 1,
            (Some(start), _) => start..start,
            _ => self.range.end..self.range.end,
        }
    }

    /// An operator inside of `[[ ]]`, which counts as a word.
    pub(super) fn operator(range: Range<usize>, text: &str) -> Self {
        let mut word = Self { range: range.clone(), is_plain: true, ..Self::default() };
        word.push(range.start, text);
        word
    }

    /// The text of an unquoted word, which may be reserved; empty for others.
    pub(super) fn bare(&self) -> &str {
        if self.is_quoted { "" } else { &self.text }
    }

    /// Where a byte of the text stands.
    fn place_of(&self, offset: usize) -> Option<usize> {
        if offset >= self.text.len() {
            return None;
        }
        let offset = u32::try_from(offset).ok()?;
        let behind = self.jumps.partition_point(|&(from, _)| from <= offset);
        let (from, at) = behind.checked_sub(1).map_or((0, self.start), |last| self.jumps[last]);
        Some((at + (offset - from)) as usize)
    }

    fn push(&mut self, at: usize, text: &str) {
        let (from, at) = (narrowed(self.text.len()), narrowed(at));
        let (last, place) = self.jumps.last().copied().unwrap_or((0, self.start));
        if self.text.is_empty() {
            self.start = at;
        } else if at != place.saturating_add(from - last) {
            self.jumps.push((from, at));
        }
        self.text.push_str(text);
    }
}

fn narrowed(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Reads the word at `from`, which is no white space and no operator; what `$(...)` and backquotes hold is
/// added to `nested`. The word's range is never empty unless the text ends.
pub(super) fn read(text: &str, from: usize, nested: &mut Vec<Range<usize>>) -> Word {
    let mut word = Word { range: from..from, is_plain: true, ..Word::default() };
    let mut at = from;
    while let Some(c) = char_at(text, at) {
        match c {
            '\\' => {
                let next = char_at(text, at + 1);
                let length = next.map_or(0, char::len_utf8);
                if !matches!(next, Some('\n' | '\r')) {
                    word.push(at + 1, text.get(at + 1..at + 1 + length).unwrap_or(""));
                }
                word.is_quoted = true;
                at += 1 + length;
                // `\` before CR LF joins the lines as well.
                at += usize::from(next == Some('\r') && char_at(text, at) == Some('\n'));
            }
            '\'' => {
                let end = find_from(text, at + 1, '\'');
                word.push(at + 1, text.get(at + 1..end).unwrap_or(""));
                word.is_quoted = true;
                at = (end + 1).min(text.len());
            }
            '"' => {
                word.is_quoted = true;
                at = quoted(text, at + 1, &mut word, nested);
            }
            '$' | '`' => at = expansion(text, at, &mut word, nested),
            // `X=(a b)`: an array is one word.
            '(' if word.text.ends_with('=') => {
                let end = balanced(text, at + 1, '(', ')');
                word.push(at, text.get(at..end).unwrap_or(""));
                word.is_plain = false;
                at = end;
            }
            // `<(...)` is the name of a pipe.
            '<' | '>' if char_at(text, at + 1) == Some('(') && word.text.is_empty() => {
                let end = balanced(text, at + 2, '(', ')');
                nested.push(at + 2..end.saturating_sub(1).max(at + 2));
                word.is_plain = false;
                at = end;
            }
            c if c.is_whitespace() || matches!(c, ';' | '&' | '|' | '<' | '>' | '(' | ')') => break,
            c => {
                // As much at once as is like most of a word.
                let rest = text.as_bytes().get(at..).unwrap_or_default();
                let is_plain = |byte: &&u8| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b',')
                };
                let length = rest.iter().take_while(is_plain).count().max(c.len_utf8());
                word.push(at, text.get(at..at + length).unwrap_or(""));
                at += length;
            }
        }
    }
    word.range.end = at.min(text.len());
    word
}

/// Reads what stands in double quotes from `at`; returns the place behind the closing one.
fn quoted(text: &str, mut at: usize, word: &mut Word, nested: &mut Vec<Range<usize>>) -> usize {
    while let Some(c) = char_at(text, at) {
        match c {
            '"' => return at + 1,
            '\\' => {
                let next = char_at(text, at + 1);
                let is_escape = matches!(next, Some('$' | '`' | '"' | '\\' | '\n'));
                if !is_escape {
                    word.push(at, "\\");
                }
                let length = next.map_or(0, char::len_utf8);
                if next != Some('\n') {
                    word.push(at + 1, text.get(at + 1..at + 1 + length).unwrap_or(""));
                }
                at += 1 + length;
            }
            '$' | '`' => at = expansion(text, at, word, nested),
            _ => {
                let rest = text.get(at..).unwrap_or("");
                let length = rest.find(['"', '\\', '$', '`']).unwrap_or(rest.len());
                word.push(at, rest.get(..length).unwrap_or(""));
                at += length;
            }
        }
    }
    text.len()
}

/// Passes what begins with `$` or a backquote at `at`, which stays as written.
fn expansion(text: &str, at: usize, word: &mut Word, nested: &mut Vec<Range<usize>>) -> usize {
    let begins_name =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '*' | '#' | '?' | '$' | '!' | '-');
    let end = if char_at(text, at) == Some('`') {
        let end = find_from(text, at + 1, '`');
        nested.push(at + 1..end);
        (end + 1).min(text.len())
    } else {
        match char_at(text, at + 1) {
            Some('(') if char_at(text, at + 2) == Some('(') => balanced(text, at + 2, '(', ')'),
            Some('(') => {
                let end = balanced(text, at + 2, '(', ')');
                nested.push(at + 2..end.saturating_sub(1).max(at + 2));
                end
            }
            Some('{') => balanced(text, at + 2, '{', '}'),
            // `$'...'` and `$"..."` are quotes of their own.
            Some('\'' | '"') => {
                word.is_plain = false;
                return at + 1;
            }
            Some(c) if begins_name(c) => at + 1,
            // A `$` alone is a letter like others.
            _ => {
                word.push(at, "$");
                return at + 1;
            }
        }
    };
    word.push(at, text.get(at..end).unwrap_or(""));
    word.is_plain = false;
    end
}

/// The place behind the `close` that belongs to an `open` which stands before `at`; quotes are followed.
pub(super) fn balanced(text: &str, mut at: usize, open: char, close: char) -> usize {
    let mut depth = 1_usize;
    let mut in_quotes = false;
    while let Some(c) = char_at(text, at) {
        at += c.len_utf8();
        match c {
            '\\' => at += char_at(text, at).map_or(0, char::len_utf8),
            '"' => in_quotes = !in_quotes,
            '\'' if !in_quotes && open == '(' => at = (find_from(text, at, '\'') + 1).min(text.len()),
            c if c == open => depth += 1,
            c if c == close => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// The next `c` from `at`, or the end of the text.
fn find_from(text: &str, at: usize, c: char) -> usize {
    text.get(at..).and_then(|rest| rest.find(c)).map_or(text.len(), |found| at + found)
}
