//! The commands of a shell text, with their words, redirections and the blocks they stand in.
//!
//! Enough of the grammar to tell who is called with what, where the output goes, and which commands a
//! condition guards; POSIX.1-2024, "Shell Grammar", with bash's `[[`, `((` and `function`. Nothing is
//! expanded and nothing is run.

use std::ops::Range;

use super::words::{self, Word, balanced, char_at};

/// A part of a shell text, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// A simple command, `[[ ... ]]` included; `for X in ...` and `case X in` stand here too.
    Command(Command),
    /// The name of a function, whose body follows.
    Function(Word),
    /// The begin of a block.
    Open(Block),
    /// `then`, `elif`, `else` or the next arm of a `case`.
    Part(Part),
    /// The end of a block, with the redirections of all of it.
    Close(Block, Vec<Redirect>),
}

/// A kind of block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Block {
    /// `if` to `fi`.
    If,
    /// `do` to `done`.
    Loop,
    /// `case` to `esac`.
    Case,
    /// `{` to `}`.
    Group,
    /// `(` to `)`.
    Subshell,
}

/// A mark inside a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// `then`.
    Then,
    /// `elif`.
    Elif,
    /// `else`.
    Else,
    /// The pattern of an arm of a `case`.
    Arm,
}

/// A simple command.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Command {
    /// Its words, assignments before the name among them.
    pub words: Vec<Word>,
    /// Its redirections, in order.
    pub redirects: Vec<Redirect>,
    /// What stands behind it.
    pub end: End,
}

/// What ends a command.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum End {
    /// A line's end, `;`, `&` or a block's end.
    #[default]
    Plain,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `|`.
    Pipe,
}

/// A redirection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redirect {
    /// Which.
    pub kind: RedirectKind,
    /// The file, or the word that ends a heredoc.
    pub target: Word,
    /// The lines of a heredoc.
    pub body: Option<Range<usize>>,
}

/// A kind of redirection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RedirectKind {
    /// `>` of the standard output.
    Write,
    /// `>>` of the standard output.
    Append,
    /// `<<` and `<<-`; whether nothing in the lines is expanded.
    Heredoc {
        /// Whether the word is quoted.
        is_quoted: bool,
    },
    /// Any other.
    Other,
}

/// How deep command substitutions are followed.
const MAX_NESTING: usize = 8;

/// How deep blocks are followed; honest scripts stay far below.
const MAX_BLOCKS: usize = 64;

struct Pending {
    word: String,
    strips_tabs: bool,
    item: usize,
    redirect: usize,
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    items: Vec<Item>,
    command: Command,
    blocks: Vec<Block>,
    /// A `case` arm's pattern comes next.
    expects_pattern: bool,
    pending: Vec<Pending>,
    nested: Vec<Range<usize>>,
}

/// The items of a text, then those of its command substitutions, each list on its own. Cost is linear in
/// the text times a constant bound of nesting.
#[must_use]
pub fn commands(text: &str) -> Vec<Vec<Item>> {
    let mut found = Vec::new();
    let whole = 0..text.len();
    let mut open = Vec::from([whole]);
    for _ in 0..MAX_NESTING {
        let mut nested = Vec::new();
        for range in std::mem::take(&mut open) {
            let Some(part) = text.get(..range.end) else { continue };
            let mut lexer = Lexer {
                text: part,
                at: range.start,
                items: Vec::new(),
                command: Command::default(),
                blocks: Vec::new(),
                expects_pattern: false,
                pending: Vec::new(),
                nested: Vec::new(),
            };
            lexer.run();
            nested.append(&mut lexer.nested);
            if !lexer.items.is_empty() {
                found.push(lexer.items);
            }
        }
        open = nested;
    }
    found
}

