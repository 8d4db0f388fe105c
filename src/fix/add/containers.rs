//! The containers of a service are given the key, wherever compose lists what they are given.

mod shared;

use std::collections::BTreeSet;

use super::{NewKey, templates_of};
use crate::fix::plan::Plan;
use crate::index::{BuildLink, Index, Site};
use crate::matrix::{EnvSource, Service};
use crate::rule::repair::{add_variable, pass_on};
use crate::text::{FileId, Location};
use crate::value_type::ValueType;

/// The compose services that run a service where it is deployed: what tests and examples start is theirs, unless an
/// environment of the matrix is started with it.
pub(super) fn sites_of<'a>(index: &'a Index, service: &Service) -> Vec<&'a Site> {
    let sources = declared_files(index);
    let is_deployed = |site: &&Site| !index.is_aside(site.file) || sources.contains(&site.file);
    let all: Vec<&Site> = index.sites_of(&service.name.value).filter(is_deployed).collect();
    let mut sites: Vec<&Site> = all.iter().copied().filter(|site| !index.is_sink(site)).collect();
    // Who runs an image from elsewhere under the same name is the same service, if what it is given is listed: in a
    // file that is used alone, that repeats what the others list, or that an environment of the matrix is started
    // with.
    let keys = |site: &Site| -> BTreeSet<String> {
        index.environment_of(site).map(|fact| fact.key.to_string()).collect()
    };
    let own: BTreeSet<String> = sites.iter().flat_map(|site| keys(site)).collect();
    let repeats = |site: &Site| {
        let shared = keys(site).intersection(&own).count();
        shared > 0 && shared * 2 >= own.len()
    };
    let has_none = sites.is_empty();
    for site in all.iter().copied().filter(|site| index.is_sink(site)) {
        let lists = index.compose_service(site).is_some_and(|service| service.environment.is_some());
        let is_named = sources.contains(&site.file) || index.is_whole_project(site.file) || repeats(site);
        if lists && !has_none && is_named {
            sites.push(site);
        }
    }
    sites.sort_by_key(|site| (site.file, site.position));
    unrepeated(index, sites)
}

/// The sites without those in `compose.override.yaml`: what `compose.yaml` beside it passes on, it does not need to
/// repeat.
pub(super) fn unrepeated<'a>(index: &Index, mut sites: Vec<&'a Site>) -> Vec<&'a Site> {
    let all = sites.clone();
    let name = |site: &Site| index.compose_service(site).map(|service| service.name.value.clone());
    sites.retain(|site| {
        let path = index.path(site.file);
        let is_repeated = path.name().contains(".override.")
            && all.iter().any(|other| {
                let beside = index.path(other.file);
                beside.folder() == path.folder()
                    && !beside.name().contains(".override.")
                    && name(other) == name(site)
            });
        !is_repeated
    });
    sites
}

/// The compose files that the matrix says environments are started with.
fn declared_files(index: &Index) -> BTreeSet<FileId> {
    if !index.matrix.is_declared() {
        return BTreeSet::new();
    }
    let sources = index.matrix.environments.iter().flat_map(|environment| &environment.sources);
    let files = sources.filter_map(|source| match &source.value {
        EnvSource::Compose { files, .. } => Some(files),
        _ => None,
    });
    files.flatten().filter_map(|path| Some(index.files.at(&path.value)?.id)).collect()
}

/// Gives plain configuration to all containers. `is_served`: what runs the service otherwise is given it.
pub(super) fn give(
    index: &Index,
    wanted: &NewKey,
    service: &Service,
    sites: &[&Site],
    is_served: bool,
    plan: &mut Plan,
) {
    let lists = shared::Lists::of(index, sites);
    for site in sites {
        forward(index, wanted, site, (sites, &lists), plan);
    }
    elsewhere(index, wanted, service, sites, plan);
    if sites.is_empty() && !is_served {
        plan.leave(
            "",
            "no compose file of this tree runs the service: pass the key on where it is deployed".to_owned(),
        );
    }
}

/// Secrets are forwarded where compose forwards those that the service has, and where nothing else can supply
/// them; elsewhere they come by file.
pub(super) fn give_secret(
    index: &Index,
    wanted: &NewKey,
    service: &Service,
    sites: &[&Site],
    plan: &mut Plan,
) {
    let is_rendered = !templates_of(index, service).is_empty();
    let lists = shared::Lists::of(index, sites);
    let mut any = false;
    for site in sites {
        let forwards = index
            .environment_of(site)
            .any(|fact| fact.role.forwards() && crate::key::is_secret_name(&fact.key));
        if forwards || !is_rendered {
            forward(index, wanted, site, (sites, &lists), plan);
            any = true;
        }
    }
    if any {
        elsewhere(index, wanted, service, sites, plan);
    }
}

