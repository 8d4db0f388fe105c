//! Who defines the variables that compose files are interpolated with.

use super::Index;
use crate::fact::{Fact, Place, Role, Structure};
use crate::key::consumer_of;
use crate::matrix::EnvSource;
use crate::text::{FileId, Location, TreePath};

/// Variables that a shell or the operating system always has.
const SHELL: &[&str] = &["USER", "UID", "GID", "HOME", "PWD", "HOSTNAME", "PATH", "SHELL", "LOGNAME"];

impl Index {
    /// Whether the team's own matrix declares `key`, as itself or as an alias. What is only inferred was seen
    /// in the code, which proves nothing about who sets it.
    #[must_use]
    pub fn is_declared(&self, key: &str) -> bool {
        self.matrix.is_declared()
            && (self.matrix.keys.contains_key(key)
                || self
                    .matrix
                    .keys
                    .values()
                    .any(|spec| spec.aliases.iter().any(|alias| *alias.value == *key)))
    }

    /// Whether anything in the tree defines or names `key` apart from compose files that take it: a
    /// dotenv (also commented out), the matrix, a script, a workflow, code, a tool.
    #[must_use]
    pub fn is_defined_for_compose(&self, key: &str) -> bool {
        SHELL.contains(&key)
            // What a database reads in its container nobody sets for compose.
            || consumer_of(key).is_some_and(|consumer| consumer.0 != "PostgreSQL")
            || self.is_declared(key)
            || self.matrix.environments.iter().any(|environment| {
                environment.values.contains_key(key)
                    || environment.sources.iter().any(|source| match &source.value {
                        // A platform whose keys nobody lists may set any, if the team says so.
                        EnvSource::Platform { keys, .. } => {
                            keys.is_empty() && self.matrix.is_declared()
                                || keys.iter().any(|known| *known.value == *key)
                        }
                        _ => false,
                    })
            })
            || self.facts_of(key).any(|fact| match fact.place {
                Place::Dotenv | Place::Rendered => true,
                Place::Process | Place::Job { .. } => !matches!(fact.role, Role::Reads(_)),
                _ => false,
            })
            || self.mentions_of(key).next().is_some()
    }

    /// The dotenv files that `docker compose` reads, or that people make it from, for a compose file:
    /// those beside it, else those at the root.
    #[must_use]
    pub fn project_dotenvs(&self, compose: FileId) -> Vec<FileId> {
        let folder = self.path(compose).folder();
        let dotenvs = |folder: &TreePath| -> Vec<FileId> {
            self.structures()
                .filter(|(file, structure)| {
                    matches!(structure, Structure::Dotenv(_)) && self.path(*file).folder() == *folder
                })
                .map(|(file, _)| file)
                .collect()
        };
        let beside = dotenvs(&folder);
        if beside.is_empty() { dotenvs(&TreePath::root(folder.root_name())) } else { beside }
    }

    /// The variables that a compose file is interpolated with, as it takes them.
    pub fn interpolations(&self, compose: FileId) -> impl Iterator<Item = &Fact> {
        self.facts_in(compose)
            .filter(|fact| fact.place == Place::Interpolation && matches!(fact.role, Role::Reads(_)))
    }

    /// Where a dotenv of the tree gives `key` a value that is not empty.
    #[must_use]
    pub fn non_empty_in_dotenv(&self, key: &str) -> Option<Location> {
        self.facts_of(key).filter(|fact| fact.place == Place::Dotenv).find_map(|fact| {
            let value = match &fact.role {
                Role::Provides(provide) => Some(&provide.value),
                Role::Documents(document) if !document.commented => document.example.as_ref(),
                _ => None,
            }?;
            (!value.is_empty()).then(|| fact.at())
        })
    }
}
