//! What a `case` compares with.

use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Unexpected};
use super::token::Sign;

impl Parser<'_> {
    /// A pattern, with `as name` if it has one.
    pub(super) fn case_pattern(&mut self) -> Parsed {
        self.nested(|parser| {
            let (mark, start) = (parser.mark(), parser.start());
            if parser.is_at(Sign::Name) && parser.ahead(1).sign == Sign::Equal {
                parser.identifier()?;
                parser.take();
                parser.alternatives()?;
                parser.close(mark, Kind::KeywordPattern, start);
            } else {
                parser.alternatives()?;
            }
            parser.close(mark, Kind::CasePattern, start);
            if parser.takes(Sign::As) {
                parser.identifier()?;
                parser.close(mark, Kind::AsPattern, start);
                parser.close(mark, Kind::CasePattern, start);
            }
            Ok(())
        })
    }

    /// Patterns with `|` between them.
    fn alternatives(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.pattern()?;
        if !self.is_at(Sign::Operator(Kind::BitOr)) {
            return Ok(());
        }
        while self.takes(Sign::Operator(Kind::BitOr)) {
            self.pattern()?;
        }
        self.close(mark, Kind::UnionPattern, start);
        Ok(())
    }

    fn pattern(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let kind = match self.sign() {
            Sign::Name if self.is_word("_") && self.ahead(1).sign != Sign::Dot => {
                self.leaf(Kind::Underscore);
                return Ok(());
            }
            Sign::Name => {
                self.dotted_name()?;
                if !self.takes(Sign::OpenParen) {
                    return Ok(());
                }
                self.patterns(Sign::CloseParen)?;
                Kind::ClassPattern
            }
            Sign::Operator(Kind::Times | Kind::Power) => {
                self.take();
                if self.is_word("_") {
                    self.leaf(Kind::Underscore);
                } else {
                    self.identifier()?;
                }
                Kind::SplatPattern
            }
            Sign::OpenBracket => {
                self.take();
                self.patterns(Sign::CloseBracket)?;
                Kind::ListPattern
            }
            Sign::OpenParen => {
                self.take();
                self.patterns(Sign::CloseParen)?;
                Kind::TuplePattern
            }
            Sign::OpenBrace => {
                self.take();
                self.list(
                    |sign| sign == Sign::CloseBrace,
                    |parser| {
                        parser.alternatives()?;
                        if parser.takes(Sign::Colon) {
                            parser.part(Part::Key);
                            parser.case_pattern()?;
                            parser.part(Part::Value);
                        }
                        Ok(())
                    },
                )?;
                self.expect(Sign::CloseBrace)?;
                Kind::DictPattern
            }
            Sign::StringStart => return self.strings(),
            Sign::True => {
                self.leaf(Kind::True);
                return Ok(());
            }
            Sign::False => {
                self.leaf(Kind::False);
                return Ok(());
            }
            Sign::None => {
                self.leaf(Kind::None);
                return Ok(());
            }
            _ => {
                self.number()?;
                if !matches!(self.sign(), Sign::Operator(Kind::Plus | Kind::Minus)) {
                    return Ok(());
                }
                self.number()?;
                Kind::ComplexPattern
            }
        };
        self.close(mark, kind, start);
        Ok(())
    }

    fn patterns(&mut self, close: Sign) -> Parsed {
        self.list(|sign| sign == close, Self::case_pattern)?;
        self.expect(close)
    }

    /// A number with its sign.
    fn number(&mut self) -> Parsed {
        if matches!(self.sign(), Sign::Operator(Kind::Plus | Kind::Minus)) {
            self.take();
        }
        match self.sign() {
            Sign::Integer => self.leaf(Kind::Integer),
            Sign::Float => self.leaf(Kind::Float),
            _ => return Err(Unexpected),
        }
        Ok(())
    }
}
