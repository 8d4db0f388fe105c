//! Lines: parser directives, comments, continuations, heredoc bodies.

use super::heredoc::{self, Heredoc};
use super::instruction::{Instruction, read_instruction};
use super::joined::Joined;
use crate::text::{Span, Spanned};

/// A whole Dockerfile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its parser directives (`# syntax=`, `# escape=`, `# check=`), in order.
    pub directives: Vec<Directive>,
    /// The character that escapes and continues lines: `\`, or a backquote by directive.
    pub escape: char,
    /// Its instructions, in order.
    pub instructions: Vec<Instruction>,
}

/// A `# name=value` comment at the very top.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Directive {
    /// The name, lower-cased.
    pub name: String,
    /// The value.
    pub value: Spanned<String>,
    /// Whether one of the same name stands before it, which BuildKit refuses.
    pub is_repeated: bool,
}

/// Reads a Dockerfile. Never fails.
#[must_use]
pub fn parse(text: &str) -> Document {
    let mut lines = Lines::new(text);
    let mut document = Document { directives: Vec::new(), escape: '\\', instructions: Vec::new() };
    let mut directives_are_over = false;
    while let Some(line) = lines.next() {
        let content = line.text.trim_start();
        let start = line.start + (line.text.len() - content.len());
        if !directives_are_over {
            directives_are_over = !document.take_directive(content, start);
        }
        if content.starts_with('#') {
            continue;
        }
        let (first, mut is_end) = without_continuation(content, document.escape);
        if is_end && first.is_empty() {
            continue;
        }
        let mut joined = Joined::empty(start);
        joined.push(first, start);
        let mut end = line.start + line.text.len();
        while !is_end {
            let Some(line) = lines.next() else { break };
            let content = line.text.trim_start();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            let (part, part_is_end) = without_continuation(line.text, document.escape);
            joined.push(part, line.start);
            is_end = part_is_end;
            end = line.start + line.text.len();
        }
        let mut instruction = read_instruction(&joined, document.escape, 0);
        instruction.span = Span::new(start, end);
        if instruction.may_have_heredocs() && joined.as_str().contains("<<") {
            for word in heredoc::words(joined.as_str()) {
                // Only newer versions take `<< WORD` with a space for a heredoc; without an end it is
                // rather a shift in arithmetic.
                let before = lines.at;
                let has_space = word.has_space;
                let (heredoc, last) = lines.heredoc(word, &joined);
                if has_space && !heredoc.is_terminated() {
                    lines.at = before;
                    continue;
                }
                end = last.unwrap_or(end);
                instruction.heredocs.push(heredoc);
            }
            instruction.span = Span::new(start, end);
        }
        document.instructions.push(instruction);
    }
    document
}

impl Document {
    /// Takes the line as a directive; `false` if it is none, which ends the directives.
    fn take_directive(&mut self, line: &str, start: usize) -> bool {
        let Some(rest) = line.strip_prefix('#') else { return false };
        let Some((name, value)) = rest.split_once('=') else { return false };
        let name = name.trim().to_ascii_lowercase();
        let kept = value.trim();
        if !matches!(name.as_str(), "syntax" | "escape" | "check") || kept.is_empty() {
            return false;
        }
        let at = start + 1 + (rest.len() - value.len()) + (value.len() - value.trim_start().len());
        if name == "escape" {
            self.escape = if kept == "`" { '`' } else { '\\' };
        }
        self.directives.push(Directive {
            is_repeated: self.directives.iter().any(|other| other.name == name),
            name,
            value: Spanned::new(kept.to_owned(), Span::new(at, at + kept.len())),
        });
        true
    }
}

/// A line without the character that continues it, and whether the instruction ends with it.
/// A doubled escape continues nothing.
fn without_continuation(line: &str, escape: char) -> (&str, bool) {
    let kept = line.trim_end_matches([' ', '\t']);
    match kept.strip_suffix(escape) {
        Some(before) if !before.ends_with(escape) => (before, false),
        _ => (line, true),
    }
}

/// One line without its end.
struct Line<'a> {
    text: &'a str,
    start: usize,
}

/// The lines of a text, one by one.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        // A byte order mark belongs to no line.
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at }
    }

    fn next(&mut self) -> Option<Line<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let line = Line { text: rest.get(..length)?.trim_end_matches(['\r', '\n']), start: self.at };
        self.at += length;
        Some(line)
    }

    /// Takes the lines up to the end word; also the end of the last line, if any was taken.
    fn heredoc(&mut self, word: heredoc::Word, line: &Joined) -> (Heredoc, Option<usize>) {
        let body = self.at;
        let mut end = body;
        let mut last = None;
        let mut end_word = None;
        while let Some(line) = self.next() {
            last = Some(line.start + line.text.len());
            let candidate = if word.strips_tabs { line.text.trim_start_matches('\t') } else { line.text };
            if candidate == word.name {
                end_word = Some(line.start + line.text.len() - candidate.len());
                break;
            }
            end = self.at;
        }
        let text = self.text.get(body..end).unwrap_or("");
        let heredoc = Heredoc {
            name: Spanned::new(word.name, line.span_of(word.range)),
            body: Joined::contiguous(text, body),
            is_expanded: word.is_expanded,
            strips_tabs: word.strips_tabs,
            end: end_word,
        };
        (heredoc, last)
    }
}
