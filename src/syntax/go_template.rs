//! Go's text/template, as consul-template and Vault's agent use it, with byte spans.
//!
//! The grammar is that of Go's `text/template/parse` (1.27): trim markers are a `-` *and* a space, a
//! comment fills its action, a variable must be declared before it is used. Reading never fails: an
//! action that Go would refuse is reported and passed over, and the rest is read as if it were
//! closed where its line, or the next action, begins.
//!
//! What is *not* checked here: whether a function exists, which only the program that renders the
//! template knows.

mod ast;
mod escape;
mod lex;
mod parse;
mod pipeline;

pub use ast::{Arm, Block, Command, Keyword, Node, Operand, Pipeline, Template, TemplateError, Term, Text};
pub use parse::parse;
