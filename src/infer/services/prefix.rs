//! The prefixes of keys that reach browsers.

use crate::fact::{Extraction, Place, Role, is_aside};
use crate::infer::Tree;
use crate::key::public_prefix;
use crate::matrix::Said;
use crate::text::{Location, SourceFile, TreePath};

/// The browser prefix that one file suggests.
enum Prefix {
    /// Surely.
    Certain(Said<String>),
    /// Where no file is certain.
    ByCode(Said<String>),
}

/// What the files suggest, in the order of paths, so that those below a folder lie together.
pub(super) struct FilesByPath<'a> {
    suggestions: Vec<(&'a str, Prefix)>,
}

impl<'a> FilesByPath<'a> {
    pub(super) fn of(tree: &Tree<'a>) -> Self {
        let mut suggestions: Vec<_> = tree
            .own()
            .filter_map(|(file, extraction)| Some((file.path.as_str(), prefix_of(file, extraction)?)))
            .collect();
        suggestions.sort_by_key(|&(path, _)| path);
        Self { suggestions }
    }

    /// The browser prefix that keys below a folder have, if they have one.
    pub(super) fn prefix_below(&self, root: Option<&TreePath>) -> Option<Said<String>> {
        let root = root?;
        let start = match root.within_root() {
            // All files of the tree; those of named roots are sorted out below.
            "" if root.root_name().is_none() => 0,
            _ => self.suggestions.partition_point(|&(path, _)| path < root.as_str()),
        };
        let mut by_code = None;
        for (path, prefix) in self.suggestions.iter().skip(start) {
            if !path.starts_with(root.as_str()) {
                break;
            }
            if !TreePath::parse(path).is_some_and(|path| path.is_below(root)) {
                continue;
            }
            match prefix {
                Prefix::Certain(prefix) => return Some(prefix.clone()),
                Prefix::ByCode(prefix) => by_code = by_code.or(Some(prefix)),
            }
        }
        by_code.cloned()
    }
}

/// The browser prefix that files suggest, given in the order of their paths; of those that are the project's own.
pub(in crate::infer) fn prefix_in<'a>(
    files: impl Iterator<Item = (&'a SourceFile, &'a Extraction)>,
) -> Option<Said<String>> {
    let mut by_code = None;
    for (file, extraction) in files.filter(|(file, _)| !is_aside(&file.path)) {
        match prefix_of(file, extraction) {
            Some(Prefix::Certain(prefix)) => return Some(prefix),
            Some(Prefix::ByCode(prefix)) => by_code = by_code.or(Some(prefix)),
            None => {}
        }
    }
    by_code
}

fn prefix_of(file: &SourceFile, extraction: &Extraction) -> Option<Prefix> {
    // Other code may read such a key too, and publishes nothing.
    let is_browser_code = is_script(file.path.name());
    for fact in &extraction.facts {
        if let Some(prefix) = public_prefix(&fact.key)
            && (is_browser_code || !matches!(fact.role, Role::Reads(_)) || fact.place != Place::Process)
        {
            return Some(Prefix::Certain(Said::at(prefix.to_owned(), fact.at())));
        }
    }
    let mention = extraction
        .mentions
        .iter()
        .filter(|_| is_browser_code)
        .find_map(|mention| Some((public_prefix(&mention.key)?, Location::new(file.id, mention.span))));
    mention.map(|(prefix, at)| Prefix::ByCode(Said::at(prefix.to_owned(), at)))
}

/// Whether a file of this name holds code that browsers may be given.
fn is_script(name: &str) -> bool {
    const ENDINGS: &[&str] =
        &["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "astro", "html"];
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

/// The browser prefix that a file suggests, with whether it is certain.
pub(in crate::infer) fn suggested_prefix(
    file: &SourceFile,
    extraction: &Extraction,
) -> Option<(String, bool)> {
    match prefix_of(file, extraction)? {
        Prefix::Certain(prefix) => Some((prefix.value, true)),
        Prefix::ByCode(prefix) => Some((prefix.value, false)),
    }
}
