//! Whether what stands here is an arrow function.

use super::parser::Parser;
use super::skim::Follower;
use super::token::{Sign, Word};

impl Parser<'_> {
    /// Whether the bracket here opens the parameters of an arrow function.
    pub(super) fn begins_arrow(&mut self) -> bool {
        let open = self.token.start;
        let first = self.next();
        match first.sign {
            Sign::CloseParen | Sign::Ellipsis => return true,
            Sign::OpenBrace | Sign::OpenBracket => {}
            Sign::Name if first.word.is_name() || first.word == Word::This => {
                let second = self.lexer.token(first.end);
                match second.sign {
                    Sign::Colon => return true,
                    Sign::Comma | Sign::Equal | Sign::CloseParen | Sign::Question => {}
                    _ => return false,
                }
            }
            _ => return false,
        }
        self.follows_parameters(open)
    }

    /// Whether the brackets at `open` are followed by what follows parameters.
    fn follows_parameters(&mut self, open: u32) -> bool {
        match self.follower(open) {
            Follower::Arrow => true,
            Follower::Other => false,
            // Where the colon belongs to something around, another one would have to follow.
            Follower::Colon => !self.around.colon_ends,
        }
    }

    /// Whether `async` here begins an arrow function.
    pub(super) fn begins_async_arrow(&mut self) -> bool {
        let next = self.next();
        match next.sign {
            _ if next.newline => false,
            Sign::Name => next.word.is_name() && self.lexer.token(next.end).sign == Sign::Arrow,
            Sign::OpenParen => self.follows_parameters(next.start),
            Sign::Less => true,
            _ => false,
        }
    }

    /// Whether the `<` here begins the type parameters of an arrow function.
    pub(super) fn begins_generic_arrow(&mut self) -> bool {
        let first = self.next();
        if first.sign != Sign::Name {
            return false;
        }
        if first.word == Word::Const {
            return true;
        }
        let second = self.lexer.token(first.end);
        match second.sign {
            Sign::Comma | Sign::Equal => true,
            Sign::Name => second.word == Word::Extends,
            Sign::Greater if !self.is_tsx => {
                let third = self.lexer.token(second.end);
                third.sign == Sign::OpenParen && self.follower(third.start) != Follower::Other
            }
            _ => false,
        }
    }

    /// Whether `=>` stands behind the name here.
    pub(super) fn is_before_arrow(&self) -> bool {
        let rest = self.lexer.rest(self.token.end as usize);
        let blank = rest.iter().take_while(|byte| **byte == b' ').count();
        rest.get(blank..).is_some_and(|rest| rest.starts_with(b"=>"))
    }
}
