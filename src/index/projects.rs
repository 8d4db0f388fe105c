//! The compose files that surely make one project with another.

use std::collections::BTreeSet;

use super::Index;
use crate::fact::{ComposeFile, ComposeService, Place};
use crate::text::FileId;

/// So many files of one project are looked at.
const MOST_FILES: usize = 32;

impl Index {
    /// The compose files whose services run beside those of `file`, that first: what it includes, what it adds to
    /// with services that say nothing of what runs, and those that `COMPOSE_FILE` lists with it.
    #[must_use]
    pub fn project_of(&self, file: FileId) -> Vec<FileId> {
        let mut found = vec![file];
        let mut at = 0;
        while let Some(&here) = found.get(at).filter(|_| found.len() < MOST_FILES) {
            at += 1;
            let Some(compose) = self.compose(here) else { continue };
            let folder = self.path(here).folder();
            let included = compose.includes.iter().filter_map(|path| self.files.at(&folder.join(path)?));
            let included = included.map(|file| file.id).filter(|file| self.compose(*file).is_some());
            let others = included.chain(self.base_of(here, compose)).chain(self.listed_with(here));
            for other in others.collect::<BTreeSet<_>>() {
                if !found.contains(&other) {
                    found.push(other);
                }
            }
        }
        found
    }

    /// The compose files that `COMPOSE_FILE` of the `.env` beside makes one project, in order, if `file` is among them and
    /// all are there; else none.
    #[must_use]
    pub fn listed_with(&self, file: FileId) -> Vec<FileId> {
        // Asked of each service; most trees have none.
        if self.facts_of("COMPOSE_FILE").next().is_none() {
            return Vec::new();
        }
        let folder = self.path(file).folder();
        let set = |key: &str| {
            let facts = self.facts_of(key).filter(|fact| {
                let path = self.path(fact.file);
                fact.place == Place::Dotenv && path.name() == ".env" && path.folder() == folder
            });
            facts.filter_map(|fact| fact.value()?.plain()).last()
        };
        let Some(listed) = set("COMPOSE_FILE") else { return Vec::new() };
        // Without the other variable it is `;` on Windows.
        let separator = set("COMPOSE_PATH_SEPARATOR").filter(|text| !text.is_empty());
        let separator = separator.unwrap_or(if listed.contains(':') { ":" } else { ";" });
        let files = listed.split(separator).take(MOST_FILES).map(|path| {
            let found = self.files.at(&folder.join(path.trim())?)?.id;
            self.compose(found).map(|_| found)
        });
        let files: Vec<FileId> = files.collect::<Option<_>>().unwrap_or_default();
        if files.contains(&file) { files } else { Vec::new() }
    }

    /// The service of another file of the same project, with that file, that says what of the tree is built for this one,
    /// which says nothing of it: the last that `COMPOSE_FILE` lists.
    pub(super) fn built_elsewhere(
        &self,
        file: FileId,
        service: &ComposeService,
    ) -> Option<(FileId, &ComposeService)> {
        if service.build.is_some() {
            return None;
        }
        self.listed_with(file).into_iter().rev().filter(|other| *other != file).find_map(|other| {
            let mut services = self.compose(other)?.services.iter();
            let found = services.find(|one| one.name.value == service.name.value)?;
            found.build.as_ref().filter(|build| build.names_source())?;
            Some((other, found))
        })
    }

    /// Whether containers of the project of a compose file share a network with the host or with one another.
    #[must_use]
    pub fn has_shared_network(&self, file: FileId) -> bool {
        let is_shared = |file| self.files.get(file).is_none_or(|file| file.text.contains("network_mode"));
        self.project_of(file).into_iter().any(is_shared)
    }

    /// The service of the file beside, with that file, whose `build:` the one of this service adds to.
    pub(super) fn build_added_to(
        &self,
        file: FileId,
        service: &ComposeService,
    ) -> Option<(FileId, &ComposeService)> {
        if service.build.as_ref()?.names_source() {
            return None;
        }
        let base = self.base_of(file, self.compose(file)?)?;
        let mut services = self.compose(base)?.services.iter();
        let found = services.find(|other| other.name.value == service.name.value)?;
        found.build.as_ref().filter(|build| build.names_source())?;
        Some((base, found))
    }

    /// The file beside a compose file that it adds to: `compose.yaml` of `compose.override.yaml`.
    fn base_of(&self, file: FileId, compose: &ComposeFile) -> Option<FileId> {
        let path = &self.files.get(file)?.path;
        let mut parts = path.name().split('.');
        let (stem, adds) = (parts.next()?, parts.count() > 1);
        if !adds {
            return None;
        }
        let needs_base =
            path.name().contains("override") || compose.services.iter().any(|service| !service.is_complete);
        if !needs_base {
            return None;
        }
        let bases =
            ["yml", "yaml"].iter().filter_map(|ending| path.folder().join(&format!("{stem}.{ending}")));
        let mut bases = bases.filter_map(|base| Some(self.files.at(&base)?.id)).filter(|base| *base != file);
        bases.next().filter(|base| self.compose(*base).is_some())
    }

    /// The compose files that include this one, directly or not.
    pub(super) fn composes_including(&self, file: FileId) -> impl Iterator<Item = FileId> {
        let including = self.all_composes().filter(|(_, compose)| !compose.includes.is_empty());
        including.map(|(other, _)| other).filter(move |other| self.project_of(*other).contains(&file))
    }
}
