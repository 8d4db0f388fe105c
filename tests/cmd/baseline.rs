//! The baseline, by the real program.

use super::{Tree, run_in};
use crate::support::page::CANARY;

const NAME: &str = "envcheck.baseline.json";

fn read(tree: &Tree) -> String {
    std::fs::read_to_string(tree.path().join(NAME)).unwrap()
}

#[test]
fn what_is_counted_is_not_reported_and_the_counts_only_fall() {
    let tree = Tree::new(&[(".env", "A=1\nA=2\nA=3\nB=1\nB=1\n"), ("apps/.env", "C=1\nC=1\n")]);
    let before = tree.run("--format concise").out.lines().count();
    assert!(before >= 3, "three keys are set twice");
    let ran = tree.run("--update-baseline");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(
        ran.out,
        format!("wrote {NAME}: it counts {before} findings ({before} more than before, 0 fewer)\n")
    );
    let first = read(&tree);
    assert!(
        first.contains("\n    {\"file\": \".env\", \"rule\": \"duplicate-key\", \"key\": \"A\", \"count\": "),
        "{first}"
    );
    let ran = tree.run("");
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.out.starts_with(&format!("no findings, {before} in the baseline (2 files read: ")),
        "{}",
        ran.out
    );
    let ran = tree.run("--update-baseline");
    assert_eq!(ran.out, format!("{NAME} is up to date: it counts {before} findings\n"));
    assert_eq!(read(&tree), first, "the same findings, the same bytes");
    // One more is reported, wherever lines moved to.
    tree.write("apps/.env", "# a line\nX=1\n\nC=1\nC=1\nD=1\nD=1\n");
    let ran = tree.run("--format concise");
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1), "{ran:?}");
    assert!(ran.out.starts_with("apps/.env:7:1: "), "{}", ran.out);
    assert_eq!(tree.run("--no-baseline --format concise").out.lines().count(), before + 1);
    // A mended one must leave the file.
    tree.write("apps/.env", "C=1\nD=1\nD=1\n");
    let ran = tree.run("--format concise");
    assert_eq!((ran.code, ran.out.lines().count()), (1, 2), "{ran:?}");
    assert!(ran.out.contains("warning[unused-suppression] the baseline counts 1 finding of `duplicate-key` in `apps/.env` about `C`"), "{}", ran.out);
    let ran = tree.run("--update-baseline=shrink");
    assert!(ran.out.contains("(0 more than before, 1 fewer)"), "{ran:?}");
    let ran = tree.run("--format concise");
    assert_eq!(ran.out.lines().count(), 1, "the new one is not taken in: {}", ran.out);
    tree.run("--update-baseline");
    assert_eq!(tree.run("").code, 0);
}

