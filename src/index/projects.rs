//! The compose files that surely make one project with another.

use std::collections::BTreeSet;

use super::Index;
use crate::fact::{ComposeFile, ComposeService};
use crate::text::FileId;

/// So many files of one project are looked at.
const MOST_FILES: usize = 32;

impl Index {
    /// The compose files whose services run beside those of `file`, that first: what it includes, and what it adds to
    /// with services that say nothing of what runs.
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
            for other in included.chain(self.base_of(here, compose)).collect::<BTreeSet<_>>() {
                if !found.contains(&other) {
                    found.push(other);
                }
            }
        }
        found
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
        let path = self.path(file);
        let mut parts = path.name().split('.');
        let (stem, adds) = (parts.next()?, parts.count() > 1);
        let needs_base =
            path.name().contains("override") || compose.services.iter().any(|service| !service.is_complete);
        let bases =
            ["yml", "yaml"].iter().filter_map(|ending| path.folder().join(&format!("{stem}.{ending}")));
        let mut bases = bases.filter_map(|base| Some(self.files.at(&base)?.id)).filter(|base| *base != file);
        bases.next().filter(|base| adds && needs_base && self.compose(*base).is_some())
    }

    /// The compose files that include others.
    pub(super) fn including_composes(&self) -> impl Iterator<Item = FileId> {
        self.all_composes().filter(|(_, compose)| !compose.includes.is_empty()).map(|(file, _)| file)
    }
}
