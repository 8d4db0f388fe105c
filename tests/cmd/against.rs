//! `--against`, with real repositories.

use std::process::Command;

use super::Tree;

/// Runs git in the tree; nothing of the machine's own settings has a part.
fn git(tree: &Tree, line: &str) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@example.com",
            "-c",
            "init.defaultBranch=main",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(line.split_whitespace())
        .current_dir(tree.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {line}: {}", String::from_utf8_lossy(&output.stderr));
}

fn commit(tree: &Tree) {
    git(tree, "add --all");
    git(tree, "commit --quiet --allow-empty --message x");
}

fn repository(files: &[(&str, &str)]) -> Tree {
    let tree = Tree::new(files);
    std::fs::remove_dir(tree.path().join(".git")).unwrap();
    git(&tree, "init --quiet");
    commit(&tree);
    tree
}

const TWICE: &str = "A=1\nB=1\nA=1\n";

#[test]
fn only_what_is_new_is_reported() {
    let tree = repository(&[(".env", TWICE), ("apps/.env", TWICE)]);
    git(&tree, "checkout --quiet -b topic");
    tree.write(".env", format!("# moved\n\n{TWICE}B=1\n"));
    let ran = tree.run("--against main --format concise");
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{ran:?}");
    assert!(ran.out.starts_with(".env:6:1: warning[duplicate-key] `B` "), "{ran:?}");
    assert!(
        ran.err.contains("1 warning in 1 file new since main, 2 of 2 before are still there ("),
        "{ran:?}"
    );
    let value: serde_json::Value =
        serde_json::from_str(&tree.run("--against main --format json").out).unwrap();
    assert_eq!(value["statistics"]["comparison"]["known"], 2);
    assert_eq!(value["statistics"]["comparison"]["commit"].as_str().unwrap().len(), 40);
    // A file that moved takes its findings along.
    std::fs::rename(tree.path().join("apps"), tree.path().join("services")).unwrap();
    assert_eq!(tree.run("--against main --format concise").out.lines().count(), 1);
    commit(&tree);
    assert_eq!(tree.run("--against HEAD").code, 0, "what is committed is known");
    tree.write(".env", "B=1\n");
    let ran = tree.run("--against main");
    assert!(
        ran.code == 0 && ran.out.starts_with("no findings new since main, 1 of 2 before are still there"),
        "{ran:?}"
    );
}

#[test]
fn compared_is_with_the_merge_base() {
    let tree = repository(&[(".env", TWICE)]);
    git(&tree, "checkout --quiet -b topic");
    commit(&tree);
    git(&tree, "checkout --quiet main");
    tree.write(".env", "A=1\n");
    commit(&tree);
    git(&tree, "checkout --quiet topic");
    let ran = tree.run("--against main");
    assert_eq!(ran.code, 0, "that main mended it since does not make it new here: {ran:?}");
}

#[test]
fn a_folder_of_the_repository_and_its_own_exceptions() {
    let tree = repository(&[
        ("sub/envs/matrix.yaml", "version: 1\n"),
        ("sub/.env", "A=1\nA=1 # envcheck: ignore[duplicate-key] why\n"),
        (".env", TWICE),
    ]);
    assert_eq!(tree.run("sub --against HEAD").code, 0);
    tree.write("sub/.env", "A=1\nA=1\n");
    let ran = tree.run("sub --against HEAD --format concise");
    assert!(
        ran.code == 1 && ran.out.starts_with(".env:2:1: warning[duplicate-key]"),
        "without its exception it is new: {ran:?}"
    );
    tree.write("new/.env", TWICE);
    assert_eq!(tree.run("new --against HEAD").code, 1, "a folder that is new");
}

#[test]
fn links_and_named_roots() {
    let infra = Tree::new(&[("deploy/.env", TWICE)]);
    let tree = repository(&[
        ("real/.env", TWICE),
        (
            "envs/matrix.yaml",
            "version: 1\nenvironments:\n  production:\n    tier: production\n    sources:\n      - dotenv: link/.env\n",
        ),
    ]);
    #[cfg(unix)]
    std::os::unix::fs::symlink("real", tree.path().join("link")).unwrap();
    commit(&tree);
    let line = format!("--against HEAD --root infra={}", infra.path().display());
    let ran = tree.run(&line);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with("no findings new since HEAD, "), "{ran:?}");
}

#[test]
fn what_cannot_be_compared_is_told() {
    let tree = repository(&[(".env", TWICE)]);
    let ran = tree.run("--against nowhere");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(
        ran.err.contains("there is no commit `nowhere` in this clone") && ran.err.contains("git fetch"),
        "{ran:?}"
    );
    assert_eq!(tree.run("--against --option").code, 2);
    git(&tree, "checkout --quiet --orphan other");
    // In the same second the same content would be the same commit.
    tree.write("other.env", "C=1\n");
    commit(&tree);
    let ran = tree.run("--against main");
    assert!(ran.code == 2 && ran.err.contains("`main` and HEAD have no commit in common"), "{ran:?}");
    let bare = Tree::new(&[(".env", TWICE)]);
    let ran = bare.run("--against main");
    assert!(ran.code == 2 && ran.err.contains("git cannot read the repository"), "{ran:?}");
    let ran = tree.run_with("--against main", &[("PATH", "/nowhere")]);
    assert!(ran.code == 2 && ran.err.contains("`git` cannot be run"), "{ran:?}");
}
