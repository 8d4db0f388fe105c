//! Services of the guessed matrix that come and go.

use std::collections::BTreeSet;

use super::Rebuild;
use super::asked::Asked;
use crate::fact::{Place, Role};
use crate::index::Index;
use crate::index::scope::{Roots, is_code_read};
use crate::infer::{Joined, ServiceChange, renew_receivers, spec_of};
use crate::key::KeyName;
use crate::matrix::Said;
use crate::text::{FileId, TreePath};

/// More files than this have another service only after edits that reach through the whole tree.
const MOST_FILES: usize = 512;

/// And more compose files than this call services so that are of another one.
const MOST_COMPOSES: usize = 64;

/// What is of other services now.
#[derive(Debug, Default)]
pub(super) struct Moved {
    /// The files whose code is another service's.
    pub(super) files: BTreeSet<FileId>,
    /// The compose files with services that may run another one.
    pub(super) composes: BTreeSet<FileId>,
}

impl Joined for Index {
    fn dotenvs_in(&self, folder: &TreePath) -> &[FileId] {
        self.dotenvs_in(folder)
    }

    fn templates_in(&self, folder: &TreePath) -> &[FileId] {
        self.templates_in(folder)
    }

    fn composes_in(&self, folder: &TreePath) -> &[FileId] {
        self.composes_in(folder)
    }

    fn composes(&self) -> Box<dyn Iterator<Item = FileId> + '_> {
        Box::new(self.all_composes().map(|(file, _)| file))
    }

    fn composes_calling(&self, name: &str) -> Vec<FileId> {
        self.sites_called(name).map(|site| site.file).collect()
    }

    fn composes_building(&self, dockerfile: FileId) -> Vec<FileId> {
        self.sites_built(dockerfile).map(|site| site.file).collect()
    }

    fn composes_giving(&self, dotenv: FileId) -> Vec<FileId> {
        self.sites_given(dotenv).map(|site| site.file).collect()
    }
}

impl Index {
    /// Takes over which services the guess has now. What joins compose services is renewed afterwards.
    ///
    /// # Errors
    /// `Rebuild` where that reaches further.
    pub(super) fn change_services(
        &mut self,
        edited: FileId,
        change: ServiceChange,
    ) -> Result<Moved, Rebuild> {
        let mut roots = self.roots.clone();
        let mut folders: BTreeSet<TreePath> = BTreeSet::new();
        // An only service has the code of the whole tree.
        let number = self.matrix.services.len();
        if number < 2 || number + change.come.len() < change.gone.len() + 2 {
            return Err(Rebuild::Matrix);
        }
        let mut owners: BTreeSet<String> = change.gone.clone();
        let mut called: BTreeSet<String> = BTreeSet::new();
        for name in &change.gone {
            let gone = self.matrix.services.remove(name).ok_or(Rebuild::Matrix)?;
            called.extend(gone.compose.into_iter().map(|name| name.value));
            folders.extend(gone.root.map(|root| root.value));
        }
        folders.iter().for_each(|root| roots.remove(root));
        for service in change.come {
            called.extend(service.compose.iter().map(|name| name.value.clone()));
            if let Some(root) = &service.root {
                roots.insert(&root.value, &service.name);
                folders.insert(root.value.clone());
            }
            owners.insert(service.name.value.clone());
            self.matrix.services.insert(service.name.value.clone(), service);
        }
        let sites = called.iter().flat_map(|name| self.sites_called(name));
        let composes: BTreeSet<FileId> = sites.map(|site| site.file).collect();
        let mut moved: BTreeSet<FileId> = BTreeSet::new();
        for file in folders.iter().flat_map(|folder| self.files.below(folder)) {
            let (before, after) = (self.roots.owner(&file.path), roots.owner(&file.path));
            if before != after {
                moved.insert(file.id);
                owners.extend(before.into_iter().chain(after).map(str::to_owned));
            }
        }
        if moved.len() > MOST_FILES || composes.len() > MOST_COMPOSES {
            return Err(Rebuild::Matrix);
        }
        self.renew_prefixes()?;
        self.move_reads(edited, &moved, roots);
        let mut environments = std::mem::take(&mut self.matrix.environments);
        let has_composes =
            |folder: &TreePath| self.composes_in(folder).iter().any(|compose| !self.is_aside(*compose));
        renew_receivers(&mut environments, &folders, has_composes, |path| self.service_at(path));
        self.matrix.environments = environments;
        self.concerned.take();
        let reads = moved.iter().flat_map(|&file| self.facts_in(file)).filter(|fact| is_code_read(fact));
        let keys: BTreeSet<KeyName> = reads.map(|fact| fact.key.clone()).collect();
        keys.iter().for_each(|key| self.renew_readers(key, &owners));
        self.served.take();
        // Who sets what it reads under names that are not seen, sets it for the code of its service.
        if self.own_gaps.iter().any(|file| moved.contains(file)) {
            return Err(Rebuild::Everywhere);
        }
        Ok(Moved { files: moved, composes })
    }

