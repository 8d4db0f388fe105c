//! Types, and what functions take and give.

use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Unexpected};
use super::token::Sign;

/// Of so many names before another one with a type, the grammar takes some for types.
const MANY: usize = 9;

impl Parser<'_> {
    /// Whether a type begins here.
    pub(super) fn is_at_type(&self) -> bool {
        self.is_at(Sign::Name) || self.is_at(Sign::OpenParen) || self.is_at_simple_type()
    }

    /// Whether a type begins here that is neither a name nor in parentheses.
    fn is_at_simple_type(&self) -> bool {
        match self.sign() {
            Sign::Operator(Kind::Star) | Sign::Tilde => true,
            _ => self.is_at_literal_type(),
        }
    }

    /// Whether a type begins here that begins like no expression.
    pub(super) fn is_at_literal_type(&self) -> bool {
        match self.sign() {
            Sign::OpenBracket | Sign::Map | Sign::Chan | Sign::Func | Sign::Struct | Sign::Interface => true,
            Sign::Arrow => self.ahead(1) == Sign::Chan,
            _ => false,
        }
    }

    pub(super) fn type_(&mut self) -> Parsed {
        self.nested(|parser| parser.inside(Self::type_here))
    }

    fn type_here(&mut self) -> Parsed {
        let open = self.open();
        match self.sign() {
            Sign::Name => return self.named_type(),
            Sign::Operator(Kind::Star) => {
                self.take();
                self.type_()?;
                self.close(open, Kind::PointerType);
            }
            Sign::Tilde => {
                self.take();
                self.type_()?;
                // In `~A[B]` the grammar takes `~A` for what has the arguments.
                if self.before() == Sign::CloseBracket {
                    return Err(Unexpected);
                }
                self.close(open, Kind::NegatedType);
            }
            Sign::OpenParen => {
                self.take();
                self.type_()?;
                self.expect(Sign::CloseParen)?;
                self.close(open, Kind::ParenthesizedType);
            }
            Sign::OpenBracket => {
                self.take();
                let kind = if self.is_at(Sign::CloseBracket) {
                    Kind::SliceType
                } else {
                    self.expression()?;
                    self.part(Part::Length);
                    Kind::ArrayType
                };
                self.expect(Sign::CloseBracket)?;
                self.type_()?;
                self.part(Part::Element);
                self.close(open, kind);
            }
            Sign::Map => {
                self.take();
                self.expect(Sign::OpenBracket)?;
                self.type_()?;
                self.part(Part::Key);
                self.expect(Sign::CloseBracket)?;
                self.type_()?;
                self.part(Part::Value);
                self.close(open, Kind::MapType);
            }
            Sign::Chan => {
                self.take();
                // In `chan <-chan T` the arrow belongs to the second one.
                if self.ahead(1) != Sign::Chan {
                    self.takes(Sign::Arrow);
                }
                self.type_()?;
                self.part(Part::Value);
                self.close(open, Kind::ChannelType);
            }
            Sign::Arrow => {
                self.take();
                self.expect(Sign::Chan)?;
                self.type_()?;
                self.part(Part::Value);
                self.close(open, Kind::ChannelType);
            }
            Sign::Func => {
                self.take();
                self.signature()?;
                self.close(open, Kind::FunctionType);
            }
            Sign::Struct => self.struct_type()?,
            Sign::Interface => self.interface_type()?,
            _ => return Err(Unexpected),
        }
        Ok(())
    }

    /// `T`, `p.T` and `p.T[A]`.
    pub(super) fn named_type(&mut self) -> Parsed {
        let open = self.open();
        if self.ahead(1) == Sign::Dot {
            self.leaf(Kind::PackageIdentifier);
            self.part(Part::Package);
            self.take();
            self.name(Kind::TypeIdentifier)?;
            self.part(Part::Name);
            self.close(open, Kind::QualifiedType);
        } else {
            self.leaf(Kind::TypeIdentifier);
        }
        if self.is_at(Sign::OpenBracket) {
            self.part(Part::Type);
            self.type_arguments()?;
            self.part(Part::TypeArguments);
            self.close(open, Kind::GenericType);
        }
        Ok(())
    }

    fn type_arguments(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::OpenBracket)?;
        loop {
            self.type_elem(Kind::TypeElem)?;
            if !self.takes(Sign::Comma) || self.is_at(Sign::CloseBracket) {
                break;
            }
        }
        self.expect(Sign::CloseBracket)?;
        self.close(open, Kind::TypeArguments);
        Ok(())
    }

    /// `A | ~B`
    pub(super) fn type_elem(&mut self, kind: Kind) -> Parsed {
        let open = self.open();
        self.type_()?;
        while self.takes(Sign::Operator(Kind::BitOr)) {
            self.type_()?;
        }
        self.close(open, kind);
        Ok(())
    }

    pub(super) fn type_parameters(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::OpenBracket)?;
        loop {
            let one = self.open();
            self.type_parameter()?;
            while self.takes(Sign::Comma) {
                self.type_parameter()?;
            }
            self.type_elem(Kind::TypeConstraint)?;
            self.part(Part::Type);
            self.close(one, Kind::TypeParameterDeclaration);
            if !self.takes(Sign::Comma) || self.is_at(Sign::CloseBracket) {
                break;
            }
        }
        self.expect(Sign::CloseBracket)?;
        self.close(open, Kind::TypeParameterList);
        Ok(())
    }

    fn type_parameter(&mut self) -> Parsed {
        // Words of expressions are no names where an array's length may stand.
        if !self.is_at(Sign::Name) {
            return Err(Unexpected);
        }
        self.leaf(Kind::Identifier);
        self.part(Part::Name);
        Ok(())
    }

    /// What a function takes and gives.
    pub(super) fn signature(&mut self) -> Parsed {
        self.parameters()?;
        self.part(Part::Parameters);
        if self.is_at(Sign::OpenParen) {
            self.parameters()?;
            self.part(Part::Result);
        } else if self.is_at_type() {
            self.type_()?;
            self.part(Part::Result);
        }
        Ok(())
    }

    pub(super) fn parameters(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::OpenParen)?;
        while !self.is_at(Sign::CloseParen) {
            self.parameter()?;
            if !self.takes(Sign::Comma) {
                break;
            }
        }
        self.expect(Sign::CloseParen)?;
        self.close(open, Kind::ParameterList);
        Ok(())
    }

    /// One declaration, or several types behind one another.
    fn parameter(&mut self) -> Parsed {
        let open = self.open();
        let mut alone = 0;
        while self.ahead(2 * alone).is_name() && self.ahead(2 * alone + 1) == Sign::Comma {
            alone += 1;
        }
        let is_named = self.is_named(2 * alone);
        if alone >= MANY && is_named {
            return Err(Unexpected);
        }
        if alone > 0 && (!is_named || self.ahead(2 * alone + 1) == Sign::Ellipsis) {
            // What stands before a comma are types; the last comma is left to the caller.
            return self.types_alone(alone);
        }
        for _ in 0..alone {
            self.name(Kind::Identifier)?;
            self.part(Part::Name);
            self.expect(Sign::Comma)?;
        }
        if is_named {
            self.name(Kind::Identifier)?;
            self.part(Part::Name);
        }
        let kind = if self.takes(Sign::Ellipsis) {
            Kind::VariadicParameterDeclaration
        } else {
            Kind::ParameterDeclaration
        };
        self.type_()?;
        self.part(Part::Type);
        self.close(open, kind);
        Ok(())
    }

    fn types_alone(&mut self, count: usize) -> Parsed {
        for position in 0..count {
            if position > 0 {
                self.expect(Sign::Comma)?;
            }
            let open = self.open();
            self.name(Kind::TypeIdentifier)?;
            self.part(Part::Type);
            self.close(open, Kind::ParameterDeclaration);
        }
        Ok(())
    }

    /// Whether the token so many behind this one is the name of a parameter, and not its type.
    fn is_named(&self, by: usize) -> bool {
        self.ahead(by).is_name()
            && match self.ahead(by + 1) {
                Sign::Comma | Sign::CloseParen | Sign::Dot => false,
                Sign::OpenBracket => {
                    self.ahead(by + 2) == Sign::CloseBracket
                        || !matches!(self.behind_bracket(by + 1), Sign::Comma | Sign::CloseParen)
                }
                _ => true,
            }
    }

    fn struct_type(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::Struct)?;
        let list = self.open();
        self.expect(Sign::OpenBrace)?;
        while !self.is_at(Sign::CloseBrace) {
            self.field_declaration()?;
            if !self.is_at(Sign::CloseBrace) {
                self.terminator()?;
            }
        }
        self.expect(Sign::CloseBrace)?;
        self.close(list, Kind::FieldDeclarationList);
        self.close(open, Kind::StructType);
        Ok(())
    }

    fn field_declaration(&mut self) -> Parsed {
        let open = self.open();
        if self.takes(Sign::Operator(Kind::Star)) || self.is_embedded() {
            if !self.is_at(Sign::Name) {
                return Err(Unexpected);
            }
            self.named_type()?;
        } else {
            self.name(Kind::FieldIdentifier)?;
            self.part(Part::Name);
            while self.takes(Sign::Comma) {
                self.name(Kind::FieldIdentifier)?;
                self.part(Part::Name);
            }
            self.type_()?;
        }
        self.part(Part::Type);
        if matches!(self.sign(), Sign::Text | Sign::RawText) {
            self.string()?;
            self.part(Part::Tag);
        }
        self.close(open, Kind::FieldDeclaration);
        Ok(())
    }

    /// Whether the name here is the type of a field that has no name.
    fn is_embedded(&self) -> bool {
        let ends = |sign| {
            matches!(sign, Sign::Newline | Sign::Semicolon | Sign::CloseBrace | Sign::Text | Sign::RawText)
        };
        match self.ahead(1) {
            Sign::Dot => true,
            Sign::OpenBracket => self.ahead(2) != Sign::CloseBracket && ends(self.behind_bracket(1)),
            sign => ends(sign),
        }
    }

    fn interface_type(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::Interface)?;
        self.expect(Sign::OpenBrace)?;
        while !self.is_at(Sign::CloseBrace) {
            if self.sign().is_name() && self.ahead(1) == Sign::OpenParen {
                let method = self.open();
                self.name(Kind::FieldIdentifier)?;
                self.part(Part::Name);
                self.signature()?;
                self.close(method, Kind::MethodElem);
            } else {
                self.type_elem(Kind::TypeElem)?;
            }
            if !self.is_at(Sign::CloseBrace) {
                self.terminator()?;
            }
        }
        self.expect(Sign::CloseBrace)?;
        self.close(open, Kind::InterfaceType);
        Ok(())
    }
}
