//! `--against`: only what is new since another commit.

use super::failure::Failure;
use super::root::Opened;
use crate::engine::{Report, Settings, Snapshot};
use crate::system::{GitError, GitTree};

/// Leaves in `report` what the tree at the merge base of `reference` and HEAD does not have.
pub(super) fn leave_new(
    report: &mut Report,
    snapshot: &Snapshot,
    reference: &str,
    tree: &Opened,
    settings: &Settings,
) -> Result<(), Failure> {
    let earlier = GitTree::open(&tree.system, reference).map_err(|error| told(&error))?;
    let before = Snapshot::open(&earlier, &tree.asked);
    if let Some((path, reason)) = before.unread.iter().find(|unread| !snapshot.unread.contains(unread)) {
        // A file that could not be read would make old findings look new, or new ones old.
        let message = format!("cannot compare with `{reference}`: `{path}` cannot be read there: {reason}");
        return Err(Failure::new(message));
    }
    let mut earlier_report = before.report(settings);
    if let Some(folder) = &tree.below {
        earlier_report.keep_below(folder);
    }
    report.leave_new(&snapshot.index.files, &earlier_report, &before.index.files, reference, &earlier.commit);
    Ok(())
}

fn told(error: &GitError) -> Failure {
    let message = format!("cannot compare (--against): {error}");
    let help = match error {
        GitError::NoGit(_) => "comparing needs the program `git`",
        GitError::NoRepository(_) => "comparing needs a git repository around the checked folder",
        GitError::UnknownReference(_) => {
            "fetch it first, for instance with `git fetch origin main`, and name `origin/main`"
        }
        GitError::NoMergeBase { is_shallow: true, .. } => {
            "fetch the history: `git fetch --unshallow`, or `fetch-depth: 0` for actions/checkout"
        }
        GitError::NoMergeBase { .. } => "name a branch that HEAD comes from",
        GitError::Failed(_) => return Failure::new(message),
    };
    Failure::with_help(message, help)
}
