//! Where a parser is in the tokens, and what it has completed.

use super::builder::{Builder, Mark};
use super::kind::{Kind, Numbers, Part};
use super::lexer::{Comment, Scan};
use super::token::{Sign, Token};

/// How deep expressions, types and blocks may stand in each other.
const DEPTH: usize = 200;

/// What was expected does not stand here: the text is left to the grammar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unexpected;

/// The outcome of a parse: nodes are completed as a side effect.
pub(super) type Parsed = Result<(), Unexpected>;

/// Where a node begins that is not complete.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    pub(super) mark: Mark,
    pub(super) start: u32,
}

/// A parser of one file.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    /// The end of the last token that was taken.
    end: u32,
    comments: std::vec::IntoIter<Comment>,
    /// The next comment that is to be completed.
    comment: Option<Comment>,
    pub(super) builder: Builder,
    /// Whether a brace opens the body of a statement, not what a value is made of.
    pub(super) is_header: bool,
    depth: usize,
    /// Whether the statement here stands directly behind a label.
    pub(super) is_below_label: bool,
    /// Where the last body ended that may be none.
    doubtful: u32,
    /// Whether the operand that was completed last begins with what the grammar takes for a type.
    pub(super) is_converted: bool,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, scan: Scan, numbers: &'static Numbers) -> Self {
        let builder = Builder::with_capacity(scan.tokens.len() + scan.tokens.len() / 2, numbers);
        let mut comments = scan.comments.into_iter();
        let comment = comments.next();
        Self {
            text,
            tokens: scan.tokens,
            at: 0,
            end: 0,
            comments,
            comment,
            builder,
            is_header: false,
            depth: 0,
            is_below_label: false,
            doubtful: 0,
            is_converted: false,
        }
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

    /// What the token is so many behind this one.
    pub(super) fn ahead(&self, by: usize) -> Sign {
        self.token_at(self.at + by).sign
    }

    /// What the token before this one is.
    pub(super) fn before(&self) -> Sign {
        self.at.checked_sub(1).map_or(Sign::End, |before| self.token_at(before).sign)
    }

    /// What the token is behind the bracket that closes the one so many behind this one.
    pub(super) fn behind_bracket(&self, by: usize) -> Sign {
        self.token_at(self.token_at(self.at + by).extra as usize + 1).sign
    }

    /// Whether the parentheses behind the bracket here, or those here, hold one argument that is no list.
    pub(super) fn has_one_argument(&self) -> bool {
        let partner = |token: Token| token.extra as usize + 1;
        let mut at = self.at;
        if self.is_at(Sign::OpenBracket) {
            at = partner(self.token());
        }
        at += 1;
        if self.token_at(at).sign == Sign::CloseParen {
            return false;
        }
        loop {
            let token = self.token_at(at);
            match token.sign {
                Sign::OpenParen | Sign::OpenBracket | Sign::OpenBrace => at = partner(token),
                Sign::Comma => return self.token_at(at + 1).sign == Sign::CloseParen,
                Sign::CloseParen => return true,
                Sign::Ellipsis | Sign::End => return false,
                _ => at += 1,
            }
        }
    }

    pub(super) fn is_at(&self, sign: Sign) -> bool {
        self.sign() == sign
    }

    /// Where the first token or comment begins.
    pub(super) fn first_start(&self) -> u32 {
        let comment = self.builder.nodes.first().map(|node| node.start);
        let token = self.token_at(0).start;
        comment.map_or(token, |comment| comment.min(token))
    }

    /// How many comments are still to be completed.
    pub(super) fn comments_left(&self) -> usize {
        self.comments.len() + usize::from(self.comment.is_some())
    }

    /// Completes the comments before the token here.
    fn pass_comments(&mut self) {
        while let Some(comment) = self.comment.filter(|comment| comment.before as usize <= self.at) {
            self.builder.comment(comment.start, comment.end);
            self.comment = self.comments.next();
        }
    }

    /// Takes the token. Comments before it stand in the innermost node that is open, so that all must be closed
    /// that end before.
    pub(super) fn take(&mut self) -> Token {
        self.pass_comments();
        let token = self.token();
        if token.sign != Sign::End {
            self.at += 1;
        }
        self.end = token.end;
        token
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

    /// A node that begins with the token here; comments before it do not stand in it.
    pub(super) fn open(&mut self) -> Open {
        self.pass_comments();
        Open { mark: self.builder.mark(), start: self.token().start }
    }

    /// Completes a node around what was completed since `open`, up to the last token.
    pub(super) fn close(&mut self, open: Open, kind: Kind) {
        self.builder.close(open.mark, kind, open.start, self.end);
    }

    /// Takes the token as a node of its own.
    pub(super) fn leaf(&mut self, kind: Kind) {
        let token = self.take();
        self.builder.leaf(kind, token.start, token.end);
    }

    /// Takes a name as a node of this kind.
    pub(super) fn name(&mut self, kind: Kind) -> Parsed {
        if !self.sign().is_name() {
            return Err(Unexpected);
        }
        self.leaf(kind);
        Ok(())
    }

    /// Says what part the node is that was completed last.
    pub(super) fn part(&mut self, part: Part) {
        self.builder.part(part);
    }

    /// Parses something that may stand in itself.
    pub(super) fn nested<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Unexpected>,
    ) -> Result<T, Unexpected> {
        if self.depth >= DEPTH {
            return Err(Unexpected);
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// Parses what stands in brackets, where a brace opens no body of a statement around them.
    pub(super) fn inside<T>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<T, Unexpected>,
    ) -> Result<T, Unexpected> {
        let was_header = std::mem::replace(&mut self.is_header, false);
        let parsed = parse(self);
        self.is_header = was_header;
        parsed
    }

    /// Takes the end of a statement.
    pub(super) fn terminator(&mut self) -> Parsed {
        match self.sign() {
            Sign::Newline if self.may_go_on() => Err(Unexpected),
            Sign::Newline | Sign::Semicolon => {
                self.take();
                Ok(())
            }
            _ => Err(Unexpected),
        }
    }

    /// Whether the line before may be a type for the grammar, which takes what is made of it from the next line.
    fn may_go_on(&self) -> bool {
        match (self.before(), self.ahead(1)) {
            (Sign::CloseBrace, Sign::OpenBrace) => self.is_behind_doubtful_block(),
            (Sign::Name, Sign::OpenBracket | Sign::OpenBrace) => true,
            (Sign::CloseBracket, Sign::OpenParen | Sign::OpenBracket | Sign::OpenBrace) => true,
            (Sign::CloseParen, Sign::OpenParen) => {
                let before = self.tokens.get(..self.at).unwrap_or_default().iter().rev();
                let inside = before.map(|token| token.sign).find(|sign| *sign != Sign::CloseParen);
                inside == Some(Sign::CloseBracket)
            }
            _ => false,
        }
    }

    /// Parses the body of a statement with a header.
    pub(super) fn body(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        let is_doubtful = matches!(self.before(), Sign::Name | Sign::CloseBracket);
        parse(self)?;
        if is_doubtful {
            self.doubtful = self.end;
        }
        Ok(())
    }

    /// Whether the last token ends a body that may also be what a value in the header is made of: in `if a {} {}`,
    /// the grammar takes the second braces for the body, also on another line.
    pub(super) fn is_behind_doubtful_block(&self) -> bool {
        self.doubtful == self.end
    }
}
