//! What stands behind a bracket's partner, without parsing what stands between.
//!
//! A look at brackets, strings and comments. Where it errs, what the parser expects is not there, and it gives up.

use foldhash::HashMap;

use super::lexer::{Gap, Lexer};
use super::parser::{Parser, offset};

/// Partners of the brackets that were passed over. Each is looked for once.
#[derive(Debug, Default)]
pub(super) struct Skims {
    partners: HashMap<u32, u32>,
    /// Up to where all partners are known.
    end: usize,
}

/// What a bracket and its content are followed by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Follower {
    /// `=>`
    Arrow,
    /// `:`
    Colon,
    Other,
}

impl Parser<'_> {
    /// What follows the partner of the bracket at `open`.
    pub(super) fn follower(&mut self, open: u32) -> Follower {
        if self.skims.end <= open as usize {
            skim(self.lexer, open as usize, self.is_tsx, &mut self.skims);
        }
        let Some(&close) = self.skims.partners.get(&open) else { return Follower::Other };
        let mut at = close as usize + 1;
        loop {
            match self.lexer.gap(at) {
                Gap::Comment(_, end) | Gap::Newline(end) => at = end,
                Gap::Nothing(start) => {
                    return match (self.lexer.byte(start), self.lexer.byte(start + 1)) {
                        (b'=', b'>') => Follower::Arrow,
                        (b':', _) => Follower::Colon,
                        _ => Follower::Other,
                    };
                }
            }
        }
    }
}

/// Finds the partner of the bracket at `open`, and those of all in it.
fn skim(lexer: Lexer<'_>, open: usize, is_tsx: bool, skims: &mut Skims) {
    // Brackets that are open, by place; the one of what a template fills in is marked.
    let mut stack: Vec<(usize, bool)> = Vec::new();
    let mut at = open;
    // The last byte that is no white space: a slash behind a value divides.
    let mut last = b'(';
    while at < lexer.text.len() {
        let byte = lexer.byte(at);
        let here = at;
        at += 1;
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            b'(' | b'[' | b'{' => stack.push((here, false)),
            b')' | b']' | b'}' => {
                let Some((partner, is_filled)) = stack.pop() else { break };
                // In the text of an element brackets need no partner.
                let is_partner =
                    matches!((lexer.byte(partner), byte), (b'(', b')') | (b'[', b']') | (b'{', b'}'));
                if !is_partner {
                    break;
                }
                if is_filled {
                    at = template(lexer, at, &mut stack);
                } else {
                    skims.partners.insert(offset(partner), offset(here));
                }
                if stack.is_empty() {
                    break;
                }
            }
            b'`' => at = template(lexer, at, &mut stack),
            // Behind a letter it is an apostrophe in the text of an element.
            b'"' | b'\'' if !(is_tsx && last.is_ascii_alphanumeric() && lexer.byte(here - 1) == last) => {
                at = quoted(lexer, at, byte).unwrap_or(at);
            }
            b'/' => match lexer.gap(here) {
                Gap::Comment(_, end) => {
                    at = end;
                    continue;
                }
                _ if matches!(last, b')' | b']' | b'}' | b'"' | b'\'' | b'`' | b'<' | b'>')
                    || last.is_ascii_alphanumeric()
                    || matches!(last, b'_' | b'$' | 0x80..) => {}
                _ => at = pattern(lexer, at).unwrap_or(at),
            },
            _ => {}
        }
        last = byte;
    }
    skims.end = skims.end.max(at);
}

/// The end of a string from behind its first quote on, if it ends on its line.
fn quoted(lexer: Lexer<'_>, mut at: usize, quote: u8) -> Option<usize> {
    loop {
        at += memchr::memchr3(quote, b'\\', b'\n', lexer.rest(at))?;
        match lexer.byte(at) {
            b'\n' => return None,
            b'\\' => at += 2,
            _ => return Some(at + 1),
        }
    }
}

/// The end of a regular expression from behind its first slash on, if it ends on its line.
fn pattern(lexer: Lexer<'_>, mut at: usize) -> Option<usize> {
    let mut is_class = false;
    loop {
        match lexer.byte(at) {
            0 | b'\n' => return None,
            b'\\' => at += 1,
            b'[' => is_class = true,
            b']' => is_class = false,
            b'/' if !is_class => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}

/// The end of a template from `at` on, or the beginning of what it fills in.
fn template(lexer: Lexer<'_>, mut at: usize, stack: &mut Vec<(usize, bool)>) -> usize {
    while let Some(length) = memchr::memchr3(b'`', b'\\', b'$', lexer.rest(at)) {
        at += length;
        match (lexer.byte(at), lexer.byte(at + 1)) {
            (b'`', _) => return at + 1,
            (b'$', b'{') => {
                stack.push((at + 1, true));
                return at + 2;
            }
            (b'\\', _) => at += 2,
            _ => at += 1,
        }
    }
    lexer.text.len()
}
