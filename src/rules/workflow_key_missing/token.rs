//! Programs of the tree that ask GitHub, and that a step runs without a token.

use super::github::TOKENS;
use super::given::{Given, Level, given};
use crate::fact::{Fact, Place, Role, is_aside};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::text::{Location, TreePath};

/// Words of a program that says that it cannot do without.
const DEMANDS: &[&str] =
    &["required", "must be set", "must set", "is missing", "not set", "is needed", "please set"];

/// Reports a program that a step runs, that reads a token of GitHub and that no level gives any. A program that says so
/// itself stops; others go on as nobody, which GitHub soon refuses, and are reported under `--strict`.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>, level: Level<'_>) {
    for step in &level.job.scripts {
        let level = Level { step: step.step, ..level };
        let root = TreePath::root(index.path(level.file).root_name());
        let folder = match &step.folder {
            Some(folder) => root.join(folder),
            None => Some(root),
        };
        for program in step.does.programs.iter().filter(|_| step.does.sources.is_empty()) {
            let path = folder.as_ref().and_then(|folder| folder.join(program));
            let Some(source) = path.and_then(|path| index.files.at(&path)) else { continue };
            let reads: Vec<&Fact> = index
                .facts_in(source.id)
                .filter(|fact| fact.place == Place::Process && matches!(fact.role, Role::Reads(_)))
                .filter(|fact| TOKENS.contains(&fact.key.as_str()))
                .collect();
            let Some(first) = reads.first().filter(|_| !is_aside(&source.path)) else { continue };
            let is_demanded = source.text.lines().any(|line| {
                let line = line.trim_start();
                line.contains(first.key.as_str())
                    && !line.starts_with('#')
                    && DEMANDS.iter().any(|word| line.contains(word))
            });
            let is_given = |name: &str| {
                let key = KeyName::new(name);
                index.provision_gap(level.file, name).is_some()
                    || !matches!(given(index, &[level], step, None, &key), Given::No)
            };
            // What other variables of the program hold may be a token, too.
            let others = index.facts_in(source.id).any(|fact| {
                fact.place == Place::Process
                    && matches!(fact.role, Role::Reads(_))
                    && fact.key.ends_with("TOKEN")
                    && !TOKENS.contains(&fact.key.as_str())
            });
            if others || !(is_demanded || reporter.is_strict()) || TOKENS.iter().any(|name| is_given(name)) {
                continue;
            }
            let (job, key) = (&level.job.id.value, &first.key);
            let message = format!("a step of `{job}` runs {} without `{key}`", source.path);
            let label = "no level of the workflow sets it for this step";
            let does = if is_demanded { "stops without it" } else { "goes on without it" };
            reporter
                .report(message, Location::new(level.file, program.span), label)
                .key(key)
                .label(first.at(), does)
                .why("a job has a token, and programs get it only where `env:` hands it on")
                .help(format!("add `{key}: ${{{{ github.token }}}}` to the `env:` of the step"));
        }
    }
}
