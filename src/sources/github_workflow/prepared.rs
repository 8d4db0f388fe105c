//! What an action asks of the machine, and no step before it has put there.

use super::Reader;
use super::inputs::Before;
use crate::fact::{Problem, ProblemKind};
use crate::syntax::yaml::Node;

/// Looks at a `uses:` with its inputs; `action` is its name without the version, `before` what the steps above it did.
pub(super) fn check(reader: &mut Reader<'_>, action: &str, with: &Node, before: &Before<'_>) {
    let cache = with.get("cache").filter(|cache| cache.as_str() == Some("pnpm"));
    let Some(cache) = cache.filter(|_| action == "actions/setup-node") else { return };
    if before.may_bring(&["pnpm", "corepack"]) {
        return;
    }
    let message = "`setup-node` is to keep pnpm's packages, and no step before it installs pnpm";
    let problem = Problem::new(ProblemKind::WorkflowStructure, cache.span, message, "asks pnpm for its folder")
        .why("the action runs `pnpm store path` and fails where there is no such program; machines of GitHub have none")
        .help("put `pnpm/action-setup` above this step");
    reader.problem(problem);
}
