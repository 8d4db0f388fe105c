//! Statements that declare something.

use super::builder::Mark;
use super::kind::{Kind, Part};
use super::parser::{BRACKETS, Parsed, Parser, Surprise};
use super::token::{Sign, Word};

impl Parser<'_> {
    /// Whether the word here begins a declaration, an import or an export.
    pub(super) fn declares(&self) -> bool {
        let next = self.next();
        let is_named = next.sign == Sign::Name && !next.newline;
        match self.token.word {
            Word::Const | Word::Var | Word::Function | Word::Class | Word::Enum | Word::Export => true,
            // These are names of nothing else where a statement begins.
            Word::Interface | Word::Abstract => true,
            Word::Let => {
                !next.newline && matches!(next.sign, Sign::Name | Sign::OpenBrace | Sign::OpenBracket)
            }
            Word::Async => next.word == Word::Function && !next.newline,
            Word::Import => !matches!(next.sign, Sign::OpenParen | Sign::Dot),
            Word::Type | Word::Declare => is_named && !matches!(next.word, Word::In | Word::InstanceOf),
            Word::Namespace | Word::Module => {
                (is_named || next.sign == Sign::String && !next.newline)
                    && !matches!(next.word, Word::In | Word::InstanceOf | Word::As | Word::Satisfies)
            }
            _ => false,
        }
    }

    /// The declaration, import or export here.
    pub(super) fn declaration(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        match self.token.word {
            Word::Import => self.import(),
            Word::Export => self.export(mark, start),
            Word::Namespace => {
                self.declared()?;
                // A namespace by itself is a value to the grammar.
                self.semicolon(true)?;
                self.close(mark, Kind::ExpressionStatement, start);
                Ok(())
            }
            _ => self.declared(),
        }
    }

    /// What may also stand behind `export` and `declare`.
    pub(super) fn declared(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let kind = match self.token.word {
            Word::Const if self.next().word == Word::Enum => {
                self.take();
                self.enumeration()?
            }
            Word::Enum => self.enumeration()?,
            Word::Const | Word::Let | Word::Var => self.variables()?,
            Word::Function | Word::Async => return self.function_declaration(),
            Word::Class => return self.class(Kind::ClassDeclaration),
            Word::Abstract => {
                self.take();
                return self.class_behind(mark, start, Kind::AbstractClassDeclaration);
            }
            Word::Interface => self.interface()?,
            Word::Type => {
                self.take();
                self.name(Kind::TypeIdentifier)?;
                if self.is(Sign::Less) {
                    self.type_parameters()?;
                }
                self.expect(Sign::Equal)?;
                self.type_()?;
                self.part(Part::Value);
                self.semicolon(false)?;
                Kind::TypeAliasDeclaration
            }
            Word::Declare => {
                self.take();
                if self.token.newline {
                    return Err(Surprise);
                }
                if self.says(Word::Global) {
                    self.take();
                    self.block()?;
                } else if matches!(self.token.word, Word::Import | Word::Export | Word::Declare) {
                    return Err(Surprise);
                } else {
                    self.declared()?;
                }
                Kind::AmbientDeclaration
            }
            Word::Namespace | Word::Module => self.module()?,
            _ => return Err(Surprise),
        };
        self.close(mark, kind, start);
        Ok(())
    }

    fn variables(&mut self) -> Result<Kind, Surprise> {
        let kind = if self.says(Word::Var) { Kind::VariableDeclaration } else { Kind::LexicalDeclaration };
        self.take();
        let mut is_valued = self.declarator()?;
        while self.takes(Sign::Comma) {
            is_valued = self.declarator()?;
        }
        self.semicolon(is_valued)?;
        Ok(kind)
    }

    /// A variable; says whether it has a value.
    pub(super) fn declarator(&mut self) -> Result<bool, Surprise> {
        let (mark, start) = (self.mark(), self.start());
        self.binding()?;
        self.part(Part::Name);
        self.declarator_behind_name(mark, start)
    }

    /// The rest of a variable, whose name stands behind `mark`; says whether it has a value.
    pub(super) fn declarator_behind_name(&mut self, mark: Mark, start: u32) -> Result<bool, Surprise> {
        let is_sure = self.is(Sign::Bang) && !self.stops(false);
        if is_sure {
            self.take();
            if !self.is(Sign::Colon) {
                return Err(Surprise);
            }
        }
        self.annotated()?;
        let is_valued = !is_sure && self.takes(Sign::Equal);
        if is_valued {
            self.expression()?;
            self.part(Part::Value);
        }
        self.close(mark, Kind::VariableDeclarator, start);
        Ok(is_valued)
    }

    fn enumeration(&mut self) -> Result<Kind, Surprise> {
        self.expect_word(Word::Enum)?;
        self.name(Kind::Identifier)?;
        let (mark, start) = (self.mark(), self.start());
        self.expect(Sign::OpenBrace)?;
        self.within(BRACKETS, |parser| {
            parser.list(Sign::CloseBrace, |parser| {
                let (mark, start) = (parser.mark(), parser.start());
                parser.key()?;
                parser.part(Part::Name);
                if parser.takes(Sign::Equal) {
                    parser.expression()?;
                    parser.part(Part::Value);
                    parser.close(mark, Kind::EnumAssignment, start);
                }
                Ok(())
            })
        })?;
        self.close(mark, Kind::EnumBody, start);
        self.part(Part::Body);
        Ok(Kind::EnumDeclaration)
    }

    fn interface(&mut self) -> Result<Kind, Surprise> {
        self.take();
        self.name(Kind::TypeIdentifier)?;
        if self.is(Sign::Less) {
            self.type_parameters()?;
        }
        if self.says(Word::Extends) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            loop {
                self.type_name()?;
                self.part(Part::Type);
                if !self.takes(Sign::Comma) {
                    break;
                }
            }
            self.close(mark, Kind::ExtendsTypeClause, start);
        }
        self.object_type(Kind::InterfaceBody)?;
        self.part(Part::Body);
        Ok(Kind::InterfaceDeclaration)
    }

    /// `namespace A.B {..}` or `module 'a' {..}`
    fn module(&mut self) -> Result<Kind, Surprise> {
        let kind = if self.says(Word::Namespace) { Kind::InternalModule } else { Kind::Module };
        self.take();
        if self.is(Sign::String) {
            self.string()?;
        } else {
            self.dotted()?;
        }
        self.part(Part::Name);
        if self.token.newline && self.is(Sign::OpenBrace) {
            return Err(Surprise);
        }
        if self.is(Sign::OpenBrace) {
            self.block()?;
            self.part(Part::Body);
        } else if kind != Kind::Module || !self.builder.is_last(&[Kind::String]) {
            return Err(Surprise);
        }
        Ok(kind)
    }

    /// `a`, or `a.b` as one name.
    pub(super) fn dotted(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if !self.is_name() {
            return Err(Surprise);
        }
        self.leaf(Kind::Identifier);
        while self.takes(Sign::Dot) {
            if !self.is(Sign::Name) {
                return Err(Surprise);
            }
            self.nested_name(mark, start);
        }
        Ok(())
    }
}
