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
    /// Whether keys, names and values have to be written in ASCII (`ascii: true`).
    pub ascii: Option<Said<()>>,
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

/// A path that the matrix says must be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NamedPath<'a> {
    /// The path.
    pub path: &'a Said<TreePath>,
    /// As what.
    pub role: PathRole,
    /// The environment that names it, if one does.
    pub environment: Option<&'a Environment>,
}

/// As what the matrix names a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathRole {
    /// The folder of a service.
    Root,
    /// The Dockerfile of a service.
    Dockerfile,
    /// An example file.
    Document,
    /// A dotenv file.
    Dotenv,
    /// A compose file.
    Compose,
    /// A template.
    Template,
    /// An agent's configuration.
    Agent,
    /// A Vault policy.
    Policy,
    /// A workflow.
    Workflow,
    /// A file that sets what the services get.
    Deploy,
    /// The workflow that deploys an environment.
    Trigger,
}

impl PathRole {
    /// What it is, for messages.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Root => "folder",
            Self::Dockerfile => "Dockerfile",
            Self::Document => "example file",
            Self::Dotenv => "dotenv file",
            Self::Compose => "compose file",
            Self::Template => "template",
            Self::Agent => "agent configuration",
            Self::Policy => "policy",
            Self::Deploy => "file",
            Self::Workflow | Self::Trigger => "workflow",
        }
    }
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

    /// Every path that the matrix says must be there, in the order of services, documents and
    /// environments.
    #[must_use]
    pub fn named_paths(&self) -> Vec<NamedPath<'_>> {
        let mut named = Vec::new();
        let mut add = |path, role, environment| named.push(NamedPath { path, role, environment });
        for service in self.services.values() {
            service.root.iter().for_each(|path| add(path, PathRole::Root, None));
            service.dockerfile.iter().for_each(|path| add(path, PathRole::Dockerfile, None));
        }
        self.documents.iter().for_each(|path| add(path, PathRole::Document, None));
        for environment in &self.environments {
            let workflow = environment.trigger.as_ref().and_then(|trigger| trigger.workflow.as_ref());
            workflow.iter().for_each(|path| add(path, PathRole::Trigger, Some(environment)));
            for source in &environment.sources {
                let mut add = |path, role| add(path, role, Some(environment));
                match &source.value {
                    EnvSource::Dotenv { file, .. } => add(file, PathRole::Dotenv),
                    EnvSource::Compose { files, env_files, .. } => {
                        files.iter().for_each(|path| add(path, PathRole::Compose));
                        env_files.iter().for_each(|path| add(path, PathRole::Dotenv));
                    }
                    EnvSource::Vault { template, agent, policy, .. } => {
                        add(template, PathRole::Template);
                        agent.iter().for_each(|path| add(path, PathRole::Agent));
                        policy.iter().for_each(|path| add(path, PathRole::Policy));
                    }
                    EnvSource::Workflow { file, .. } => add(file, PathRole::Workflow),
                    EnvSource::Deploy { file, .. } => add(file, PathRole::Deploy),
                    EnvSource::Platform { .. } => {}
                }
            }
        }
        named
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
