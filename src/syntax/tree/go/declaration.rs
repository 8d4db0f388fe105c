//! A file, and what is declared in it.

use super::builder::Mark;
use super::kind::{Kind, Part};
use super::parser::{Open, Parsed, Parser, Unexpected};
use super::token::Sign;

impl Parser<'_> {
    pub(super) fn source_file(&mut self) -> Parsed {
        while !self.is_at(Sign::End) {
            let sign = self.sign();
            self.top_level()?;
            // Where the last line does not end, the grammar does not take all declarations.
            if !self.is_at(Sign::End) || !matches!(sign, Sign::Package | Sign::Import | Sign::Func) {
                self.terminator()?;
            }
        }
        self.take();
        // It begins with what stands in it first.
        let start = self.first_start();
        self.close(Open { mark: Mark::FIRST, start }, Kind::SourceFile);
        Ok(())
    }

    fn top_level(&mut self) -> Parsed {
        let open = self.open();
        match self.sign() {
            Sign::Package => {
                self.take();
                self.name(Kind::PackageIdentifier)?;
                self.close(open, Kind::PackageClause);
                Ok(())
            }
            Sign::Import => self.import(),
            Sign::Func => self.function(),
            _ => self.declaration(),
        }
    }

    fn import(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::Import)?;
        if self.is_at(Sign::OpenParen) {
            let list = self.open();
            self.take();
            while !self.is_at(Sign::CloseParen) {
                self.import_spec()?;
                if !self.is_at(Sign::CloseParen) {
                    self.terminator()?;
                }
            }
            self.take();
            self.close(list, Kind::ImportSpecList);
        } else {
            self.import_spec()?;
        }
        self.close(open, Kind::ImportDeclaration);
        Ok(())
    }

    fn import_spec(&mut self) -> Parsed {
        let open = self.open();
        let token = self.token();
        if token.sign == Sign::Dot {
            self.leaf(Kind::Dot);
            self.part(Part::Name);
        } else if token.sign.is_name() {
            let is_blank = self.text.get(token.start as usize..token.end as usize) == Some("_");
            self.leaf(if is_blank { Kind::BlankIdentifier } else { Kind::PackageIdentifier });
            self.part(Part::Name);
        }
        if !matches!(self.sign(), Sign::Text | Sign::RawText) {
            return Err(Unexpected);
        }
        self.string()?;
        self.part(Part::Path);
        self.close(open, Kind::ImportSpec);
        Ok(())
    }

    fn function(&mut self) -> Parsed {
        let open = self.open();
        self.expect(Sign::Func)?;
        let mut kind = Kind::FunctionDeclaration;
        if self.is_at(Sign::OpenParen) {
            self.parameters()?;
            self.part(Part::Receiver);
            self.name(Kind::FieldIdentifier)?;
            self.part(Part::Name);
            kind = Kind::MethodDeclaration;
        } else {
            self.name(Kind::Identifier)?;
            self.part(Part::Name);
            if self.is_at(Sign::OpenBracket) {
                self.type_parameters()?;
                self.part(Part::TypeParameters);
            }
        }
        self.signature()?;
        if self.is_at(Sign::OpenBrace) {
            self.block()?;
            self.part(Part::Body);
        }
        self.close(open, kind);
        Ok(())
    }

    /// Constants, types or variables.
    pub(super) fn declaration(&mut self) -> Parsed {
        let open = self.open();
        let kind = match self.take().sign {
            Sign::Const => {
                self.specs(Self::const_spec)?;
                Kind::ConstDeclaration
            }
            Sign::Var => {
                let list = self.open();
                if self.specs(Self::var_spec)? {
                    self.close(list, Kind::VarSpecList);
                }
                Kind::VarDeclaration
            }
            Sign::Type => {
                self.types()?;
                Kind::TypeDeclaration
            }
            _ => return Err(Unexpected),
        };
        self.close(open, kind);
        Ok(())
    }

    /// One of these, or several in parentheses, each with an end of its own; says whether there are parentheses.
    fn specs(&mut self, mut spec: impl FnMut(&mut Self) -> Parsed) -> Result<bool, Unexpected> {
        if !self.takes(Sign::OpenParen) {
            spec(self)?;
            return Ok(false);
        }
        while !self.is_at(Sign::CloseParen) {
            spec(self)?;
            self.terminator()?;
        }
        self.take();
        Ok(true)
    }

    fn names(&mut self) -> Result<Open, Unexpected> {
        let open = self.open();
        loop {
            self.name(Kind::Identifier)?;
            self.part(Part::Name);
            if !self.takes(Sign::Comma) {
                return Ok(open);
            }
        }
    }

    fn const_spec(&mut self) -> Parsed {
        let open = self.names()?;
        if !self.sign().ends_statement() && !self.is_at(Sign::CloseParen) {
            if !self.is_at(Sign::Equal) {
                self.type_()?;
                self.part(Part::Type);
            }
            self.expect(Sign::Equal)?;
            self.expression_list()?;
            self.part(Part::Value);
        }
        self.close(open, Kind::ConstSpec);
        Ok(())
    }

    fn var_spec(&mut self) -> Parsed {
        let open = self.names()?;
        let has_type = !self.is_at(Sign::Equal);
        if has_type {
            self.type_()?;
            self.part(Part::Type);
        }
        if !has_type || self.is_at(Sign::Equal) {
            self.expect(Sign::Equal)?;
            self.expression_list()?;
            self.part(Part::Value);
        }
        self.close(open, Kind::VarSpec);
        Ok(())
    }

    fn types(&mut self) -> Parsed {
        if !self.takes(Sign::OpenParen) {
            return self.type_spec();
        }
        while !self.is_at(Sign::CloseParen) {
            self.type_spec()?;
            if !self.is_at(Sign::CloseParen) {
                self.terminator()?;
            }
        }
        self.take();
        Ok(())
    }

    fn type_spec(&mut self) -> Parsed {
        let open = self.open();
        self.name(Kind::TypeIdentifier)?;
        self.part(Part::Name);
        if self.is_at(Sign::OpenBracket) && self.has_type_parameters()? {
            self.type_parameters()?;
            self.part(Part::TypeParameters);
        }
        let kind = if self.takes(Sign::Equal) { Kind::TypeAlias } else { Kind::TypeSpec };
        self.type_()?;
        self.part(Part::Type);
        self.close(open, kind);
        Ok(())
    }

    /// Whether the bracket behind the name of a type opens its parameters, not the length of an array.
    fn has_type_parameters(&self) -> Result<bool, Unexpected> {
        if !self.ahead(1).is_name() {
            return Ok(false);
        }
        match self.ahead(2) {
            Sign::Comma
            | Sign::Tilde
            | Sign::Map
            | Sign::Chan
            | Sign::Func
            | Sign::Struct
            | Sign::Interface => Ok(true),
            Sign::OpenBracket if self.ahead(3) == Sign::CloseBracket => Ok(true),
            Sign::Operator(Kind::Star) if self.ahead(3) == Sign::Integer => Ok(false),
            // These may be either.
            Sign::OpenBracket | Sign::OpenParen | Sign::Operator(Kind::Star) => Err(Unexpected),
            sign => Ok(sign.is_name()),
        }
    }
}
