//! All lists of keys that are about services.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::place::{Kind, Place};
use super::{code, suppliers};
use crate::fact::{DotenvFile, Fact, Place as Where, Role, Structure, is_aside, is_tool};
use crate::index::{EnvFileLink, Index, Site};
use crate::key::{KeyName, is_tool_key};
use crate::matrix::EnvSource;
use crate::rule::enumerate;
use crate::text::{FileId, Location, TreePath};

/// A list that shares fewer keys with the others is about something else.
pub(super) const ENOUGH_SHARED: usize = 3;

/// Words in names of compose files that start something for tests.
const TESTS: &[&str] = &["test", "tests", "testing", "ci", "e2e", "integration"];

/// The lists of all services of the matrix.
pub(super) fn places(index: &Index) -> Vec<Place<'_>> {
    let mut places = code::places(index);
    let composes = composes(index, &places);
    let mut by_services: HashMap<&BTreeSet<&str>, Vec<&Place<'_>>> = HashMap::new();
    for compose in &composes {
        by_services.entry(&compose.services).or_default().push(compose);
    }
    for place in &mut places {
        // Code that names few of the keys its container is given reads them in a way that is not understood.
        let given: BTreeSet<&KeyName> = by_services
            .get(&place.services)
            .into_iter()
            .flatten()
            .flat_map(|compose| compose.has.keys())
            .filter(|key| !is_tool_key(key))
            .collect();
        let known = given.iter().filter(|key| place.holds(key)).count();
        place.is_open = known * 2 < given.len();
    }
    places.extend(composes);
    let examples = examples(index, &places);
    places.extend(examples);
    let templates = suppliers::templates(index);
    places.extend(templates);
    let workflows = suppliers::workflows(index, &places);
    places.extend(workflows);
    places
}

/// What compose files give to services, by service and file.
fn composes<'a>(index: &'a Index, code: &[Place<'a>]) -> Vec<Place<'a>> {
    let mut found = Vec::new();
    let mut code_of: HashMap<&str, &Place<'a>> = HashMap::new();
    for place in code {
        for service in &place.services {
            code_of.entry(service).or_insert(place);
        }
    }
    for service in index.matrix.services.keys() {
        let mut files: BTreeMap<FileId, Vec<&Site>> = BTreeMap::new();
        for site in index.sites_of(service) {
            let path = index.path(site.file);
            let mut words = path.within_root().split(['/', '.', '-', '_']);
            if !is_aside(&path) && !is_tool(&path) && !words.any(|word| TESTS.contains(&word)) {
                files.entry(site.file).or_default().push(site);
            }
        }
        let whole: BTreeSet<TreePath> = files
            .keys()
            .filter(|file| index.is_whole_project(**file))
            .map(|file| index.path(*file).folder())
            .collect();
        let own = code_of.get(service.as_str()).copied();
        for (file, sites) in files {
            // What only adds to another file counts there.
            if !index.is_whole_project(file) && whole.contains(&index.path(file).folder()) {
                continue;
            }
            let Some(place) = compose(index, service, file, &sites) else { continue };
            // An image of the same name from elsewhere need not hold this code.
            let is_guess = !index.matrix.is_declared() && sites.iter().all(|site| index.is_sink(site));
            let shared = own.map_or(0, |own| place.shared_with(own));
            if !is_guess || shared >= ENOUGH_SHARED && shared * 2 >= place.has.len() {
                found.push(place);
            }
        }
    }
    found
}

fn compose<'a>(index: &'a Index, service: &'a str, file: FileId, sites: &[&'a Site]) -> Option<Place<'a>> {
    let names: BTreeSet<&str> = sites
        .iter()
        .filter_map(|site| index.compose_service(site))
        .map(|service| service.name.value.as_str())
        .collect();
    let called = |names: &BTreeSet<&str>| {
        let names: Vec<&str> = names.iter().copied().collect();
        let named = if names.len() <= 2 { enumerate(&names) } else { format!("{} services", names.len()) };
        format!("{named} of {}", index.files.path(file))
    };
    let mut place = Place::new(Kind::Compose, called(&names), [service]);
    let mut given_to: BTreeMap<&KeyName, BTreeSet<&str>> = BTreeMap::new();
    for &site in sites {
        let own = index.compose_service(site).map(|service| service.name.value.as_str());
        for part in std::iter::once(site).chain(index.twins(site)) {
            for fact in index.environment_of(part) {
                given_to.entry(&fact.key).or_default().extend(own);
                let is_fixed = matches!(&fact.role, Role::Provides(provide) if provide.value.is_plain());
                place.add(&fact.key, fact.at(), is_fixed);
            }
            place.knows.extend(index.build_args_of(part).map(|fact| fact.key.clone()));
            place.knows.extend(index.interpolations(part.file).map(|fact| fact.key.clone()));
            let files = part.env_files.iter().filter_map(|link| match link {
                EnvFileLink::File(file) | EnvFileLink::Example(file) => Some(*file),
                EnvFileLink::Missing(_) | EnvFileLink::Unseen => None,
            });
            for fact in files.flat_map(|file| index.facts_in(file)) {
                place.knows.insert(fact.key.clone());
            }
        }
        let given = index.given_to(site);
        place.is_open |= given.is_open;
        place.knows.extend(given.keys);
        let listing = index.compose_service(site).and_then(|service| service.environment);
        place.end = listing.map(|span| Location::new(site.file, span)).or(place.end);
    }
    let partly = given_to.iter().filter(|(_, whom)| whom.len() < names.len());
    place.partly = partly.map(|(key, whom)| ((*key).clone(), called(whom))).collect();
    let path = index.path(file);
    if index.matrix.is_declared() {
        let named = index.matrix.environments.iter().filter(|environment| {
            environment.sources.iter().any(|source| {
                matches!(&source.value, EnvSource::Compose { files, .. } if files.iter().any(|file| file.value == path))
            })
        });
        place.environments = named.map(|environment| environment.name.value.as_str()).collect();
    }
    (!place.has.is_empty()).then_some(place)
}

