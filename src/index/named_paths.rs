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
    /// bare name that every project has (`.env`, `Dockerfile`) does not count, its path does.
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
        for file in self.files.iter() {
            for hit in search.find_overlapping_iter(&file.text) {
                if let Some(files) = files.get_mut(hit.pattern().as_usize()) {
                    files.insert(file.id);
                }
            }
        }
        found.extend(wanted.into_iter().map(str::to_owned).zip(files));
        found
    }
}

/// The text by which others name a path: its last part where that tells which file is meant.
fn needle_of(path: &TreePath) -> &str {
    match path.name() {
        ".env" | "Dockerfile" => path.within_root(),
        name => name,
    }
}

/// Notes which of the wanted paths a file names now; tells whether that changed.
pub(super) fn renew(named_by: &mut NamedBy, file: FileId, text: &str) -> bool {
    let mut changed = false;
    #[expect(clippy::iter_over_hash_type, reason = "each entry is looked at by itself")]
    for (needle, files) in named_by {
        changed |= if text.contains(needle.as_str()) { files.insert(file) } else { files.remove(&file) };
    }
    changed
}
