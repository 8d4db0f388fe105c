//! Functions and classes: decorators, parameters and types.

use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Unexpected};
use super::token::Sign;

impl Parser<'_> {
    /// `@..` lines and what they decorate.
    pub(super) fn decorated(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        while self.is_at(Sign::Operator(Kind::At)) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            self.expression()?;
            self.close(mark, Kind::Decorator, start);
            self.expect(Sign::Newline)?;
        }
        match self.sign() {
            Sign::Class => self.class()?,
            Sign::Def => self.function()?,
            Sign::Async if self.ahead(1).sign == Sign::Def => self.function()?,
            _ => return Err(Unexpected),
        }
        self.part(Part::Definition);
        self.close(mark, Kind::DecoratedDefinition, start);
        Ok(())
    }

    pub(super) fn class(&mut self) -> Parsed {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        self.take();
        self.identifier()?;
        self.part(Part::Name);
        self.type_parameters()?;
        if self.is_at(Sign::OpenParen) {
            self.arguments()?;
            self.part(Part::Superclasses);
        }
        self.suite(indentation, Part::Body)?;
        self.close(mark, Kind::ClassDefinition, start);
        Ok(())
    }

    pub(super) fn function(&mut self) -> Parsed {
        let (mark, start, indentation) = (self.mark(), self.start(), self.indentation);
        self.takes(Sign::Async);
        self.take();
        self.identifier()?;
        self.part(Part::Name);
        self.type_parameters()?;
        if !self.is_at(Sign::OpenParen) {
            return Err(Unexpected);
        }
        let (list, list_start) = (self.mark(), self.start());
        self.take();
        self.list(|sign| sign == Sign::CloseParen, |parser| parser.parameter(true))?;
        self.expect(Sign::CloseParen)?;
        self.close(list, Kind::Parameters, list_start);
        self.part(Part::Parameters);
        if self.takes(Sign::Arrow) {
            self.annotation()?;
            self.part(Part::ReturnType);
        }
        self.suite(indentation, Part::Body)?;
        self.close(mark, Kind::FunctionDefinition, start);
        Ok(())
    }

    /// `[T, U]` behind the name of what is defined.
    fn type_parameters(&mut self) -> Parsed {
        if self.is_at(Sign::OpenBracket) {
            self.type_list()?;
            self.part(Part::TypeParameters);
        }
        Ok(())
    }

    /// `[T, U]`
    fn type_list(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        self.list(|sign| sign == Sign::CloseBracket, Self::bound_type)?;
        self.expect(Sign::CloseBracket)?;
        self.close(mark, Kind::TypeParameter, start);
        Ok(())
    }

    /// A parameter of a function, or of a lambda, which `has_types` not.
    pub(super) fn parameter(&mut self, has_types: bool) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let ends = |sign| matches!(sign, Sign::Comma | Sign::CloseParen | Sign::Colon);
        match self.sign() {
            Sign::Operator(Kind::Divide) => {
                self.leaf(Kind::PositionalSeparator);
                return Ok(());
            }
            Sign::Operator(Kind::Times) if ends(self.ahead(1).sign) => {
                self.leaf(Kind::KeywordSeparator);
                return Ok(());
            }
            Sign::Operator(Kind::Times) => self.caught(Kind::ListSplatPattern)?,
            Sign::Operator(Kind::Power) => self.caught(Kind::DictionarySplatPattern)?,
            // Python 2 took tuples apart here.
            Sign::OpenParen => {
                self.parenthesized()?;
                self.builder.make_patterns(mark);
            }
            _ => self.identifier()?,
        }
        let behind_name = self.mark();
        let is_typed = has_types && self.takes(Sign::Colon);
        if is_typed {
            self.annotation()?;
            self.part(Part::Type);
        }
        if !self.is_at(Sign::Equal) {
            if is_typed {
                self.close(mark, Kind::TypedParameter, start);
            }
            return Ok(());
        }
        // The name of `name: type` has no part of its own in the grammar, that of `name: type = value` has.
        self.builder.part_before(behind_name, Part::Name);
        self.take();
        self.expression()?;
        self.part(Part::Value);
        self.close(mark, if is_typed { Kind::TypedDefaultParameter } else { Kind::DefaultParameter }, start);
        Ok(())
    }

    /// `*rest` or `**rest`
    fn caught(&mut self, kind: Kind) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        self.identifier()?;
        self.close(mark, kind, start);
        Ok(())
    }

    /// A type.
    pub(super) fn annotation(&mut self) -> Parsed {
        self.nested(|parser| {
            let (mark, start) = (parser.mark(), parser.start());
            let mut is_generic = parser.single_type()?;
            parser.close(mark, Kind::Type, start);
            // Behind an expression, `|` is one of the expression.
            while is_generic && parser.takes(Sign::Operator(Kind::BitOr)) {
                let (right, right_start) = (parser.mark(), parser.start());
                is_generic = parser.single_type()?;
                parser.close(right, Kind::Type, right_start);
                parser.close(mark, Kind::UnionType, start);
                parser.close(mark, Kind::Type, start);
            }
            Ok(())
        })
    }

    /// A type in brackets, which may say what it is bound to: `T: int`.
    fn bound_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.annotation()?;
        if self.takes(Sign::Colon) {
            self.annotation()?;
            self.close(mark, Kind::ConstrainedType, start);
            self.close(mark, Kind::Type, start);
        }
        Ok(())
    }

    /// A type without `|`; says whether it is no expression.
    fn single_type(&mut self) -> Result<bool, Unexpected> {
        let (mark, start) = (self.mark(), self.start());
        match self.sign() {
            Sign::Operator(Kind::Times | Kind::Power) => {
                self.take();
                self.expression()?;
                self.close(mark, Kind::SplatType, start);
                Ok(true)
            }
            Sign::Name if self.ahead(1).sign == Sign::OpenBracket => {
                self.identifier()?;
                self.type_list()?;
                self.close(mark, Kind::GenericType, start);
                Ok(true)
            }
            _ => {
                self.expression()?;
                Ok(false)
            }
        }
    }
}
