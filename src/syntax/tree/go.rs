//! A reader of Go: one pass over the text, one over its tokens, and no step back.
//!
//! Of a text that the tree-sitter grammar of Go takes, it makes the very tree that is made with the grammar, in a small
//! part of the time. What it does not know, or what the grammar may read in several ways, it leaves to the grammar: the
//! first surprise ends it. Of tokens, only operators are nodes.

mod builder;
mod declaration;
mod expression;
mod index;
mod kind;
mod lexer;
mod number;
mod parser;
mod retype;
mod statement;
mod string;
mod switch;
#[cfg(test)]
mod tests;
mod token;
mod types;

use std::ops::Range;

use super::names::Names;
use super::{Language, Tree};
use kind::Numbers;
use parser::Parser;

/// Parses the `parts` of `text` as if nothing stood between them. Its cost is linear.
///
/// `None` of a text that the grammar may not take, or that is better left to it.
pub(super) fn parse<'t>(text: &'t str, parts: &[Range<usize>]) -> Option<Tree<'t>> {
    let names = Names::of(Language::Go)?;
    let numbers = Numbers::get()?;
    let mut parser = Parser::new(text, lexer::scan(text, parts)?, numbers);
    parser.source_file().ok()?;
    Some(Tree { text, nodes: parser.builder.finish(), names })
}
