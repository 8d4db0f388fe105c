//! Where a parser is in the tokens, and what it has completed.

use super::builder::{Builder, Mark};
use super::kind::{Kind, Part};
use super::token::{Sign, Token};

/// How deep expressions and blocks may stand in each other: some more than what Python itself takes.
const DEPTH: usize = 200;

/// What was expected does not stand here. The parser stays where it found out, so that nothing is read twice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unexpected;

/// The outcome of a parse: nodes are completed as a side effect, also before a failure.
pub(super) type Parsed = Result<(), Unexpected>;

/// A parser of one file.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    /// The end of the last token that was taken, line ends left out.
    end: u32,
    pub(super) builder: Builder,
    /// How far the line at hand is indented.
    pub(super) indentation: u32,
    depth: usize,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, tokens: Vec<Token>) -> Self {
        let builder = Builder::with_capacity(tokens.len() * 2);
        Self { text, tokens, at: 0, end: 0, builder, indentation: 0, depth: 0 }
    }

    fn token_at(&self, at: usize) -> Token {
        let end = Token { sign: Sign::End, start: self.end, end: self.end, extra: 0 };
        self.tokens.get(at).copied().unwrap_or(end)
    }

    /// The token here.
    pub(super) fn token(&self) -> Token {
        self.token_at(self.at)
    }

    /// What the token here is.
    pub(super) fn sign(&self) -> Sign {
        self.token().sign
    }

    /// The token so many behind this one.
    pub(super) fn ahead(&self, by: usize) -> Token {
        self.token_at(self.at + by)
    }

    /// The token behind the bracket that closes the one here, if it is closed.
    pub(super) fn behind_bracket(&self) -> Option<Token> {
        let close = self.token().extra as usize;
        (close > self.at).then(|| self.token_at(close + 1))
    }

    /// The tokens from here to the end of the logical line.
    pub(super) fn line(&self) -> impl Iterator<Item = Token> + '_ {
        let rest = self.tokens.get(self.at..).unwrap_or_default();
        rest.iter().copied().take_while(|token| !matches!(token.sign, Sign::Newline | Sign::End))
    }

    pub(super) fn is_at(&self, sign: Sign) -> bool {
        self.sign() == sign
    }

    pub(super) fn text_of(&self, token: Token) -> &'t str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// Whether the token here is the name `word`.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.is_at(Sign::Name) && self.text_of(self.token()) == word
    }

    /// Takes the token.
    pub(super) fn take(&mut self) -> Token {
        let token = self.token();
        if token.sign != Sign::End {
            self.at += 1;
        }
        if token.sign == Sign::Newline {
            self.indentation = token.extra;
        } else {
            self.end = token.end;
        }
        token
    }

    /// Where the last token ends that was taken.
    pub(super) fn end_of_last(&self) -> u32 {
        self.end
    }

    /// Takes the token if it is this.
    pub(super) fn takes(&mut self, sign: Sign) -> bool {
        let is_there = self.is_at(sign);
        if is_there {
            self.take();
        }
        is_there
    }

    /// Takes the token, which has to be this.
    pub(super) fn expect(&mut self, sign: Sign) -> Parsed {
        if self.takes(sign) { Ok(()) } else { Err(Unexpected) }
    }

    /// Takes the token as a node of its own.
    pub(super) fn leaf(&mut self, kind: Kind) {
        let mark = self.mark();
        let token = self.take();
        self.builder.close(mark, kind, token.start, token.end);
    }

    /// Takes a name as an identifier.
    pub(super) fn identifier(&mut self) -> Parsed {
        if matches!(self.sign(), Sign::Name | Sign::Async | Sign::Await) {
            self.leaf(Kind::Identifier);
            return Ok(());
        }
        Err(Unexpected)
    }

    /// Before what is completed next.
    pub(super) fn mark(&self) -> Mark {
        self.builder.mark()
    }

    /// Where the token here begins.
    pub(super) fn start(&self) -> u32 {
        self.token().start
    }

    /// Completes a node around what was completed since `mark`, from `start` to the last token.
    pub(super) fn close(&mut self, mark: Mark, kind: Kind, start: u32) {
        self.builder.close(mark, kind, start, self.end);
    }

    /// Says what part the node is that was completed last.
    pub(super) fn part(&mut self, part: Part) {
        self.builder.part(part);
    }

    /// Parses something that may stand in itself.
    pub(super) fn nested(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= DEPTH {
            return Err(Unexpected);
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// Parses `one` and others behind commas, up to a token that `ends` the list. Says how many there are.
    pub(super) fn list(
        &mut self,
        ends: impl Fn(Sign) -> bool,
        mut one: impl FnMut(&mut Self) -> Parsed,
    ) -> Result<usize, Unexpected> {
        let mut count = 0;
        loop {
            if ends(self.sign()) {
                return Ok(count);
            }
            one(self)?;
            count += 1;
            if !self.takes(Sign::Comma) {
                return Ok(count);
            }
        }
    }

    /// Makes a mistake of what was completed since `mark` and of the rest of the line; the expressions in it are read.
    pub(super) fn recover(&mut self, mark: Mark, start: u32) {
        while !matches!(self.sign(), Sign::Newline | Sign::End) {
            let before = self.at;
            let from = self.mark();
            if self.expression().is_err() {
                self.builder.forget_parts(from);
            }
            if self.at == before {
                self.take();
            }
        }
        self.builder.forget_parts(mark);
        self.close(mark, Kind::Error, start);
    }
}
