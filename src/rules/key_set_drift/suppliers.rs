//! Templates and jobs that give services their keys.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::ENOUGH_SHARED;
use super::place::{Kind, Place};
use crate::fact::{Fact, Place as Where, Role, WorkflowFile, WorkflowJob};
use crate::index::Index;
use crate::key::KeyName;
use crate::matrix::EnvSource;
use crate::text::FileId;

/// Words of names that say what a job does.
const DEPLOYS: &[&str] = &["deploy", "deploys", "deployment", "rollout"];

/// The templates that feed services, by the files that feed the same ones in one environment.
pub(super) fn templates(index: &Index) -> Vec<Place<'_>> {
    let mut groups: BTreeMap<Vec<FileId>, (BTreeSet<&str>, BTreeSet<&str>)> = BTreeMap::new();
    for environment in &index.matrix.environments {
        for name in index.matrix.services.keys().filter(|name| environment.runs(name)) {
            let mut files: Vec<FileId> = Vec::new();
            for source in index.sources_for(environment, name) {
                let EnvSource::Vault { template, .. } = source else { continue };
                if let Some(file) = index.files.at(template)
                    && !files.contains(&file.id)
                {
                    files.push(file.id);
                }
            }
            if !files.is_empty() {
                let (services, environments) = groups.entry(files).or_default();
                services.insert(name);
                environments.insert(&environment.name.value);
            }
        }
    }
    let made = groups.into_iter().filter_map(|(files, (services, environments))| {
        let first = *files.first()?;
        let mut place = Place::new(Kind::Template, index.files.path(first).to_string(), services);
        for fact in files.iter().flat_map(|file| index.facts_in(*file)) {
            if fact.place == Where::Rendered && matches!(fact.role, Role::Provides(_)) {
                place.add(&fact.key, fact.at(), false);
            }
        }
        place.files = files;
        if index.matrix.is_declared() {
            place.environments = environments;
        }
        (!place.has.is_empty()).then_some(place)
    });
    made.collect()
}

/// The jobs that deploy services, by workflow.
pub(super) fn workflows<'a>(index: &'a Index, places: &[Place<'a>]) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    for (file, workflow) in index.workflows().filter(|(_, workflow)| !workflow.is_action) {
        let jobs: Vec<&WorkflowJob> =
            workflow.jobs.iter().filter(|job| deploys(index, file, workflow, job)).collect();
        if jobs.is_empty() {
            continue;
        }
        let sets = |fact: &&Fact| match &fact.place {
            Where::Job { job: None, .. } | Where::Written(_) | Where::Workload(_) => true,
            Where::Job { job: Some(id), .. } => jobs.iter().any(|job| job.id.value == *id),
            _ => false,
        };
        let mut place = Place::new(Kind::Workflow, index.files.path(file).to_string(), []);
        for fact in index.facts_in(file).filter(sets) {
            if matches!(fact.role, Role::Provides(_)) {
                place.add(&fact.key, fact.at(), false);
            }
        }
        // What its own steps use is not for a service, unless other lists have it.
        let is_stored = |fact: &Fact| matches!(fact.place, Where::GithubSecrets | Where::GithubVariables);
        let uses = |fact: &&Fact| matches!(fact.role, Role::Reads(_) | Role::Observed) && !is_stored(fact);
        let used: BTreeSet<&KeyName> = index.facts_in(file).filter(uses).map(|fact| &fact.key).collect();
        let is_listed = |key: &KeyName| places.iter().any(|other| other.has.contains_key(key));
        place.has.retain(|key, _| !used.contains(key) || is_listed(key));
        // A secret that it takes may be on its way under another name.
        place.knows.extend(index.facts_in(file).map(|fact| fact.key.clone()));
        place.files = vec![file];
        place.services = supplied(index, &place, places);
        let named = index.matrix.environments.iter().filter(|environment| {
            environment.sources.iter().any(|source| is_workflow(index, file, &source.value))
        });
        place.environments =
            named.filter(|_| index.matrix.is_declared()).map(|named| named.name.value.as_str()).collect();
        if !place.services.is_empty() {
            found.push(place);
        }
    }
    found
}

/// The services that a job supplies: the one that knows most of its keys, and those that know enough of the others.
fn supplied<'a>(index: &'a Index, place: &Place<'a>, places: &[Place<'a>]) -> BTreeSet<&'a str> {
    let mut candidates: Vec<(BTreeSet<&KeyName>, &str)> = Vec::new();
    for name in index.matrix.services.keys() {
        let mut about = places.iter().filter(|other| other.services.contains(name.as_str()));
        let all: BTreeSet<&KeyName> = about.clone().flat_map(|other| other.has.keys()).collect();
        let shared: BTreeSet<&KeyName> = place.has.keys().filter(|key| all.contains(*key)).collect();
        // Who supplies a service gives it a good part of some list of its keys.
        let is_supplier = about.any(|other| {
            let listed = other.has.values().filter(|entry| !entry.is_fixed).count();
            other.shared_with(place) * 3 >= listed && listed > 0
        });
        if shared.len() >= ENOUGH_SHARED && is_supplier {
            candidates.push((shared, name));
        }
    }
    candidates.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then(a.1.cmp(b.1)));
    let mut services = BTreeSet::new();
    let mut known: BTreeSet<&KeyName> = BTreeSet::new();
    for (shared, name) in candidates {
        if services.is_empty() || shared.difference(&known).count() >= ENOUGH_SHARED {
            services.insert(name);
            known.extend(shared);
        }
    }
    // Where most of what it sets is nobody's, it is about something else.
    if known.len() * 2 >= place.has.len() { services } else { BTreeSet::new() }
}

/// Whether a job deploys something: it says so, it has an environment, or the matrix names it.
fn deploys(index: &Index, file: FileId, workflow: &WorkflowFile, job: &WorkflowJob) -> bool {
    let path = index.path(file);
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| DEPLOYS.contains(&word))
    };
    let deployed = index.matrix.environments.iter().filter(|environment| environment.is_deployed());
    let is_named = deployed.flat_map(|environment| &environment.sources).any(|source| {
        matches!(&source.value, EnvSource::Workflow { file, job: named }
            if file.value == path && named.as_ref().is_none_or(|named| named.value == job.id.value))
    });
    is_named
        || job.environment.is_some()
        || says(&job.id)
        || workflow.jobs.len() == 1
            && (says(path.name()) || workflow.name.as_ref().is_some_and(|name| says(name)))
}

fn is_workflow(index: &Index, file: FileId, source: &EnvSource) -> bool {
    matches!(source, EnvSource::Workflow { file: path, .. } if path.value == index.path(file))
}
