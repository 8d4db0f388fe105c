//! Examples of dotenv files that ignore files hide.

use crate::text::TreePath;

/// Examples that a pattern such as `.env*` ignores although they are part of the project: git goes on tracking
/// what was added once.
pub(super) const EXAMPLES: &[&str] = &[".env.example", ".env.sample", ".env.template", ".env.dist"];

/// Examples deeper in the tree than this many folders are not looked for behind the ignore files.
const EXAMPLE_DEPTH: usize = 3;

/// The folders of `paths`, which are in order, that examples may lie in.
pub(super) fn folders_of_examples(paths: &[TreePath]) -> Vec<TreePath> {
    // The files of a folder mostly stand together.
    let mut folders: Vec<&str> = paths.iter().filter_map(|path| path.folders().next()).collect();
    folders.dedup();
    folders.sort_unstable();
    folders.dedup();
    let folders = folders.into_iter().filter_map(TreePath::parse);
    folders.filter(|folder| folder.parts().count() <= EXAMPLE_DEPTH).collect()
}

/// Where examples may lie in the folders of `paths`, which are in order.
pub(super) fn examples_beside(paths: &[TreePath]) -> Vec<TreePath> {
    let folders = folders_of_examples(paths).into_iter();
    folders.flat_map(|folder| EXAMPLES.iter().filter_map(move |name| folder.join(name))).collect()
}
