//! Functions: parameters, what they return, bodies.

use super::builder::Mark;
use super::kind::{Kind, Part};
use super::parser::{Around, BRACKETS, Parsed, Parser, STATEMENT, Surprise};
use super::token::{Sign, Token, Word};

impl Parser<'_> {
    /// `(..) => ..`, with `async` or types if it has them.
    pub(super) fn arrow(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.says(Word::Async) && self.next().sign != Sign::Arrow {
            self.take();
            if self.token.newline {
                return Err(Surprise);
            }
        }
        if self.is_name() {
            self.leaf(Kind::Identifier);
            self.part(Part::Parameter);
        } else {
            self.signature()?;
        }
        self.expect(Sign::Arrow)?;
        if self.is(Sign::OpenBrace) {
            self.block()?;
        } else {
            self.within(Around { is_arrow: true, ..self.around }, Self::expression)?;
        }
        self.part(Part::Body);
        self.close(mark, Kind::ArrowFunction, start);
        Ok(())
    }

    /// Type parameters, parameters and what is returned.
    pub(super) fn signature(&mut self) -> Parsed {
        if self.is(Sign::Less) {
            self.type_parameters()?;
        }
        self.parameters(false)?;
        if self.is(Sign::Colon) {
            self.returned()?;
            self.part(Part::ReturnType);
        }
        Ok(())
    }

    /// `(..)` with parameters, of a type or of a function.
    pub(super) fn parameters(&mut self, of_type: bool) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.expect(Sign::OpenParen)?;
        self.within(BRACKETS, |parser| {
            parser.list(Sign::CloseParen, |parser| {
                // Words that are types are no names to the grammar here.
                if of_type && parser.is_odd_in_types() {
                    return Err(Surprise);
                }
                parser.parameter()
            })
        })?;
        self.close(mark, Kind::FormalParameters, start);
        self.part(Part::Parameters);
        Ok(())
    }

    /// Whether the word here may be no name to the grammar where a type may stand as well.
    fn is_odd_in_types(&self) -> bool {
        match self.token.word {
            Word::Other => false,
            Word::Abstract | Word::Accessor | Word::Asserts | Word::Infer | Word::Is | Word::Keyof => true,
            Word::Never | Word::Unique | Word::Unknown => true,
            word => word.is_name() && self.next().sign != Sign::Colon,
        }
    }

    fn parameter(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        while self.is(Sign::At) {
            self.decorator()?;
        }
        if matches!(self.token.word, Word::Public | Word::Private | Word::Protected) && self.is_modifier() {
            self.leaf(Kind::AccessibilityModifier);
        }
        if self.says(Word::Override) && self.is_modifier() {
            self.leaf(Kind::OverrideModifier);
        }
        if self.says(Word::Readonly) && self.is_modifier() {
            self.take();
        }
        if self.says(Word::This) {
            self.leaf(Kind::This);
        } else {
            self.pattern(false)?;
        }
        let is_rest = self.builder.is_last(&[Kind::RestPattern]);
        self.part(Part::Pattern);
        let mut kind = Kind::RequiredParameter;
        if self.is(Sign::Question) {
            kind = Kind::OptionalParameter;
            self.question()?;
            // Before anything else the scanner of the grammar takes it for that of a choice.
            if !matches!(self.token.sign, Sign::Colon | Sign::Comma | Sign::CloseParen) {
                return Err(Surprise);
            }
        }
        self.annotated()?;
        if is_rest && self.is(Sign::Equal) {
            return Err(Surprise);
        }
        if self.takes(Sign::Equal) {
            self.expression()?;
            self.part(Part::Value);
        }
        self.close(mark, kind, start);
        Ok(())
    }

    /// Whether the word here says something of a parameter whose name follows.
    fn is_modifier(&self) -> bool {
        let next = self.next();
        matches!(next.sign, Sign::Name | Sign::OpenBrace | Sign::OpenBracket) && !next.newline
    }

    /// Whether the word here says something of a member whose name is `next`.
    pub(super) fn is_before_member(next: Token) -> bool {
        matches!(next.sign, Sign::Name | Sign::String | Sign::Number | Sign::OpenBracket | Sign::Private)
    }

    /// What a function begins with; says whether it is a generator.
    fn function_head(&mut self) -> Result<bool, Surprise> {
        self.takes_word(Word::Async);
        self.expect_word(Word::Function)?;
        let is_generator = self.is(Sign::Operator(Kind::Times));
        if is_generator {
            self.take();
        }
        Ok(is_generator)
    }

    /// A function that is a value, or the class or function behind `async`.
    pub(super) fn function(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let is_generator = self.function_head()?;
        if self.is_name() {
            self.leaf(Kind::Identifier);
            self.part(Part::Name);
        }
        self.signature()?;
        self.block()?;
        self.part(Part::Body);
        let kind = if is_generator { Kind::GeneratorFunction } else { Kind::FunctionExpression };
        self.close(mark, kind, start);
        Ok(())
    }

    /// A function that is declared; without a body it is a signature.
    pub(super) fn function_declaration(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let is_generator = self.function_head()?;
        self.name(Kind::Identifier)?;
        self.within(STATEMENT, Self::signature)?;
        if !self.is(Sign::OpenBrace) {
            if is_generator {
                return Err(Surprise);
            }
            self.semicolon(false)?;
            self.close(mark, Kind::FunctionSignature, start);
            return Ok(());
        }
        self.block()?;
        self.part(Part::Body);
        let kind = if is_generator { Kind::GeneratorFunctionDeclaration } else { Kind::FunctionDeclaration };
        self.close(mark, kind, start);
        Ok(())
    }

    /// The name of what is declared.
    pub(super) fn name(&mut self, kind: Kind) -> Parsed {
        // A word that may be more than a name is no name of a type to the grammar.
        if !self.is_name() || kind == Kind::TypeIdentifier && !self.says(Word::Other) {
            return Err(Surprise);
        }
        self.leaf(kind);
        self.part(Part::Name);
        Ok(())
    }

    /// The rest of a method, from behind its name on; `mark` is before what says how it is.
    pub(super) fn method(&mut self, mark: Mark, start: u32) -> Parsed {
        self.signature()?;
        self.block()?;
        self.part(Part::Body);
        self.close(mark, Kind::MethodDefinition, start);
        Ok(())
    }

    /// `{..}` with statements, and what belongs to it behind its end.
    pub(super) fn block(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.expect(Sign::OpenBrace)?;
        self.within(STATEMENT, |parser| {
            while !parser.is(Sign::CloseBrace) {
                parser.statement()?;
            }
            Ok(())
        })?;
        self.take();
        self.behind_block()?;
        self.close(mark, Kind::StatementBlock, start);
        Ok(())
    }
}
