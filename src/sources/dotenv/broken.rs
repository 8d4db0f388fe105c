//! Lines that are no dotenv: shell code, templates, encrypted texts, and plain mistakes.

use std::collections::BTreeSet;

use crate::fact::{Hidden, Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::dotenv::{Assignment, Document, PieceKind, Quote};
use crate::text::Span;

/// What a file is besides dotenv.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Nature {
    Dotenv,
    Shell,
    Template,
    Opaque,
}

/// What is known about the pieces of a file beyond their own form.
#[derive(Debug)]
pub(super) struct Lines {
    nature: Nature,
    first_foreign: Option<Span>,
    /// Pieces that belong to the value of an earlier one, with that one's number.
    continuations: Vec<(std::ops::Range<usize>, usize)>,
    foreign: BTreeSet<usize>,
    conditional: BTreeSet<usize>,
}

/// Words that begin a line of shell code.
const SHELL_WORDS: &[&str] = &[
    "if", "then", "else", "elif", "fi", "for", "while", "do", "done", "case", "esac", "source", ".", "set",
    "unset", "[", "[[", "test", "function", "{", "}", "alias", "eval", "declare", "readonly", "local",
    "return", "exit", "echo", "mkdir", "cd", "trap", ":",
];

/// The most lines of a value without quotes that are looked at for its end.
const LONGEST_CONTINUATION: usize = 400;

