//! Expressions.

use super::kind::{Kind, Part};
use super::parser::{Open, Parsed, Parser, Unexpected};
use super::token::Sign;

/// What was found where an expression may stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    Expression,
    /// What is a type and nothing else.
    Type,
}

/// What stands before a bracket, as far as it may be the name of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Shape {
    Name,
    /// A name in a package.
    Qualified,
    /// What is converted or made by a type that begins like an expression.
    Converted,
    Other,
}

impl Parser<'_> {
    pub(super) fn expression(&mut self) -> Parsed {
        match self.expression_or_type()? {
            Found::Expression => Ok(()),
            Found::Type => Err(Unexpected),
        }
    }

    pub(super) fn expression_or_type(&mut self) -> Result<Found, Unexpected> {
        self.nested(|parser| parser.binary(1))
    }

    /// Expressions between commas.
    pub(super) fn expression_list(&mut self) -> Parsed {
        let open = self.open();
        self.expression()?;
        self.rest_of_list(open)
    }

    /// The rest of a list, behind its first expression.
    pub(super) fn rest_of_list(&mut self, open: Open) -> Parsed {
        while self.takes(Sign::Comma) {
            self.expression()?;
        }
        self.close(open, Kind::ExpressionList);
        Ok(())
    }

    /// Operands between operators that bind at least as strongly as `least`.
    fn binary(&mut self, least: u8) -> Result<Found, Unexpected> {
        let open = self.open();
        let found = self.unary()?;
        while let Some(precedence) = self.sign().precedence().filter(|precedence| *precedence >= least) {
            let Sign::Operator(kind) = self.sign() else { break };
            if found == Found::Type {
                return Err(Unexpected);
            }
            self.part(Part::Left);
            self.leaf(kind);
            self.part(Part::Operator);
            if self.binary(precedence + 1)? == Found::Type {
                return Err(Unexpected);
            }
            self.part(Part::Right);
            self.close(open, Kind::BinaryExpression);
        }
        Ok(found)
    }

    fn unary(&mut self) -> Result<Found, Unexpected> {
        let kind = match self.sign() {
            Sign::Operator(
                kind @ (Kind::Plus | Kind::Minus | Kind::Not | Kind::BitXor | Kind::Star | Kind::BitAnd),
            ) => kind,
            Sign::Arrow if self.ahead(1) != Sign::Chan => Kind::Arrow,
            _ => return self.primary(),
        };
        let open = self.open();
        self.leaf(kind);
        self.part(Part::Operator);
        if kind == Kind::Star && self.is_at_word() && self.ahead(1) != Sign::OpenParen {
            return Err(Unexpected);
        }
        let may_be_type = kind == Kind::Star && self.is_at_literal_type();
        match self.nested(Self::unary)? {
            Found::Type if kind == Kind::Star => {
                // Of a type, the star is no operator.
                self.builder.remove(open.mark);
                self.close(open, Kind::PointerType);
                return Ok(Found::Type);
            }
            // `*[]T(x)` may be read in two ways, and `*A[T](x)`.
            Found::Expression if !may_be_type && (kind != Kind::Star || !self.is_converted) => {}
            _ => return Err(Unexpected),
        }
        self.part(Part::Operand);
        self.close(open, Kind::UnaryExpression);
        Ok(Found::Expression)
    }

    /// Whether a word stands here that is a name where no expression may stand.
    pub(super) fn is_at_word(&self) -> bool {
        self.sign().is_name() && !self.is_at(Sign::Name)
    }

    /// An operand, with all that is selected, called or indexed of it.
    fn primary(&mut self) -> Result<Found, Unexpected> {
        // Between brackets, the grammar may take these for names of types.
        let is_in_brackets = self.before() == Sign::OpenBracket;
        if is_in_brackets
            && self.is_at_word()
            && matches!(self.ahead(1), Sign::OpenBracket | Sign::CloseBracket)
        {
            return Err(Unexpected);
        }
        let open = self.open();
        let mut shape = Shape::Other;
        match self.sign() {
            Sign::Name => {
                self.leaf(Kind::Identifier);
                shape = Shape::Name;
            }
            Sign::New | Sign::Make => {
                self.leaf(Kind::Identifier);
                if self.is_at(Sign::OpenParen) {
                    self.part(Part::Function);
                    self.special_arguments()?;
                    self.part(Part::Arguments);
                    self.close(open, Kind::CallExpression);
                }
            }
            Sign::Nil => self.leaf(Kind::Nil),
            Sign::True => self.leaf(Kind::True),
            Sign::False => self.leaf(Kind::False),
            Sign::Iota => self.leaf(Kind::Iota),
            Sign::Integer => self.leaf(Kind::IntLiteral),
            Sign::Float => self.leaf(Kind::FloatLiteral),
            Sign::Imaginary => self.leaf(Kind::ImaginaryLiteral),
            Sign::Rune => self.leaf(Kind::RuneLiteral),
            Sign::Text | Sign::RawText => self.string()?,
            Sign::OpenParen => {
                self.take();
                if self.is_at_word() && self.ahead(1) == Sign::CloseParen {
                    return Err(Unexpected);
                }
                let comments = self.comments_left();
                let found = self.inside(Self::expression_or_type)?;
                self.expect(Sign::CloseParen)?;
                let has_comments = comments != self.comments_left();
                if found == Found::Type {
                    self.close(open, Kind::ParenthesizedType);
                    if self.behind_type(open)? == Found::Type {
                        return Ok(Found::Type);
                    }
                    shape = Shape::Converted;
                } else {
                    self.close(open, Kind::ParenthesizedExpression);
                    if self.is_at(Sign::OpenParen) && self.is_type_in_parentheses(has_comments)? {
                        self.retype(open.mark).ok_or(Unexpected)?;
                        self.conversion(open)?;
                        shape = Shape::Converted;
                    }
                }
            }
            _ if self.is_at_literal_type() => {
                if self.literal_type(open)? == Found::Type {
                    return Ok(Found::Type);
                }
            }
            _ => return Err(Unexpected),
        }
        let mut is_converted = shape == Shape::Converted;
        while let Some(next) = self.behind(open, shape)? {
            shape = next;
            is_converted |= shape == Shape::Converted;
        }
        self.is_converted = is_converted;
        Ok(Found::Expression)
    }

    /// What stands directly behind an operand; `None` if nothing does that belongs to it.
    fn behind(&mut self, open: Open, shape: Shape) -> Result<Option<Shape>, Unexpected> {
        match self.sign() {
            Sign::Dot if self.ahead(1).is_name() => {
                self.part(Part::Operand);
                self.take();
                self.leaf(Kind::FieldIdentifier);
                self.part(Part::Field);
                self.close(open, Kind::SelectorExpression);
                return Ok(Some(if shape == Shape::Name { Shape::Qualified } else { Shape::Other }));
            }
            // What follows tells a switch by type.
            Sign::Dot if self.ahead(2) == Sign::Type => return Ok(None),
            Sign::Dot => {
                self.part(Part::Operand);
                self.take();
                self.expect(Sign::OpenParen)?;
                self.type_()?;
                self.part(Part::Type);
                self.expect(Sign::CloseParen)?;
                self.close(open, Kind::TypeAssertionExpression);
            }
            Sign::OpenParen => {
                self.part(Part::Function);
                self.arguments()?;
                self.part(Part::Arguments);
                self.close(open, Kind::CallExpression);
            }
            Sign::OpenBracket => return self.index(open, shape),
            Sign::OpenBrace if !self.is_header && matches!(shape, Shape::Name | Shape::Qualified) => {
                let last = self.builder.mark();
                self.name_type(last).ok_or(Unexpected)?;
                self.composite(open)?;
            }
            _ => return Ok(None),
        }
        Ok(Some(Shape::Other))
    }

    /// `{..}` behind the type of a value.
    pub(super) fn composite(&mut self, open: Open) -> Parsed {
        self.part(Part::Type);
        self.literal_value()?;
        self.part(Part::Body);
        self.close(open, Kind::CompositeLiteral);
        Ok(())
    }

    /// A type that begins like no expression, with a value that is made or converted by it.
    fn literal_type(&mut self, open: Open) -> Result<Found, Unexpected> {
        let sign = self.sign();
        if sign == Sign::OpenBracket && self.ahead(1) == Sign::Ellipsis {
            self.take();
            self.take();
            self.expect(Sign::CloseBracket)?;
            self.type_()?;
            self.part(Part::Element);
            self.close(open, Kind::ImplicitLengthArrayType);
            self.composite(open)?;
            return Ok(Found::Expression);
        }
        if sign == Sign::Func {
            self.take();
            self.signature()?;
            if self.is_at(Sign::OpenBrace) {
                self.nested(Self::block)?;
                self.part(Part::Body);
                self.close(open, Kind::FuncLiteral);
                return Ok(Found::Expression);
            }
            self.close(open, Kind::FunctionType);
        } else {
            self.type_()?;
            if self.is_at(Sign::OpenBrace) && matches!(sign, Sign::OpenBracket | Sign::Map | Sign::Struct) {
                self.composite(open)?;
                return Ok(Found::Expression);
            }
        }
        self.behind_type(open)
    }

    /// What is converted into the type that was completed last, if anything is.
    fn behind_type(&mut self, open: Open) -> Result<Found, Unexpected> {
        if !self.is_at(Sign::OpenParen) {
            return Ok(Found::Type);
        }
        self.conversion(open)?;
        Ok(Found::Expression)
    }

    /// `(x)` behind the type that was completed last.
    pub(super) fn conversion(&mut self, open: Open) -> Parsed {
        self.part(Part::Type);
        self.expect(Sign::OpenParen)?;
        self.inside(Self::expression)?;
        self.part(Part::Operand);
        self.takes(Sign::Comma);
        self.expect(Sign::CloseParen)?;
        self.close(open, Kind::TypeConversionExpression);
        Ok(())
    }

    pub(super) fn arguments(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::OpenParen)?;
        self.inside(|parser| {
            while !parser.is_at(Sign::CloseParen) {
                let one = parser.open();
                parser.expression()?;
                if parser.takes(Sign::Ellipsis) {
                    parser.close(one, Kind::VariadicArgument);
                }
                if !parser.takes(Sign::Comma) {
                    break;
                }
            }
            parser.expect(Sign::CloseParen)
        })?;
        self.close(open, Kind::ArgumentList);
        Ok(())
    }

    /// The arguments of `new` and `make`, the first of which is a type.
    fn special_arguments(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::OpenParen)?;
        self.inside(|parser| {
            if !parser.is_at(Sign::CloseParen) {
                parser.type_()?;
                while parser.takes(Sign::Comma) && !parser.is_at(Sign::CloseParen) {
                    parser.expression()?;
                }
            }
            parser.expect(Sign::CloseParen)
        })?;
        self.close(open, Kind::ArgumentList);
        Ok(())
    }

    fn literal_value(&mut self) -> Parsed {
        self.nested(|parser| {
            let open = parser.open();
            parser.expect(Sign::OpenBrace)?;
            parser.inside(|parser| {
                while !parser.is_at(Sign::CloseBrace) {
                    parser.element()?;
                    if !parser.takes(Sign::Comma) {
                        break;
                    }
                }
                parser.expect(Sign::CloseBrace)
            })?;
            parser.close(open, Kind::LiteralValue);
            Ok(())
        })
    }

    fn element(&mut self) -> Parsed {
        let open = self.open();
        self.literal_element()?;
        if self.is_at(Sign::Colon) {
            self.part(Part::Key);
            self.take();
            self.literal_element()?;
            self.part(Part::Value);
            self.close(open, Kind::KeyedElement);
        }
        Ok(())
    }

    fn literal_element(&mut self) -> Parsed {
        let open = self.open();
        if self.is_at(Sign::OpenBrace) {
            self.literal_value()?
        } else {
            self.expression()?
        }
        self.close(open, Kind::LiteralElement);
        Ok(())
    }
}
