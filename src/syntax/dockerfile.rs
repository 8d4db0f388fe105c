//! Dockerfiles, read as BuildKit reads them, with the place of every word.
//!
//! The rules (escapes, continuations, heredocs, how each instruction divides its arguments) are those
//! of BuildKit's `frontend/dockerfile/parser`; where that stops at an error, this reader goes on and
//! leaves the judgement to whoever asks. A table made with BuildKit's own parser holds it to that:
//! `tests/data/dockerfile_buildkit.json`.

mod heredoc;
mod instruction;
mod joined;
mod json;
mod lines;
mod place;
mod substitution;
mod words;

pub use heredoc::Heredoc;
pub use instruction::{Arguments, Flag, Instruction, Keyword, Pair};
pub use joined::Joined;
pub use lines::{Directive, Document, parse};
pub use place::path_in_image;
pub use substitution::{Expansion, Fault, Operator, Part, Substitution, expand, expand_unquoted};
