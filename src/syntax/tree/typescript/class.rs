//! Classes and decorators.

use super::builder::Mark;
use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, STATEMENT, Surprise};
use super::token::{Sign, Word};

/// What is said of a member before its name.
#[derive(Clone, Copy, Default)]
struct Said {
    /// How far along the order is in which the grammar takes these words.
    rank: u8,
    /// Only a field may have it.
    is_field: bool,
    /// Only a method may have it.
    is_method: bool,
    is_abstract: bool,
}

impl Parser<'_> {
    /// A class, as a value or as a declaration.
    pub(super) fn class(&mut self, kind: Kind) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.class_behind(mark, start, kind)
    }

    /// A class whose first word stands behind `mark`.
    pub(super) fn class_behind(&mut self, mark: Mark, start: u32, kind: Kind) -> Parsed {
        self.expect_word(Word::Class)?;
        if self.is_name() && !self.says(Word::Implements) {
            self.name(Kind::TypeIdentifier)?;
        } else if kind != Kind::Class {
            return Err(Surprise);
        }
        if self.is(Sign::Less) {
            self.type_parameters()?;
        }
        if matches!(self.token.word, Word::Extends | Word::Implements) {
            self.heritage()?;
        }
        self.class_body()?;
        self.part(Part::Body);
        if kind == Kind::ClassDeclaration {
            self.behind_block()?;
        }
        self.close(mark, kind, start);
        Ok(())
    }

    fn heritage(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.says(Word::Extends) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            self.within(super::parser::BRACKETS, |parser| {
                let (mark, start) = (parser.mark(), parser.start());
                parser.operand()?;
                parser.postfix(mark, start)?;
                parser.part(Part::Value);
                if parser.is(Sign::Less) {
                    parser.type_arguments()?;
                    parser.part(Part::TypeArguments);
                }
                Ok(())
            })?;
            self.close(mark, Kind::ExtendsClause, start);
        }
        if self.says(Word::Implements) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            loop {
                self.within(super::parser::BRACKETS, Self::type_)?;
                if !self.takes(Sign::Comma) {
                    break;
                }
            }
            self.close(mark, Kind::ImplementsClause, start);
        }
        self.close(mark, Kind::ClassHeritage, start);
        Ok(())
    }

    fn class_body(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.expect(Sign::OpenBrace)?;
        self.within(STATEMENT, |parser| {
            while !parser.is(Sign::CloseBrace) {
                if !parser.takes(Sign::Semicolon) {
                    parser.nested(Self::class_member)?;
                }
            }
            Ok(())
        })?;
        self.take();
        self.close(mark, Kind::ClassBody, start);
        Ok(())
    }

    fn class_member(&mut self) -> Parsed {
        let (mut mark, mut start) = (self.mark(), self.start());
        let (outer, begin) = (mark, start);
        while self.is(Sign::At) {
            self.decorator()?;
            (mark, start) = (self.mark(), self.start());
        }
        let is_decorated = begin != start;
        if self.says(Word::Static) && self.next().sign == Sign::OpenBrace {
            if is_decorated {
                return Err(Surprise);
            }
            self.take();
            self.block()?;
            self.part(Part::Body);
            self.close(mark, Kind::ClassStaticBlock, start);
            return Ok(());
        }
        let said = self.said()?;
        if self.is(Sign::OpenBracket) && self.is_index()? {
            if is_decorated || said.rank > 0 && said.rank != 5 || said.is_field || said.is_abstract {
                return Err(Surprise);
            }
            self.index_signature(mark, start)?;
            return self.end_of_member(false);
        }
        if matches!(self.token.word, Word::Abstract | Word::Accessor) {
            return Err(Surprise);
        }
        self.key()?;
        self.part(Part::Name);
        if self.is(Sign::Question) {
            self.question()?;
        }
        if matches!(self.token.sign, Sign::OpenParen | Sign::Less) && !self.stops(false) {
            if said.is_field {
                return Err(Surprise);
            }
            return self.class_method(mark, start, said, is_decorated);
        }
        if said.is_method {
            return Err(Surprise);
        }
        if self.is(Sign::Bang) && !self.stops(false) {
            self.take();
        }
        self.annotated()?;
        let is_valued = self.takes(Sign::Equal);
        if is_valued {
            self.expression()?;
            self.part(Part::Value);
        }
        self.close(outer, Kind::PublicFieldDefinition, begin);
        self.end_of_member(is_valued)
    }

    fn class_method(&mut self, mark: Mark, start: u32, said: Said, is_decorated: bool) -> Parsed {
        self.signature()?;
        if self.is(Sign::OpenBrace) {
            if said.is_abstract {
                return Err(Surprise);
            }
            self.block()?;
            self.part(Part::Body);
            self.close(mark, Kind::MethodDefinition, start);
            return Ok(());
        }
        if is_decorated {
            return Err(Surprise);
        }
        let kind = if said.is_abstract { Kind::AbstractMethodSignature } else { Kind::MethodSignature };
        self.close(mark, kind, start);
        self.end_of_member(false)
    }

    /// The mark behind a member, or the end of its line.
    fn end_of_member(&mut self, may_operate: bool) -> Parsed {
        if self.takes(Sign::Semicolon) || self.takes(Sign::Comma) || self.ends_without_mark(may_operate, true)
        {
            return Ok(());
        }
        Err(Surprise)
    }

    /// The words before the name of a member, in the order that the grammar takes.
    fn said(&mut self) -> Result<Said, Surprise> {
        let mut said = Said::default();
        loop {
            let next = self.next();
            let is_generator = next.sign == Sign::Operator(Kind::Times);
            let rank = match self.token.word {
                _ if self.is(Sign::Operator(Kind::Times)) => 7,
                Word::Declare => 1,
                Word::Public | Word::Private | Word::Protected => 2,
                Word::Static => 3,
                Word::Abstract => 3,
                Word::Override => 4,
                Word::Readonly => 5,
                Word::Accessor => 6,
                Word::Async => 6,
                Word::Get | Word::Set => 7,
                _ => return Ok(said),
            };
            let is_word = rank == 7 && self.is(Sign::Operator(Kind::Times))
                || Self::is_before_member(next) && !next.newline
                || rank == 6 && is_generator;
            if !is_word {
                // The name of a member may be one of the words.
                return match next.sign {
                    Sign::OpenParen
                    | Sign::Less
                    | Sign::Equal
                    | Sign::Semicolon
                    | Sign::Colon
                    | Sign::Question
                        if !next.newline =>
                    {
                        Ok(said)
                    }
                    _ => Err(Surprise),
                };
            }
            if rank <= said.rank {
                return Err(Surprise);
            }
            match self.token.word {
                Word::Declare => said.is_field = true,
                Word::Accessor if said.rank > 2 => return Err(Surprise),
                Word::Accessor => said.is_field = true,
                Word::Abstract => said.is_abstract = true,
                Word::Readonly if said.is_abstract => said.is_field = true,
                Word::Override if said.is_abstract => said.is_method = true,
                Word::Async if said.is_abstract => return Err(Surprise),
                _ => {}
            }
            said.rank = rank;
            said.is_method |= rank >= 6 && !said.is_field;
            match rank {
                2 => self.leaf(Kind::AccessibilityModifier),
                4 => self.leaf(Kind::OverrideModifier),
                _ => self.take(),
            }
        }
    }

    /// `@name`, `@name.of(..)` or `@(..)`
    pub(super) fn decorator(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        let (inner, begin) = (self.mark(), self.start());
        if !self.is_name() {
            return Err(Surprise);
        }
        self.leaf(Kind::Identifier);
        self.members(inner, begin)?;
        if self.is(Sign::Less) {
            self.part(Part::Function);
            self.type_arguments()?;
            self.part(Part::TypeArguments);
            if !self.is(Sign::OpenParen) {
                return Err(Surprise);
            }
        }
        if self.is(Sign::OpenParen) {
            if !self.builder.is_last(&[Kind::TypeArguments]) {
                self.part(Part::Function);
            }
            self.arguments()?;
            self.part(Part::Arguments);
            self.close(inner, Kind::CallExpression, begin);
        }
        if matches!(
            self.token.sign,
            Sign::Dot | Sign::OpenParen | Sign::Less | Sign::Template | Sign::QuestionDot | Sign::Bang
        ) {
            return Err(Surprise);
        }
        self.close(mark, Kind::Decorator, start);
        self.part(Part::Decorator);
        Ok(())
    }

    /// A class, or an export, with decorators before it.
    pub(super) fn decorated(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        while self.is(Sign::At) {
            self.decorator()?;
        }
        if self.says(Word::Export) {
            if matches!(self.next().sign, Sign::OpenBrace | Sign::Operator(_) | Sign::Equal)
                || self.next().word == Word::As
            {
                return Err(Surprise);
            }
            return self.export(mark, start);
        }
        self.class_of_decorators(mark, start)
    }

    /// A class with decorators before it.
    pub(super) fn decorated_class(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        while self.is(Sign::At) {
            self.decorator()?;
        }
        self.class_of_decorators(mark, start)
    }

    fn class_of_decorators(&mut self, mark: Mark, start: u32) -> Parsed {
        let kind = if self.takes_word(Word::Abstract) {
            Kind::AbstractClassDeclaration
        } else {
            Kind::ClassDeclaration
        };
        self.class_behind(mark, start, kind)
    }
}
