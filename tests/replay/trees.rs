//! Trees of commits, laid out from git directories without touching these.

use std::path::{Path, PathBuf};
use std::process::Command;

use envcheck::engine::{Report, Settings, Snapshot};
use envcheck::system::{MemorySystem, OsSystem, ReadError, System, Tracking};
use envcheck::text::TreePath;

use super::case::Case;

/// Where trees come from.
pub(crate) enum Source {
    /// Git directories: `<owner>+<name>` below this folder, or `repo` in that.
    Mirrors(PathBuf),
    /// Trees that lie there already: `<id>/bad` and `<id>/fix` below this folder.
    Trees(PathBuf),
}

/// The two sides of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

impl Source {
    /// Checks one side of a case with all rules; `None` where the tree cannot be had.
    pub(crate) fn report(&self, case: &Case, side: Side) -> Option<Report> {
        match self {
            Self::Trees(folder) => {
                let side = if side == Side::Before { "bad" } else { "fix" };
                let tree = folder.join(&case.id).join(side);
                tree.is_dir().then(|| check(&tree, case))
            }
            Self::Mirrors(folder) => {
                let scratch = tempfile::tempdir().unwrap();
                let commit = if side == Side::Before { &case.before } else { &case.after };
                lay_out(&git_directory(folder, &case.repository)?, commit, scratch.path())?;
                if let Some(companion) = &case.companion {
                    let commit = if side == Side::Before { &companion.before } else { &companion.after };
                    let mount = scratch.path().join(&companion.mount);
                    lay_out(&git_directory(folder, &companion.repository)?, commit, &mount)?;
                }
                Some(check(scratch.path(), case))
            }
        }
    }
}

fn git_directory(folder: &Path, repository: &str) -> Option<PathBuf> {
    let folder = folder.join(repository.replace('/', "+"));
    [folder.join("repo"), folder.join(".git"), folder].into_iter().find(|path| path.join("HEAD").is_file())
}

/// Writes the tree of `commit` below `folder`, with an index that tells what git tracks there, so that nothing changes in
/// the git directory. Objects that a partial copy lacks are left out.
fn lay_out(git_directory: &Path, commit: &str, folder: &Path) -> Option<()> {
    let own = folder.join(".git");
    std::fs::create_dir_all(&own).ok()?;
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.arg("--git-dir").arg(git_directory).arg("--work-tree").arg(folder).args(arguments);
        command.env("GIT_INDEX_FILE", own.join("index")).env("GIT_NO_LAZY_FETCH", "1");
        command.output()
    };
    if !git(&["read-tree", commit]).ok()?.status.success() {
        return None;
    }
    git(&["checkout-index", "--all", "--quiet", "--force"]).ok()?;
    Some(())
}

fn check(tree: &Path, case: &Case) -> Report {
    let mut declared = MemorySystem::default();
    for (path, text) in &case.matrix {
        declared.insert(TreePath::parse(path).unwrap(), text.as_bytes());
    }
    let system = Declared { tree: OsSystem::new(tree, &[]).unwrap(), declared };
    let settings = Settings { strict: true, ..Settings::default() };
    Snapshot::take(&system, None).report(&settings)
}

/// A tree with the files of a matrix laid over it.
struct Declared {
    tree: OsSystem,
    declared: MemorySystem,
}

impl System for Declared {
    fn walk(&self) -> Vec<TreePath> {
        let mut paths = self.tree.walk();
        paths.extend(self.declared.walk());
        paths.sort();
        paths.dedup();
        paths
    }

    fn read(&self, path: &TreePath) -> Result<Vec<u8>, ReadError> {
        self.declared.read(path).or_else(|_| self.tree.read(path))
    }

    fn tracking(&self) -> Tracking {
        self.tree.tracking()
    }

    fn exists(&self, path: &TreePath) -> bool {
        self.declared.exists(path) || self.tree.exists(path)
    }
}
