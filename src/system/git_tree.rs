//! The tree of a commit, read from git's objects: nothing is checked out, nothing is fetched.
#![expect(
    clippy::disallowed_methods,
    reason = "the one module that runs git; it runs nothing that a tree holds"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::os::is_foreign_folder;
use super::{MAX_FILE_BYTES, OsSystem, ReadError, System, Tracking};
use crate::text::TreePath;

/// Why a commit cannot be looked at.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum GitError {
    /// The program `git` cannot be run.
    #[error("`git` cannot be run: {0}")]
    NoGit(String),
    /// The folder does not lie in a git repository, or git refuses it.
    #[error("git cannot read the repository: {0}")]
    NoRepository(String),
    /// The name leads to no commit here.
    #[error("there is no commit `{0}` in this clone")]
    UnknownReference(String),
    /// The two histories have no commit in common, or the clone is too shallow to know.
    #[error("`{reference}` and HEAD have no commit in common{}", if *.is_shallow { " in this shallow clone" } else { "" })]
    NoMergeBase {
        /// The name that was given.
        reference: String,
        /// Whether the clone lacks older commits.
        is_shallow: bool,
    },
    /// git failed in another way.
    #[error("git failed: {0}")]
    Failed(String),
}

/// A file, or a link, of the commit.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Entry {
    object: String,
    is_link: bool,
}

/// The checked folder as a commit holds it. Named roots stay what they are on disk.
#[derive(Debug)]
pub struct GitTree<'a> {
    /// The commit: the newest that the given one and HEAD have in common.
    pub commit: String,
    entries: BTreeMap<TreePath, Entry>,
    objects: Mutex<Objects>,
    beside: &'a OsSystem,
}

/// Links that are followed for one path at most.
const MOST_LINKS: usize = 40;

impl<'a> GitTree<'a> {
    /// The tree of `system` at the merge base of `reference` and HEAD. Submodules are absent, links are links.
    ///
    /// # Errors
    /// [`GitError`].
    pub fn open(system: &'a OsSystem, reference: &str) -> Result<Self, GitError> {
        let folder = system.root();
        let prefix = run(folder, &["rev-parse", "--show-prefix"])?.map_err(GitError::NoRepository)?;
        let named = format!("{reference}^{{commit}}");
        let given = run(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &named])?
            .map_err(|_| GitError::UnknownReference(reference.to_owned()))?;
        let is_shallow = || {
            let said = run(folder, &["rev-parse", "--is-shallow-repository"]);
            matches!(said, Ok(Ok(said)) if said.trim() == "true")
        };
        let base = run(folder, &["merge-base", given.trim(), "HEAD"])?.map_err(|_| {
            GitError::NoMergeBase { reference: reference.to_owned(), is_shallow: is_shallow() }
        })?;
        let commit = base.trim().to_owned();
        let tree = format!("{commit}:{}", prefix.trim_end_matches(['\n', '\r']));
        // A folder that is new since then was empty.
        let is_there = run(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &tree])?.is_ok();
        let listed = if is_there {
            run(folder, &["ls-tree", "-r", "-z", "--full-tree", &tree])?.map_err(GitError::Failed)?
        } else {
            String::new()
        };
        let entries = listed.split('\0').filter_map(entry).collect();
        Ok(Self { commit, entries, objects: Mutex::new(Objects::open(folder)?), beside: system })
    }

    /// What stands at `path`, links followed inside the tree.
    fn resolve(&self, path: &TreePath) -> Result<&Entry, ReadError> {
        let mut path = path.clone();
        for _ in 0..MOST_LINKS {
            match self.entries.get(&path) {
                Some(entry) if !entry.is_link => return Ok(entry),
                Some(link) => path = self.target(&path, link, "")?,
                None => {
                    // A folder above it may be a link.
                    let text = path.as_str();
                    let above = text.match_indices('/').find_map(|(at, _)| {
                        let folder = TreePath::parse(text.get(..at)?)?;
                        let link = self.entries.get(&folder).filter(|entry| entry.is_link)?;
                        Some((folder, link, text.get(at..)?))
                    });
                    let (folder, link, rest) = above.ok_or(ReadError::Missing)?;
                    path = self.target(&folder, link, rest)?;
                }
            }
        }
        Err(ReadError::Refused("its links go in circles".to_owned()))
    }

    fn target(&self, at: &TreePath, link: &Entry, rest: &str) -> Result<TreePath, ReadError> {
        let target = String::from_utf8(self.object(&link.object)?).map_err(|_| ReadError::Missing)?;
        if target.contains(':') {
            return Err(ReadError::Missing);
        }
        at.folder().join(&format!("{target}{rest}")).ok_or(ReadError::Outside)
    }

    fn object(&self, object: &str) -> Result<Vec<u8>, ReadError> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner).read(object)
    }
}

