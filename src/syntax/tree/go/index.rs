//! What stands in square brackets behind an operand: an index, a slice, or types.
//!
//! The grammar reads all ways and keeps the one that it weighs most. The weights here are those of the grammar.

use super::builder::Mark;
use super::expression::{Found, Shape};
use super::kind::{Kind, Part};
use super::parser::{Open, Parsed, Parser, Unexpected};
use super::token::Sign;

/// What brackets with types in them are a part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Typed {
    /// `f[T](x, y)`
    Call,
    /// `A[T](x)`, also where it is a call: the grammar cannot know.
    Conversion,
    /// `A[T]{x}`
    Composite,
    /// `f[T]`
    Instantiation,
}

impl Parser<'_> {
    /// Brackets behind the operand that was completed last, and what they make of it.
    pub(super) fn index(&mut self, open: Open, shape: Shape) -> Result<Option<Shape>, Unexpected> {
        if self.builder.is_last(Kind::TypeInstantiationExpression) {
            return Err(Unexpected);
        }
        let operand = self.builder.mark();
        let is_name = matches!(shape, Shape::Name | Shape::Qualified);
        let typed = match self.behind_bracket(0) {
            Sign::OpenParen if is_name && self.has_one_argument() => Typed::Conversion,
            Sign::OpenParen => Typed::Call,
            Sign::OpenBrace if !self.is_header && is_name => Typed::Composite,
            _ => Typed::Instantiation,
        };
        let start = self.take().start;
        let comments = self.comments_left();
        let inside = Open { mark: self.builder.mark(), start };
        if self.is_at(Sign::Colon) {
            self.slice(open, operand)?;
            return Ok(Some(Shape::Other));
        }
        if self.is_at_word() && typed != Typed::Instantiation {
            return Err(Unexpected);
        }
        let first = self.open();
        let found = self.inside(Self::expression_or_type)?;
        let has_comments = comments != self.comments_left();
        let is_index = match self.sign() {
            Sign::Colon if found == Found::Expression => {
                self.part(Part::Start);
                self.slice(open, operand)?;
                return Ok(Some(Shape::Other));
            }
            // What may be a type is not weighed with comments in it.
            Sign::CloseBracket if has_comments => return Err(Unexpected),
            Sign::CloseBracket if self.builder.is_last(Kind::BinaryExpression) && self.may_be_union() => {
                return Err(Unexpected);
            }
            Sign::CloseBracket if found == Found::Expression => self.is_index(typed, operand),
            _ => false,
        };
        if is_index {
            self.part(Part::Index);
            self.builder.part_before(operand, Part::Operand);
            self.take();
            self.close(open, Kind::IndexExpression);
        } else {
            if found == Found::Expression {
                self.retype(first.mark).ok_or(Unexpected)?;
            }
            self.typed(open, operand, inside, first, typed)?;
            // At the end of the text, the grammar may choose another way.
            if self.is_at(Sign::End) {
                return Err(Unexpected);
            }
        }
        let is_converted = !is_index && matches!(typed, Typed::Conversion | Typed::Instantiation);
        Ok(Some(if is_converted { Shape::Converted } else { Shape::Other }))
    }

    /// The rest of `[start:end:capacity]`.
    fn slice(&mut self, open: Open, operand: Mark) -> Parsed {
        self.builder.part_before(operand, Part::Operand);
        self.inside(|parser| {
            parser.expect(Sign::Colon)?;
            if !parser.is_at(Sign::CloseBracket) {
                parser.expression()?;
                parser.part(Part::End);
                if parser.takes(Sign::Colon) {
                    parser.expression()?;
                    parser.part(Part::Capacity);
                }
            }
            parser.expect(Sign::CloseBracket)
        })?;
        self.close(open, Kind::SliceExpression);
        Ok(())
    }

    /// Whether the expression in brackets that was completed last is an index, though it might be a type.
    fn is_index(&self, typed: Typed, operand: Mark) -> bool {
        let Some(weight) = self.weight_of_last() else { return true };
        let as_index = 1 + weight.as_expression;
        match typed {
            Typed::Composite => false,
            Typed::Call => as_index >= 2 + weight.as_type,
            Typed::Conversion => as_index > 2 + weight.as_type,
            // The operand is a type itself.
            Typed::Instantiation => self.weight_before(operand).is_none_or(|operand| {
                as_index + operand.as_expression > operand.as_type + weight.as_type - 1
            }),
        }
    }

    /// Whether the grammar takes the expression in parentheses that was completed last for a type, before an argument.
    pub(super) fn is_type_in_parentheses(&self, has_comments: bool) -> Result<bool, Unexpected> {
        if !self.has_one_argument() {
            return Ok(false);
        }
        if has_comments {
            return Err(Unexpected);
        }
        Ok(self.weight_of_last().is_some_and(|weight| weight.as_type > weight.as_expression))
    }

    /// The rest of brackets with types in them, the first of which was completed last, and what follows.
    fn typed(&mut self, open: Open, operand: Mark, inside: Open, first: Open, typed: Typed) -> Parsed {
        let is_elem = typed != Typed::Instantiation;
        if is_elem {
            self.close(first, Kind::TypeElem);
        }
        self.inside(|parser| {
            while parser.takes(Sign::Comma) && !parser.is_at(Sign::CloseBracket) {
                if is_elem { parser.type_elem(Kind::TypeElem)? } else { parser.type_()? }
            }
            parser.expect(Sign::CloseBracket)
        })?;
        match typed {
            Typed::Call => {}
            Typed::Instantiation => self.retype_before(open.mark, operand).ok_or(Unexpected)?,
            Typed::Conversion | Typed::Composite => {
                self.name_type(operand).ok_or(Unexpected)?;
                self.builder.part_before(operand, Part::Type);
            }
        }
        if is_elem {
            self.close(inside, Kind::TypeArguments);
            self.part(Part::TypeArguments);
        }
        match typed {
            Typed::Call => {
                self.builder.part_before(operand, Part::Function);
                self.arguments()?;
                self.part(Part::Arguments);
                self.close(open, Kind::CallExpression);
            }
            Typed::Conversion => {
                self.close(open, Kind::GenericType);
                self.conversion(open)?;
            }
            Typed::Composite => {
                self.close(open, Kind::GenericType);
                self.composite(open)?;
            }
            Typed::Instantiation => self.close(open, Kind::TypeInstantiationExpression),
        }
        Ok(())
    }
}
