//! What Dockerfiles copy, or compose files include, and nobody has: no file, none that is made and ignored, none of
//! another repository.

use std::collections::BTreeSet;

use super::ignores::Ignores;
use crate::index::Index;
use crate::system::System;
use crate::text::TreePath;

/// The paths that Dockerfiles copy, and those of compose files that others include or extend, at which nothing stands,
/// and which no ignore file of the tree names.
pub(super) fn unmade(index: &Index, system: &dyn System, ignores: &mut Ignores<'_>) -> BTreeSet<TreePath> {
    let wanted = index.unread_copies().into_iter().chain(index.unread_composes());
    wanted.filter(|path| !is_there(index, system, path) && !ignores.name(path)).collect()
}

/// Whether something stands at a path. What has a file in it that was read need not be looked for: to follow the links
/// on its way takes a question for each folder.
pub(super) fn is_there(index: &Index, system: &dyn System, path: &TreePath) -> bool {
    index.files.below(path).next().is_some() || system.exists(path)
}
