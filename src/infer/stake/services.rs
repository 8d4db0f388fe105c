//! Which services of a guess come and go with an edit of what they are built from.
//!
//! The whole guess joins what all compose files build. This looks at the edited ones alone, and has an answer only where
//! no other file has a say: none calls a service so, builds from the same Dockerfile or has code in the same folder.

use std::collections::{BTreeMap, BTreeSet};

use super::Others;
use crate::fact::{ComposeFile, Dockerfile, Structure, is_aside};
use crate::infer::bare::bare_service;
use crate::infer::environments::{given_by, is_source, receives_all};
use crate::infer::services::{
    Group, Groups, groups_in, may_be_own_image, name_of, own_part, prefix_in, services_of,
};
use crate::matrix::{Said, Service};
use crate::text::{FileId, SourceFile, TreePath};

/// What becomes of the services of a guess.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ServiceChange {
    /// The names of those that are no more, or are something else now.
    pub gone: BTreeSet<String>,
    /// Those that are new, or something else under their name.
    pub come: Vec<Service>,
}

impl ServiceChange {
    /// Whether all services stay as they are.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.gone.is_empty() && self.come.is_empty()
    }
}

/// What compose files build of the tree, and run of what the project builds elsewhere.
#[derive(Debug, Default)]
pub(super) struct Built {
    groups: Groups,
    /// Services with their images.
    images: Vec<(Said<String>, String)>,
}

impl Built {
    pub(super) fn add(&mut self, other: Self) {
        other.groups.into_vec().into_iter().for_each(|group| self.groups.join(group));
        self.images.extend(other.images);
    }
}

/// Groups by their folders.
type ByRoot = BTreeMap<TreePath, Vec<Group>>;

impl<'a> Others<'a> {
    /// What a file builds that says `compose`.
    pub(super) fn built(&self, file: &SourceFile, compose: &ComposeFile) -> Built {
        self.built_with(file, compose, &|_| None)
    }

