//! YAML with the byte range of every key and scalar.
//!
//! A thin layer over the event parser of `granit-parser`; nothing outside this module names it.
//! Most files are plain enough for a quicker reader, which takes only what it reads as the library
//! does.
//! Several documents of a file are all kept. Aliases are shared, not copied, so that an anchor bomb
//! costs nothing; whoever walks a tree must bound the walk.

mod compose;
pub mod edit;
mod node;
mod placed;
mod plain;
mod rendered;
mod scalar;

#[doc(hidden)]
pub use compose::parse_with_library;
pub use compose::{Parsed, YamlError, parse};
pub use node::{Entry, Node, NodeKind, Style};
pub use placed::Placed;
pub use rendered::{Rendered, rendered, surprises};
pub use scalar::{Scalar, resolve};
