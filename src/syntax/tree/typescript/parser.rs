//! Where a parser is in the text, and what it has completed.

use super::super::Language;
use super::builder::{Builder, Mark};
use super::kind::{Kind, Numbers, Part};
use super::lexer::{Gap, Lexer};
use super::skim::Skims;
use super::token::{Sign, Token, Word};

/// How deep expressions, types and statements may stand in each other.
const DEPTH: usize = 160;

/// Something that this parser does not take, or is not sure of. The grammar has to tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surprise;

/// The outcome of a parse: nodes are completed as a side effect, also before a failure.
pub(super) type Parsed = Result<(), Surprise>;

/// What an expression or a type stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// Whether the end of a line may end it.
    pub(super) line_ends: bool,
    /// Whether a colon may end it, so that one behind brackets is not that of a type.
    pub(super) colon_ends: bool,
    /// Whether it is the value of an arrow function that has no block.
    pub(super) is_arrow: bool,
    /// Whether it is the type of a cast: the grammar takes some names in it for what is done to the cast.
    pub(super) is_cast: bool,
}

/// What stands in brackets.
pub(super) const BRACKETS: Around =
    Around { line_ends: false, colon_ends: false, is_arrow: false, is_cast: false };
/// What stands in a statement.
pub(super) const STATEMENT: Around =
    Around { line_ends: true, colon_ends: false, is_arrow: false, is_cast: false };

/// A place to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    token: Token,
    end: u32,
    gap: u32,
    mark: Mark,
}

impl Place {
    /// Where the token there begins.
    pub(super) fn start(self) -> usize {
        self.token.start as usize
    }

    /// Before what was completed from there on.
    pub(super) fn mark(self) -> Mark {
        self.mark
    }
}

/// A parser of one text.
pub(super) struct Parser<'t> {
    pub(super) lexer: Lexer<'t>,
    pub(super) is_tsx: bool,
    /// The token here.
    pub(super) token: Token,
    /// The end of what was taken last.
    pub(super) end: u32,
    /// From where on comments before the token here are no nodes yet.
    gap: u32,
    pub(super) builder: Builder,
    pub(super) around: Around,
    pub(super) skims: Skims,
    /// How often something was found in types that may be something else to the grammar.
    pub(super) doubts: usize,
    /// Where the last `<` of the statement stands that was taken for an operator.
    pub(super) last_comparison: Option<u32>,
    depth: usize,
    /// How many bytes may still be read in vain: a few times what there is.
    credit: usize,
}

impl<'t> Parser<'t> {
    pub(super) fn new(language: Language, text: &'t str, numbers: &'static Numbers) -> Self {
        let lexer = Lexer { text };
        Self {
            lexer,
            is_tsx: language == Language::Tsx,
            token: lexer.token(0),
            end: 0,
            gap: 0,
            builder: Builder::new(numbers, text.len() / 5 + 8),
            around: STATEMENT,
            skims: Skims::default(),
            doubts: 0,
            last_comparison: None,
            depth: 0,
            credit: 4 * text.len() + 10_000,
        }
    }

    /// Whether the token here has this sign.
    pub(super) fn is(&self, sign: Sign) -> bool {
        self.token.sign == sign
    }

    /// Whether the token here is this word.
    pub(super) fn says(&self, word: Word) -> bool {
        self.token.word == word
    }

    /// The token behind the one here.
    pub(super) fn next(&self) -> Token {
        self.lexer.token(self.token.end)
    }

    /// Whether a comment of several lines may stand before the token here, behind the end of a line.
    pub(super) fn has_block_comment_behind_line(&self) -> bool {
        let mut at = self.gap as usize;
        let mut is_behind = false;
        if !self.token.comments || !self.token.newline {
            return false;
        }
        loop {
            match self.lexer.gap(at) {
                Gap::Newline(end) => (is_behind, at) = (true, end),
                Gap::Comment(start, _) if is_behind && self.lexer.byte(start + 1) == b'*' => return true,
                Gap::Comment(_, end) => at = end,
                Gap::Nothing(_) => return false,
            }
        }
    }

