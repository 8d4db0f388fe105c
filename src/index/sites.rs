//! Compose services as the index knows them: with the Dockerfile they are built from, the dotenv files
//! they are given, and the code that runs in them.

use std::collections::BTreeSet;

use foldhash::{HashMap, HashMapExt};

use super::Index;
use super::folders::Folders;
use super::images;
use crate::fact::{ComposeFile, ComposeService, Dockerfile, Structure};
use crate::matrix::Service;
use crate::syntax::interpolation::expand_defaults;
use crate::text::{FileId, Location, TreePath};

/// A service of a compose file, with what it refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// The compose file.
    pub file: FileId,
    /// The service's position in the file.
    pub position: usize,
    /// The name of the matrix's service that it runs, if it runs one.
    pub service: Option<String>,
    /// What it is built from.
    pub build: BuildLink,
    /// The stage of the Dockerfile that becomes its image, in small letters, where one is named.
    pub target: Option<String>,
    /// The Dockerfile that its image is likely built from, by the names of both; only where `build` is none.
    pub likely: Option<FileId>,
    /// The dotenv files it is given, in order; later ones win.
    pub env_files: Vec<EnvFileLink>,
    /// The folder of the code that runs in it, if it is built from the tree or mounted into a bare runtime.
    pub code: Option<TreePath>,
    /// Whether the code is a folder of the tree that is mounted into an image without code of its own.
    pub mounts_code: bool,
}

/// What a compose service is built from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BuildLink {
    /// Nothing: the service only names an image that nothing in the tree builds.
    None,
    /// This Dockerfile.
    Dockerfile(FileId),
    /// A Dockerfile that is not there, though its context is.
    Missing(TreePath),
    /// Something that the tree does not show: a remote context, a computed path, code elsewhere.
    Unseen,
}

/// A dotenv file that a compose service is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EnvFileLink {
    /// This file.
    File(FileId),
    /// A file that people make from this example.
    Example(FileId),
    /// A file that is not there and has no example.
    Missing(TreePath),
    /// A path that cannot be told, lies outside the tree, or need not exist.
    Unseen,
}

/// Everything about compose services that is computed once.
#[derive(Debug, Default)]
pub(super) struct Sites {
    all: Vec<Site>,
    /// Positions in `all`, ascending, by the matrix's service.
    by_service: HashMap<String, Vec<u32>>,
    /// Positions in `all`, ascending, by the folder of the compose file and the service's name in it.
    by_name: HashMap<(TreePath, String), Vec<u32>>,
    /// Positions in `all`, ascending, by the Dockerfile that they are built from.
    by_dockerfile: HashMap<FileId, Vec<u32>>,
    /// Positions in `all`, ascending, by each name that a container has in its networks.
    by_host: HashMap<String, Vec<u32>>,
    /// Positions in `all`, ascending, by each dotenv file, or example of one, that they are given.
    by_env_file: HashMap<FileId, Vec<u32>>,
    /// Positions in `all`, ascending, by each path of the tree that a container mounts.
    by_mount: HashMap<TreePath, Vec<u32>>,
}

impl Index {
    /// All services of all compose files, whatever the focus.
    pub(super) fn all_sites(&self) -> &[Site] {
        &self.sites.all
    }

