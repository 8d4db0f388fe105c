//! Stamps that an image would carry and that nobody passes to its build.

use std::collections::BTreeSet;

use super::is_stamp;
use crate::fact::{Fact, Need, Place, Role};
use crate::index::{BuildLink, Index, StepBuild};
use crate::rule::Reporter;
use crate::text::{FileId, Location};

/// Reports steps of workflows that build an image without a stamp that its Dockerfile takes, if no step passes it
/// or some do.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let steps = index.step_builds();
    let files: BTreeSet<FileId> = steps.iter().filter_map(dockerfile_of).collect();
    for file in files {
        let own: Vec<&StepBuild<'_>> =
            steps.iter().filter(|step| dockerfile_of(step) == Some(file)).collect();
        for taken in index.facts_in(file).filter(|fact| is_taken_stamp(index, fact)) {
            let key = &taken.key;
            let passes = |step: &&&StepBuild<'_>| index.step_build_args(step).any(|fact| fact.key == *key);
            let lacking: Vec<&&StepBuild<'_>> = own.iter().filter(|step| !passes(step)).collect();
            // What a step takes from elsewhere may hold it.
            let is_open = lacking.iter().any(|step| {
                index.files.get(step.file).is_none_or(|source| source.text.contains(key.as_str()))
            });
            let Some(first) = lacking.first().filter(|_| !is_open) else { continue };
            let path = index.files.path(file);
            let at = |step: &StepBuild<'_>| Location::new(step.file, step.build.uses.span);
            let mut finding = reporter
                .report(
                    format!("a step builds {path} without `{key}`"),
                    at(first),
                    "the image does not say which commit it is of",
                )
                .label(taken.at(), "taken here, for the image to carry")
                .key(key);
            if let Some(other) = own.iter().find(passes) {
                finding = finding.label(at(other), "passed here");
            }
            for other in lacking.iter().skip(1).take(2) {
                finding = finding.label(at(other), "nor does this step");
            }
            finding
                .why("which commit runs can then only be guessed")
                .help(format!("add `{key}=${{{{ github.sha }}}}` to `build-args:`"));
        }
    }
}

fn dockerfile_of(step: &StepBuild<'_>) -> Option<FileId> {
    match step.link {
        BuildLink::Dockerfile(file) => Some(file),
        BuildLink::None | BuildLink::Missing(_) | BuildLink::Unseen => None,
    }
}

/// Whether a fact is an `ARG` that stands for a commit, with no default that says one, and that the same stage
/// writes into the image.
fn is_taken_stamp(index: &Index, fact: &Fact) -> bool {
    let (Place::BuildArg(Some(stage)), Role::Reads(read)) = (&fact.place, &fact.role) else { return false };
    let is_empty = match &read.need {
        Need::Default(value) => value.plain().is_some_and(|text| {
            matches!(
                text.to_ascii_lowercase().as_str(),
                "" | "unknown" | "dev" | "development" | "none" | "local"
            )
        }),
        Need::Required | Need::Optional | Need::Unknown => true,
    };
    let is_commit = ["SHA", "COMMIT", "REVISION"].iter().any(|word| fact.key.contains(word));
    let is_kept = index.facts_in(fact.file).any(|other| {
        other.place == Place::Stage(*stage)
            && matches!(&other.role, Role::Provides(provide)
                if provide.value.references.iter().any(|reference| reference.key == fact.key))
    });
    is_empty && is_commit && is_stamp(&fact.key) && is_kept
}
