//! Exit codes, and what is said where nothing could be run.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use super::{RULE, TWICE, Tree, program};

#[test]
fn clean_is_zero_and_findings_are_one() {
    let clean = Tree::new(&[(".env", "A=1\n")]).run("");
    assert_eq!((clean.code, clean.err.as_str()), (0, ""), "{clean:?}");
    assert!(clean.out.starts_with("no findings (1 file read: 1 dotenv; 1 key"), "{clean:?}");
    let found = Tree::new(TWICE).run("check");
    assert_eq!((found.code, found.err.as_str()), (1, ""), "{found:?}");
    assert!(found.out.starts_with(&format!("warning[{RULE}]: ")), "{found:?}");
    assert!(found.out.contains("\n1 warning in 1 file (1 file read: 1 dotenv; 2 keys"), "{found:?}");
}

#[test]
fn fail_on_sets_the_bar() {
    let tree = Tree::new(TWICE);
    for (bar, code) in [("note", 1), ("warning", 1), ("error", 0), ("never", 0)] {
        let ran = tree.run(&format!("--fail-on {bar}"));
        assert_eq!(ran.code, code, "{ran:?}");
        assert!(ran.out.contains(RULE), "what is found is printed in any case: {ran:?}");
        assert_eq!(tree.run_with("", &[("ENVCHECK_FAIL_ON", bar)]).code, code);
    }
    assert_eq!(tree.run_with("--fail-on never", &[("ENVCHECK_FAIL_ON", "error")]).code, 0);
}

#[test]
fn rules_are_selected_and_ignored_by_name() {
    let tree = Tree::new(TWICE);
    assert_eq!(tree.run(&format!("--select {RULE}")).code, 1);
    assert_eq!(tree.run(&format!("--ignore {RULE}")).code, 0);
    assert_eq!(tree.run(&format!("--select {RULE} --ignore {RULE}")).code, 0);
    let other = envcheck::rules::ALL.iter().map(|rule| rule.meta().id.0).find(|&id| id != RULE).unwrap();
    assert_eq!(tree.run(&format!("--select {other}")).code, 0);
    assert_eq!(tree.run(&format!("--select {other},{RULE}")).code, 1);
    assert_eq!(tree.run(&format!("--select {other} --select {RULE}")).code, 1);
}

#[test]
fn an_unknown_rule_is_refused_with_a_suggestion() {
    let tree = Tree::new(TWICE);
    for flag in ["--select", "--ignore"] {
        let ran = tree.run(&format!("check {flag} {RULE},duplicated-key"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert_eq!(
            ran.err,
            format!("error: there is no rule `duplicated-key` ({flag})\nhelp: did you mean `{RULE}`?\n")
        );
    }
    let ran = tree.run("--select syntax");
    assert!(
        ran.err.contains("help: `syntax` is a group; its rules are ") && ran.err.contains(RULE),
        "{ran:?}"
    );
}

#[test]
fn nothing_compared_is_not_green() {
    for files in [&[][..], &[("README.md", "A=1")][..], &[(".env", "# nothing\n")][..]] {
        let tree = Tree::new(files);
        for line in ["", "--fail-on never", "--quiet", "--format concise", "--format json"] {
            let ran = tree.run(line);
            assert_eq!(ran.code, 2, "{ran:?}");
            assert!(ran.err.starts_with("error: nothing was compared: "), "{ran:?}");
            assert!(ran.err.contains("help: it looked for ") && ran.err.contains("dotenv"), "{ran:?}");
            assert_eq!(line.contains("json"), !ran.out.is_empty(), "{ran:?}");
        }
    }
}

#[test]
fn paths_that_cannot_be_checked() {
    let tree = Tree::new(&[("deploy/.env", "A=1\n")]);
    let ran = tree.run("nowhere");
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: there is no folder `nowhere`\n"));
    let ran = tree.run("chekc");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("write `envcheck check`"), "{ran:?}");
    let ran = tree.run("deploy/.env");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`deploy/.env` is a file") && ran.err.contains("`envcheck deploy`"), "{ran:?}");
    let ran = tree.run("--matrix nowhere.yaml");
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("error: there is no matrix at `nowhere.yaml`\n"), "{ran:?}");
    let ran = tree.run("--root infra=nowhere");
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: there is no folder `nowhere` (--root infra=...)\n"));
    assert_eq!(tree.run("--root infra").code, 2);
    assert_eq!(tree.run("--root infra=deploy --root infra=deploy").code, 2);
}

#[test]
fn an_invalid_variable_is_named() {
    let tree = Tree::new(TWICE);
    for (name, possible) in [
        ("ENVCHECK_FORMAT", "`full`, `concise`, `json`"),
        ("ENVCHECK_FAIL_ON", "`error`, `warning`, `note`, `never`"),
        ("ENVCHECK_STRICT", "`true`, `false`"),
    ] {
        let ran = tree.run_with("", &[(name, "banana")]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert_eq!(
            ran.err,
            format!(
                "error: the environment variable {name} has the invalid value `banana`\nhelp: it may be {possible}\n"
            )
        );
        assert_eq!(tree.run_with("", &[(name, "")]).code, 1, "an empty {name} is one that is not set");
        assert_eq!(tree.run_with("rules", &[(name, "banana")]).code, 0, "`rules` does not read {name}");
    }
    let ran = tree.run_with("", &[("ENVCHECK_MATRIX", "nowhere")]);
    assert!(ran.code == 2 && ran.err.contains("ENVCHECK_MATRIX"), "{ran:?}");
    let ran = tree.run_with("--format banana", &[("ENVCHECK_FORMAT", "json")]);
    assert!(ran.code == 2 && ran.err.contains("--format <FORMAT>"), "{ran:?}");
}

#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let many: String = (0..3000).map(|n| format!("KEY_{n}=1\nKEY_{n}=1\n")).collect();
    let tree = Tree::new(&[(".env", &many)]);
    for format in ["full", "concise", "json"] {
        let mut child = Command::new(program())
            .args(["check", "--format", format])
            .current_dir(tree.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        reader.read_line(&mut first).unwrap();
        drop(reader);
        let output = child.wait_with_output().unwrap();
        assert!(!first.is_empty());
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{format}");
        assert_eq!(output.status.code(), Some(1), "{format}: what was found does not change");
    }
}

#[test]
fn an_unreadable_file_is_told() {
    let tree = Tree::new(&[(".env", "A=1\n")]);
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret.env"), "B=1\n").unwrap();
    tree.write("envs/matrix.yaml", "version: 1\nenvironments:\n  production:\n    tier: production\n    sources:\n      - dotenv: link/secret.env\n");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(outside.path(), tree.path().join("link")).unwrap();
        let ran = tree.run("--quiet");
        assert!(
            ran.err.contains("warning: cannot read `link/secret.env`: it leads out of the checked tree"),
            "{ran:?}"
        );
    }
}
