//! What each environment is supplied by learns of the key, written as its neighbours there are.

mod dotenv;
mod lines;
mod listed;
mod maps;
mod spelling;
mod started;

use std::collections::{BTreeMap, BTreeSet};

use super::NewKey;
use super::containers::sites_of;
use crate::diagnostic::Edit;
use crate::fact::{Fact, Phase, Place, Provision, Role, SourceKind, StoreKind};
use crate::fix::plan::Plan;
use crate::index::{EnvFileLink, Index};
use crate::key::{KeyName, shared_segments};
use crate::matrix::{EnvSource, Environment, Kind, Service};
use crate::secret::Secret;
use crate::text::{FileId, TreePath};

/// What there is to write down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Given<'a> {
    /// This text.
    Text(&'a str),
    /// A value of whoever deploys, that a file can only refer to. It has to be there.
    Elsewhere,
    /// The same, and nobody misses it.
    Perhaps,
}

/// What to write of a new key.
fn given(wanted: &NewKey) -> Given<'_> {
    let default = wanted.entry.default.as_ref().map(Secret::reveal);
    match default.filter(|_| wanted.kind != Kind::Secret) {
        Some(text) => Given::Text(text),
        None if wanted.entry.is_required || wanted.kind == Kind::Secret => Given::Elsewhere,
        None => Given::Perhaps,
    }
}

/// What can be done in a file.
enum Done {
    /// These edits.
    Edits(Vec<Edit>),
    /// Nothing by this program, for this reason.
    ByHand(String),
    /// Nothing needs to be done.
    Nothing,
}

/// Adds the key to what supplies the environments that the service runs in, besides what compose files and templates
/// give it. Whether a file that deploys was served, or named to people.
pub(super) fn supply(index: &Index, wanted: &NewKey, service: &Service, plan: &mut Plan) -> bool {
    let mut found: BTreeMap<TreePath, (Done, BTreeSet<String>)> = BTreeMap::new();
    // What developers have on their machines says nothing about where the service is deployed.
    let mut deploys: BTreeSet<TreePath> = BTreeSet::new();
    let environments = &index.matrix.environments;
    for environment in environments.iter().filter(|environment| environment.runs(&service.name)) {
        let mut note = |path: &TreePath, done: &dyn Fn() -> Done| {
            let known = found.entry(path.clone()).or_insert_with(|| (done(), BTreeSet::new()));
            known.1.insert(environment.name.value.to_string());
            if environment.is_deployed() {
                deploys.insert(path.clone());
            }
        };
        from_sources(index, wanted, service, environment, &mut note);
    }
    if !index.matrix.is_declared() {
        for (file, groups) in unnamed(index, service) {
            let path = index.path(file);
            deploys.insert(path.clone());
            let done = || match maps::of_file(index, wanted, service, file) {
                Some(edits) => Done::Edits(edits),
                None => in_groups(index, wanted, file, &groups),
            };
            found.entry(path).or_insert_with(|| (done(), BTreeSet::new()));
        }
    }
    if given(wanted) == Given::Elsewhere {
        for (file, group) in started::workflows(index, service, &["up"]) {
            let done = || in_groups(index, wanted, file, std::slice::from_ref(&group));
            found.entry(index.path(file)).or_insert_with(|| (done(), BTreeSet::new()));
        }
    }
    let key = &wanted.entry.key;
    let mut any = false;
    for (path, (done, environments)) in found {
        let names: Vec<String> = environments.iter().map(|name| format!("`{name}`")).collect();
        let of = if names.is_empty() { String::new() } else { format!(" for {}", names.join(", ")) };
        any |= deploys.contains(&path);
        match done {
            Done::Edits(edits) => {
                plan.step(index, format!("give `{key}`{of}"), edits);
                tell_stores(index, wanted, &path, plan);
            }
            Done::ByHand(reason) => {
                plan.leave(path.to_string(), format!("set `{key}`{of}: {reason}"));
            }
            Done::Nothing => {}
        }
    }
    any
}

