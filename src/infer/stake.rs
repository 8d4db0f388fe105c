//! What an edit of a compose file or Dockerfile may change of a guess, told from what the file said and says.

mod again;
mod services;

use std::collections::BTreeSet;

pub use again::guess_again;
pub use services::ServiceChange;

use super::environments::{given_by, is_source, live_path, may_complete};
use super::services::builds_code;
use crate::fact::{ComposeFile, ComposeService, Dockerfile, Extraction, Structure, is_aside};
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
pub fn stake_of<'a>(
    file: &'a SourceFile,
    old: &ComposeFile,
    new: &ComposeFile,
    others: &Others<'a>,
) -> Stake {
    let sides = |told: &'a SourceFile| match others.compose(told) {
        _ if told.id == file.id => [others.built(file, old), others.built(file, new)],
        Some(compose) => [others.built(told, compose), others.built(told, compose)],
        None => Default::default(),
    };
    let Some(change) = others.between(&[file], &sides) else { return Stake::Anything };
    let completes = |compose| may_complete(&file.path) && is_completing(compose);
    let is_more = completes(old) != completes(new)
        || others.have_service_between(old, new, &change)
        || others.gain_or_lose_source(file, old, new);
    match change {
        _ if is_more => Stake::Anything,
        change if change.is_none() => Stake::Nothing,
        change => Stake::Services(change),
    }
}

/// What may be another guess where a Dockerfile says `new` instead of `old`. The services of `composes` are built from it.
#[must_use]
pub fn stake_of_image<'a>(
    file: &SourceFile,
    old: &Dockerfile,
    new: &Dockerfile,
    composes: &[&'a SourceFile],
    others: &Others<'a>,
) -> Stake {
    let sides = |told: &'a SourceFile| {
        let Some(compose) = others.compose(told) else { return Default::default() };
        [old, new].map(|said| others.built_with(told, compose, &|path| (*path == file.path).then_some(said)))
    };
    let is_code = |dockerfile| builds_code(dockerfile, None);
    // Where compose builds nothing, Dockerfiles alone make services.
    if is_code(old) != is_code(new) && !others.builds_besides(&[]) {
        return Stake::Anything;
    }
    match others.between(composes, &sides) {
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

    /// Whether a dotenv file is a source of its own now and was not before, or the reverse, since services are given it, or
    /// what people make from it.
    fn gain_or_lose_source(&self, file: &SourceFile, old: &ComposeFile, new: &ComposeFile) -> bool {
        let given = |compose| given_by(&file.path, compose).collect::<BTreeSet<TreePath>>();
        // At the root it is what every tool loads, whoever is given it besides.
        let at_root = |path: &TreePath| path.as_str() == ".env";
        (&given(old) ^ &given(new)).iter().filter(|given| !at_root(given)).any(|given| {
            let mut beside = self.joined.dotenvs_in(&given.folder()).iter();
            beside.any(|&file_of| {
                let (Some(dotenv), Some(Structure::Dotenv(said))) =
                    (self.files.get(file_of), self.said(file_of))
                else {
                    return false;
                };
                let is_about = dotenv.path == *given || live_path(&dotenv.path, said).as_ref() == Some(given);
                let is_source = |compose| self.is_source_beside(file_of, file, compose);
                is_about && is_source(old) != is_source(new)
            })
        })
    }

    /// Whether a dotenv file supplies the service in whose folder it lies.
    fn is_source(&self, dotenv: FileId) -> bool {
        self.is_source_with(dotenv, &|giver| self.compose(giver), None)
    }

    /// The same where one compose file says `compose`.
    fn is_source_beside(&self, dotenv: FileId, file: &SourceFile, compose: &ComposeFile) -> bool {
        self.is_source_with(
            dotenv,
            &|giver| if giver.id == file.id { Some(compose) } else { self.compose(giver) },
            Some(file.id),
        )
    }

    /// The same with what compose files say, of which one may give it that did not before.
    fn is_source_with<'c>(
        &self,
        dotenv: FileId,
        compose: &dyn Fn(&SourceFile) -> Option<&'c ComposeFile>,
        besides: Option<FileId>,
    ) -> bool {
        let (Some(file), Some(Structure::Dotenv(said))) = (self.files.get(dotenv), self.said(dotenv)) else {
            return false;
        };
        let beside = self.joined.composes_in(&file.path.folder()).iter().copied();
        let givers = beside.chain(self.joined.composes_giving(dotenv)).chain(besides);
        let givers = givers.filter_map(|giver| self.files.get(giver)).filter(|giver| !is_aside(&giver.path));
        let mut given =
            givers.flat_map(|giver| compose(giver).into_iter().flat_map(|said| given_by(&giver.path, said)));
        is_source(file, said, |paths| given.any(|given| paths.contains(&&given)))
    }
}
