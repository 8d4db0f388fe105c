//! Values without operators: names, literals, what stands in brackets.

use super::kind::{Kind, Part};
use super::parser::{BRACKETS, Parsed, Parser, Surprise};
use super::token::{Sign, Token, Word};

impl Parser<'_> {
    /// A value without what is done to it.
    pub(super) fn operand(&mut self) -> Parsed {
        match self.token.sign {
            Sign::Name => return self.word(),
            Sign::String => return self.string(),
            Sign::Number => self.leaf(Kind::Number),
            Sign::Template => return self.template(Kind::TemplateString),
            Sign::Slash => return self.regex(),
            Sign::OpenParen => return self.parenthesized(),
            Sign::OpenBracket => {
                let (mark, start) = (self.mark(), self.start());
                self.take();
                self.within(BRACKETS, |parser| {
                    parser.list(Sign::CloseBracket, |parser| {
                        if parser.is(Sign::Comma) { Ok(()) } else { parser.element() }
                    })
                })?;
                self.close(mark, Kind::Array, start);
            }
            Sign::OpenBrace => {
                let (mark, start) = (self.mark(), self.start());
                self.take();
                self.within(BRACKETS, |parser| parser.list(Sign::CloseBrace, Self::entry))?;
                self.close(mark, Kind::Object, start);
            }
            Sign::Less if self.is_tsx => {
                self.nested(|parser| parser.jsx(false))?;
                // Nothing can be done to an element.
                if !matches!(
                    self.token.sign,
                    Sign::CloseParen
                        | Sign::CloseBracket
                        | Sign::CloseBrace
                        | Sign::Comma
                        | Sign::Colon
                        | Sign::Semicolon
                        | Sign::End
                        | Sign::Operator(_)
                        | Sign::Name
                        | Sign::Question
                ) {
                    return Err(Surprise);
                }
            }
            Sign::Private if self.next().word == Word::In => self.leaf(Kind::PrivatePropertyIdentifier),
            _ => return Err(Surprise),
        }
        Ok(())
    }

    /// A name, or a word that is a value or begins one.
    fn word(&mut self) -> Parsed {
        match self.token.word {
            Word::This => self.leaf(Kind::This),
            Word::Super => self.leaf(Kind::Super),
            Word::True => self.leaf(Kind::True),
            Word::False => self.leaf(Kind::False),
            Word::Null => self.leaf(Kind::Null),
            Word::Undefined => self.leaf(Kind::Undefined),
            Word::Function => return self.function(),
            Word::Class => return self.class(Kind::Class),
            Word::New => return self.made(),
            Word::Import => return self.imported(),
            Word::Async if self.next().word == Word::Function && !self.next().newline => {
                return self.function();
            }
            Word::Namespace if matches!(self.next().sign, Sign::Name | Sign::String) => return Err(Surprise),
            word if word.is_name() => self.leaf(Kind::Identifier),
            _ => return Err(Surprise),
        }
        Ok(())
    }

    /// `(..)` around a value.
    pub(super) fn parenthesized(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.expect(Sign::OpenParen)?;
        self.within(BRACKETS, Self::sequence)?;
        self.expect(Sign::CloseParen)?;
        self.close(mark, Kind::ParenthesizedExpression, start);
        Ok(())
    }

    /// `new ..`
    fn made(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if self.token.newline {
            return Err(Surprise);
        }
        if self.is(Sign::Dot) {
            self.take();
            if self.text(self.token) != "target" {
                return Err(Surprise);
            }
            self.take();
            self.close(mark, Kind::MetaProperty, start);
            return Ok(());
        }
        self.nested(|parser| {
            let (mark, start) = (parser.mark(), parser.start());
            if !matches!(parser.token.word, Word::Other | Word::This | Word::Class | Word::Function)
                || matches!(parser.token.sign, Sign::Less | Sign::Slash)
            {
                return Err(Surprise);
            }
            parser.operand()?;
            loop {
                match parser.token.sign {
                    Sign::Dot => {
                        parser.part(Part::Object);
                        parser.take();
                        parser.property()?;
                        parser.close(mark, Kind::MemberExpression, start);
                    }
                    Sign::OpenBracket => {
                        parser.part(Part::Object);
                        parser.subscript(mark, start)?;
                    }
                    Sign::QuestionDot | Sign::Template => return Err(Surprise),
                    _ => return Ok(()),
                }
            }
        })?;
        self.part(Part::Constructor);
        if self.is(Sign::Less) {
            self.type_arguments()?;
            self.part(Part::TypeArguments);
            if matches!(self.token.sign, Sign::QuestionDot | Sign::Dot | Sign::Template | Sign::OpenBracket) {
                return Err(Surprise);
            }
        }
        if self.is(Sign::OpenParen) {
            self.arguments()?;
            self.part(Part::Arguments);
        }
        self.close(mark, Kind::NewExpression, start);
        Ok(())
    }

    /// `import(..)` or `import.meta`
    fn imported(&mut self) -> Parsed {
        let next = self.next();
        match next.sign {
            Sign::OpenParen => self.leaf(Kind::Import),
            Sign::Dot => {
                let (mark, start) = (self.mark(), self.start());
                self.take();
                self.take();
                if self.text(self.token) != "meta" {
                    return Err(Surprise);
                }
                self.take();
                self.close(mark, Kind::MetaProperty, start);
            }
            _ => return Err(Surprise),
        }
        Ok(())
    }

    /// The text of a token.
    pub(super) fn text(&self, token: Token) -> &str {
        self.lexer.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    /// A member of an object.
    fn entry(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        match self.token.sign {
            Sign::Ellipsis => return self.element(),
            Sign::Operator(Kind::Times) => {
                self.take();
                self.key()?;
                self.part(Part::Name);
                return self.method(mark, start);
            }
            Sign::Name => {
                let word = self.token.word;
                let next = self.next();
                match next.sign {
                    Sign::Comma | Sign::CloseBrace if word.is_name() => {
                        self.leaf(Kind::ShorthandPropertyIdentifier);
                        return Ok(());
                    }
                    Sign::Operator(Kind::Times) if word == Word::Async => {
                        self.take();
                        self.take();
                        self.key()?;
                        self.part(Part::Name);
                        return self.method(mark, start);
                    }
                    _ if Self::is_before_member(next) && !next.newline => {
                        let is_async = word == Word::Async;
                        if !is_async && !matches!(word, Word::Get | Word::Set) {
                            return Err(Surprise);
                        }
                        self.take();
                        if is_async && Self::is_before_member(self.next()) {
                            return Err(Surprise);
                        }
                        self.key()?;
                        self.part(Part::Name);
                        return self.method(mark, start);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        self.key()?;
        if self.is(Sign::Colon) {
            self.part(Part::Key);
            self.take();
            self.expression()?;
            self.part(Part::Value);
            self.close(mark, Kind::Pair, start);
            return Ok(());
        }
        self.part(Part::Name);
        if !matches!(self.token.sign, Sign::OpenParen | Sign::Less) {
            return Err(Surprise);
        }
        self.method(mark, start)
    }

    /// The name of a member.
    pub(super) fn key(&mut self) -> Parsed {
        match self.token.sign {
            Sign::Name => self.leaf(Kind::PropertyIdentifier),
            Sign::Private => self.leaf(Kind::PrivatePropertyIdentifier),
            Sign::Number => self.leaf(Kind::Number),
            Sign::String => return self.string(),
            Sign::OpenBracket => {
                let (mark, start) = (self.mark(), self.start());
                self.take();
                self.within(BRACKETS, Self::expression)?;
                self.expect(Sign::CloseBracket)?;
                self.close(mark, Kind::ComputedPropertyName, start);
            }
            _ => return Err(Surprise),
        }
        Ok(())
    }
}
