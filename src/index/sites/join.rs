//! Joining compose services with what they refer to.

use std::collections::BTreeSet;

use foldhash::{HashMap, HashMapExt};

use super::lists::Lists;
use super::{BuildLink, Site, Sites};
use crate::fact::{ComposeFile, ComposeService};
use crate::index::Index;
use crate::index::folders::Folders;
use crate::index::images::{self, Images};
use crate::matrix::Service;
use crate::syntax::interpolation::expand_defaults;
use crate::text::{FileId, TreePath};

impl Sites {
    pub(in crate::index) fn build(index: &Index) -> Self {
        let composes = index.compose_files().map(|(file, _)| index.path(file).folder());
        let starts: BTreeSet<TreePath> = composes.collect();
        let alone = || -> Vec<Site> {
            let folders = Folders::of(&starts);
            let services = ByName::of(index, None);
            let composes = index.compose_files();
            composes.flat_map(|(file, compose)| alone(index, &folders, &services, file, compose)).collect()
        };
        let (mut all, mut images) = rayon::join(alone, || Images::of_steps(index));
        images.add(index, &all);
        images::share(index, &images, &mut all);
        let mut lists = Lists::default();
        for site in &all {
            if let Some(service) = index.compose_service(site) {
                lists.add(&index.path(site.file).folder(), site, service);
            }
        }
        Self { all, lists, images, starts }
    }
}

/// The services of a compose file, without what others build of the images that they name.
pub(super) fn alone(
    index: &Index,
    folders: &Folders<'_>,
    services: &ByName<'_>,
    file: FileId,
    compose: &ComposeFile,
) -> Vec<Site> {
    let site = |(position, service): (usize, &ComposeService)| {
        let (built_at, built) = index.built_elsewhere(file, service).unwrap_or((file, service));
        let build = folders.build_link(index, built_at, built);
        let runs = services.matrix_service(index, file, service, &build);
        let mounted = folders.mounted_code(index, file, service);
        let described = index.build_added_to(file, service).and_then(|(_, base)| base.build.as_ref());
        let mut builds = built.build.iter().chain(described);
        let target = builds.find_map(|build| build.target.as_ref());
        let env_files = service.env_files.iter();
        Site {
            target: target.map(|target| target.to_ascii_lowercase()),
            likely: None,
            file,
            position,
            service: runs.map(|service| service.name.value.clone()),
            mounts_code: mounted.is_some(),
            code: code_folder(index, built_at, built, runs, &build).or(mounted),
            env_files: env_files
                .map(|entry| folders.env_file_link(index, file, &entry.path, entry.required))
                .collect(),
            build,
        }
    };
    compose.services.iter().enumerate().map(site).collect()
}

/// The matrix's services by what compose calls them.
pub(super) struct ByName<'a> {
    services: HashMap<&'a str, Vec<&'a Service>>,
    /// The compose files that count, if the matrix names any.
    named: Option<BTreeSet<TreePath>>,
}

impl<'a> ByName<'a> {
    /// Those that compose calls by one of `names`, or all.
    pub(super) fn of(index: &'a Index, names: Option<&BTreeSet<&str>>) -> Self {
        let mut services = HashMap::new();
        for service in index.matrix.services.values() {
            let is_one = |name: &str| names.is_none_or(|names| names.contains(name));
            for name in service.compose.iter().filter(|name| is_one(name)) {
                let named: &mut Vec<&Service> = services.entry(name.as_str()).or_default();
                named.push(service);
            }
        }
        let named = index.compose_sources();
        let named = (index.matrix.is_declared() && !named.is_empty()).then_some(named);
        Self { services, named }
    }

    /// The matrix's service that a compose service runs: by name; where the matrix names compose files,
    /// only in those, so that a stranger's compose file in the tree does not count. Of several that are called so it
    /// is the one whose folder is built.
    fn matrix_service(
        &self,
        index: &Index,
        file: FileId,
        service: &ComposeService,
        build: &BuildLink,
    ) -> Option<&'a Service> {
        let path = &index.files.get(file)?.path;
        if self.named.as_ref().is_some_and(|named| !named.contains(path)) {
            return None;
        }
        let (first, others) = self.services.get(service.name.as_str())?.split_first()?;
        if others.is_empty() {
            return Some(first);
        }
        let all = || std::iter::once(first).chain(others).copied();
        let has_root =
            |one: &&Service, wanted: &TreePath| one.root.as_ref().is_some_and(|root| root.value == *wanted);
        let built = code_folder(index, file, service, None, build);
        let dockerfile = match build {
            BuildLink::Dockerfile(dockerfile) => Some(index.path(*dockerfile).folder()),
            _ => None,
        };
        [dockerfile, built]
            .into_iter()
            .flatten()
            .find_map(|folder| all().find(|one| has_root(one, &folder)))
            .or_else(|| all().find(|one| one.name.value == service.name.value))
            .or(Some(first))
    }
}

/// The folder whose code runs in a service: its root by the matrix, else where it is built.
fn code_folder(
    index: &Index,
    file: FileId,
    service: &ComposeService,
    runs: Option<&Service>,
    build: &BuildLink,
) -> Option<TreePath> {
    if let Some(root) = runs.and_then(|service| service.root.as_ref()) {
        return Some(root.value.clone());
    }
    let BuildLink::Dockerfile(dockerfile) = build else { return None };
    let beside = index.files.get(*dockerfile)?.path.folder();
    let (file, service) = index.build_added_to(file, service).unwrap_or((file, service));
    let context = service
        .build
        .as_ref()
        .and_then(|build| index.path(file).folder().join(&expand_defaults(&build.context)?));
    Some(images::code_of(&beside, context))
}
