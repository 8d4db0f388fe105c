//! Types that list what is in them: members of objects and of tuples.

use super::builder::Mark;
use super::kind::{Kind, Part};
use super::parser::{BRACKETS, Parsed, Parser, STATEMENT, Surprise};
use super::token::{Sign, Word};

impl Parser<'_> {
    /// `{..}` with members, as a type or as the body of an interface.
    pub(super) fn object_type(&mut self, kind: Kind) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        // `{|` is a token of its own.
        if self.lexer.byte(self.token.end as usize) == b'|' {
            return Err(Surprise);
        }
        self.expect(Sign::OpenBrace)?;
        self.within(STATEMENT, |parser| {
            while !parser.is(Sign::CloseBrace) {
                parser.type_member()?;
                let is_marked = parser.takes(Sign::Comma) || parser.takes(Sign::Semicolon);
                if !is_marked && !parser.is(Sign::CloseBrace) && !parser.ends_without_mark(false, false) {
                    return Err(Surprise);
                }
            }
            Ok(())
        })?;
        self.take();
        self.close(mark, kind, start);
        Ok(())
    }

    fn type_member(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        match self.token.sign {
            Sign::OpenParen | Sign::Less => {
                self.signature()?;
                self.close(mark, Kind::CallSignature, start);
                return Ok(());
            }
            Sign::Operator(Kind::Minus | Kind::Plus) => {
                self.take();
                self.expect_word(Word::Readonly)?;
                return self.index_signature(mark, start);
            }
            Sign::OpenBracket if self.is_index()? => return self.index_signature(mark, start),
            Sign::Name => {
                let next = self.next();
                match self.token.word {
                    Word::New if matches!(next.sign, Sign::OpenParen | Sign::Less) && !next.newline => {
                        self.take();
                        return self.construct_signature(mark, start);
                    }
                    Word::Readonly if Self::is_before_member(next) && !next.newline => {
                        self.take();
                        if self.is(Sign::OpenBracket) && self.is_index()? {
                            return self.index_signature(mark, start);
                        }
                    }
                    Word::Get | Word::Set if Self::is_before_member(next) && !next.newline => {
                        self.take();
                        self.key()?;
                        self.part(Part::Name);
                        self.signature()?;
                        self.close(mark, Kind::MethodSignature, start);
                        return Ok(());
                    }
                    Word::Export if next.sign == Sign::Colon => {}
                    Word::New if next.newline => return Err(Surprise),
                    Word::Export | Word::Abstract => return Err(Surprise),
                    _ if Self::is_before_member(next) => return Err(Surprise),
                    _ => {}
                }
            }
            _ => {}
        }
        self.key()?;
        self.part(Part::Name);
        if self.is(Sign::Question) {
            self.question()?;
        }
        let kind = if matches!(self.token.sign, Sign::OpenParen | Sign::Less) && !self.stops(false) {
            self.signature()?;
            Kind::MethodSignature
        } else {
            self.annotated()?;
            Kind::PropertySignature
        };
        self.close(mark, kind, start);
        Ok(())
    }

    fn construct_signature(&mut self, mark: Mark, start: u32) -> Parsed {
        if self.is(Sign::Less) {
            self.type_parameters()?;
        }
        self.parameters(false)?;
        self.annotated()?;
        self.close(mark, Kind::ConstructSignature, start);
        Ok(())
    }

    /// Whether the bracket here opens `[key: T]` or `[K in T]`, and not a name that is computed.
    pub(super) fn is_index(&self) -> Result<bool, Surprise> {
        let name = self.next();
        if name.sign != Sign::Name {
            return Ok(false);
        }
        let next = self.lexer.token(name.end);
        // A word that may be more than a name is an operand of `in` to the grammar, or a mistake.
        if next.word == Word::In && name.word != Word::Other {
            return Err(Surprise);
        }
        Ok(next.sign == Sign::Colon || next.word == Word::In)
    }

    /// `[key: T]: V` or `[K in T]: V`, of which the bracket is here.
    pub(super) fn index_signature(&mut self, mark: Mark, start: u32) -> Parsed {
        self.expect(Sign::OpenBracket)?;
        self.within(BRACKETS, |parser| {
            if parser.next().word == Word::In {
                let (mark, start) = (parser.mark(), parser.start());
                parser.name(Kind::TypeIdentifier)?;
                parser.take();
                parser.type_()?;
                parser.part(Part::Type);
                if parser.takes_word(Word::As) {
                    parser.type_()?;
                    parser.part(Part::Alias);
                }
                parser.close(mark, Kind::MappedTypeClause, start);
                return Ok(());
            }
            parser.name(Kind::Identifier)?;
            parser.expect(Sign::Colon)?;
            parser.type_()?;
            parser.part(Part::IndexType);
            Ok(())
        })?;
        self.expect(Sign::CloseBracket)?;
        let rest = self.lexer.rest(self.token.start as usize);
        let (kind, length) = match rest {
            [b':', ..] => (Kind::TypeAnnotation, 1),
            [b'?', b':', ..] => (Kind::OptingTypeAnnotation, 2),
            [b'-', b'?', b':', ..] => (Kind::OmittingTypeAnnotation, 3),
            [b'+', b'?', b':', ..] => (Kind::AddingTypeAnnotation, 3),
            _ => return Err(Surprise),
        };
        self.token.end = self.token.start + length;
        self.annotation(kind)?;
        self.part(Part::Type);
        self.close(mark, Kind::IndexSignature, start);
        Ok(())
    }

    /// A member of a tuple.
    pub(super) fn tuple_member(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.is(Sign::Ellipsis) {
            self.take();
            if self.is_name() && self.next().sign == Sign::Colon {
                self.leaf(Kind::Identifier);
                self.close(mark, Kind::RestPattern, start);
                self.part(Part::Name);
                self.annotated()?;
                self.close(mark, Kind::RequiredParameter, start);
                return Ok(());
            }
            self.type_()?;
            self.close(mark, Kind::RestType, start);
            return Ok(());
        }
        if self.is_name() {
            let next = self.next();
            let is_optional = next.sign == Sign::Question && self.lexer.token(next.end).sign == Sign::Colon;
            if next.sign == Sign::Colon || is_optional {
                // A word that may be a type is one to the grammar.
                if !self.says(Word::Other) {
                    return Err(Surprise);
                }
                self.leaf(Kind::Identifier);
                self.part(Part::Name);
                if is_optional {
                    self.question()?;
                }
                self.annotated()?;
                let kind = if is_optional { Kind::OptionalParameter } else { Kind::RequiredParameter };
                self.close(mark, kind, start);
                return Ok(());
            }
        }
        self.type_()?;
        if self.is(Sign::Question) {
            self.question()?;
            self.close(mark, Kind::OptionalType, start);
        }
        Ok(())
    }
}
