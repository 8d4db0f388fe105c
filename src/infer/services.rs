//! Services: what compose builds, else what Dockerfiles build, else the tree as a whole; and what compose
//! runs from images that the project itself builds elsewhere.

mod groups;
mod images;
mod prefix;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use groups::{Group, Groups};
pub(super) use images::{may_be_own_image, own_part};
use prefix::FilesByPath;
pub(super) use prefix::{prefix_in, suggested_prefix};
use rayon::prelude::*;

use super::{Tree, whole};
use crate::fact::{ComposeFile, Dockerfile, Extraction, Role};
use crate::matrix::{Said, Service};
use crate::syntax::interpolation::expand_defaults;
use crate::text::{Location, SourceFile, TreePath};

/// Folders that hold what is needed to build and deploy code, and not the code.
pub(super) const PACKAGING: &[&str] = &[
    "docker",
    ".docker",
    "dockerfiles",
    "compose",
    "container",
    "containers",
    "build",
    "deploy",
    "deployment",
    "deployments",
    "packaging",
    "images",
    "infra",
    "ops",
    "ci",
];

/// Images of servers: a Dockerfile that only adds configuration to one builds no code of the project.
const SERVERS: &[&str] = &[
    "postgres",
    "postgis",
    "pgvector",
    "mysql",
    "mariadb",
    "mongo",
    "redis",
    "valkey",
    "rabbitmq",
    "nginx",
    "traefik",
    "caddy",
    "haproxy",
    "httpd",
    "elasticsearch",
    "opensearch",
    "clickhouse-server",
    "minio",
    "vault",
    "keycloak",
    "grafana",
    "prometheus",
];

/// Names that compose files give to what runs the tests of a service.
const TEST_RUNNERS: &[&str] = &["playwright", "cypress", "e2e", "test", "tests", "selenium", "lint"];

/// The services of the tree, by name.
pub(super) fn guess(tree: &Tree<'_>, project: Option<&Said<String>>) -> BTreeMap<String, Service> {
    let mut services = without_prefixes(tree, project);
    let by_path = FilesByPath::of(tree);
    for service in services.values_mut() {
        service.public_prefix = by_path.prefix_below(service.root.as_ref().map(|root| &root.value));
    }
    services
}

/// The same without what the files below their folders suggest.
pub(super) fn without_prefixes(tree: &Tree<'_>, project: Option<&Said<String>>) -> BTreeMap<String, Service> {
    let mut services = named(built_by_compose(tree));
    let project = project.map(|project| project.value.as_str());
    if services.is_empty() {
        services = named(built_by_dockerfiles(tree, project));
    }
    images::add(tree, project, &mut services);
    if services.is_empty() && tree.own().any(|(_, extraction)| reads_anything(extraction)) {
        let name = project.unwrap_or("app").to_owned();
        services.insert(name.clone(), service(Said::inferred(name), TreePath::root(None)));
    }
    services
}

fn service(name: Said<String>, root: TreePath) -> Service {
    Service {
        root: Some(Said { value: root, at: name.at }),
        compose: vec![name.clone()],
        name,
        ..Service::default()
    }
}

fn built_by_compose(tree: &Tree<'_>) -> Vec<Service> {
    let mut groups = Groups::default();
    let composes: Vec<_> = tree.composes().collect();
    let found = |&(file, compose): &(&'_ SourceFile, &'_ ComposeFile)| -> Vec<Group> {
        groups_in(file, compose, |path| tree.dockerfile_at(path), |root| tree.has_files_below(root)).collect()
    };
    let found: Vec<Vec<Group>> = composes.par_iter().map(found).collect();
    found.into_iter().flatten().for_each(|group| groups.join(group));
    services_of(groups.into_vec())
}

/// What one compose file builds of the tree, a group for each of its services.
pub(super) fn groups_in<'a>(
    file: &'a SourceFile,
    compose: &'a ComposeFile,
    dockerfile_at: impl Fn(&TreePath) -> Option<&'a Dockerfile>,
    has_files_below: impl Fn(&TreePath) -> bool,
) -> impl Iterator<Item = Group> {
    compose.services.iter().filter_map(move |candidate| {
        let build = candidate.build.as_ref()?;
        let context = file.path.folder().join(&expand_defaults(&build.context)?)?;
        let written = match &build.dockerfile {
            _ if build.inline => None,
            Some(name) => expand_defaults(name),
            None => Some("Dockerfile".to_owned()),
        };
        let dockerfile = written.and_then(|name| context.join(&name));
        let root = code_root(&context, dockerfile.as_ref());
        let target = build.target.as_ref().map(|target| target.value.as_str());
        let is_code = dockerfile
            .as_ref()
            .and_then(&dockerfile_at)
            .is_none_or(|dockerfile| builds_code(dockerfile, target));
        if !is_code || !has_files_below(&root) {
            return None;
        }
        let name = Said::at(candidate.name.value.clone(), Location::new(file.id, candidate.name.span));
        Some(Group { root, names: vec![name], dockerfiles: dockerfile.into_iter().collect() })
    })
}

