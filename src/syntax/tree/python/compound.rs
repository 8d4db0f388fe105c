//! Statements that others stand in, and the blocks they stand in.

use super::expression::ends_list;
use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Unexpected};
use super::token::Sign;

impl Parser<'_> {
    /// The whole file.
    pub(super) fn module(&mut self) {
        let mark = self.mark();
        while !self.is_at(Sign::End) {
            self.statement();
        }
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.builder.close(mark, Kind::Module, 0, end);
    }

    /// A statement or a line of statements, to the beginning of the next line.
    fn statement(&mut self) {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        let parsed = match self.sign() {
            Sign::If => self.nested(Self::if_statement),
            Sign::For => self.nested(Self::for_statement),
            Sign::While => self.nested(Self::while_statement),
            Sign::Try => self.nested(Self::try_statement),
            Sign::With => self.nested(Self::with_statement),
            Sign::Def => self.nested(Self::function),
            Sign::Class => self.nested(Self::class),
            Sign::Operator(Kind::At) => self.nested(Self::decorated),
            Sign::Async => match self.ahead(1).sign {
                Sign::For => self.nested(Self::for_statement),
                Sign::With => self.nested(Self::with_statement),
                Sign::Def => self.nested(Self::function),
                _ => return self.line_of_statements(),
            },
            Sign::Name if self.is_word("match") && self.is_match() => self.nested(Self::match_statement),
            _ => return self.line_of_statements(),
        };
        if parsed.is_ok() {
            return;
        }
        self.recover(mark, start);
        self.takes(Sign::Newline);
        // What stands in it is read as if it stood here.
        while self.indentation > indentation && !self.is_at(Sign::End) {
            if self
                .nested(|parser| {
                    parser.statement();
                    Ok(())
                })
                .is_err()
            {
                self.take();
            }
        }
    }

    /// What stands behind a colon: statements on the same line, or a block that is indented more than `outer`.
    pub(super) fn suite(&mut self, outer: u32, part: Part) -> Parsed {
        self.expect(Sign::Colon)?;
        let mark = self.mark();
        if !self.is_at(Sign::Newline) {
            let start = self.start();
            self.line_of_statements();
            self.close(mark, Kind::Block, start);
            self.part(part);
            return Ok(());
        }
        self.take();
        let start = self.start();
        if self.indentation <= outer || self.is_at(Sign::End) {
            let end = self.end_of_last();
            self.builder.close(mark, Kind::Block, end, end);
            self.part(part);
            return Ok(());
        }
        while self.indentation > outer && !self.is_at(Sign::End) {
            self.statement();
        }
        self.close(mark, Kind::Block, start);
        self.part(part);
        Ok(())
    }

    /// Whether a clause of a statement that is indented like this stands here.
    fn continues(&self, sign: Sign, indentation: u32) -> bool {
        self.is_at(sign) && self.indentation == indentation
    }

    fn if_statement(&mut self) -> Parsed {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        self.take();
        self.expression()?;
        self.part(Part::Condition);
        self.suite(indentation, Part::Consequence)?;
        while self.continues(Sign::Elif, indentation) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            self.expression()?;
            self.part(Part::Condition);
            self.suite(indentation, Part::Consequence)?;
            self.close(mark, Kind::ElifClause, start);
            self.part(Part::Alternative);
        }
        self.otherwise(indentation, Part::Alternative)?;
        self.close(mark, Kind::IfStatement, start);
        Ok(())
    }

    /// The `else:` of a statement, if there is one.
    fn otherwise(&mut self, indentation: u32, part: Part) -> Parsed {
        if self.continues(Sign::Else, indentation) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            self.suite(indentation, Part::Body)?;
            self.close(mark, Kind::ElseClause, start);
            self.part(part);
        }
        Ok(())
    }

    fn for_statement(&mut self) -> Parsed {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        self.takes(Sign::Async);
        self.take();
        self.targets()?;
        self.part(Part::Left);
        self.expect(Sign::In)?;
        self.expressions()?;
        self.part(Part::Right);
        self.suite(indentation, Part::Body)?;
        self.otherwise(indentation, Part::Alternative)?;
        self.close(mark, Kind::ForStatement, start);
        Ok(())
    }

    fn while_statement(&mut self) -> Parsed {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        self.take();
        self.expression()?;
        self.part(Part::Condition);
        self.suite(indentation, Part::Body)?;
        self.otherwise(indentation, Part::Alternative)?;
        self.close(mark, Kind::WhileStatement, start);
        Ok(())
    }

    fn try_statement(&mut self) -> Parsed {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        self.take();
        self.suite(indentation, Part::Body)?;
        while self.continues(Sign::Except, indentation) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            self.takes(Sign::Operator(Kind::Times));
            if !self.is_at(Sign::Colon) {
                self.caught_exceptions()?;
            }
            self.suite(indentation, Part::Nothing)?;
            self.close(mark, Kind::ExceptClause, start);
        }
        self.otherwise(indentation, Part::Nothing)?;
        if self.continues(Sign::Finally, indentation) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            self.suite(indentation, Part::Nothing)?;
            self.close(mark, Kind::FinallyClause, start);
        }
        self.close(mark, Kind::TryStatement, start);
        Ok(())
    }

    /// `Error as e`, or several.
    fn caught_exceptions(&mut self) -> Parsed {
        self.list(
            |sign| sign == Sign::Colon,
            |parser| {
                parser.renamed()?;
                parser.part(Part::Value);
                Ok(())
            },
        )?;
        Ok(())
    }

    /// An expression, with `as name` if it has one.
    fn renamed(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.expression()?;
        if self.takes(Sign::As) {
            let (target, target_start) = (self.mark(), self.start());
            self.target()?;
            self.close(target, Kind::AsPatternTarget, target_start);
            self.part(Part::Alias);
            self.close(mark, Kind::AsPattern, start);
        }
        Ok(())
    }

    fn with_statement(&mut self) -> Parsed {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        self.takes(Sign::Async);
        self.take();
        let (clause, clause_start) = (self.mark(), self.start());
        let has_brackets = self.is_at(Sign::OpenParen)
            && self.behind_bracket().is_some_and(|behind| behind.sign == Sign::Colon)
            && self.is_list_of_items();
        if has_brackets {
            self.take();
        }
        self.list(
            |sign| matches!(sign, Sign::Colon | Sign::CloseParen),
            |parser| {
                let (mark, start) = (parser.mark(), parser.start());
                parser.renamed()?;
                parser.part(Part::Value);
                parser.close(mark, Kind::WithItem, start);
                Ok(())
            },
        )?;
        if has_brackets {
            self.expect(Sign::CloseParen)?;
        }
        self.close(clause, Kind::WithClause, clause_start);
        self.suite(indentation, Part::Body)?;
        self.close(mark, Kind::WithStatement, start);
        Ok(())
    }

    /// Whether the bracket behind `with` holds what is opened, and is no part of an expression.
    fn is_list_of_items(&self) -> bool {
        !self.line().any(|token| token.sign == Sign::Yield)
    }

    /// Whether the word `match` begins a statement: its line ends with a colon, and what follows is indented.
    fn is_match(&self) -> bool {
        if matches!(
            self.ahead(1).sign,
            Sign::Equal
                | Sign::Dot
                | Sign::Comma
                | Sign::Colon
                | Sign::Assigning
                | Sign::Newline
                | Sign::CloseParen
        ) {
            return false;
        }
        let mut count = 0;
        let mut last = Sign::End;
        for token in self.line() {
            count += 1;
            last = token.sign;
        }
        let (newline, next) = (self.ahead(count), self.ahead(count + 1));
        last == Sign::Colon && newline.extra > self.indentation && self.text_of(next) == "case"
    }

    fn match_statement(&mut self) -> Parsed {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        self.take();
        self.list(ends_list, |parser| {
            parser.item()?;
            parser.part(Part::Subject);
            Ok(())
        })?;
        self.expect(Sign::Colon)?;
        let (block, block_start) = (self.mark(), self.end_of_last());
        self.expect(Sign::Newline)?;
        while self.indentation > indentation && !self.is_at(Sign::End) {
            if !self.is_word("case") {
                return Err(Unexpected);
            }
            self.case()?;
            self.part(Part::Alternative);
        }
        self.close(block, Kind::Block, block_start);
        self.part(Part::Body);
        self.close(mark, Kind::MatchStatement, start);
        Ok(())
    }

    fn case(&mut self) -> Parsed {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        self.take();
        self.list(|sign| matches!(sign, Sign::Colon | Sign::If), Self::case_pattern)?;
        let (guard, guard_start) = (self.mark(), self.start());
        if self.takes(Sign::If) {
            self.expression()?;
            self.close(guard, Kind::IfClause, guard_start);
            self.part(Part::Guard);
        }
        self.suite(indentation, Part::Consequence)?;
        self.close(mark, Kind::CaseClause, start);
        Ok(())
    }
}
