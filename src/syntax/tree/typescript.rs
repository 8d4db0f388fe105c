//! A reader of TypeScript and JavaScript, with JSX and without: one pass over the text, and next to no step back.
//!
//! Most of what is parsed in a tree of TypeScript was parsed for a few names in it, by a parser for all languages that
//! tries every reading of a text at once. This one takes what people write, as the tree-sitter grammar does, node by
//! node. Where it is surprised it yields nothing, and the grammar has to tell: a mistake in the text, an odd spelling, a
//! place where only the grammar knows which of two readings it prefers.

mod access;
mod arrow;
mod builder;
mod class;
mod declaration;
mod expression;
mod function;
mod jsx;
mod kind;
mod lexer;
mod literal;
mod module;
mod object_type;
mod operand;
mod parser;
mod pattern;
mod skim;
mod statement;
#[cfg(test)]
mod tests;
mod token;
mod types;

use std::borrow::Cow;
use std::ops::Range;

use super::names::Names;
use super::{Language, Record, Tree};
use kind::Numbers;
use parser::Parser;

/// Parses the `parts` of `text` as if nothing stood between them; `None` where the grammar has to. Its cost is linear.
pub(super) fn parse<'t>(language: Language, text: &'t str, parts: &[Range<usize>]) -> Option<Tree<'t>> {
    let names = Names::of(language)?;
    let numbers = Numbers::of(language)?;
    let code = joined(text, parts)?;
    if is_odd(&code) {
        return None;
    }
    let mut parser = Parser::new(language, &code, numbers);
    parser.program().ok()?;
    let mut nodes = parser.builder.finish();
    if let Cow::Owned(_) = code {
        put_back(&mut nodes, parts);
    }
    Some(Tree { text, nodes, names })
}

/// The parts as one text.
fn joined<'t>(text: &'t str, parts: &[Range<usize>]) -> Option<Cow<'t, str>> {
    if let [whole] = parts
        && *whole == (0..text.len())
    {
        return Some(Cow::Borrowed(text));
    }
    let mut joined = String::with_capacity(parts.iter().map(ExactSizeIterator::len).sum());
    for part in parts {
        joined.push_str(text.get(part.clone())?);
    }
    Some(Cow::Owned(joined))
}

/// Whether there is anything in a text that the grammar takes in a way of its own.
fn is_odd(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_lone = |at: usize| bytes.get(at + 1) != Some(&b'\n');
    memchr::memchr(0, bytes).is_some()
        || memchr::memchr_iter(b'\r', bytes).any(is_lone)
        || memchr::memmem::find_iter(bytes, b"\xe2\x80")
            .any(|at| matches!(bytes.get(at + 2), Some(0xa8 | 0xa9)))
}

/// Gives the nodes of joined parts their places in the whole text.
fn put_back(nodes: &mut [Record], parts: &[Range<usize>]) {
    // Where each part begins in the joined text, and what lies between there and its place.
    let mut shifts: Vec<(u32, u32)> = Vec::with_capacity(parts.len());
    let mut length = 0;
    for part in parts {
        shifts.push((parser::offset(length), parser::offset(part.start - length)));
        length += part.len();
    }
    let shift = |at: u32, is_end: bool| {
        let behind = shifts.partition_point(|(begin, _)| if is_end { *begin < at } else { *begin <= at });
        at + shifts.get(behind.saturating_sub(1)).map_or(0, |(_, shift)| *shift)
    };
    for node in nodes {
        node.end = shift(node.end, node.end > node.start);
        node.start = shift(node.start, false);
    }
}
