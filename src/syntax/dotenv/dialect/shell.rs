//! bash reading a file with `set -a; . file`. Commands are never executed nor imitated.

use super::substitution::{DEEPEST, Outcome, braced, closing_brace, name_length, outcome};
use super::{Host, LONGEST_VALUE, Reading};
use crate::key::KeyName;

/// Why the shell stops reading.
const UNCLOSED: &str = "a quote that is not closed";

struct Shell<'a> {
    rest: &'a str,
    host: Host<'a>,
    reading: Reading,
}

/// One word of a command.
#[derive(Default)]
struct Word {
    /// What it expands to.
    text: String,
    /// How much of `text`, counted from its start, was written without quotes or expansions.
    plain: usize,
    /// Whether everything so far was plain.
    all_plain: bool,
    /// Whether it is `NAME=(...)`, which is never exported.
    is_array: bool,
}

impl Word {
    /// The name and the value, if the word is an assignment.
    fn assignment(&self) -> Option<(&str, &str)> {
        let (name, value) = self.text.split_once('=')?;
        (name.len() < self.plain && KeyName::new(name).is_identifier()).then_some((name, value))
    }

    fn quoted(&mut self, text: &str) {
        self.all_plain = false;
        self.text.push_str(text);
    }
}

pub(super) fn read(text: &str, host: Host<'_>) -> Reading {
    let mut shell = Shell { rest: text, host, reading: Reading::default() };
    if let Err(reason) = shell.commands() {
        shell.reading.refuse(reason);
    }
    shell.reading
}

