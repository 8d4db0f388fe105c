//! What a container is given: by its compose service, the other compose files of its project, its
//! dotenv files and its image.

use std::collections::BTreeSet;

use super::program::takes_from_elsewhere;
use super::sites::{EnvFileLink, Site};
use super::{BuildLink, Index};
use crate::fact::{Fact, Place, Role, Value};
use crate::key::KeyName;

/// The keys that a container is given, as far as the tree tells.
#[derive(Clone, Debug, Default)]
pub struct GivenKeys {
    /// Their names.
    pub keys: BTreeSet<KeyName>,
    /// Whether something may give it more: an unread file, a script that sources one, a gap.
    pub is_open: bool,
}

/// How many services a service extends, each the next, are followed.
const MOST_EXTENDED: usize = 8;

impl Index {
    /// The entries that a compose file makes under `environment:` of a site.
    pub fn environment_of<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = &'a Fact> {
        let name = self.compose_service(site).map_or("", |service| service.name.value.as_str());
        self.facts_in(site.file).filter(move |fact| {
            matches!(&fact.place, Place::Container(owner) if owner == name)
                && matches!(fact.role, Role::Provides(_))
        })
    }

    /// Every value that is written down for the container of a site, with its key: under `environment:`, in
    /// the dotenv files it is given, and in the examples that people make those from.
    pub fn values_for<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = (&'a Fact, &'a Value)> {
        let dotenvs = site.env_files.iter().filter_map(|link| match link {
            EnvFileLink::File(file) | EnvFileLink::Example(file) => Some(*file),
            EnvFileLink::Missing(_) | EnvFileLink::Unseen => None,
        });
        self.environment_of(site).chain(dotenvs.flat_map(|file| self.facts_in(file))).filter_map(|fact| {
            match &fact.role {
                Role::Provides(provide) => Some((fact, &provide.value)),
                Role::Documents(document) if !document.commented => Some((fact, document.example.as_ref()?)),
                _ => None,
            }
        })
    }

    /// The arguments that a compose file passes to the build of a site.
    pub fn build_args_of<'a>(&'a self, site: &'a Site) -> impl Iterator<Item = &'a Fact> {
        let name = self.compose_service(site).map_or("", |service| service.name.value.as_str());
        self.facts_in(site.file)
            .filter(move |fact| matches!(&fact.place, Place::BuildArgs(owner) if owner == name))
    }

    /// The sites that a site extends, the nearest first, and whether the tree shows all of them. It takes over
    /// their environment and their dotenv files.
    #[must_use]
    pub fn extended(&self, site: &Site) -> (Vec<&Site>, bool) {
        let mut found: Vec<&Site> = Vec::new();
        let mut at = site;
        while let Some((path, name)) = self.compose_service(at).and_then(|service| service.extends.as_ref()) {
            let file = match path {
                None => Some(at.file),
                Some(path) => self
                    .path(at.file)
                    .folder()
                    .join(path)
                    .and_then(|path| self.files.at(&path))
                    .map(|file| file.id),
            };
            let named = |site: &&Site| {
                self.compose_service(site).is_some_and(|service| *service.name.value == *name.value)
            };
            let next = file.and_then(|file| self.sites_in(file).iter().find(named));
            // Whoever extends itself in the end is refused by compose.
            let Some(next) = next.filter(|next| found.len() < MOST_EXTENDED && !found.contains(next)) else {
                return (found, false);
            };
            found.push(next);
            at = next;
        }
        (found, true)
    }

    /// All keys that the container of a site is given, its twins and what it extends included.
    #[must_use]
    pub fn given_to(&self, site: &Site) -> GivenKeys {
        let mut given = GivenKeys::default();
        let twins: Vec<&Site> = std::iter::once(site).chain(self.twins(site)).collect();
        let mut parts = Vec::new();
        for twin in twins {
            let (extended, is_whole) = self.extended(twin);
            given.is_open |= !is_whole;
            parts.push(twin);
            parts.extend(extended);
        }
        for part in parts {
            given.keys.extend(self.environment_of(part).map(|fact| fact.key.clone()));
            for link in &part.env_files {
                match link {
                    EnvFileLink::File(file) | EnvFileLink::Example(file) => {
                        given.keys.extend(self.facts_in(*file).map(|fact| fact.key.clone()));
                        // What people put into a file made from an example is theirs to say.
                        given.is_open |= matches!(link, EnvFileLink::Example(_));
                    }
                    EnvFileLink::Missing(_) | EnvFileLink::Unseen => given.is_open = true,
                }
            }
            let Some(service) = self.compose_service(part) else { continue };
            given.is_open |= matches!(part.build, BuildLink::Missing(_))
                || service.commands.iter().any(|command| takes_from_elsewhere(command))
                || service
                    .mounts
                    .iter()
                    .any(|mount| mount.target.ends_with(".env") || mount.source.ends_with(".env"));
            given.is_open |= self.extraction(part.file).is_none_or(|extraction| {
                extraction.gaps.iter().any(|gap| {
                    !matches!(
                        gap.hides,
                        crate::fact::Hidden::Reads
                            | crate::fact::Hidden::ReadsWithPrefix(_)
                            | crate::fact::Hidden::Uses
                    )
                })
            });
        }
        if let Some((file, stage)) = self.image_stage(site) {
            for current in self.stages_under(file, stage) {
                given.keys.extend(
                    self.facts_in(file)
                        .filter(|fact| {
                            fact.place == Place::Stage(current) && matches!(fact.role, Role::Provides(_))
                        })
                        .map(|fact| fact.key.clone()),
                );
            }
        }
        given
    }
}

impl GivenKeys {
    /// Whether the container has `key`, under its own name or as a path to a file that holds it.
    #[must_use]
    pub fn has(&self, key: &str, folds_case: bool) -> bool {
        let file = format!("{key}_FILE");
        self.keys.contains(key)
            || self.keys.contains(file.as_str())
            || (folds_case && self.keys.iter().any(|given| given.eq_ignore_ascii_case(key)))
    }
}
