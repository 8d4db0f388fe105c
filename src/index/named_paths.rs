//! Files that are not there and that others name: scripts that write them, workflows that copy them.

use std::collections::{BTreeSet, HashMap};

use aho_corasick::{AhoCorasick, MatchKind};

use super::Index;
use super::sites::{BuildLink, EnvFileLink};
use crate::text::{FileId, TreePath};

/// The files that name each wanted path.
pub(super) type NamedBy = HashMap<String, BTreeSet<FileId>>;

impl Index {
    /// Whether some other file names this path: a script that writes it, a workflow that copies it. A
    /// bare name that every project has (`.env`, `Dockerfile`) does not count, its path does. Neither do other
    /// compose files, which want the file too, nor a `cp` from a file that is not there.
    #[must_use]
    pub fn is_path_mentioned(&self, path: &TreePath, besides: FileId) -> bool {
        let needle = needle_of(path);
        match self.named_by.get_or_init(|| self.find_named_paths()).get(needle) {
            Some(files) => files.iter().any(|&file| file != besides),
            None => self.files.iter().any(|file| file.id != besides && file.text.contains(needle)),
        }
    }

    /// Looks for all paths that sites miss, in one pass over all texts.
    fn find_named_paths(&self) -> NamedBy {
        let wanted: BTreeSet<&str> = self
            .all_sites()
            .iter()
            .flat_map(|site| {
                let build = match &site.build {
                    BuildLink::Missing(path) => Some(path),
                    _ => None,
                };
                let env_files = site.env_files.iter().filter_map(|link| match link {
                    EnvFileLink::Missing(path) => Some(path),
                    _ => None,
                });
                build.into_iter().chain(env_files)
            })
            .map(needle_of)
            .collect();
        let wanted: Vec<&str> = wanted.into_iter().collect();
        let mut found = NamedBy::new();
        let Ok(search) = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&wanted) else {
            return found;
        };
        let mut files = vec![BTreeSet::new(); wanted.len()];
        for file in self.files.iter().filter(|file| self.compose(file.id).is_none()) {
            for hit in search.find_overlapping_iter(&file.text) {
                if self.copies_nothing(line_at(&file.text, hit.start()), file.path.root_name()) {
                    continue;
                }
                if let Some(files) = files.get_mut(hit.pattern().as_usize()) {
                    files.insert(file.id);
                }
            }
        }
        found.extend(wanted.into_iter().map(str::to_owned).zip(files));
        found
    }
}

impl Index {
    /// Whether a line of a script copies from a path at which nothing stands, seen from the root of the tree.
    #[must_use]
    pub fn copies_nothing(&self, line: &str, root: Option<&str>) -> bool {
        let mut words = line.split_whitespace().skip_while(|word| *word != "cp").skip(1);
        let Some(source) = words.find(|word| !word.starts_with('-')) else { return false };
        let source = source.trim_matches(['"', '\'']);
        let is_plain = source.contains('/') && !source.starts_with('/') && !source.contains(['$', '*', '~']);
        is_plain && TreePath::root(root).join(source).is_some_and(|path| self.files.at(&path).is_none())
    }
}

/// The line of a text that holds the byte at `offset`.
fn line_at(text: &str, offset: usize) -> &str {
    let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("")
}

/// The text by which others name a path: its last part where that tells which file is meant.
fn needle_of(path: &TreePath) -> &str {
    match path.name() {
        ".env" | "Dockerfile" => path.within_root(),
        name => name,
    }
}