    /// The sites that run the matrix's service of this name.
    pub fn sites_of(&self, service: &str) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.by_service.get(service))
    }

    /// The sites of one compose file, in its order.
    #[must_use]
    pub fn sites_in(&self, file: FileId) -> &[Site] {
        let start = self.sites.all.partition_point(|site| site.file < file);
        let end = self.sites.all.partition_point(|site| site.file <= file);
        self.sites.all.get(start..end).unwrap_or_default()
    }

    /// The sites of the same name in other compose files of the same folder that may be used together with
    /// this one.
    pub fn twins<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = &'a Site> {
        let folder = self.path(site.file).folder();
        let named = self
            .compose_service(site)
            .and_then(|service| self.sites.by_name.get(&(folder, service.name.value.clone())));
        let is_alone = self.is_whole_project(site.file);
        let listed = self.listed_with(site.file);
        self.sites.at(named).filter(move |other| {
            other.file != site.file
                && (listed.contains(&other.file) || !(is_alone && self.is_whole_project(other.file)))
        })
    }

    /// The sites that are given a dotenv file, or one that is made from this example.
    pub fn sites_given(&self, file: FileId) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.by_env_file.get(&file))
    }

    /// Whether a dotenv file is given to something that may consume any key.
    #[must_use]
    pub fn feeds_a_sink(&self, file: FileId) -> bool {
        self.sites_given(file).any(|site| site.likely.is_some() || self.is_sink(site))
    }

    /// The sites that say that they are built from a Dockerfile, in order.
    pub fn sites_built(&self, dockerfile: FileId) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.by_dockerfile.get(&dockerfile))
    }

    /// The sites whose containers mount a path of the tree, in order.
    pub fn sites_mounting(&self, path: &TreePath) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.by_mount.get(path))
    }

    /// Where the first compose service stands that is called so, by its name or its `container_name`.
    #[must_use]
    pub fn named_service(&self, host: &str) -> Option<Location> {
        let site = self.sites.at(self.sites.by_host.get(host)).next()?;
        let service = self.compose_service(site)?;
        let names = std::iter::once(&service.name).chain(&service.container_name);
        let name = names.into_iter().find(|name| name.value == host)?;
        Some(Location::new(site.file, name.span))
    }

    /// What the compose file says about the service of a site.
    #[must_use]
    pub fn compose_service(&self, site: &Site) -> Option<&ComposeService> {
        self.compose(site.file)?.services.get(site.position)
    }

    /// The place where a site's name stands.
    #[must_use]
    pub fn site_at(&self, site: &Site) -> Option<Location> {
        Some(Location::new(site.file, self.compose_service(site)?.name.span))
    }

    /// The shape of a compose file.
    #[must_use]
    pub fn compose(&self, file: FileId) -> Option<&ComposeFile> {
        match &self.extraction(file)?.structure {
            Structure::Compose(compose) => Some(compose),
            _ => None,
        }
    }

    /// The other compose files with services in the folder of this one.
    pub fn composes_beside(&self, file: FileId) -> impl Iterator<Item = &ComposeFile> {
        let beside = self.compose_files_in(&self.path(file).folder()).iter().copied();
        beside
            .filter(move |other| *other != file && !self.sites_in(*other).is_empty())
            .filter_map(|other| self.compose(other))
    }

    /// The shape of a Dockerfile.
    #[must_use]
    pub fn dockerfile(&self, file: FileId) -> Option<&Dockerfile> {
        match &self.extraction(file)?.structure {
            Structure::Dockerfile(dockerfile) => Some(dockerfile),
            _ => None,
        }
    }

    /// The Dockerfile of a site and the number of the stage that becomes its image.
    #[must_use]
    pub fn image_stage(&self, site: &Site) -> Option<(FileId, usize)> {
        let file = match site.build {
            BuildLink::Dockerfile(file) => file,
            _ => site.likely?,
        };
        let named = self.stage_called(file, site.target.as_deref());
        Some((file, named.or_else(|| self.stage_called(file, None))?))
    }

    /// The number of the stage of a Dockerfile with this name, in small letters; without a name, of its last one.
    #[must_use]
    pub fn stage_called(&self, file: FileId, name: Option<&str>) -> Option<usize> {
        let stages = &self.dockerfile(file)?.stages;
        match name {
            Some(wanted) => {
                stages.iter().position(|stage| stage.name.as_ref().is_some_and(|name| name.value == wanted))
            }
            None => stages.len().checked_sub(1),
        }
    }

    /// A stage and those that it starts from, the nearest first: what an image has of them, it has of its own.
    #[must_use]
    pub fn stages_under(&self, file: FileId, stage: usize) -> Vec<usize> {
        let stages = self.dockerfile(file).map(|dockerfile| dockerfile.stages.as_slice()).unwrap_or_default();
        // A stage starts from one above it, so this ends.
        let base = |number: &usize| stages.get(*number)?.base_stage.filter(|base| base < number);
        std::iter::successors(Some(stage).filter(|stage| *stage < stages.len()), base).collect()
    }

    /// The stages whose instructions run when `stage` is built: itself, those it starts from and those
    /// it copies from, in order.
    #[must_use]
    pub fn stages_behind(&self, file: FileId, stage: usize) -> BTreeSet<usize> {
        let mut behind = BTreeSet::new();
        let Some(dockerfile) = self.dockerfile(file) else { return behind };
        let mut open = vec![stage];
        while let Some(number) = open.pop() {
            if let Some(stage) = dockerfile.stages.get(number)
                && behind.insert(number)
            {
                open.extend(stage.base_stage);
                open.extend(&stage.uses_stages);
            }
        }
        behind
    }

    /// Whether nothing in the tree builds what this site runs, so that it may consume any key.
    #[must_use]
    pub fn is_sink(&self, site: &Site) -> bool {
        match site.build {
            BuildLink::None if site.likely.is_some() => {
                !(site.mounts_code || self.copies_code(site) && self.is_given_to_code(site))
            }
            BuildLink::None => !site.mounts_code,
            BuildLink::Dockerfile(_) => !site.mounts_code && !self.copies_code(site),
            BuildLink::Missing(_) | BuildLink::Unseen => false,
        }
    }

    /// Whether the image of a site is built with files of the tree.
    fn copies_code(&self, site: &Site) -> bool {
        let Some((file, stage)) = self.image_stage(site) else { return true };
        let Some(dockerfile) = self.dockerfile(file) else { return true };
        self.stages_behind(file, stage)
            .into_iter()
            .filter_map(|number| dockerfile.stages.get(number))
            .any(|stage| stage.copies_source)
    }
}

