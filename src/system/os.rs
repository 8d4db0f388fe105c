//! A tree on disk.
#![expect(clippy::disallowed_methods, reason = "this module is the one that opens files")]

mod hidden;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::prelude::*;

use super::batch::Batch;
use super::git_index::tracked_paths;
use super::{HEAD_BYTES, MAX_FILE_BYTES, ReadError, System, Tracking, is_text, text_of};
use crate::text::TreePath;

/// Why a root cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// The path is not there or cannot be entered.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable {
        /// The path as the user gave it.
        path: String,
        /// The operating system's words.
        reason: String,
    },
}

/// Why a new file could not be written.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WriteError {
    /// Something stands at this path already; it was not touched.
    #[error("something is there already")]
    Exists,
    /// The path leads out of the tree, through a symbolic link or into another root.
    #[error("it leads out of the tree")]
    Outside,
    /// The operating system refused.
    #[error("{0}")]
    Refused(String),
}

/// Of a link within the tree.
const INNER_LINK: &str = "it is a link; what it leads to is read in its own place";

/// The checked tree, and the named roots that the operator passed, as folders on disk.
#[derive(Debug)]
pub struct OsSystem {
    root: PathBuf,
    named: Vec<(String, PathBuf)>,
    handfuls: Vec<Handful>,
}

/// A named root of which only some files are part of the run.
#[derive(Debug)]
struct Handful {
    name: String,
    folder: PathBuf,
    files: Vec<String>,
}

impl OsSystem {
    /// Opens the folder `root` and the named roots beside it.
    ///
    /// # Errors
    /// [`RootError`] if one of them is not a folder that can be read.
    pub fn new(root: &Path, named: &[(String, PathBuf)]) -> Result<Self, RootError> {
        let open = |path: &Path| {
            let failed = |reason: String| RootError::Unreadable { path: path.display().to_string(), reason };
            let real = fs::canonicalize(path).map_err(|error| failed(error.to_string()))?;
            if real.is_dir() { Ok(real) } else { Err(failed("it is not a folder".to_owned())) }
        };
        let named = named
            .iter()
            .map(|(name, path)| Ok((name.clone(), open(path)?)))
            .collect::<Result<_, RootError>>()?;
        Ok(Self { root: open(root)?, named, handfuls: Vec::new() })
    }

    /// The same system with one more named root, of which only `files`, which lie directly in
    /// `folder`, are part of the run: a matrix or settings that the operator keeps elsewhere say nothing
    /// about what lies around them.
    ///
    /// # Errors
    /// [`RootError`] if `folder` cannot be read.
    pub fn with_files(mut self, name: &str, folder: &Path, files: Vec<String>) -> Result<Self, RootError> {
        let folder = fs::canonicalize(folder).map_err(|error| RootError::Unreadable {
            path: folder.display().to_string(),
            reason: error.to_string(),
        })?;
        self.handfuls.push(Handful { name: name.to_owned(), folder, files });
        Ok(self)
    }

    /// Writes a file that is not there yet, and the folders above it. Nothing that is there is changed,
    /// and no symbolic link is followed out of the tree.
    ///
    /// # Errors
    /// [`WriteError`]; a file that was begun and could not be completed is taken away again.
    pub fn write_new(&self, path: &TreePath, content: &[u8]) -> Result<(), WriteError> {
        let refused = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => WriteError::Exists,
            _ => WriteError::Refused(error.to_string()),
        };
        if path.root_name().is_some() || path.within_root().is_empty() {
            return Err(WriteError::Outside);
        }
        let mut folder = self.root.clone();
        for part in path.folder().parts() {
            folder.push(part);
            match fs::create_dir(&folder) {
                Ok(()) => {}
                // A link may stand for a folder, as long as that lies in the tree too.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    folder = fs::canonicalize(&folder).map_err(refused)?;
                    if !folder.starts_with(&self.root) {
                        return Err(WriteError::Outside);
                    }
                }
                Err(error) => return Err(refused(error)),
            }
        }
        let target = folder.join(path.name());
        // `create_new` takes no link for a new file, not even one that leads nowhere.
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&target).map_err(refused)?;
        file.write_all(content).and_then(|()| file.flush()).map_err(|error| {
            // What cannot be taken away either is at least told.
            let _ = fs::remove_file(&target);
            refused(error)
        })
    }

    fn base(&self, path: &TreePath) -> Option<&Path> {
        match path.root_name() {
            None => Some(&self.root),
            Some(name) => match self.handfuls.iter().find(|handful| handful.name == name) {
                Some(handful) => handful
                    .files
                    .iter()
                    .any(|file| file == path.within_root())
                    .then_some(handful.folder.as_path()),
                None => self.named.iter().find(|(known, _)| known == name).map(|(_, base)| base.as_path()),
            },
        }
    }

    /// The real path of a file that exists inside its root, links followed.
    pub(super) fn inside(&self, path: &TreePath) -> Result<PathBuf, ReadError> {
        let base = self.base(path).ok_or(ReadError::Missing)?;
        let path = base.join(path.within_root());
        // Most of what is asked for is not there, which one question tells; to follow links takes one for each folder.
        fs::symlink_metadata(&path).map_err(refused)?;
        let real = fs::canonicalize(path).map_err(refused)?;
        if real.starts_with(base) { Ok(real) } else { Err(ReadError::Outside) }
    }
}

