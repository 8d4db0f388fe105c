//! `$X` and `${X...}` where BuildKit itself expands them.
//!
//! The rules are those of BuildKit's `frontend/dockerfile/shell`: nothing is expanded between single
//! quotes, the escape character keeps a `$`, and the shells' `${X:-w}`, `${X:+w}`, `${X:?w}`, their
//! forms without colon, `${X#w}`, `${X%w}` and `${X/a/b}` are known.

use std::collections::BTreeMap;

use super::joined::Joined;
use crate::text::{Span, Spanned};

/// How deep `${a:-${b:-...}}` is followed.
const DEPTH: usize = 40;

/// A word after quoting and escapes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Expansion {
    /// The word without quotes and escapes; `${X}` stands in it as written.
    pub text: String,
    /// The variables in it, in order, those in defaults included.
    pub substitutions: Vec<Substitution>,
    /// The word as a sequence of texts and variables, those in defaults left out.
    pub parts: Vec<Part>,
    /// What BuildKit refuses in it.
    pub fault: Option<Spanned<Fault>>,
}

/// A piece of an expanded word.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// The substitution of this number.
    Variable(usize),
}

impl Expansion {
    /// The word with the values of its variables; `None` where one of them is not known.
    #[must_use]
    pub fn filled(&self, values: &BTreeMap<String, String>) -> Option<String> {
        let mut filled = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Variable(number) => {
                    let found = self.substitutions.get(*number)?;
                    let value = values.get(&found.name.value).map(String::as_str);
                    filled.push_str(match &found.operator {
                        Operator::Take => value?,
                        Operator::Default { text, .. } if text.value.contains('$') => return None,
                        Operator::Default { text, or_empty } => {
                            value.filter(|value| !(*or_empty && value.is_empty())).unwrap_or(&text.value)
                        }
                        Operator::Refuse { .. } | Operator::Alternative => return None,
                    });
                }
            }
        }
        Some(filled)
    }
}

/// One `$X` or `${X...}`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Substitution {
    /// The variable.
    pub name: Spanned<String>,
    /// What is done with it.
    pub operator: Operator,
}

/// What an expansion does with its variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operator {
    /// It takes the value, or a part of it.
    Take,
    /// `:-w` (`or_empty`) or `-w`.
    Default {
        /// The default, as written.
        text: Spanned<String>,
        /// Whether an empty variable takes it too.
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

/// What BuildKit refuses in a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// A quote without its end.
    OpenQuote(char),
    /// `${` without `}`.
    OpenBrace,
    /// `${}`, `${:..}` or a modifier that BuildKit does not know.
    BadSubstitution,
}

/// Expands a word, with quotes.
#[must_use]
pub fn expand(word: &Joined, escape: char) -> Expansion {
    Lexer::run(word, escape, true)
}

/// Expands a text in which quotes are nothing special: the body of a heredoc.
#[must_use]
pub fn expand_unquoted(text: &Joined) -> Expansion {
    Lexer::run(text, '\\', false)
}

struct Lexer<'a> {
    word: &'a Joined,
    text: &'a str,
    at: usize,
    escape: char,
    quotes: bool,
    /// Whether braces were nested too deeply to be followed.
    is_lost: bool,
    expansion: Expansion,
}

impl<'a> Lexer<'a> {
    fn run(word: &'a Joined, escape: char, quotes: bool) -> Expansion {
        let mut expansion = Expansion::default();
        let text = word.as_str();
        let means = |byte: &u8| matches!(byte, b'$' | b'\'' | b'"') || *byte as char == escape;
        // Most words hold no sign that means anything.
        if !text.is_empty() && !text.as_bytes().iter().any(means) {
            text.clone_into(&mut expansion.text);
            expansion.parts.push(Part::Text(text.to_owned()));
            return expansion;
        }
        let mut lexer = Self { word, text, at: 0, escape, quotes, is_lost: false, expansion };
        if let Err((fault, span)) = lexer.until(None, 0)
            && !lexer.is_lost
        {
            lexer.expansion.fault = Some(Spanned::new(fault, span));
        }
        lexer.expansion
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn keep(&mut self, c: char, depth: usize) {
        // What stands inside of `${...}` is kept as written when that ends.
        if depth == 0 {
            self.keep_text(c.encode_utf8(&mut [0; 4]));
        }
    }

    fn keep_text(&mut self, text: &str) {
        self.expansion.text.push_str(text);
        match self.expansion.parts.last_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.expansion.parts.push(Part::Text(text.to_owned())),
        }
    }

