//! Joining anew those compose services that an edit of one file may join otherwise.

use std::collections::BTreeSet;

use super::join::{ByName, alone};
use super::lists::{SiteAt, hosts, mounted};
use super::{Site, Sites};
use crate::fact::{ComposeFile, ComposeService};
use crate::index::Index;
use crate::index::folders::Folders;
use crate::index::images::share;
use crate::text::{FileId, TreePath};

/// What an edit of a compose file joined otherwise.
#[derive(Debug, Default)]
pub(in crate::index) struct Rejoined {
    /// The services that are joined otherwise now, as they were and as they are.
    pub(in crate::index) sites: Vec<Site>,
    /// The folders whose code runs in some service now and did not before, or the reverse.
    pub(in crate::index) code: BTreeSet<TreePath>,
    /// The names of containers for which another file is the first to have one, or that came or went.
    pub(in crate::index) hosts: BTreeSet<String>,
    /// The paths of the tree that the services of the edited file mounted before or mount now.
    pub(in crate::index) mounted: BTreeSet<TreePath>,
}

impl Rejoined {
    /// Adds what another edit joined otherwise.
    pub(in crate::index) fn add(&mut self, other: Self) {
        self.sites.extend(other.sites);
        self.code.extend(other.code);
        self.hosts.extend(other.hosts);
        self.mounted.extend(other.mounted);
    }
}

impl Index {
    /// Joins the services of a compose file anew, which said `old` before, and those of other files that depend on
    /// them. `None` if which these are cannot be told; the services may not be asked for then before all are joined anew.
    pub(in crate::index) fn rejoin_sites(&mut self, file: FileId, old: &ComposeFile) -> Option<Rejoined> {
        // Any file may be one project with any other.
        if self.facts_of("COMPOSE_FILE").next().is_some() {
            return None;
        }
        let mut sites = std::mem::take(&mut self.sites);
        let rejoined = sites.rejoin(self, file, old);
        self.sites = sites;
        rejoined
    }
}

impl Index {
    /// Joins services anew that run what steps and commands of a file build otherwise now; `None` as above.
    pub(in crate::index) fn rejoin_built(&mut self, file: FileId) -> Option<Rejoined> {
        let mut sites = std::mem::take(&mut self.sites);
        let rejoined = sites.rejoin_built(self, file);
        self.sites = sites;
        rejoined
    }
}

impl Sites {
    fn rejoin_built(&mut self, index: &Index, file: FileId) -> Option<Rejoined> {
        let changed = self.images.renew_steps(index, file);
        if changed.is_empty() {
            return Some(Rejoined::default());
        }
        // Any file may be one project with any other.
        if index.facts_of("COMPOSE_FILE").next().is_some() {
            return None;
        }
        let mut others: BTreeSet<FileId> = BTreeSet::new();
        for image in &changed {
            others.extend(self.images.running(image)?.map(|(file, _)| file));
        }
        let (mut files, mut new) = (BTreeSet::new(), Vec::new());
        self.join_beside(index, others, &mut files, &mut new);
        share(index, &self.images, &mut new);
        Some(self.take_over(index, file, &files, new, |site| index.compose_service(site)))
    }

    fn rejoin(&mut self, index: &Index, file: FileId, old: &ComposeFile) -> Option<Rejoined> {
        let was = |site: &Site| match site.file == file {
            true => old.services.get(site.position),
            false => index.compose_service(site),
        };
        let (first, mut new) = self.beside(index, file);
        let before: Vec<Site> = first
            .iter()
            .flat_map(|&file| self.all.get(self.range_of(file)).unwrap_or_default())
            .cloned()
            .collect();
        let built = self.images.built_by(&before);
        self.images.remove(before.iter().map(|site| {
            let image = was(site).and_then(|service| service.image.as_ref());
            (site.at(), image.map(|image| image.value.as_str()))
        }));
        self.images.add(index, &new);
        let builds = self.images.built_by(&new);
        let mut others: BTreeSet<FileId> = BTreeSet::new();
        for (image, _) in built.iter().chain(&builds) {
            let is_alike = built
                .iter()
                .filter(|(name, _)| name == image)
                .eq(builds.iter().filter(|(name, _)| name == image));
            if !is_alike {
                others.extend(self.images.running(image)?.map(|(file, _)| file));
            }
        }
        let mut files: BTreeSet<FileId> = first.iter().copied().collect();
        self.join_beside(index, others, &mut files, &mut new);
        share(index, &self.images, &mut new);
        Some(self.take_over(index, file, &files, new, was))
    }

