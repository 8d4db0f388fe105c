//! Objects of Kubernetes that hold keys, wherever in the tree they stand: what `envFrom` hands to a container.

use super::Index;
use super::route::Deployed;
use super::structures::Sort;
use crate::fact::{
    Fact, KeyStore, ManifestContainer, ManifestFile, Place, Role, StoreKind, StoreUse, Structure,
};
use crate::text::FileId;

impl StoreKind {
    /// The word of the API.
    fn called(self) -> &'static str {
        match self {
            Self::ConfigMap => "ConfigMap",
            Self::Secret => "Secret",
        }
    }
}

impl Index {
    /// The containers of a manifest.
    #[must_use]
    pub fn manifest_containers(&self, file: FileId) -> &[ManifestContainer] {
        self.manifest(file).map(|manifest| manifest.containers.as_slice()).unwrap_or_default()
    }

    fn manifest(&self, file: FileId) -> Option<&ManifestFile> {
        match &self.extraction(file)?.structure {
            Structure::Manifest(manifest) => Some(manifest),
            _ => None,
        }
    }

    /// What the objects that a container takes as a whole make of a variable: of several, the last wins.
    pub(super) fn taken_from_stores(&self, container: &ManifestContainer, variable: &str) -> Deployed<'_> {
        let mut unseen = None;
        for taken in container.takes_all.iter().rev() {
            let prefix = taken.variable.as_deref().unwrap_or("");
            let Some(key) = variable.strip_prefix(prefix) else { continue };
            match self.held(container, taken, key) {
                Deployed::Lacks => {}
                // A later object may hold it as well, with another value.
                sets @ Deployed::Sets(_) => return unseen.unwrap_or(sets),
                found @ Deployed::Unseen { .. } => unseen = unseen.or(Some(found)),
            }
        }
        unseen.unwrap_or(Deployed::Lacks)
    }

    /// Whether the container that a statement gives a variable to may have another one from an object that it takes as a
    /// whole.
    #[must_use]
    pub fn may_be_taken_as_whole(&self, fact: &Fact, variable: &str) -> bool {
        let Place::Workload(workload) = &fact.place else { return false };
        let mut own = self.manifest_containers(fact.file).iter().filter(|one| one.workload == *workload);
        own.any(|container| !matches!(self.taken_from_stores(container, variable), Deployed::Lacks))
    }

    /// What the objects of one name make of a key.
    fn held(&self, container: &ManifestContainer, taken: &StoreUse, key: &str) -> Deployed<'_> {
        let name = taken.name.value.as_str();
        let unseen = |reason: String| Deployed::Unseen { at: None, reason };
        let called = format!("the {} `{name}`", taken.kind.called());
        if name.contains("{{") {
            return unseen(format!("{called} is named by a template"));
        }
        let mut is_there = false;
        let mut open = None;
        for (file, store) in self.stores(taken.kind, name) {
            // A namespace that only one side tells may be the same.
            if store.namespace.is_some()
                && container.namespace.is_some()
                && store.namespace != container.namespace
            {
                continue;
            }
            is_there = true;
            let mut own = self.facts_in(file).filter(|fact| is_in(&fact.place, taken.kind, name));
            let dotenvs = store.env_files.iter().filter_map(|path| self.env_file(file, path));
            let mut read = dotenvs.flat_map(|id| self.facts_in(id));
            let gives = |fact: &&Fact| gives(fact, key);
            if let Some(fact) = own.find(gives).or_else(|| read.find(gives)) {
                return Deployed::Sets(fact);
            }
            let has_gap = self.provision_gap(file, key).is_some();
            let reads_all = store.env_files.iter().all(|path| self.env_file(file, path).is_some());
            if store.is_open || has_gap || !reads_all {
                open.get_or_insert_with(|| {
                    format!("{called} may hold more keys than {} shows", self.path(file))
                });
            }
        }
        match open {
            Some(reason) => unseen(reason),
            None if is_there || taken.is_optional => Deployed::Lacks,
            None => unseen(format!("{called} is not in the tree")),
        }
    }

    /// The objects of a kind and name, each with its file.
    pub fn stores<'a, 'n>(
        &'a self,
        kind: StoreKind,
        name: &'n str,
    ) -> impl Iterator<Item = (FileId, &'a KeyStore)> + use<'a, 'n> {
        let manifests = self.files.iter().filter_map(|file| Some((file.id, self.manifest(file.id)?)));
        let stores =
            manifests.flat_map(|(file, manifest)| manifest.stores.iter().map(move |store| (file, store)));
        stores.filter(move |(_, store)| store.kind == kind && *store.name.value == *name)
    }

    /// The assignments of the dotenv files that a generator reads, as far as they are in the tree.
    pub(crate) fn files_of<'a>(
        &'a self,
        file: FileId,
        store: &'a KeyStore,
    ) -> impl Iterator<Item = &'a Fact> + 'a {
        store
            .env_files
            .iter()
            .filter_map(move |path| self.env_file(file, path))
            .flat_map(|id| self.facts_in(id))
    }

    /// What the dotenv files hold that a generator puts into the object of a statement besides.
    pub(crate) fn read_beside<'a>(&'a self, fact: &'a Fact) -> impl Iterator<Item = &'a Fact> + 'a {
        let stores = self.manifest(fact.file).into_iter().flat_map(|manifest| &manifest.stores);
        let own = stores.filter(|store| is_in(&fact.place, store.kind, &store.name.value));
        own.flat_map(|store| self.files_of(fact.file, store))
            .filter(|other| matches!(other.role, Role::Provides(_)))
    }

    /// The kustomizations with a generator that reads a dotenv.
    pub(super) fn generators_of(&self, dotenv: FileId) -> impl Iterator<Item = FileId> {
        self.all_of(Sort::Manifest).iter().copied().filter(move |&file| {
            let stores = self.manifest(file).into_iter().flat_map(|manifest| &manifest.stores);
            stores.flat_map(|store| &store.env_files).any(|path| self.env_file(file, path) == Some(dotenv))
        })
    }

    /// The dotenv file at a path of a kustomization.
    pub(crate) fn env_file(&self, file: FileId, path: &str) -> Option<FileId> {
        self.files.at(&self.path(file).folder().join(path)?).map(|file| file.id)
    }
}

fn is_in(place: &Place, kind: StoreKind, name: &str) -> bool {
    match (place, kind) {
        (Place::ConfigMap(of), StoreKind::ConfigMap) | (Place::KubernetesSecret(of), StoreKind::Secret) => {
            of == name
        }
        _ => false,
    }
}

fn gives(fact: &Fact, key: &str) -> bool {
    fact.key.as_str() == key && matches!(fact.role, Role::Provides(_))
}
