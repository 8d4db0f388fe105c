//! Examples of dotenv files that ignore files hide from a walk.

use std::fs;
use std::path::PathBuf;

use ignore::gitignore::Gitignore;
use rayon::prelude::*;

use super::OsSystem;
use crate::system::examples::{EXAMPLES, folders_of_examples, hides_examples, may_hide_examples};
use crate::text::TreePath;

impl OsSystem {
    /// Whether an ignore file may hide an example: one among `paths`, or one that holds for a root and is no part of it. An
    /// ignore file that hides itself is nobody's but its owner's, and so is what it hides.
    fn may_hide_examples(&self, paths: &[TreePath]) -> bool {
        let hides = |file: PathBuf| {
            fs::read(file).is_ok_and(|text| may_hide_examples(&String::from_utf8_lossy(&text)))
        };
        let mut found = paths.iter().filter(|path| matches!(path.name(), ".gitignore" | ".ignore"));
        let roots = std::iter::once(&self.root).chain(self.named.iter().map(|(_, base)| base));
        hides_examples(&Gitignore::global().0)
            || roots.flat_map(|root| root.ancestors()).any(|folder| {
                [".gitignore", ".ignore", ".git/info/exclude"].iter().any(|name| hides(folder.join(name)))
            })
            || found.any(|path| self.base(path).is_some_and(|base| hides(base.join(path.within_root()))))
    }

    /// The examples in the folders of `paths` that the ignore files hide.
    pub(super) fn ignored_examples(&self, paths: &[TreePath]) -> Vec<TreePath> {
        if !self.may_hide_examples(paths) {
            return Vec::new();
        }
        let base = |name: Option<&str>| match name {
            None => Some(&self.root),
            Some(name) => self.named.iter().find(|(known, _)| known == name).map(|(_, base)| base),
        };
        folders_of_examples(paths)
            .into_par_iter()
            .flat_map_iter(|folder| {
                let place = base(folder.root_name()).map(|base| base.join(folder.within_root()));
                let is_there = |name: &&&str| {
                    let found = place.as_ref().map(|place| fs::symlink_metadata(place.join(name)));
                    found.is_some_and(|found| found.is_ok_and(|found| found.is_file()))
                };
                let there: Vec<&&str> = EXAMPLES.iter().filter(is_there).collect();
                there.into_iter().filter_map(move |name| folder.join(name))
            })
            .collect()
    }
}