    /// Adds to `files` and `new` what stands in the folders of `others` and is not there yet.
    fn join_beside(
        &self,
        index: &Index,
        others: BTreeSet<FileId>,
        files: &mut BTreeSet<FileId>,
        new: &mut Vec<Site>,
    ) {
        for other in others {
            if !files.contains(&other) {
                let (beside, joined) = self.beside(index, other);
                files.extend(beside);
                new.extend(joined);
            }
        }
    }

    /// The compose files in the folder of one, with their services, without what others build of the images that they
    /// name.
    fn beside(&self, index: &Index, file: FileId) -> (Vec<FileId>, Vec<Site>) {
        let files = index.composes_in(&index.path(file).folder()).to_vec();
        let composes = || files.iter().filter_map(|&file| Some((file, index.compose(file)?)));
        let names = composes().flat_map(|(_, compose)| &compose.services);
        let names: BTreeSet<&str> = names.map(|service| service.name.value.as_str()).collect();
        let services = ByName::of(index, Some(&names));
        let folders = Folders::of(&self.starts);
        let sites = composes().flat_map(|(file, compose)| alone(index, &folders, &services, file, compose));
        let sites = sites.collect();
        (files, sites)
    }

    /// Puts the services of some files in the place of those that they had.
    fn take_over<'s>(
        &mut self,
        index: &'s Index,
        edited: FileId,
        files: &BTreeSet<FileId>,
        new: Vec<Site>,
        was: impl Fn(&Site) -> Option<&'s ComposeService>,
    ) -> Rejoined {
        let mut rejoined = Rejoined::default();
        for &file in files {
            let folder = index.path(file).folder();
            let now: Vec<Site> = new.iter().filter(|site| site.file == file).cloned().collect();
            let range = self.range_of(file);
            let before: Vec<Site> = self.all.get(range.clone()).unwrap_or_default().to_vec();
            if before == now && file != edited {
                continue;
            }
            let services = before.iter().filter_map(&was);
            let named = services.chain(now.iter().filter_map(|site| index.compose_service(site)));
            let named: BTreeSet<&str> = named.flat_map(hosts).collect();
            let code: BTreeSet<TreePath> =
                before.iter().chain(&now).filter_map(|site| site.code.clone()).collect();
            let state = |sites: &Self| -> (Vec<Option<FileId>>, Vec<bool>) {
                let first = |list: Option<&Vec<SiteAt>>| Some(list?.first()?.0);
                let hosts = named.iter().map(|&host| first(sites.lists.by_host.get(host)));
                let runs = |folder| first(sites.lists.by_code.get(folder)).is_some();
                (hosts.collect(), code.iter().map(runs).collect())
            };
            let services = before.iter().filter_map(&was);
            let services = services.chain(now.iter().filter_map(|site| index.compose_service(site)));
            rejoined.mounted.extend(services.flat_map(|service| mounted(&folder, service)));
            let (hosts_before, code_before) = state(self);
            for site in &before {
                if let Some(service) = was(site) {
                    self.lists.remove(&folder, site, service);
                }
            }
            for site in &now {
                if let Some(service) = index.compose_service(site) {
                    self.lists.add(&folder, site, service);
                }
            }
            let (hosts_now, code_now) = state(self);
            let hosts = named.iter().zip(hosts_before.iter().zip(&hosts_now));
            rejoined.hosts.extend(hosts.filter(|(_, (a, b))| a != b).map(|(host, _)| (*host).to_owned()));
            let code = code.into_iter().zip(code_before.iter().zip(&code_now));
            rejoined.code.extend(code.filter(|(_, (a, b))| a != b).map(|(folder, _)| folder));
            self.all.splice(range, now.iter().cloned());
            rejoined.sites.extend(before);
            rejoined.sites.extend(now);
        }
        rejoined
    }
}
