//! Which services of a guess come and go with an edit of what they are built from.
//!
//! The whole guess joins what all compose files build. This looks at the edited ones and at those that have a say in the
//! same services: that call a service so, build from the same Dockerfile or have code in the same folder.

use std::collections::{BTreeMap, BTreeSet};

use super::Others;
use crate::fact::{ComposeFile, Dockerfile, Structure, is_aside};
use crate::infer::bare::bare_service;
use crate::infer::environments::receives_all;
use crate::infer::prefix_below;
use crate::infer::services::{Group, Groups, groups_in, may_be_own_image, name_of, own_part, services_of};
use crate::matrix::{Said, Service};
use crate::text::{FileId, SourceFile, TreePath};

/// More compose files than these have a say in a service only where the whole tree has.
const MOST_FILES: usize = 32;

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

    /// What becomes of the services of the guess where each file builds what `sides` tells of it, before and after, and
    /// only `edited` ones build something else than before; `None` where too many files have a say in it, or those
    /// that have cannot be told.
    pub(super) fn between(
        &self,
        edited: &[&'a SourceFile],
        sides: &dyn Fn(&'a SourceFile) -> [Built; 2],
    ) -> Option<ServiceChange> {
        let mut files = edited.to_vec();
        loop {
            // The guess takes them in this order.
            files.sort_by_key(|file| file.id);
            let (mut before, mut after) = (Built::default(), Built::default());
            for [one, other] in files.iter().map(|&file| sides(file)) {
                before.add(one);
                after.add(other);
            }
            let sides = Sides::of(before, after);
            if sides.are_same() {
                return Some(ServiceChange::default());
            }
            let more = self.with_a_say(&files, &sides);
            if more.is_empty() {
                return self.told_by(edited, &files, &sides);
            }
            files.extend(more);
            if files.len() > MOST_FILES {
                return None;
            }
        }
    }

    /// The compose files besides `files` that have a say in what differs.
    fn with_a_say(&self, files: &[&SourceFile], sides: &Sides) -> Vec<&'a SourceFile> {
        let joined = self.joined;
        let mut others: BTreeSet<FileId> = BTreeSet::new();
        let mut missing: BTreeSet<&TreePath> = BTreeSet::new();
        for dockerfile in sides.both().flat_map(Side::dockerfiles) {
            match self.files.at(dockerfile) {
                Some(file) => others.extend(joined.composes_building(file.id)),
                None => drop(missing.insert(dockerfile)),
            }
        }
        if !missing.is_empty() {
            // The index looks for what is not there in further folders.
            let builds = self.other_builds(files);
            let is_of = |group: &Group| group.dockerfiles.iter().any(|path| missing.contains(path));
            others.extend(builds.filter(|(_, groups)| groups.iter().any(is_of)).map(|(file, _)| file));
        }
        let is_here = |root: &Option<Said<TreePath>>| {
            root.as_ref().is_some_and(|root| sides.roots.contains(&root.value))
        };
        let has_a_say = |service: &&Service| is_here(&service.root) || is_second(service);
        let known = self.matrix.services.values().filter(has_a_say).flat_map(|service| &service.compose);
        let names: BTreeSet<&String> =
            sides.both().flat_map(Side::names).chain(known.map(|name| &name.value)).collect();
        others.extend(names.into_iter().flat_map(|name| joined.composes_calling(name)));
        let others = others.into_iter().filter(|file| !files.iter().any(|here| here.id == *file));
        others.filter_map(|file| self.files.get(file)).filter(|file| !is_aside(&file.path)).collect()
    }

    /// What becomes of the services of the guess where no file besides `files` has a say in it.
    fn told_by(&self, edited: &[&SourceFile], files: &[&SourceFile], sides: &Sides) -> Option<ServiceChange> {
        let (before, after) = (&sides.before, &sides.after);
        let is_renamed = before.is_like(after);
        let gone = before.services(self.project())?;
        let come = after.services(self.project())?;
        let names: BTreeSet<&String> = if is_renamed {
            before.names().symmetric_difference(&after.names()).copied().collect()
        } else {
            before.names().union(&after.names()).copied().collect()
        };
        if sides.same_images.iter().any(|(name, _)| names.contains(&name.value))
            || !self.are_as_guessed(&gone, &come, sides)
        {
            return None;
        }
        // Templates beside are for the services that a file calls so.
        let is_edited = |file: &&&SourceFile| edited.iter().any(|edited| edited.id == file.id);
        let mut calling = files.iter().filter(|file| !is_renamed || !is_edited(file));
        if calling.any(|file| !self.joined.templates_in(&file.path.folder()).is_empty()) {
            return None;
        }
        if !is_renamed {
            let counted = || sides.always_build || self.builds_besides(files);
            if !self.can_come_and_go(&gone, &come) || self.have_other_sources(&gone, &come) || !counted() {
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
            service.public_prefix = match known {
                Some(known) => known.public_prefix.clone(),
                None => prefix_below(&root.value, self.files, self.extractions).map(Said::inferred),
            };
        }
        ServiceChange { gone: gone.into_iter().map(|service| service.name.value).collect(), come }
    }

    pub(super) fn project(&self) -> Option<&'a str> {
        self.matrix.project.as_ref().map(|project| project.value.as_str())
    }

    /// Whether the matrix has the services that go just as these files alone make them, none else of their folders, and
    /// room for those that come.
    fn are_as_guessed(&self, gone: &[Service], come: &[Service], sides: &Sides) -> bool {
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
                    Some(root) => sides.roots.contains(&root.value),
                    None => is_second(service) && !sides.is_elsewhere(service),
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

    /// Whether there are other files that supply services if these come and go.
    fn have_other_sources(&self, gone: &[Service], come: &[Service]) -> bool {
        let roots = |services: &[Service]| -> BTreeSet<TreePath> {
            services.iter().filter_map(|service| Some(service.root.as_ref()?.value.clone())).collect()
        };
        // Those in the folder of a service stay its sources, whatever it is called.
        let roots = &roots(gone) ^ &roots(come);
        let mut dotenvs = roots.iter().flat_map(|root| self.joined.dotenvs_in(root));
        let number = self.matrix.services.len();
        let least = number.min((number + come.len()).saturating_sub(gone.len()));
        dotenvs.any(|&dotenv| self.is_source(dotenv))
            || receives_all(&self.matrix.environments, least, |folder| {
                !self.joined.composes_in(folder).is_empty()
            })
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

/// What some compose files build before and after, as far as it differs.
struct Sides {
    before: Side,
    after: Side,
    /// The folders in which something else is built.
    roots: BTreeSet<TreePath>,
    /// What services that do not differ are called, of those with code in other folders.
    elsewhere: BTreeSet<String>,
    /// Images that are run before and after.
    same_images: Vec<(Said<String>, String)>,
    /// Whether anything is built on both sides, the same or not.
    always_build: bool,
}

impl Sides {
    fn of(before: Built, after: Built) -> Self {
        let always_build = !before.groups.is_empty() && !after.groups.is_empty();
        let (mut before, mut after) = (Side::of(before), Side::of(after));
        let roots: BTreeSet<TreePath> = (before.by_root.keys().chain(after.by_root.keys()))
            .filter(|root| said(before.by_root.get(*root)) != said(after.by_root.get(*root)))
            .cloned()
            .collect();
        let others = before.groups().filter(|group| !roots.contains(&group.root));
        let elsewhere = others.flat_map(|group| &group.names).map(|name| name.value.clone()).collect();
        before.by_root.retain(|root, _| roots.contains(root));
        after.by_root.retain(|root, _| roots.contains(root));
        let same_images: Vec<_> =
            before.images.iter().filter(|image| after.images.contains(image)).cloned().collect();
        before.images.retain(|image| !same_images.contains(image));
        after.images.retain(|image| !same_images.contains(image));
        Self { before, after, roots, elsewhere, same_images, always_build }
    }

    fn are_same(&self) -> bool {
        self.roots.is_empty() && self.before.images.is_empty() && self.after.images.is_empty()
    }

    fn both(&self) -> impl Iterator<Item = &Side> {
        [&self.before, &self.after].into_iter()
    }

    /// Whether the code of a service lies in a folder in which nothing changes.
    fn is_elsewhere(&self, service: &Service) -> bool {
        service.compose.iter().any(|name| self.elsewhere.contains(&name.value))
    }
}

/// One side of what changes.
struct Side {
    by_root: ByRoot,
    images: Vec<(Said<String>, String)>,
}

impl Side {
    fn of(built: Built) -> Self {
        let mut by_root = ByRoot::new();
        let mut known = BTreeSet::new();
        for group in built.groups.into_vec() {
            known.extend(group.names.iter().map(|name| name.value.clone()));
            by_root.entry(group.root.clone()).or_default().push(group);
        }
        // What is built under a name is the service of that name, and else the first that is run.
        let mut images = built.images;
        images.retain(|(name, _)| known.insert(name.value.clone()));
        Self { by_root, images }
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

/// Whether a service is built from the folder of another one, which has the code there.
fn is_second(service: &Service) -> bool {
    service.root.is_none() && service.dockerfile.is_some()
}

/// What groups of one folder say, wherever it stands.
fn said(groups: Option<&Vec<Group>>) -> Vec<(&BTreeSet<TreePath>, Vec<&String>)> {
    let groups = groups.into_iter().flatten();
    groups.map(|group| (&group.dockerfiles, group.names.iter().map(|name| &name.value).collect())).collect()
}
