//! Elements of JSX.

use super::kind::{Kind, Part};
use super::parser::{BRACKETS, Parsed, Parser, Surprise, offset};
use super::token::Sign;

impl Parser<'_> {
    /// The element here; of a child of another one, what stands behind it is no program text.
    pub(super) fn jsx(&mut self, is_child: bool) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if !self.is(Sign::Greater) {
            self.jsx_name()?;
            self.part(Part::Name);
            if self.is(Sign::Less) {
                self.type_arguments()?;
                self.part(Part::TypeArguments);
            }
            while !matches!(self.token.sign, Sign::Greater | Sign::Slash) {
                self.jsx_attribute()?;
                self.part(Part::Attribute);
            }
        }
        if self.is(Sign::Slash) {
            if self.lexer.byte(self.token.end as usize) != b'>' {
                return Err(Surprise);
            }
            self.token.end += 1;
            self.end_jsx(is_child);
            self.close(mark, Kind::JsxSelfClosingElement, start);
            return Ok(());
        }
        self.end_jsx(true);
        self.close(mark, Kind::JsxOpeningElement, start);
        self.part(Part::OpenTag);
        self.jsx_children()?;
        self.jsx_closing(is_child)?;
        self.close(mark, Kind::JsxElement, start);
        Ok(())
    }

    /// Passes over the last token of a tag.
    fn end_jsx(&mut self, is_text_behind: bool) {
        if self.token.comments {
            self.comments();
        }
        if is_text_behind { self.pass(self.token.end) } else { self.go_on(self.token.end) }
    }

    /// `</..>`, of which `<` is the token here.
    fn jsx_closing(&mut self, is_child: bool) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.go_on(self.token.end + 1);
        if !self.is(Sign::Greater) {
            self.jsx_name()?;
            self.part(Part::Name);
        }
        if !self.is(Sign::Greater) {
            return Err(Surprise);
        }
        self.end_jsx(is_child);
        self.close(mark, Kind::JsxClosingElement, start);
        self.part(Part::CloseTag);
        Ok(())
    }

    /// A name that may hold hyphens, as a node of a kind.
    fn jsx_word(&mut self, kind: Kind) -> Parsed {
        if !self.is(Sign::Name) {
            return Err(Surprise);
        }
        let end = self.token.end as usize;
        if self.lexer.byte(end) == b'-' {
            let name = self.lexer.bytes().get(self.token.start as usize..end).unwrap_or_default();
            let rest = self.lexer.rest(end).iter();
            let length =
                rest.take_while(|byte| byte.is_ascii_alphanumeric() || b"_$-".contains(byte)).count();
            if !name.is_ascii() || self.lexer.byte(end + length) >= 0x80 {
                return Err(Surprise);
            }
            self.token.end = offset(end + length);
        }
        self.leaf(kind);
        Ok(())
    }

    /// The name of an element.
    fn jsx_name(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.jsx_word(Kind::Identifier)?;
        let is_hyphened = self.lexer.rest(start as usize).get(..(self.end - start) as usize);
        let is_hyphened = is_hyphened.is_some_and(|name| name.contains(&b'-'));
        if self.takes(Sign::Colon) {
            self.jsx_word(Kind::Identifier)?;
            self.close(mark, Kind::JsxNamespaceName, start);
            return Ok(());
        }
        if is_hyphened && matches!(self.token.sign, Sign::Dot | Sign::Less) {
            return Err(Surprise);
        }
        self.members(mark, start)
    }

    fn jsx_attribute(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        if self.is(Sign::OpenBrace) {
            return self.jsx_filled_in(false);
        }
        if !self.is(Sign::Name) {
            return Err(Surprise);
        }
        self.jsx_word(Kind::PropertyIdentifier)?;
        if self.takes(Sign::Colon) {
            self.builder.rename(Kind::Identifier);
            self.jsx_word(Kind::Identifier)?;
            self.close(mark, Kind::JsxNamespaceName, start);
        }
        if self.is(Sign::Equal) {
            if self.token.comments {
                self.comments();
            }
            let rest = self.lexer.rest(self.token.end as usize);
            let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            match rest.get(blank) {
                Some(quote @ (b'"' | b'\'')) => self.jsx_string(self.token.end as usize + blank, *quote)?,
                _ => {
                    self.take();
                    match self.token.sign {
                        Sign::OpenBrace => self.jsx_filled_in(false)?,
                        Sign::Less => self.nested(|parser| parser.jsx(false))?,
                        _ => return Err(Surprise),
                    }
                }
            }
        }
        self.close(mark, Kind::JsxAttribute, start);
        Ok(())
    }

    /// The string at `start`, without escapes.
    fn jsx_string(&mut self, start: usize, quote: u8) -> Parsed {
        let mark = self.builder.mark();
        let mut from = start + 1;
        let mut at = from;
        loop {
            at += memchr::memchr2(quote, b'&', self.lexer.rest(at)).ok_or(Surprise)?;
            let is_end = self.lexer.byte(at) == quote;
            match self.lexer.byte(at + 1) {
                _ if is_end => {}
                b'#' | b'a'..=b'z' | b'A'..=b'Z' => {}
                next if next == quote || next == b'&' => return Err(Surprise),
                _ => {
                    at += 1;
                    continue;
                }
            }
            if from < at {
                self.leaf_at(Kind::StringFragment, from, at);
            }
            if is_end {
                self.go_on(offset(at + 1));
                self.close(mark, Kind::String, offset(start));
                return Ok(());
            }
            at = self.character_reference(at)?;
            from = at;
        }
    }

    /// `&name;` at `at`; says where it ends.
    fn character_reference(&mut self, at: usize) -> Result<usize, Surprise> {
        let length = self.lexer.rest(at).iter().take(33).position(|byte| *byte == b';');
        let end = at + length.ok_or(Surprise)?;
        let is_reference = match self.lexer.bytes().get(at + 1..end).unwrap_or_default() {
            [b'#', b'x' | b'X', digits @ ..] => {
                (1..=6).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit)
            }
            [b'#', digits @ ..] => (1..=5).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit),
            name => (1..=30).contains(&name.len()) && name.iter().all(u8::is_ascii_alphabetic),
        };
        if !is_reference {
            return Err(Surprise);
        }
        self.leaf_at(Kind::HtmlCharacterReference, at, end + 1);
        Ok(end + 1)
    }

    /// `{..}`; of a child of an element, what stands behind it is no program text.
    fn jsx_filled_in(&mut self, is_child: bool) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        self.take();
        if !self.is(Sign::CloseBrace) {
            self.within(BRACKETS, |parser| {
                if parser.is(Sign::Ellipsis) { parser.element() } else { parser.sequence() }
            })?;
        }
        if !self.is(Sign::CloseBrace) {
            return Err(Surprise);
        }
        self.end_jsx(is_child);
        self.close(mark, Kind::JsxExpression, start);
        Ok(())
    }

    /// What stands in an element, up to its closing tag, whose `<` is the token then.
    fn jsx_children(&mut self) -> Parsed {
        loop {
            let at = self.jsx_text(self.end as usize)?;
            match (self.lexer.byte(at), self.lexer.byte(at + 1)) {
                (b'{', _) => {
                    self.go_on(offset(at));
                    self.jsx_filled_in(true)?;
                }
                (b'&', _) => {
                    let end = self.character_reference(at)?;
                    self.pass(offset(end));
                }
                (b'<', b'/') => {
                    self.go_on(offset(at));
                    return Ok(());
                }
                (b'<', _) => {
                    self.go_on(offset(at));
                    if !self.is(Sign::Less) {
                        return Err(Surprise);
                    }
                    self.nested(|parser| parser.jsx(true))?;
                }
                _ => return Err(Surprise),
            }
        }
    }

    /// The text from `from` on, which is a node if it is more than the indentation of a line; says where it ends.
    fn jsx_text(&mut self, from: usize) -> Result<usize, Surprise> {
        let rest = self.lexer.text.get(from..).ok_or(Surprise)?;
        let mut is_text = false;
        let mut at_newline = false;
        for (at, character) in rest.char_indices() {
            match character {
                '<' | '>' | '{' | '}' | '&' => {
                    if is_text {
                        self.leaf_at(Kind::JsxText, from, from + at);
                        self.pass(offset(from + at));
                    }
                    return Ok(from + at);
                }
                '\n' => at_newline = true,
                ' ' | '\t' | '\r' | '\x0b' | '\x0c' => is_text |= !at_newline,
                // Which of the others are white space depends on the machine.
                _ if !character.is_ascii() && character.is_whitespace() && at_newline => {
                    return Err(Surprise);
                }
                _ => {
                    at_newline = false;
                    is_text = true;
                }
            }
        }
        Err(Surprise)
    }
}