/// Folders whose content others wrote, which no ignore file needs to name.
pub(super) fn is_foreign_folder(name: &str) -> bool {
    matches!(name, ".git" | "node_modules" | ".venv" | "__pycache__" | ".hg" | ".svn" | ".jj")
}

impl OsSystem {
    /// Why a walk does not take this for a file, unless it does or it is a folder.
    fn why_not(&self, entry: &ignore::DirEntry, kind: fs::FileType, base: &Path) -> Option<String> {
        if kind.is_dir() {
            return None;
        }
        let reason = if kind.is_symlink() {
            match fs::canonicalize(entry.path()) {
                Ok(real) if real.starts_with(base) => INNER_LINK,
                Ok(_) => "it leads out of the checked tree",
                Err(error) => return Some(format!("it is a link that leads nowhere: {error}")),
            }
        } else if !kind.is_file() {
            NOT_A_FILE
        } else if entry.path().to_str().is_none() {
            "its name is not UTF-8"
        } else {
            return None;
        };
        Some(reason.to_owned())
    }

    /// Whether a file stands at this path inside its root.
    pub(super) fn is_file(&self, path: &TreePath) -> bool {
        self.inside(path).is_ok_and(|real| real.is_file())
    }

    /// The folder that is checked.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The files of the named roots alone, as [`System::walk`] finds them.
    pub(super) fn walk_beside(&self) -> Vec<TreePath> {
        self.walk_roots(false)
    }

    fn walk_roots(&self, with_own: bool) -> Vec<TreePath> {
        let found = Mutex::new(Vec::new());
        let roots = std::iter::once((None, &self.root))
            .filter(|_| with_own)
            .chain(self.named.iter().map(|(name, base)| (Some(name.as_str()), base)));
        for (name, base) in roots {
            walker(base).build_parallel().run(|| {
                let mut batch = Batch::new(&found);
                Box::new(move |entry| {
                    if let Ok(entry) = entry
                        && entry.file_type().is_some_and(|kind| kind.is_file())
                        && let Ok(relative) = entry.path().strip_prefix(base)
                        && let Some(path) = spell(name, relative)
                    {
                        batch.paths.push(path);
                    }
                    ignore::WalkState::Continue
                })
            });
        }
        let mut paths = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        paths.par_sort_unstable();
        paths.extend(self.ignored_examples(&paths));
        for handful in &self.handfuls {
            paths.extend(handful.files.iter().filter_map(|file| spell(Some(&handful.name), Path::new(file))));
        }
        // Those of the walk are in order already.
        paths.sort();
        paths.dedup();
        paths
    }
}

/// Walks everything below `base` that is not ignored.
fn walker(base: &Path) -> ignore::WalkBuilder {
    let mut walker = ignore::WalkBuilder::new(base);
    walker.hidden(false).require_git(false).follow_links(false).filter_entry(|entry| {
        entry.depth() == 0
            || !entry.file_type().is_some_and(|kind| kind.is_dir())
            || !entry.file_name().to_str().is_some_and(is_foreign_folder)
    });
    walker
}

impl System for OsSystem {
    fn tracking(&self) -> Tracking {
        let mut tracking = Tracking::NoRepository;
        let roots = std::iter::once((None, &self.root))
            .chain(self.named.iter().map(|(name, base)| (Some(name.as_str()), base)));
        for (name, base) in roots {
            let Some(top) = base.ancestors().find(|folder| folder.join(".git").exists()) else { continue };
            // Where `.git` is a file it names a folder elsewhere, which is not entered.
            let paths = match fs::File::open(top.join(".git/index")) {
                Ok(file) => {
                    let mut bytes = Vec::new();
                    let read = file.take(MAX_FILE_BYTES).read_to_end(&mut bytes);
                    read.ok().and_then(|_| tracked_paths(&bytes))
                }
                // Nothing was added yet.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Some(BTreeSet::new()),
                Err(_) => None,
            };
            let Some(paths) = paths else { return Tracking::Unknown };
            let below = base.strip_prefix(top).unwrap_or(Path::new(""));
            let inside = paths.iter().filter_map(|path| Path::new(path).strip_prefix(below).ok());
            let inside = inside
                .filter_map(|path| spell(name, path))
                .filter(|path| !path.folder().parts().any(is_foreign_folder));
            match &mut tracking {
                Tracking::Known(known) => known.extend(inside),
                _ => tracking = Tracking::Known(inside.collect()),
            }
        }
        tracking
    }

    fn walk(&self) -> Vec<TreePath> {
        self.walk_roots(true)
    }

