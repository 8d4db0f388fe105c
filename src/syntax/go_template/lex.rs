//! From text to tokens, following Go's `text/template/parse/lex.go`.

use super::ast::{TemplateError, Text};
use super::escape::unquote;
use crate::text::Span;

/// A stretch of a template.
#[derive(Debug)]
pub(super) enum Segment {
    Text(Text),
    Action(Action),
}

/// What stands between `{{` and `}}`.
#[derive(Debug, Default)]
pub(super) struct Action {
    /// With its delimiters.
    pub(super) span: Span,
    pub(super) tokens: Vec<Token>,
    /// Why it could not be read to its end.
    pub(super) error: Option<TemplateError>,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum TokenKind {
    Space,
    Assign,
    Declare,
    Pipe,
    Comma,
    Open,
    Close,
    Dot,
    Field(String),
    Variable(String),
    /// A keyword, a truth value or a function.
    Word(String),
    Number(String),
    Text {
        value: String,
        verbatim: bool,
    },
}

/// The white space that trim markers take away.
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

/// Bytes looked at to find the end of a line behind an error.
const MAX_LINE: usize = 2000;

/// Cuts `text` into segments. Linear in its length.
pub(super) fn segments(text: &str, errors: &mut Vec<TemplateError>) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut at = 0;
    let mut trimmed_before = false;
    while at < text.len() {
        let rest = text.get(at..).unwrap_or("");
        let open = rest.find("{{").map_or(text.len(), |found| at + found);
        let inside = text.get(open + 2..).unwrap_or("");
        let trims_left = open < text.len() && has_left_marker(inside);
        if open > at {
            segments.push(Segment::Text(trimmed(text, at..open, trimmed_before, trims_left)));
        }
        if open >= text.len() {
            break;
        }
        let start = open + 2 + if trims_left { 2 } else { 0 };
        let (end, trims_right) = if text.get(start..).is_some_and(|rest| rest.starts_with("/*")) {
            comment(text, open, start, errors)
        } else {
            let mut lexer = Lexer { text, open, at: start, tokens: Vec::new(), depth: 0 };
            let (end, trims_right, error) = lexer.action();
            let span = Span::new(open, end);
            segments.push(Segment::Action(Action { span, tokens: lexer.tokens, error }));
            (end, trims_right)
        };
        trimmed_before = trims_right;
        at = end;
    }
    segments
}

fn trimmed(text: &str, raw: std::ops::Range<usize>, left: bool, right: bool) -> Text {
    let all = text.get(raw.clone()).unwrap_or("");
    let kept = if right { all.trim_end_matches(SPACES) } else { all };
    let end = raw.start + kept.len();
    let kept = if left { kept.trim_start_matches(SPACES) } else { kept };
    Text { span: Span::new(end - kept.len(), end), raw: Span::new(raw.start, raw.end) }
}

/// A `-` with white space behind it, right behind `{{`.
fn has_left_marker(inside: &str) -> bool {
    inside.strip_prefix('-').is_some_and(|rest| rest.starts_with(SPACES))
}

/// Where the closing delimiter at the beginning of `rest` ends, and whether it trims.
fn right_delimiter(rest: &str) -> Option<(usize, bool)> {
    if rest.starts_with("}}") {
        return Some((2, false));
    }
    rest.strip_prefix(SPACES).is_some_and(|rest| rest.starts_with("-}}")).then_some((4, true))
}

/// Passes a comment; returns where its action ends and whether that trims.
fn comment(text: &str, open: usize, start: usize, errors: &mut Vec<TemplateError>) -> (usize, bool) {
    let Some(close) = text.get(start + 2..).and_then(|rest| rest.find("*/")) else {
        let span = Span::new(open, start + 2);
        let error = TemplateError::new(span, "a comment is never closed", "`*/}}` is missing");
        errors.push(error.help("end the comment with `*/}}` or `*/ -}}`"));
        return (text.len(), false);
    };
    let end = start + 2 + close + 2;
    let rest = text.get(end..).unwrap_or("");
    if let Some((length, trims)) = right_delimiter(rest) {
        return (end + length, trims);
    }
    let span = Span::new(end - 2, end);
    let error = TemplateError::new(span, "a comment ends before its action does", "`}}` must follow at once");
    errors.push(error.help("write `*/}}`, or `*/ -}}` with exactly one space to trim what follows"));
    (recover(text, end).0, false)
}

