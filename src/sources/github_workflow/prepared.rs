//! What an action asks of the machine, and no step before it has put there.

use super::Reader;
use crate::fact::{Problem, ProblemKind};
use crate::syntax::yaml::Node;

/// What the steps of a job, up to the one that is read, have made ready.
#[derive(Default)]
pub(super) struct Prepared {
    /// Whether pnpm may be there: machines of GitHub have none by themselves.
    has_pnpm: bool,
}

impl Prepared {
    /// Adds a `run:`.
    pub(super) fn script(&mut self, run: &Node) {
        self.has_pnpm |= run.as_str().is_none_or(|text| text.contains("pnpm") || text.contains("corepack"));
    }

    /// Adds a `uses:`, without its version: GitHub's own actions bring what they say, others may bring anything.
    pub(super) fn action(&mut self, action: &str) {
        self.has_pnpm |= !action.starts_with("actions/") && !action.starts_with("docker/");
    }

    /// Looks at a `uses:` with its inputs before it is added; `action` is its name without the version.
    pub(super) fn check(&self, reader: &mut Reader<'_>, action: &str, with: &Node) {
        if action != "actions/setup-node" || self.has_pnpm {
            return;
        }
        let Some(cache) = with.get("cache").filter(|cache| cache.as_str() == Some("pnpm")) else { return };
        let message = "`setup-node` is to keep pnpm's packages, and no step before it installs pnpm";
        let problem = Problem::new(ProblemKind::WorkflowStructure, cache.span, message, "asks pnpm for its folder")
            .why("the action runs `pnpm store path` and fails where there is no such program; machines of GitHub have none")
            .help("put `pnpm/action-setup` above this step");
        reader.problem(problem);
    }
}
