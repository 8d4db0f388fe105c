//! The tree of a commit, read from git's objects: nothing is checked out, nothing is fetched.
#![expect(
    clippy::disallowed_methods,
    reason = "the one module that runs git; it runs nothing that a tree holds"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

use super::examples::examples_beside;
use super::git_ignore::{IgnoreFiles, NAMES};
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
    #[error("there is no commit `{reference}` in this{}clone", if *.is_shallow { " shallow " } else { " " })]
    UnknownReference {
        /// The name that was given.
        reference: String,
        /// Whether the clone lacks older commits.
        is_shallow: bool,
    },
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

/// The checked folder as a commit holds it. Named roots stay what they are on disk, and so do files that
/// git is told to ignore: no commit could hold them.
#[derive(Debug)]
pub struct GitTree<'a> {
    /// The commit: the newest that the given one and HEAD have in common.
    pub commit: String,
    entries: BTreeMap<TreePath, Entry>,
    /// What a walk of a checkout would find.
    walked: Vec<TreePath>,
    objects: Mutex<Objects>,
    beside: &'a OsSystem,
    /// What is on disk and part of the history, or about to be.
    on_disk: OnceLock<BTreeSet<TreePath>>,
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
        let prefix = prefix.trim_end_matches(['\n', '\r']);
        let is_shallow = || {
            let said = run(folder, &["rev-parse", "--is-shallow-repository"]);
            matches!(said, Ok(Ok(said)) if said.trim() == "true")
        };
        let named = format!("{reference}^{{commit}}");
        let given = run(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &named])?;
        let reference = reference.to_owned();
        let Ok(given) = given else {
            return Err(GitError::UnknownReference { reference, is_shallow: is_shallow() });
        };
        let Ok(base) = run(folder, &["merge-base", given.trim(), "HEAD"])? else {
            return Err(GitError::NoMergeBase { reference, is_shallow: is_shallow() });
        };
        let commit = base.trim().to_owned();
        // A folder that is new since then was empty.
        let mut arguments = vec!["ls-tree", "-r", "-z", "--full-tree", &commit];
        if !prefix.is_empty() {
            arguments.extend(["--", prefix]);
        }
        let listed = run(folder, &arguments)?.map_err(GitError::Failed)?;
        let entries: BTreeMap<TreePath, Entry> =
            listed.split('\0').filter_map(|record| entry(record, prefix)).collect();
        let mut objects = Objects::open(folder)?;
        let ignores = ignore_files(folder, &commit, prefix, &entries, &mut objects)?;
        let mut walked: Vec<TreePath> = entries
            .iter()
            .filter(|(path, entry)| entry.is_file_of_the_project(path))
            .filter(|(path, _)| !ignores.hide(&format!("{prefix}{path}")))
            .map(|(path, _)| path.clone())
            .collect();
        let examples = examples_beside(&walked);
        walked.extend(examples.into_iter().filter(|path| entries.get(path).is_some_and(|one| !one.is_link)));
        walked.extend(system.walk_beside());
        walked.sort_unstable();
        walked.dedup();
        let (objects, on_disk) = (Mutex::new(objects), OnceLock::new());
        Ok(Self { commit, entries, walked, objects, beside: system, on_disk })
    }

    /// Whether git ignores what stands on disk at `path`, so that it is no part of any commit.
    fn is_aside(&self, path: &TreePath) -> bool {
        let on_disk = self.on_disk.get_or_init(|| {
            let mut known: BTreeSet<TreePath> = self.beside.walk().into_iter().collect();
            if let Tracking::Known(tracked) = self.beside.tracking() {
                known.extend(tracked);
            }
            known
        });
        !on_disk.contains(path)
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
        let own = self.entries.iter().filter(|(path, entry)| entry.is_file_of_the_project(path));
        let mut tracked: BTreeSet<TreePath> = own.map(|(path, _)| path.clone()).collect();
        if let Tracking::Known(known) = self.beside.tracking() {
            tracked.extend(known.into_iter().filter(|path| path.root_name().is_some()));
        }
        Tracking::Known(tracked)
    }

    fn walk(&self) -> Vec<TreePath> {
        self.walked.clone()
    }

    fn read(&self, path: &TreePath) -> Result<Vec<u8>, ReadError> {
        if path.root_name().is_some() {
            return self.beside.read(path);
        }
        match self.resolve(path) {
            Ok(entry) => self.object(&entry.object),
            Err(ReadError::Missing) if self.is_aside(path) => self.beside.read(path),
            Err(error) => Err(error),
        }
    }

    fn passed_over(&self) -> Vec<(TreePath, String)> {
        let links = self
            .entries
            .iter()
            .filter(|(path, entry)| entry.is_link && !path.folder().parts().any(is_foreign_folder));
        let reason = |path: &TreePath| match self.resolve(path) {
            Err(ReadError::Outside) => ReadError::Outside.to_string(),
            _ => "it is a link; what it leads to is read in its own place".to_owned(),
        };
        let mut passed: Vec<_> = links.map(|(path, _)| (path.clone(), reason(path))).collect();
        let beside = self.beside.passed_over().into_iter();
        passed.extend(beside.filter(|(path, _)| path.root_name().is_some()));
        passed.sort_unstable();
        passed
    }

    fn exists(&self, path: &TreePath) -> bool {
        if path.root_name().is_some() {
            return self.beside.exists(path);
        }
        let below = self.entries.keys().any(|file| file.is_below(path));
        below || self.resolve(path).is_ok() || self.is_aside(path) && self.beside.is_file(path)
    }
}