    /// Whether the token here is a name wherever an expression may stand.
    pub(super) fn is_name(&self) -> bool {
        self.is(Sign::Name) && self.token.word.is_name()
    }

    /// Where the token here begins.
    pub(super) fn start(&self) -> u32 {
        self.token.start
    }

    /// Before what is completed next. The comments before it stand outside of it.
    pub(super) fn mark(&mut self) -> Mark {
        if self.token.comments {
            self.comments();
        }
        self.builder.mark()
    }

    /// Completes the comments before the token here.
    pub(super) fn comments(&mut self) {
        let mut at = self.gap as usize;
        loop {
            match self.lexer.gap(at) {
                Gap::Comment(start, end) => {
                    self.comment(start, end);
                    at = end;
                }
                Gap::Newline(end) => at = end,
                Gap::Nothing(_) => break,
            }
        }
        self.gap = self.token.start;
        self.token.comments = false;
    }

    /// Completes the comments before the end of the line here, as parts of what ends behind them.
    pub(super) fn comments_of_line(&mut self) {
        while let Gap::Comment(start, end) = self.lexer.gap(self.gap as usize) {
            self.comment(start, end);
            self.end = offset(end);
            self.gap = self.end;
        }
    }

    /// Whether there is a comment before the end of the line here.
    fn has_comment_in_line(&self) -> bool {
        self.token.comments && matches!(self.lexer.gap(self.gap as usize), Gap::Comment(..))
    }

    fn comment(&mut self, start: usize, end: usize) {
        let mark = self.builder.mark();
        self.builder.close(mark, Kind::Comment, offset(start), offset(end));
    }

    /// Passes over the token here.
    pub(super) fn take(&mut self) {
        if self.token.comments {
            self.comments();
        }
        self.go_on(self.token.end);
    }

    /// Goes on behind `end`, where what was taken last ends.
    pub(super) fn go_on(&mut self, end: u32) {
        self.pass(end);
        self.token = self.lexer.token(end);
    }

    /// Passes over all up to `end`, with no token behind it: what comes is no program text.
    pub(super) fn pass(&mut self, end: u32) {
        self.end = end;
        self.gap = end;
        self.token =
            Token { sign: Sign::Stray, word: Word::Other, start: end, end, newline: false, comments: false };
    }

    /// Passes over the token here if it has this sign.
    pub(super) fn takes(&mut self, sign: Sign) -> bool {
        let is_here = self.is(sign);
        if is_here {
            self.take();
        }
        is_here
    }

    /// Passes over the token here if it is this word.
    pub(super) fn takes_word(&mut self, word: Word) -> bool {
        let is_here = self.says(word);
        if is_here {
            self.take();
        }
        is_here
    }

    /// Passes over a token that has to have this sign.
    pub(super) fn expect(&mut self, sign: Sign) -> Parsed {
        if self.takes(sign) { Ok(()) } else { Err(Surprise) }
    }

    /// Passes over a token that has to be this word.
    pub(super) fn expect_word(&mut self, word: Word) -> Parsed {
        if self.takes_word(word) { Ok(()) } else { Err(Surprise) }
    }

    /// Makes a node of the token here.
    pub(super) fn leaf(&mut self, kind: Kind) {
        let mark = self.mark();
        self.builder.close(mark, kind, self.token.start, self.token.end);
        self.go_on(self.token.end);
    }

    /// Makes a node of a question mark that says that something may be missing.
    pub(super) fn question(&mut self) -> Parsed {
        self.leaf(Kind::Question);
        // A comment hides from the scanner of the grammar what follows.
        if self.token.comments { Err(Surprise) } else { Ok(()) }
    }

    /// Makes a node of a part of the text, which is no token.
    pub(super) fn leaf_at(&mut self, kind: Kind, start: usize, end: usize) {
        let mark = self.builder.mark();
        self.builder.close(mark, kind, offset(start), offset(end));
    }

