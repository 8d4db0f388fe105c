//! The world, seen through one trait: whatever holds a tree of files.
//!
//! Only this module opens files of the checked tree. Everything behind it works on text.

mod batch;
mod examples;
mod git_ignore;
mod git_index;
mod git_tree;
mod locate;
mod memory;
mod os;
mod overlay;
mod replace;

pub use git_tree::{GitError, GitTree};
pub use locate::{PathKind, Upward, file_names, path_kind, upward};
pub use memory::MemorySystem;
pub use os::{OsSystem, RootError, WriteError};
pub use overlay::Overlay;
pub use replace::{ReplaceError, Replacement};

use std::collections::BTreeSet;

use crate::text::TreePath;

/// Why a file could not be read.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReadError {
    /// There is nothing at this path.
    #[error("there is no such file")]
    Missing,
    /// A symbolic link leads out of the tree; it was not followed.
    #[error("it leads out of the checked tree")]
    Outside,
    /// Larger than [`MAX_FILE_BYTES`].
    #[error("it is larger than {} MiB", MAX_FILE_BYTES >> 20)]
    TooLarge,
    /// Its beginning holds NUL bytes, as binary files and UTF-16 do.
    #[error("it holds NUL bytes, as binary files and UTF-16 do")]
    Binary,
    /// The operating system refused.
    #[error("{0}")]
    Refused(String),
}

/// Files above this size, in bytes, are not read; the report says so.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// What git knows of a tree.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Tracking {
    /// No git repository holds the tree.
    #[default]
    NoRepository,
    /// One does, and which files it tracks cannot be told.
    Unknown,
    /// One does, and tracks these files of the tree.
    Known(BTreeSet<TreePath>),
}

/// A tree of files with, possibly, further named roots beside it.
pub trait System: Sync {
    /// The files of all roots that are not ignored by the tree's own ignore files, in the order of
    /// their paths. Hidden files are included, the `.git` folder and symbolic links are not.
    fn walk(&self) -> Vec<TreePath>;

    /// The bytes of a file, also of one that the tree ignores.
    ///
    /// # Errors
    /// [`ReadError`], also when the path leads out of its root through a link.
    fn read(&self, path: &TreePath) -> Result<Vec<u8>, ReadError>;

    /// What git knows of the tree.
    fn tracking(&self) -> Tracking {
        Tracking::NoRepository
    }

    /// The bytes of a file that [`System::walk`] named, or `None` if its beginning shows that it is no text.
    ///
    /// A walk follows no links, so such a path need not be asked again where it leads.
    ///
    /// # Errors
    /// [`ReadError`].
    fn read_text(&self, path: &TreePath) -> Result<Option<Vec<u8>>, ReadError> {
        self.read(path).map(text_of)
    }

    /// What lies beside the files of the walk and is none of them, each with the reason: links, devices and
    /// pipes, folders that could not be entered. What the tree ignores is not among them.
    fn passed_over(&self) -> Vec<(TreePath, String)> {
        Vec::new()
    }

    /// Whether a file or folder stands at this path inside its root.
    fn exists(&self, path: &TreePath) -> bool;
}

/// How much of a file shows whether it is text, in bytes.
const HEAD_BYTES: usize = 8 << 10;

/// Whether the beginning of a file looks like text: no NUL in it.
fn is_text(bytes: &[u8]) -> bool {
    !bytes.get(..HEAD_BYTES).unwrap_or(bytes).contains(&0)
}

/// The same bytes, or `None` if their beginning shows that they are no text.
pub(crate) fn text_of(bytes: Vec<u8>) -> Option<Vec<u8>> {
    is_text(&bytes).then_some(bytes)
}
