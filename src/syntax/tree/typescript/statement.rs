//! Statements that declare nothing.

use super::kind::{Kind, Part};
use super::lexer::Gap;
use super::parser::{Around, BRACKETS, Parsed, Parser, STATEMENT, Surprise, offset};
use super::token::{Sign, Word};

/// What a value may be put into without being declared.
const PLACES: &[Kind] = &[Kind::Identifier, Kind::MemberExpression, Kind::SubscriptExpression];

impl Parser<'_> {
    /// All of a file.
    pub(super) fn program(&mut self) -> Parsed {
        let mark = self.builder.mark();
        let mut start = 0;
        loop {
            match self.lexer.gap(start) {
                Gap::Newline(end) => start = end,
                Gap::Comment(begin, _) | Gap::Nothing(begin) => {
                    start = begin;
                    break;
                }
            }
        }
        if self.lexer.text.starts_with("#!") {
            let rest = self.lexer.bytes();
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.leaf_at(Kind::HashBangLine, 0, end);
            self.go_on(offset(end));
        }
        while !self.is(Sign::End) {
            self.statement()?;
        }
        self.comments();
        self.end = offset(self.lexer.text.len());
        self.close(mark, Kind::Program, offset(start));
        Ok(())
    }

    pub(super) fn statement(&mut self) -> Parsed {
        self.nested(|parser| parser.within(STATEMENT, Self::any_statement))
    }

    fn any_statement(&mut self) -> Parsed {
        self.last_comparison = None;
        match self.token.sign {
            Sign::OpenBrace => return self.block(),
            Sign::Semicolon => {
                self.leaf(Kind::EmptyStatement);
                return Ok(());
            }
            Sign::At => return self.decorated(),
            Sign::Name => {}
            _ => return self.expression_statement(),
        }
        let (mark, start) = (self.mark(), self.start());
        let kind = match self.token.word {
            Word::If => self.if_statement()?,
            Word::For => self.for_statement()?,
            Word::Switch => self.switch_statement()?,
            Word::Try => self.try_statement()?,
            Word::Return | Word::Throw => {
                let is_return = self.says(Word::Return);
                self.take();
                let ends = self.is(Sign::Semicolon) || self.ends_without_mark(false, false);
                if !(is_return && ends) {
                    self.sequence()?;
                }
                self.semicolon(!ends)?;
                if is_return { Kind::ReturnStatement } else { Kind::ThrowStatement }
            }
            Word::Break | Word::Continue => {
                let kind =
                    if self.says(Word::Break) { Kind::BreakStatement } else { Kind::ContinueStatement };
                self.take();
                if self.is_name() && !self.token.newline {
                    self.leaf(Kind::StatementIdentifier);
                    self.part(Part::Label);
                }
                self.semicolon(false)?;
                kind
            }
            Word::Debugger => {
                self.take();
                self.semicolon(false)?;
                Kind::DebuggerStatement
            }
            Word::While => {
                self.take();
                self.condition(Part::Condition)?;
                self.body()?;
                Kind::WhileStatement
            }
            Word::Do => {
                self.take();
                self.body()?;
                self.expect_word(Word::While)?;
                self.condition(Part::Condition)?;
                if self.is(Sign::Semicolon) || self.ends_without_mark(false, false) {
                    self.semicolon(false)?;
                }
                Kind::DoStatement
            }
            _ => {
                if self.declares() {
                    return self.declaration();
                }
                return self.expression_statement();
            }
        };
        self.close(mark, kind, start);
        Ok(())
    }

    /// An expression, or a label with what it is the label of.
    fn expression_statement(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.is_name() && self.next().sign == Sign::Colon {
            self.leaf(Kind::StatementIdentifier);
            self.part(Part::Label);
            self.take();
            if !matches!(self.token.word, Word::For | Word::While | Word::Do) {
                return Err(Surprise);
            }
            self.body()?;
            self.close(mark, Kind::LabeledStatement, start);
            return Ok(());
        }
        // Behind a bracket they would be operators to the grammar.
        let is_operator = matches!(self.token.word, Word::As | Word::Satisfies);
        // What may say something of a member may be a name or not, before a bracket.
        if is_operator || self.is_name() && !self.says(Word::Other) && self.next().sign == Sign::OpenBracket {
            return Err(Surprise);
        }
        self.sequence()?;
        self.semicolon(true)?;
        self.close(mark, Kind::ExpressionStatement, start);
        Ok(())
    }

    /// The brackets with what is asked.
    fn condition(&mut self, part: Part) -> Parsed {
        self.parenthesized()?;
        self.part(part);
        Ok(())
    }

    fn body(&mut self) -> Parsed {
        self.statement()?;
        self.part(Part::Body);
        Ok(())
    }

    fn if_statement(&mut self) -> Result<Kind, Surprise> {
        self.take();
        self.condition(Part::Condition)?;
        self.statement()?;
        self.part(Part::Consequence);
        if self.says(Word::Else) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            self.statement()?;
            self.close(mark, Kind::ElseClause, start);
            self.part(Part::Alternative);
        }
        Ok(Kind::IfStatement)
    }

    fn for_statement(&mut self) -> Result<Kind, Surprise> {
        self.take();
        let is_async = self.takes_word(Word::Await);
        self.expect(Sign::OpenParen)?;
        let mut kind = Kind::ForStatement;
        match self.token.sign {
            Sign::Semicolon => {
                self.leaf(Kind::EmptyStatement);
                self.part(Part::Initializer);
            }
            Sign::Name if matches!(self.token.word, Word::Const | Word::Let | Word::Var) => {
                let is_var = self.says(Word::Var);
                let (mark, start) = (self.mark(), self.start());
                self.take();
                let first = self.mark();
                let begin = self.start();
                self.binding()?;
                if matches!(self.token.word, Word::Of | Word::In) {
                    if self.token.newline || is_async && self.says(Word::In) {
                        return Err(Surprise);
                    }
                    self.part(Part::Left);
                    kind = Kind::ForInStatement;
                } else {
                    self.part(Part::Name);
                    self.declarator_behind_name(first, begin)?;
                    while self.takes(Sign::Comma) {
                        self.declarator()?;
                    }
                    self.expect(Sign::Semicolon)?;
                    let kind = if is_var { Kind::VariableDeclaration } else { Kind::LexicalDeclaration };
                    self.close(mark, kind, start);
                    self.part(Part::Initializer);
                }
            }
            _ => {
                let place = self.place();
                let (mark, start) = (self.mark(), self.start());
                let is_place = self.is_name()
                    && self
                        .within(BRACKETS, |parser| {
                            parser.operand()?;
                            parser.postfix(mark, start)
                        })
                        .is_ok();
                if is_place && matches!(self.token.word, Word::Of | Word::In) && self.builder.is_last(PLACES)
                {
                    self.part(Part::Left);
                    kind = Kind::ForInStatement;
                } else {
                    self.back(place)?;
                    self.within(BRACKETS, Self::sequence)?;
                    self.part(Part::Initializer);
                    self.expect(Sign::Semicolon)?;
                }
            }
        }
        if kind == Kind::ForInStatement {
            self.leaf(if self.says(Word::Of) { Kind::Of } else { Kind::In });
            self.part(Part::Operator);
            self.within(BRACKETS, Self::sequence)?;
            self.part(Part::Right);
        } else {
            if is_async {
                return Err(Surprise);
            }
            if self.is(Sign::Semicolon) {
                self.leaf(Kind::EmptyStatement);
                self.part(Part::Condition);
            } else {
                self.within(BRACKETS, Self::sequence)?;
                self.part(Part::Condition);
                self.expect(Sign::Semicolon)?;
            }
            if !self.is(Sign::CloseParen) {
                self.within(BRACKETS, Self::sequence)?;
                self.part(Part::Increment);
            }
        }
        self.expect(Sign::CloseParen)?;
        self.body()?;
        Ok(kind)
    }

    fn switch_statement(&mut self) -> Result<Kind, Surprise> {
        self.take();
        self.condition(Part::Value)?;
        let (mark, start) = (self.mark(), self.start());
        self.expect(Sign::OpenBrace)?;
        while !self.is(Sign::CloseBrace) {
            let (mark, start) = (self.mark(), self.start());
            let kind = if self.takes_word(Word::Case) {
                self.within(Around { colon_ends: true, ..BRACKETS }, Self::sequence)?;
                self.part(Part::Value);
                Kind::SwitchCase
            } else {
                self.expect_word(Word::Default)?;
                Kind::SwitchDefault
            };
            self.expect(Sign::Colon)?;
            while !matches!(self.token.word, Word::Case | Word::Default) && !self.is(Sign::CloseBrace) {
                self.body()?;
            }
            self.close(mark, kind, start);
        }
        self.take();
        self.close(mark, Kind::SwitchBody, start);
        self.part(Part::Body);
        Ok(Kind::SwitchStatement)
    }

    fn try_statement(&mut self) -> Result<Kind, Surprise> {
        self.take();
        self.block()?;
        self.part(Part::Body);
        if self.says(Word::Catch) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            if self.takes(Sign::OpenParen) {
                self.within(BRACKETS, |parser| {
                    parser.binding()?;
                    parser.part(Part::Parameter);
                    parser.annotated()
                })?;
                self.expect(Sign::CloseParen)?;
            }
            self.block()?;
            self.part(Part::Body);
            self.close(mark, Kind::CatchClause, start);
            self.part(Part::Handler);
        }
        if self.says(Word::Finally) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            self.block()?;
            self.part(Part::Body);
            self.close(mark, Kind::FinallyClause, start);
            self.part(Part::Finalizer);
        }
        Ok(Kind::TryStatement)
    }
}
