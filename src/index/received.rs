//! What the compose projects of environments give to their services, merged as compose merges them.

use std::collections::{BTreeMap, BTreeSet};

use super::Index;
use super::route::Deployed;
use crate::fact::{Fact, Place, Role};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment};
use crate::project::{self, Found, Project, Variable, World};
use crate::syntax::interpolation::expand_defaults;
use crate::text::{Location, TreePath};

/// What each compose source of each environment gives, by the environment's and the source's position.
pub(super) type Received = BTreeMap<(usize, usize), project::Received>;

impl Index {
    /// What the compose project that is the source with this number gives to its services.
    pub(super) fn received(&self, environment: &Environment, source: usize) -> Option<&project::Received> {
        let all = self.received.get_or_init(|| self.receive_all());
        let position =
            self.matrix.environments.iter().position(|known| known.name.value == environment.name.value)?;
        all.get(&(position, source))
    }

    fn receive_all(&self) -> Received {
        let mut all = Received::new();
        for (position, environment) in self.matrix.environments.iter().enumerate() {
            let world = Surroundings { index: self, environment };
            for (number, source) in environment.sources.iter().enumerate() {
                let EnvSource::Compose { files, profiles, env_files } = &source.value else { continue };
                let project = Project {
                    files: files.iter().map(|file| file.value.clone()).collect(),
                    env_files: env_files.iter().map(|file| file.value.clone()).collect(),
                    profiles: profiles.iter().map(|profile| profile.value.clone()).collect(),
                    name: None,
                };
                all.insert((position, number), project::receive(&project, &world));
            }
        }
        all
    }
}

/// The tree as a compose project of an environment sees it.
struct Surroundings<'a> {
    index: &'a Index,
    environment: &'a Environment,
}

impl Surroundings<'_> {
    /// The file that sets a variable for whoever deploys.
    fn set_by_deploy(&self, name: &str) -> Option<&TreePath> {
        self.environment.sources.iter().find_map(|source| {
            let EnvSource::Deploy { file, into, .. } = &source.value else { return None };
            let into = into.as_ref().map(|into| into.value.as_str());
            let found = self.index.deployed(self.environment, file, into, None, &KeyName::new(name));
            matches!(found, Deployed::Sets(_)).then_some(&file.value)
        })
    }
}

impl World for Surroundings<'_> {
    fn file(&self, path: &TreePath) -> Found<'_> {
        if let Some(file) = self.index.files.at(path) {
            return Found::File(file);
        }
        match self.index.example_of(path).and_then(|example| self.index.files.get(example)) {
            Some(example) => Found::Example(example),
            None => Found::Absent,
        }
    }

    fn variable(&self, name: &str) -> Variable {
        if let Some(value) = self.environment.values.get(name) {
            return Variable::Is(value.value.clone());
        }
        let is_platform = self.environment.sources.iter().any(|source| {
            matches!(&source.value, EnvSource::Platform { keys, .. } if keys.iter().any(|key| *key.value == *name))
        });
        if let Some(file) = self.set_by_deploy(name) {
            return Variable::Outside(format!("{file} sets it"));
        }
        if is_platform { Variable::Outside("the platform supplies it".to_owned()) } else { Variable::Unset }
    }

    fn hidden(&self, name: &str) -> Option<String> {
        let is_open = self.environment.sources.iter().any(|source| match &source.value {
            EnvSource::Platform { keys, .. } => keys.is_empty(),
            EnvSource::Workflow { .. } | EnvSource::Dotenv { .. } => true,
            EnvSource::Deploy { file, into, .. } => {
                let into = into.as_ref().map(|into| into.value.as_str());
                let found = self.index.deployed(self.environment, file, into, None, &KeyName::new(name));
                matches!(found, Deployed::Unseen { .. })
            }
            EnvSource::Compose { .. } | EnvSource::Vault { .. } => false,
        });
        is_open.then(|| format!("`{name}` may come from outside the project"))
    }
}

impl Index {
    /// The statement of a compose file that stands at the place of an entry under `environment:`.
    pub(super) fn entry_at(&self, name: &KeyName, at: Location) -> Option<&Fact> {
        self.facts_in(at.file).find(|fact| {
            fact.key == *name
                && matches!(fact.place, Place::Container(_))
                && matches!(fact.role, Role::Provides(_))
                && at.span.start <= fact.span.start
                && fact.span.end <= at.span.end
        })
    }

    /// The compose files that a declared matrix names as sources, and those that they include.
    #[must_use]
    pub fn declared_composes(&self) -> BTreeSet<TreePath> {
        if self.matrix.is_declared() { self.compose_sources() } else { BTreeSet::new() }
    }

    /// The compose files that the matrix names as sources, and those that they include.
    pub(super) fn compose_sources(&self) -> BTreeSet<TreePath> {
        let mut found = BTreeSet::new();
        let mut open: Vec<TreePath> = self.matrix.compose_files().cloned().collect();
        while let Some(path) = open.pop() {
            let compose = self.files.at(&path).and_then(|file| self.compose(file.id));
            let folder = path.folder();
            if found.insert(path) {
                let includes = compose.into_iter().flat_map(|compose| &compose.includes);
                open.extend(includes.filter_map(|include| folder.join(&expand_defaults(include)?)));
            }
        }
        found
    }
}