#[test]
fn keys_of_one_finding_are_counted_one_by_one() {
    let tree = Tree::new(&[(".env", "A=1\nB=1\nD=1\nA=1\nB=1\nD=1\n")]);
    assert_eq!(tree.run("--format concise").out.lines().count(), 1);
    let ran = tree.run("--update-baseline");
    assert!(ran.out.contains("it counts 3 findings"), "{ran:?}");
    assert_eq!(tree.run("").code, 0);
    tree.write(".env", "A=1\nB=1\nD=1\nC=1\nA=1\nB=1\nD=1\nC=1\n");
    let ran = tree.run("--format concise");
    assert!(ran.out.starts_with(".env:8:1: warning[duplicate-key] `C` is set twice"), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
    tree.write(".env", "A=1\nB=1\nD=1\nB=1\nD=1\n");
    let ran = tree.run("--format concise");
    assert!(ran.out.contains("unused-suppression") && ran.out.contains("about `A`"), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
}

#[test]
fn comments_come_first_and_exceptions_are_not_counted() {
    let tree = Tree::new(&[(
        ".env",
        "A=1\nA=1 # envcheck: ignore[duplicate-key] x\nB=1 # envcheck: ignore[duplicate-key] y\n",
    )]);
    let ran = tree.run("--update-baseline");
    assert!(ran.out.contains("it counts 0 findings"), "{ran:?}");
    assert_eq!(
        tree.run("--format concise").out.lines().count(),
        1,
        "an unused comment is no matter of baselines"
    );
}

#[test]
fn rules_that_were_not_asked_keep_their_counts() {
    let tree = Tree::new(&[(".env", "A=1\nA=1\nkey=x"), ("x.env", "Y=1\n")]);
    tree.run("--strict --update-baseline");
    let all = read(&tree);
    assert!(all.contains("missing-final-newline") && all.contains("duplicate-key"), "{all}");
    assert_eq!(tree.run("").code, 0, "a strict rule's count is not judged without --strict");
    assert_eq!(tree.run("--strict").code, 0);
    tree.write(".env", "A=1\nA=1\nkey=x\n");
    tree.run("--select duplicate-key --update-baseline");
    assert_eq!(read(&tree), all);
}

#[test]
fn it_may_lie_anywhere() {
    let tree = Tree::new(&[(".env", "A=1\nA=1\n")]);
    let elsewhere = tempfile::tempdir().unwrap();
    let outside = elsewhere.path().join("known.json");
    for path in ["ci/known.json", outside.to_str().unwrap()] {
        std::fs::create_dir_all(tree.path().join("ci")).unwrap();
        let line = format!("--baseline {path}");
        let ran = tree.run(&line);
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(
            ran.err.starts_with(&format!("error: there is no baseline at `{path}` (--baseline)\n")),
            "{ran:?}"
        );
        assert_eq!(tree.run(&format!("{line} --update-baseline")).code, 0);
        let ran = tree.run(&line);
        assert!(ran.code == 0 && ran.out.contains("1 in the baseline"), "{ran:?}");
        assert_eq!(tree.run("").code, 1, "only where it is named");
        let ran = run_in(&tree.path().join("ci"), &line.replace("ci/", ""), &[]);
        assert_eq!(ran.code, 0, "relative to where one stands: {ran:?}");
    }
    let stale = std::fs::read_to_string(&outside).unwrap().replace("\"A\"", "\"Z\"");
    std::fs::write(&outside, stale).unwrap();
    let ran = tree.run(&format!("--format concise --baseline {}", outside.display()));
    assert!(ran.out.contains("baseline:known.json:4:5: warning[unused-suppression]"), "{ran:?}");
}

#[test]
fn a_broken_one_is_told_and_covers_nothing() {
    let tree = Tree::new(&[(".env", "A=1\nA=1\n"), (NAME, "{ \"version\": 1, \"findings\": [")]);
    let ran = tree.run("--format concise");
    assert_eq!(ran.code, 1);
    assert!(
        ran.out
            .contains("envcheck.baseline.json:1:1: error[unknown-suppression] the baseline cannot be read: "),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("duplicate-key"), "{}", ran.out);
    assert_eq!(tree.run("--update-baseline=shrink").code, 2);
    assert_eq!(tree.run("--update-baseline").code, 0);
    assert_eq!(tree.run("").code, 0);
}

#[test]
fn it_names_no_values_and_mentions_no_keys() {
    let tree = Tree::new(&[(
        ".env",
        &format!("API_TOKEN={CANARY}\nAPI_TOKEN={CANARY}x\nDB_PASSWORD = '{CANARY}' x\n"),
    )]);
    tree.write(
        "docker-compose.yml",
        format!("services:\n  a:\n    image: a\n    environment:\n      - DB_PASSWORD=\"{CANARY}\"\n"),
    );
    tree.run("--strict --update-baseline");
    let text = read(&tree);
    assert!(text.contains("API_TOKEN") && !text.contains(CANARY), "{text}");
    let ran = tree.run("files --verbose");
    assert!(ran.out.contains("baseline") && !ran.out.contains("mention"), "{}", ran.out);
    let ran = tree.run("--no-baseline --format json");
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(value["statistics"]["files"].get("mention"), None, "{}", ran.out);
}

#[test]
fn the_settings_may_say_where_it_lies() {
    let tree = Tree::new(&[
        (".env", "A=1\nA=1\n"),
        ("envcheck.toml", "baseline = \"ci/known.json\"\n"),
        ("ci/x", ""),
    ]);
    let ran = tree.run("check --format concise");
    assert!(ran.code == 1 && ran.out.contains("there is no baseline at `ci/known.json`"), "{ran:?}");
    let ran = tree.run("check --update-baseline");
    assert!(ran.code == 0 && ran.out.starts_with("wrote ci/known.json: it counts 1 finding "), "{ran:?}");
    let ran = tree.run("check");
    assert!(ran.code == 0 && ran.out.starts_with("no findings, 1 in the baseline"), "{ran:?}");
    assert_eq!(tree.run("check --no-baseline").code, 1);
    // A flag wins.
    assert_eq!(tree.run("check --update-baseline --baseline other.json").code, 0);
    std::fs::remove_file(tree.path().join("ci/known.json")).unwrap();
    assert_eq!(tree.run("check --baseline other.json").code, 0);
    tree.write("envcheck.toml", "baseline = \"../known.json\"\n");
    let ran = tree.run("check --no-baseline");
    assert!(ran.out.contains("`baseline` must be a path inside the checked tree"), "{ran:?}");
}

/// A read that no example shows, and a slip that is added later: its repair shows it.
const SLIP: [(&str, &str); 2] = [
    (".env.example", "A_KEY=1\nB_KEY=1\nC_KEY=1\n"),
    (
        "main.py",
        "import os\n\nTOKEN = os.environ[\"PAYMENT_TOKEN\"]\n\
         print(os.environ[\"A_KEY\"], os.environ[\"B_KEY\"], os.environ[\"C_KEY\"])\n",
    ),
];

#[test]
fn a_repair_takes_the_counts_of_what_it_mends_out_of_the_baseline() {
    for flags in ["--strict", "--strict --select misspelled-key"] {
        let tree = Tree::new(&SLIP);
        assert_eq!(tree.run("--strict --update-baseline").code, 0);
        assert!(read(&tree).contains("undocumented-key"), "{}", read(&tree));
        tree.write(".env.example", "A_KEY=1\nB_KEY=1\nC_KEY=1\nPAYMENT_TOEKN=\n");
        let ran = tree.run(&format!("check --fix --unsafe-fixes {flags}"));
        assert_eq!(ran.code, 0, "{flags}: {ran:?}");
        assert!(ran.out.contains("fixed [unused-suppression] delete the entry"), "{flags}: {ran:?}");
        let text = std::fs::read_to_string(tree.path().join(".env.example")).unwrap();
        assert!(text.ends_with("PAYMENT_TOKEN=\n"), "{flags}: {text}");
        let counts = read(&tree);
        assert!(!counts.contains("undocumented-key"), "{flags}: {counts}");
        assert_eq!(tree.run("--strict").code, 0, "{flags}");
        let again = tree.run(&format!("check --fix --unsafe-fixes {flags}"));
        assert!(again.err.ends_with("0 fixed, 0 remaining\n"), "{flags}: {again:?}");
        assert_eq!(read(&tree), counts, "{flags}");
        tree.run("--strict --update-baseline");
        assert_eq!(read(&tree), counts, "as an update writes it");
    }
}

#[test]
fn counts_of_what_was_mended_by_hand_are_no_part_of_a_repair() {
    let tree = Tree::new(&[(".env", "A=1\nA=1\n"), ("x.env", "C=1\nC=1\n")]);
    tree.run("--update-baseline");
    tree.write("x.env", "C=1\n");
    tree.write(".env", "A=1\nA=1\n\n\n\n\n\n\n\n\n\n\nB=1\nB=1\n");
    let ran = tree.run("check --fix --select duplicate-key");
    assert!(ran.err.ends_with("1 fixed, 0 remaining\n"), "{ran:?}");
    assert!(read(&tree).contains("x.env"), "nobody asked about it: {}", read(&tree));
}

#[test]
fn a_baseline_elsewhere_keeps_no_repair_back() {
    let tree = Tree::new(&SLIP);
    let elsewhere = tempfile::tempdir().unwrap();
    let outside = elsewhere.path().join("known.json");
    let flag = format!("--strict --baseline {}", outside.display());
    assert_eq!(tree.run(&format!("{flag} --update-baseline")).code, 0);
    tree.write(".env.example", "A_KEY=1\nB_KEY=1\nC_KEY=1\nPAYMENT_TOEKN=\n");
    let ran = tree.run(&format!("check --fix --unsafe-fixes {flag}"));
    let text = std::fs::read_to_string(tree.path().join(".env.example")).unwrap();
    assert!(text.ends_with("PAYMENT_TOKEN=\n"), "{ran:?}");
    assert!(
        ran.code == 1 && ran.out.contains("unused-suppression"),
        "its file is not ours to write: {ran:?}"
    );
}

#[test]
fn stale_counts_are_lowered_by_a_repair() {
    let tree = Tree::new(&[(".env", "A=1\nA=1\nC=1\nC=1\n"), ("x.env", "X=1\nX=1\nY=1\nZ=\"1\n")]);
    tree.run("--update-baseline");
    let first = read(&tree);
    assert!(first.matches("count").count() >= 3, "{first}");
    tree.write("x.env", "X=1\nY=1\n");
    let ran = tree.run("check --fix");
    assert_eq!(ran.code, 0, "{ran:?}");
    let fixed = read(&tree);
    tree.run("--update-baseline");
    assert_eq!(read(&tree), fixed, "as an update would write it");
    tree.write(".env", "A=1\n");
    assert_eq!(tree.run("check --fix").code, 0);
    let fixed = read(&tree);
    tree.run("--update-baseline");
    assert_eq!(read(&tree), fixed, "an empty list too");
}
