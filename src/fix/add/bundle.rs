//! The bundle that browsers download is built with the key.

use std::collections::{BTreeMap, BTreeSet};

use super::containers::{interpolation, unrepeated};
use super::{NewKey, code, is_read_by, supply, workflow};
use crate::fact::Place;
use crate::fix::plan::Plan;
use crate::index::{BuildLink, Index, Site};
use crate::key::{KeyName, public_prefix};
use crate::matrix::Service;
use crate::rule::repair::{building_stage, declare_arg, hands_on, makes_bundle, pass_build_args};
use crate::text::FileId;

/// Takes the key into the build: the Dockerfile declares it, compose and workflows pass it, code declares it.
pub(super) fn bake(index: &Index, wanted: &NewKey, service: &Service, sites: &[&Site], plan: &mut Plan) {
    let key = wanted.entry.key.as_str();
    // An argument without a value is an empty text in the image all the same.
    let value = interpolation(wanted).unwrap_or_else(|| format!("${{{key}:-}}"));
    let images = images(index, wanted, service, sites);
    for site in builders(index, sites, &images) {
        let path = index.path(site.file);
        let name = index.compose_service(site).map_or("", |service| service.name.value.as_str());
        let edit = pass_build_args(index, site, &[(key, &value)]);
        plan.step_or_leave(index, &path, format!("pass `{key}` to the build of `{name}`"), edit);
    }
    for (&file, &stage) in &images {
        let and_env = hands_on(index, file, stage, public_prefix(key).unwrap_or("")).unwrap_or(true);
        let (what, path) = (if and_env { " and `ENV`" } else { "" }, index.path(file));
        let what = format!("declare `ARG {key}`{what} in the stage that builds");
        match declare_arg(index, file, stage, key, and_env) {
            Some(edits) => plan.step(index, what, edits),
            None => plan.leave(path.to_string(), what),
        }
    }
    if images.is_empty() {
        plan.leave("", format!("no Dockerfile of `{}` was found: declare `ARG {key}` and `ENV {key}` where the bundle is built", service.name.value));
    }
    let files: Vec<FileId> = images.keys().copied().collect();
    workflow::pass(index, wanted, &files, plan);
    supply::supply_builds(index, wanted, service, plan);
    code::declare(index, wanted, service, plan);
    if !is_read_by(index, service, &wanted.entry.key) {
        plan.leave("", format!("read it in the code: `{}`", read_in_browser(key)));
    }
}

fn read_in_browser(key: &str) -> String {
    if key.starts_with("VITE_") { format!("import.meta.env.{key}") } else { format!("process.env.{key}") }
}

/// The Dockerfiles that build the bundle of a service, each with the stage that does: those that declare arguments
/// with the prefix of the key, of the service's own ones or of those whose arguments its code reads; else its own.
fn images(index: &Index, wanted: &NewKey, service: &Service, sites: &[&Site]) -> BTreeMap<FileId, usize> {
    let mut own: BTreeMap<FileId, usize> = BTreeMap::new();
    let built =
        sites.iter().filter(|site| site.build != BuildLink::None).filter_map(|site| index.image_stage(site));
    for (file, last) in built {
        own.entry(file).or_insert(last);
    }
    if own.is_empty() {
        let declared = service.dockerfile.as_ref().map(|path| path.value.clone());
        let beside = service.root.as_ref().and_then(|root| root.value.join("Dockerfile"));
        let file = declared.or(beside).and_then(|path| Some(index.files.at(&path)?.id));
        own.extend(file.and_then(|file| Some((file, index.dockerfile(file)?.stages.len().checked_sub(1)?))));
    }
    let declared = declarations(index, public_prefix(&wanted.entry.key));
    let of_own: BTreeMap<FileId, usize> = declared
        .iter()
        .filter(|(file, _)| own.contains_key(file))
        .map(|(file, (stage, _))| (*file, *stage))
        .collect();
    if !of_own.is_empty() {
        return of_own;
    }
    let own: BTreeMap<FileId, usize> =
        own.into_iter().map(|(file, last)| (file, building_stage(index, file, last))).collect();
    // Whoever makes a bundle makes the one of the service; what only tests it makes none.
    let making: BTreeMap<FileId, usize> = own
        .iter()
        .map(|(file, stage)| (*file, *stage))
        .filter(|(file, stage)| makes_bundle(index, *file, *stage))
        .collect();
    if !making.is_empty() {
        return making;
    }
    let root = service.root.as_ref().map(|root| &root.value);
    let reads = |key: &KeyName| {
        index.facts_of(key).any(|fact| {
            fact.place == Place::Process && root.is_some_and(|root| index.path(fact.file).is_below(root))
        })
    };
    let of_code: BTreeMap<FileId, usize> = declared
        .iter()
        .filter(|(file, (_, keys))| !index.is_aside(**file) && keys.iter().any(|key| reads(key)))
        .map(|(file, (stage, _))| (*file, *stage))
        .collect();
    if !of_code.is_empty() {
        return of_code;
    }
    own
}

/// The Dockerfiles that declare arguments with a prefix: the last stage that does, and the arguments.
fn declarations<'a>(
    index: &'a Index,
    prefix: Option<&str>,
) -> BTreeMap<FileId, (usize, BTreeSet<&'a KeyName>)> {
    let mut found: BTreeMap<FileId, (usize, BTreeSet<&KeyName>)> = BTreeMap::new();
    let Some(prefix) = prefix else { return found };
    for key in index.keys_from(prefix) {
        for fact in index.facts_of(key) {
            if let Place::BuildArg(Some(stage)) = fact.place {
                let entry = found.entry(fact.file).or_default();
                entry.0 = entry.0.max(stage);
                entry.1.insert(key);
            }
        }
    }
    found
}

/// The sites that build one of the images: those of the service, and any that build what is built elsewhere.
fn builders<'a>(index: &'a Index, sites: &[&'a Site], images: &BTreeMap<FileId, usize>) -> Vec<&'a Site> {
    let builds = |site: &&Site| {
        let has_build = index.compose_service(site).is_some_and(|service| service.build.is_some());
        let of_image = matches!(site.build, BuildLink::Dockerfile(file) if images.contains_key(&file));
        has_build && of_image
    };
    let own: Vec<&Site> = sites.iter().copied().filter(builds).collect();
    if own.is_empty() { unrepeated(index, index.sites().iter().filter(builds).collect()) } else { own }
}