fn forward(
    index: &Index,
    wanted: &NewKey,
    site: &Site,
    (sites, lists): (&[&Site], &shared::Lists),
    plan: &mut Plan,
) {
    let Some(service) = index.compose_service(site) else { return };
    let key = wanted.entry.key.as_str();
    let name = &service.name.value;
    // Whoever is given a whole file needs no list.
    if service.environment.is_none() && !service.env_files.is_empty() {
        return;
    }
    let path = index.path(site.file);
    // A file that only adds to another one leaves to that what containers are given.
    let adds = !index.is_whole_project(site.file);
    if service.environment.is_none() && (is_of_builds(index, site) || adds) {
        let folder = path.folder();
        let is_run = |other: &&Site| {
            other.file != site.file
                && index.path(other.file).folder() == folder
                && index.compose_service(other).is_some_and(|other| {
                    other.name.value == *name && (other.environment.is_some() || !other.env_files.is_empty())
                })
        };
        let known =
            |site: &Site| sites.iter().any(|own| own.file == site.file && own.position == site.position);
        let runs: Vec<&Site> = index.sites().iter().filter(is_run).collect();
        for run in runs.iter().copied().filter(|run| !known(run)) {
            if index.compose_service(run).is_some_and(|service| service.environment.is_some()) {
                pass(index, wanted, run, lists, plan);
            }
        }
        match runs.as_slice() {
            [] if is_of_builds(index, site) => plan.leave(
                path.to_string(),
                format!("`{name}` is only built here: pass `{key}` to it where it runs"),
            ),
            [] => pass(index, wanted, site, lists, plan),
            _ => {}
        }
        return;
    }
    pass(index, wanted, site, lists, plan);
}

fn pass(index: &Index, wanted: &NewKey, site: &Site, lists: &shared::Lists, plan: &mut Plan) {
    let Some(service) = index.compose_service(site) else { return };
    let key = wanted.entry.key.as_str();
    let value = interpolation(wanted);
    let name = &service.name.value;
    let (what, edit) = match lists.serving(site) {
        // All who take the list are served by its first.
        Some((_, first)) if first != site.position => return,
        Some((list, _)) => (
            format!("pass `{key}` to all who take the list of `{name}`"),
            add_variable(index, Location::new(site.file, list), key, value.as_deref()),
        ),
        None => (format!("pass `{key}` to `{name}`"), pass_on(index, site, key, value.as_deref())),
    };
    plan.step_or_leave(index, &index.path(site.file), what, edit);
}

/// Whether a compose file is there to build images alone: it gives nothing to any container.
fn is_of_builds(index: &Index, site: &Site) -> bool {
    index.compose(site.file).is_some_and(|compose| {
        compose.services.iter().all(|service| {
            let runs = service.environment.is_some()
                || !service.env_files.is_empty()
                || !service.published_ports.is_empty()
                || !service.container_ports.is_empty()
                || !service.mounts.is_empty()
                || !service.commands.is_empty()
                || !service.checks.is_empty();
            service.build.is_some() && service.image.is_some() && !runs
        })
    })
}

/// Says of other files that list what a service of the same name is given one by one.
fn elsewhere(index: &Index, wanted: &NewKey, service: &Service, sites: &[&Site], plan: &mut Plan) {
    let key = wanted.entry.key.as_str();
    let known = |site: &Site| sites.iter().any(|own| own.file == site.file && own.position == site.position);
    let folders: BTreeSet<_> = sites.iter().map(|site| index.path(site.file).folder()).collect();
    let keys = |site: &Site| -> BTreeSet<String> {
        index.environment_of(site).map(|fact| fact.key.to_string()).collect()
    };
    let own: BTreeSet<String> = sites.iter().flat_map(|site| keys(site)).collect();
    for site in index.sites() {
        let Some(listed) = index.compose_service(site).filter(|listed| listed.environment.is_some()) else {
            continue;
        };
        let path = index.path(site.file);
        let is_named = service.compose.iter().any(|name| name.value == listed.name.value)
            || service.name.value == listed.name.value;
        let is_planned =
            plan.steps.iter().any(|step| step.path == path) || path.name().contains(".override.");
        if !is_named || known(site) || is_planned || !matches!(site.build, BuildLink::None) {
            continue;
        }
        // What is laid over another file has its keys; a file of its own that shares keys has to list them all.
        let is_own = !folders.contains(&path.folder()) || index.is_whole_project(site.file);
        if is_own && keys(site).intersection(&own).next().is_some() {
            let place = index.site_at(site).map_or(path.to_string(), |at| index.files.spell(at));
            plan.leave(
                place,
                format!(
                    "`{}` is given its keys one by one here as well: pass `{key}` to it",
                    listed.name.value
                ),
            );
        }
    }
}

/// What compose is to put in: the variable of the same name, which has to be set where nothing else stands. `None`
/// where it is to stay unset if nobody sets it: an empty text is neither a number nor a URL, and no default.
pub(super) fn interpolation(wanted: &NewKey) -> Option<String> {
    let entry = &wanted.entry;
    let key = &entry.key;
    let is_text = matches!(entry.value_type, None | Some(ValueType::String));
    match &entry.default {
        Some(default) if !entry.is_secret && !default.reveal().contains(['}', '$']) => {
            Some(format!("${{{key}:-{}}}", default.reveal()))
        }
        _ if entry.is_required => Some(format!("${{{key}:?}}")),
        None if is_text => Some(format!("${{{key}:-}}")),
        _ => None,
    }
}
