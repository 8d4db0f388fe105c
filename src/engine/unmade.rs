//! What Dockerfiles copy and nobody has: no file, none that is made and ignored, none of another repository.

use std::collections::BTreeSet;

use super::ignores::Ignores;
use crate::index::Index;
use crate::system::System;
use crate::text::TreePath;

/// The paths that Dockerfiles copy, at which nothing stands, and which no ignore file of the tree names.
pub(super) fn unmade(index: &Index, system: &dyn System, ignores: &mut Ignores<'_>) -> BTreeSet<TreePath> {
    let copies = index.unread_copies();
    copies.into_iter().filter(|path| !system.exists(path) && !ignores.name(path)).collect()
}
