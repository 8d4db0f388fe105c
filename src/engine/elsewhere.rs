//! Whether the programs of a tree have code that is not in it.
//!
//! A submodule that is not checked out, or the context of a build in which nothing lies, may read any key.

use std::collections::BTreeSet;

use super::ignores::modules_of;
use crate::index::{BuildLink, Index};
use crate::syntax::interpolation::expand_defaults;
use crate::system::System;
use crate::text::TreePath;

/// Whether another repository, or the context of a build, has no file in the tree.
pub(super) fn lacks_code(index: &Index, system: &dyn System) -> bool {
    let mut folders: BTreeSet<TreePath> = BTreeSet::new();
    let roots: BTreeSet<Option<String>> = index
        .compose_files()
        .map(|(file, _)| index.path(file).root_name().map(str::to_owned))
        .chain([None])
        .collect();
    for root in roots {
        folders.extend(modules_of(system, &TreePath::root(root.as_deref())));
    }
    folders.retain(|folder| !folder.within_root().is_empty());
    folders.iter().any(|folder| !index.files.has_any_in(folder)) || builds_elsewhere(index)
}

/// Whether a compose file in focus builds code that is not in the tree.
pub(super) fn builds_elsewhere(index: &Index) -> bool {
    index.sites().iter().any(|site| {
        // Only a context in which no Dockerfile was found can be empty.
        let BuildLink::Unseen = site.build else { return false };
        let Some(build) = index.compose_service(site).and_then(|service| service.build.as_ref()) else {
            return false;
        };
        if !build.names_source() || index.is_aside(site.file) {
            return false;
        }
        let Some(context) = expand_defaults(&build.context) else { return false };
        if context.contains("://") || context.starts_with("git@") {
            return true;
        }
        let folder = index.path(site.file).folder().join(&context);
        folder.is_none_or(|folder| !folder.within_root().is_empty() && !index.files.has_any_in(&folder))
    })
}
