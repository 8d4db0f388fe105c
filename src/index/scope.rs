//! Which code speaks for which service.

use foldhash::HashMap;

use super::{Index, Site};
use crate::fact::{Fact, Phase, Place, Read, Role, Runs, Structure, is_aside};
use crate::key::KeyName;
use crate::matrix::{Matrix, Service};
use crate::text::{FileId, TreePath};

/// The position of a fact: the number of its file, and its place among the file's facts.
pub(super) type FactAt = (u32, u32);

/// The reads of the application's own code by whom they speak for, found once. All lists are in the
/// order of files and facts.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// All of them.
    code: Vec<FactAt>,
    /// By the matrix's service.
    by_service: HashMap<String, Vec<FactAt>>,
    /// By the deepest folder of code that some site runs.
    by_folder: HashMap<TreePath, Vec<FactAt>>,
}

/// The folders of the matrix's services.
#[derive(Clone, Debug, Default)]
pub(super) struct Roots {
    /// The services that have a folder, by folder.
    by_folder: HashMap<TreePath, String>,
    /// The only service.
    only: Option<String>,
}

impl Roots {
    pub(super) fn of(matrix: &Matrix) -> Self {
        let mut roots = Self::default();
        for service in matrix.services.values() {
            if let Some(root) = &service.root {
                // Of two services with one folder the later name speaks, as in `Matrix::service_at`.
                roots.insert(&root.value, &service.name);
            }
        }
        if let (Some(only), 1) = (matrix.services.values().next(), matrix.services.len()) {
            roots.only = Some(only.name.value.clone());
        }
        roots
    }

    /// Takes over that a service has a folder.
    pub(super) fn insert(&mut self, folder: &TreePath, service: &str) {
        self.by_folder.insert(folder.clone(), service.to_owned());
    }

    /// Takes over that no service has a folder any more.
    pub(super) fn remove(&mut self, folder: &TreePath) {
        self.by_folder.remove(folder);
    }

    /// The name of the service whose folder holds `path`; of nested folders the deepest.
    pub(super) fn owner(&self, path: &TreePath) -> Option<&str> {
        path_and_folders(path).find_map(|folder| self.by_folder.get(folder)).map(String::as_str)
    }
}

impl Scopes {
    pub(super) fn build(index: &Index) -> Self {
        let mut scopes = Self::default();
        for site in index.sites() {
            if let Some(folder) = &site.code {
                scopes.by_folder.entry(folder.clone()).or_default();
            }
        }
        for (file, extraction) in (0..).zip(index.extractions()) {
            scopes.add(index, file, &extraction.facts);
        }
        scopes
    }

    /// Takes away the reads of one file.
    pub(super) fn remove(&mut self, roots: &Roots, file: u32, path: &TreePath) {
        remove(&mut self.code, file);
        for name in roots.owner(path).into_iter().chain(roots.only.as_deref()) {
            if let Some(reads) = self.by_service.get_mut(name) {
                remove(reads, file);
            }
        }
        for folder in path_and_folders(path) {
            if let Some(reads) = self.by_folder.get_mut(folder) {
                remove(reads, file);
            }
        }
    }

    /// Adds the reads of one file.
    pub(super) fn add(&mut self, index: &Index, file: u32, facts: &[Fact]) {
        // Code that reads a name which a bundler replaces asks no environment.
        let is_asked = |fact: &Fact| is_code_read(fact) && !index.inlined.contains(&fact.key);
        let mut reads = (0..).zip(facts).filter(|(_, fact)| is_asked(fact)).peekable();
        if reads.peek().is_none() {
            return;
        }
        let Some(path) = index.files.get(FileId(file)).map(|file| &file.path) else { return };
        if is_aside(path) {
            return;
        }
        let found: Vec<FactAt> = reads.map(|(position, _)| (file, position)).collect();
        insert(&mut self.code, &found);
        // With one service only, code that lies nowhere in particular is its code.
        let only = index.roots.only.as_deref().filter(|_| path.root_name().is_none());
        if let Some(name) = index.roots.owner(path).or(only) {
            insert(self.by_service.entry(name.to_owned()).or_default(), &found);
        }
        if let Some(folder) = path_and_folders(path).find(|folder| self.by_folder.contains_key(*folder))
            && let Some(reads) = self.by_folder.get_mut(folder)
        {
            insert(reads, &found);
        }
    }
}

impl Index {
    /// Takes over that the code of a folder runs in some service now and did not before, or the reverse.
    pub(super) fn rescope(&mut self, folder: &TreePath, runs: bool) {
        let mut scopes = std::mem::take(&mut self.scopes);
        let below: Vec<(FileId, TreePath)> =
            self.files.below(folder).map(|file| (file.id, file.path.clone())).collect();
        for (file, path) in &below {
            scopes.remove(&self.roots, file.0, path);
        }
        if runs {
            scopes.by_folder.entry(folder.clone()).or_default();
        } else {
            scopes.by_folder.remove(folder);
        }
        for (file, _) in &below {
            let facts = self.extraction(*file).map_or(&[] as &[_], |said| said.facts.as_slice());
            scopes.add(self, file.0, facts);
        }
        self.scopes = scopes;
    }
}

/// Inserts the reads of a file into a list in the order of files.
fn insert(reads: &mut Vec<FactAt>, found: &[FactAt]) {
    let Some(&(file, _)) = found.first() else { return };
    let at = reads.partition_point(|&(other, _)| other < file);
    reads.splice(at..at, found.iter().copied());
}

