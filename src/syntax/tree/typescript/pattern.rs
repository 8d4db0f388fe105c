//! What values are put into.

use super::kind::{Kind, Part};
use super::parser::{BRACKETS, Parsed, Parser, Surprise};
use super::token::{Sign, Word};

impl Parser<'_> {
    /// A name or a destructuring; where something is `assigned`, also a place in a value.
    pub(super) fn pattern(&mut self, assigned: bool) -> Parsed {
        self.nested(|parser| match parser.token.sign {
            Sign::OpenBrace | Sign::OpenBracket => parser.destructuring(assigned),
            Sign::Ellipsis => {
                let (mark, start) = (parser.mark(), parser.start());
                parser.take();
                parser.target(assigned)?;
                parser.close(mark, Kind::RestPattern, start);
                Ok(())
            }
            _ => parser.target(assigned),
        })
    }

    /// A name or a destructuring that is declared.
    pub(super) fn binding(&mut self) -> Parsed {
        self.nested(|parser| parser.target(false))
    }

    fn target(&mut self, assigned: bool) -> Parsed {
        if matches!(self.token.sign, Sign::OpenBrace | Sign::OpenBracket) {
            return self.destructuring(assigned);
        }
        if assigned {
            let (mark, start) = (self.mark(), self.start());
            self.operand()?;
            self.postfix(mark, start)?;
            const PLACES: &[Kind] = &[Kind::Identifier, Kind::MemberExpression, Kind::SubscriptExpression];
            return if self.builder.is_last(PLACES) { Ok(()) } else { Err(Surprise) };
        }
        if !self.is_name() {
            return Err(Surprise);
        }
        self.leaf(Kind::Identifier);
        Ok(())
    }

    /// `{..}` or `[..]`
    pub(super) fn destructuring(&mut self, assigned: bool) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let kind = if self.takes(Sign::OpenBracket) {
            self.within(BRACKETS, |parser| {
                parser.list(Sign::CloseBracket, |parser| {
                    if parser.is(Sign::Comma) { Ok(()) } else { parser.with_default(assigned) }
                })
            })?;
            Kind::ArrayPattern
        } else {
            self.expect(Sign::OpenBrace)?;
            self.within(BRACKETS, |parser| parser.list(Sign::CloseBrace, |parser| parser.member(assigned)))?;
            Kind::ObjectPattern
        };
        self.close(mark, kind, start);
        Ok(())
    }

    fn with_default(&mut self, assigned: bool) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let is_rest = self.is(Sign::Ellipsis);
        self.pattern(assigned)?;
        if is_rest || !self.is(Sign::Equal) {
            return Ok(());
        }
        self.part(Part::Left);
        self.take();
        self.expression()?;
        self.part(Part::Right);
        self.close(mark, Kind::AssignmentPattern, start);
        Ok(())
    }

    fn member(&mut self, assigned: bool) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.is(Sign::Ellipsis) {
            return self.pattern(assigned);
        }
        if self.is_name() && self.next().sign != Sign::Colon {
            self.leaf(Kind::ShorthandPropertyIdentifierPattern);
            if self.is(Sign::Equal) {
                self.part(Part::Left);
                self.take();
                self.expression()?;
                self.part(Part::Right);
                self.close(mark, Kind::ObjectAssignmentPattern, start);
            }
            return Ok(());
        }
        self.key()?;
        self.part(Part::Key);
        self.expect(Sign::Colon)?;
        self.with_default(assigned)?;
        self.part(Part::Value);
        self.close(mark, Kind::PairPattern, start);
        Ok(())
    }

    /// `: T` if there is one, as the type of what stands before it.
    pub(super) fn annotated(&mut self) -> Parsed {
        if self.is(Sign::Colon) {
            self.annotation(Kind::TypeAnnotation)?;
            self.part(Part::Type);
        }
        Ok(())
    }

    /// A mark with a type behind it.
    pub(super) fn annotation(&mut self, kind: Kind) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        self.type_()?;
        self.close(mark, kind, start);
        Ok(())
    }

    /// `: T`, `: x is T` or `: asserts x` behind parameters.
    pub(super) fn returned(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        let kind = match self.said_of_parameter()? {
            Some(Kind::Asserts) => Kind::AssertsAnnotation,
            Some(_) => Kind::TypePredicateAnnotation,
            None => {
                self.type_()?;
                Kind::TypeAnnotation
            }
        };
        self.close(mark, kind, start);
        Ok(())
    }

    /// `x is T` or `asserts ..`; says which, or that it is neither.
    pub(super) fn said_of_parameter(&mut self) -> Result<Option<Kind>, Surprise> {
        if !self.is(Sign::Name) {
            return Ok(None);
        }
        let (mark, start) = (self.mark(), self.start());
        let next = self.next();
        if self.says(Word::Asserts) && next.sign == Sign::Name && next.word != Word::Is && !next.newline {
            self.take();
            if self.says_is() {
                self.predicate()?;
            } else {
                self.subject()?;
            }
            self.close(mark, Kind::Asserts, start);
            return Ok(Some(Kind::Asserts));
        }
        if next.word == Word::Is && !next.newline {
            self.predicate()?;
            return Ok(Some(Kind::TypePredicate));
        }
        Ok(None)
    }

    fn says_is(&self) -> bool {
        let next = self.next();
        next.word == Word::Is && !next.newline
    }

    /// `x is T`
    fn predicate(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.subject()?;
        self.part(Part::Name);
        self.expect_word(Word::Is)?;
        self.type_()?;
        self.part(Part::Type);
        self.close(mark, Kind::TypePredicate, start);
        Ok(())
    }

    /// The parameter that something is said of.
    fn subject(&mut self) -> Parsed {
        match self.token.word {
            Word::This => self.leaf(Kind::This),
            Word::Other if self.is(Sign::Name) => self.leaf(Kind::Identifier),
            _ => return Err(Surprise),
        }
        Ok(())
    }
}
