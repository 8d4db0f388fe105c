//! What a compose file takes from other compose files, and what it lists for them.

use std::collections::BTreeSet;

use super::Rebuild;
use super::asked::Asked;
use crate::fact::{ComposeFile, ComposeName, Structure};
use crate::index::Index;
use crate::text::FileId;

/// What an edit of a compose file changed of that.
#[derive(Debug, Default)]
pub(super) struct Relinked {
    /// Whether it takes something else from other files, or from other services of its own.
    is_other: bool,
    /// The files from which it takes something now and took nothing before, or the reverse.
    files: BTreeSet<FileId>,
    /// The volumes, networks, secrets and configs, by kind and name, that some compose file of the tree lists now and none
    /// did before, or the reverse.
    listed: BTreeSet<(&'static str, String)>,
}

impl Index {
    /// What a file that said `old` takes otherwise now.
    ///
    /// # Errors
    /// `Rebuild` where it takes something from a file that is not in the tree, or where services of other files count now
    /// or count no more.
    pub(super) fn relinked(&self, file: FileId, old: &Structure) -> Result<Relinked, Rebuild> {
        let new = self.extraction(file).map(|extraction| &extraction.structure);
        let (Structure::Compose(old), Some(Structure::Compose(new))) = (old, new) else {
            return Ok(Relinked::default());
        };
        let mut relinked = Relinked::default();
        let folder = self.path(file).folder();
        let (included, include) = (includes(old), includes(new));
        if included != include {
            relinked.is_other = true;
            if self.compose_sources().contains(&self.path(file)) {
                return Err(Rebuild::Everywhere);
            }
        }
        let (extended, extend) = (extends(old), extends(new));
        relinked.is_other |= extended != extend;
        let extended: BTreeSet<_> = &extended ^ &extend;
        let paths = extended.into_iter().filter_map(|(_, path, _)| path).chain(&included ^ &include);
        for path in paths.filter_map(|path| folder.join(path)) {
            // What the system says of it is looked up when all are joined.
            let known = self.files.at(&path).ok_or(Rebuild::Everywhere)?;
            relinked.files.insert(known.id);
        }
        for (kind, name) in &resources(old) ^ &resources(new) {
            let lists = |other: &ComposeFile| {
                other.resources.iter().any(|one| one.kind == kind && one.key.value == name)
            };
            if !self.all_composes().any(|(other, compose)| other != file && lists(compose)) {
                relinked.listed.insert((kind, name.to_owned()));
            }
        }
        Ok(relinked)
    }
}

fn includes(compose: &ComposeFile) -> BTreeSet<&str> {
    compose.includes.iter().map(|path| path.as_str()).collect()
}

/// Which services extend which others, of which files.
fn extends(compose: &ComposeFile) -> BTreeSet<(&str, Option<&str>, &str)> {
    let services = compose.services.iter().filter_map(|service| {
        let (file, name) = service.extends.as_ref()?;
        Some((service.name.as_str(), file.as_ref().map(|path| path.as_str()), name.as_str()))
    });
    services.collect()
}

fn resources(compose: &ComposeFile) -> BTreeSet<(&'static str, &str)> {
    compose.resources.iter().map(|resource| (resource.kind, resource.key.as_str())).collect()
}

impl Asked<'_> {
    /// Files that are joined with what a compose file takes otherwise now, and those that may use what it lists.
    pub(super) fn about_links(&mut self, file: FileId, relinked: &Relinked) {
        let index = self.index;
        if relinked.is_other {
            self.about_sites_of(file);
            relinked.files.iter().for_each(|&file| self.about_sites_of(file));
            index.composes_including(file).for_each(|file| self.about_sites_of(file));
        }
        if relinked.listed.is_empty() {
            return;
        }
        // A volume may be named by its beginning and a variable.
        let may_name = |compose: &ComposeFile| {
            compose.services.iter().any(|service| {
                relinked.listed.iter().any(|(kind, name)| {
                    let is_mounted = |source: &str| {
                        source == name
                            || source.split_once("${").is_some_and(|(base, _)| name.starts_with(base))
                    };
                    let is_named = |one: &ComposeName| one.kind == *kind && one.name.value == *name;
                    service.names.iter().any(is_named)
                        || service.networks.iter().any(|network| network == name)
                        || service.mounts.iter().any(|mount| is_mounted(&mount.source))
                })
            })
        };
        let using = index.all_composes().filter(|(_, compose)| may_name(compose));
        self.files.extend(using.map(|(file, _)| file));
    }
}
