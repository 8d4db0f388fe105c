//! Notations that are told by their marks and quotes alone.

use super::brackets::Brackets;
use super::heredoc::Heredoc;
use super::{Comment, Comments, Notation, to_line_end};
use crate::text::Span;

/// How text is quoted.
#[derive(Clone, Copy)]
struct Quote {
    mark: &'static str,
    /// Whether a backslash takes the next character.
    escapes: bool,
    /// Whether it may go on over lines; otherwise it ends with its line, closed or not.
    spans_lines: bool,
}

const fn quote(mark: &'static str, escapes: bool, spans_lines: bool) -> Quote {
    Quote { mark, escapes, spans_lines }
}

/// The marks of a notation.
struct Marks {
    /// What begins a comment to the end of the line.
    line: &'static [&'static str],
    /// Whether a line comment needs white space, or the beginning of a word, before it.
    at_word: bool,
    /// What begins and ends other comments.
    block: &'static [(&'static str, &'static str)],
    /// Longer marks first.
    quotes: &'static [Quote],
    has_heredocs: bool,
    /// Whether a backslash takes the next character outside of quotes, and continues lines.
    escapes: bool,
    /// Whether lists in brackets are units: `Some(true)` where braces are brackets like others.
    brackets: Option<bool>,
}

const C_STYLE: &[(&str, &str)] = &[("/*", "*/")];

fn marks(notation: Notation) -> Marks {
    let plain = Marks {
        line: &[],
        at_word: false,
        block: &[],
        quotes: &[],
        has_heredocs: false,
        escapes: false,
        brackets: None,
    };
    match notation {
        Notation::Hcl => Marks {
            line: &["#", "//"],
            block: C_STYLE,
            quotes: const { &[quote("\"", true, false)] },
            has_heredocs: true,
            ..plain
        },
        Notation::Toml => Marks {
            line: &["#"],
            quotes: const {
                &[
                    quote("\"\"\"", true, true),
                    quote("'''", false, true),
                    quote("\"", true, false),
                    quote("'", false, false),
                ]
            },
            ..plain
        },
        Notation::Shell => Marks {
            line: &["#"],
            at_word: true,
            quotes: const { &[quote("\"", true, true), quote("'", false, true)] },
            has_heredocs: true,
            escapes: true,
            ..plain
        },
        Notation::Python => Marks {
            line: &["#"],
            quotes: const {
                &[
                    quote("\"\"\"", true, true),
                    quote("'''", true, true),
                    quote("\"", true, false),
                    quote("'", true, false),
                ]
            },
            brackets: Some(true),
            ..plain
        },
        Notation::Rust => Marks {
            line: &["//"],
            block: C_STYLE,
            quotes: const { &[quote("\"", true, true)] },
            brackets: Some(false),
            ..plain
        },
        Notation::Go | Notation::Php => Marks {
            line: if notation == Notation::Go { &["//"] } else { &["//", "#"] },
            block: C_STYLE,
            quotes: const { &[quote("\"", true, false), quote("'", true, false), quote("`", false, true)] },
            brackets: Some(false),
            ..plain
        },
        Notation::Script | Notation::Component => Marks {
            line: &["//"],
            block: if notation == Notation::Script { C_STYLE } else { &[("/*", "*/"), ("<!--", "-->")] },
            quotes: const { &[quote("\"", true, false), quote("'", true, false), quote("`", true, true)] },
            brackets: Some(false),
            ..plain
        },
        Notation::Markup => Marks { block: &[("<!--", "-->")], ..plain },
        _ => plain,
    }
}

/// The comments that fill a line from one of the marks `alone` on, and those that stand `behind` something, with white space on
/// both sides of their mark.
pub(super) fn line_comments(text: &str, alone: &[&str], behind: &[&str]) -> Comments {
    let mut found = Comments::default();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let start = at + line.len() - content.len();
        if let Some(mark) = alone.iter().find(|mark| content.starts_with(**mark)) {
            found.all.push(to_line_end(text, start, mark.len()));
        } else if let Some((at_mark, mark)) =
            behind.iter().filter_map(|mark| Some((between_spaces(content, mark)?, mark))).min()
        {
            found.all.push(to_line_end(text, start + at_mark, mark.len()));
        }
        at += line.len();
    }
    found
}

