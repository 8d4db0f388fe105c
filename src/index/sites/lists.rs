//! Services of compose files by what they are looked for.

use std::collections::BTreeSet;

use foldhash::HashMap;

use super::{BuildLink, EnvFileLink, Site};
use crate::fact::ComposeService;
use crate::text::{FileId, TreePath};

/// Where a service stands: its compose file, and its position in that.
pub(in crate::index) type SiteAt = (FileId, u32);

/// Services by what they are looked for, each list in the order of files.
#[derive(Debug, Default)]
pub(super) struct Lists {
    /// By the matrix's service.
    pub(super) by_service: HashMap<String, Vec<SiteAt>>,
    /// By the folder of the compose file and the service's name in it.
    pub(super) by_name: HashMap<(TreePath, String), Vec<SiteAt>>,
    /// By the Dockerfile that they are built from.
    pub(super) by_dockerfile: HashMap<FileId, Vec<SiteAt>>,
    /// By each name that a container has in its networks.
    pub(super) by_host: HashMap<String, Vec<SiteAt>>,
    /// By each dotenv file, or example of one, that they are given.
    pub(super) by_env_file: HashMap<FileId, Vec<SiteAt>>,
    /// By each path of the tree that a container mounts.
    pub(super) by_mount: HashMap<TreePath, Vec<SiteAt>>,
    /// By each folder whose code runs in them.
    pub(super) by_code: HashMap<TreePath, Vec<SiteAt>>,
}

impl Lists {
    /// Lists a site, of the compose file in this folder, that the file tells of so.
    pub(super) fn add(&mut self, folder: &TreePath, site: &Site, service: &ComposeService) {
        self.step(folder, site, service, |list, at| {
            if let Err(place) = list.binary_search(&at) {
                list.insert(place, at);
            }
        });
    }

    /// Lists a site no more; all arguments are those with which it was added.
    pub(super) fn remove(&mut self, folder: &TreePath, site: &Site, service: &ComposeService) {
        self.step(folder, site, service, |list, at| {
            if let Ok(place) = list.binary_search(&at) {
                list.remove(place);
            }
        });
    }

    fn step(
        &mut self,
        folder: &TreePath,
        site: &Site,
        service: &ComposeService,
        step: fn(&mut Vec<SiteAt>, SiteAt),
    ) {
        let at = site.at();
        if let Some(runs) = &site.service {
            step(self.by_service.entry(runs.clone()).or_default(), at);
        }
        if let BuildLink::Dockerfile(dockerfile) = site.build {
            step(self.by_dockerfile.entry(dockerfile).or_default(), at);
        }
        for link in &site.env_files {
            if let EnvFileLink::File(file) | EnvFileLink::Example(file) = link {
                step(self.by_env_file.entry(*file).or_default(), at);
            }
        }
        if let Some(code) = &site.code {
            step(self.by_code.entry(code.clone()).or_default(), at);
        }
        for host in hosts(service) {
            step(self.by_host.entry(host.to_owned()).or_default(), at);
        }
        let mounted: BTreeSet<TreePath> = mounted(folder, service).collect();
        for path in mounted {
            step(self.by_mount.entry(path).or_default(), at);
        }
        step(self.by_name.entry((folder.clone(), service.name.value.clone())).or_default(), at);
    }
}

/// The names that a container has in its networks.
pub(super) fn hosts(service: &ComposeService) -> impl Iterator<Item = &str> {
    std::iter::once(&service.name).chain(&service.container_name).map(|name| name.value.as_str())
}

/// The paths of the tree that a service mounts; a source without a dot before it is a named volume or a path of the host.
pub(super) fn mounted(folder: &TreePath, service: &ComposeService) -> impl Iterator<Item = TreePath> {
    let sources = service.mounts.iter().map(|mount| mount.source.as_str());
    sources.filter(|source| source.starts_with('.')).filter_map(|source| folder.join(source))
}
