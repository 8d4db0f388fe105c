//! Examples of dotenv files that ignore files hide.

use std::collections::BTreeSet;

use crate::text::TreePath;

/// Examples that a pattern such as `.env*` ignores although they are part of the project: git goes on tracking
/// what was added once.
const EXAMPLES: &[&str] = &[".env.example", ".env.sample", ".env.template", ".env.dist"];

/// Examples deeper in the tree than this many folders are not looked for behind the ignore files.
const EXAMPLE_DEPTH: usize = 3;

/// Where examples may lie in the folders of `paths`.
pub(super) fn examples_beside(paths: &[TreePath]) -> Vec<TreePath> {
    let folders: BTreeSet<&str> = paths
        .iter()
        .filter(|path| path.parts().count() <= EXAMPLE_DEPTH + 1)
        .filter_map(|path| path.folders().next())
        .collect();
    let folders = folders.into_iter().filter_map(TreePath::parse);
    folders.flat_map(|folder| EXAMPLES.iter().filter_map(move |name| folder.join(name))).collect()
}
