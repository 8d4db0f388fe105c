//! Expressions, by how tightly the grammar binds their operators, which is not always how the language does.

use super::builder::Mark;
use super::kind::{Kind, Part};
use super::parser::{Around, BRACKETS, Parsed, Parser, Surprise};
use super::token::{Sign, Word, larger};

/// How tightly an operator binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    /// `as`, `satisfies` and `!` behind a value bind all that stands before them.
    Least,
    Coalesce,
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equality,
    Relation,
    Shift,
    Sum,
    Product,
    Power,
    /// No operator between two values.
    Most,
}

impl Tightness {
    /// What the right side of an operator that groups to the left may hold.
    fn next(self) -> Self {
        match self {
            Self::Least => Self::Coalesce,
            Self::Coalesce => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::BitOr,
            Self::BitOr => Self::BitXor,
            Self::BitXor => Self::BitAnd,
            Self::BitAnd => Self::Equality,
            Self::Equality => Self::Relation,
            Self::Relation => Self::Shift,
            Self::Shift => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Power,
            Self::Power | Self::Most => Self::Most,
        }
    }
}

fn tightness(kind: Kind) -> Tightness {
    match kind {
        Kind::Coalesce => Tightness::Coalesce,
        Kind::Or => Tightness::Or,
        Kind::And => Tightness::And,
        Kind::BitOr => Tightness::BitOr,
        Kind::BitXor => Tightness::BitXor,
        Kind::BitAnd => Tightness::BitAnd,
        Kind::Equals | Kind::EqualsStrictly | Kind::Differs | Kind::DiffersStrictly => Tightness::Equality,
        Kind::ShiftLeft | Kind::ShiftRight | Kind::ShiftUnsigned => Tightness::Shift,
        Kind::Plus | Kind::Minus => Tightness::Sum,
        Kind::Times | Kind::Divide | Kind::Modulo => Tightness::Product,
        Kind::Power => Tightness::Power,
        _ => Tightness::Relation,
    }
}

/// What a value may be assigned to.
const TARGETS: &[Kind] = &[
    Kind::Identifier,
    Kind::Undefined,
    Kind::MemberExpression,
    Kind::SubscriptExpression,
    Kind::ParenthesizedExpression,
    Kind::NonNullExpression,
];

