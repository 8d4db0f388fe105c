//! Imports and exports.

use super::builder::Mark;
use super::kind::{Kind, Part};
use super::parser::{Parsed, Parser, Surprise};
use super::token::{Sign, Word};

impl Parser<'_> {
    pub(super) fn import(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if self.says(Word::Type) {
            let next = self.next();
            match next.sign {
                Sign::OpenBrace | Sign::Operator(Kind::Times) => self.take(),
                Sign::Equal => return Err(Surprise),
                Sign::Name if next.word != Word::From => self.take(),
                // The default may be called `type`, or what is a type may be called `from`.
                Sign::Name if self.lexer.token(next.end).sign != Sign::String => return Err(Surprise),
                _ => {}
            }
        }
        if self.is(Sign::String) {
            self.string()?;
            self.part(Part::Source);
        } else if self.is_name() && self.next().sign == Sign::Equal {
            if !self.import_equals()? {
                self.close(mark, Kind::ImportAlias, start);
                return Ok(());
            }
        } else {
            self.import_clause()?;
            self.from()?;
        }
        if matches!(self.token.word, Word::With | Word::Assert) && !self.stops(false) {
            let (mark, start) = (self.mark(), self.start());
            self.take();
            if !self.is(Sign::OpenBrace) {
                return Err(Surprise);
            }
            self.operand()?;
            self.close(mark, Kind::ImportAttribute, start);
        }
        self.semicolon(false)?;
        self.close(mark, Kind::ImportStatement, start);
        Ok(())
    }

    /// `a = require('b')`, or `a = b.c` with its end; says whether it is the first.
    fn import_equals(&mut self) -> Result<bool, Surprise> {
        let (mark, start) = (self.mark(), self.start());
        self.leaf(Kind::Identifier);
        self.take();
        if self.says(Word::Require) && self.next().sign == Sign::OpenParen {
            self.take();
            self.take();
            if !self.is(Sign::String) {
                return Err(Surprise);
            }
            self.string()?;
            self.part(Part::Source);
            self.expect(Sign::CloseParen)?;
            self.close(mark, Kind::ImportRequireClause, start);
            return Ok(true);
        }
        self.dotted()?;
        self.semicolon(false)?;
        Ok(false)
    }

    fn from(&mut self) -> Parsed {
        self.expect_word(Word::From)?;
        if !self.is(Sign::String) {
            return Err(Surprise);
        }
        self.string()?;
        self.part(Part::Source);
        Ok(())
    }

    fn import_clause(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let is_named = self.is_name();
        if is_named {
            self.leaf(Kind::Identifier);
        }
        if !is_named || self.takes(Sign::Comma) {
            let (mark, start) = (self.mark(), self.start());
            let kind = if self.takes(Sign::OpenBrace) {
                self.list(Sign::CloseBrace, |parser| parser.specifier(true))?;
                Kind::NamedImports
            } else {
                if !self.is(Sign::Operator(Kind::Times)) {
                    return Err(Surprise);
                }
                self.take();
                self.expect_word(Word::As)?;
                self.module_name(true)?;
                Kind::NamespaceImport
            };
            self.close(mark, kind, start);
        }
        self.close(mark, Kind::ImportClause, start);
        Ok(())
    }

    /// A name that is imported or exported; one that stands for a value here is no other word.
    fn module_name(&mut self, is_local: bool) -> Parsed {
        match self.token.sign {
            Sign::Name if !is_local || self.is_name() => self.leaf(Kind::Identifier),
            Sign::String if !is_local => self.string()?,
            _ => return Err(Surprise),
        }
        Ok(())
    }

    fn specifier(&mut self, is_import: bool) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.says(Word::Type) {
            let next = self.next();
            match next.sign {
                // `type as x` has two readings.
                Sign::Name if next.word == Word::As => return Err(Surprise),
                Sign::Name | Sign::String => self.take(),
                _ if is_import => {}
                _ => return Err(Surprise),
            }
        }
        if self.says(Word::Typeof) {
            return Err(Surprise);
        }
        let is_renamed = self.next().word == Word::As;
        self.module_name(is_import && !is_renamed)?;
        self.part(Part::Name);
        if is_renamed {
            self.take();
            self.module_name(is_import)?;
            self.part(Part::Alias);
        }
        self.close(mark, if is_import { Kind::ImportSpecifier } else { Kind::ExportSpecifier }, start);
        Ok(())
    }

    /// The export here; what decorates it stands behind `mark`.
    pub(super) fn export(&mut self, mark: Mark, start: u32) -> Parsed {
        self.take();
        // Alone on its line it is a name to the grammar.
        if self.token.newline {
            return Err(Surprise);
        }
        match self.token.sign {
            Sign::Operator(Kind::Times) => {
                let (mark, start) = (self.mark(), self.start());
                self.take();
                if self.takes_word(Word::As) {
                    self.module_name(false)?;
                    self.close(mark, Kind::NamespaceExport, start);
                }
                self.from()?;
                self.semicolon(false)?;
            }
            Sign::OpenBrace => self.export_clause()?,
            Sign::Equal => {
                self.take();
                self.expression()?;
                self.semicolon(true)?;
            }
            Sign::Name => match self.token.word {
                Word::Type if self.next().sign == Sign::OpenBrace => {
                    self.take();
                    self.export_clause()?;
                }
                Word::Import => {
                    let (mark, start) = (self.mark(), self.start());
                    self.take();
                    if !self.is_name() || self.next().sign != Sign::Equal || self.import_equals()? {
                        return Err(Surprise);
                    }
                    self.close(mark, Kind::ImportAlias, start);
                    self.part(Part::Declaration);
                }
                Word::Default => self.export_default()?,
                Word::As => {
                    self.take();
                    self.expect_word(Word::Namespace)?;
                    self.module_name(true)?;
                    self.semicolon(false)?;
                }
                _ => {
                    self.declared()?;
                    self.part(Part::Declaration);
                }
            },
            Sign::At => {
                self.decorated_class()?;
                self.part(Part::Declaration);
            }
            _ => return Err(Surprise),
        }
        self.close(mark, Kind::ExportStatement, start);
        Ok(())
    }

    fn export_clause(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        self.list(Sign::CloseBrace, |parser| parser.specifier(false))?;
        self.close(mark, Kind::ExportClause, start);
        if self.says(Word::From) && !self.stops(false) {
            self.from()?;
        }
        self.semicolon(false)
    }

    fn export_default(&mut self) -> Parsed {
        self.take();
        let next = self.next();
        let is_declared = match self.token.word {
            Word::Class => next.sign == Sign::Name && !matches!(next.word, Word::Extends | Word::Implements),
            Word::Function => self.is_named_function(self.token.end),
            Word::Async if next.word == Word::Function && !next.newline => self.is_named_function(next.end),
            Word::Interface | Word::Abstract if next.sign == Sign::Name && !next.newline => true,
            Word::Interface | Word::Abstract => return Err(Surprise),
            Word::Enum
            | Word::Const
            | Word::Let
            | Word::Var
            | Word::Type
            | Word::Declare
            | Word::Namespace
            | Word::Module => return Err(Surprise),
            _ => false,
        };
        if is_declared {
            self.declared()?;
            self.part(Part::Declaration);
            return Ok(());
        }
        self.expression()?;
        self.part(Part::Value);
        self.semicolon(true)
    }

    /// Whether a name stands behind the word `function`, which ends at `from`.
    fn is_named_function(&self, from: u32) -> bool {
        let first = self.lexer.token(from);
        let name =
            if first.sign == Sign::Operator(Kind::Times) { self.lexer.token(first.end) } else { first };
        name.sign == Sign::Name
    }
}