/// Where reading goes on after an error at or behind `at`: behind the next `}}`, or before the next
/// line or `{{` if that comes first. Also whether a `}}` was found.
fn recover(text: &str, at: usize) -> (usize, bool) {
    let rest = text.get(at..).unwrap_or("");
    // A bound keeps many errors on one long line cheap.
    let rest = rest.get(..rest.floor_char_boundary(MAX_LINE)).unwrap_or(rest);
    let stop = rest.find('\n').unwrap_or(rest.len());
    let line = rest.get(..stop).unwrap_or("");
    let next = line.find("{{").unwrap_or(line.len());
    match line.get(..next).and_then(|line| line.find("}}")) {
        Some(close) => (at + close + 2, true),
        None => (at + next, false),
    }
}

struct Lexer<'a> {
    text: &'a str,
    /// Where the action begins.
    open: usize,
    at: usize,
    tokens: Vec<Token>,
    depth: usize,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Reads to the end of the action: where it ends, whether it trims, and what is wrong.
    fn action(&mut self) -> (usize, bool, Option<TemplateError>) {
        let unspaced = self.unspaced_marker();
        loop {
            if let Some((length, trims)) = right_delimiter(self.rest()) {
                if self.depth == 0 {
                    return (self.at + length, trims, unspaced);
                }
                let span = Span::new(self.at, self.at + length);
                let error = TemplateError::new(span, "a parenthesis is not closed", "`)` is missing");
                return (self.at + length, trims, Some(error));
            }
            if let Err(error) = self.token() {
                return self.give_up(error);
            }
        }
    }

    /// Passes a `-` behind `{{` that lacks its space, so that the action is still understood.
    fn unspaced_marker(&mut self) -> Option<TemplateError> {
        let name = self.rest().strip_prefix('-')?;
        let is_number = name.starts_with(|c: char| c.is_ascii_digit())
            || name.strip_prefix('.').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if self.at != self.open + 2 || is_number || name.starts_with(['-', '}']) {
            return None;
        }
        let error = self.error(1, "`-` is no trim marker without a space behind it", "read as a sign");
        self.at += 1;
        Some(error.help("write `{{- ` with a space to trim the white space before the action"))
    }

    /// Ends the action after an error. If its own line does not close it, that is the error.
    fn give_up(&mut self, error: TemplateError) -> (usize, bool, Option<TemplateError>) {
        let (end, closed) = recover(self.text, self.open + 2);
        if let Some(nested) = self.nested() {
            return nested;
        }
        if closed {
            let trims = self.text.get(..end).is_some_and(|text| text.ends_with(" -}}"));
            return (end, trims, Some(error));
        }
        if error.span.start as usize >= end || self.rest().starts_with('}') || self.rest().is_empty() {
            let line = self.text.get(self.open..end).unwrap_or("").trim_end();
            let span = Span::new(self.open, self.open + line.len());
            self.tokens.retain(|token| (token.span.end as usize) <= end);
            let error = TemplateError::new(span, "an action is never closed", "`}}` is missing")
                .help("close the action with `}}`");
            return (end, false, Some(error));
        }
        // The action goes on over several lines and is closed further down.
        let rest = self.rest();
        match (rest.find("}}"), rest.find("{{").unwrap_or(rest.len())) {
            (Some(close), open) if close < open => (self.at + close + 2, false, Some(error)),
            _ => (end, false, Some(error)),
        }
    }

    /// Ends the action on its line, if a string of it holds the beginning of another action.
    fn nested(&self) -> Option<(usize, bool, Option<TemplateError>)> {
        let holds =
            |token: &&Token| matches!(&token.kind, TokenKind::Text { value, .. } if value.contains("{{"));
        let outer = self.tokens.iter().find(holds)?;
        let string = self.text.get(outer.span.range())?;
        let start = outer.span.start as usize + string.find("{{")?;
        let rest = self.text.get(start..)?;
        let line = rest.get(..rest.floor_char_boundary(MAX_LINE))?.lines().next()?;
        let inner = line.find("}}").map_or(line.len(), |close| close + 2);
        let end = start + line.rfind("}}").map_or(line.len(), |close| close + 2);
        let error = TemplateError::new(
            Span::new(start, start + inner),
            "an action stands inside of a string of another action",
            "not evaluated here",
        )
        .help("put the text together with `printf`: `(printf \"secret/data/%s/app\" (env \"ENV\"))`");
        Some((end, false, Some(error)))
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        self.tokens.push(Token { kind, span: Span::new(self.at, self.at + length) });
        self.at += length;
    }

    fn error(&self, length: usize, message: &str, label: &str) -> TemplateError {
        TemplateError::new(Span::new(self.at, self.at + length), message, label)
    }

    fn token(&mut self) -> Result<(), TemplateError> {
        let rest = self.rest();
        let mut chars = rest.chars();
        let Some(first) = chars.next() else {
            return Err(self.error(0, "an action is never closed", "`}}` is missing"));
        };
        let second = chars.next();
        if SPACES.contains(&first) {
            let mut length = rest.len() - rest.trim_start_matches(SPACES).len();
            // The last space belongs to a closing delimiter that trims.
            if rest.get(length..).is_some_and(|rest| rest.starts_with("-}}")) {
                length -= 1;
            }
            self.push(TokenKind::Space, length);
            return Ok(());
        }
        match first {
            '=' => self.push(TokenKind::Assign, 1),
            ':' if second == Some('=') => self.push(TokenKind::Declare, 2),
            '|' => self.push(TokenKind::Pipe, 1),
            ',' => self.push(TokenKind::Comma, 1),
            '"' | '\'' => return self.quoted(first),
            '`' => return self.raw(),
            '$' => return self.name(1, TokenKind::Variable),
            '.' if !second.is_some_and(|c| c.is_ascii_digit()) => return self.name(1, TokenKind::Field),
            '.' | '+' | '-' | '0'..='9' => return self.number(),
            '(' => {
                self.depth += 1;
                self.push(TokenKind::Open, 1);
            }
            ')' if self.depth == 0 => {
                return Err(self.error(1, "a parenthesis closes nothing", "no `(` belongs to it"));
            }
            ')' => {
                self.depth -= 1;
                self.push(TokenKind::Close, 1);
            }
            c if c == '_' || c.is_alphabetic() => return self.name(0, TokenKind::Word),
            '/' if second == Some('*') => {
                let error = self.error(2, "a comment must fill its action", "a comment cannot begin here");
                return Err(error.help("write `{{/* .. */}}`, or `{{- /* .. */ -}}` with one space each"));
            }
            '}' => {
                return Err(self.error(1, "an action is closed by a single `}`", "`}}` was meant"));
            }
            c => {
                let message = format!("`{}` has no meaning in an action", c.escape_debug());
                return Err(self.error(c.len_utf8(), &message, "unexpected character"));
            }
        }
        Ok(())
    }

    /// A word with `lead` bytes (`$` or `.`) before it.
    fn name(&mut self, lead: usize, kind: fn(String) -> TokenKind) -> Result<(), TemplateError> {
        let rest = self.rest();
        let name = rest.get(lead..).unwrap_or("");
        let end = name.find(|c: char| c != '_' && !c.is_alphanumeric()).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or("").to_owned();
        let length = lead + end;
        let behind = rest.get(length..).unwrap_or("");
        if !is_terminator(behind) {
            let word = rest.get(..length).unwrap_or("").to_owned();
            let c = behind.chars().next().unwrap_or(' ');
            let place = Span::new(self.at, self.at + length + c.len_utf8());
            let message = format!("`{}` cannot follow `{word}` directly", c.escape_debug());
            let error = TemplateError::new(place, message, "a space is missing");
            return Err(match behind.starts_with("-}}") {
                true => error.help("a trim marker needs a space before it: ` -}}`"),
                false if c == '-' => error.help(
                    "names hold no `-`; take such a field with `index`, as in `index .Data.data \"a-b\"`",
                ),
                false => error,
            });
        }
        let kind = match (lead, name.is_empty()) {
            (1, true) if rest.starts_with('.') => TokenKind::Dot,
            (1, false) if rest.starts_with('.') => kind(name),
            (1, _) => kind(format!("${name}")),
            _ => kind(name),
        };
        self.push(kind, length);
        Ok(())
    }

    fn quoted(&mut self, quote: char) -> Result<(), TemplateError> {
        let rest = self.rest();
        let mut escaped = false;
        let close = rest.char_indices().skip(1).find(|&(_, c)| {
            let ends = !escaped && c == quote || c == '\n';
            escaped = c == '\\' && !escaped;
            ends
        });
        let Some((close, _)) = close.filter(|&(_, c)| c == quote) else {
            let line = rest.lines().next().unwrap_or("").len();
            let help = "close the quote on the same line, or use backquotes";
            return Err(self
                .error(line, "a quoted string is not closed on its line", "the string begins here")
                .help(help));
        };
        let inner = rest.get(1..close).unwrap_or("");
        let kind = if quote == '\'' {
            TokenKind::Number(rest.get(..=close).unwrap_or("").to_owned())
        } else {
            let Some(value) = unquote(inner) else {
                return Err(self.error(close + 1, "a string holds an escape that Go does not know", "here"));
            };
            TokenKind::Text { verbatim: value == inner, value }
        };
        self.push(kind, close + 1);
        Ok(())
    }

    fn raw(&mut self) -> Result<(), TemplateError> {
        let inner = self.rest().get(1..).unwrap_or("");
        let Some(close) = inner.find('`') else {
            return Err(self.error(1, "a raw string is never closed", "a backquote is missing"));
        };
        let inner = inner.get(..close).unwrap_or("");
        let value = inner.replace('\r', "");
        let kind = TokenKind::Text { verbatim: value == inner, value };
        self.push(kind, close + 2);
        Ok(())
    }

    fn number(&mut self) -> Result<(), TemplateError> {
        let rest = self.rest();
        let unsigned = rest.trim_start_matches(['+', '-']);
        let sign = (rest.len() - unsigned.len()).min(1);
        let body = rest.get(sign..).unwrap_or("");
        let mut previous = ' ';
        let end = body
            .find(|c: char| {
                let exponent = matches!(previous, 'e' | 'E' | 'p' | 'P') && matches!(c, '+' | '-');
                previous = c;
                !(c.is_alphanumeric() || c == '_' || c == '.' || exponent)
            })
            .unwrap_or(body.len());
        let number = body.get(..end).unwrap_or("");
        if number.bytes().next().is_some_and(|b| b.is_ascii_digit() || b == b'.')
            && is_number(number)
            && is_terminator(body.get(end..).unwrap_or(""))
        {
            let text = rest.get(..sign + end).unwrap_or("").to_owned();
            self.push(TokenKind::Number(text), sign + end);
            return Ok(());
        }
        let length = sign + end;
        if body.get(end..).is_some_and(|rest| rest.starts_with("-}}")) || rest.starts_with("-}}") {
            let error =
                self.error(length, "`-` is no trim marker without a space before it", "read as a sign");
            return Err(error.help("write ` -}}` with a space to trim the white space behind the action"));
        }
        Err(self.error(length.max(1), "a number is malformed", "not a number"))
    }
}

/// Whether Go reads the unsigned `text` as a number, complex ones left out.
fn is_number(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let digits = |body: &str, radix| !body.is_empty() && body.chars().all(|c| c == '_' || c.is_digit(radix));
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(body) = lower.strip_prefix(prefix) {
            return digits(body, radix) || radix == 16 && body.contains(['p', '.']);
        }
    }
    let body = lower.strip_suffix('i').unwrap_or(&lower);
    body.replace('_', "").parse::<f64>().is_ok() && body.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// Whether a name may end before `rest`.
fn is_terminator(rest: &str) -> bool {
    rest.is_empty()
        || rest.starts_with(SPACES)
        || rest.starts_with(['.', ',', '|', ':', ')', '('])
        || rest.starts_with("}}")
}
