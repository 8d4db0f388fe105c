//! What the ignore files of a commit hide, as a walk of a checkout would apply them.

use std::collections::BTreeMap;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// The names of ignore files, the stronger first.
pub(super) const NAMES: [&str; 2] = [".ignore", ".gitignore"];

/// The ignore files of a tree, by folder. All paths are relative to the root of the repository, with `/`.
#[derive(Debug)]
pub(super) struct IgnoreFiles {
    /// By strength as in [`NAMES`], then by folder; the root is the empty text.
    by_name: [BTreeMap<String, Gitignore>; 2],
    /// What holds in every folder and is no part of the tree, the stronger first.
    outside: Vec<Gitignore>,
}

impl IgnoreFiles {
    /// `found` are ignore files as `(folder, name, text)`, `excludes` the text of `.git/info/exclude`.
    pub(super) fn new(found: impl Iterator<Item = (String, String, String)>, excludes: &str) -> Self {
        let mut by_name = [BTreeMap::new(), BTreeMap::new()];
        for (folder, name, text) in found {
            let place = NAMES.iter().position(|known| *known == name).and_then(|at| by_name.get_mut(at));
            if let (Some(place), Some(globs)) = (place, globs(&text)) {
                place.insert(folder, globs);
            }
        }
        let (global, _) = Gitignore::global();
        let outside = globs(excludes).into_iter().chain((!global.is_empty()).then_some(global));
        Self { by_name, outside: outside.collect() }
    }

    /// Whether a walk never comes to the file at `path`: it or a folder above it is ignored.
    pub(super) fn hide(&self, path: &str) -> bool {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        folders.into_iter().any(|folder| self.matches(folder, true)) || self.matches(path, false)
    }

    fn matches(&self, path: &str, is_folder: bool) -> bool {
        for files in &self.by_name {
            if let Some(is_ignored) = nearest(files, path, is_folder) {
                return is_ignored;
            }
        }
        self.outside.iter().find_map(|globs| verdict(globs, path, is_folder)).unwrap_or(false)
    }
}

/// What the file nearest to `path` that says something says.
fn nearest(files: &BTreeMap<String, Gitignore>, path: &str, is_folder: bool) -> Option<bool> {
    if files.is_empty() {
        return None;
    }
    let above = path.rmatch_indices('/').filter_map(|(at, _)| path.get(..at)).chain(std::iter::once(""));
    above.filter_map(|folder| Some((folder, files.get(folder)?))).find_map(|(folder, globs)| {
        let below = path.strip_prefix(folder)?.trim_start_matches('/');
        verdict(globs, below, is_folder)
    })
}

fn verdict(globs: &Gitignore, path: &str, is_folder: bool) -> Option<bool> {
    match globs.matched(path, is_folder) {
        Match::None => None,
        Match::Ignore(_) => Some(true),
        Match::Whitelist(_) => Some(false),
    }
}

fn globs(text: &str) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    for line in text.trim_start_matches('\u{feff}').lines() {
        // What is no pattern ignores nothing.
        let _ = builder.add_line(None, line);
    }
    builder.build().ok().filter(|globs| !globs.is_empty())
}

#[cfg(test)]
mod tests {
    use super::IgnoreFiles;

    #[test]
    fn as_a_walk_applies_them() {
        let files = [
            ("", ".gitignore", "*.log\n/out/\n.env*\n!keep.log\n"),
            ("apps", ".gitignore", "!a.log\nlocal/\n"),
            ("apps/web", ".ignore", "page.ts\n"),
            ("apps/web", ".gitignore", "!page.ts\n"),
        ];
        let owned = files.map(|(folder, name, text)| (folder.to_owned(), name.to_owned(), text.to_owned()));
        let ignores = IgnoreFiles::new(owned.into_iter(), "secret.txt\n");
        for (path, hidden) in [
            ("x.log", true),
            ("keep.log", false),
            ("apps/a.log", false),
            ("apps/b.log", true),
            ("out/x", true),
            ("apps/out/x", false),
            ("apps/local/deep/x", true),
            ("apps/web/page.ts", true),
            (".env.production", true),
            ("apps/.env", true),
            ("a/secret.txt", true),
            ("README.md", false),
        ] {
            assert_eq!(ignores.hide(path), hidden, "{path}");
        }
    }
}
