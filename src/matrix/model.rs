//! The matrix as a whole.

use std::collections::BTreeMap;

use super::environment::{EnvSource, Environment};
use super::key_spec::KeySpec;
use super::naming::Naming;
use crate::key::KeyName;
use crate::text::{FileId, Location, TreePath};

/// A value of the matrix with the place that says it; none where the matrix is inferred.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said<T> {
    /// What is said.
    pub value: T,
    /// Where.
    pub at: Option<Location>,
}

impl<T> Said<T> {
    /// `value`, said at `at`.
    pub fn at(value: T, at: Location) -> Self {
        Self { value, at: Some(at) }
    }

    /// `value`, said nowhere.
    pub fn inferred(value: T) -> Self {
        Self { value, at: None }
    }
}

impl<T> std::ops::Deref for Said<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// Where a matrix comes from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum MatrixOrigin {
    /// Guessed from the tree: it describes and demands nothing.
    #[default]
    Inferred,
    /// Written by the team, in these files.
    Declared(Vec<FileId>),
}

/// Environments, services and keys, and how things are called.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Matrix {
    /// Where it comes from.
    pub origin: MatrixOrigin,
    /// The project's name, for patterns.
    pub project: Option<Said<String>>,
    /// Services by name.
    pub services: BTreeMap<String, Service>,
    /// Keys by name.
    pub keys: BTreeMap<KeyName, KeySpec>,
    /// Environments in the order of their tiers, then of the files.
    pub environments: Vec<Environment>,
    /// How things are called in all environments.
    pub naming: Naming,
    /// Whether the matrix claims to list every key of the tree (`complete: true`).
    pub complete: bool,
    /// Example files that must document every key of their services.
    pub documents: Vec<Said<TreePath>>,
    /// Paths (globs in gitignore syntax) that are not part of the project: vendored code, fixtures.
    pub exclude: Vec<Said<String>>,
}

/// A service: code with its own process environment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Service {
    /// Its name.
    pub name: Said<String>,
    /// Its folder: files below it speak for it. Of nested roots the deepest counts.
    pub root: Option<Said<TreePath>>,
    /// What compose files call it; never empty.
    pub compose: Vec<Said<String>>,
    /// Its Dockerfile, where compose does not tell.
    pub dockerfile: Option<Said<TreePath>>,
    /// The prefix of keys that are baked into what browsers download.
    pub public_prefix: Option<Said<String>>,
    /// The prefix that all its own keys must have.
    pub key_prefix: Option<Said<String>>,
}

impl Matrix {
    /// Whether the team wrote it.
    #[must_use]
    pub fn is_declared(&self) -> bool {
        matches!(self.origin, MatrixOrigin::Declared(_))
    }

    /// The environment of this name.
    #[must_use]
    pub fn environment(&self, name: &str) -> Option<&Environment> {
        self.environments.iter().find(|environment| *environment.name == name)
    }

    /// The service whose root holds `path`; of nested roots the deepest.
    #[must_use]
    pub fn service_at(&self, path: &TreePath) -> Option<&Service> {
        self.services
            .values()
            .filter_map(|service| Some((service, service.root.as_ref()?)))
            .filter(|(_, root)| path.is_below(root))
            .max_by_key(|(_, root)| root.as_str().len())
            .map(|(service, _)| service)
    }

    /// The compose files that supply some environment.
    pub fn compose_files(&self) -> impl Iterator<Item = &TreePath> {
        self.environments
            .iter()
            .flat_map(|environment| &environment.sources)
            .filter_map(|source| match &source.value {
                EnvSource::Compose { files, .. } => Some(files),
                _ => None,
            })
            .flatten()
            .map(|file| &file.value)
    }
}
