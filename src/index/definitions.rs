//! Who defines the variables that compose files are interpolated with.

use std::collections::BTreeSet;

use foldhash::HashMap;

use super::Index;
use crate::fact::{Fact, Place, Role, Structure, VaultPolicy};
use crate::key::{KeyName, consumer_of};
use crate::matrix::{EnvSource, Matrix};
use crate::text::{FileId, Location, TreePath};

/// Variables that a shell or the operating system always has.
const SHELL: &[&str] = &["USER", "UID", "GID", "HOME", "PWD", "HOSTNAME", "PATH", "SHELL", "LOGNAME"];

impl Index {
    /// Whether the team's own matrix declares `key`, as itself or as an alias. What is only inferred was seen
    /// in the code, which proves nothing about who sets it.
    #[must_use]
    pub fn is_declared(&self, key: &str) -> bool {
        self.matrix.is_declared() && (self.matrix.keys.contains_key(key) || self.aliases.contains(key))
    }

    /// Whether anything in the tree defines or names `key` apart from compose files that take it: a
    /// dotenv (also commented out), the matrix, a script, a workflow, code, a tool.
    #[must_use]
    pub fn is_defined_for_compose(&self, key: &str) -> bool {
        SHELL.contains(&key)
            // What a database reads in its container nobody sets for compose.
            || consumer_of(key).is_some_and(|consumer| consumer.0 != "PostgreSQL")
            || self.is_declared(key)
            || self.matrix.environments.iter().any(|environment| environment.values.contains_key(key))
            // A platform whose keys nobody lists may set any, if the team says so.
            || self.platform.is_open
            || self.platform.keys.contains(key)
            || self.is_set_for_compose(key)
            || self.mentions_of(key).next().is_some()
    }

    /// The dotenv files that `docker compose` reads, or that people make it from, for a compose file:
    /// those beside it, else those at the root.
    #[must_use]
    pub fn project_dotenvs(&self, compose: FileId) -> Vec<FileId> {
        let folder = self.path(compose).folder();
        let beside = self.dotenvs_in(&folder);
        let root = TreePath::root(folder.root_name());
        if beside.is_empty() { self.dotenvs_in(&root).to_vec() } else { beside.to_vec() }
    }

    /// Whether a dotenv file that `docker compose` reads for a compose file may set `key` unseen.
    #[must_use]
    pub fn may_be_hidden_from_compose(&self, compose: FileId, key: &str) -> bool {
        let folder = self.path(compose).folder();
        let root = TreePath::root(folder.root_name());
        // One that could not be read is no dotenv to anybody, and yet there.
        let usual = [&folder, &root].into_iter().filter_map(|folder| self.files.at(&folder.join(".env")?));
        let mut read = self.project_dotenvs(compose).into_iter().chain(usual.map(|file| file.id));
        read.any(|dotenv| self.provision_gap(dotenv, key).is_some())
    }

    /// The variables that a compose file is interpolated with, as it takes them.
    pub fn interpolations(&self, compose: FileId) -> impl Iterator<Item = &Fact> {
        self.facts_in(compose)
            .filter(|fact| fact.place == Place::Interpolation && matches!(fact.role, Role::Reads(_)))
    }

    /// Where a dotenv of the tree gives `key` a value that is not empty.
    #[must_use]
    pub fn non_empty_in_dotenv(&self, key: &str) -> Option<Location> {
        self.first_filled(key).map(Fact::at)
    }

    /// Whether a template that feeds the containers of a compose file renders `key`: one beside it, or one
    /// that the matrix names for the same environment.
    #[must_use]
    pub fn is_rendered_for(&self, compose: FileId, key: &KeyName) -> bool {
        let path = self.path(compose);
        let folder = path.folder();
        let beside = self.templates.beside.get(&folder).into_iter().flatten();
        let named = self.templates.by_compose.get(&path).into_iter().flatten();
        beside.chain(named).any(|&template| {
            self.facts_in(template).any(|fact| fact.place == Place::Rendered && fact.key == *key)
        })
    }
}

impl Index {
    /// The templates that lie directly in a folder, in the order of files.
    pub(super) fn templates_in(&self, folder: &TreePath) -> &[FileId] {
        self.templates.all.get(folder).map_or(&[], Vec::as_slice)
    }

    /// The Vault policies that lie directly in a folder, in the order of files.
    pub fn policies_in(&self, folder: &TreePath) -> impl Iterator<Item = (FileId, &VaultPolicy)> {
        let files = self.templates.policies.get(folder).into_iter().flatten();
        files.filter_map(|&file| match &self.extraction(file)?.structure {
            Structure::Policy(policy) => Some((file, policy)),
            _ => None,
        })
    }
}

/// What platforms supply by the matrix.
#[derive(Debug, Default)]
pub(super) struct Platform {
    keys: BTreeSet<KeyName>,
    /// Whether the team declares one without listing its keys.
    is_open: bool,
}

impl Platform {
    pub(super) fn of(matrix: &Matrix) -> Self {
        let mut platform = Self::default();
        for source in matrix.environments.iter().flat_map(|environment| &environment.sources) {
            if let EnvSource::Platform { keys, .. } = &source.value {
                platform.is_open |= keys.is_empty() && matrix.is_declared();
                platform.keys.extend(keys.iter().map(|key| key.value.clone()));
            }
        }
        platform
    }
}

/// Which templates feed which compose files.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// Files that render keys, by folder.
    beside: HashMap<TreePath, Vec<FileId>>,
    /// Those that an environment of the matrix names together with a compose file, by the latter.
    by_compose: HashMap<TreePath, BTreeSet<FileId>>,
    /// Templates by folder, whatever they render.
    all: HashMap<TreePath, Vec<FileId>>,
    /// Policies by folder.
    policies: HashMap<TreePath, Vec<FileId>>,
}

impl Templates {
    pub(super) fn build(index: &Index) -> Self {
        let mut templates = Self::default();
        for (file, _) in index.templates() {
            templates.all.entry(index.path(file).folder()).or_default().push(file);
        }
        for (file, _) in index.policies() {
            templates.policies.entry(index.path(file).folder()).or_default().push(file);
        }
        for file in index.files.iter() {
            if index.facts_in(file.id).any(|fact| fact.place == Place::Rendered) {
                templates.beside.entry(file.path.folder()).or_default().push(file.id);
            }
        }
        for environment in &index.matrix.environments {
            let mut found = Vec::new();
            let mut composes = Vec::new();
            for source in &environment.sources {
                match &source.value {
                    EnvSource::Vault { template, .. } => found.extend(index.files.at(template)),
                    EnvSource::Compose { files, .. } => composes.extend(files),
                    _ => {}
                }
            }
            for compose in composes {
                let known = templates.by_compose.entry(compose.value.clone()).or_default();
                known.extend(found.iter().map(|file| file.id));
            }
        }
        templates
    }
}
