//! Which programs read a dotenv file, as far as the tree tells.

use std::collections::BTreeSet;

use crate::index::Index;
use crate::syntax::dotenv::{Dialect, Document};
use crate::text::{SourceFile, TreePath};

/// The programs to compare.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Readers {
    /// The readers. Dialects that differ only in what does not matter here stand for each other.
    pub(super) dialects: BTreeSet<Dialect>,
    /// Whether the tree shows that they read this very file.
    pub(super) known: bool,
}

impl Readers {
    pub(super) fn has(&self, dialect: Dialect) -> bool {
        self.dialects.contains(&dialect)
    }
}

/// The dialect in which code of a kind loads dotenv files.
fn dialect_of(code: &str) -> Option<Dialect> {
    match code {
        "python" => Some(Dialect::PythonDotenv),
        "rust" => Some(Dialect::Dotenvy),
        "typescript" | "javascript" => Some(Dialect::NpmDotenv),
        _ => None,
    }
}

/// The readers of `file`.
pub(super) fn readers(index: &Index, file: &SourceFile, document: &Document) -> Readers {
    let mut dialects = BTreeSet::new();
    for path in live_paths(&file.path) {
        let named = index.dotenv_named_by(&path);
        if named.compose || path.name() == ".env" && index.has_compose_in(&path.folder()) {
            dialects.insert(Dialect::Compose);
        }
        if named.settings {
            dialects.insert(Dialect::PythonDotenv);
        }
    }
    dialects.extend(index.dotenv_loaders_below(file.path.folder().as_str()).filter_map(dialect_of));
    let exports = document.assignments().any(|assignment| assignment.export.is_some());
    let known = !dialects.is_empty();
    if !known {
        dialects.extend([Dialect::Compose, Dialect::PythonDotenv, Dialect::NpmDotenv]);
    }
    if exports {
        dialects.insert(Dialect::Bash);
    }
    Readers { dialects, known }
}

/// The path itself, and for an example the path that it is copied to.
pub(in crate::rules) fn live_paths(path: &TreePath) -> Vec<TreePath> {
    let mut paths = vec![path.clone()];
    let name = path.name();
    for ending in ["example", "sample", "template", "dist", "default", "defaults", "tmpl", "tpl"] {
        for sign in ['.', '-', '_'] {
            if let Some(stem) = name.strip_suffix(ending).and_then(|stem| stem.strip_suffix(sign)) {
                let live = if stem.starts_with('.') || stem.contains('.') {
                    stem.to_owned()
                } else {
                    format!(".{stem}")
                };
                paths.extend(path.folder().join(&live));
            }
        }
    }
    if matches!(name, "example.env" | "sample.env" | "template.env") {
        paths.extend(path.folder().join(".env"));
    }
    paths
}
