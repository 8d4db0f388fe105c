//! Keys that the matrix requires while an image is built.

use std::collections::BTreeSet;

use crate::fact::{Fact, Place, Role};
use crate::index::Index;
use crate::key::KeyName;
use crate::matrix::Kind;
use crate::rule::{Reporter, enumerate};
use crate::rules::version_stamp_missing::images;
use crate::text::{FileId, Location};

/// Reports a required key of `kind: build` that no stage of a service's image knows, by `ARG`, `ENV` or a
/// secret that is mounted as a variable.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for spec in index.matrix.keys.values().filter(|spec| spec.kind.value == Kind::Build) {
        let environments: Vec<String> = index
            .matrix
            .environments
            .iter()
            .filter(|environment| spec.is_required_in(environment))
            .map(|environment| environment.name.value.clone())
            .collect();
        let Some(declared) = spec.name.at.filter(|_| !environments.is_empty()) else { continue };
        let key = &spec.name.value;
        let mut told = BTreeSet::new();
        for service in index.matrix.services.values().filter(|service| spec.serves(&service.name)) {
            for (file, stage) in images(index, service) {
                if !told.insert((file, stage)) || is_known(index, file, stage, key) {
                    continue;
                }
                let name = &service.name.value;
                let mut finding = reporter
                    .report(
                        format!("`{key}` is required to build `{name}`, and its Dockerfile does not take it"),
                        declared,
                        "required here",
                    )
                    .label(last_variable(index, file, stage), "no stage declares it");
                if let Some(at) = index.declared_only_at(key) {
                    finding = finding.label(at, "named here");
                }
                finding
                    .key(key)
                    .environments(environments.clone())
                    .why(format!(
                        "what runs while the image for {} is built does not see it",
                        enumerate(&environments)
                    ))
                    .help(format!("add `ARG {key}` to the stage that builds, or mount it as a secret"));
            }
        }
    }
}

/// Whether a stage that takes part in the image has the key.
fn is_known(index: &Index, file: FileId, stage: usize, key: &KeyName) -> bool {
    let behind = index.stages_behind(file, stage);
    index.facts_in(file).filter(|fact| fact.key == *key).any(|fact| match &fact.place {
        Place::BuildArg(None) => false,
        Place::BuildArg(Some(stage)) => behind.contains(stage),
        Place::Stage(stage) => behind.contains(stage) && matches!(fact.role, Role::Provides(_)),
        _ => false,
    })
}

/// The last variable of the stage that has most of them, or where the image's stage begins.
fn last_variable(index: &Index, file: FileId, stage: usize) -> Location {
    let behind = index.stages_behind(file, stage);
    let variables = |stage: usize| {
        index.facts_in(file).filter(move |fact| match &fact.place {
            Place::BuildArg(Some(at)) => *at == stage,
            Place::Stage(at) => *at == stage && matches!(fact.role, Role::Provides(_)),
            _ => false,
        })
    };
    let most = behind.iter().copied().max_by_key(|stage| variables(*stage).count()).unwrap_or(stage);
    let base = || {
        let stage = index.dockerfile(file).and_then(|dockerfile| dockerfile.stages.get(stage));
        Location::new(file, stage.map_or(crate::text::Span::at(0), |stage| stage.base.span))
    };
    variables(most).last().map_or_else(base, Fact::at)
}
