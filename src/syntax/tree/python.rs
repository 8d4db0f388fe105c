//! A reader of Python: one pass over the text, one over its tokens, and no step back.
//!
//! Most of what is parsed in a tree of Python was parsed for a few names in it, by a parser for all languages that takes
//! ten times as long as this one. The nodes are those of the tree-sitter grammar of Python, which the tests hold it against; of tokens, only
//! operators, and the marks around strings, are nodes. A line that does not parse is an `ERROR` with the expressions
//! that are found in it; the next line begins anew.

mod builder;
mod case;
mod collection;
mod compound;
mod definition;
mod expression;
mod kind;
mod lexer;
mod parser;
mod statement;
mod string;
#[cfg(test)]
mod tests;
mod token;

use std::ops::Range;
use std::sync::OnceLock;

use super::Tree;
use super::names::Names;
use kind::{Kind, Part};
use parser::Parser;

/// Parses the `parts` of `text` as if nothing stood between them. Its cost is linear.
pub(super) fn parse<'t>(text: &'t str, parts: &[Range<usize>]) -> Tree<'t> {
    let mut parser = Parser::new(text, lexer::tokens(text, parts));
    parser.module();
    Tree { text, nodes: parser.builder.finish(), names: names() }
}

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| {
        let kinds = Kind::NAMES.iter().enumerate();
        let kinds = kinds.map(|(number, name)| (*name, number >= Kind::FIRST_NAMED as usize));
        Names::new(kinds, Part::NAMES.iter().skip(1).copied())
    })
}