/// One service per group. Files below a folder speak for one service only: of groups that share it, the one
/// with most names.
pub(super) fn services_of(mut groups: Vec<Group>) -> Vec<Service> {
    groups.sort_by(|a, b| a.root.cmp(&b.root).then(b.names.len().cmp(&a.names.len())));
    let mut taken: BTreeSet<TreePath> = BTreeSet::new();
    let mut services = Vec::new();
    for group in groups {
        let Some(name) = name_of(&group) else { continue };
        let mut service = service(name, group.root.clone());
        service.compose = group.names;
        if !taken.insert(group.root) {
            service.root = None;
            service.dockerfile =
                group.dockerfiles.into_iter().next().map(|path| Said { value: path, at: service.name.at });
        }
        services.push(service);
    }
    services
}

/// What a service is called whose code a group runs.
pub(super) fn name_of(group: &Group) -> Option<Said<String>> {
    let by_folder = group.names.iter().find(|name| name.value == group.root.name());
    let mut name = by_folder.or(group.names.first()).cloned()?;
    // The image of a test runner holds the code of the folder, and has its name from the runner.
    if TEST_RUNNERS.contains(&name.value.as_str()) && !group.root.within_root().is_empty() {
        name.value = group.root.name().to_owned();
    }
    Some(name)
}

/// Services by name; the same name in two compose projects is told apart by where they live.
fn named(found: Vec<Service>) -> BTreeMap<String, Service> {
    let mut services: BTreeMap<String, Service> = BTreeMap::new();
    for mut service in found {
        let mut name = service.name.value.clone();
        let folder = service.root.as_ref().map_or("other", |root| root.name()).to_owned();
        while services.contains_key(&name) {
            name = format!("{}-{name}", if folder.is_empty() { "root" } else { &folder });
        }
        service.name.value = name.clone();
        services.insert(name, service);
    }
    services
}

/// The folder of the code that a Dockerfile builds. A Dockerfile deeper than its context belongs to the
/// application it lies in, unless it lies where only packaging is kept.
fn code_root(context: &TreePath, dockerfile: Option<&TreePath>) -> TreePath {
    let Some(beside) = dockerfile.map(TreePath::folder).filter(|folder| folder.is_below(context)) else {
        return context.clone();
    };
    outside_packaging(&beside, context)
}

/// The deepest folder at or above `folder`, and not above `top`, that does not lie in packaging.
fn outside_packaging(folder: &TreePath, top: &TreePath) -> TreePath {
    let mut root = folder.clone();
    let mut at = folder.clone();
    while at != *top && !at.within_root().is_empty() {
        if PACKAGING.contains(&at.name().to_ascii_lowercase().as_str()) {
            root = at.folder();
        }
        at = at.folder();
    }
    root
}

/// Whether a Dockerfile builds code of the tree into the image of its stage `target`: something is copied
/// into it, and not only into the image of a server.
pub(super) fn builds_code(dockerfile: &Dockerfile, target: Option<&str>) -> bool {
    let named = target.and_then(|target| {
        let wanted = target.to_ascii_lowercase();
        let is_wanted = |name: &str| name == wanted;
        dockerfile
            .stages
            .iter()
            .position(|stage| stage.name.as_ref().is_some_and(|name| is_wanted(&name.value)))
    });
    let Some(last) = named.or_else(|| dockerfile.stages.len().checked_sub(1)) else { return true };
    let mut open = vec![last];
    let mut seen = BTreeSet::new();
    let mut copies = false;
    let mut from_others = false;
    let mut base = "";
    while let Some(number) = open.pop() {
        let Some(stage) = dockerfile.stages.get(number).filter(|_| seen.insert(number)) else { continue };
        copies |= stage.copies_source;
        from_others |= !stage.uses_stages.is_empty();
        if stage.base_stage.is_none() && !from_others {
            base = stage.base.value.as_str();
        }
        open.extend(stage.base_stage);
        open.extend(&stage.uses_stages);
    }
    copies && (from_others || !SERVERS.contains(&images::last_part(base)))
}

/// Every Dockerfile of the tree that builds code makes a service, named after its folder.
fn built_by_dockerfiles(tree: &Tree<'_>, project: Option<&str>) -> Vec<Service> {
    let mut by_root: BTreeMap<TreePath, Vec<(TreePath, Location)>> = BTreeMap::new();
    let is_plain = |path: &TreePath| path.name() == "Dockerfile";
    // `Dockerfile.bun` beside nothing of the plain name is a variant of what another one builds.
    let has_plain =
        tree.own().any(|(file, _)| is_plain(&file.path) && tree.dockerfile_at(&file.path).is_some());
    for (file, _) in tree.own() {
        let Some(dockerfile) = tree.dockerfile_at(&file.path) else { continue };
        if has_plain && !is_plain(&file.path) {
            continue;
        }
        if builds_code(dockerfile, None) {
            let top = TreePath::root(file.path.root_name());
            let root = outside_packaging(&file.path.folder(), &top);
            by_root.entry(root).or_default().push((file.path.clone(), whole(file.id)));
        }
    }
    by_root
        .into_iter()
        .filter_map(|(root, dockerfiles)| {
            let (_, at) = dockerfiles.first()?;
            let name = match root.within_root() {
                "" => project.unwrap_or("app"),
                _ => root.name(),
            };
            let mut service = service(Said::at(name.to_owned(), *at), root);
            if let [(only, at)] = dockerfiles.as_slice() {
                service.dockerfile = Some(Said::at(only.clone(), *at));
            }
            Some(service)
        })
        .collect()
}

/// Whether a file reads any key.
pub(super) fn reads_anything(extraction: &Extraction) -> bool {
    extraction.facts.iter().any(|fact| matches!(fact.role, Role::Reads(_)))
}