    /// Has files read what they read for the services that they are of by `roots`.
    fn move_reads(&mut self, edited: FileId, moved: &BTreeSet<FileId>, roots: Roots) {
        let mut scopes = std::mem::take(&mut self.scopes);
        let mut typed = std::mem::take(&mut self.typed);
        let paths: Vec<(FileId, TreePath)> =
            moved.iter().filter_map(|&file| Some((file, self.files.get(file)?.path.clone()))).collect();
        for (file, path) in &paths {
            scopes.remove(&self.roots, file.0, path);
        }
        self.roots = roots;
        for (file, path) in &paths {
            let Some(said) = self.extraction(*file) else { continue };
            scopes.add(self, file.0, &said.facts);
            // What the edited file said before is taken away later.
            if *file != edited {
                typed.remove(file.0, path, &said.facts);
                typed.add(self, file.0);
            }
        }
        (self.scopes, self.typed) = (scopes, typed);
    }

    /// Renews which of some services read a key, in the spec of the key.
    fn renew_readers(&mut self, key: &KeyName, services: &BTreeSet<String>) {
        let Some(spec) = self.matrix.keys.get(key) else { return };
        let mut readers = spec.services.clone();
        if self.inlined.contains(key) {
            // Reads that ask no environment tell of their services all the same, and are not listed by service.
            let facts = self.facts_of(key).filter_map(|fact| Some((self.files.get(fact.file)?, fact)));
            readers = spec_of(facts, &self.matrix.services).map(|spec| spec.services).unwrap_or_default();
        } else {
            readers.retain(|reader| !services.contains(&reader.value));
            let first = |service: &str| self.first_read_of(service, key);
            for service in services {
                if let Some(read) = first(service) {
                    let at = readers.partition_point(|other| first(other).is_some_and(|other| other < read));
                    readers.insert(at, Said::inferred(service.clone()));
                }
            }
        }
        if let Some(spec) = self.matrix.keys.get_mut(key) {
            spec.services = readers;
        }
    }
}

impl Index {
    /// The keys of which code that is another service's now says which type their values must have.
    pub(super) fn keys_typed_in(&self, moved: &BTreeSet<FileId>) -> BTreeSet<KeyName> {
        let mut typed = BTreeSet::new();
        for fact in moved.iter().flat_map(|&file| self.facts_in(file)) {
            if fact.place == Place::Process
                && let Role::Reads(read) = &fact.role
                && read.value_type.is_some()
            {
                typed.extend([&fact.key].into_iter().chain(&read.alternatives).cloned());
            }
        }
        typed
    }
}

impl Asked<'_> {
    /// Files that are joined with code which is another service's now. `typed` are the keys to whose values it gives types.
    pub(super) fn about_moved(&mut self, moved: &BTreeSet<FileId>, typed: &BTreeSet<KeyName>) {
        let index = self.index;
        self.files.extend(moved);
        let set = moved.iter().flat_map(|&file| index.facts_in(file)).filter(|fact| fact.is_set_by_code());
        set.for_each(|fact| self.about(&fact.key));
        // A value is judged by the readers of its service and by those of none.
        for key in typed {
            if let Some(readers) = index.typed.reads.get(&key.folded()) {
                self.files.extend(index.texts.files_with_other(key, |text| readers.all_take(text)));
            }
        }
    }
}
