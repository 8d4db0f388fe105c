//! Lists in brackets that go on over several lines.

use crate::text::Span;

/// The brackets that are open.
#[derive(Debug)]
pub(super) struct Brackets {
    /// Whether braces are brackets like others; else they hold blocks of statements.
    braces_are_lists: bool,
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    start: usize,
    is_block: bool,
    /// Whether a block stands in it.
    holds_block: bool,
}

impl Brackets {
    pub(super) fn new(braces_are_lists: bool) -> Self {
        Self { braces_are_lists, open: Vec::new() }
    }

    /// Takes a character at `at`. Yields the outermost list that it closes, if no block stands in it.
    pub(super) fn take(&mut self, c: char, at: usize) -> Option<Span> {
        match c {
            '(' | '[' => self.open.push(Open { start: at, is_block: false, holds_block: false }),
            '{' => {
                let is_block = !self.braces_are_lists;
                if is_block {
                    // Whatever the block stands in goes on over statements.
                    if let Some(outer) = self.open.last_mut() {
                        outer.holds_block = true;
                    }
                }
                self.open.push(Open { start: at, is_block, holds_block: false });
            }
            ')' | ']' | '}' => {
                let closed = self.open.pop()?;
                let outer = self.open.last_mut();
                let is_outermost = outer.as_ref().is_none_or(|outer| outer.is_block || outer.holds_block);
                if let Some(outer) = outer {
                    outer.holds_block |= closed.holds_block && !closed.is_block;
                }
                if !closed.is_block && !closed.holds_block && is_outermost {
                    return Some(Span::new(closed.start, at + 1));
                }
            }
            _ => {}
        }
        None
    }
}