impl Parser<'_> {
    /// An expression, or several with commas as one node.
    pub(super) fn sequence(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.expression()?;
        if !self.is(Sign::Comma) {
            return Ok(());
        }
        while self.takes(Sign::Comma) {
            self.expression()?;
        }
        self.close(mark, Kind::SequenceExpression, start);
        Ok(())
    }

    /// An expression, without commas.
    pub(super) fn expression(&mut self) -> Parsed {
        self.nested(Self::assignment)
    }

    fn assignment(&mut self) -> Parsed {
        let is_arrow = match self.token.sign {
            Sign::Name if self.says(Word::Yield) => return self.yielding(),
            Sign::Name if self.token.word.is_name() && self.is_before_arrow() => true,
            Sign::Name => self.says(Word::Async) && self.begins_async_arrow(),
            Sign::OpenParen => self.begins_arrow(),
            Sign::Less => self.begins_generic_arrow(),
            _ => false,
        };
        if is_arrow {
            return self.arrow();
        }
        let is_pattern = matches!(self.token.sign, Sign::OpenBracket | Sign::OpenBrace);
        let place = self.place();
        let (mark, start) = (self.mark(), self.start());
        let is_value = self.operation(Tightness::Least).is_ok();
        if !is_value {
            // A default in braces stands in no value.
            if !is_pattern {
                return Err(Surprise);
            }
            self.back(place)?;
            return self.destructured(mark, start);
        }
        if self.token.newline && self.stops(true) {
            return Ok(());
        }
        if self.is(Sign::Question) && self.is_ternary()? {
            return self.ternary(mark, start);
        }
        let sign = if self.is(Sign::Greater) { self.larger().0 } else { self.token.sign };
        match sign {
            Sign::Equal if is_pattern && self.builder.is_last(&[Kind::Array, Kind::Object]) => {
                self.back(place)?;
                return self.destructured(mark, start);
            }
            Sign::Equal if self.builder.is_last(TARGETS) => {
                self.part(Part::Left);
                self.take();
            }
            Sign::Assigning(kind) if self.builder.is_last(TARGETS) => {
                self.part(Part::Left);
                self.operator(kind);
                self.expression()?;
                self.part(Part::Right);
                self.close(mark, Kind::AugmentedAssignmentExpression, start);
                return Ok(());
            }
            Sign::Equal | Sign::Assigning(_) => return Err(Surprise),
            _ => return Ok(()),
        }
        self.expression()?;
        self.part(Part::Right);
        self.close(mark, Kind::AssignmentExpression, start);
        Ok(())
    }

    /// `{..} = x` or `[..] = x`
    fn destructured(&mut self, mark: Mark, start: u32) -> Parsed {
        self.destructuring(true)?;
        self.part(Part::Left);
        self.expect(Sign::Equal)?;
        self.expression()?;
        self.part(Part::Right);
        self.close(mark, Kind::AssignmentExpression, start);
        Ok(())
    }

    /// Makes a node of the operator here.
    pub(super) fn operator(&mut self, kind: Kind) {
        if self.is(Sign::Slash) {
            self.token.end = self.token.start + if kind == Kind::DivideBy { 2 } else { 1 };
        } else if self.is(Sign::Greater) {
            self.token.end = self.token.start + self.larger().1;
        }
        self.leaf(kind);
        self.part(Part::Operator);
    }

    /// The operator that begins with the `>` here, and its length.
    fn larger(&self) -> (Sign, u32) {
        let (sign, length) = larger(self.lexer.rest(self.token.start as usize));
        (sign, super::parser::offset(length))
    }

    /// Whether the question mark here asks for one of two values.
    fn is_ternary(&self) -> Result<bool, Surprise> {
        // The scanner of the grammar passes over a comment here without a node for it.
        if self.has_block_comment_behind_line() {
            return Err(Surprise);
        }
        let rest = self.lexer.rest(self.token.end as usize);
        let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'..=b'\r'));
        Ok(!matches!(next, Some(b':' | b')' | b',' | b'.')))
    }

    fn ternary(&mut self, mark: Mark, start: u32) -> Parsed {
        self.part(Part::Condition);
        self.leaf(Kind::Question);
        self.within(Around { colon_ends: true, ..BRACKETS }, Self::expression)?;
        self.part(Part::Consequence);
        self.expect(Sign::Colon)?;
        self.expression()?;
        self.part(Part::Alternative);
        self.close(mark, Kind::TernaryExpression, start);
        Ok(())
    }

    fn yielding(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if self.is(Sign::Operator(Kind::Times)) {
            self.take();
            self.expression()?;
        } else if !matches!(
            self.token.sign,
            Sign::CloseParen
                | Sign::CloseBracket
                | Sign::CloseBrace
                | Sign::Comma
                | Sign::Semicolon
                | Sign::Colon
        ) {
            if self.token.newline {
                return Err(Surprise);
            }
            self.expression()?;
        }
        self.close(mark, Kind::YieldExpression, start);
        Ok(())
    }

    /// Operators that bind at least as tightly.
    fn operation(&mut self, least: Tightness) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.unary()?;
        self.operators(mark, start, least, false)
    }

    /// What stands behind the value since `mark`: operators that bind at least as tightly, and, where `with_least`, those
    /// that bind least.
    fn operators(&mut self, mark: Mark, start: u32, least: Tightness, with_least: bool) -> Parsed {
        let with_least = with_least || least == Tightness::Least;
        let mut is_comparison = false;
        loop {
            if self.token.newline && self.stops(true) {
                return Ok(());
            }
            let kind = match self.token.sign {
                Sign::Operator(kind) => kind,
                Sign::Name if self.says(Word::In) => Kind::In,
                Sign::Name if self.says(Word::InstanceOf) => Kind::InstanceOf,
                Sign::Name if matches!(self.token.word, Word::As | Word::Satisfies) && with_least => {
                    self.cast(mark, start)?;
                    continue;
                }
                Sign::Bang if with_least => {
                    self.take();
                    self.close(mark, Kind::NonNullExpression, start);
                    self.postfix(mark, start)?;
                    continue;
                }
                // The grammar groups what follows a comparison to the right here.
                Sign::Less if is_comparison => return Err(Surprise),
                Sign::Less if least <= Tightness::Relation => {
                    if self.generic(mark, start)? {
                        continue;
                    }
                    Kind::Smaller
                }
                Sign::Slash if self.lexer.byte(self.token.end as usize) == b'=' => return self.divided_by(),
                Sign::Slash => Kind::Divide,
                // What stands between `<` and `>` may be types to the grammar.
                Sign::Greater if self.may_close_types() => return Err(Surprise),
                Sign::Greater => match self.larger().0 {
                    Sign::Operator(kind) => kind,
                    _ => return Ok(()),
                },
                _ => return Ok(()),
            };
            let binds = tightness(kind);
            if binds < least {
                return Ok(());
            }
            self.part(Part::Left);
            self.operator(kind);
            if binds == Tightness::Power {
                // Powers group to the right.
                let (mark, start) = (self.mark(), self.start());
                self.nested(|parser| {
                    parser.unary()?;
                    parser.operators(mark, start, Tightness::Power, true)
                })?;
            } else {
                self.nested(|parser| parser.operation(binds.next()))?;
            }
            self.part(Part::Right);
            self.close(mark, Kind::BinaryExpression, start);
            is_comparison = binds == Tightness::Relation;
        }
    }

    /// Whether the `>` here may be the end of types, and what follows an operator behind them.
    fn may_close_types(&self) -> bool {
        const NEAR: u32 = 1_000;
        let is_near = self.last_comparison.is_some_and(|at| self.start() - at.min(self.start()) < NEAR);
        is_near
            && matches!(
                self.next().sign,
                Sign::Operator(_)
                    | Sign::Step(_)
                    | Sign::Template
                    | Sign::OpenBracket
                    | Sign::Slash
                    | Sign::Less
            )
    }

    /// `/=` is told to the one who assigns.
    fn divided_by(&mut self) -> Parsed {
        self.token.sign = Sign::Assigning(Kind::DivideBy);
        self.token.end = self.token.start + 2;
        Ok(())
    }

    /// `as T` or `satisfies T`.
    fn cast(&mut self, mark: Mark, start: u32) -> Parsed {
        let kind = if self.says(Word::As) { Kind::AsExpression } else { Kind::SatisfiesExpression };
        self.take();
        if !(kind == Kind::AsExpression && self.takes_word(Word::Const)) {
            // How far such a type reaches, the grammar tells by what follows.
            if self.is(Sign::OpenParen) && self.next().sign == Sign::OpenParen {
                return Err(Surprise);
            }
            self.within(Around { is_cast: true, ..self.around }, Self::type_)?;
        }
        self.close(mark, kind, start);
        match self.token.sign {
            Sign::OpenParen | Sign::OpenBracket | Sign::Template | Sign::Dot | Sign::QuestionDot
                if !self.token.newline =>
            {
                Err(Surprise)
            }
            _ => Ok(()),
        }
    }

    /// What stands before, behind or without an operator.
    fn unary(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let kind = match (self.token.sign, self.token.word) {
            (Sign::Bang, _) => Kind::Not,
            (Sign::Tilde, _) => Kind::Invert,
            (Sign::Operator(kind @ (Kind::Plus | Kind::Minus)), _) => kind,
            (Sign::Name, Word::Typeof) => Kind::Typeof,
            (Sign::Name, Word::Void) => Kind::Void,
            (Sign::Name, Word::Delete) => Kind::Delete,
            (Sign::Step(kind), _) => {
                self.operator(kind);
                self.nested(Self::unary)?;
                if self.builder.is_last(&[Kind::UpdateExpression]) {
                    return Err(Surprise);
                }
                self.part(Part::Argument);
                self.close(mark, Kind::UpdateExpression, start);
                return Ok(());
            }
            (Sign::Name, Word::Await) => {
                self.take();
                self.nested(|parser| {
                    let (mark, start) = (parser.mark(), parser.start());
                    parser.unary()?;
                    parser.operators(mark, start, Tightness::Most, true)
                })?;
                self.close(mark, Kind::AwaitExpression, start);
                return Ok(());
            }
            (Sign::Less, _) if !self.is_tsx => {
                self.type_arguments()?;
                if self.says(Word::New) {
                    return Err(Surprise);
                }
                self.nested(Self::unary)?;
                if self.builder.is_last(&[Kind::UpdateExpression]) {
                    return Err(Surprise);
                }
                self.close(mark, Kind::TypeAssertion, start);
                // Whether it is a part of what is asserted, is not known.
                return if self.is(Sign::Less) { Err(Surprise) } else { Ok(()) };
            }
            _ => {
                self.operand()?;
                return self.postfix(mark, start);
            }
        };
        self.operator(kind);
        self.nested(Self::unary)?;
        self.part(Part::Argument);
        self.close(mark, Kind::UnaryExpression, start);
        Ok(())
    }
}
