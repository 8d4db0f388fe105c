//! A tree of many services, and the matrix that `init` declares for it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use envcheck::engine::{Report, Settings, Snapshot};
use envcheck::init::plan;
use envcheck::matrix::read;
use envcheck::system::MemorySystem;
use envcheck::text::{FileId, SourceFile, TreePath};

use crate::tree;

fn path(text: &str) -> TreePath {
    TreePath::parse(text).unwrap()
}

/// A tree of so many services, and the same with the matrix that `init` writes for it.
fn with_and_without_matrix(services: usize) -> [Snapshot; 2] {
    let mut system = MemorySystem::default();
    for (at, text) in tree::files(services) {
        system.insert(path(&at), text);
    }
    let guessed = Snapshot::take(&system, None);
    for file in plan(&guessed.proposal(), &guessed.index.files, false) {
        system.insert(file.path, file.text);
    }
    let declared = Snapshot::take(&system, None);
    assert!(declared.index.matrix.is_declared());
    assert!(declared.index.matrix_problems.is_empty(), "{:#?}", declared.index.matrix_problems);
    [guessed, declared]
}

/// What a report says, without the places.
fn told(report: &Report) -> BTreeSet<String> {
    report.diagnostics.iter().map(|found| format!("{}: {}", found.rule.0, found.message)).collect()
}

#[test]
fn declaring_the_guess_loses_no_finding() {
    let [guessed, declared] =
        with_and_without_matrix(60).map(|snapshot| told(&snapshot.report(&Settings::default())));
    assert_eq!(guessed.len(), 2, "{guessed:#?}");
    assert_eq!(guessed, declared);
}

/// Of ten thousand services each has its own template, and no route leads through those of the others.
#[test]
fn routes_lead_through_the_sources_of_their_service() {
    const MOST: usize = 8;
    let [_, declared] = with_and_without_matrix(60);
    let supplies = declared.index.supplies();
    assert!(supplies.len() > 300, "{}", supplies.len());
    for supply in supplies {
        assert!(supply.route.links.len() <= MOST, "{supply:#?}");
    }
}

/// Many keys are no bomb of aliases.
#[test]
fn a_large_matrix_is_read_to_its_end() {
    const KEYS: usize = 60_000;
    let mut text = "version: 1\nservices: { api: { root: api } }\nkeys:\n".to_owned();
    for number in 0..KEYS {
        writeln!(text, "  KEY_{number}: {{ service: api }}").unwrap();
    }
    let file = SourceFile::new(FileId(0), path("envs/matrix.yaml"), text);
    let (matrix, problems) = read(&[&file]);
    assert!(problems.is_empty(), "{problems:#?}");
    assert_eq!(matrix.keys.len(), KEYS);
    assert!(matrix.keys.values().all(|spec| spec.services.len() == 1));
}