    fn fault<T>(&self, fault: Fault, from: usize) -> Result<T, (Fault, Span)> {
        Err((fault, self.word.span_of(from..self.at)))
    }

    /// Reads up to `stop`, which is taken, or to the end.
    fn until(&mut self, stop: Option<char>, depth: usize) -> Result<(), (Fault, Span)> {
        let from = self.at;
        while let Some(c) = self.peek() {
            if Some(c) == stop {
                self.next();
                return Ok(());
            }
            match c {
                '$' => self.dollar(depth)?,
                '\'' if self.quotes => self.single_quotes(depth)?,
                '"' if self.quotes => self.double_quotes(depth)?,
                _ if c == self.escape => {
                    self.next();
                    if let Some(c) = self.next() {
                        self.keep(c, depth);
                    }
                }
                _ => {
                    let (escape, quotes) = (self.escape, self.quotes);
                    let is_quote = |c: char| quotes && matches!(c, '\'' | '"');
                    self.plain(depth, |c| c == '$' || c == escape || Some(c) == stop || is_quote(c));
                }
            }
        }
        if stop.is_some() { self.fault(Fault::OpenBrace, from) } else { Ok(()) }
    }

    /// Keeps what stands before the next sign that means something.
    fn plain(&mut self, depth: usize, means: impl Fn(char) -> bool) {
        let rest = self.text.get(self.at..).unwrap_or("");
        let run = rest.get(..rest.find(means).unwrap_or(rest.len())).unwrap_or("");
        self.at += run.len();
        if depth == 0 && !run.is_empty() {
            self.keep_text(run);
        }
    }

    fn single_quotes(&mut self, depth: usize) -> Result<(), (Fault, Span)> {
        let from = self.at;
        self.next();
        self.plain(depth, |c| c == '\'');
        match self.next() {
            Some(_) => Ok(()),
            None => self.fault(Fault::OpenQuote('\''), from),
        }
    }

    fn double_quotes(&mut self, depth: usize) -> Result<(), (Fault, Span)> {
        let from = self.at;
        self.next();
        loop {
            match self.peek() {
                Some('"') => {
                    self.next();
                    return Ok(());
                }
                Some('$') => self.dollar(depth)?,
                Some(c) if c == self.escape => {
                    self.next();
                    match self.peek().filter(|&next| matches!(next, '"' | '$') || next == c) {
                        Some(next) => {
                            self.next();
                            self.keep(next, depth);
                        }
                        None => self.keep(c, depth),
                    }
                }
                Some(_) => {
                    let escape = self.escape;
                    self.plain(depth, |c| matches!(c, '"' | '$') || c == escape);
                }
                None => return self.fault(Fault::OpenQuote('"'), from),
            }
        }
    }