fn remove(reads: &mut Vec<FactAt>, file: u32) {
    let start = reads.partition_point(|&(other, _)| other < file);
    let end = reads.partition_point(|&(other, _)| other <= file);
    reads.drain(start..end);
}

/// A path, and all folders above it.
fn path_and_folders(path: &TreePath) -> impl Iterator<Item = &str> {
    std::iter::once(path.as_str()).chain(path.folders())
}

/// The fact, if a bundler may put the value of the key that it reads into what it builds.
fn built_read(fact: &Fact) -> Option<(&Fact, &Read)> {
    fact.as_read().filter(|_| fact.place == Place::Process && fact.phase != Phase::Test)
}

/// Whether a fact is a read of the process environment by code while it runs.
pub(super) fn is_code_read(fact: &Fact) -> bool {
    matches!(fact.role, Role::Reads(_)) && fact.place == Place::Process && fact.phase == Phase::Run
}

impl Index {
    /// The path of a file; the root for a number of another run.
    #[must_use]
    pub fn path(&self, file: FileId) -> TreePath {
        self.files.get(file).map_or_else(|| TreePath::root(None), |file| file.path.clone())
    }

    /// The matrix's service whose folder holds `path`; of nested folders the deepest. The same as
    /// [`crate::matrix::Matrix::service_at`], without a walk through all services.
    #[must_use]
    pub fn service_at(&self, path: &TreePath) -> Option<&Service> {
        self.roots.owner(path).and_then(|name| self.matrix.services.get(name))
    }

    /// All reads of the process environment by the application's own code while it runs.
    pub fn code_reads(&self) -> impl Iterator<Item = (&Fact, &Read)> {
        self.reads_at(&self.scopes.code)
    }

    /// Those of the key of this name alone, in the order of files.
    pub fn code_reads_named(&self, key: &str) -> impl Iterator<Item = (&Fact, &Read)> {
        let own = self.facts_of(key).filter(|fact| self.is_asked_by_code(fact));
        own.filter_map(Fact::as_read)
    }

    /// Those of the files in focus.
    pub fn code_reads_in_focus(&self) -> impl Iterator<Item = (&Fact, &Read)> {
        let own = self.facts().filter(|fact| self.is_asked_by_code(fact));
        own.filter_map(Fact::as_read)
    }

    /// Whether a fact is a read of the process environment by the application's own code.
    pub(super) fn is_asked_by_code(&self, fact: &Fact) -> bool {
        is_code_read(fact) && !self.is_aside(fact.file) && !self.inlined.contains(&fact.key)
    }

    /// The same with their positions.
    pub(super) fn code_reads_at(&self) -> impl Iterator<Item = (FactAt, &Fact, &Read)> {
        self.scopes.code.iter().filter_map(|&place| {
            let (fact, read) = self.read_at(place)?;
            Some((place, fact, read))
        })
    }

    /// The folder of code, run by some site, that a file belongs to.
    pub(super) fn code_folder_of<'a>(&self, path: &'a TreePath) -> Option<&'a str> {
        path_and_folders(path).find(|folder| self.scopes.by_folder.contains_key(*folder))
    }

    /// Reads of public keys by code that is bundled for browsers, or may be.
    pub fn build_reads(&self) -> impl Iterator<Item = (&Fact, &Read)> {
        let bundled = self.in_focus().filter(|(file, _)| self.may_be_bundled(*file));
        bundled.flat_map(|(_, extraction)| &extraction.facts).filter_map(built_read)
    }

    /// Those of one key, in the order of files.
    pub fn build_reads_of(&self, key: &KeyName) -> impl Iterator<Item = &Fact> {
        let reads = self.facts_of(key).filter(|fact| self.may_be_bundled(fact.file));
        reads.filter_map(built_read).map(|(fact, _)| fact)
    }

    fn may_be_bundled(&self, file: FileId) -> bool {
        let structure = self.extraction(file).map(|extraction| &extraction.structure);
        matches!(structure, Some(Structure::Script(script)) if script.runs != Runs::Server)
            && !self.is_aside(file)
    }

    /// The reads that speak for the service of this name of the matrix.
    pub fn reads_of_service<'a>(&'a self, service: &str) -> impl Iterator<Item = (&'a Fact, &'a Read)> {
        self.reads_at(self.scopes.by_service.get(service).map_or(&[], Vec::as_slice))
    }

    /// Where the code of a service first reads a key.
    pub(super) fn first_read_of(&self, service: &str, key: &KeyName) -> Option<FactAt> {
        let reads = self.scopes.by_service.get(service)?;
        reads.iter().copied().find(|&place| self.fact_at(place).is_some_and(|fact| fact.key == *key))
    }

    /// The reads of the code that runs in a site: code below its folder and not below a deeper one of
    /// another site.
    pub fn reads_of_site<'a>(&'a self, site: &Site) -> impl Iterator<Item = (&'a Fact, &'a Read)> {
        let reads = site.code.as_ref().and_then(|folder| self.scopes.by_folder.get(folder));
        self.reads_at(reads.map_or(&[], Vec::as_slice))
    }

    pub(super) fn reads_at<'a>(&'a self, places: &'a [FactAt]) -> impl Iterator<Item = (&'a Fact, &'a Read)> {
        places.iter().filter_map(|&place| self.read_at(place))
    }

    /// The read at a position, if the fact there is one.
    pub(super) fn read_at(&self, place: FactAt) -> Option<(&Fact, &Read)> {
        self.fact_at(place)?.as_read()
    }

    /// The fact at a position.
    pub(super) fn fact_at(&self, (file, position): FactAt) -> Option<&Fact> {
        self.extraction(FileId(file))?.facts.get(position as usize)
    }
}
