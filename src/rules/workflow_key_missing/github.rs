//! Steps that call `gh` without what it needs.

use super::given::{Given, Level, given};
use crate::fact::{GithubCall, ScriptRun, StepScript};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::text::{FileId, Location};

/// The variables that `gh` takes a token from.
pub(super) const TOKENS: &[&str] =
    &["GH_TOKEN", "GITHUB_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"];

/// Reports the first call of a job without a token, and the first without a repository.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>, level: Level<'_>) {
    // A step that logs in, or an action of the tree, may do so for those behind.
    let logs_in = |step: &StepScript| step.does.github_calls.iter().any(|call| call.logs_in);
    let is_sure = level.job.actions.is_empty() && !level.job.scripts.iter().any(logs_in);
    let (mut lacks_token, mut lacks_repository) = (false, !level.job.has_repository);
    for step in &level.job.scripts {
        let level = Level { step: step.step, ..level };
        let is_given = |run: Option<&ScriptRun>, call: &GithubCall, name: &str| {
            let key = KeyName::new(name);
            call.sets.contains(&key)
                // No store keeps the name of a repository.
                || TOKENS.contains(&name) && index.provision_gap(level.file, name).is_some()
                || !matches!(given(index, &[level], step, run, &key), Given::No)
        };
        for (run, file, call) in calls(index, level, step) {
            let at = Location::new(file, call.span);
            let has_token = TOKENS.iter().any(|name| is_given(run, call, name));
            if is_sure && !lacks_token && !has_token {
                lacks_token = true;
                tell(
                    index,
                    reporter,
                    (level, run),
                    at,
                    ("GH_TOKEN", "a token", "github.token"),
                    "on GitHub's machines `gh` stops where it finds no token, and the job has none by itself",
                );
            }
            if lacks_repository && call.needs_repository && !is_given(run, call, "GH_REPO") {
                lacks_repository = false;
                tell(
                    index,
                    reporter,
                    (level, run),
                    at,
                    ("GH_REPO", "a repository", "github.repository"),
                    "`gh` asks git which repository it is about, and no step of the job checks one out",
                );
            }
        }
    }
}

/// The calls of a step and of the scripts that it runs, with the run and the file that they stand in.
fn calls<'a>(
    index: &'a Index,
    level: Level<'a>,
    step: &'a StepScript,
) -> Vec<(Option<&'a ScriptRun>, FileId, &'a GithubCall)> {
    let mut found: Vec<_> = step.does.github_calls.iter().map(|call| (None, level.file, call)).collect();
    let folder = step.folder.as_ref().map(|folder| folder.value.as_str());
    // What the step or the script reads from a file may set anything.
    for run in step.does.runs.iter().filter(|_| step.does.sources.is_empty()) {
        let Some(script) = index.script_run(level.file, folder, run) else { continue };
        let does = index.script(script).filter(|does| {
            let logs_in = does.github_calls.iter().any(|call| call.logs_in);
            does.sources.is_empty() && !logs_in && !index.is_aside(script)
        });
        // A script that sets or asks for a token itself knows what it does.
        let knows = index.facts_in(script).any(|fact| TOKENS.contains(&fact.key.as_str()));
        let calls = does.into_iter().flat_map(|does| &does.github_calls).filter(|_| !knows);
        found.extend(calls.map(|call| (Some(run), script, call)));
    }
    if !step.does.sources.is_empty() {
        found.clear();
    }
    found.retain(|(_, _, call)| !call.logs_in);
    found
}

fn tell(
    index: &Index,
    reporter: &mut Reporter<'_>,
    (level, run): (Level<'_>, Option<&ScriptRun>),
    at: Location,
    (key, what, source): (&str, &str, &str),
    why: &str,
) {
    let job = &level.job.id.value;
    let (message, place) = match run {
        Some(run) => (
            format!("a step of `{job}` runs {}, which calls `gh` without {what}", index.path(at.file)),
            Location::new(level.file, run.name.span),
        ),
        None => (format!("a step of `{job}` calls `gh` without {what}"), at),
    };
    let label = format!("no level of the workflow sets `{key}` for this step");
    let mut finding = reporter.report(message, place, label).key(&KeyName::new(key));
    if run.is_some() {
        finding = finding.label(at, "called here");
    }
    finding.why(why).help(format!("add `{key}: ${{{{ {source} }}}}` to the `env:` of the step"));
}
