//! Whether a guess may be another one after an edit of a compose file or Dockerfile, told from what it said and says.

use std::collections::BTreeSet;

use super::environments::{given_by, live_path};
use super::services::{Group, builds_code, groups_in, may_be_own_image, name_of};
use crate::fact::{ComposeFile, ComposeService, Dockerfile, Extraction, Structure};
use crate::matrix::{Matrix, Service};
use crate::text::{FileId, Files, SourceFile, TreePath};

/// What is known of the other files.
pub struct Others<'a, D> {
    /// The files.
    pub files: &'a Files,
    /// What they say, at the position of each file's number.
    pub extractions: &'a [Extraction],
    /// What was guessed from them.
    pub matrix: &'a Matrix,
    /// Tells the dotenv files in a folder.
    pub dotenvs: D,
}

/// What an edit may change of a guess of services and environments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stake {
    /// Nothing.
    Nothing,
    /// Only how compose calls a service: its name in the matrix, and all the names that it has in compose files now. No
    /// other service of the matrix is called by any of them.
    Names(String, Vec<String>),
    /// More than that, or more than can be told from the file.
    Anything,
}

/// What may be another guess where a compose file says `new` instead of `old`.
#[must_use]
pub fn stake_of<'a, D: Fn(&TreePath) -> &'a [FileId]>(
    file: &SourceFile,
    old: &ComposeFile,
    new: &ComposeFile,
    others: &Others<'a, D>,
) -> Stake {
    let (before, after) = (others.groups(file, old), others.groups(file, new));
    let renamed = if said(&before) == said(&after) {
        None
    } else {
        match others.renamed(before, after) {
            Some(renamed) => Some(renamed),
            None => return Stake::Anything,
        }
    };
    let owner = renamed.as_ref().map(|(service, _)| service.as_str());
    let is_more = is_completing(old) != is_completing(new)
        || others.own_images(old) != others.own_images(new)
        || others.have_service_between(old, new, owner)
        || others.gain_or_lose_source(&file.path, old, new);
    match renamed {
        _ if is_more => Stake::Anything,
        Some((service, names)) => Stake::Names(service, names),
        None => Stake::Nothing,
    }
}

/// Whether a guess of services may be another one where a Dockerfile says `new` instead of `old`. `targets` are the stages
/// of which services are built, as compose names them.
#[must_use]
pub fn is_image_at_stake(old: &Dockerfile, new: &Dockerfile, targets: &[Option<&str>]) -> bool {
    let mut targets = targets.iter().copied().chain([None]);
    targets.any(|target| builds_code(old, target) != builds_code(new, target))
}

/// Whether a file may add to another one: some service in it says neither what it is built from nor which image it runs.
fn is_completing(compose: &ComposeFile) -> bool {
    compose.services.iter().any(ComposeService::only_adds)
}

