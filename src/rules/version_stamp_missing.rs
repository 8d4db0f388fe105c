//! `version-stamp-missing`

mod passed;

use std::collections::BTreeSet;

use crate::fact::{Fact, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, segments};
use crate::matrix::{KeySpec, Kind, Service};
use crate::rule::Reporter;
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports an image that does not carry the build metadata which the matrix declares.
    ///
    /// A key of `kind: build` counts as metadata if its name tells so: `GIT_SHA`, `BUILD_DATE`,
    /// `APP_VERSION`, `REVISION`. The last stage of the service's Dockerfile must write it into the image, by `ENV`
    /// or `LABEL`; an `ARG` alone is gone once the image is built.
    ///
    /// A step of a workflow that builds an image without the commit that its Dockerfile takes and keeps is reported too,
    /// matrix or not.
    ///
    /// ## Why it matters
    ///
    /// When something breaks, the first question is which commit runs. An image without a stamp cannot answer.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: { root: api, dockerfile: api/Dockerfile } }
    /// keys: { GIT_SHA: { kind: build, service: api } }
    /// ```
    ///
    /// `api/Dockerfile`
    /// ```dockerfile
    /// FROM python:3.13-slim
    /// COPY . .
    /// ```
    ///
    /// ```text
    /// warning[version-stamp-missing]: the image of `api` does not carry `GIT_SHA`
    /// ```
    ///
    /// ## What to do
    ///
    /// `ARG GIT_SHA` and `ENV GIT_SHA=$GIT_SHA` in the last stage, and pass it to the build.
    pub struct VersionStampMissing = "version-stamp-missing", Missing, Strict;
}

/// Words of names that tell which build this is.
const STAMPS: &[&str] =
    &["SHA", "COMMIT", "REVISION", "VERSION", "DATE", "TIME", "TIMESTAMP", "BUILD", "RELEASE", "REF"];

impl VersionStampMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        passed::ask(index, reporter);
        let is_asked = |spec: &&KeySpec| index.matrix.is_declared() && spec.kind.value == Kind::Build;
        for spec in index.matrix.keys.values().filter(is_asked) {
            let key = &spec.name.value;
            let Some(declared) = spec.name.at.filter(|_| is_stamp(key)) else { continue };
            let mut told = BTreeSet::new();
            for service in index.matrix.services.values().filter(|service| spec.serves(&service.name)) {
                for (file, stage) in images(index, service) {
                    if told.insert((file, stage)) {
                        judge(index, reporter, key, declared, (file, stage), service);
                    }
                }
            }
        }
    }
}

fn is_stamp(key: &KeyName) -> bool {
    segments(key).last().is_some_and(|last| STAMPS.contains(&last))
}

/// The Dockerfiles of a service, with the stage that becomes its image.
pub(super) fn images(index: &Index, service: &Service) -> Vec<(FileId, usize)> {
    let declared = service.dockerfile.as_ref().and_then(|path| {
        let file = index.files.at(&path.value)?.id;
        Some((file, index.dockerfile(file)?.stages.len().checked_sub(1)?))
    });
    declared
        .into_iter()
        .chain(index.sites_of(&service.name).filter_map(|site| index.image_stage(site)))
        .collect()
}

fn judge(
    index: &Index,
    reporter: &mut Reporter<'_>,
    key: &KeyName,
    declared: Location,
    (file, stage): (FileId, usize),
    service: &Service,
) {
    let Some(last) = index.dockerfile(file).and_then(|dockerfile| dockerfile.stages.get(stage)) else {
        return;
    };
    let has_label =
        index.files.get(file).and_then(|source| source.text.get(last.span.range())).is_some_and(|text| {
            text.lines().any(|line| {
                line.trim_start().to_ascii_uppercase().starts_with("LABEL") && line.contains(key.as_str())
            })
        });
    if has_label || index.stage_environment(file, stage, key).is_some() {
        return;
    }
    let argument = index
        .facts_in(file)
        .filter(|fact| fact.place == Place::BuildArg(Some(stage)) && fact.key == *key)
        .find(|fact| matches!(fact.role, Role::Reads(_)))
        .map(Fact::at);
    let (at, label) = match argument {
        Some(at) => (at, "an `ARG` is gone once the image is built"),
        None => (Location::new(file, last.base.span), "this stage does not know it"),
    };
    reporter
        .report(format!("the image of `{}` does not carry `{key}`", *service.name), at, label)
        .label(declared, "declared here")
        .key(key)
        .why("which commit runs can then only be guessed")
        .help(format!("add `ARG {key}` and `ENV {key}=${key}` to the last stage"));
}