/// Where a mark stands in a line between white space.
fn between_spaces(line: &str, mark: &str) -> Option<usize> {
    let is_space = |c: Option<char>| c.is_some_and(char::is_whitespace);
    line.match_indices(mark).map(|(at, _)| at).find(|&at| {
        let (before, after) = (line.get(..at).unwrap_or(""), line.get(at + mark.len()..).unwrap_or(""));
        is_space(before.chars().next_back()) && is_space(after.chars().next())
    })
}

pub(super) fn comments(text: &str, notation: Notation) -> Comments {
    let marks = marks(notation);
    let brackets = marks.brackets.map(Brackets::new);
    let scanner = Scanner {
        text,
        at: 0,
        is_word_start: true,
        marks,
        is_rust: notation == Notation::Rust,
        heredocs: Vec::new(),
        brackets,
        continued: None,
        found: Comments::default(),
    };
    scanner.run()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    is_word_start: bool,
    marks: Marks,
    is_rust: bool,
    /// Here-documents that the current line opens.
    heredocs: Vec<Heredoc>,
    brackets: Option<Brackets>,
    /// Where the first of lines that a backslash joins begins.
    continued: Option<usize>,
    found: Comments,
}

impl Scanner<'_> {
    fn run(mut self) -> Comments {
        while let Some(c) = self.rest().chars().next() {
            if !(self.comment() || self.quoted() || (self.is_rust && self.rust_literal(c)) || self.heredoc())
            {
                self.plain(c);
            }
        }
        self.end_of_continued(self.text.len());
        self.found
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Passes over a comment that begins here.
    fn comment(&mut self) -> bool {
        let rest = self.rest();
        if let Some(&(open, close)) = self.marks.block.iter().find(|(open, _)| rest.starts_with(open)) {
            let length = block_length(rest, open, close, self.is_rust);
            let closed = rest
                .get(..length)
                .is_some_and(|all| all.len() >= open.len() + close.len() && all.ends_with(close));
            let inside = self.at + open.len();
            let inner_end = if closed { self.at + length - close.len() } else { self.at + length };
            self.push(Comment {
                span: Span::new(self.at, self.at + length),
                inside: Span::new(inside.min(inner_end), inner_end),
            });
            self.at += length;
            self.is_word_start = true;
            return true;
        }
        if self.marks.at_word && !self.is_word_start {
            return false;
        }
        let Some(mark) = self.marks.line.iter().find(|mark| rest.starts_with(**mark)) else { return false };
        let comment = to_line_end(self.text, self.at, mark.len());
        self.push(comment);
        self.at = comment.span.end as usize;
        true
    }

    /// Keeps a comment, unless it is documentation, which may quote what a comment says.
    fn push(&mut self, comment: Comment) {
        let written = self.text.get(comment.span.range()).unwrap_or("");
        let is_documentation =
            self.is_rust && ["///", "//!", "/**", "/*!"].iter().any(|mark| written.starts_with(mark));
        if !is_documentation {
            self.found.all.push(comment);
        }
    }

    /// Passes over quoted text that begins here.
    fn quoted(&mut self) -> bool {
        let rest = self.rest();
        let Some(&quote) = self.marks.quotes.iter().find(|quote| rest.starts_with(quote.mark)) else {
            return false;
        };
        let mut at = quote.mark.len();
        while let Some(inner) = rest.get(at..).filter(|inner| !inner.is_empty()) {
            let Some(c) = inner.chars().next() else { break };
            if inner.starts_with(quote.mark) {
                at += quote.mark.len();
                break;
            }
            if c == '\n' && !quote.spans_lines {
                break;
            }
            at += c.len_utf8();
            if c == '\\' && quote.escapes {
                at += inner.chars().nth(1).map_or(0, char::len_utf8);
            }
        }
        self.unit(self.at, self.at + at);
        self.at += at;
        self.is_word_start = false;
        true
    }

    /// Passes over a raw string or a character of Rust.
    fn rust_literal(&mut self, c: char) -> bool {
        let rest = self.rest();
        let length = match c {
            'r' if self.is_word_start || rest.starts_with("r#") => {
                let behind = rest.trim_start_matches('r');
                let name = behind.trim_start_matches('#');
                let hashes = behind.len() - name.len();
                if !name.starts_with('"') || rest.len() - behind.len() != 1 {
                    return false;
                }
                let close = format!("\"{}", "#".repeat(hashes));
                let open = 2 + hashes;
                rest.get(open..)
                    .and_then(|inner| inner.find(&close))
                    .map_or(rest.len(), |end| open + end + close.len())
            }
            '\'' => {
                let mut chars = rest.char_indices().skip(1);
                match (chars.next(), chars.next()) {
                    // `'\''`, `'\u{41}'`: the quote behind the escaped character, on this line.
                    (Some((_, '\\')), Some((at, escaped))) => {
                        let from = at + escaped.len_utf8();
                        let behind = rest.get(from..).unwrap_or("");
                        // The longest is `u{10FFFF}`.
                        let close = behind
                            .bytes()
                            .take(10)
                            .take_while(|&byte| byte != b'\n')
                            .position(|byte| byte == b'\'');
                        close.map_or(from, |end| from + end + 1)
                    }
                    (Some((_, inner)), Some((at, '\''))) if inner != '\n' => at + 1,
                    // A lifetime.
                    _ => 1,
                }
            }
            _ => return false,
        };
        self.unit(self.at, self.at + length);
        self.at += length;
        self.is_word_start = false;
        true
    }

    /// Notes a here-document that begins here.
    fn heredoc(&mut self) -> bool {
        if !self.marks.has_heredocs {
            return false;
        }
        let Some((heredoc, length)) = Heredoc::open(self.text, self.at) else { return false };
        self.heredocs.push(heredoc);
        self.at += length;
        self.is_word_start = false;
        true
    }

    fn plain(&mut self, c: char) {
        if c == '\\' && self.marks.escapes {
            let mut behind = self.rest().chars().skip(1);
            let length = match (behind.next(), behind.next()) {
                (Some('\r'), Some('\n')) => 2,
                (Some(next), _) => next.len_utf8(),
                (None, _) => 0,
            };
            if self.text.get(self.at + 1..self.at + 1 + length).is_some_and(|next| next.ends_with('\n')) {
                let before = self.text.get(..self.at).unwrap_or("");
                let line = before.rfind('\n').map_or(0, |end| end + 1);
                self.continued.get_or_insert(line);
            }
            self.at += 1 + length;
            self.is_word_start = false;
            return;
        }
        if let Some(unit) = self.brackets.as_mut().and_then(|brackets| brackets.take(c, self.at)) {
            self.unit(unit.start as usize, unit.end as usize);
        }
        if c == '\n' {
            self.end_of_continued(self.at);
        }
        self.at += c.len_utf8();
        self.is_word_start = c.is_whitespace()
            || matches!(c, ';' | '&' | '|' | '(' | ')' | '\u{feff}' | ',' | '=' | '{' | '[' | '!');
        if c == '\n' {
            self.heredoc_bodies();
        }
    }

    /// Passes over the bodies of the here-documents that the line before opened. One that nothing ends was none.
    fn heredoc_bodies(&mut self) {
        for heredoc in std::mem::take(&mut self.heredocs) {
            let Some(end) = heredoc.end(self.text, self.at) else {
                // Nothing that opens one of these later in the text can cost another search.
                self.marks.has_heredocs = false;
                return;
            };
            self.unit(heredoc.start, end);
            self.at = end;
        }
    }

    /// The lines that backslashes joined end at `end`.
    fn end_of_continued(&mut self, end: usize) {
        if let Some(start) = self.continued.take() {
            self.unit(start, end);
        }
    }

    fn unit(&mut self, start: usize, end: usize) {
        if self.text.get(start..end).is_some_and(|lines| lines.trim_end().contains('\n')) {
            self.found.units.push(Span::new(start, end));
        }
    }
}

/// The length of the block comment that `text` begins with.
fn block_length(text: &str, open: &str, close: &str, nests: bool) -> usize {
    if !nests {
        let behind = text.get(open.len()..).unwrap_or("");
        return behind.find(close).map_or(text.len(), |end| open.len() + end + close.len());
    }
    let mut depth = 1_usize;
    let mut at = open.len();
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let mark = rest.find([open.chars().next().unwrap_or('/'), close.chars().next().unwrap_or('*')]);
        let Some(next) = mark else { break };
        let rest = rest.get(next..).unwrap_or("");
        at += next;
        if rest.starts_with(close) {
            depth -= 1;
            at += close.len();
            if depth == 0 {
                return at;
            }
        } else if rest.starts_with(open) {
            depth += 1;
            at += open.len();
        } else {
            at += 1;
        }
    }
    text.len()
}
