//! Expressions, by how tightly their operators bind.
//!
//! Source: <https://docs.python.org/3/reference/expressions.html#operator-precedence>; where the tree-sitter grammar
//! draws a node otherwise, as it does.

use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Unexpected};
use super::token::Sign;

/// How tightly an operator binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Or,
    And,
    Not,
    Comparison,
    BitOr,
    BitAnd,
    BitXor,
    Shift,
    Sum,
    Product,
    Sign,
    Power,
}

impl Tightness {
    /// What the right side of an operator that groups to the left may hold.
    fn next(self) -> Self {
        match self {
            Self::Or => Self::And,
            Self::And => Self::Not,
            Self::Not => Self::Comparison,
            Self::Comparison => Self::BitOr,
            Self::BitOr => Self::BitAnd,
            Self::BitAnd => Self::BitXor,
            Self::BitXor => Self::Shift,
            Self::Shift => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Sign,
            Self::Sign | Self::Power => Self::Power,
        }
    }
}

/// How tightly an operator between two operands binds.
fn tightness(sign: Sign) -> Option<Tightness> {
    Some(match sign {
        Sign::Or => Tightness::Or,
        Sign::And => Tightness::And,
        Sign::In | Sign::Is | Sign::Not => Tightness::Comparison,
        Sign::Operator(kind) => match kind {
            Kind::Equals
            | Kind::Differs
            | Kind::DiffersAsBefore
            | Kind::Smaller
            | Kind::SmallerOrEqual
            | Kind::Larger
            | Kind::LargerOrEqual => Tightness::Comparison,
            Kind::BitOr => Tightness::BitOr,
            Kind::BitAnd => Tightness::BitAnd,
            Kind::BitXor => Tightness::BitXor,
            Kind::ShiftLeft | Kind::ShiftRight => Tightness::Shift,
            Kind::Plus | Kind::Minus => Tightness::Sum,
            Kind::Times | Kind::Divide | Kind::DivideDown | Kind::Modulo | Kind::At => Tightness::Product,
            Kind::Power => Tightness::Power,
            _ => return None,
        },
        _ => return None,
    })
}

