//! Compose services as the index knows them: with the Dockerfile they are built from, the dotenv files
//! they are given, and the code that runs in them.

mod alike;
mod join;
mod lists;
mod renew;

use std::collections::BTreeSet;
use std::ops::Range;

pub(super) use alike::{are_joined_alike, are_made_alike};
use lists::Lists;
pub(super) use lists::SiteAt;
pub(super) use renew::Rejoined;

use super::Index;
use super::images::Images;
use crate::fact::{ComposeFile, ComposeService, Dockerfile, Structure};
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

impl Site {
    /// Where its service stands.
    pub(super) fn at(&self) -> SiteAt {
        (self.file, u32::try_from(self.position).unwrap_or(u32::MAX))
    }
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
    /// In the order of files, each with all services of its file in their order.
    all: Vec<Site>,
    lists: Lists,
    /// The images that the tree builds.
    images: Images,
    /// The folders of compose files.
    starts: BTreeSet<TreePath>,
}

impl Index {
    /// All services of all compose files, whatever the focus.
    pub(super) fn all_sites(&self) -> &[Site] {
        &self.sites.all
    }

    /// The images that the tree builds.
    pub(super) fn images(&self) -> &Images {
        &self.sites.images
    }

    /// The sites that run the matrix's service of this name.
    pub fn sites_of(&self, service: &str) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.lists.by_service.get(service))
    }

    /// The sites of one compose file, in its order.
    #[must_use]
    pub fn sites_in(&self, file: FileId) -> &[Site] {
        self.sites.all.get(self.sites.range_of(file)).unwrap_or_default()
    }

    /// The sites of the same name in other compose files of the same folder that may be used together with
    /// this one.
    pub fn twins<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = &'a Site> {
        let folder = self.path(site.file).folder();
        let named = self
            .compose_service(site)
            .and_then(|service| self.sites.lists.by_name.get(&(folder, service.name.value.clone())));
        let is_alone = self.is_whole_project(site.file);
        let listed = self.listed_with(site.file);
        self.sites.at(named).filter(move |other| {
            other.file != site.file
                && (listed.contains(&other.file) || !(is_alone && self.is_whole_project(other.file)))
        })
    }

    /// The sites that are given a dotenv file, or one that is made from this example.
    pub fn sites_given(&self, file: FileId) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.lists.by_env_file.get(&file))
    }

    /// Whether a dotenv file is given to something that may consume any key.
    #[must_use]
    pub fn feeds_a_sink(&self, file: FileId) -> bool {
        self.sites_given(file).any(|site| site.likely.is_some() || self.is_sink(site))
    }

    /// The sites that say that they are built from a Dockerfile, in order.
    pub fn sites_built(&self, dockerfile: FileId) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.lists.by_dockerfile.get(&dockerfile))
    }

    /// The sites in which the code of exactly this folder runs, in order.
    pub(super) fn sites_running(&self, code: &str) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.lists.by_code.get(code))
    }

    /// The sites whose containers mount a path of the tree, in order.
    pub fn sites_mounting(&self, path: &TreePath) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.lists.by_mount.get(path))
    }

    /// The sites that are called so in their networks, by their names or their `container_name`, in order.
    pub(super) fn sites_called(&self, host: &str) -> impl Iterator<Item = &Site> {
        self.sites.at(self.sites.lists.by_host.get(host))
    }

    /// Where the first compose service stands that is called so, by its name or its `container_name`.
    #[must_use]
    pub fn named_service(&self, host: &str) -> Option<Location> {
        let site = self.sites_called(host).next()?;
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
        let beside = self.composes_in(&self.path(file).folder()).iter().copied();
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
    /// Where the sites of a file stand among all.
    fn range_of(&self, file: FileId) -> Range<usize> {
        let start = self.all.partition_point(|site| site.file < file);
        let own = self.all.get(start..).unwrap_or_default();
        start..start + own.partition_point(|site| site.file == file)
    }

    fn at<'a>(&'a self, places: Option<&'a Vec<SiteAt>>) -> impl Iterator<Item = &'a Site> {
        places.into_iter().flatten().filter_map(|&place| self.get(place))
    }

    fn get(&self, (file, position): SiteAt) -> Option<&Site> {
        self.all.get(self.range_of(file))?.get(position as usize)
    }
}
