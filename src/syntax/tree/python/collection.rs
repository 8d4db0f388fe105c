//! What stands in brackets: tuples, lists, sets, dictionaries, comprehensions, arguments.

use super::expression::ends_list;
use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Unexpected};
use super::token::Sign;

impl Parser<'_> {
    /// `(..)`: an expression, a tuple or a generator.
    pub(super) fn parenthesized(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if self.takes(Sign::CloseParen) {
            self.close(mark, Kind::Tuple, start);
            return Ok(());
        }
        let is_splat = self.is_at(Sign::Operator(Kind::Times));
        self.item()?;
        let kind = if self.begins_loop() {
            self.part(Part::Body);
            self.loops()?;
            Kind::GeneratorExpression
        } else if self.is_at(Sign::Comma) {
            self.rest_of_list(Sign::CloseParen)?;
            Kind::Tuple
        } else if is_splat {
            Kind::Tuple
        } else {
            Kind::ParenthesizedExpression
        };
        self.expect(Sign::CloseParen)?;
        self.close(mark, kind, start);
        Ok(())
    }

    /// `[..]`: a list or a comprehension.
    pub(super) fn bracketed(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        let mut kind = Kind::List;
        if !self.is_at(Sign::CloseBracket) {
            self.item()?;
            if self.begins_loop() {
                self.part(Part::Body);
                self.loops()?;
                kind = Kind::ListComprehension;
            } else {
                self.rest_of_list(Sign::CloseBracket)?;
            }
        }
        self.expect(Sign::CloseBracket)?;
        self.close(mark, kind, start);
        Ok(())
    }

    /// `{..}`: a dictionary, a set or a comprehension.
    pub(super) fn braced(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if self.takes(Sign::CloseBrace) {
            self.close(mark, Kind::Dictionary, start);
            return Ok(());
        }
        let is_mapping = self.entry()?;
        let kind = match (self.begins_loop(), is_mapping) {
            (true, _) => {
                self.part(Part::Body);
                self.loops()?;
                if is_mapping { Kind::DictionaryComprehension } else { Kind::SetComprehension }
            }
            (false, true) => {
                if self.takes(Sign::Comma) {
                    self.list(
                        |sign| sign == Sign::CloseBrace,
                        |parser| if parser.entry()? { Ok(()) } else { Err(Unexpected) },
                    )?;
                }
                Kind::Dictionary
            }
            (false, false) => {
                self.rest_of_list(Sign::CloseBrace)?;
                Kind::Set
            }
        };
        self.expect(Sign::CloseBrace)?;
        self.close(mark, kind, start);
        Ok(())
    }

    /// One thing of a dictionary or a set; says whether it is one of a dictionary.
    fn entry(&mut self) -> Result<bool, Unexpected> {
        if self.is_at(Sign::Operator(Kind::Power)) {
            self.splat(Kind::DictionarySplat)?;
            return Ok(true);
        }
        let (mark, start) = (self.mark(), self.start());
        self.item()?;
        if !self.is_at(Sign::Colon) {
            return Ok(false);
        }
        self.part(Part::Key);
        self.take();
        self.expression()?;
        self.part(Part::Value);
        self.close(mark, Kind::Pair, start);
        Ok(true)
    }

    /// What stands behind the first thing of a list.
    fn rest_of_list(&mut self, close: Sign) -> Parsed {
        if self.takes(Sign::Comma) {
            self.list(|sign| sign == close, Self::item)?;
        }
        Ok(())
    }

    fn begins_loop(&self) -> bool {
        self.is_at(Sign::For) || self.is_at(Sign::Async) && self.ahead(1).sign == Sign::For
    }

    /// `for x in y if z` in a comprehension.
    fn loops(&mut self) -> Parsed {
        loop {
            let (mark, start) = (self.mark(), self.start());
            if self.begins_loop() {
                self.takes(Sign::Async);
                self.take();
                self.targets()?;
                self.part(Part::Left);
                self.expect(Sign::In)?;
                self.nested(Self::disjunction)?;
                self.part(Part::Right);
                self.close(mark, Kind::ForInClause, start);
            } else if self.takes(Sign::If) {
                if self.ahead(1).sign == Sign::ColonEqual {
                    self.expression()?;
                } else {
                    self.nested(Self::disjunction)?;
                }
                self.close(mark, Kind::IfClause, start);
            } else {
                return Ok(());
            }
        }
    }

    /// What a loop binds, up to its `in`.
    pub(super) fn targets(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.target()?;
        let is_list = self.takes(Sign::Comma);
        if is_list {
            self.list(ends_list, Self::target)?;
        }
        self.builder.make_patterns(mark);
        if is_list {
            self.close(mark, Kind::PatternList, start);
        }
        Ok(())
    }

    /// `(..)` of a call or behind the name of a class.
    pub(super) fn arguments(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        let mut is_generator = false;
        self.list(
            |sign| sign == Sign::CloseParen,
            |parser| {
                parser.argument()?;
                if parser.begins_loop() {
                    parser.part(Part::Body);
                    parser.loops()?;
                    is_generator = true;
                }
                Ok(())
            },
        )?;
        self.expect(Sign::CloseParen)?;
        let kind = if is_generator { Kind::GeneratorExpression } else { Kind::ArgumentList };
        self.close(mark, kind, start);
        Ok(())
    }

    fn argument(&mut self) -> Parsed {
        if self.is_at(Sign::Operator(Kind::Power)) {
            return self.splat(Kind::DictionarySplat);
        }
        if !self.is_name() || self.ahead(1).sign != Sign::Equal {
            return self.item();
        }
        let (mark, start) = (self.mark(), self.start());
        self.identifier()?;
        self.part(Part::Name);
        self.take();
        self.expression()?;
        self.part(Part::Value);
        self.close(mark, Kind::KeywordArgument, start);
        Ok(())
    }
}