impl Lines {
    pub(super) fn of(text: &str, document: &Document) -> Self {
        let mut lines = Self {
            nature: Nature::Dotenv,
            first_foreign: None,
            continuations: Vec::new(),
            foreign: BTreeSet::new(),
            conditional: BTreeSet::new(),
        };
        if text.starts_with("$ANSIBLE_VAULT") || text.starts_with("version https://git-lfs") {
            lines.nature = Nature::Opaque;
            lines.first_foreign = document.pieces.first().map(|piece| piece.span);
            lines.foreign.extend(0..document.pieces.len());
            return lines;
        }
        lines.find_continuations(text, document);
        let mut depth = 0_usize;
        let mut shell = None;
        let mut template = None;
        for (number, piece) in document.pieces.iter().enumerate() {
            let line = match &piece.kind {
                PieceKind::Junk(span) => *span,
                PieceKind::Bare(bare) => bare.key,
                PieceKind::Comment(span) if number == 0 && text.get(span.range()).is_some_and(is_shebang) => {
                    shell.get_or_insert(*span);
                    continue;
                }
                PieceKind::Assignment(_) if depth > 0 => {
                    lines.conditional.insert(number);
                    continue;
                }
                _ => continue,
            };
            if lines.foreign.contains(&number) {
                continue;
            }
            let words = text.get(line.range()).unwrap_or("");
            let first = words.split([' ', '\t', ';', '(']).next().unwrap_or("");
            let is_word = SHELL_WORDS.contains(&first) || words.contains("() {");
            if is_word {
                shell.get_or_insert(line);
                match first {
                    "if" | "for" | "while" | "case" => depth += 1,
                    "fi" | "done" | "esac" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if ["fi", "done", "esac"].iter().any(|end| words.ends_with(&format!("; {end}"))) {
                    depth = depth.saturating_sub(1);
                }
            } else if ["{{", "{%", "<%"].iter().any(|mark| words.contains(mark)) {
                template.get_or_insert(line);
            }
        }
        (lines.nature, lines.first_foreign) = match (shell, template) {
            (_, Some(_)) => (Nature::Template, template),
            (Some(_), None) => (Nature::Shell, shell),
            (None, None) => (Nature::Dotenv, None),
        };
        if lines.nature != Nature::Shell {
            lines.conditional.clear();
        }
        lines
    }

    /// Values that go on over several lines without quotes: keys in PEM, JSON.
    fn find_continuations(&mut self, text: &str, document: &Document) {
        let mut number = 0;
        while let Some(piece) = document.pieces.get(number) {
            let end = match &piece.kind {
                PieceKind::Assignment(found) => continuation(text, document, number, found),
                _ => None,
            };
            if let Some(end) = end {
                self.continuations.push((number + 1..end, number));
                self.foreign.extend(number + 1..end);
            }
            number = end.unwrap_or(number + 1).max(number + 1);
        }
    }

    /// Whether the piece is no part of the dotenv text: nothing in it is to be believed.
    pub(super) fn is_foreign(&self, number: usize) -> bool {
        self.foreign.contains(&number)
    }

    /// Whether the piece stands under a condition of shell code.
    pub(super) fn is_conditional(&self, number: usize) -> bool {
        self.conditional.contains(&number)
    }

    /// What cannot be seen through.
    pub(super) fn gap(&self) -> Option<(Span, Hidden, &'static str)> {
        let span = self.first_foreign?;
        match self.nature {
            Nature::Dotenv => None,
            Nature::Shell => Some((span, Hidden::Provisions, "the file is a shell script")),
            Nature::Template => Some((span, Hidden::Anything, "the file is a template")),
            Nature::Opaque => Some((span, Hidden::Anything, "the file is encrypted or stored elsewhere")),
        }
    }
}

fn is_shebang(line: &str) -> bool {
    line.starts_with("#!") && line.contains("sh")
}

/// Behind the last piece of a value that begins at piece `start` and goes on without quotes.
fn continuation(text: &str, document: &Document, start: usize, found: &Assignment) -> Option<usize> {
    if found.value.quote != Quote::None {
        return None;
    }
    let value = text.get(found.value.span.range())?;
    let following =
        || {
            document.pieces.iter().enumerate().skip(start + 1).take(LONGEST_CONTINUATION).map(
                |(number, piece)| (number, text.get(piece.span.range()).unwrap_or("").trim(), &piece.kind),
            )
        };
    if value.starts_with("-----BEGIN") && !value.contains("-----END") {
        return following()
            .take_while(|(_, line, _)| !line.contains("-----BEGIN"))
            .find(|(_, line, _)| line.contains("-----END"))
            .map(|(number, ..)| number + 1);
    }
    if !value.ends_with(['{', '[']) {
        return None;
    }
    let balance = |line: &str| {
        let count = |marks: [char; 2]| line.matches(marks).count();
        count(['{', '[']).cast_signed() - count(['}', ']']).cast_signed()
    };
    let mut open = balance(value);
    for (number, line, kind) in following() {
        open += balance(line);
        if open <= 0 {
            return Some(number + 1);
        }
        if matches!(kind, PieceKind::Assignment(_)) {
            return None;
        }
    }
    None
}

/// The lines that no reader takes for what they are meant to be.
pub(super) fn problems(text: &str, document: &Document, lines: &Lines) -> Vec<Problem> {
    if lines.nature != Nature::Dotenv {
        return Vec::new();
    }
    let mut problems = Vec::new();
    for (range, start) in &lines.continuations {
        if let Some(PieceKind::Assignment(found)) = document.pieces.get(*start).map(|piece| &piece.kind)
            && let Some(next) = document.pieces.get(range.start)
        {
            let key = text.get(found.key.range()).unwrap_or("");
            let problem = Problem::new(
                ProblemKind::DotenvSyntax,
                found.key,
                format!("the value of `{key}` goes on over several lines without quotes"),
                "only the rest of this line is its value",
            );
            problems.push(
                problem
                    .related(trimmed(text, next.span), "read as a line of its own")
                    .about(&KeyName::new(key))
                    .help(
                        "put the whole value in double quotes, or in single quotes if it holds `\"` or `$`",
                    ),
            );
        }
    }
    // Lines of junk that follow each other, or a quote that is not closed, have one cause.
    let mut told = false;
    let mut conflict = false;
    for (number, piece) in document.pieces.iter().enumerate() {
        match &piece.kind {
            _ if lines.is_foreign(number) => told = true,
            PieceKind::Assignment(found) => {
                told = !found.value.closed;
                if told {
                    problems.push(unclosed(text, found));
                }
            }
            PieceKind::Junk(span) => {
                let line = text.get(span.range()).unwrap_or("");
                // The first marker of a merge conflict speaks for the others.
                let marker = ["=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark));
                conflict |= line.starts_with("<<<<<<<");
                if !(told || conflict && marker) {
                    problems.push(junk(text, *span));
                }
                told |= !marker;
            }
            _ => {}
        }
        if matches!(piece.kind, PieceKind::Blank) {
            told = false;
        }
    }
    problems
}

fn trimmed(text: &str, span: Span) -> Span {
    let line = text.get(span.range()).unwrap_or("");
    let start = span.start as usize + line.len() - line.trim_start().len();
    Span::new(start, start + line.trim().len())
}

fn unclosed(text: &str, found: &Assignment) -> Problem {
    let key = text.get(found.key.range()).unwrap_or("");
    let quote = Span::new(found.value.span.start as usize, found.value.inner.start as usize);
    Problem::new(
        ProblemKind::DotenvSyntax,
        quote,
        format!("the value of `{key}` opens a quote that nothing closes"),
        "opened here",
    )
    .about(&KeyName::new(key))
    .why("docker compose and dotenvy refuse the whole file, python-dotenv skips the line, and npm's dotenv keeps the quote in the value")
    .help("close the quote, or remove it")
}

fn junk(text: &str, span: Span) -> Problem {
    let line = text.get(span.range()).unwrap_or("");
    let problem =
        |message: String, label: &str| Problem::new(ProblemKind::DotenvSyntax, span, message, label);
    if line.starts_with("<<<<<<<") {
        return problem("a merge conflict is left in the file".to_owned(), "the conflict begins here")
            .help("decide for one side and remove the markers");
    }
    if let Some(behind) = line.strip_prefix(';').or_else(|| line.strip_prefix("//")) {
        let marker = line.len() - behind.len();
        return Problem::new(
            ProblemKind::DotenvSyntax,
            Span::new(span.start as usize, span.start as usize + marker),
            "a comment in a dotenv file begins with `#`",
            "not a comment",
        )
        .help("begin the line with `#`");
    }
    let left = line.split_once('=').map(|(left, _)| left.trim());
    match left {
        Some("") => problem("an assignment without a key".to_owned(), "nothing stands before the `=`"),
        Some(left) if left.starts_with(['"', '\'']) => {
            problem("a key in quotes".to_owned(), "keys are written without quotes")
        }
        Some(left) if left.contains(char::is_whitespace) && is_harmless(left) => {
            problem(format!("`{left}` is no key: a key has no spaces"), "not an assignment")
        }
        Some(_) => problem("the text before `=` is no key".to_owned(), "not an assignment"),
        None => problem("a line that is neither an assignment nor a comment".to_owned(), "no `=`"),
    }
}

/// Whether a text before `=` can be shown: words as keys are made of.
fn is_harmless(left: &str) -> bool {
    left.len() <= 40 && left.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '_' | ' '))
}

