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
fn faults_are_compared_one_by_one() {
    let tree = repository(&[(".env", "A=1\nB=1\nD=1\nA=1\nB=1\nD=1\n")]);
    tree.write(".env", "A=1\nB=1\nD=1\nC=1\nA=1\nB=1\nD=1\nC=1\n");
    let ran = tree.run("--against HEAD --format concise");
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{ran:?}");
    assert!(ran.out.starts_with(".env:8:1: warning[duplicate-key] `C` is set twice"), "{ran:?}");
    assert!(ran.err.contains("1 of 1 before are still there"), "{ran:?}");
    tree.write(".env", "A=1\nB=1\nD=1\nC=1\nE=1\nF=1\nA=1\nB=1\nD=1\nC=1\nE=1\nF=1\n");
    let value: serde_json::Value =
        serde_json::from_str(&tree.run("--against HEAD --format json").out).unwrap();
    let found = value["diagnostics"].as_array().unwrap();
    assert_eq!(found.len(), 1, "what is new is joined by itself: {value}");
    assert_eq!(found[0]["keys"], serde_json::json!(["C", "E", "F"]));
}

#[test]
fn what_is_new_is_repaired_beside_what_is_told_with_it_otherwise() {
    let old = "services:\n  a:\n    image: acme/a\n    environment:\n      - A=\"x\"\n      - B=\"x\"\n      - C=\"x\"\n";
    let tree = repository(&[("compose.yaml", old)]);
    tree.write("compose.yaml", format!("{old}      - D=\"x\"\n"));
    assert_eq!(tree.run("--format concise").out.lines().count(), 1, "one habit");
    let ran = tree.run("--fix --against HEAD");
    assert!(ran.code == 0 && ran.err.contains("1 fixed, 0 remaining"), "{ran:?}");
    let now = std::fs::read_to_string(tree.path().join("compose.yaml")).unwrap();
    assert_eq!(now, format!("{old}      - D=x\n"));
}

