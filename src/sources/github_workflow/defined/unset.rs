//! `${{ env.NAME }}` of a step, of a name that no level of the workflow sets and no step before it can have set.

use super::{Asked, Variables, problem};
use crate::fact::Problem;
use crate::key::{KeyName, is_tool_key, near_miss, segments};
use crate::sources::github_workflow::Reader;
use crate::syntax::yaml::Node;

/// Actions that set no variables for later steps, or only such as [`OWN`] begin.
const SILENT: &[&str] = &[
    "actions/attest-build-provenance",
    "actions/cache",
    "actions/cache/restore",
    "actions/cache/save",
    "actions/checkout",
    "actions/configure-pages",
    "actions/deploy-pages",
    "actions/download-artifact",
    "actions/setup-dotnet",
    "actions/setup-go",
    "actions/setup-java",
    "actions/setup-node",
    "actions/setup-python",
    "actions/upload-artifact",
    "actions/upload-pages-artifact",
    "docker/bake-action",
    "docker/build-push-action",
    "docker/login-action",
    "docker/metadata-action",
    "docker/setup-buildx-action",
    "docker/setup-qemu-action",
    "dorny/paths-filter",
    "pnpm/action-setup",
    "sigstore/cosign-installer",
    "softprops/action-gh-release",
];

/// Beginnings of the variables that those actions set.
const OWN: &[&str] = &[
    "ACTIONS_", "BUILDX_", "CI", "DOCKER_", "DOTNET_", "GITHUB_", "GO", "JAVA_", "LD_", "NODE_", "NPM_",
    "PKG_", "PNPM_", "PYTHON", "RUNNER_",
];

/// Signs of a script that runs what may itself write to `$GITHUB_ENV`.
const RUNS_OTHERS: &[&str] = &[
    "GITHUB_ENV",
    "./",
    ".sh",
    ".py",
    "bash",
    "sh ",
    "source ",
    ". ",
    "eval",
    "exec ",
    "python",
    "node",
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "bun",
    "make",
    "just",
    "task",
    "go run",
    "cargo",
    "ruby",
    "bundle",
    "rake",
    "php",
    "composer",
    "dotnet",
    "java",
    "gradle",
    "mvn",
    "uv",
    "poetry",
    "pip",
    "nix",
    "earthly",
    "dagger",
    "set-env",
    "op ",
    "vault",
    "doppler",
    "sops",
    "mise",
    "direnv",
    "asdf",
    "act ",
];

pub(super) fn judge(
    reader: &mut Reader<'_>,
    asked: &Asked,
    document: &Node,
    variables: &Variables,
) -> Option<Problem> {
    let (name, step) = (asked.path.first()?, asked.step?);
    let is_own = OWN.iter().any(|begin| name.to_ascii_uppercase().starts_with(begin));
    if !asked.is_alone
        || is_own
        || is_tool_key(name)
        // `workflow-key-missing` speaks of names that are nearly set.
        || variables.set.keys().any(|set| is_near(set, name))
        || !reader.found.gaps.is_empty()
    {
        return None;
    }
    let steps = document.get("jobs")?.get(asked.job.as_deref()?)?.get("steps")?.items();
    for before in steps.get(..step)? {
        if !reader.take(before.span.len()) || !is_silent(before) {
            return None;
        }
    }
    if !reader.take(reader.file.text.len()) || reader.file.text.contains(&format!("{name}=")) {
        return None;
    }
    let help =
        format!("set it under `env:`, or write `{name}=value` to `$GITHUB_ENV` in a step before this one");
    let found = problem(asked, format!("nothing sets `{name}`"), help)?;
    Some(found.about(&KeyName::new(name)))
}

/// Whether a step surely sets no variable for those behind it.
fn is_silent(step: &Node) -> bool {
    if !step.is_mapping() || step.via_alias {
        return false;
    }
    let uses =
        step.get("uses").map(|uses| uses.as_str().and_then(|uses| uses.split('@').next()).unwrap_or(""));
    let run = step.get("run").map(|run| run.as_str().unwrap_or("./"));
    match (uses, run) {
        (Some(action), None) => SILENT.contains(&action),
        (None, Some(script)) => !RUNS_OTHERS.iter().any(|sign| script.contains(sign)),
        _ => false,
    }
}

/// Whether two names are the same but for their case, a slip or one of their words.
fn is_near(a: &str, b: &str) -> bool {
    let differing = || segments(a).zip(segments(b)).filter(|(x, y)| x != y).count();
    a.eq_ignore_ascii_case(b)
        || near_miss(a, b)
        || (segments(a).count() == segments(b).count() && segments(a).count() >= 3 && differing() == 1)
}