impl Parser<'_> {
    /// An expression, without commas.
    pub(super) fn expression(&mut self) -> Parsed {
        self.nested(|parser| {
            let (mark, start) = (parser.mark(), parser.start());
            if parser.ahead(1).sign == Sign::ColonEqual && parser.is_name() {
                parser.identifier()?;
                parser.part(Part::Name);
                parser.take();
                parser.expression()?;
                parser.part(Part::Value);
                parser.close(mark, Kind::NamedExpression, start);
                return Ok(());
            }
            parser.disjunction()?;
            if parser.takes(Sign::If) {
                parser.disjunction()?;
                parser.expect(Sign::Else)?;
                parser.expression()?;
                parser.close(mark, Kind::ConditionalExpression, start);
            }
            Ok(())
        })
    }

    /// An expression without `if`, which may begin something else behind it.
    pub(super) fn disjunction(&mut self) -> Parsed {
        self.operation(Tightness::Or)
    }

    /// What may stand before the `in` of a loop.
    pub(super) fn target(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let is_splat = self.takes(Sign::Operator(Kind::Times));
        self.operation(Tightness::BitOr)?;
        if is_splat {
            self.close(mark, Kind::ListSplat, start);
        }
        Ok(())
    }

    /// `*x` or `**x`.
    pub(super) fn splat(&mut self, kind: Kind) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        self.expression()?;
        self.close(mark, kind, start);
        Ok(())
    }

    /// An expression, or `*x` where several may stand.
    pub(super) fn item(&mut self) -> Parsed {
        match self.sign() {
            Sign::Operator(Kind::Times) => self.splat(Kind::ListSplat),
            Sign::Yield => self.yielding(),
            _ => self.expression(),
        }
    }

    pub(super) fn is_name(&self) -> bool {
        matches!(self.sign(), Sign::Name | Sign::Async | Sign::Await)
    }

    /// Operators that bind at least as tightly.
    fn operation(&mut self, least: Tightness) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.operand(least)?;
        while let Some(binds) = tightness(self.sign()).filter(|binds| *binds >= least) {
            if binds == Tightness::Comparison {
                // `not` between two operands is that of `not in`.
                if self.is_at(Sign::Not) && self.ahead(1).sign != Sign::In {
                    return Ok(());
                }
                while tightness(self.sign()) == Some(Tightness::Comparison) {
                    self.comparing()?;
                    self.part(Part::Operators);
                    self.nested(|parser| parser.operation(Tightness::BitOr))?;
                }
                self.close(mark, Kind::ComparisonOperator, start);
                continue;
            }
            self.part(Part::Left);
            let (kind, whole) = match self.sign() {
                Sign::Operator(kind) => (kind, Kind::BinaryOperator),
                Sign::Or => (Kind::Or, Kind::BooleanOperator),
                _ => (Kind::And, Kind::BooleanOperator),
            };
            self.leaf(kind);
            self.part(Part::Operator);
            // Powers group to the right, and a sign may stand in an exponent.
            let right = if binds == Tightness::Power { Tightness::Sign } else { binds.next() };
            self.nested(|parser| parser.operation(right))?;
            self.part(Part::Right);
            self.close(mark, whole, start);
        }
        Ok(())
    }

    /// `==`, `in`, `is not` and the like, as one token.
    fn comparing(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        match self.sign() {
            Sign::Operator(kind) => self.leaf(kind),
            Sign::In => self.leaf(Kind::In),
            Sign::Is => {
                self.take();
                let kind = if self.takes(Sign::Not) { Kind::IsNot } else { Kind::Is };
                self.close(mark, kind, start);
            }
            _ => {
                self.take();
                self.expect(Sign::In)?;
                self.close(mark, Kind::NotIn, start);
            }
        }
        Ok(())
    }

    /// What stands before, behind or without an operator.
    fn operand(&mut self, least: Tightness) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        match self.sign() {
            Sign::Not => {
                self.take();
                self.nested(|parser| parser.operation(least.max(Tightness::Not)))?;
                self.part(Part::Argument);
                self.close(mark, Kind::NotOperator, start);
            }
            Sign::Operator(kind @ (Kind::Plus | Kind::Minus | Kind::Invert)) => {
                self.leaf(kind);
                self.part(Part::Operator);
                self.nested(|parser| parser.operation(Tightness::Sign))?;
                self.part(Part::Argument);
                self.close(mark, Kind::UnaryOperator, start);
            }
            Sign::Lambda => return self.nested(Self::lambda),
            Sign::Await if self.awaits() => {
                self.take();
                self.nested(|parser| parser.operation(Tightness::Power))?;
                self.close(mark, Kind::Await, start);
            }
            _ => return self.primary(),
        }
        Ok(())
    }

    /// Whether `await` is more than a name.
    fn awaits(&self) -> bool {
        matches!(
            self.ahead(1).sign,
            Sign::Name
                | Sign::Await
                | Sign::Async
                | Sign::OpenParen
                | Sign::OpenBracket
                | Sign::OpenBrace
                | Sign::StringStart
                | Sign::Integer
                | Sign::None
        )
    }

    fn lambda(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if !self.is_at(Sign::Colon) {
            let (mark, start) = (self.mark(), self.start());
            self.list(|sign| sign == Sign::Colon, |parser| parser.parameter(false))?;
            self.close(mark, Kind::LambdaParameters, start);
            self.part(Part::Parameters);
        }
        self.expect(Sign::Colon)?;
        self.expression()?;
        self.part(Part::Body);
        self.close(mark, Kind::Lambda, start);
        Ok(())
    }

    /// A value with what is done to it: `a.b(c)[d]`.
    fn primary(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.atom()?;
        loop {
            match self.sign() {
                Sign::Dot => {
                    self.part(Part::Object);
                    self.take();
                    self.attribute_name()?;
                    self.part(Part::Attribute);
                    self.close(mark, Kind::Attribute, start);
                }
                Sign::OpenParen => {
                    self.part(Part::Function);
                    self.arguments()?;
                    self.part(Part::Arguments);
                    self.close(mark, Kind::Call, start);
                }
                Sign::OpenBracket => {
                    self.part(Part::Value);
                    self.take();
                    self.list(
                        |sign| sign == Sign::CloseBracket,
                        |parser| {
                            parser.slice()?;
                            parser.part(Part::Subscript);
                            Ok(())
                        },
                    )?;
                    self.expect(Sign::CloseBracket)?;
                    self.close(mark, Kind::Subscript, start);
                }
                _ => return Ok(()),
            }
        }
    }

    /// What stands behind a dot: any word.
    pub(super) fn attribute_name(&mut self) -> Parsed {
        let token = self.token();
        let is_word = self.text_of(token).starts_with(|c: char| c == '_' || c.is_alphabetic());
        if is_word && !matches!(token.sign, Sign::StringStart | Sign::StringContent) {
            self.leaf(Kind::Identifier);
            return Ok(());
        }
        Err(Unexpected)
    }

    /// An index, or `a:b:c`.
    fn slice(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let ends = |sign| matches!(sign, Sign::Colon | Sign::Comma | Sign::CloseBracket);
        if !self.is_at(Sign::Colon) {
            self.item()?;
        }
        if !self.is_at(Sign::Colon) {
            return Ok(());
        }
        for _ in 0..2 {
            if self.takes(Sign::Colon) && !ends(self.sign()) {
                self.expression()?;
            }
        }
        self.close(mark, Kind::Slice, start);
        Ok(())
    }

    fn atom(&mut self) -> Parsed {
        match self.sign() {
            Sign::Name | Sign::Async | Sign::Await => self.leaf(Kind::Identifier),
            Sign::StringStart => return self.strings(),
            Sign::Integer => self.leaf(Kind::Integer),
            Sign::Float => self.leaf(Kind::Float),
            Sign::True => self.leaf(Kind::True),
            Sign::False => self.leaf(Kind::False),
            Sign::None => self.leaf(Kind::None),
            Sign::Ellipsis => self.leaf(Kind::Ellipsis),
            Sign::OpenParen => return self.parenthesized(),
            Sign::OpenBracket => return self.bracketed(),
            Sign::OpenBrace => return self.braced(),
            _ => return Err(Unexpected),
        }
        Ok(())
    }

    /// `yield`, with what it yields.
    pub(super) fn yielding(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if self.takes(Sign::From) {
            self.expression()?;
        } else if !matches!(
            self.sign(),
            Sign::Newline | Sign::End | Sign::CloseParen | Sign::Semicolon | Sign::Equal | Sign::FilledIn
        ) {
            self.expressions()?;
        }
        self.close(mark, Kind::Yield, start);
        Ok(())
    }

    /// An expression, or several with commas as one node.
    pub(super) fn expressions(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.item()?;
        if self.is_at(Sign::Comma) {
            self.take();
            self.list(ends_list, Self::item)?;
            self.close(mark, Kind::ExpressionList, start);
        }
        Ok(())
    }
}

/// What stands behind a list without brackets.
pub(super) fn ends_list(sign: Sign) -> bool {
    matches!(
        sign,
        Sign::Newline
            | Sign::End
            | Sign::Semicolon
            | Sign::Equal
            | Sign::Assigning
            | Sign::Colon
            | Sign::In
            | Sign::From
            | Sign::CloseParen
            | Sign::CloseBracket
            | Sign::CloseBrace
            | Sign::FilledIn
            | Sign::Conversion
            | Sign::FormatStart
    )
}
