//! Dotenv text: a lossless reader that keeps byte spans, and what each real reader makes of it.
//!
//! There is no dotenv standard. [`Document`] reads what people *mean*, tolerantly, and keeps every
//! byte; [`Dialect`] says what one particular program reads. The dialects are held against recorded
//! runs of the real programs (`tests/data/dotenv_dialects.jsonl`).

mod comment;
mod dialect;
mod document;
mod references;

pub use comment::{CommentedAssignment, commented_assignment};
pub use dialect::{Dialect, Host, Reading};
pub use document::{Assignment, BareKey, Document, Piece, PieceKind, Quote, Raw};
pub use references::{Reference, references};