    /// Completes a node around all that was completed since `mark`.
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
            return Err(Surprise);
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// Parses what stands in something else.
    pub(super) fn within(&mut self, around: Around, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        let before = std::mem::replace(&mut self.around, around);
        let parsed = parse(self);
        self.around = before;
        parsed
    }

    /// Parses `one` and others behind commas, up to a token with the sign `close`, and passes over that.
    pub(super) fn list(&mut self, close: Sign, mut one: impl FnMut(&mut Self) -> Parsed) -> Parsed {
        while !self.takes(close) {
            one(self)?;
            if !self.takes(Sign::Comma) {
                return self.expect(close);
            }
        }
        Ok(())
    }

    /// Where the parser is.
    pub(super) fn place(&mut self) -> Place {
        let mark = self.mark();
        Place { token: self.token, end: self.end, gap: self.gap, mark }
    }

    /// Goes back. All that is read in vain may be as long as the text, and no longer.
    pub(super) fn back(&mut self, place: Place) -> Parsed {
        let vain = self.end.saturating_sub(place.end) as usize + 8;
        self.credit = self.credit.checked_sub(vain).ok_or(Surprise)?;
        let Place { token, end, gap, mark } = place;
        (self.token, self.end, self.gap) = (token, end, gap);
        self.builder.take_back(mark);
        Ok(())
    }

    /// Whether the end of the line before the token here ends the expression or the type before it.
    ///
    /// `may_operate` says whether an operator between values could stand here.
    pub(super) fn stops(&self, may_operate: bool) -> bool {
        self.token.newline && self.around.line_ends && self.ends_without_mark(may_operate, false)
    }

    /// Whether a statement ends here though no semicolon does; as the scanner of the grammar tells it.
    pub(super) fn ends_without_mark(&self, may_operate: bool, is_signature: bool) -> bool {
        let at = self.token.start as usize;
        match self.token.sign {
            Sign::End => return true,
            Sign::CloseBrace if !self.token.newline => {
                let rest = self.lexer.rest(at + 1);
                let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'..=b'\r'));
                return next != Some(&b':') || may_operate;
            }
            _ if !self.token.newline => return false,
            _ => {}
        }
        let next = |ahead: usize| self.lexer.byte(at + ahead);
        match next(0) {
            b'`' | b',' | b'.' | b';' | b'*' | b'%' | b'>' | b'<' | b'=' | b'?' | b'^' | b'|' | b'&'
            | b'/' | b':' => false,
            b'{' => !is_signature,
            b'(' | b'[' => !may_operate,
            b'+' => next(1) == b'+',
            b'-' => next(1) == b'-',
            b'!' => next(1) != b'=',
            b'i' if next(1) == b'n' => {
                if !next(2).is_ascii_alphabetic() {
                    return false;
                }
                !self.lexer.rest(at + 2).starts_with(b"stanceof") || next(10).is_ascii_alphabetic()
            }
            _ => true,
        }
    }

    /// The end of a statement, with or without a semicolon.
    pub(super) fn semicolon(&mut self, may_operate: bool) -> Parsed {
        if self.takes(Sign::Semicolon) {
            return Ok(());
        }
        if !self.ends_without_mark(may_operate, false) {
            return Err(Surprise);
        }
        if self.token.comments {
            self.comments_of_line();
        }
        Ok(())
    }

    /// What may belong to a block behind its end: a semicolon that is not written, and the comments before it.
    pub(super) fn behind_block(&mut self) -> Parsed {
        if !self.has_comment_in_line() {
            return Ok(());
        }
        // Whether an operator could stand here, is not known.
        if self.ends_without_mark(false, false) != self.ends_without_mark(true, false) {
            return Err(Surprise);
        }
        if self.ends_without_mark(true, false) {
            self.comments_of_line();
        }
        Ok(())
    }
}

/// A place in the text; texts are far smaller than what it can say.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
