//! Which files build which Dockerfiles: steps of workflows, and commands of scripts and steps.

use std::collections::BTreeSet;

use super::Index;
use super::relation::Relation;
use crate::fact::CommandFile;
use crate::text::FileId;

impl Index {
    /// The workflows, actions and scripts that build a Dockerfile, in order, whatever is in focus.
    pub fn builders_of(&self, dockerfile: FileId) -> impl Iterator<Item = FileId> {
        let builders = self.builders.get_or_init(|| Relation::of_commands(self, |file| self.built_by(file)));
        builders.from(dockerfile)
    }

    /// The Dockerfiles that a file builds.
    fn built_by(&self, file: FileId) -> BTreeSet<FileId> {
        self.builds_of_steps(file).map(|build| build.dockerfile).collect()
    }

    /// Takes over that files may build something else now.
    pub(super) fn renew_builds(&mut self, files: &[FileId]) {
        let Some(mut builders) = self.builders.take() else { return };
        files.iter().for_each(|&file| builders.set(file, self.built_by(file)));
        self.builders = builders.into();
    }

    /// The scripts and workflows with commands that build what a file of this name says.
    pub(super) fn configured_by(&self, name: &str) -> impl Iterator<Item = FileId> {
        let is_of =
            move |does: &CommandFile| does.builds.iter().any(|build| build.configured_by == Some(name));
        self.command_files().filter(move |(_, does)| is_of(does)).map(|(file, _)| file)
    }
}
