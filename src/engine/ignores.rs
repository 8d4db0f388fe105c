//! What ignore files and `.gitmodules` say of paths at which nothing stands.

use std::collections::BTreeMap;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::discover::decode;
use crate::system::System;
use crate::text::TreePath;

/// The ignore files of a tree, read as they are asked for.
pub(super) struct Ignores<'s> {
    system: &'s dyn System,
    /// The ignore file of each folder.
    known: BTreeMap<TreePath, Option<Gitignore>>,
    /// The folders of other repositories, by root.
    modules: BTreeMap<TreePath, Vec<TreePath>>,
}

impl<'s> Ignores<'s> {
    pub(super) fn of(system: &'s dyn System) -> Self {
        Self { system, known: BTreeMap::new(), modules: BTreeMap::new() }
    }

    /// Whether an ignore file names a path or a folder above it, or another repository is laid there.
    pub(super) fn name(&mut self, path: &TreePath) -> bool {
        let root = TreePath::root(path.root_name());
        let system = self.system;
        let modules = self.modules.entry(root.clone()).or_insert_with(|| modules_of(system, &root));
        if modules.iter().any(|folder| path.is_below(folder)) {
            return true;
        }
        let mut folder = path.folder();
        loop {
            let globs = self.known.entry(folder.clone()).or_insert_with(|| {
                let text = folder.join(".gitignore").and_then(|path| system.read(&path).ok()).map(decode)?;
                let mut globs = GitignoreBuilder::new("");
                for line in text.lines() {
                    // What is no pattern ignores nothing.
                    let _ = globs.add_line(None, line);
                }
                globs.build().ok()
            });
            let below =
                path.within_root().strip_prefix(folder.within_root()).unwrap_or("").trim_start_matches('/');
            let is_named = |globs: &Gitignore| globs.matched_path_or_any_parents(below, false).is_ignore();
            if globs.as_ref().is_some_and(is_named) {
                return true;
            }
            if folder.within_root().is_empty() {
                return false;
            }
            folder = folder.folder();
        }
    }
}

/// The folders at which a `.gitmodules` lays other repositories.
pub(super) fn modules_of(system: &dyn System, root: &TreePath) -> Vec<TreePath> {
    let text = root.join(".gitmodules").and_then(|path| system.read(&path).ok()).map(decode);
    text.map(|text| folders_of_modules(&text, root)).unwrap_or_default()
}

/// The `path = folder` of a `.gitmodules`.
fn folders_of_modules(text: &str, root: &TreePath) -> Vec<TreePath> {
    let paths = text.lines().filter_map(|line| line.trim().strip_prefix("path")?.trim().strip_prefix('='));
    paths.filter_map(|folder| root.join(folder.trim())).collect()
}
