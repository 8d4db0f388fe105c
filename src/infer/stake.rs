//! What an edit of a compose file or Dockerfile may change of a guess, told from what the file said and says.

mod again;
mod services;

use std::collections::BTreeSet;

pub use again::guess_again;
use services::Built;
pub use services::ServiceChange;

use super::environments::{given_by, live_path, may_complete};
use super::services::builds_code;
use crate::fact::{ComposeFile, ComposeService, Dockerfile, Extraction, Structure};
use crate::matrix::Matrix;
use crate::text::{FileId, Files, SourceFile, TreePath};

/// What is known of the tree.
#[derive(Clone, Copy)]
pub struct Others<'a> {
    /// The files, with their texts of now.
    pub files: &'a Files,
    /// What they say now, at the position of each file's number.
    pub extractions: &'a [Extraction],
    /// What was guessed from what they said before.
    pub matrix: &'a Matrix,
    /// How the files of before hang together.
    pub joined: &'a dyn Joined,
}

/// How files hang together: what is asked of the index, which lies above. All lists are those of the whole tree.
pub trait Joined {
    /// The dotenv files that lie directly in a folder.
    fn dotenvs_in(&self, folder: &TreePath) -> &[FileId];
    /// The templates that lie directly in a folder.
    fn templates_in(&self, folder: &TreePath) -> &[FileId];
    /// The compose files that lie directly in a folder.
    fn composes_in(&self, folder: &TreePath) -> &[FileId];
    /// All compose files.
    fn composes(&self) -> Box<dyn Iterator<Item = FileId> + '_>;
    /// The compose files with services that are called so.
    fn composes_calling(&self, name: &str) -> Vec<FileId>;
    /// The compose files with services that are built from a Dockerfile.
    fn composes_building(&self, dockerfile: FileId) -> Vec<FileId>;
    /// The compose files with services that are given a dotenv file, or one that people make from it.
    fn composes_giving(&self, dotenv: FileId) -> Vec<FileId>;
}

/// What an edit may change of a guess of services and environments.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stake {
    /// Nothing.
    Nothing,
    /// These services, and of other services and of environments nothing.
    Services(ServiceChange),
    /// More than that, or more than can be told from the file: [`guess_again`] tells.
    Anything,
}

/// What may be another guess where a compose file says `new` instead of `old`.
#[must_use]
pub fn stake_of(file: &SourceFile, old: &ComposeFile, new: &ComposeFile, others: &Others<'_>) -> Stake {
    let (before, after) = (others.built(file, old), others.built(file, new));
    let Some(change) = others.between(&[file], before, after) else { return Stake::Anything };
    let completes = |compose| may_complete(&file.path) && is_completing(compose);
    let is_more = completes(old) != completes(new)
        || others.have_service_between(old, new, &change)
        || others.gain_or_lose_source(&file.path, old, new);
    match change {
        _ if is_more => Stake::Anything,
        change if change.is_none() => Stake::Nothing,
        change => Stake::Services(change),
    }
}

/// What may be another guess where a Dockerfile says `new` instead of `old`. The services of `composes` are built from it.
#[must_use]
pub fn stake_of_image(
    file: &SourceFile,
    old: &Dockerfile,
    new: &Dockerfile,
    composes: &[&SourceFile],
    others: &Others<'_>,
) -> Stake {
    let built = |dockerfile: &Dockerfile| {
        let mut built = Built::default();
        for (compose, said) in
            composes.iter().filter_map(|&compose| Some((compose, others.compose(compose)?)))
        {
            built.add(others.built_with(compose, said, &|path| (*path == file.path).then_some(dockerfile)));
        }
        built
    };
    let is_code = |dockerfile| builds_code(dockerfile, None);
    // Where compose builds nothing, Dockerfiles alone make services.
    if is_code(old) != is_code(new) && !others.builds_besides(&[]) {
        return Stake::Anything;
    }
    match others.between(composes, built(old), built(new)) {
        Some(change) if change.is_none() => Stake::Nothing,
        Some(change) => Stake::Services(change),
        None => Stake::Anything,
    }
}

/// Whether a file may add to another one: some service in it says neither what it is built from nor which image it runs.
fn is_completing(compose: &ComposeFile) -> bool {
    compose.services.iter().any(ComposeService::only_adds)
}

impl<'a> Others<'a> {
    fn said(&self, file: FileId) -> Option<&'a Structure> {
        Some(&self.extractions.get(file.0 as usize)?.structure)
    }

    fn compose(&self, file: &SourceFile) -> Option<&'a ComposeFile> {
        match self.said(file.id)? {
            Structure::Compose(compose) => Some(compose),
            _ => None,
        }
    }

    /// Whether a service came or went that is called like one of the matrix which does not change: templates beside are for
    /// those.
    fn have_service_between(&self, old: &ComposeFile, new: &ComposeFile, change: &ServiceChange) -> bool {
        let names = |compose: &ComposeFile| -> BTreeSet<String> {
            compose.services.iter().map(|service| service.name.value.clone()).collect()
        };
        let came_or_went = &names(old) ^ &names(new);
        let services =
            self.matrix.services.values().filter(|service| !change.gone.contains(&service.name.value));
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
            let beside = self.joined.dotenvs_in(&given.folder()).iter();
            let mut beside = beside.filter_map(|&file| Some((&self.files.get(file)?.path, self.said(file)?)));
            beside.any(|(path, said)| {
                let Structure::Dotenv(dotenv) = said else { return false };
                path == given || live_path(path, dotenv).as_ref() == Some(given)
            })
        })
    }
}
