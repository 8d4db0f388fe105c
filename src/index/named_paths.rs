//! Files that are not there and that others name: scripts that write them, workflows that copy them.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use memchr::memmem::Finder;
use rayon::prelude::*;

use super::Index;
use super::sites::{BuildLink, EnvFileLink};
use crate::fact::Structure;
use crate::text::{FileId, Location, SourceFile, Span, TreePath};

/// Who names each wanted path.
pub(super) type NamedBy = HashMap<String, Named>;

/// Who names one path.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    files: BTreeSet<FileId>,
    /// Lines that would make it from a file that is not there.
    copied: Vec<Location>,
}

impl Index {
    /// Whether some other file names this path: a script that writes it, a workflow that copies it. A
    /// bare name that every project has (`.env`, `Dockerfile`) does not count, its path does. Neither do other
    /// compose files, which want the file too, nor a `cp` from a file that is not there.
    #[must_use]
    pub fn is_path_mentioned(&self, path: &TreePath, besides: FileId) -> bool {
        let needle = needle_of(path);
        match self.named_by.get_or_init(|| self.find_named_paths()).get(needle) {
            Some(named) => named.files.iter().any(|&file| file != besides),
            None => self.files.iter().any(|file| {
                let mut hits = file.text.match_indices(needle);
                file.id != besides && hits.any(|(at, hit)| is_named(&file.text, at..at + hit.len()))
            }),
        }
    }

    /// The first line that would make this path, which a site misses, from a file that is not there.
    #[must_use]
    pub fn copied_from_nothing(&self, path: &TreePath) -> Option<Location> {
        let named = self.named_by.get_or_init(|| self.find_named_paths()).get(needle_of(path))?;
        let names_all = |at: &&Location| {
            self.files.get(at.file).is_some_and(|file| file.slice(at.span).contains(path.within_root()))
        };
        named.copied.iter().find(names_all).copied()
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
        let mut all = vec![Named::default(); wanted.len()];
        for file in self.files.iter().filter(|file| self.compose(file.id).is_none()) {
            for hit in search.find_overlapping_iter(&file.text) {
                let Some(named) = all.get_mut(hit.pattern().as_usize()) else { continue };
                if !is_named(&file.text, hit.range()) {
                    continue;
                }
                let line = line_at(&file.text, hit.start());
                let is_copied = file.text.get(line.range());
                if is_copied.is_some_and(|line| self.copies_nothing(line, file.path.root_name())) {
                    named.copied.push(Location::new(file.id, line));
                } else {
                    named.files.insert(file.id);
                }
            }
        }
        found.extend(wanted.into_iter().map(str::to_owned).zip(all));
        found
    }
}

impl Index {
    /// The dotenv files that services must be given and that are not there.
    #[must_use]
    pub fn missing_env_files(&self) -> BTreeSet<&TreePath> {
        let links = self.all_sites().iter().flat_map(|site| &site.env_files);
        links
            .filter_map(|link| if let EnvFileLink::Missing(path) = link { Some(path) } else { None })
            .collect()
    }

    /// The files that say something and whose texts hold one of some names.
    pub(super) fn files_naming(&self, names: &BTreeSet<String>) -> Vec<FileId> {
        // A text that holds a longer name holds the shorter one in it.
        let is_least =
            |name: &&String| !names.iter().any(|other| other != *name && name.contains(other.as_str()));
        let finders: Vec<Finder<'_>> = names.iter().filter(is_least).map(Finder::new).collect();
        let says_something = |file: &SourceFile| {
            self.extraction(file.id)
                .is_some_and(|said| !said.facts.is_empty() || !matches!(said.structure, Structure::None))
        };
        let named = self.files.iter().as_slice().par_iter().filter(|file| {
            says_something(file) && finders.iter().any(|finder| finder.find(file.text.as_bytes()).is_some())
        });
        named.map(|file| file.id).collect()
    }

    /// Whether a line of a script copies from a path at which nothing stands, seen from the root of the tree.
    fn copies_nothing(&self, line: &str, root: Option<&str>) -> bool {
        let mut words = line.split_whitespace().skip_while(|word| *word != "cp").skip(1);
        let Some(source) = words.find(|word| !word.starts_with('-')) else { return false };
        let source = source.trim_matches(['"', '\'']);
        let is_plain = source.contains('/') && !source.starts_with('/') && !source.contains(['$', '*', '~']);
        is_plain && TreePath::root(root).join(source).is_some_and(|path| self.files.at(&path).is_none())
    }
}

/// The line of a text that holds the byte at `offset`, without its end.
fn line_at(text: &str, offset: usize) -> Span {
    let start = text.get(..offset).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
    Span::new(start, start + line.trim_end().len())
}

/// Whether a text names a file at `range`, and not one of the same name in a folder, or of a longer name: a bare
/// `Dockerfile` is not that of `docker/Dockerfile`.
fn is_named(text: &str, range: Range<usize>) -> bool {
    let name = text.get(range.clone()).unwrap_or("");
    if !matches!(name, ".env" | "Dockerfile") {
        return true;
    }
    let before = text.get(..range.start).unwrap_or("");
    let before = before.strip_suffix("./").unwrap_or(before);
    let behind = text.get(range.end..).unwrap_or("");
    let of_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '/' | '.');
    let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    !before.ends_with(of_path) && !behind.trim_start_matches('.').starts_with(goes_on)
}

/// The text by which others name a path: its last part where that tells which file is meant.
fn needle_of(path: &TreePath) -> &str {
    match path.name() {
        ".env" | "Dockerfile" => path.within_root(),
        name => name,
    }
}
