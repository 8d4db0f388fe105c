//! Types.

use super::kind::{Kind, Part};
use super::parser::{BRACKETS, Parsed, Parser, Surprise};
use super::skim::Follower;
use super::token::{Sign, Word};

impl Parser<'_> {
    /// A type.
    pub(super) fn type_(&mut self) -> Parsed {
        self.nested(|parser| {
            let (mark, start) = (parser.mark(), parser.start());
            parser.union()?;
            if !parser.says(Word::Extends) || parser.stops(false) {
                return Ok(());
            }
            parser.part(Part::Left);
            parser.take();
            parser.union()?;
            parser.part(Part::Right);
            if !parser.is(Sign::Question) {
                return Err(Surprise);
            }
            parser.leaf(Kind::Question);
            parser.within(BRACKETS, Self::type_)?;
            parser.part(Part::Consequence);
            parser.expect(Sign::Colon)?;
            parser.type_()?;
            parser.part(Part::Alternative);
            parser.close(mark, Kind::ConditionalType, start);
            Ok(())
        })
    }

    /// Types with `|` between them, or before them.
    fn union(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if !self.is(Sign::Operator(Kind::BitOr)) {
            self.intersection()?;
        }
        while self.is(Sign::Operator(Kind::BitOr)) {
            self.take();
            self.intersection()?;
            self.close(mark, Kind::UnionType, start);
            self.doubts += usize::from(matches!(self.token.sign, Sign::Operator(Kind::Or | Kind::And)));
        }
        Ok(())
    }

    fn intersection(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if !self.is(Sign::Operator(Kind::BitAnd)) {
            self.type_operand()?;
        }
        while self.is(Sign::Operator(Kind::BitAnd)) {
            self.take();
            self.type_operand()?;
            self.close(mark, Kind::IntersectionType, start);
            self.doubts += usize::from(matches!(self.token.sign, Sign::Operator(Kind::Or | Kind::And)));
        }
        Ok(())
    }

    /// A type without operators between types.
    fn type_operand(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let next = || self.next();
        match (self.token.sign, self.token.word) {
            (Sign::Name, Word::Readonly) => {
                self.take();
                self.type_()?;
                self.close(mark, Kind::ReadonlyType, start);
                return Ok(());
            }
            (Sign::Name, Word::Infer) if next().sign == Sign::Name => {
                self.take();
                if !self.says(Word::Other) {
                    return Err(Surprise);
                }
                self.leaf(Kind::TypeIdentifier);
                if self.takes_word(Word::Extends) {
                    self.nested(Self::union)?;
                }
                self.close(mark, Kind::InferType, start);
                return match self.token.sign {
                    Sign::OpenBracket | Sign::Operator(_) | Sign::Less | Sign::Dot => Err(Surprise),
                    _ => Ok(()),
                };
            }
            (Sign::Name, Word::New) => return self.constructor_type(),
            (Sign::Name, Word::Abstract) if next().word == Word::New => {
                self.take();
                self.type_parts_of_constructor()?;
                self.close(mark, Kind::ConstructorType, start);
                return Ok(());
            }
            (Sign::Less, _) => return self.function_type(),
            (Sign::OpenParen, _) if self.follower(start) == Follower::Arrow => return self.function_type(),
            (Sign::Name, Word::Import) => return self.type_of_module(),
            _ => {}
        }
        self.type_postfix()
    }

    /// A type with `[]` or `[K]` behind it.
    fn type_postfix(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.primary_type()?;
        while self.is(Sign::OpenBracket) && !self.stops(false) {
            // Where the list of types may be a comparison, the line may end it.
            if self.token.newline {
                return Err(Surprise);
            }
            self.take();
            if self.takes(Sign::CloseBracket) {
                self.close(mark, Kind::ArrayType, start);
                continue;
            }
            self.within(BRACKETS, Self::type_)?;
            self.expect(Sign::CloseBracket)?;
            self.close(mark, Kind::LookupType, start);
        }
        Ok(())
    }

    fn function_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.is(Sign::Less) {
            self.type_parameters()?;
        }
        self.parameters(true)?;
        self.expect(Sign::Arrow)?;
        if self.said_of_parameter()?.is_none() {
            self.type_()?;
        }
        self.part(Part::ReturnType);
        self.close(mark, Kind::FunctionType, start);
        Ok(())
    }

    fn constructor_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.type_parts_of_constructor()?;
        self.close(mark, Kind::ConstructorType, start);
        Ok(())
    }

    /// `new (..) => T`
    fn type_parts_of_constructor(&mut self) -> Parsed {
        self.expect_word(Word::New)?;
        if self.is(Sign::Less) {
            self.type_parameters()?;
        }
        self.parameters(true)?;
        self.expect(Sign::Arrow)?;
        self.type_()?;
        self.part(Part::Type);
        Ok(())
    }

    /// `import('x').T`
    fn type_of_module(&mut self) -> Parsed {
        self.called_import()?;
        let behind =
            matches!(self.token.sign, Sign::OpenBracket | Sign::Less | Sign::OpenParen | Sign::QuestionDot);
        if behind && !self.token.newline { Err(Surprise) } else { Ok(()) }
    }

    /// `import('x')` with names behind it.
    fn called_import(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.doubts += 1;
        self.leaf(Kind::Import);
        self.part(Part::Function);
        self.arguments()?;
        self.part(Part::Arguments);
        self.close(mark, Kind::CallExpression, start);
        while self.is(Sign::Dot) {
            self.part(Part::Object);
            self.take();
            self.property()?;
            self.close(mark, Kind::MemberExpression, start);
        }
        Ok(())
    }

    fn primary_type(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        match self.token.sign {
            Sign::OpenParen => {
                self.take();
                self.within(BRACKETS, Self::type_)?;
                self.expect(Sign::CloseParen)?;
                self.close(mark, Kind::ParenthesizedType, start);
            }
            Sign::OpenBrace => return self.nested(|parser| parser.object_type(Kind::ObjectType)),
            Sign::OpenBracket => {
                self.take();
                self.within(BRACKETS, |parser| parser.list(Sign::CloseBracket, Self::tuple_member))?;
                self.close(mark, Kind::TupleType, start);
            }
            Sign::String => {
                self.string()?;
                self.close(mark, Kind::LiteralType, start);
            }
            Sign::Number => {
                self.leaf(Kind::Number);
                self.close(mark, Kind::LiteralType, start);
            }
            Sign::Operator(kind @ (Kind::Minus | Kind::Plus)) => {
                self.leaf(kind);
                self.part(Part::Operator);
                if !self.is(Sign::Number) {
                    return Err(Surprise);
                }
                self.leaf(Kind::Number);
                self.part(Part::Argument);
                self.close(mark, Kind::UnaryExpression, start);
                self.close(mark, Kind::LiteralType, start);
            }
            Sign::Template => return self.template(Kind::TemplateLiteralType),
            Sign::Name => return self.type_word(),
            _ => return Err(Surprise),
        }
        Ok(())
    }

    /// A name of a type, or a word that is a type or begins one.
    fn type_word(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let literal = match self.token.word {
            Word::True => Kind::True,
            Word::False => Kind::False,
            Word::Null => Kind::Null,
            Word::Undefined => Kind::Undefined,
            Word::This => {
                self.leaf(Kind::ThisType);
                return Ok(());
            }
            Word::Any
            | Word::Number
            | Word::Boolean
            | Word::String
            | Word::Symbol
            | Word::Void
            | Word::Unknown
            | Word::Never
            | Word::Object => {
                self.leaf(Kind::PredefinedType);
                return if self.is(Sign::Dot) { Err(Surprise) } else { Ok(()) };
            }
            Word::Unique => {
                self.take();
                if !self.says(Word::Symbol) {
                    return Err(Surprise);
                }
                self.take();
                self.close(mark, Kind::PredefinedType, start);
                return Ok(());
            }
            Word::Keyof => {
                self.take();
                self.nested(Self::type_postfix)?;
                self.close(mark, Kind::IndexTypeQuery, start);
                return Ok(());
            }
            Word::Typeof => return self.type_query(),
            _ => return self.type_name(),
        };
        self.leaf(literal);
        self.close(mark, Kind::LiteralType, start);
        Ok(())
    }

    /// `A`, `A.B` or either with types in brackets.
    pub(super) fn type_name(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if !self.is(Sign::Name) || !self.says(Word::Other) {
            self.doubts += usize::from(self.is(Sign::Name));
            return Err(Surprise);
        }
        let next = self.next();
        if next.sign == Sign::Dot {
            self.leaf(Kind::Identifier);
            loop {
                // Which of several readings a comment belongs to, is not known.
                if self.token.comments {
                    return Err(Surprise);
                }
                self.expect(Sign::Dot)?;
                if !self.is(Sign::Name) || self.token.comments {
                    return Err(Surprise);
                }
                if self.next().sign != Sign::Dot {
                    break;
                }
                if self.around.is_cast {
                    return Err(Surprise);
                }
                self.nested_name(mark, start);
            }
            self.part(Part::Module);
            self.leaf(Kind::TypeIdentifier);
            self.part(Part::Name);
            self.close(mark, Kind::NestedTypeIdentifier, start);
        } else {
            self.leaf(Kind::TypeIdentifier);
        }
        if self.is(Sign::Less) {
            self.part(Part::Name);
            self.type_arguments()?;
            self.part(Part::TypeArguments);
            self.close(mark, Kind::GenericType, start);
        }
        Ok(())
    }

    /// The name here as one in what was named since `mark`.
    pub(super) fn nested_name(&mut self, mark: super::builder::Mark, start: u32) {
        if self.builder.is_last(&[Kind::NestedIdentifier]) {
            self.builder.rename(Kind::MemberExpression);
        }
        self.part(Part::Object);
        self.leaf(Kind::PropertyIdentifier);
        self.part(Part::Property);
        self.close(mark, Kind::NestedIdentifier, start);
    }

    /// `typeof a.b`
    fn type_query(&mut self) -> Parsed {
        let (outer, begin) = (self.mark(), self.start());
        self.take();
        let (mark, start) = (self.mark(), self.start());
        match self.token.word {
            Word::Import => self.called_import()?,
            word => {
                match word {
                    Word::This => self.leaf(Kind::This),
                    Word::Other if self.is(Sign::Name) => self.leaf(Kind::Identifier),
                    _ => return Err(Surprise),
                }
                while matches!(self.token.sign, Sign::Dot | Sign::QuestionDot) {
                    self.part(Part::Object);
                    self.take();
                    self.property()?;
                    self.close(mark, Kind::MemberExpression, start);
                }
                if self.is(Sign::Less) {
                    self.part(Part::Function);
                    self.type_arguments()?;
                    self.part(Part::TypeArguments);
                    self.close(mark, Kind::InstantiationExpression, start);
                }
            }
        }
        if matches!(self.token.sign, Sign::OpenParen | Sign::Less | Sign::Dot) && !self.token.newline {
            return Err(Surprise);
        }
        self.close(outer, Kind::TypeQuery, begin);
        Ok(())
    }

    /// `<..>` with types.
    pub(super) fn type_arguments(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.expect(Sign::Less)?;
        self.within(BRACKETS, |parser| {
            loop {
                parser.type_()?;
                if !parser.takes(Sign::Comma) || parser.is(Sign::Greater) {
                    return Ok(());
                }
            }
        })?;
        self.close_types()?;
        self.close(mark, Kind::TypeArguments, start);
        Ok(())
    }

    /// Passes over the `>` behind types.
    fn close_types(&mut self) -> Parsed {
        if self.lexer.byte(self.token.end as usize) == b'='
            && self.lexer.byte(self.token.end as usize + 1) != b'>'
        {
            return Err(Surprise);
        }
        self.expect(Sign::Greater)
    }

    /// `<..>` with parameters.
    pub(super) fn type_parameters(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.expect(Sign::Less)?;
        self.within(BRACKETS, |parser| {
            loop {
                parser.type_parameter()?;
                if !parser.takes(Sign::Comma) || parser.is(Sign::Greater) {
                    return Ok(());
                }
            }
        })?;
        self.close_types()?;
        self.close(mark, Kind::TypeParameters, start);
        self.part(Part::TypeParameters);
        Ok(())
    }

    fn type_parameter(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.takes_word(Word::Const);
        self.name(Kind::TypeIdentifier)?;
        for (opens, kind, part) in [
            (self.says(Word::Extends), Kind::Constraint, Part::Constraint),
            (true, Kind::DefaultType, Part::Value),
        ] {
            let is_here = if kind == Kind::Constraint { opens } else { self.is(Sign::Equal) };
            if is_here {
                let (mark, start) = (self.mark(), self.start());
                self.take();
                self.type_()?;
                self.close(mark, kind, start);
                self.part(part);
            }
        }
        self.close(mark, Kind::TypeParameter, start);
        Ok(())
    }
}
