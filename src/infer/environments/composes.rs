//! Environments by compose files.

use super::Drafts;
use super::words::by_name;
use crate::fact::{ComposeFile, ComposeService};
use crate::infer::{Tree, whole};
use crate::matrix::{EnvSource, Said, Tier};
use crate::text::{FileId, TreePath};

/// The names that `docker compose` takes by itself.
const DEFAULTS: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

const LOCAL: (&str, Tier) = ("local", Tier::Local);
const PRODUCTION: (&str, Tier) = ("production", Tier::Production);

/// A compose file with what its name tells.
#[derive(Debug)]
struct Found<'a> {
    path: &'a TreePath,
    file: FileId,
    compose: &'a ComposeFile,
    /// The environment, where the name of the file or of its folder tells it.
    environment: Option<(&'static str, Tier)>,
    is_override: bool,
}

pub(super) fn add(tree: &Tree<'_>, drafts: &mut Drafts) {
    let found: Vec<Found<'_>> = tree
        .composes()
        .filter(|(file, _)| file.path.root_name().is_none())
        .filter_map(|(file, compose)| {
            let rest = rest_of_name(&file.path)?;
            let is_override = rest == "override";
            let environment = told_by_name(&file.path, &rest);
            Some(Found { path: &file.path, file: file.id, compose, environment, is_override })
        })
        .collect();
    let main = main_of(&found);
    let stands_alone = |one: &Found<'_>| main.is_none_or(|main| !completes(one, main));
    // Where developers have a file of their own, the main one is what is deployed.
    let has_local =
        found.iter().any(|one| one.environment == Some(LOCAL) && stands_alone(one) && is_beside(one, main));
    if let Some(main) = main {
        let mut files = vec![main];
        if !has_local {
            files.extend(found.iter().filter(|one| one.is_override && is_beside(one, Some(main))));
        }
        add_source(drafts, if has_local { PRODUCTION } else { LOCAL }, &files);
    }
    for one in &found {
        let Some(environment) = one.environment.filter(|_| !is_same(main, one)) else { continue };
        match main {
            Some(main) if !stands_alone(one) => add_source(drafts, environment, &[main, one]),
            _ => add_source(drafts, environment, &[one]),
        }
    }
}

/// The environment that the name of a compose file, or of its folder, tells; `rest` is what the name holds besides that it
/// is a compose file.
fn told_by_name(path: &TreePath, rest: &str) -> Option<(&'static str, Tier)> {
    match rest {
        "" => by_name(path.folder().name()),
        "deploy" => Some(PRODUCTION),
        rest => by_name(rest),
    }
}

/// Whether it matters to environments that a file of this name only completes another one.
pub(in crate::infer) fn may_complete(path: &TreePath) -> bool {
    path.root_name().is_none() && rest_of_name(path).is_some_and(|rest| told_by_name(path, &rest).is_some())
}

fn add_source(drafts: &mut Drafts, environment: (&str, Tier), files: &[&Found<'_>]) {
    let Some(last) = files.last() else { return };
    let at = Some(whole(last.file));
    let files = files.iter().map(|one| Said::at(one.path.clone(), whole(one.file))).collect();
    drafts.add(environment, EnvSource::Compose { files, profiles: Vec::new(), env_files: Vec::new() }, at);
}

/// What the name of a compose file holds besides that it is one; `None` for other names.
fn rest_of_name(path: &TreePath) -> Option<String> {
    let name = path.name().to_ascii_lowercase();
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))?;
    let rest = stem.strip_prefix("docker-compose").or_else(|| stem.strip_prefix("compose"));
    if let Some(rest) = rest {
        return Some(rest.trim_start_matches(['.', '-', '_']).to_owned());
    }
    // `production.yml`, as some templates have it.
    by_name(stem).map(|_| stem.to_owned())
}

/// The compose file that `docker compose` takes by itself, at the root or in the shallowest folder; none
/// where several lie equally deep, since then the tree holds several projects.
fn main_of<'f, 'a>(found: &'f [Found<'a>]) -> Option<&'f Found<'a>> {
    let depth = |one: &Found<'_>| one.path.parts().count();
    let candidates =
        || found.iter().filter(|one| DEFAULTS.contains(&one.path.name()) && one.environment.is_none());
    let least = candidates().map(depth).min()?;
    let mut shallowest = candidates().filter(|one| depth(one) == least);
    let first = shallowest.next()?;
    shallowest.all(|other| other.path.folder() == first.path.folder()).then_some(first)
}

fn is_same(main: Option<&Found<'_>>, one: &Found<'_>) -> bool {
    main.is_some_and(|main| main.path == one.path)
}

fn is_beside(one: &Found<'_>, main: Option<&Found<'_>>) -> bool {
    main.is_some_and(|main| main.path.folder() == one.path.folder())
}

/// Whether a variant only completes the main file: some service in it says neither what it is built from
/// nor which image it runs.
fn completes(one: &Found<'_>, main: &Found<'_>) -> bool {
    is_beside(one, Some(main)) && one.compose.services.iter().any(ComposeService::only_adds)
}
