//! How long the parts of a run take: `cargo bench --bench micro [-- FILTER]`.
//!
//! The texts are those of the generated monorepo (`monorepo/tree.rs`), of which each kind of file is taken
//! as it stands there; figures of extractors are throughput, those of index and rules are for 100 services.

#![expect(clippy::expect_used, reason = "the paths are constant")]

#[path = "monorepo/tree.rs"]
mod tree;

use std::sync::LazyLock;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use envcheck::engine::{Settings, Snapshot};
use envcheck::index::Index;
use envcheck::rule::Reporter;
use envcheck::rules;
use envcheck::sources;
use envcheck::system::{MemorySystem, System};
use envcheck::text::{FileId, Files, SourceFile, TreePath};

fn main() {
    divan::main();
}

/// Services of the tree that index and rules are measured on.
const SERVICES: usize = 100;

fn memory(services: usize) -> MemorySystem {
    let mut system = MemorySystem::default();
    for (path, text) in tree::files(services) {
        system.insert(TreePath::parse(&path).expect("a path inside of the tree"), text);
    }
    system
}

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| Snapshot::take(&memory(SERVICES), None));

/// The files of the tree that an extractor takes, as one text each.
fn files_of(kind: &str) -> Vec<SourceFile> {
    let index = &SNAPSHOT.index;
    let own = index.files.iter().filter(|file| index.kind(file.id).is_some_and(|own| own.0 == kind));
    own.map(|file| SourceFile::new(file.id, file.path.clone(), file.text.clone())).collect()
}

/// The kinds of which the tree has files.
fn kinds() -> Vec<&'static str> {
    let names = sources::ALL.iter().map(|source| source.kind().0);
    names.filter(|kind| !files_of(kind).is_empty()).collect()
}

#[divan::bench(args = kinds())]
fn extract(bencher: Bencher<'_, '_>, kind: &str) {
    let files = files_of(kind);
    let Some(extractor) = sources::ALL.iter().find(|source| source.kind().0 == kind) else { return };
    let bytes: usize = files.iter().map(|file| file.text.len()).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        files.iter().map(|file| black_box(extractor.extract(file)).facts.len()).sum::<usize>()
    });
}

/// One dotenv file: its time has to grow with its keys, and not faster.
#[divan::bench(args = [1_000, 10_000, 100_000])]
fn dotenv_file(bencher: Bencher<'_, '_>, keys: usize) {
    let text: String = (0..keys).map(|key| format!("SETTING_{key:07}=value-{key}\n")).collect();
    let path = TreePath::parse(".env").expect("a path");
    let Some(extractor) = sources::ALL.iter().find(|source| source.kind().0 == "dotenv") else { return };
    let file = SourceFile::new(FileId(0), path, text);
    bencher.counter(ItemsCount::new(keys)).bench_local(|| black_box(extractor.extract(&file)));
}

#[divan::bench(args = [10, 100, 1_000])]
fn index(bencher: Bencher<'_, '_>, services: usize) {
    let snapshot = Snapshot::take(&memory(services), None);
    let index = &snapshot.index;
    bencher
        .counter(ItemsCount::new(index.files.len()))
        .with_inputs(|| {
            let files = index.files.iter();
            let files = files.map(|file| SourceFile::new(file.id, file.path.clone(), file.text.clone()));
            let kinds = index.files.iter().map(|file| index.kind(file.id));
            (Files::new(files.collect()), index.extractions().to_vec(), kinds.collect())
        })
        .bench_local_values(|(files, extractions, kinds)| {
            Index::build(files, index.matrix.clone(), Vec::new(), extractions, kinds)
        });
}

fn rule_names() -> Vec<&'static str> {
    rules::ALL.iter().map(|rule| rule.meta().id.0).collect()
}

#[divan::bench(args = rule_names())]
fn rule(bencher: Bencher<'_, '_>, name: &str) {
    let Some(rule) = rules::ALL.iter().find(|rule| rule.meta().id.0 == name) else { return };
    let index = &SNAPSHOT.index;
    bencher.bench_local(|| {
        let mut found = Vec::new();
        rule.check(index, &mut Reporter::new(rule.meta(), &mut found));
        found
    });
}

/// Everything but the disk.
#[divan::bench(args = [10, 100, 1_000])]
fn whole(bencher: Bencher<'_, '_>, services: usize) {
    let system = memory(services);
    let files = system.walk().len();
    bencher
        .counter(ItemsCount::new(files))
        .bench_local(|| Snapshot::take(&system, None).report(&Settings::default()).diagnostics.len());
}
