//! `--against`: only what is new since another commit.

use super::failure::Failure;
use super::root::Opened;
use crate::engine::{Earlier, Settings, Snapshot};
use crate::system::{GitError, GitTree};

/// The tree at the merge base of `reference` and HEAD, and what is found in it. `now` is the tree as it is.
pub(super) fn earlier(
    reference: &str,
    tree: &Opened,
    now: &Snapshot,
    settings: &Settings,
) -> Result<Earlier, Failure> {
    let system = GitTree::open(&tree.system, reference).map_err(|error| told(&error))?;
    let before = Snapshot::open(&system, &tree.asked);
    if let Some((path, reason)) = before.unread.iter().find(|unread| !now.unread.contains(unread)) {
        // A file that could not be read would make old findings look new, or new ones old.
        let message = format!("cannot compare with `{reference}`: `{path}` cannot be read there: {reason}");
        return Err(Failure::new(message));
    }
    let mut report = before.report(settings);
    if let Some(folder) = &tree.below {
        report.keep_below(folder);
    }
    Ok(Earlier {
        report,
        files: before.index.files,
        reference: reference.to_owned(),
        commit: system.commit.clone(),
    })
}

fn told(error: &GitError) -> Failure {
    let message = format!("cannot compare (--against): {error}");
    let help = match error {
        GitError::NoGit(_) => "comparing needs the program `git`",
        GitError::NoRepository(_) => "comparing needs a git repository around the checked folder",
        GitError::UnknownReference { is_shallow: false, .. } => {
            "fetch it first, for instance with `git fetch origin main`, and name `origin/main`"
        }
        GitError::UnknownReference { .. } | GitError::NoMergeBase { is_shallow: true, .. } => {
            "fetch the history: `git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout"
        }
        GitError::NoMergeBase { .. } => "name a branch that HEAD comes from",
        GitError::Failed(_) => return Failure::new(message),
    };
    Failure::with_help(message, help)
}
