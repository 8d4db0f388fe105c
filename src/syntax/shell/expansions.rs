//! The `$X` that a shell expands.

use std::ops::Range;

use super::assignments::Assignment;

/// So deep inside of others a default is not noted: each one holds all that are in it, and nobody writes such.
const MOST_FRAMES: usize = 64;

/// One `$X` or `${X...}` that the shell expands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ShellUse {
    /// The variable's name.
    pub name: Range<usize>,
    /// What is done with it.
    pub operator: ShellOperator,
}

impl ShellUse {
    /// Whether it yields the whole value, where there is one: `$X`, `${X}`, `${X:-y}`; not `${#X}`, `${X%y}`.
    #[must_use]
    pub fn takes_all(&self, text: &str) -> bool {
        let before = text.get(..self.name.start).unwrap_or("");
        let behind = text.get(self.name.end..).unwrap_or("");
        match self.operator {
            ShellOperator::Take => {
                before.ends_with('$') || (before.ends_with("${") && behind.starts_with('}'))
            }
            ShellOperator::Default { .. } | ShellOperator::Refuse { .. } => true,
            ShellOperator::Alternative => false,
        }
    }
}

/// What an expansion does with its variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ShellOperator {
    /// It takes the value, or a part of it.
    Take,
    /// `:-w`, `-w`, `:=w` or `=w`.
    Default {
        /// The default, as written.
        text: Range<usize>,
        /// Whether an empty variable takes it too (the forms with a colon).
        or_empty: bool,
    },
    /// `:?w` (`or_empty`) or `?w`.
    Refuse {
        /// Whether an empty variable is refused too.
        or_empty: bool,
    },
    /// `:+w` or `+w`: the variable is only tested.
    Alternative,
}

/// What the scanner is inside of.
enum Frame {
    /// Commands: the whole text, `$(...)` or backquotes, up to the character given.
    Commands { end: Option<char>, parentheses: usize },
    /// `"..."`.
    DoubleQuotes,
    /// `${X...}`; the number of the use it belongs to, if its default is to be noted.
    Braces { of: Option<usize>, is_quoted: bool },
    /// `$((...))`.
    Arithmetic { parentheses: usize },
}

/// A heredoc whose body begins at the next line.
struct Pending {
    name: String,
    is_quoted: bool,
    strips_tabs: bool,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    frames: Vec<Frame>,
    pending: Vec<Pending>,
    uses: Vec<ShellUse>,
    assigned: Vec<Assignment>,
}