    /// The same where `edited` has the Dockerfile of an edited path.
    pub(super) fn built_with<'d>(
        &self,
        file: &SourceFile,
        compose: &ComposeFile,
        edited: &dyn Fn(&TreePath) -> Option<&'d Dockerfile>,
    ) -> Built
    where
        'a: 'd,
    {
        let known = |path: &TreePath| match self.said(self.files.at(path)?.id)? {
            Structure::Dockerfile(dockerfile) => Some(dockerfile),
            _ => None,
        };
        let dockerfile_at = |path: &TreePath| edited(path).or_else(|| known(path));
        let has_files_below = |folder: &TreePath| self.files.below(folder).next().is_some();
        let mut built = Built::default();
        groups_in(file, compose, dockerfile_at, has_files_below).for_each(|group| built.groups.join(group));
        let run = compose.services.iter().filter(|service| service.build.is_none());
        let named = run.filter_map(|service| Some((&service.name.value, &service.image.as_ref()?.value)));
        let own = named.filter(|(_, image)| may_be_own_image(image, self.project()));
        built.images.extend(own.map(|(name, image)| (Said::inferred(name.clone()), image.clone())));
        built
    }

    /// What becomes of the services of the guess where `files` build `after` instead of `before`; `None` where other files
    /// have a say in it.
    pub(super) fn between(
        &self,
        files: &[&SourceFile],
        before: Built,
        after: Built,
    ) -> Option<ServiceChange> {
        let had_any = !before.groups.is_empty();
        let has_any = !after.groups.is_empty();
        let (mut before, mut after) = (Change::of(before), Change::of(after));
        let roots: BTreeSet<TreePath> = (before.by_root.keys().chain(after.by_root.keys()))
            .filter(|root| said(before.by_root.get(*root)) != said(after.by_root.get(*root)))
            .cloned()
            .collect();
        before.by_root.retain(|root, _| roots.contains(root));
        after.by_root.retain(|root, _| roots.contains(root));
        let same: Vec<_> =
            before.images.iter().filter(|image| after.images.contains(image)).cloned().collect();
        before.images.retain(|image| !same.contains(image));
        after.images.retain(|image| !same.contains(image));
        if roots.is_empty() && before.images.is_empty() && after.images.is_empty() {
            return Some(ServiceChange::default());
        }
        let is_renamed = before.is_like(&after);
        let gone = before.services(self.project())?;
        let come = after.services(self.project())?;
        let names: BTreeSet<&String> = if is_renamed {
            before.names().symmetric_difference(&after.names()).copied().collect()
        } else {
            before.names().union(&after.names()).copied().collect()
        };
        let is_here = |file: &FileId| files.iter().any(|here| here.id == *file);
        let is_elsewhere = |found: Vec<FileId>| !found.iter().all(is_here);
        if names.iter().any(|name| is_elsewhere(self.joined.composes_calling(name)))
            || same.iter().any(|(name, _)| names.contains(&name.value))
            || !self.are_as_guessed(&gone, &come, &roots)
        {
            return None;
        }
        if !is_renamed {
            let mut dockerfiles = before.dockerfiles().chain(after.dockerfiles());
            let counted = || had_any && has_any || self.builds_besides(files);
            if dockerfiles.any(|dockerfile| self.is_built_besides(dockerfile, files))
                || !self.can_come_and_go(&gone, &come)
                || self.have_other_sources(files, &gone, &come)
                || !counted()
            {
                return None;
            }
        }
        Some(self.change(gone, come))
    }

    /// The services that differ, each with what is told by the files below its folder.
    pub(super) fn change(&self, mut gone: Vec<Service>, mut come: Vec<Service>) -> ServiceChange {
        let stay: Vec<Service> =
            gone.iter().filter(|one| come.iter().any(|other| is_same(one, other))).cloned().collect();
        gone.retain(|one| !stay.iter().any(|other| is_same(one, other)));
        come.retain(|one| !stay.iter().any(|other| is_same(one, other)));
        for service in &mut come {
            bare_service(service);
            let Some(root) = &service.root else { continue };
            let has_root =
                |other: &&Service| other.root.as_ref().is_some_and(|other| other.value == root.value);
            let known =
                gone.iter().find(has_root).and_then(|gone| self.matrix.services.get(&gone.name.value));
            let below = self.files.below(&root.value);
            service.public_prefix = match known {
                Some(known) => known.public_prefix.clone(),
                None => prefix_in(
                    below.filter_map(|file| Some((file, self.extractions.get(file.id.0 as usize)?))),
                )
                .map(|prefix| Said::inferred(prefix.value)),
            };
        }
        ServiceChange { gone: gone.into_iter().map(|service| service.name.value).collect(), come }
    }

    pub(super) fn project(&self) -> Option<&'a str> {
        self.matrix.project.as_ref().map(|project| project.value.as_str())
    }

    /// Whether the matrix has the services that go just as these files alone make them, none else of their folders, and
    /// room for those that come.
    fn are_as_guessed(&self, gone: &[Service], come: &[Service], roots: &BTreeSet<TreePath>) -> bool {
        let services = &self.matrix.services;
        let goes = |name: &str| gone.iter().any(|service| service.name.value == name);
        let is_guessed = |service: &Service| {
            services.get(&service.name.value).is_some_and(|known| {
                known.root.as_ref().map(|root| &root.value) == service.root.as_ref().map(|root| &root.value)
                    && known
                        .compose
                        .iter()
                        .map(|name| &name.value)
                        .eq(service.compose.iter().map(|name| &name.value))
            })
        };
        let is_of_others = |service: &Service| {
            !goes(&service.name.value)
                && match &service.root {
                    Some(root) => roots.contains(&root.value),
                    // Of several that are built from one folder, one has it.
                    None => service.dockerfile.is_some(),
                }
        };
        let names: BTreeSet<&str> = come.iter().map(|service| service.name.value.as_str()).collect();
        names.len() == come.len()
            && gone.iter().all(is_guessed)
            && !services.values().any(is_of_others)
            && names.iter().all(|name| goes(name) || !services.contains_key(*name))
    }

    /// Whether services may come and go without others being another guess: none is called after one of the same name, none
    /// is a part that is called so, and those of the tree are more than one before and after.
    fn can_come_and_go(&self, gone: &[Service], come: &[Service]) -> bool {
        let names = || gone.iter().chain(come).map(|service| service.name.value.as_str());
        let others =
            || self.matrix.services.values().filter(|other| !names().any(|name| name == other.name.value));
        let is_after = |other: &str| {
            names().any(|name| other.strip_suffix(name).is_some_and(|start| start.ends_with('-')))
        };
        let image_of = |other: &Service| {
            self.joined.composes_calling(&other.name.value).into_iter().find_map(|file| {
                let compose = self.compose(self.files.get(file)?)?;
                let mut services = compose.services.iter().filter(|service| service.build.is_none());
                services.find(|service| service.name.value == other.name.value)?.image.as_ref()
            })
        };
        let is_part = |other: &Service| {
            let part = image_of(other).and_then(|image| own_part(image, self.project()));
            part.is_some_and(|part| names().any(|name| name == part))
        };
        let rooted = |services: &[Service]| services.iter().filter(|service| service.root.is_some()).count();
        let before = self.matrix.services.values().filter(|service| service.root.is_some()).count();
        let after = (before + rooted(come)).saturating_sub(rooted(gone));
        before > 1
            && after > 1
            && !others().any(|other| is_after(&other.name.value) || other.root.is_none() && is_part(other))
    }

    /// Whether files that supply these services are those of other services, or of none, if they come and go.
    fn have_other_sources(&self, files: &[&SourceFile], gone: &[Service], come: &[Service]) -> bool {
        let roots = gone.iter().chain(come).filter_map(|service| service.root.as_ref());
        let mut dotenvs = roots.flat_map(|root| self.joined.dotenvs_in(&root.value));
        let mut beside = files.iter().flat_map(|file| self.joined.templates_in(&file.path.folder()));
        let number = self.matrix.services.len();
        let least = number.min((number + come.len()).saturating_sub(gone.len()));
        beside.next().is_some()
            || dotenvs.any(|&dotenv| self.is_source(dotenv))
            || receives_all(&self.matrix.environments, least, |folder| {
                !self.joined.composes_in(folder).is_empty()
            })
    }

    /// Whether a dotenv file supplies the service in whose folder it lies.
    fn is_source(&self, dotenv: FileId) -> bool {
        let (Some(file), Some(Structure::Dotenv(said))) = (self.files.get(dotenv), self.said(dotenv)) else {
            return false;
        };
        let beside = self.joined.composes_in(&file.path.folder()).iter().copied();
        let givers =
            beside.chain(self.joined.composes_giving(dotenv)).filter_map(|compose| self.files.get(compose));
        let givers = givers.filter(|compose| !is_aside(&compose.path));
        let mut given = givers
            .flat_map(|giver| self.compose(giver).into_iter().flat_map(|said| given_by(&giver.path, said)));
        is_source(file, said, |paths| given.any(|given| paths.contains(&&given)))
    }

    /// Whether a compose file besides `files` has services that are built from a Dockerfile.
    fn is_built_besides(&self, dockerfile: &TreePath, files: &[&SourceFile]) -> bool {
        let is_other = |file: &FileId| !files.iter().any(|here| here.id == *file);
        if let Some(file) = self.files.at(dockerfile) {
            return self.joined.composes_building(file.id).iter().any(is_other);
        }
        // The index looks for what is not there in further folders.
        self.other_builds(files)
            .any(|(_, groups)| groups.iter().any(|group| group.dockerfiles.contains(dockerfile)))
    }

    /// Whether a compose file besides `files` builds anything of the tree.
    pub(super) fn builds_besides(&self, files: &[&SourceFile]) -> bool {
        self.other_builds(files).any(|(_, groups)| !groups.is_empty())
    }

    fn other_builds(&self, files: &[&SourceFile]) -> impl Iterator<Item = (FileId, Vec<Group>)> {
        let others = self.joined.composes().filter(|file| !files.iter().any(|here| here.id == *file));
        others.filter_map(|file| {
            let file = self.files.get(file).filter(|file| !is_aside(&file.path))?;
            Some((file.id, self.built(file, self.compose(file)?).groups.into_vec()))
        })
    }
}

