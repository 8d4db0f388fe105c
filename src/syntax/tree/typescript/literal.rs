//! Strings, templates and regular expressions.

use super::kind::{Kind, Part};
use super::parser::{BRACKETS, Parsed, Parser, Surprise, offset};
use super::token::Sign;

impl Parser<'_> {
    /// The string here.
    pub(super) fn string(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let end = self.token.end;
        self.characters(start as usize + 1, (end as usize).saturating_sub(1))?;
        self.go_on(end);
        self.close(mark, Kind::String, start);
        Ok(())
    }

    /// The characters and escape sequences from `at` to `end`.
    fn characters(&mut self, mut at: usize, end: usize) -> Parsed {
        while at < end {
            let rest = self.lexer.bytes().get(at..end).unwrap_or_default();
            let length = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
            if length > 0 {
                self.leaf_at(Kind::StringFragment, at, at + length);
                at += length;
                continue;
            }
            let length = self.lexer.escape(at);
            if !self.lexer.is_escape(at, at + length) {
                return Err(Surprise);
            }
            self.leaf_at(Kind::EscapeSequence, at, at + length);
            at += length;
        }
        Ok(())
    }

    /// The template here: a string, or a type.
    pub(super) fn template(&mut self, kind: Kind) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let mut from = start as usize + 1;
        let mut at = from;
        loop {
            at += memchr::memchr3(b'`', b'\\', b'$', self.lexer.rest(at)).ok_or(Surprise)?;
            let is_end = match (self.lexer.byte(at), self.lexer.byte(at + 1)) {
                (b'`', _) => true,
                (b'$', b'{') | (b'\\', _) => false,
                _ => {
                    at += 1;
                    continue;
                }
            };
            if from < at {
                self.leaf_at(Kind::StringFragment, from, at);
            }
            if is_end {
                self.go_on(offset(at + 1));
                self.close(mark, kind, start);
                return Ok(());
            }
            at =
                if self.lexer.byte(at) == b'$' { self.filled_in(kind, at)? } else { self.escaped(kind, at)? };
            from = at;
        }
    }

    fn escaped(&mut self, kind: Kind, at: usize) -> Result<usize, Surprise> {
        let end = at + self.lexer.escape(at);
        if kind != Kind::TemplateString || !self.lexer.is_escape(at, end) {
            return Err(Surprise);
        }
        self.leaf_at(Kind::EscapeSequence, at, end);
        Ok(end)
    }

    /// `${..}`
    fn filled_in(&mut self, kind: Kind, at: usize) -> Result<usize, Surprise> {
        let mark = self.builder.mark();
        self.go_on(offset(at + 2));
        let kind = if kind == Kind::TemplateString {
            self.within(BRACKETS, Self::sequence)?;
            Kind::TemplateSubstitution
        } else {
            self.within(BRACKETS, Self::type_)?;
            Kind::TemplateType
        };
        if !self.is(Sign::CloseBrace) {
            return Err(Surprise);
        }
        if self.token.comments {
            self.comments();
        }
        self.pass(self.token.end);
        self.close(mark, kind, offset(at));
        Ok(self.end as usize)
    }

    /// The regular expression here.
    pub(super) fn regex(&mut self) -> Parsed {
        let (mark, start) = (self.mark(), self.start());
        let from = start as usize + 1;
        let mut at = from;
        let mut is_class = false;
        loop {
            match self.lexer.byte(at) {
                0 | b'\n' | b'\r' => return Err(Surprise),
                b'\\' if matches!(self.lexer.byte(at + 1), b'\n' | b'\r') => return Err(Surprise),
                b'\\' => at += 1,
                b'[' => is_class = true,
                b']' => is_class = false,
                b'/' if !is_class => break,
                _ => {}
            }
            at += 1;
        }
        if at == from {
            return Err(Surprise);
        }
        self.leaf_at(Kind::RegexPattern, from, at);
        self.part(Part::Pattern);
        let flags = at + 1;
        let length = self.lexer.rest(flags).iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        if length > 0 {
            self.leaf_at(Kind::RegexFlags, flags, flags + length);
            self.part(Part::Flags);
        }
        self.go_on(offset(flags + length));
        self.close(mark, Kind::Regex, start);
        Ok(())
    }
}