impl<'a> Shell<'a> {
    fn take(&mut self, bytes: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn take_char(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.take(c.len_utf8());
        Some(c)
    }

    fn lookup(&self, name: &str) -> Option<String> {
        self.reading.get(name).map(str::to_owned).or_else(|| (self.host)(name))
    }

    fn commands(&mut self) -> Result<(), &'static str> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n']);
            if self.rest.is_empty() {
                return Ok(());
            }
            if self.rest.starts_with('#') {
                self.skip_line();
                continue;
            }
            if self.rest.starts_with([';', '&', '|', ')', '(', '<', '>']) {
                return Err("a syntax error");
            }
            self.command()?;
        }
    }

    fn skip_line(&mut self) {
        self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
    }

    /// A simple command up to its end.
    fn command(&mut self) -> Result<(), &'static str> {
        let mut words: Vec<Word> = Vec::new();
        let mut in_child = false;
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t']);
            match self.rest.chars().next() {
                None | Some('\n') => break,
                Some('#') => {
                    self.skip_line();
                    break;
                }
                Some(';') => {
                    self.take(1);
                    break;
                }
                Some('&' | '|') => {
                    in_child = true;
                    self.take(1);
                    break;
                }
                Some('<' | '>' | '(' | ')') => {
                    self.skip_line();
                    self.reading.refuse("a redirection or a subshell");
                    return Ok(());
                }
                Some(_) => {
                    let word = self.word()?;
                    words.push(word);
                }
            }
        }
        if in_child {
            self.reading.refuse("a `&` or `|`, which makes the line a command of its own");
            return Ok(());
        }
        self.run(&words);
        Ok(())
    }

    fn run(&mut self, words: &[Word]) {
        let commands: Vec<&Word> = words.iter().skip_while(|word| word.assignment().is_some()).collect();
        match commands.first().map(|word| word.text.as_str()) {
            None => self.assign(words.iter()),
            Some("export" | "declare" | "typeset" | "readonly" | "local") => {
                self.assign(commands.into_iter().skip(1));
            }
            Some("set" | "unset" | ":" | "true" | "shopt" | "umask") => {}
            Some(_) => self.reading.refuse("a word that it runs as a command"),
        }
    }

    fn assign<'w>(&mut self, words: impl Iterator<Item = &'w Word>) {
        for word in words {
            if let Some((name, value)) = word.assignment()
                && !word.is_array
            {
                self.reading.set(name, value);
            }
        }
    }

    fn word(&mut self) -> Result<Word, &'static str> {
        let mut word = Word { all_plain: true, ..Word::default() };
        loop {
            if word.all_plain {
                word.plain = word.text.len();
            }
            if word.text.len() > LONGEST_VALUE {
                self.reading.computes = true;
                return Err("a value beyond all measure");
            }
            let starts_value = word.all_plain && word.text.ends_with(['=', ':']) && word.text.contains('=');
            let Some(c) = self.rest.chars().next() else { return Ok(word) };
            match c {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' | ')' => return Ok(word),
                '(' if starts_value => {
                    let end = self.rest.find(')').ok_or("a parenthesis that is not closed")?;
                    self.take(end + 1);
                    word.is_array = true;
                }
                '(' => return Ok(word),
                '\'' => {
                    self.take(1);
                    let end = self.rest.find('\'').ok_or(UNCLOSED)?;
                    word.quoted(self.rest.get(..end).unwrap_or(""));
                    self.take(end + 1);
                }
                '"' => {
                    self.take(1);
                    self.double_quoted(&mut word)?;
                }
                '\\' => {
                    self.take(1);
                    match self.take_char() {
                        Some('\n') | None => {}
                        Some(c) => word.quoted(c.encode_utf8(&mut [0; 4])),
                    }
                }
                '$' | '`' => self.expansion(&mut word, 0)?,
                '~' if starts_value && tilde_ends(self.rest.get(1..).unwrap_or("")) => {
                    self.take(1);
                    let home = self.lookup("HOME").unwrap_or_else(|| "~".to_owned());
                    word.quoted(&home);
                }
                c => {
                    self.take(c.len_utf8());
                    word.text.push(c);
                }
            }
        }
    }

    fn double_quoted(&mut self, word: &mut Word) -> Result<(), &'static str> {
        word.all_plain = false;
        loop {
            match self.rest.chars().next().ok_or(UNCLOSED)? {
                '"' => {
                    self.take(1);
                    return Ok(());
                }
                '\\' => {
                    self.take(1);
                    match self.take_char().ok_or(UNCLOSED)? {
                        '\n' => {}
                        c @ ('$' | '`' | '"' | '\\') => word.text.push(c),
                        c => {
                            word.text.push('\\');
                            word.text.push(c);
                        }
                    }
                }
                '$' | '`' => self.expansion(word, 0)?,
                c => {
                    self.take(c.len_utf8());
                    word.text.push(c);
                }
            }
            if word.text.len() > LONGEST_VALUE {
                return Err("a value beyond all measure");
            }
        }
    }

    /// What begins with `$` or a backtick.
    fn expansion(&mut self, word: &mut Word, depth: usize) -> Result<(), &'static str> {
        word.all_plain = false;
        if self.rest.starts_with('`') {
            self.take(1);
            let end = self.rest.find('`').ok_or(UNCLOSED)?;
            self.take(end + 1);
            self.reading.computes = true;
            return Ok(());
        }
        self.take(1);
        let name_end = name_length(self.rest);
        if name_end > 0 {
            let name = self.take(name_end);
            let value = self.lookup(name).unwrap_or_default();
            word.text.push_str(&value);
        } else if self.rest.starts_with('(') {
            let end = closing_parenthesis(self.rest).ok_or("a parenthesis that is not closed")?;
            self.take(end + 1);
            self.reading.computes = true;
        } else if self.rest.starts_with('{') {
            self.take(1);
            let end = closing_brace(self.rest).ok_or("a brace that is not closed")?;
            let reference = braced(self.rest.get(..end).unwrap_or(""));
            self.take(end + 1);
            let Some(operator) = reference.operator.filter(|_| !reference.name.is_empty()) else {
                self.reading.computes = true;
                return Ok(());
            };
            match outcome(operator, self.lookup(reference.name)) {
                Outcome::Text(text) => word.text.push_str(&text),
                Outcome::Word => self.expand_word(reference.word, word, depth)?,
                Outcome::Missing => return Err("a required variable that is not set"),
            }
        } else if self.rest.starts_with('$') {
            self.take(1);
            // The number of the process, as the recorded runs write it.
            word.text.push_str("<pid>");
        } else if self.rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '@' | '*' | '?' | '#')) {
            self.take(1);
            self.reading.computes = true;
        } else if !self.rest.starts_with(['\'', '"']) {
            word.text.push('$');
        }
        Ok(())
    }

    /// The word of `${X:-word}`. Quotes inside it are removed.
    fn expand_word(&mut self, text: &'a str, word: &mut Word, depth: usize) -> Result<(), &'static str> {
        if depth >= DEEPEST {
            self.reading.computes = true;
            return Ok(());
        }
        let behind = std::mem::replace(&mut self.rest, text);
        while let Some(c) = self.rest.chars().next() {
            match c {
                '$' | '`' => self.expansion(word, depth + 1)?,
                c => {
                    self.take(c.len_utf8());
                    if !matches!(c, '\'' | '"') {
                        word.text.push(c);
                    }
                }
            }
        }
        self.rest = behind;
        Ok(())
    }
}

/// Whether a tilde before `text` stands for the home folder.
fn tilde_ends(text: &str) -> bool {
    text.is_empty() || text.starts_with(['/', ':', ' ', '\t', '\n', ';'])
}

/// Where the parenthesis closes that `text` begins with.
fn closing_parenthesis(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
