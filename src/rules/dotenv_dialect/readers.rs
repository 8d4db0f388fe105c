//! Which programs read a dotenv file, as far as the tree tells.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::fact::Structure;
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

/// What the tree tells, gathered at first use.
#[derive(Debug, Default)]
pub(super) struct Evidence(Option<Gathered>);

#[derive(Debug, Default)]
struct Gathered {
    /// Folders with a compose file, whose `.env` compose reads.
    compose_folders: BTreeSet<TreePath>,
    /// Files that something names as its dotenv, with the reader.
    named: BTreeMap<TreePath, BTreeSet<Dialect>>,
    /// Folders below which code loads dotenv files, with the readers.
    loaders: HashMap<String, BTreeSet<Dialect>>,
}

/// Words by which code of a kind shows that it loads dotenv files.
const LOADERS: &[(&str, Dialect, &[&str])] = &[
    ("python", Dialect::PythonDotenv, &["dotenv", "env_file"]),
    ("rust", Dialect::Dotenvy, &["dotenvy::"]),
    ("typescript", Dialect::NpmDotenv, &["dotenv"]),
    ("javascript", Dialect::NpmDotenv, &["dotenv"]),
];

impl Evidence {
    fn gathered(&mut self, index: &Index) -> &Gathered {
        self.0.get_or_insert_with(|| Gathered::from(index))
    }
}

impl Gathered {
    fn from(index: &Index) -> Self {
        let mut gathered = Self::default();
        for (id, structure) in index.structures() {
            let Some(folder) = index.files.get(id).map(|file| file.path.folder()) else { continue };
            match structure {
                Structure::Compose(compose) => {
                    for entry in compose.services.iter().flat_map(|service| &service.env_files) {
                        if let Some(path) = folder.join(&entry.path.value)
                            && !entry.raw
                        {
                            gathered.named.entry(path).or_default().insert(Dialect::Compose);
                        }
                    }
                    gathered.compose_folders.insert(folder);
                }
                Structure::Settings(classes) => {
                    for path in classes.iter().flat_map(|class| &class.env_files) {
                        if let Some(path) = folder.join(&path.value) {
                            gathered.named.entry(path).or_default().insert(Dialect::PythonDotenv);
                        }
                    }
                }
                _ => {}
            }
        }
        for file in index.files.iter() {
            let Some(kind) = index.kind(file.id) else { continue };
            for (code, dialect, words) in LOADERS {
                if kind.0 == *code && words.iter().any(|word| file.text.contains(word)) {
                    for folder in file.path.folders() {
                        gathered.loaders.entry(folder.to_owned()).or_default().insert(*dialect);
                    }
                }
            }
        }
        gathered
    }
}

/// The readers of `file`.
pub(super) fn readers(
    index: &Index,
    file: &SourceFile,
    document: &Document,
    evidence: &mut Evidence,
) -> Readers {
    let gathered = evidence.gathered(index);
    let mut dialects = BTreeSet::new();
    for path in live_paths(&file.path) {
        dialects.extend(gathered.named.get(&path).into_iter().flatten());
        if path.name() == ".env" && gathered.compose_folders.contains(&path.folder()) {
            dialects.insert(Dialect::Compose);
        }
    }
    dialects.extend(gathered.loaders.get(file.path.folder().as_str()).into_iter().flatten());
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
fn live_paths(path: &TreePath) -> Vec<TreePath> {
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