impl Lexer<'_> {
    fn run(&mut self) {
        while let Some(c) = char_at(self.text, self.at) {
            let before = self.at;
            self.step(c);
            if self.at == before {
                self.at += c.len_utf8();
            }
        }
        self.finish(End::Plain);
    }

    fn next_is(&self, offset: usize, c: char) -> bool {
        char_at(self.text, self.at + offset) == Some(c)
    }

    fn step(&mut self, c: char) {
        let is_test = self.command.words.first().is_some_and(|word| word.bare() == "[[");
        match c {
            '\n' => {
                if !is_test {
                    self.finish(End::Plain);
                }
                self.at += 1;
                self.bodies();
            }
            c if c.is_whitespace() => self.at += c.len_utf8(),
            '\\' if self.next_is(1, '\n') => self.at += 2,
            '\\' if self.next_is(1, '\r') && self.next_is(2, '\n') => self.at += 3,
            '#' => {
                let rest = self.text.get(self.at..).unwrap_or("");
                self.at += rest.find('\n').unwrap_or(rest.len());
            }
            _ if self.expects_pattern => self.pattern(),
            '&' | '|' | '(' | ')' | '<' | '>' if is_test => {
                let length = 1 + usize::from(matches!(c, '&' | '|') && self.next_is(1, c));
                let text = self.text.get(self.at..self.at + length).unwrap_or("").to_owned();
                self.command.words.push(Word::operator(self.at..self.at + length, &text));
                self.at += length;
            }
            ';' => {
                self.finish(End::Plain);
                let is_arm = self.next_is(1, ';') || self.next_is(1, '&');
                self.at += 1 + usize::from(is_arm);
                self.expects_pattern = is_arm && self.blocks.last() == Some(&Block::Case);
            }
            '&' if self.next_is(1, '>') => {
                self.at += 1;
                self.redirect(true);
            }
            '&' | '|' => {
                let is_double = self.next_is(1, c);
                let end = match (c, is_double) {
                    ('&', true) => End::And,
                    ('|', true) => End::Or,
                    ('|', false) => End::Pipe,
                    _ => End::Plain,
                };
                self.finish(end);
                self.at += 1 + usize::from(is_double || (c == '|' && self.next_is(1, '&')));
            }
            '<' | '>' if !self.next_is(1, '(') => self.redirect(true),
            '(' => self.parenthesis(),
            ')' => {
                self.finish(End::Plain);
                self.at += 1;
                self.close(Block::Subshell);
            }
            _ => self.word(),
        }
    }

    fn word(&mut self) {
        let word = words::read(self.text, self.at, &mut self.nested);
        self.at = word.range.end;
        let is_descriptor = !word.text.is_empty()
            && word.text.bytes().all(|b| b.is_ascii_digit())
            && matches!(char_at(self.text, self.at), Some('<' | '>'));
        if is_descriptor {
            return self.redirect(word.text == "1" || self.next_is(0, '<'));
        }
        if self.command.words.is_empty() && self.reserved(&word) {
            return;
        }
        let closes_test =
            word.bare() == "]]" && self.command.words.first().is_some_and(|first| first.bare() == "[[");
        let is_case =
            word.bare() == "in" && self.command.words.first().is_some_and(|first| first.bare() == "case");
        self.command.words.push(word);
        if is_case {
            self.finish(End::Plain);
            self.open(Block::Case);
            self.expects_pattern = true;
        } else if closes_test && let Some(first) = self.command.words.first_mut() {
            // The test is over; what follows is no part of it.
            first.is_quoted = true;
        }
    }

    /// Whether a word in the place of a command's name is reserved; it is passed then.
    fn reserved(&mut self, word: &Word) -> bool {
        match word.bare() {
            "if" => self.open(Block::If),
            "then" => self.items.push(Item::Part(Part::Then)),
            "elif" => self.items.push(Item::Part(Part::Elif)),
            "else" => self.items.push(Item::Part(Part::Else)),
            "fi" => self.close(Block::If),
            "do" => self.open(Block::Loop),
            "done" => self.close(Block::Loop),
            "esac" => self.close(Block::Case),
            "{" => self.open(Block::Group),
            "}" => self.close(Block::Group),
            "while" | "until" | "!" | "time" => {}
            "function" => {
                self.at += self.text.get(self.at..).map_or(0, |rest| rest.len() - rest.trim_start().len());
                let name = words::read(self.text, self.at, &mut self.nested);
                self.at = name.range.end;
                if self.text.get(self.at..).is_some_and(|rest| rest.trim_start().starts_with("()")) {
                    self.at = self
                        .text
                        .get(self.at..)
                        .and_then(|rest| rest.find(')'))
                        .map_or(self.at, |end| self.at + end + 1);
                }
                self.items.push(Item::Function(name));
            }
            _ => return false,
        }
        true
    }

    fn open(&mut self, block: Block) {
        if self.blocks.len() < MAX_BLOCKS {
            self.blocks.push(block);
            self.items.push(Item::Open(block));
        }
    }

    /// Closes the innermost block if it is of this kind.
    fn close(&mut self, block: Block) {
        if self.blocks.last() == Some(&block) {
            self.blocks.pop();
            self.items.push(Item::Close(block, Vec::new()));
        }
    }

    fn parenthesis(&mut self) {
        if self.next_is(1, '(') {
            self.at = balanced(self.text, self.at + 1, '(', ')');
            return;
        }
        let is_function = self.command.words.len() == 1
            && self
                .text
                .get(self.at + 1..)
                .is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with(')'));
        if is_function {
            self.at = self
                .text
                .get(self.at..)
                .and_then(|rest| rest.find(')'))
                .map_or(self.text.len(), |end| self.at + end + 1);
            let name = std::mem::take(&mut self.command).words.pop().unwrap_or_default();
            self.items.push(Item::Function(name));
        } else {
            self.finish(End::Plain);
            self.at += 1;
            self.open(Block::Subshell);
        }
    }

    /// The pattern of an arm of a `case`, to the `)`.
    fn pattern(&mut self) {
        self.expects_pattern = false;
        let rest = self.text.get(self.at..).unwrap_or("");
        let is_end = rest.strip_prefix("esac").is_some_and(|behind| {
            !behind.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '|' | ')'))
        });
        if is_end {
            return;
        }
        self.at += usize::from(rest.starts_with('('));
        self.at = balanced(self.text, self.at, '(', ')');
        self.items.push(Item::Part(Part::Arm));
    }

    /// A redirection at `<` or `>`; `is_output`: its descriptor is the standard one.
    fn redirect(&mut self, is_output: bool) {
        let rest = self.text.get(self.at..).unwrap_or("");
        let length = rest.bytes().take_while(|b| matches!(b, b'<' | b'>' | b'&' | b'|' | b'-')).count();
        // In `<-x` and `>&-` the dash is the target; in `<<-` it belongs to the operator.
        let operator = rest.get(..length).unwrap_or("");
        let operator = if operator.starts_with("<<-") { "<<-" } else { operator.trim_end_matches('-') };
        let kind = match operator {
            ">" | ">|" if is_output => RedirectKind::Write,
            ">>" if is_output => RedirectKind::Append,
            "<<" | "<<-" => RedirectKind::Heredoc { is_quoted: false },
            _ => RedirectKind::Other,
        };
        self.at += operator.len().max(1);
        let blank =
            self.text.get(self.at..).unwrap_or("").bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
        self.at += blank;
        let is_over = char_at(self.text, self.at).is_none_or(|c| matches!(c, '\n' | ';' | '&' | '|' | ')'));
        if is_over {
            return;
        }
        let target = words::read(self.text, self.at, &mut self.nested);
        self.at = target.range.end;
        let kind = match kind {
            RedirectKind::Heredoc { .. } => {
                let (item, redirect) = (self.items.len(), self.command.redirects.len());
                let word = target.text.clone();
                self.pending.push(Pending { word, strips_tabs: operator == "<<-", item, redirect });
                RedirectKind::Heredoc { is_quoted: target.is_quoted }
            }
            kind => kind,
        };
        self.command.redirects.push(Redirect { kind, target, body: None });
    }

    /// Ends the command that is being read.
    fn finish(&mut self, end: End) {
        let mut command = std::mem::take(&mut self.command);
        if command.words.is_empty() {
            if let Some(Item::Close(_, redirects)) = self.items.last_mut()
                && redirects.is_empty()
            {
                redirects.append(&mut command.redirects);
            }
            if command.redirects.is_empty() {
                return;
            }
        }
        command.end = end;
        self.items.push(Item::Command(command));
    }

    /// Passes the bodies of the heredocs that the line before began.
    fn bodies(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let from = self.at;
            let mut end = self.text.len();
            self.at = end;
            let mut at = from;
            for line in self.text.get(from..).unwrap_or("").split_inclusive('\n') {
                let content = line.trim_end_matches(['\r', '\n']);
                let content = if pending.strips_tabs { content.trim_start_matches('\t') } else { content };
                if content == pending.word {
                    (end, self.at) = (at, at + line.len());
                    break;
                }
                at += line.len();
            }
            let redirects = match self.items.get_mut(pending.item) {
                Some(Item::Command(command)) => Some(&mut command.redirects),
                _ => match self.items.get_mut(pending.item.wrapping_sub(1)) {
                    Some(Item::Close(_, redirects)) => Some(redirects),
                    _ => None,
                },
            };
            if let Some(redirect) = redirects.and_then(|redirects| redirects.get_mut(pending.redirect)) {
                redirect.body = Some(from..end);
            }
        }
    }
}

#[cfg(test)]
mod tests;
