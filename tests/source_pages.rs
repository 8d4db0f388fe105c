//! Every kind's case pages: `tests/sources/<kind>/*.md`, each case one file and the facts it holds.

use std::path::Path;

use envcheck::sources;
use envcheck::text::{FileId, SourceFile, TreePath};

use crate::support::dump::dump;
use crate::support::page::cases;

#[test]
fn every_kind_reads_its_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sources");
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = Vec::new();
    for extractor in sources::ALL {
        let kind = extractor.kind().0;
        let Ok(pages) = std::fs::read_dir(root.join(kind)) else {
            failures.push(format!("tests/sources/{kind}/ is missing"));
            continue;
        };
        for path in pages
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "md"))
        {
            let mut page = std::fs::read_to_string(&path).unwrap();
            for case in cases(&page).iter().rev() {
                let Some((expected, range)) = &case.expected else {
                    failures.push(format!("{}: {}: no `facts` block", path.display(), case.title));
                    continue;
                };
                let mut found = String::new();
                for (name, content) in &case.files {
                    let tree_path = TreePath::parse(name).unwrap();
                    if !extractor.claims(&tree_path) || !extractor.confirms(&tree_path, content) {
                        found.push_str(&format!("{name} is not claimed\n"));
                        continue;
                    }
                    let file = SourceFile::new(FileId(0), tree_path, content.clone());
                    found.push_str(&dump(&file, &extractor.extract(&file)));
                }
                if update {
                    page.replace_range(range.clone(), &found);
                } else if *expected != found {
                    failures.push(format!(
                        "{}: {}\n--- expected\n{expected}--- found\n{found}",
                        path.display(),
                        case.title
                    ));
                }
            }
            if update {
                std::fs::write(&path, page).unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