/// Adds the key of a bundle to what gives compose its variables where a workflow builds the images of a service: the
/// build takes it from there.
pub(super) fn supply_builds(index: &Index, wanted: &NewKey, service: &Service, plan: &mut Plan) {
    if wanted.entry.default.is_some() {
        return;
    }
    let mut wanted = wanted.clone();
    wanted.entry.is_required = true;
    let key = wanted.entry.key.clone();
    for (file, group) in started::workflows(index, service, &["up", "build"]) {
        let path = index.path(file);
        match in_groups(index, &wanted, file, &[group]) {
            Done::Edits(edits) => {
                plan.step(index, format!("give `{key}` to the build"), edits);
                tell_stores(index, &wanted, &path, plan);
            }
            Done::ByHand(reason) => plan.leave(path.to_string(), format!("set `{key}`: {reason}")),
            Done::Nothing => {}
        }
    }
}

fn from_sources(
    index: &Index,
    wanted: &NewKey,
    service: &Service,
    environment: &Environment,
    note: &mut dyn FnMut(&TreePath, &dyn Fn() -> Done),
) {
    for source in &environment.sources {
        let is_for = |services: &[crate::matrix::Said<String>]| {
            services.is_empty() || services.iter().any(|name| **name == *service.name.value)
        };
        match &source.value {
            EnvSource::Dotenv { file, services } if is_for(services) => {
                note(&file.value, &|| dotenv::add(index, wanted, &file.value));
            }
            EnvSource::Compose { files, .. } => {
                for path in env_files(index, service, files.iter().map(|file| &file.value)) {
                    note(&path, &|| dotenv::add(index, wanted, &path));
                }
            }
            EnvSource::Workflow { file, job } => {
                let job = job.as_ref().map(|job| job.value.as_str());
                note(&file.value, &|| {
                    deployed(index, wanted, service, &file.value, |id| of_jobs(index, id, job))
                });
            }
            EnvSource::Deploy { file, into, services } if is_for(services) => {
                let into = into.as_ref().map(|into| into.value.as_str());
                note(&file.value, &|| {
                    deployed(index, wanted, service, &file.value, |id| {
                        index.handed_over(id, into, Some(service)).collect()
                    })
                });
            }
            EnvSource::Platform { keys, services } if is_for(services) && !keys.is_empty() => {
                let declared = source.at.or_else(|| keys.first().and_then(|key| key.at));
                let place = declared.map(|at| index.path(at.file));
                if let Some(path) = place.filter(|_| given(wanted) == Given::Elsewhere) {
                    let name = &environment.name.value;
                    let reason = format!(
                        "whoever deploys `{name}` supplies its keys: set it there, then list it under `platform`"
                    );
                    note(&path, &|| Done::ByHand(reason.clone()));
                }
            }
            _ => {}
        }
    }
}

/// The dotenv files that compose hands to the service whole, where it hands it nothing one by one.
fn env_files<'a>(
    index: &Index,
    service: &Service,
    composes: impl Iterator<Item = &'a TreePath>,
) -> BTreeSet<TreePath> {
    let composes: BTreeSet<FileId> = composes.filter_map(|path| Some(index.files.at(path)?.id)).collect();
    let sites = sites_of(index, service).into_iter().filter(|site| composes.contains(&site.file));
    let whole =
        sites.filter(|site| index.compose_service(site).is_some_and(|service| service.environment.is_none()));
    let last = whole.filter_map(|site| {
        site.env_files.iter().rev().find_map(|link| match link {
            EnvFileLink::File(file) => Some(index.path(*file)),
            _ => None,
        })
    });
    last.collect()
}

/// What the steps of the jobs of a workflow are given, or of one, and the dotenvs that they write.
fn of_jobs<'a>(index: &'a Index, file: FileId, wanted: Option<&str>) -> Vec<&'a Fact> {
    let is_of = |place: &Place| match place {
        Place::Job { job, .. } => wanted.is_none() || job.is_none() || job.as_deref() == wanted,
        Place::Written(_) => true,
        _ => false,
    };
    index.facts_in(file).filter(|fact| is_of(&fact.place) && provides(fact)).collect()
}