impl Sites {
    pub(super) fn build(index: &Index) -> Self {
        let mut all = Vec::new();
        let folders = Folders::of(index);
        let services = ByName::of(index);
        for (file, compose) in index.compose_files() {
            for (position, service) in compose.services.iter().enumerate() {
                let (built_at, built) = index.built_elsewhere(file, service).unwrap_or((file, service));
                let build = folders.build_link(index, built_at, built);
                let runs = services.matrix_service(index, file, service, &build);
                let mounted = folders.mounted_code(index, file, service);
                let described = index.build_added_to(file, service).and_then(|(_, base)| base.build.as_ref());
                let mut builds = built.build.iter().chain(described);
                let target = builds.find_map(|build| build.target.as_ref());
                all.push(Site {
                    target: target.map(|target| target.to_ascii_lowercase()),
                    likely: None,
                    file,
                    position,
                    service: runs.map(|service| service.name.value.clone()),
                    mounts_code: mounted.is_some(),
                    code: code_folder(index, built_at, built, runs, &build).or(mounted),
                    env_files: service
                        .env_files
                        .iter()
                        .map(|entry| folders.env_file_link(index, file, &entry.path, entry.required))
                        .collect(),
                    build,
                });
            }
        }
        images::share(index, &mut all);
        let mut sites = Self { all, ..Self::default() };
        for (position, site) in (0..).zip(&sites.all) {
            if let Some(service) = &site.service {
                sites.by_service.entry(service.clone()).or_default().push(position);
            }
            if let BuildLink::Dockerfile(dockerfile) = site.build {
                sites.by_dockerfile.entry(dockerfile).or_default().push(position);
            }
            for link in &site.env_files {
                if let EnvFileLink::File(file) | EnvFileLink::Example(file) = link {
                    sites.by_env_file.entry(*file).or_default().push(position);
                }
            }
            if let Some(service) = index.compose_service(site) {
                let folder = index.path(site.file).folder();
                for host in std::iter::once(&service.name).chain(&service.container_name) {
                    sites.by_host.entry(host.value.clone()).or_default().push(position);
                }
                let mounted: BTreeSet<TreePath> =
                    service.mounts.iter().filter_map(|mount| mounted(&folder, &mount.source)).collect();
                for path in mounted {
                    sites.by_mount.entry(path).or_default().push(position);
                }
                sites.by_name.entry((folder, service.name.value.clone())).or_default().push(position);
            }
        }
        sites
    }

    fn at<'a>(&'a self, positions: Option<&'a Vec<u32>>) -> impl Iterator<Item = &'a Site> {
        positions.into_iter().flatten().filter_map(|&position| self.all.get(position as usize))
    }
}

/// The path of the tree that a mount's source stands for; a source without a dot before it is a named volume
/// or a path of the host.
fn mounted(folder: &TreePath, source: &str) -> Option<TreePath> {
    source.starts_with('.').then(|| folder.join(source)).flatten()
}

/// The matrix's services by what compose calls them.
struct ByName<'a> {
    services: HashMap<&'a str, Vec<&'a Service>>,
    /// The compose files that count, if the matrix names any.
    named: Option<BTreeSet<TreePath>>,
}

impl<'a> ByName<'a> {
    fn of(index: &'a Index) -> Self {
        let mut services = HashMap::new();
        for service in index.matrix.services.values() {
            for name in &service.compose {
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