    fn read(&self, path: &TreePath) -> Result<Vec<u8>, ReadError> {
        let mut opened = Opened::at(&self.inside(path)?)?;
        opened.rest()?;
        Ok(opened.bytes)
    }

    fn read_text(&self, path: &TreePath) -> Result<Option<Vec<u8>>, ReadError> {
        // The operator named these, and a walk did not.
        if self.handfuls.iter().any(|handful| path.root_name() == Some(&handful.name)) {
            return self.read(path).map(text_of);
        }
        let base = self.base(path).ok_or(ReadError::Missing)?;
        let mut opened = Opened::walked(&base.join(path.within_root()))?;
        opened.head()?;
        if !is_text(&opened.bytes) {
            return Ok(None);
        }
        opened.rest()?;
        Ok(Some(opened.bytes))
    }

    fn passed_over(&self) -> Vec<(TreePath, String)> {
        let roots = std::iter::once((None, &self.root))
            .chain(self.named.iter().map(|(name, base)| (Some(name.as_str()), base)));
        let mut passed = Vec::new();
        for (name, base) in roots {
            let mut walked = BTreeSet::new();
            let mut links = Vec::new();
            for entry in walker(base).build() {
                match entry {
                    Ok(entry) => {
                        walked.insert(entry.path().to_path_buf());
                        let at = entry.path().strip_prefix(base).ok();
                        let reason = entry.file_type().and_then(|kind| self.why_not(&entry, kind, base));
                        if let (Some(at), Some(reason)) = (at, reason) {
                            let lossy = PathBuf::from(at.to_string_lossy().into_owned());
                            let Some(path) = spell(name, &lossy) else { continue };
                            if reason == INNER_LINK {
                                links.push((passed.len(), entry.into_path()));
                            }
                            passed.push((path, reason));
                        }
                    }
                    Err(error) => {
                        let at = place_of(&error).and_then(|at| at.strip_prefix(base).ok());
                        let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                        passed.extend(at.and_then(|at| spell(name, at)).map(|path| (path, reason)));
                    }
                }
            }
            for (at, link) in links {
                let is_read = fs::canonicalize(link).is_ok_and(|real| walked.contains(&real));
                if let Some((_, reason)) = passed.get_mut(at).filter(|_| !is_read) {
                    "it is a link to what is ignored".clone_into(reason);
                }
            }
        }
        passed.sort_unstable();
        passed
    }

    fn exists(&self, path: &TreePath) -> bool {
        self.inside(path).is_ok()
    }
}

/// A file that is being read.
struct Opened {
    file: fs::File,
    /// How long it was when it was opened; what is added later is not read.
    length: u64,
    bytes: Vec<u8>,
}

impl Opened {
    fn at(path: &Path) -> Result<Self, ReadError> {
        // Asked before it is opened: to open a pipe is to wait for whoever writes into it.
        let metadata = fs::metadata(path).map_err(refused)?;
        if !metadata.is_file() {
            return Err(ReadError::Refused(NOT_A_FILE.to_owned()));
        }
        Self::walked(path)
    }

    /// What a walk found to be a file: what it is now is asked of the open file, which costs no second search for it.
    fn walked(path: &Path) -> Result<Self, ReadError> {
        let file = fs::File::open(path).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        if !metadata.is_file() {
            return Err(ReadError::Refused(NOT_A_FILE.to_owned()));
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(ReadError::TooLarge);
        }
        Ok(Self { file, length: metadata.len(), bytes: Vec::new() })
    }

    /// Reads what shows whether it is text; all of a small file.
    fn head(&mut self) -> Result<(), ReadError> {
        self.up_to(self.length.min(4 * HEAD_BYTES as u64))
    }

    fn rest(&mut self) -> Result<(), ReadError> {
        self.up_to(self.length)
    }

    fn up_to(&mut self, length: u64) -> Result<(), ReadError> {
        let more = length.saturating_sub(self.bytes.len() as u64);
        if more > 0 {
            self.bytes.reserve_exact(usize::try_from(more).unwrap_or(0));
            (&mut self.file).take(more).read_to_end(&mut self.bytes).map_err(refused)?;
        }
        Ok(())
    }
}

/// What is said of folders, pipes, sockets and devices.
const NOT_A_FILE: &str = "it is not a file";

/// The path that a walk failed at.
fn place_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => place_of(err),
        _ => None,
    }
}

fn refused(error: std::io::Error) -> ReadError {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::Missing,
        _ => ReadError::Refused(error.to_string()),
    }
}

fn spell(root: Option<&str>, relative: &Path) -> Option<TreePath> {
    let text = match std::path::MAIN_SEPARATOR {
        '/' => Cow::Borrowed(relative.to_str()?),
        separator => Cow::Owned(relative.to_str()?.replace(separator, "/")),
    };
    match root {
        None => TreePath::listed(&text),
        Some(_) => TreePath::root(root).join(&format!("./{text}")),
    }
}
