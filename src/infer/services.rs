//! Services: what compose builds, else what Dockerfiles build, else the tree as a whole.

use std::collections::BTreeMap;

use super::Tree;
use crate::fact::{Role, Structure};
use crate::key::public_prefix;
use crate::matrix::{Said, Service};
use crate::syntax::interpolation::expand_defaults;
use crate::text::TreePath;

/// The services of the tree, by name.
pub(super) fn guess(tree: &Tree<'_>) -> BTreeMap<String, Service> {
    let mut services = built_by_compose(tree);
    if services.is_empty() {
        services = built_by_dockerfiles(tree);
    }
    if services.is_empty() && reads_anything(tree) {
        let name = "app".to_owned();
        services.insert(name.clone(), service(&name, TreePath::root(None)));
    }
    for service in services.values_mut() {
        service.public_prefix = prefix_below(tree, service.root.as_ref().map(|root| &root.value));
    }
    services
}

fn service(name: &str, root: TreePath) -> Service {
    Service {
        name: Said::inferred(name.to_owned()),
        root: Some(Said::inferred(root)),
        compose: vec![Said::inferred(name.to_owned())],
        ..Service::default()
    }
}

/// Compose services that are built from one folder are one service under several names (an API and its
/// worker); the first gives the name.
fn built_by_compose(tree: &Tree<'_>) -> BTreeMap<String, Service> {
    let mut by_root: BTreeMap<TreePath, Service> = BTreeMap::new();
    let composes = tree.shaped(|structure| match structure {
        Structure::Compose(compose) => Some(compose),
        _ => None,
    });
    for (file, compose) in composes {
        for candidate in &compose.services {
            let Some(build) = &candidate.build else { continue };
            let Some(context) =
                expand_defaults(&build.context).and_then(|path| file.path.folder().join(&path))
            else {
                continue;
            };
            let dockerfile = build.dockerfile.as_ref().and_then(|name| expand_defaults(name));
            let beside = dockerfile.and_then(|name| Some(context.join(&name)?.folder()));
            let root = beside.filter(|folder| folder.is_below(&context)).unwrap_or(context);
            if !tree.has_files_below(&root) {
                continue;
            }
            let name = &candidate.name.value;
            let known = by_root.entry(root.clone()).or_insert_with(|| service(name, root));
            if !known.compose.iter().any(|other| other.value == *name) {
                known.compose.push(Said::inferred(name.clone()));
            }
        }
    }
    let mut services: BTreeMap<String, Service> = BTreeMap::new();
    for (root, mut service) in by_root {
        let mut name = service.name.value.clone();
        while services.contains_key(&name) {
            // The same name in two compose projects: told apart by where they live.
            name = format!("{}-{name}", root.name());
        }
        service.name = Said::inferred(name.clone());
        services.insert(name, service);
    }
    services
}

/// Every Dockerfile of the tree builds a service, named after its folder.
fn built_by_dockerfiles(tree: &Tree<'_>) -> BTreeMap<String, Service> {
    let mut services = BTreeMap::new();
    let dockerfiles = tree.shaped(|structure| match structure {
        Structure::Dockerfile(dockerfile) => Some(dockerfile),
        _ => None,
    });
    for (file, _) in dockerfiles {
        let mut folder = file.path.folder();
        if matches!(folder.name(), "docker" | ".docker" | "build" | "deploy" | "container" | "containers") {
            folder = folder.folder();
        }
        let name = if folder.within_root().is_empty() { "app" } else { folder.name() };
        services.entry(name.to_owned()).or_insert_with(|| service(name, folder.clone()));
    }
    services
}

fn reads_anything(tree: &Tree<'_>) -> bool {
    tree.own().any(|(_, extraction)| extraction.facts.iter().any(|fact| matches!(fact.role, Role::Reads(_))))
}

/// The browser prefix that keys below a folder have, if they have one.
fn prefix_below(tree: &Tree<'_>, root: Option<&TreePath>) -> Option<Said<String>> {
    let root = root?;
    tree.own()
        .filter(|(file, _)| file.path.is_below(root))
        .flat_map(|(_, extraction)| &extraction.facts)
        .find_map(|fact| public_prefix(&fact.key))
        .map(|prefix| Said::inferred(prefix.to_owned()))
}