/// The uses in a text, and the variables that `${X:=w}` sets.
pub(super) fn find(text: &str) -> (Vec<ShellUse>, Vec<Assignment>) {
    let frames = vec![Frame::Commands { end: None, parentheses: 0 }];
    let mut scanner =
        Scanner { text, at: 0, frames, pending: Vec::new(), uses: Vec::new(), assigned: Vec::new() };
    loop {
        scanner.skip_plain();
        let Some(c) = scanner.peek() else { break };
        scanner.step(c);
    }
    (scanner.uses, scanner.assigned)
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip(&mut self, c: char) {
        self.at += c.len_utf8();
    }

    /// Passes what means nothing to [`Self::step`], wherever it stands.
    fn skip_plain(&mut self) {
        let means = |byte: &u8| {
            matches!(byte, b'\\' | b'$' | b'`' | b'\'' | b'"' | b'#' | b'<' | b'\n' | b'(' | b')' | b'}')
        };
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(means).unwrap_or(rest.len());
    }

    /// Goes behind the next `end`, or to the end of the text.
    fn skip_behind(&mut self, end: char) {
        self.at = self.rest().find(end).map_or(self.text.len(), |found| self.at + found + end.len_utf8());
    }

    fn step(&mut self, c: char) {
        match c {
            '\\' => {
                self.skip(c);
                if let Some(next) = self.peek() {
                    self.skip(next);
                }
                return;
            }
            '$' => return self.dollar(),
            '`' => {
                self.skip(c);
                match self.frames.last() {
                    Some(Frame::Commands { end: Some('`'), .. }) => self.leave(),
                    _ => self.frames.push(Frame::Commands { end: Some('`'), parentheses: 0 }),
                }
                return;
            }
            _ => {}
        }
        let from = self.at;
        let follows_word =
            self.text.get(..from).and_then(|before| before.chars().next_back()).is_some_and(|before| {
                !before.is_whitespace() && !matches!(before, ';' | '&' | '|' | '(' | ')' | '`')
            });
        self.skip(c);
        match self.frames.last_mut() {
            Some(Frame::Commands { end, parentheses }) => match c {
                ')' if *parentheses == 0 && *end == Some(')') => self.leave(),
                ')' => *parentheses = parentheses.saturating_sub(1),
                '(' => *parentheses += 1,
                '\'' => self.skip_behind('\''),
                '"' => self.frames.push(Frame::DoubleQuotes),
                '#' if !follows_word => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '<' => self.heredoc_word(),
                '\n' => self.heredoc_bodies(),
                _ => {}
            },
            Some(Frame::DoubleQuotes) if c == '"' => self.leave(),
            Some(Frame::Braces { is_quoted, .. }) => match c {
                '}' => self.leave(),
                '"' => self.frames.push(Frame::DoubleQuotes),
                '\'' if !*is_quoted => self.skip_behind('\''),
                _ => {}
            },
            Some(Frame::Arithmetic { parentheses }) => match c {
                '(' => *parentheses += 1,
                ')' if *parentheses > 0 => *parentheses -= 1,
                ')' => {
                    if self.peek() == Some(')') {
                        self.skip(')');
                    }
                    self.leave();
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Leaves the innermost frame; the outermost stays.
    fn leave(&mut self) {
        if self.frames.len() < 2 {
            return;
        }
        if let Some(Frame::Braces { of: Some(number), .. }) = self.frames.pop()
            && let Some(ShellUse { operator: ShellOperator::Default { text, .. }, .. }) =
                self.uses.get_mut(number)
        {
            text.end = self.at - 1;
        }
    }

    /// The name at the current place, which is passed; empty if there is none.
    fn name(&mut self) -> Range<usize> {
        let from = self.at;
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            self.at += rest.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count();
        }
        from..self.at
    }

    fn dollar(&mut self) {
        self.skip('$');
        // Quotes around a command substitution do not reach into it.
        let is_quoted = match self.frames.last() {
            Some(Frame::DoubleQuotes) => true,
            Some(Frame::Braces { is_quoted, .. }) => *is_quoted,
            _ => false,
        };
        match self.peek() {
            Some('(') => {
                self.skip('(');
                if self.peek() == Some('(') {
                    self.skip('(');
                    self.frames.push(Frame::Arithmetic { parentheses: 0 });
                } else {
                    self.frames.push(Frame::Commands { end: Some(')'), parentheses: 0 });
                }
            }
            Some('{') => {
                self.skip('{');
                self.braces(is_quoted);
            }
            // `$'...'` knows escapes.
            Some('\'') if matches!(self.frames.last(), Some(Frame::Commands { .. })) => {
                self.skip('\'');
                while let Some(c) = self.peek() {
                    self.skip(c);
                    match c {
                        '\'' => break,
                        '\\' => {
                            if let Some(next) = self.peek() {
                                self.skip(next);
                            }
                        }
                        _ => {}
                    }
                }
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let name = self.name();
                self.uses.push(ShellUse { name, operator: ShellOperator::Take });
            }
            // The character after `$` in `$#`, `$?` and `$$` is no start of anything.
            Some(c @ ('#' | '?' | '$' | '!' | '@' | '*' | '-')) => self.skip(c),
            _ => {}
        }
    }

    fn braces(&mut self, is_quoted: bool) {
        let rest = self.rest();
        let is_length = rest.starts_with('#')
            && rest
                .get(1..)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'));
        if is_length || rest.starts_with('!') {
            self.at += 1;
        }
        let name = self.name();
        let colon = self.peek() == Some(':');
        let sign = self.rest().get(usize::from(colon)..).and_then(|rest| rest.chars().next());
        let behind = self.at + usize::from(colon) + 1;
        let operator = match sign {
            // That it does without the variable is told all the same.
            Some('-' | '=') if self.frames.len() > MOST_FRAMES => ShellOperator::Alternative,
            Some('-' | '=') => ShellOperator::Default { text: behind..behind, or_empty: colon },
            Some('?') => ShellOperator::Refuse { or_empty: colon },
            Some('+') => ShellOperator::Alternative,
            _ => ShellOperator::Take,
        };
        let of = (!name.is_empty()).then(|| {
            if sign == Some('=') {
                let name = self.text.get(name.clone()).unwrap_or("").to_owned();
                self.assigned.push(Assignment { name, value: behind..behind });
            }
            self.uses.push(ShellUse { name, operator });
            self.uses.len() - 1
        });
        self.frames.push(Frame::Braces { of, is_quoted });
    }

    /// Reads `<WORD` after a first `<`.
    fn heredoc_word(&mut self) {
        let rest = self.rest();
        if !rest.starts_with('<') || rest.starts_with("<<") {
            // `<<<` takes a word, not lines.
            self.at += rest.bytes().take_while(|&b| b == b'<').count();
            return;
        }
        self.at += 1;
        let strips_tabs = self.rest().starts_with('-');
        self.at += usize::from(strips_tabs);
        self.at += self.rest().bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let mut name = String::new();
        let mut is_quoted = false;
        while let Some(c) = self.peek() {
            if c.is_whitespace() || matches!(c, ';' | '&' | '|' | '<' | '>' | '(' | ')') {
                break;
            }
            self.skip(c);
            match c {
                '\'' | '"' | '\\' => is_quoted = true,
                c => name.push(c),
            }
        }
        if !name.is_empty() {
            self.pending.push(Pending { name, is_quoted, strips_tabs });
        }
    }

    /// Passes the bodies of the heredocs that the line before began.
    fn heredoc_bodies(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let from = self.at;
            let mut end = self.text.len();
            let mut next = self.text.len();
            let mut at = from;
            for line in self.rest().split_inclusive('\n') {
                let content = line.trim_end_matches(['\r', '\n']);
                let content = if pending.strips_tabs { content.trim_start_matches('\t') } else { content };
                if content == pending.name {
                    (end, next) = (at, at + line.len());
                    break;
                }
                at += line.len();
            }
            if !pending.is_quoted {
                self.body(end);
            }
            self.at = next;
        }
    }

    /// Finds the variables in a heredoc's body, where quotes are nothing special.
    fn body(&mut self, end: usize) {
        let frames = std::mem::replace(&mut self.frames, vec![Frame::DoubleQuotes]);
        while self.at < end {
            match self.peek() {
                Some(c) if c == '"' && self.frames.len() < 2 => self.skip(c),
                Some(c) => self.step(c),
                None => break,
            }
        }
        self.frames = frames;
    }
}
