//! Which tree is checked.

use super::{Tree, run_in};

const MATRIX: &str = "version: 1\nproject: demo\n";
const TWICE: &str = "A=1\nA=1\n";

/// The paths that findings are reported at, each once.
fn places(tree: &Tree, below: &str, line: &str) -> Vec<String> {
    let ran =
        run_in(&tree.path().join(below), &format!("{line} --select duplicate-key --format concise"), &[]);
    assert!(ran.code == 1 || ran.code == 0, "{ran:?}");
    let place =
        |line: &str| line.split_once(": warning").unwrap().0.rsplitn(3, ':').last().unwrap().to_owned();
    ran.out.lines().map(place).collect()
}

#[test]
fn without_a_matrix_the_repository_is_the_tree() {
    let tree = Tree::new(&[(".env", TWICE), ("apps/api/.env", TWICE), ("apps/api/src/x", "")]);
    assert_eq!(places(&tree, "", ""), [".env", "apps/api/.env"]);
    assert_eq!(places(&tree, "apps/api/src", ""), [".env", "apps/api/.env"]);
    assert_eq!(places(&tree, "", "apps"), ["api/.env"]);
    assert_eq!(places(&tree, "apps/api/src", ".."), [".env"]);
}

#[test]
fn a_matrix_above_makes_its_folder_the_tree() {
    for matrix in ["envs/matrix.yaml", "envs/matrix.yml", "envcheck.yaml", "envcheck.yml"] {
        let tree = Tree::new(&[(".env", TWICE), ("a/.env", TWICE), ("a/b/.env", TWICE), ("a/b/c/x", "")]);
        tree.write(&format!("a/{matrix}"), MATRIX);
        assert_eq!(places(&tree, "a/b/c", ""), [".env", "b/.env"], "{matrix}");
        assert_eq!(places(&tree, "", "a"), [".env", "b/.env"], "{matrix}");
        assert_eq!(places(&tree, "", "a/b"), ["b/.env"], "{matrix}: only what touches the path");
        assert_eq!(places(&tree, "", ""), [".env", "a/.env", "a/b/.env"], "{matrix} lies below, not above");
    }
}

#[test]
fn a_repository_is_a_wall() {
    let tree = Tree::new(&[
        ("envs/matrix.yaml", MATRIX),
        (".env", TWICE),
        ("sub/.env", TWICE),
        ("sub/.git", "gitdir: x\n"),
    ]);
    assert_eq!(places(&tree, "sub", ""), [".env"]);
    assert_eq!(places(&tree, "", "sub"), [".env"]);
}

#[test]
fn a_matrix_from_elsewhere_brings_nothing_with_it() {
    let tree = Tree::new(&[(".env", TWICE)]);
    let elsewhere = Tree::new(&[
        ("one.yaml", MATRIX),
        (".env", TWICE),
        ("docker-compose.yml", "services: { web: { image: a, environment: { A: b } } }\n"),
        ("envs/matrix.yaml", MATRIX),
        ("envs/production.yaml", "tier: production\n"),
        ("envs/.env", TWICE),
    ]);
    for (matrix, expected) in [
        ("one.yaml", "matrix: matrix:one.yaml\n"),
        ("envs/matrix.yaml", "matrix: matrix:matrix.yaml, matrix:production.yaml\n"),
        ("envs", "matrix: matrix:matrix.yaml, matrix:production.yaml\n"),
    ] {
        let matrix = elsewhere.path().join(matrix);
        let line = format!("--matrix {}", matrix.display());
        assert_eq!(places(&tree, "", &line), [".env"]);
        let ran = tree.run(&format!("{line} --verbose"));
        assert!(ran.err.contains(expected), "{ran:?}");
        let named = [("ENVCHECK_MATRIX", matrix.to_str().unwrap())];
        assert!(tree.run_with("--verbose", &named).err.contains(expected));
        let all = tree.run(&format!("files {line}")).out;
        assert!(!all.contains("compose"), "{all}");
    }
    let ran = tree.run(&format!("--matrix {} --root matrix=.", elsewhere.path().join("one.yaml").display()));
    assert_eq!(ran.code, 2, "{ran:?}");
}

#[test]
fn named_roots_are_part_of_the_run() {
    let tree = Tree::new(&[(".env", TWICE)]);
    let infra = Tree::new(&[("deploy/.env", TWICE)]);
    let line = format!("--root infra={}", infra.path().display());
    assert_eq!(places(&tree, "", &line), [".env", "infra:deploy/.env"]);
}

#[test]
fn no_output_tells_where_the_tree_lies() {
    let tree = Tree::new(&[("apps/.env", TWICE), ("envs/matrix.yaml", MATRIX)]);
    let here = tree.path().to_str().unwrap().to_owned();
    for line in ["", "apps", "--format json", "--format concise -v", "-v apps", "files", "files apps"] {
        for below in ["", "apps"] {
            let ran = run_in(&tree.path().join(below), line, &[]);
            assert!(!ran.out.contains(&here) && !ran.err.contains(&here), "{line}: {ran:?}");
        }
    }
}