fn provides(fact: &Fact) -> bool {
    fact.phase == Phase::Run && matches!(fact.role, Role::Provides(_))
}

/// A file that deploys, by the statements with which it gives keys.
fn deployed<'a>(
    index: &'a Index,
    wanted: &NewKey,
    service: &Service,
    path: &TreePath,
    facts: impl Fn(FileId) -> Vec<&'a Fact>,
) -> Done {
    let Some(file) = index.files.at(path) else { return Done::Nothing };
    // What only builds take tells nothing of where the service runs.
    let own: BTreeSet<KeyName> = match index.matrix.is_declared() {
        true => index.keys_of_service(service),
        false => {
            let reads = index.reads_of_service(&service.name.value);
            reads.filter(|(fact, _)| fact.place == Place::Process).map(|(fact, _)| fact.key.clone()).collect()
        }
    };
    if let Some(edits) = maps::of_file(index, wanted, service, file.id) {
        return Done::Edits(edits);
    }
    let groups = groups(facts(file.id));
    let known = |group: &[&Fact]| group.iter().filter(|fact| own.contains(&fact.key)).count();
    let most = groups.iter().map(|group| known(group)).max().unwrap_or(0);
    // What the matrix names supplies the service; of what is only guessed to, the keys have to tell it.
    let is_meant = |group: &Vec<&Fact>| match most {
        0 => groups.len() == 1 && index.matrix.is_declared(),
        _ => known(group) > 0,
    };
    let meant: Vec<Vec<&Fact>> = groups.iter().filter(|group| is_meant(group)).cloned().collect();
    // Of the jobs and steps of a workflow one is enough: the one that has most of what the service takes.
    let is_of_job = |group: &Vec<&Fact>| group.iter().all(|fact| matches!(fact.place, Place::Job { .. }));
    let (of_jobs, mut meant): (Vec<_>, Vec<_>) = meant.into_iter().partition(is_of_job);
    meant.extend(of_jobs.into_iter().rev().max_by_key(|group| known(group)));
    in_groups(index, wanted, file.id, &meant)
}

/// Statements by the place that they give keys to, in the order of the file.
fn groups(facts: Vec<&Fact>) -> Vec<Vec<&Fact>> {
    let mut by_place: BTreeMap<&Place, Vec<&Fact>> = BTreeMap::new();
    for fact in facts.into_iter().filter(|fact| provides(fact)) {
        by_place.entry(&fact.place).or_default().push(fact);
    }
    let mut groups: Vec<Vec<&Fact>> = by_place.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|fact| fact.span);
    }
    groups.sort_by_key(|group| group.first().map(|fact| fact.span));
    groups
}

/// Manifests and files of platforms that run the service, where no matrix names them: they call it so, or give it at
/// least two keys that its code and that of no other service reads.
fn unnamed<'a>(index: &'a Index, service: &Service) -> Vec<(FileId, Vec<Vec<&'a Fact>>)> {
    let own = index.keys_of_service(service);
    let others: BTreeSet<KeyName> = index
        .matrix
        .services
        .values()
        .filter(|other| other.name.value != service.name.value)
        .flat_map(|other| index.keys_of_service(other))
        .collect();
    let is_own = |fact: &&&Fact| own.contains(&fact.key) && !others.contains(&fact.key);
    let called = |place: &Place| match place {
        Place::Workload(name) => name.rsplit('/').next().is_some_and(|part| *service.name.value == *part),
        _ => false,
    };
    let mut found = Vec::new();
    for file in index.files.iter() {
        let is_manifest = matches!(index.kind(file.id), Some(SourceKind("kubernetes" | "platform")));
        if !is_manifest || index.is_aside(file.id) || file.path.folder().name() == ".vscode" {
            continue;
        }
        let given = index.facts_in(file.id).filter(|fact| matches!(fact.place, Place::Workload(_)));
        let meant: Vec<Vec<&Fact>> = groups(given.collect())
            .into_iter()
            .filter(|group| {
                let shared = group.iter().filter(is_own).count();
                shared >= 2 || shared > 0 && group.first().is_some_and(|fact| called(&fact.place))
            })
            .collect();
        let has_map = maps::containers(index, service, file.id).into_iter().any(|container| {
            let kept = maps::kept_for(index, container);
            let shared = kept.flat_map(|(_, facts)| facts).filter(|fact| is_own(&fact)).count();
            shared >= 2 || shared > 0 && *container.name.value == *service.name.value
        });
        if !meant.is_empty() || has_map {
            found.push((file.id, meant));
        }
    }
    found
}

