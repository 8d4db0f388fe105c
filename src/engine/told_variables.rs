//! Variables that a manual shows people how to set before they call compose:
//! `SERVER_NAME=example.org docker compose up`, `export SERVER_NAME=...`.
//!
//! Manuals are no files that are read. They are looked at where a compose file takes variables without a default, and
//! only those with the usual names, beside that file and above it.

use std::collections::BTreeSet;

use super::discover::decode;
use crate::fact::{Fact, Need};
use crate::index::Index;
use crate::key::KeyName;
use crate::system::{System, text_of};
use crate::text::{FileId, TreePath};

/// The usual names of manuals.
const MANUALS: &[&str] = &[
    "README.md",
    "readme.md",
    "Readme.md",
    "README.rst",
    "README.adoc",
    "README.txt",
    "README",
    "INSTALL.md",
    "DEPLOY.md",
    "DEPLOYMENT.md",
    "docs/README.md",
    "docs/production.md",
    "docs/deployment.md",
    "docs/deploy.md",
    "docs/install.md",
    "docs/installation.md",
    "docs/docker.md",
];

/// In about so many folders manuals are looked for.
const MOST_FOLDERS: usize = 32;

/// The variables that manuals beside and above compose files set which take some without a default.
pub(super) fn told_variables(index: &Index, system: &dyn System) -> BTreeSet<KeyName> {
    let mut folders: BTreeSet<TreePath> = BTreeSet::new();
    for (file, _) in index.compose_files() {
        if folders.len() >= MOST_FOLDERS {
            break;
        }
        if takes_bare(index, file) {
            let mut folder = index.path(file).folder();
            while folders.insert(folder.clone()) && !folder.within_root().is_empty() {
                folder = folder.folder();
            }
        }
    }
    let manuals = folders.iter().flat_map(|folder| MANUALS.iter().filter_map(|name| folder.join(name)));
    let mut told = BTreeSet::new();
    for path in manuals {
        if let Some(bytes) = system.read(&path).ok().and_then(text_of) {
            told.extend(set_in(&decode(bytes)).map(KeyName::new));
        }
    }
    told
}

/// Whether a compose file takes a variable without a default, so that manuals are looked at.
pub(super) fn takes_bare(index: &Index, file: FileId) -> bool {
    let is_bare = |fact: &Fact| fact.as_read().is_some_and(|(_, read)| read.need == Need::Unknown);
    !index.is_aside(file) && index.interpolations(file).any(is_bare)
}

/// The variables that the commands of a manual set for compose.
fn set_in(text: &str) -> impl Iterator<Item = &str> {
    let mut lines = text.lines().peekable();
    let mut found = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    while let Some(line) = lines.next() {
        let is_exported = line.trim_start_matches([' ', '$', '>', '#']).starts_with("export ");
        let names = line
            .split([' ', '\t', '`', '"', '\'', '('])
            .filter_map(|word| word.split_once('='))
            .map(|(name, _)| name);
        open.extend(names.filter(|name| KeyName::new(name).is_identifier()));
        // A command may go on behind `\` at the end of a line.
        let goes_on = line.trim_end().ends_with('\\') && lines.peek().is_some();
        let is_compose = ["docker compose", "docker-compose", "podman-compose", "docker stack"]
            .iter()
            .any(|program| line.contains(program));
        if is_compose || is_exported {
            found.append(&mut open);
        } else if !goes_on {
            open.clear();
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::set_in;

    #[test]
    fn what_commands_set_for_compose() {
        let text = "Run `A=1 B=2 docker compose up`.\n\n$ export C=3\nD=4 \\\nE=5 \\\n  docker-compose up\nF=6 make\n    F=7\n";
        assert_eq!(set_in(text).collect::<Vec<_>>(), ["A", "B", "C", "D", "E"]);
    }
}
