//! Source text and positions in it: the words every other layer speaks in.

mod files;
mod line_index;
mod path;
mod span;

pub use files::{FileId, Files, SourceFile};
pub use line_index::{LineColumn, LineIndex, line_ending};
pub use path::TreePath;
pub use span::{Location, Span, Spanned};