fn in_groups(index: &Index, wanted: &NewKey, file: FileId, groups: &[Vec<&Fact>]) -> Done {
    let given = given(wanted);
    let mut edits = Vec::new();
    let mut is_left = groups.is_empty();
    for group in groups {
        // What a branch sets, it alone sets.
        let always: Vec<&Fact> = group.iter().copied().filter(|fact| is_always(fact)).collect();
        let group = if always.is_empty() { group } else { &always };
        let edit = listed::add(index, wanted, given, file, group)
            .or_else(|| lines::add(index, wanted, given, file, group));
        match edit {
            Some(edit) => edits.push(edit),
            None => is_left = true,
        }
    }
    if !edits.is_empty() {
        return Done::Edits(edits);
    }
    match given {
        Given::Perhaps => Done::Nothing,
        _ if !is_left => Done::Nothing,
        // The default stands in wherever nobody says that this file supplies the service.
        Given::Text(_) if !index.matrix.is_declared() => Done::Nothing,
        Given::Text(_) => Done::ByHand("no entry there shows how one with a value is written".to_owned()),
        Given::Elsewhere if wanted.kind == Kind::Secret => Done::ByHand(match store_of(index, file) {
            Some(store) => store,
            None if index.kind(file) == Some(SourceKind("platform")) => {
                "its value is secret, and the platform keeps those itself".to_owned()
            }
            None => "its value is secret, and no entry there refers to one of its own name".to_owned(),
        }),
        Given::Elsewhere => Done::ByHand("there is no default to write down".to_owned()),
    }
}

fn is_always(fact: &Fact) -> bool {
    matches!(&fact.role, Role::Provides(provide) if provide.provision == Provision::Always)
}

/// Where the containers of a manifest take whole objects: the secret goes into one of those.
fn store_of(index: &Index, file: FileId) -> Option<String> {
    let containers = index.manifest_containers(file).iter();
    let whole = containers.flat_map(|container| &container.takes_all);
    let name = whole.filter(|taken| taken.kind == StoreKind::Secret).map(|taken| &taken.name.value).next()?;
    Some(format!("the Secret `{name}` has to hold it"))
}

/// What a reference that was written down refers to has to be set there.
fn tell_stores(index: &Index, wanted: &NewKey, path: &TreePath, plan: &mut Plan) {
    let key = &wanted.entry.key;
    let Some(step) = plan.steps.last().filter(|step| step.path == *path) else { return };
    let written: String = step.edits.iter().map(|edit| edit.replacement.as_str()).collect();
    let told = if written.contains("secrets.") {
        Some(("GitHub", format!("set the secret `{key}` in the settings of the repository")))
    } else if written.contains("vars.") {
        Some(("GitHub", format!("set the variable `{key}` in the settings of the repository")))
    } else if written.contains("secretKeyRef") {
        Some(("Kubernetes", format!("put `{key}` into the Secret that {path} takes it from")))
    } else if written.contains("sync: false") {
        Some(("Render", format!("set `{key}` there")))
    } else {
        let is_script = index.files.at(path).is_some_and(|file| index.script(file.id).is_some());
        let is_passed_on = is_script && given(wanted) == Given::Elsewhere;
        is_passed_on.then(|| (path.as_str(), format!("whoever runs it has to set `{key}`")))
    };
    if let Some((place, what)) = told {
        plan.leave(place, what);
    }
}

/// The statement that the new one is written like: the nearest relative, the last of several.
fn nearest<'a, T>(models: Vec<(&'a Fact, T)>, key: &KeyName) -> Option<(&'a Fact, T)> {
    models.into_iter().max_by_key(|(fact, _)| (shared_segments(key, &fact.key), fact.span.start))
}
