//! Dockerfiles, which are looked for by folder, found once, so that nobody goes through the whole tree for them.

use std::mem::discriminant;

use foldhash::HashMap;

use super::Index;
use crate::fact::{Structure, is_aside};
use crate::text::{FileId, TreePath};

/// Files that are looked for by folder, in order.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// Dockerfiles by their folder; those of tests and examples left out.
    dockerfiles: HashMap<TreePath, Vec<FileId>>,
}

impl Listed {
    pub(super) fn build(index: &Index) -> Self {
        let mut listed = Self::default();
        for (file, _) in index.dockerfiles() {
            let path = index.path(file);
            if !is_aside(&path) {
                listed.dockerfiles.entry(path.folder()).or_default().push(file);
            }
        }
        listed
    }
}

/// Whether a file is listed after a change as it was before.
pub(super) fn is_listed_alike(old: &Structure, new: &Structure) -> bool {
    let is_listed =
        |structure: &Structure| matches!(structure, Structure::Dockerfile(_) | Structure::Agent(_));
    discriminant(old) == discriminant(new) || !is_listed(old) && !is_listed(new)
}

impl Index {
    /// The Dockerfiles in the folder of `path` and in those above it, the nearest folder first; those of tests and
    /// examples left out.
    pub fn dockerfiles_around(&self, path: &TreePath) -> impl Iterator<Item = &[FileId]> {
        path.folders().filter_map(|folder| self.listed.dockerfiles.get(folder)).map(Vec::as_slice)
    }

    /// Whether a Dockerfile stands in a folder; those of tests and examples left out.
    #[must_use]
    pub fn has_dockerfile_in(&self, folder: &TreePath) -> bool {
        self.listed.dockerfiles.contains_key(folder)
    }

    /// The one folder with a Dockerfile beside the folder `path` that is called so but for a letter; those of tests and
    /// examples left out.
    #[must_use]
    pub fn dockerfile_folder_like(&self, path: &TreePath) -> Option<&TreePath> {
        let (parent, name) = (path.folder(), path.name());
        let mut alike = self.listed.dockerfiles.keys().filter(|folder| {
            name.len() >= 5
                && folder.name().len().abs_diff(name.len()) <= 1
                && folder.folder() == parent
                && strsim::osa_distance(folder.name(), name) == 1
        });
        alike.next().filter(|_| alike.next().is_none())
    }

    /// The paths of all Dockerfiles of this name, in no order; those of tests and examples left out.
    pub fn dockerfiles_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = TreePath> + 'a {
        let all = self.listed.dockerfiles.values().flatten().map(|&file| self.path(file));
        all.filter(move |path| path.name() == name)
    }
}