/// Quotes that every reader but a shell keeps: `r"..."` and typographic ones.
pub(super) fn literal_quotes(text: &str, found: &Assignment) -> Option<Problem> {
    if found.value.quote != Quote::None || found.export.is_some() {
        return None;
    }
    let value = text.get(found.value.span.range())?;
    let key = text.get(found.key.range())?;
    let start = found.value.span.start as usize;
    let prefix = value.chars().next().filter(|c| "rRbBfFuU".contains(*c));
    let quoted = prefix.and_then(|prefix| value.strip_prefix(prefix)).is_some_and(|rest| {
        rest.len() >= 2 && ['"', '\''].iter().any(|&quote| rest.starts_with(quote) && rest.ends_with(quote))
    });
    let (message, label, help) = if quoted {
        (
            format!("the value of `{key}` keeps its quotes and the letter before them"),
            "a dotenv knows no string prefixes",
            "remove the letter before the quotes",
        )
    } else if value.starts_with(['\u{201c}', '\u{201d}', '\u{201e}', '\u{2018}']) {
        (
            format!("the value of `{key}` keeps its typographic quotes"),
            "not a quote for any reader",
            "write `\"` in the place of typographic quotes",
        )
    } else {
        return None;
    };
    let first = value.chars().next().map_or(0, char::len_utf8) + usize::from(quoted);
    let problem = Problem::new(ProblemKind::LiteralQuotes, Span::new(start, start + first), message, label);
    Some(problem.about(&KeyName::new(key)).help(help))
}