impl System for GitTree<'_> {
    fn tracking(&self) -> Tracking {
        // What a commit holds is tracked.
        Tracking::Known(self.walk().into_iter().collect())
    }

    fn walk(&self) -> Vec<TreePath> {
        let files = self
            .entries
            .iter()
            .filter(|(path, entry)| !entry.is_link && !path.folder().parts().any(is_foreign_folder));
        let mut paths: Vec<TreePath> = files.map(|(path, _)| path.clone()).collect();
        paths.extend(self.beside.walk_beside());
        paths.sort_unstable();
        paths
    }

    fn read(&self, path: &TreePath) -> Result<Vec<u8>, ReadError> {
        if path.root_name().is_some() {
            return self.beside.read(path);
        }
        self.object(&self.resolve(path)?.object)
    }

    fn exists(&self, path: &TreePath) -> bool {
        if path.root_name().is_some() {
            return self.beside.exists(path);
        }
        let below = self.entries.keys().any(|file| file.is_below(path));
        below || self.resolve(path).is_ok()
    }
}

/// One record of `git ls-tree -z`: `mode type object<tab>path`.
fn entry(record: &str) -> Option<(TreePath, Entry)> {
    let (head, path) = record.split_once('\t')?;
    let mut words = head.split(' ');
    let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
    if kind != "blob" {
        return None;
    }
    let path = TreePath::root(None).join(&format!("./{path}"))?;
    Some((path, Entry { object: object.to_owned(), is_link: mode == "120000" }))
}

/// `git` in `folder`: without locks, without the network, without a terminal.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_PREFIX")
        .stderr(Stdio::piped());
    command
}

/// What git prints; the inner error is what it says where it refuses.
fn run(folder: &Path, arguments: &[&str]) -> Result<Result<String, String>, GitError> {
    let output = git(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| GitError::NoGit(error.to_string()))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(Ok(text(&output.stdout)));
    }
    let said = text(&output.stderr);
    let said = said.lines().next().unwrap_or("it gave no reason");
    Ok(Err(said.trim_start_matches("fatal: ").to_owned()))
}

/// A running `git cat-file --batch`, asked for one object after the other.
#[derive(Debug)]
struct Objects {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    fn open(folder: &Path) -> Result<Self, GitError> {
        let failed = |error: std::io::Error| GitError::NoGit(error.to_string());
        let mut child = git(folder)
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(failed)?;
        let questions = child.stdin.take();
        let answers = child.stdout.take().ok_or_else(|| GitError::Failed("it has no output".to_owned()))?;
        Ok(Self { child, questions, answers: BufReader::new(answers) })
    }

    fn read(&mut self, object: &str) -> Result<Vec<u8>, ReadError> {
        self.ask(object).map_err(|error| ReadError::Refused(format!("git: {error}")))?
    }

    fn ask(&mut self, object: &str) -> std::io::Result<Result<Vec<u8>, ReadError>> {
        let questions = self.questions.as_mut().ok_or(std::io::ErrorKind::BrokenPipe)?;
        writeln!(questions, "{object}")?;
        questions.flush()?;
        let mut head = String::new();
        self.answers.read_line(&mut head)?;
        let size = head.trim_end().strip_prefix(object).and_then(|rest| rest.strip_prefix(" blob "));
        let Some(size) = size.and_then(|size| size.parse::<u64>().ok()) else {
            let reason = "this clone does not hold its content (a partial clone?)".to_owned();
            return Ok(Err(ReadError::Refused(reason)));
        };
        if size > MAX_FILE_BYTES {
            std::io::copy(&mut (&mut self.answers).take(size + 1), &mut std::io::sink())?;
            return Ok(Err(ReadError::TooLarge));
        }
        let mut content = Vec::new();
        (&mut self.answers).take(size).read_to_end(&mut content)?;
        self.answers.read_exact(&mut [0])?;
        Ok(Ok(content))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // Without questions git ends by itself.
        self.questions = None;
        let _ = self.child.wait();
    }
}
