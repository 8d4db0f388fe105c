//! Long files of code are divided before they are parsed: the parts tell what the whole tells.

use std::path::{Path, PathBuf};

use envcheck::fact::Extraction;
use envcheck::sources;
use envcheck::text::{FileId, SourceFile, TreePath};

/// All that the parts of a file and the whole of it tell, each thing on a line; `None` where nobody looks into the file.
fn told(kind: &str, path: &TreePath, text: &str) -> Option<[Vec<String>; 2]> {
    let extractor = sources::ALL.iter().find(|known| known.kind().0 == kind).unwrap();
    if !extractor.claims(path) || !extractor.confirms(path, text) {
        return None;
    }
    let file = SourceFile::new(FileId(0), path.clone(), text.to_owned());
    let lines = |found: Extraction| {
        let facts = found.facts.iter().map(|fact| format!("{fact:?}"));
        let gaps = found.gaps.iter().map(|gap| format!("{gap:?}"));
        let problems = found.problems.iter().map(|problem| format!("{problem:?}"));
        facts.chain(gaps).chain(problems).chain([format!("{:?}", found.structure)]).collect()
    };
    Some([lines(extractor.extract(&file)), lines(extractor.extract_whole(&file))])
}

/// The text with functions before and behind it that have nothing to do with it.
fn lengthened(text: &str) -> String {
    let padding = "func padding() {\n\tcompute(1, 2, 3)\n\tother.Compute()\n}\n\n".repeat(200);
    format!("{text}\n{padding}")
}

#[test]
fn parts_of_go_tell_what_the_whole_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sources/go");
    let mut seen = 0;
    for page in std::fs::read_dir(folder).unwrap() {
        let page = std::fs::read_to_string(page.unwrap().path()).unwrap();
        for text in page.split("\n```go").skip(1).filter_map(|rest| rest.split("\n```").next()) {
            let text = lengthened(text.split_once('\n').map_or("", |(_, text)| text));
            let Some([parts, whole]) = told("go", &TreePath::parse("app/main.go").unwrap(), &text) else {
                continue;
            };
            assert_eq!(parts, whole, "{text}");
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

/// Compares parts and whole of all files below the folder that `DIVIDED` names.
#[test]
#[ignore = "needs a folder of real files in DIVIDED"]
fn parts_of_real_files_tell_what_the_whole_does() {
    let root = PathBuf::from(std::env::var_os("DIVIDED").expect("DIVIDED names a folder"));
    let (mut seen, mut unlike) = (0, Vec::new());
    for entry in ignore::WalkBuilder::new(&root).hidden(false).build().flatten() {
        let Some(path) = entry.path().strip_prefix(&root).ok().and_then(Path::to_str) else { continue };
        let Some(tree_path) = TreePath::parse(path) else { continue };
        let kinds = ["typescript", "python", "go"];
        let mut text = None;
        for kind in kinds {
            let extractor = sources::ALL.iter().find(|known| known.kind().0 == kind).unwrap();
            if !extractor.claims(&tree_path) {
                continue;
            }
            let Ok(text) = text.get_or_insert_with(|| std::fs::read_to_string(entry.path())) else {
                continue;
            };
            if let Some([parts, whole]) = told(kind, &tree_path, text) {
                seen += 1;
                if parts != whole {
                    let lacks = whole.iter().filter(|line| !parts.contains(line));
                    let adds = parts.iter().filter(|line| !whole.contains(line));
                    unlike.push(format!(
                        "{path}\n  lacks {:#?}\n  adds {:#?}",
                        lacks.collect::<Vec<_>>(),
                        adds.collect::<Vec<_>>()
                    ));
                }
            }
        }
    }
    assert!(seen > 0, "no code below {}", root.display());
    assert!(unlike.is_empty(), "{}", unlike.join("\n"));
}