/// The examples from which people learn the keys of services, by the files that serve the same ones.
fn examples<'a>(index: &'a Index, places: &[Place<'a>]) -> Vec<Place<'a>> {
    let shown: Vec<(FileId, &DotenvFile, TreePath)> = index
        .documents()
        .filter_map(|file| match &index.extraction(file)?.structure {
            Structure::Dotenv(dotenv) => Some((file, dotenv, index.path(file).folder())),
            _ => None,
        })
        .filter(|(_, dotenv, _)| !matches!(dotenv.environment.as_deref(), Some("test" | "ci" | "e2e")))
        .collect();
    let mut by_folder: BTreeMap<&TreePath, Vec<(FileId, &DotenvFile)>> = BTreeMap::new();
    let mut by_owner: BTreeMap<&str, Vec<(FileId, &DotenvFile)>> = BTreeMap::new();
    for (file, dotenv, folder) in &shown {
        by_folder.entry(folder).or_default().push((*file, dotenv));
        if let Some(owner) = index.service_at(&index.path(*file)) {
            by_owner.entry(&owner.name.value).or_default().push((*file, dotenv));
        }
    }
    let mut groups: BTreeMap<Vec<FileId>, Vec<&str>> = BTreeMap::new();
    for (name, service) in &index.matrix.services {
        let mut near: Vec<(FileId, &DotenvFile)> = by_owner.get(name.as_str()).cloned().unwrap_or_default();
        if let Some(root) = &service.root {
            for folder in root.value.and_above() {
                near.extend(by_folder.get(&folder).into_iter().flatten());
            }
        }
        for site in index.sites_of(name) {
            near.extend(by_folder.get(&index.path(site.file).folder()).into_iter().flatten());
        }
        let is_example = near.iter().any(|(_, dotenv)| dotenv.is_example);
        // Without an example a dotenv that is part of the tree shows what there is.
        near.retain(|(_, dotenv)| if is_example { dotenv.is_example } else { dotenv.environment.is_none() });
        let mut files: Vec<FileId> = Vec::new();
        near.iter().for_each(|(file, _)| {
            if !files.contains(file) {
                files.push(*file);
            }
        });
        if !files.is_empty() {
            groups.entry(files).or_default().push(name);
        }
    }
    let mut about: HashMap<&str, Vec<usize>> = HashMap::new();
    for (position, place) in places.iter().enumerate() {
        place.services.iter().for_each(|service| about.entry(service).or_default().push(position));
    }
    let made = groups.into_iter().filter_map(|(files, services)| {
        let place = example(index, &files, services)?;
        let positions: BTreeSet<usize> =
            place.services.iter().filter_map(|service| about.get(service)).flatten().copied().collect();
        let others: Vec<&Place<'_>> = positions.iter().filter_map(|at| places.get(*at)).collect();
        let shared = place.has.keys().filter(|key| others.iter().any(|other| other.holds(key))).count();
        // What lies deeper than the service may be about a part of it.
        let roots = place.services.iter().filter_map(|name| index.matrix.services.get(*name)?.root.as_ref());
        let is_deeper = roots.clone().count() > 0
            && files.iter().all(|file| {
                let folder = index.path(*file).folder();
                roots.clone().all(|root| folder != root.value && folder.is_below(&root.value))
            });
        if is_deeper {
            let most = others.iter().map(|other| other.has.len()).max().unwrap_or_default();
            if shared * 4 < most {
                return None;
            }
        }
        (shared >= ENOUGH_SHARED || shared * 2 >= place.has.len() && shared > 0).then_some(place)
    });
    made.collect()
}

fn example<'a>(index: &'a Index, files: &[FileId], services: Vec<&'a str>) -> Option<Place<'a>> {
    let nearest = *files.first()?;
    let mut place = Place::new(Kind::Example, index.files.path(nearest).to_string(), services);
    for &file in files {
        for fact in index.facts_in(file) {
            match &fact.role {
                Role::Documents(document) if document.commented => {
                    place.knows.insert(fact.key.clone());
                }
                Role::Documents(_) => place.add(&fact.key, fact.at(), false),
                Role::Provides(_) if fact.place == Where::Dotenv => place.add(&fact.key, fact.at(), false),
                _ => {}
            }
        }
    }
    let last: Option<&Fact> = index.facts_in(nearest).last();
    place.end = last.map(Fact::at);
    place.files = files.to_vec();
    (!place.has.is_empty()).then_some(place)
}