    /// Reads a name; `None` for `$1`, `$@` and the like, and where no name follows.
    fn name(&mut self) -> Option<Spanned<String>> {
        let from = self.at;
        match self.peek()? {
            c if c.is_ascii_digit() => {
                while self.peek().is_some_and(|c| c.is_ascii_digit()) {
                    self.next();
                }
                None
            }
            '@' | '*' | '#' | '?' | '-' | '$' | '!' => {
                self.next();
                None
            }
            _ => {
                while self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_') {
                    self.next();
                }
                let name = self.text.get(from..self.at).filter(|name| !name.is_empty())?;
                Some(Spanned::new(name.to_owned(), self.word.span_of(from..self.at)))
            }
        }
    }

    fn dollar(&mut self, depth: usize) -> Result<(), (Fault, Span)> {
        let from = self.at;
        let number = self.expansion.substitutions.len();
        self.next();
        if self.peek() == Some('{') {
            self.next();
            self.braces(from, depth)?;
        } else if let Some(name) = self.name() {
            self.expansion.substitutions.push(Substitution { name, operator: Operator::Take });
        }
        if depth == 0 {
            let written = self.text.get(from..self.at).unwrap_or("");
            // `$1`, `$@` and a lone `$` are no variables of interest.
            if number < self.expansion.substitutions.len() {
                self.expansion.text.push_str(written);
                self.expansion.parts.push(Part::Variable(number));
            } else {
                self.keep_text(written);
            }
        }
        Ok(())
    }

    fn braces(&mut self, from: usize, depth: usize) -> Result<(), (Fault, Span)> {
        match self.peek() {
            None => return self.fault(Fault::OpenBrace, from),
            Some('{' | '}' | ':') => {
                self.next();
                return self.fault(Fault::BadSubstitution, from);
            }
            Some(_) => {}
        }
        let name = self.name();
        // Outer variables stand before those in their defaults.
        let position = self.expansion.substitutions.len();
        let colon = self.peek() == Some(':');
        if colon {
            self.next();
        }
        let operator = match self.next() {
            Some('}') if !colon => Operator::Take,
            Some(c @ ('-' | '+' | '?')) => {
                let start = self.at;
                self.word_in_braces(from, depth)?;
                let range = start..self.at.saturating_sub(1).max(start);
                let text = self.text.get(range.clone()).unwrap_or("").to_owned();
                match c {
                    '-' => Operator::Default {
                        text: Spanned::new(text, self.word.span_of(range)),
                        or_empty: colon,
                    },
                    '?' => Operator::Refuse { or_empty: colon },
                    _ => Operator::Alternative,
                }
            }
            Some('#' | '%' | '/') if !colon => {
                self.word_in_braces(from, depth)?;
                Operator::Take
            }
            None => return self.fault(Fault::OpenBrace, from),
            Some(_) => return self.fault(Fault::BadSubstitution, from),
        };
        if let Some(name) = name {
            let position = position.min(self.expansion.substitutions.len());
            self.expansion.substitutions.insert(position, Substitution { name, operator });
        }
        Ok(())
    }

    /// Reads the word behind a modifier, with the closing brace.
    fn word_in_braces(&mut self, from: usize, depth: usize) -> Result<(), (Fault, Span)> {
        if depth >= DEPTH {
            // Nobody writes this; what is behind is not looked at.
            self.at = self.text.len();
            self.is_lost = true;
            return Ok(());
        }
        match self.until(Some('}'), depth + 1) {
            Err((Fault::OpenBrace, _)) => self.fault(Fault::OpenBrace, from),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Expansion, Fault, Operator, expand};
    use crate::syntax::dockerfile::Joined;

    fn of(text: &str) -> Expansion {
        expand(&Joined::contiguous(text, 0), '\\')
    }

    fn names(text: &str) -> Vec<String> {
        of(text).substitutions.into_iter().map(|found| found.name.value).collect()
    }

    #[test]
    fn finds_what_buildkit_expands() {
        assert_eq!(names("$A-${B}_${C:-$D}/$1$@$$"), ["A", "B", "C", "D"]);
        assert_eq!(names(r#"'$A' "$B" \$C "\$D" '"$E"'"#), ["B"]);
        assert_eq!(names("${A#x${B}}${C%.*}${D/a/b}"), ["A", "B", "C", "D"]);
        assert_eq!(of(r#""a b"\ c'd'$X"#).text, "a b cd$X");
        let found = of("${A:-x y}");
        assert!(
            matches!(&found.substitutions[0].operator, Operator::Default { text, or_empty: true } if text.value == "x y")
        );
        assert_eq!(found.text, "${A:-x y}");
    }

    #[test]
    fn knows_what_buildkit_refuses() {
        for (text, fault) in [
            ("${A", Fault::OpenBrace),
            ("${A:-x", Fault::OpenBrace),
            ("${}", Fault::BadSubstitution),
            ("${A^}", Fault::BadSubstitution),
            ("it's", Fault::OpenQuote('\'')),
            ("\"x", Fault::OpenQuote('"')),
        ] {
            assert_eq!(of(text).fault.map(|fault| fault.value), Some(fault), "{text}");
        }
        assert_eq!(of("it\\'s $").fault, None);
    }
}
