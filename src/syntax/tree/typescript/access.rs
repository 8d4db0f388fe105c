//! What is done to values without operators: members, calls.

use super::builder::Mark;
use super::kind::{Kind, Part};
use super::parser::{BRACKETS, Parsed, Parser, Surprise};
use super::token::{Sign, Word};

impl Parser<'_> {
    /// What is done to the value since `mark`: `.a(b)[c]`.
    pub(super) fn postfix(&mut self, mark: Mark, start: u32) -> Parsed {
        loop {
            if self.token.newline && self.stops(true) {
                return Ok(());
            }
            match self.token.sign {
                Sign::Dot => {
                    self.part(Part::Object);
                    self.take();
                    self.property()?;
                    self.close(mark, Kind::MemberExpression, start);
                }
                Sign::QuestionDot => self.optional(mark, start)?,
                Sign::OpenBracket => {
                    self.part(Part::Object);
                    self.subscript(mark, start)?;
                }
                Sign::OpenParen => {
                    self.part(Part::Function);
                    self.arguments()?;
                    self.part(Part::Arguments);
                    self.close(mark, Kind::CallExpression, start);
                }
                Sign::Template => {
                    self.part(Part::Function);
                    self.template(Kind::TemplateString)?;
                    self.part(Part::Arguments);
                    self.close(mark, Kind::CallExpression, start);
                }
                Sign::Step(kind) => {
                    self.part(Part::Argument);
                    self.operator(kind);
                    self.close(mark, Kind::UpdateExpression, start);
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }

    /// `?.` and what it leads to.
    fn optional(&mut self, mark: Mark, start: u32) -> Parsed {
        match self.next().sign {
            Sign::OpenParen | Sign::Less => {
                self.part(Part::Function);
                self.take();
                if self.is(Sign::Less) {
                    self.type_arguments()?;
                    self.part(Part::TypeArguments);
                }
                self.arguments()?;
                self.part(Part::Arguments);
                self.close(mark, Kind::CallExpression, start);
                return Ok(());
            }
            _ => self.part(Part::Object),
        }
        self.leaf(Kind::OptionalChain);
        self.part(Part::OptionalChain);
        if self.is(Sign::OpenBracket) {
            return self.subscript(mark, start);
        }
        self.property()?;
        self.close(mark, Kind::MemberExpression, start);
        Ok(())
    }

    /// The plain names behind the value since `mark`, each behind a dot: `.a.b`.
    pub(super) fn members(&mut self, mark: Mark, start: u32) -> Parsed {
        while self.is(Sign::Dot) {
            self.part(Part::Object);
            self.take();
            if !self.is(Sign::Name) {
                return Err(Surprise);
            }
            self.property()?;
            self.close(mark, Kind::MemberExpression, start);
        }
        Ok(())
    }

    /// What stands behind a dot: any word.
    pub(super) fn property(&mut self) -> Parsed {
        match self.token.sign {
            Sign::Name => self.leaf(Kind::PropertyIdentifier),
            Sign::Private => self.leaf(Kind::PrivatePropertyIdentifier),
            _ => return Err(Surprise),
        }
        self.part(Part::Property);
        Ok(())
    }

    pub(super) fn subscript(&mut self, mark: Mark, start: u32) -> Parsed {
        self.take();
        self.within(BRACKETS, Self::sequence)?;
        self.part(Part::Index);
        self.expect(Sign::CloseBracket)?;
        self.close(mark, Kind::SubscriptExpression, start);
        Ok(())
    }

    /// `(..)` behind what is called.
    pub(super) fn arguments(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.expect(Sign::OpenParen)?;
        self.within(BRACKETS, |parser| parser.list(Sign::CloseParen, Self::element))?;
        self.close(mark, Kind::Arguments, start);
        Ok(())
    }

    /// An expression, or `...x` where several may stand.
    pub(super) fn element(&mut self) -> Parsed {
        if !self.is(Sign::Ellipsis) {
            return self.expression();
        }
        let (mark, start) = (self.mark(), self.start());
        self.take();
        self.expression()?;
        self.close(mark, Kind::SpreadElement, start);
        Ok(())
    }

    /// `<T>(..)`, or `<T>` alone, behind the value since `mark`; says whether it is one.
    pub(super) fn generic(&mut self, mark: Mark, start: u32) -> Result<bool, Surprise> {
        if self.token.comments {
            return Err(Surprise);
        }
        let first = self.next();
        let place = self.place();
        let doubts = self.doubts;
        let is_list = self.type_arguments().is_ok();
        if self.doubts > doubts {
            return Err(Surprise);
        }
        // Before a template the grammar compares.
        let is_compared = is_list
            && self.is(Sign::Template)
            && first.sign == Sign::Name
            && self.lexer.token(first.end).sign == Sign::Greater;
        if !is_list || is_compared {
            // What braces are, and how far an arrow function reaches, the grammar tells in ways of its own.
            let read = self.lexer.bytes().get(place.start()..self.token.end as usize).unwrap_or_default();
            if memchr::memchr2(b'{', b'[', read.get(..2).unwrap_or_default()).is_some()
                || memchr::memchr(b'{', read).is_some()
                || is_compared && self.around.is_arrow
            {
                return Err(Surprise);
            }
            self.back(place)?;
            if !is_compared {
                self.last_comparison = Some(self.start());
            }
            // Words that may begin a type are not sure to begin an operand.
            return match first.word {
                Word::Other | Word::New | Word::Await | Word::This | Word::Undefined | Word::Null => {
                    Ok(false)
                }
                _ if is_compared => Ok(false),
                _ => Err(Surprise),
            };
        }
        match self.token.sign {
            Sign::OpenParen => {
                self.builder.part_before(place.mark(), Part::Function);
                self.part(Part::TypeArguments);
                self.arguments()?;
                self.part(Part::Arguments);
                self.close(mark, Kind::CallExpression, start);
                self.postfix(mark, start)?;
                Ok(true)
            }
            Sign::CloseParen
            | Sign::CloseBracket
            | Sign::CloseBrace
            | Sign::Comma
            | Sign::Semicolon
            | Sign::Colon
            | Sign::End => {
                self.part(Part::TypeArguments);
                self.close(mark, Kind::InstantiationExpression, start);
                Ok(true)
            }
            _ => Err(Surprise),
        }
    }
}
