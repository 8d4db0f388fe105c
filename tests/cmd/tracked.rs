//! What git tracks, as a tree on disk shows it.

use super::{Ran, Tree};

/// An index of git, version 2, with these paths.
pub(super) fn index(paths: &[&str]) -> Vec<u8> {
    let mut bytes = b"DIRC\0\0\0\x02".to_vec();
    bytes.extend(u32::try_from(paths.len()).unwrap().to_be_bytes());
    for path in paths {
        let start = bytes.len();
        bytes.extend([0; 24]);
        bytes.extend(0o100_644_u32.to_be_bytes());
        bytes.extend([0; 32]);
        bytes.extend(u16::try_from(path.len()).unwrap().to_be_bytes());
        bytes.extend(path.bytes().chain([0]));
        bytes.resize(start + (bytes.len() - start).next_multiple_of(8), 0);
    }
    bytes.extend([0; 20]);
    bytes
}

fn check(tree: &Tree, folder: &str) -> Ran {
    super::run_in(&tree.path().join(folder), "check . --format concise --select secret-file-tracked", &[])
}

#[test]
fn what_is_tracked_is_told_apart_from_what_is_not_ignored() {
    let tree = Tree::new(&[("app/.env.local", "SESSION_SECRET=Trocken-Eis-44\n"), ("app/.env", "A=1\n")]);
    for folder in ["", "app"] {
        let ran = check(&tree, folder);
        assert!(ran.code == 1 && ran.out.contains("no ignore file covers"), "{ran:?}");
    }
    tree.write(".git/index", index(&["app/.env", "app/.env.local"]));
    for folder in ["", "app"] {
        let ran = check(&tree, folder);
        assert!(ran.code == 1 && ran.out.contains("git tracks"), "{folder} {ran:?}");
    }
    // An ignore file does not take out what is tracked.
    tree.write(".gitignore", ".env.local\n");
    assert!(check(&tree, "").out.contains("git tracks"));
    // What is ignored and not tracked is nobody's business.
    tree.write(".git/index", index(&["app/.env"]));
    assert_eq!(check(&tree, "").code, 0);
    assert!(!tree.run("files").out.contains(".env.local"));
    // An index that is not understood: only the ignore file is known.
    tree.write(".git/index", b"DIRC\0\0\0\x09");
    assert_eq!(check(&tree, "").code, 0);
    std::fs::remove_file(tree.path().join(".gitignore")).unwrap();
    assert!(check(&tree, "").out.contains("no ignore file covers"));
    // No repository: nobody would commit it.
    std::fs::remove_dir_all(tree.path().join(".git")).unwrap();
    assert_eq!(check(&tree, "").code, 0);
}
