//! Private keys in files of their own that git tracks.

use crate::fact::{SourceKind, is_aside};
use crate::index::Index;
use crate::rule::Reporter;
use crate::system::Tracking;
use crate::text::{Location, Span, TreePath};

/// Words of paths whose keys are made for tests or for one machine of a developer: whoever trusts them, trusts nobody
/// else by them. Certificates in a folder of that name are mostly signed by themselves.
const MADE_UP: &[&str] = &[
    "test",
    "tests",
    "testing",
    "testdata",
    "fixture",
    "fixtures",
    "mock",
    "mocks",
    "example",
    "examples",
    "sample",
    "samples",
    "demo",
    "dummy",
    "fake",
    "spec",
    "snakeoil",
    "selfsigned",
    "self",
    "signed",
    "mkcert",
    "dev",
    "devel",
    "development",
    "develop",
    "local",
    "localhost",
    "docker",
    "compose",
    "ci",
    "e2e",
    "cert",
    "certs",
    "certificate",
    "certificates",
    "ssl",
    "tls",
    "ca",
    "pki",
    "vagrant",
    "insecure",
];

pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let Tracking::Known(tracked) = &index.tracking else { return };
    for (id, extraction) in index.in_focus() {
        let Some((span, _)) = extraction.tokens.first() else { continue };
        let Some(file) = index.files.get(id).filter(|_| is_key_file(index, id)) else { continue };
        let path = &file.path;
        if !tracked.contains(path) || is_aside(path) || is_made_up(path) || index.ignored.contains(&id) {
            continue;
        }
        let line = file.text.get(span.range()).and_then(|key| key.find('\n'));
        let begin = Span::new(span.start as usize, span.start as usize + line.unwrap_or(span.range().len()));
        reporter
            .report(
                format!("git tracks `{path}`, which holds a private key"),
                Location::new(id, begin),
                "readable for everybody who has the repository",
            )
            .why("everybody who has the repository has the file, and its history keeps it")
            .help(format!(
                "take it out with `git rm --cached {}`, list it in .gitignore, and make a new key",
                path.within_root()
            ));
    }
}

/// Whether a file holds a private key and nothing else.
pub(in crate::rules) fn is_key_file(index: &Index, file: crate::text::FileId) -> bool {
    index.kind(file) == Some(SourceKind("private-key"))
}

fn is_made_up(path: &TreePath) -> bool {
    let mut words = path.within_root().split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| MADE_UP.iter().any(|known| word.eq_ignore_ascii_case(known)))
}
