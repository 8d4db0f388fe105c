//! Examples of dotenv files that ignore files hide.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

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

/// Whether an ignore file of this text may hide an example, wherever that lies.
pub(super) fn may_hide_examples(text: &str) -> bool {
    let mut patterns = GitignoreBuilder::new("");
    for line in text.trim_start_matches('\u{feff}').lines() {
        // What hides a folder hides all files in it, and such a folder is none of those that are looked into.
        let name = line.trim_end().trim_start_matches('!').rsplit('/').next().unwrap_or("");
        if patterns.add_line(None, name).is_err() {
            return true;
        }
    }
    patterns.build().map_or(true, |patterns| hides_examples(&patterns))
}

/// Whether patterns hide an example that lies beside their file.
pub(super) fn hides_examples(patterns: &Gitignore) -> bool {
    EXAMPLES.iter().any(|name| patterns.matched(name, false).is_ignore())
}

/// Where examples may lie in the folders of `paths`, which are in order.
pub(super) fn examples_beside(paths: &[TreePath]) -> Vec<TreePath> {
    let folders = folders_of_examples(paths).into_iter();
    folders.flat_map(|folder| EXAMPLES.iter().filter_map(move |name| folder.join(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::may_hide_examples;

    #[test]
    fn tells_which_ignore_files_matter() {
        for text in [
            ".env*\n",
            "!.env.example\n",
            "a\n**/.env.*\n",
            "apps/web/.env.sample\n",
            "*\n",
            ".*",
            "[.]env?example",
        ] {
            assert!(may_hide_examples(text), "{text}");
        }
        for text in [
            "",
            "# .env*\n",
            ".env\n.env.local\n.env.*.local\n",
            "*.log\n/dist/\nnode_modules/\n",
            "\u{feff}env*",
        ] {
            assert!(!may_hide_examples(text), "{text}");
        }
    }
}