impl Entry {
    fn is_file_of_the_project(&self, path: &TreePath) -> bool {
        !self.is_link && !path.folder().parts().any(is_foreign_folder)
    }
}

/// One record of `git ls-tree -z`: `mode type object<tab>path`, with the path below `prefix`.
fn entry(record: &str, prefix: &str) -> Option<(TreePath, Entry)> {
    let (head, path) = record.split_once('\t')?;
    let mut words = head.split(' ');
    let (mode, kind, object) = (words.next()?, words.next()?, words.next()?);
    if kind != "blob" {
        return None;
    }
    let path = TreePath::root(None).join(&format!("./{}", path.strip_prefix(prefix)?))?;
    Some((path, Entry { object: object.to_owned(), is_link: mode == "120000" }))
}

/// The ignore files of the commit: those of its folder `prefix` and below, and those above.
fn ignore_files(
    folder: &Path,
    commit: &str,
    prefix: &str,
    entries: &BTreeMap<TreePath, Entry>,
    objects: &mut Objects,
) -> Result<IgnoreFiles, GitError> {
    let mut found = Vec::new();
    let own = prefix.trim_end_matches('/');
    let above = own.match_indices('/').filter_map(|(at, _)| own.get(..at));
    for above in std::iter::once("").filter(|_| !own.is_empty()).chain(above) {
        for name in NAMES {
            let object = format!("{commit}:{above}{}{name}", if above.is_empty() { "" } else { "/" });
            if let Ok(text) = run(folder, &["cat-file", "blob", &object])? {
                found.push((above.to_owned(), name.to_owned(), text));
            }
        }
    }
    let own = entries.iter().filter(|(path, entry)| !entry.is_link && NAMES.contains(&path.name()));
    for (path, entry) in own {
        let text =
            objects.read(&entry.object).map_err(|error| GitError::Failed(format!("`{path}`: {error}")))?;
        let folder = format!("{prefix}{}", path.folder());
        let text = String::from_utf8_lossy(&text).into_owned();
        found.push((folder.trim_end_matches('/').to_owned(), path.name().to_owned(), text));
    }
    let excludes = run(folder, &["rev-parse", "--git-path", "info/exclude"])?.ok();
    let excludes = excludes.map(|path| folder.join(path.trim_end_matches(['\n', '\r'])));
    let excludes = excludes.and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
    Ok(IgnoreFiles::new(found.into_iter(), &excludes))
}

/// `git` in `folder`: without locks, without the network, without a terminal.
fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        // Older versions fetch what a partial clone lacks, whatever `GIT_NO_LAZY_FETCH` says.
        .args(["-c", "protocol.allow=never", "-C"])
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
