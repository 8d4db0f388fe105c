//! Tokens that no key is known to hold: in code, commands, steps and configuration.

use std::collections::BTreeSet;

use super::super::secret_file_tracked::is_key_file;
use super::{LABEL, end, is_tracked_file, with_article};
use crate::index::Index;
use crate::rule::Reporter;
use crate::secret::Secret;
use crate::text::{FileId, Location, TreePath};

/// Words of paths whose tokens are made up.
const OF_SAMPLES: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "testutil",
    "testutils",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "demos",
    "snapshot",
    "snapshots",
    "stub",
    "stubs",
    "dummy",
    "fake",
    "fakes",
    "spec",
    "specs",
    "seed",
    "seeds",
    "cassette",
    "cassettes",
    "e2e",
    "doc",
    "docs",
    "documentation",
    "tutorial",
    "tutorials",
    "bench",
    "benches",
    "benchmark",
    "benchmarks",
    "story",
    "stories",
    "dist",
];

/// Reports each token of a file once, unless its place is told already.
pub(super) fn ask(
    index: &Index,
    told: &BTreeSet<Location>,
    is_told_whole: &mut dyn FnMut(FileId) -> bool,
    reporter: &mut Reporter<'_>,
) {
    for (file, extraction) in index.in_focus().filter(|(_, extraction)| !extraction.tokens.is_empty()) {
        let is_silent = is_of_samples(&index.path(file)) || is_key_file(index, file) || is_told_whole(file);
        if !is_tracked_file(index, file) || is_silent {
            continue;
        }
        let Some(source) = index.files.get(file) else { continue };
        let mut seen: BTreeSet<u64> = BTreeSet::new();
        for (span, provider) in &extraction.tokens {
            let at = Location::new(file, *span);
            let overlaps = |other: &Location| {
                other.file == file && other.span.start < span.end && span.start < other.span.end
            };
            let text = source.slice(*span);
            let is_of_tests = source.path.name().ends_with(".rs")
                && source
                    .text
                    .get(..span.start as usize)
                    .is_some_and(|before| before.contains("#[cfg(test)]"));
            if is_of_tests || told.iter().any(overlaps) || !seen.insert(Secret::new(text).fingerprint()) {
                continue;
            }
            let message = format!("{} stands in plain text", with_article(provider.name));
            end(reporter.report(message, at, LABEL));
        }
    }
}

/// Whether a path says that what lies there is made up.
fn is_of_samples(path: &TreePath) -> bool {
    let within = path.within_root();
    let mut words = within.split(|c: char| !c.is_ascii_alphanumeric());
    let stem = path.name().split('.').next().unwrap_or("");
    words.any(|word| OF_SAMPLES.iter().any(|known| word.eq_ignore_ascii_case(known)))
        || ["Test", "Tests", "Spec", "Mock", "Fixture"].iter().any(|end| stem.ends_with(end))
}
