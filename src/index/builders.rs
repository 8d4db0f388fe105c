//! Which files build which Dockerfiles: steps of workflows, and commands of scripts and steps.

use std::collections::BTreeSet;

use super::relation::Relation;
use super::{BuildLink, Index};
use crate::fact::Structure;
use crate::text::FileId;

impl Index {
    /// The workflows, actions and scripts that build a Dockerfile, in order, whatever is in focus.
    pub fn builders_of(&self, dockerfile: FileId) -> impl Iterator<Item = FileId> {
        let builders = self.builders.get_or_init(|| Relation::of_commands(self, |file| self.built_by(file)));
        builders.from(dockerfile)
    }

    /// The Dockerfiles that a file builds.
    fn built_by(&self, file: FileId) -> BTreeSet<FileId> {
        let workflow = self.workflow(file).into_iter();
        let steps = workflow.flat_map(|workflow| self.step_builds_in(file, workflow));
        let linked = steps.filter_map(|step| match step.link {
            BuildLink::Dockerfile(dockerfile) => Some(dockerfile),
            _ => None,
        });
        let commands = self.command_builds_in(file).map(|(_, dockerfile)| dockerfile);
        linked.chain(commands).collect()
    }

    /// Takes over that a file had the structure `old` and may build something else now.
    pub(super) fn renew_builds(&mut self, file: FileId, old: &Structure) {
        let Some(mut builders) = self.builders.take() else { return };
        // What the command of one file builds may be written in another one (`fly.toml`).
        let new = self.extraction(file).map(|extraction| &extraction.structure);
        let builds =
            |structure: &Structure| matches!(structure, Structure::Commands(own) if !own.builds.is_empty());
        if !builds(old) && !new.is_some_and(builds) {
            builders.set(file, self.built_by(file));
            self.builders = builders.into();
        }
    }
}