/// One side of what changes.
struct Change {
    by_root: ByRoot,
    images: Vec<(Said<String>, String)>,
}

impl Change {
    fn of(built: Built) -> Self {
        let mut by_root = ByRoot::new();
        for group in built.groups.into_vec() {
            by_root.entry(group.root.clone()).or_default().push(group);
        }
        Self { by_root, images: built.images }
    }

    fn groups(&self) -> impl Iterator<Item = &Group> {
        self.by_root.values().flatten()
    }

    fn dockerfiles(&self) -> impl Iterator<Item = &TreePath> {
        self.groups().flat_map(|group| &group.dockerfiles)
    }

    /// What compose calls its services.
    fn names(&self) -> BTreeSet<&String> {
        let built = self.groups().flat_map(|group| &group.names).map(|name| &name.value);
        built.chain(self.images.iter().map(|(name, _)| &name.value)).collect()
    }

    /// Whether the same folders are built by the same Dockerfiles, under whatever names.
    fn is_like(&self, other: &Self) -> bool {
        let built = |change: &Self| -> Vec<(TreePath, BTreeSet<TreePath>)> {
            change.groups().map(|group| (group.root.clone(), group.dockerfiles.clone())).collect()
        };
        let called = |change: &Self| -> Vec<Option<String>> {
            change.groups().map(|group| name_of(group).map(|name| name.value)).collect()
        };
        self.images.is_empty()
            && other.images.is_empty()
            && built(self) == built(other)
            && called(self) == called(other)
    }

    /// The services that it makes; `None` where a part of the project, or all of it, may be one of them.
    fn services(&self, project: Option<&str>) -> Option<Vec<Service>> {
        let mut services = services_of(self.groups().cloned().collect());
        for (name, image) in &self.images {
            if own_part(image, project).is_some() {
                return None;
            }
            services.push(Service { name: name.clone(), compose: vec![name.clone()], ..Service::default() });
        }
        services.iter_mut().for_each(bare_service);
        Some(services)
    }
}

/// Whether two services are the same one, whatever is told by the files below its folder.
pub(super) fn is_same(one: &Service, other: &Service) -> bool {
    one.name == other.name
        && one.root == other.root
        && one.compose == other.compose
        && one.dockerfile == other.dockerfile
}

/// What groups of one folder say, wherever it stands.
fn said(groups: Option<&Vec<Group>>) -> Vec<(&BTreeSet<TreePath>, Vec<&String>)> {
    let groups = groups.into_iter().flatten();
    groups.map(|group| (&group.dockerfiles, group.names.iter().map(|name| &name.value).collect())).collect()
}
