//! Source text and positions in it: the words every other layer speaks in.

mod extent;
mod files;
mod line_index;
mod path;
mod span;

pub use extent::{MOST_SIGNS, end_of_reading};
pub use files::{FileId, Files, SourceFile};
pub use line_index::{LineColumn, LineIndex, line_ending};
pub use path::TreePath;
pub use span::{Location, Span, Spanned};