impl<'a, D: Fn(&TreePath) -> &'a [FileId]> Others<'a, D> {
    fn said(&self, file: FileId) -> Option<&'a Structure> {
        Some(&self.extractions.get(file.0 as usize)?.structure)
    }

    /// What a file builds of the tree.
    fn groups(&self, file: &SourceFile, compose: &ComposeFile) -> Vec<Group> {
        let dockerfile_at = |path: &TreePath| match self.said(self.files.at(path)?.id)? {
            Structure::Dockerfile(dockerfile) => Some(dockerfile),
            _ => None,
        };
        let has_files_below = |folder: &TreePath| self.files.below(folder).next().is_some();
        groups_in(file, compose, dockerfile_at, has_files_below).collect()
    }

    /// The service of the matrix that the groups of a file make, and all names that compose has for it now, if that is all
    /// that they change: the same folder is built by the same Dockerfile under more names or fewer, and no other file
    /// builds it.
    fn renamed(&self, before: Vec<Group>, after: Vec<Group>) -> Option<(String, Vec<String>)> {
        let (before, after) = (joined(before), joined(after));
        let mut changed = before.iter().zip(&after).filter(|(old, new)| names(old) != names(new));
        let (old, new) =
            changed.next().filter(|_| changed.next().is_none() && before.len() == after.len())?;
        let is_same =
            |(old, new): (&Group, &Group)| old.root == new.root && old.dockerfiles == new.dockerfiles;
        let is_called_alike = name_of(old).map(|name| name.value) == name_of(new).map(|name| name.value);
        if !before.iter().zip(&after).all(is_same) || !is_called_alike {
            return None;
        }
        let services = || self.matrix.services.values();
        // Of several that are built from one folder, the one with most names has it.
        if services().any(|service| service.root.is_none() && service.dockerfile.is_some()) {
            return None;
        }
        let has_root = |service: &&Service| service.root.as_ref().is_some_and(|root| root.value == old.root);
        let service = services().find(has_root)?;
        let is_alone = service.compose.iter().map(|name| &name.value).eq(names(old).iter());
        is_alone.then(|| (service.name.value.clone(), names(new)))
    }

    /// The services of a file whose images the project may build elsewhere.
    fn own_images<'c>(&self, compose: &'c ComposeFile) -> Vec<(&'c str, &'c str)> {
        let project = self.matrix.project.as_ref().map(|project| project.value.as_str());
        let run = compose.services.iter().filter(|service| service.build.is_none());
        let named = run.filter_map(|service| Some((service.name.value.as_str(), service.image.as_ref()?)));
        let named = named.map(|(name, image)| (name, image.value.as_str()));
        named.filter(|(_, image)| may_be_own_image(image, project)).collect()
    }

    /// Whether a service came or went that is called like one of the matrix, other than the one called `owner`: templates
    /// beside are for those.
    fn have_service_between(&self, old: &ComposeFile, new: &ComposeFile, owner: Option<&str>) -> bool {
        let names = |compose: &ComposeFile| -> BTreeSet<String> {
            compose.services.iter().map(|service| service.name.value.clone()).collect()
        };
        let came_or_went = &names(old) ^ &names(new);
        let services = self.matrix.services.values().filter(|service| owner != Some(&service.name.value));
        let mut named = services.flat_map(|service| &service.compose);
        !came_or_went.is_empty() && named.any(|name| came_or_went.contains(&name.value))
    }

    /// Whether services are given a dotenv file of the tree, or one that people make from an example of it, and were not
    /// before, or the reverse: what compose gives is no source of its own.
    fn gain_or_lose_source(&self, path: &TreePath, old: &ComposeFile, new: &ComposeFile) -> bool {
        let given = |compose| given_by(path, compose).collect::<BTreeSet<TreePath>>();
        // At the root it is what every tool loads, whoever is given it besides.
        let at_root = |path: &TreePath| path.as_str() == ".env";
        (&given(old) ^ &given(new)).iter().filter(|given| !at_root(given)).any(|given| {
            let beside = (self.dotenvs)(&given.folder()).iter();
            let mut beside = beside.filter_map(|&file| Some((&self.files.get(file)?.path, self.said(file)?)));
            beside.any(|(path, said)| {
                let Structure::Dotenv(dotenv) = said else { return false };
                path == given || live_path(path, dotenv).as_ref() == Some(given)
            })
        })
    }
}

/// What groups say, wherever it stands.
fn said(groups: &[Group]) -> Vec<(&TreePath, &BTreeSet<TreePath>, Vec<String>)> {
    groups.iter().map(|group| (&group.root, &group.dockerfiles, names(group))).collect()
}

fn names(group: &Group) -> Vec<String> {
    group.names.iter().map(|name| name.value.clone()).collect()
}

/// One group for each folder and Dockerfile, in the order in which they are begun.
fn joined(groups: Vec<Group>) -> Vec<Group> {
    let mut joined: Vec<Group> = Vec::new();
    for group in groups {
        let is_same = |known: &&mut Group| known.root == group.root && known.dockerfiles == group.dockerfiles;
        match joined.iter_mut().find(is_same) {
            Some(known) => known.names.extend(group.names),
            None => joined.push(group),
        }
    }
    joined
}
