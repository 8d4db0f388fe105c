//! Where a tree begins: folders from a starting point upward.
#![expect(clippy::disallowed_methods, reason = "this module is part of the one that touches the disk")]

use std::fs;
use std::path::{Path, PathBuf};

use super::RootError;

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathKind {
    /// Nothing that could be entered.
    Missing,
    /// A folder.
    Folder,
    /// A file, or something else that is no folder.
    File,
}

/// What stands at `path`; links are followed.
#[must_use]
pub fn path_kind(path: &Path) -> PathKind {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => PathKind::Folder,
        Ok(_) => PathKind::File,
        Err(_) => PathKind::Missing,
    }
}

/// A folder and those above it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Upward {
    /// Real paths, the starting folder first. The last one is the top of the repository, or of the
    /// file system if there is no repository.
    pub folders: Vec<PathBuf>,
    /// Whether the last folder is the top of a git repository.
    pub in_repository: bool,
}

/// The folders from `start` upward, as far as the repository goes.
///
/// # Errors
/// [`RootError`] if `start` cannot be entered.
pub fn upward(start: &Path) -> Result<Upward, RootError> {
    let start = fs::canonicalize(start).map_err(|error| RootError::Unreadable {
        path: start.display().to_string(),
        reason: error.to_string(),
    })?;
    let mut folders = Vec::new();
    for folder in start.ancestors() {
        folders.push(folder.to_owned());
        // A folder in a clone, a file in a work tree or a submodule.
        if path_kind(&folder.join(".git")) != PathKind::Missing {
            return Ok(Upward { folders, in_repository: true });
        }
    }
    Ok(Upward { folders, in_repository: false })
}

/// The names of the files that lie directly in `folder`, in order; names that are not UTF-8 left out.
///
/// # Errors
/// [`RootError`] if `folder` cannot be read.
pub fn file_names(folder: &Path) -> Result<Vec<String>, RootError> {
    let entries = fs::read_dir(folder).map_err(|error| RootError::Unreadable {
        path: folder.display().to_string(),
        reason: error.to_string(),
    })?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let is_file = path_kind(&entry.path()) == PathKind::File;
            entry.file_name().into_string().ok().filter(|_| is_file)
        })
        .collect();
    names.sort_unstable();
    Ok(names)
}
