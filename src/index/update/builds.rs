//! What steps of workflows and commands build otherwise after an edit.

use std::collections::BTreeSet;

use super::Rebuild;
use crate::index::sites::Rejoined;
use crate::index::{BuildOfStep, Index};
use crate::text::{FileId, TreePath};

/// What files build by steps and commands.
#[derive(Debug, Default)]
pub(super) struct Builds {
    /// The edited file, and those whose commands build what it says.
    files: Vec<FileId>,
    built: BTreeSet<BuildOfStep>,
}

impl Index {
    /// What depends on the steps and commands of a file now.
    pub(super) fn builds_with(&self, file: FileId, path: &TreePath) -> Builds {
        let mut files = vec![file];
        if path.name() == "fly.toml" {
            files.extend(self.configured_by(path.name()));
        }
        let built = files.iter().flat_map(|&file| self.builds_of_steps(file)).collect();
        Builds { files, built }
    }

    /// Takes over that the file may build something else now. Returns the Dockerfiles that are built otherwise, and what is
    /// joined otherwise.
    ///
    /// # Errors
    /// `Rebuild` where it cannot be told which services run what it builds.
    pub(super) fn renew_steps(&mut self, before: &Builds) -> Result<(BTreeSet<FileId>, Rejoined), Rebuild> {
        self.renew_builds(&before.files);
        let mut rejoined = Rejoined::default();
        for &file in &before.files {
            rejoined.add(self.rejoin_built(file).ok_or(Rebuild::Everywhere)?);
        }
        let now: BTreeSet<BuildOfStep> =
            before.files.iter().flat_map(|&file| self.builds_of_steps(file)).collect();
        Ok(((&before.built ^ &now).into_iter().map(|build| build.dockerfile).collect(), rejoined))
    }
}
