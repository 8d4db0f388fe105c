//! What fuzzing once broke: every file of `fuzz/seeds/<target>/` is read, and all places lie in it.

use std::path::Path;

use envcheck::sources;
use envcheck::text::{FileId, SourceFile, TreePath};

/// The targets that files are kept for: the kind that reads them, and a path of that kind.
const TARGETS: &[(&str, &str, &str)] =
    &[("dockerfile", "dockerfile", "Dockerfile"), ("rust", "rust", "src/main.rs")];

#[test]
fn kept_seeds_are_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut read = 0;
    for target in std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap()) {
        let name = target.file_name().into_string().unwrap();
        let &(_, kind, path) = TARGETS
            .iter()
            .find(|(target, ..)| *target == name)
            .expect("files of a target that is listed here");
        let extractor = sources::ALL.iter().find(|known| known.kind().0 == kind).unwrap();
        for seed in std::fs::read_dir(target.path()).unwrap().map(|entry| entry.unwrap().path()) {
            let bytes = std::fs::read(&seed).unwrap();
            let mut text = String::new();
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| '?'));
            }
            let file = SourceFile::new(FileId(0), TreePath::parse(path).unwrap(), text);
            let written = format!("{:?}", extractor.extract(&file));
            for found in written.split("Span { start: ").skip(1) {
                let (start, rest) = found.split_once(", end: ").unwrap();
                let (end, _) = rest.split_once(' ').unwrap();
                let range = start.parse().unwrap()..end.parse().unwrap();
                assert!(file.text.get(range.clone()).is_some(), "{}: {range:?}", seed.display());
            }
            read += 1;
        }
    }
    assert!(read > 0);
}