#[test]
fn a_fault_that_spreads_to_another_file_is_new_there() {
    let dockerfile = "FROM node:22\nENV WORKER_COUNT=4\nRUN run --workers $WORKER_CUONT\n";
    let tree = repository(&[("api/Dockerfile", dockerfile), ("web/Dockerfile", dockerfile)]);
    assert_eq!(tree.run("--format concise").out.lines().count(), 1, "one fault");
    assert_eq!(tree.run("--against HEAD").code, 0);
    tree.run("--update-baseline");
    tree.write("worker/Dockerfile", dockerfile);
    for line in ["--no-baseline --against HEAD --format concise", "--format concise"] {
        let ran = tree.run(line);
        assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{ran:?}");
        assert!(ran.out.starts_with("worker/Dockerfile:3:20: warning[undefined-in-stage]"), "{ran:?}");
    }
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

#[test]
fn only_what_is_new_is_mended() {
    let tree = repository(&[(".env", TWICE), ("apps/.env", TWICE)]);
    tree.write(".env", format!("{TWICE}B=1\n"));
    let ran = tree.run("check --diff --against HEAD");
    assert!(ran.code == 1 && !ran.out.contains("apps/"), "{ran:?}");
    let ran = tree.run("check --fix --against HEAD");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.ends_with("1 fixed, 0 remaining\n"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(tree.path().join(".env")).unwrap(), TWICE);
    assert_eq!(std::fs::read_to_string(tree.path().join("apps/.env")).unwrap(), TWICE);
    assert_eq!(tree.run("check --fix --against nowhere").code, 2);
}

/// A repository with two commits, a tag and a branch; the second commit brings a finding.
fn history() -> Tree {
    let tree = repository(&[(".env", "A=1\nB=1\n"), ("apps/web/.env", "C=1\n")]);
    git(&tree, "tag light");
    git(&tree, "tag --annotate --message x heavy");
    git(&tree, "branch earlier");
    tree.write(".env", TWICE);
    commit(&tree);
    tree
}

fn revision(tree: &Tree, name: &str) -> String {
    let output =
        Command::new("git").args(["rev-parse", "--short", name]).current_dir(tree.path()).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn every_name_of_a_commit_will_do() {
    let tree = history();
    let hash = revision(&tree, "HEAD~1");
    for name in ["light", "heavy", "earlier", "HEAD~1", "HEAD^", &hash, "refs/tags/heavy"] {
        let ran = tree.run(&format!("--against {name} --format concise"));
        assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{name}: {ran:?}");
    }
    git(&tree, "gc --quiet --prune=now");
    assert_eq!(tree.run("--against heavy --format concise").out.lines().count(), 1, "packed");
    let ran = tree.run("apps/web --against light");
    assert_eq!(ran.code, 0, "{ran:?}");
}

#[test]
fn clones_of_every_kind() {
    let origin = history();
    let url = format!("file://{}", origin.path().display());
    let place = Tree::new(&[]);
    git(&origin, "config uploadpack.allowFilter true");
    let clone = |options: &str, name: &str| {
        git(&place, &format!("clone --quiet {options} {url} {name}"));
        place.path().join(name)
    };
    let shallow = clone("--depth 1", "shallow");
    let run = |folder: &std::path::Path, line: &str| {
        let line = format!("check {line} {}", folder.display());
        place.run(&line)
    };
    let ran = run(&shallow, "--against origin/main");
    assert_eq!(ran.code, 0, "what it has it can compare with: {ran:?}");
    let ran = run(&shallow, "--against HEAD~1");
    assert!(ran.code == 2 && ran.err.contains("no commit `HEAD~1` in this shallow clone"), "{ran:?}");
    assert!(ran.err.contains("git fetch --unshallow"), "{ran:?}");
    for filter in ["blob:none", "tree:0"] {
        let partial = clone(&format!("--filter={filter}"), filter.split(':').next().unwrap());
        let ran = run(&partial, "--against HEAD");
        assert_eq!(ran.code, 0, "{filter}: {ran:?}");
        let ran = run(&partial, "--against HEAD~1 --format concise");
        let is_told = ran.err.contains("partial clone") || ran.err.contains("git failed: ");
        assert!(ran.code == 2 && ran.out.is_empty() && is_told, "nothing is fetched: {filter}: {ran:?}");
    }
    git(&origin, "worktree add --quiet ../beside-the-repository earlier --detach");
    let beside = origin.path().join("../beside-the-repository");
    std::fs::write(beside.join(".env"), TWICE).unwrap();
    let ran = run(&beside, "--against earlier --format concise");
    std::fs::remove_dir_all(&beside).unwrap();
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "a worktree: {ran:?}");
}

#[test]
fn both_sides_ignore_the_same() {
    let names = ["DATABASE_URL", "CACHE_ADDRESS", "QUEUE_NAME", "MAIL_SENDER", "PAGE_LENGTH"];
    let reads: String = names.iter().map(|name| format!("print(os.environ[\"{name}\"])\n")).collect();
    let example: String = names.iter().map(|name| format!("{name}=x\n")).collect();
    let tree = repository(&[
        (".gitignore", "/local/\n"),
        (".ignore", "*.local.py\n"),
        ("main.py", &format!("import os\n\n{reads}")),
        (".env.example", &format!("{example}LEGACY_SEARCH_ADDRESS=http://localhost:9200\n")),
        ("envcheck.yaml", "version: 1\nenvironments: { local: { sources: [dotenv: local/keys.env] } }\n"),
    ]);
    // Tracked, and nothing for tools: a walk passes it over. Nothing else reads that key.
    tree.write("old.local.py", "import os\n\nprint(os.environ[\"LEGACY_SEARCH_ADDRESS\"])\n");
    git(&tree, "add --force old.local.py");
    commit(&tree);
    // What git is told to ignore is no part of any commit: it is the same on both sides.
    std::fs::create_dir(tree.path().join("local")).unwrap();
    tree.write("local/keys.env", TWICE);
    let now = tree.run("--format concise").out;
    assert!(now.contains(".env.example:6:1: warning[unread-key]"), "{now}");
    assert!(now.contains("local/keys.env:3:1: warning[duplicate-key]"), "{now}");
    let ran = tree.run("--against HEAD");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.starts_with("no findings new since HEAD, "), "{ran:?}");
}

#[test]
fn both_sides_read_what_is_tracked_though_it_is_ignored() {
    let names = ["DATABASE_URL", "CACHE_ADDRESS", "QUEUE_NAME", "MAIL_SENDER", "PAGE_LENGTH"];
    let reads: String = names.iter().map(|name| format!("print(os.environ[\"{name}\"])\n")).collect();
    let example: String = names.iter().map(|name| format!("{name}=x\n")).collect();
    let tree = repository(&[
        (".gitignore", "*.local.py\n"),
        ("main.py", &format!("import os\n\n{reads}")),
        (".env.example", &format!("{example}LEGACY_SEARCH_ADDRESS=http://localhost:9200\n")),
    ]);
    tree.write("old.local.py", "import os\n\nprint(os.environ[\"LEGACY_SEARCH_ADDRESS\"])\n");
    let ran = tree.run("--format concise");
    assert!(ran.out.contains("[unread-key]"), "not tracked yet: {ran:?}");
    git(&tree, "add --force old.local.py");
    commit(&tree);
    let ran = tree.run("--format concise");
    assert_eq!(ran.code, 0, "an ignore file takes out nothing that is tracked: {ran:?}");
    tree.write(".env.example", format!("{example}LEGACY_SEARCH_ADDRESS=a\nOTHER_SEARCH_ADDRESS=a\n"));
    let ran = tree.run("--against HEAD --format concise");
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{ran:?}");
    assert!(ran.out.contains("OTHER_SEARCH_ADDRESS"), "{ran:?}");
}
