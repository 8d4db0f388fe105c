//! What a team asks of the rules, and how flags win over it.

use super::{RULE, TWICE, Tree};

/// A tree with one finding, and settings.
fn with(settings: &str) -> Tree {
    let tree = Tree::new(TWICE);
    tree.write("envcheck.toml", settings);
    tree
}

/// The findings of a tree, one per line, without colours and excerpts.
fn found(tree: &Tree, line: &str) -> (i32, Vec<String>) {
    let ran = tree.run(&format!("check --format concise {line}"));
    (ran.code, ran.out.lines().map(str::to_owned).collect())
}

fn heads(tree: &Tree, line: &str) -> Vec<String> {
    let head = |line: &String| line.split_once(": ").unwrap().1.split_once(']').unwrap().0.to_owned();
    found(tree, line).1.iter().map(head).collect()
}

#[test]
fn levels_are_set() {
    for (level, line, expected) in [
        ("error", "", vec!["error[duplicate-key"]),
        ("warning", "", vec!["warning[duplicate-key"]),
        ("off", "", vec![]),
        ("strict", "", vec![]),
        ("strict", "--strict", vec!["warning[duplicate-key"]),
        // A flag that selects the rule wins.
        ("off", "--select duplicate-key", vec!["warning[duplicate-key"]),
        ("strict", "--select duplicate-key", vec!["warning[duplicate-key"]),
        ("error", "--ignore duplicate-key", vec![]),
        ("error", "--isolated", vec!["warning[duplicate-key"]),
        ("off", "--isolated", vec!["warning[duplicate-key"]),
    ] {
        let tree = with(&format!("[rules]\n{RULE} = \"{level}\"\n"));
        assert_eq!(heads(&tree, line), expected, "{level} {line}");
        let tree = with(&format!("[rules.{RULE}]\nlevel = \"{level}\"\n"));
        assert_eq!(heads(&tree, line), expected, "{level} {line}");
    }
}

#[test]
fn a_level_holds_for_findings_with_a_severity_of_their_own() {
    let tree = Tree::new(&[(".env", "A=1\nA=2\n"), ("app/.env", "A=1\nA=2\n")]);
    assert_eq!(heads(&tree, ""), ["error[duplicate-key"; 2]);
    for settings in ["[rules]\nduplicate-key = \"warning\"\n", "[rules.duplicate-key]\nlevel = \"warning\"\n"]
    {
        tree.write("envcheck.toml", settings);
        assert_eq!(heads(&tree, ""), ["warning[duplicate-key"; 2], "{settings}");
    }
    tree.write(
        "envcheck.toml",
        "[[overrides]]\npaths = [\"app\"]\nrules = { duplicate-key = \"warning\" }\n",
    );
    assert_eq!(heads(&tree, ""), ["error[duplicate-key", "warning[duplicate-key"]);
}

#[test]
fn rules_are_selected_and_ignored() {
    assert_eq!(heads(&with("select = [\"key-style\"]\n"), ""), [""; 0]);
    assert_eq!(heads(&with("ignore = \"duplicate-key\"\n"), ""), [""; 0]);
    // A flag takes the place of the team's selection, and of what it ignores.
    assert_eq!(
        heads(&with("select = [\"key-style\"]\n"), "--select duplicate-key"),
        ["warning[duplicate-key"]
    );
    assert_eq!(
        heads(&with("ignore = [\"duplicate-key\"]\n"), "--select duplicate-key"),
        ["warning[duplicate-key"]
    );
    let unended = |settings: &str| {
        let tree = Tree::new(&[(".env", "A=1")]);
        tree.write("envcheck.toml", settings);
        heads(&tree, "")
    };
    assert_eq!(unended("strict = false\n"), [""; 0]);
    assert!(unended("strict = true\n").contains(&"warning[missing-final-newline".to_owned()));
    assert_eq!(unended("select = [\"missing-final-newline\"]\n"), ["warning[missing-final-newline"]);
    assert_eq!(unended("rules = { missing-final-newline = \"error\" }\n"), ["error[missing-final-newline"]);
}

#[test]
fn levels_hold_for_parts_of_the_tree() {
    let tree = with(
        "[rules]\nduplicate-key = \"error\"\n\n[[overrides]]\npaths = [\"examples/**\"]\n\
         rules = { duplicate-key = \"off\" }\n\n[[overrides]]\npaths = \"examples/real/\"\n\
         rules = { duplicate-key = \"warning\" }\n",
    );
    for path in ["examples/.env", "examples/real/.env"] {
        tree.write(path, TWICE[0].1);
    }
    let all = ["error[duplicate-key", "warning[duplicate-key"];
    assert_eq!(heads(&tree, ""), all);
    // A flag selects rules, and leaves the parts of the tree as they are.
    assert_eq!(heads(&tree, "--select duplicate-key"), all);
    let tree = with(
        "rules = { duplicate-key = \"off\" }\noverrides = [{ paths = \"a/\", rules = { duplicate-key = \"warning\" } }]\n",
    );
    tree.write("a/.env", TWICE[0].1);
    let (code, lines) = found(&tree, "");
    assert!(code == 1 && lines.len() == 1 && lines[0].starts_with("a/.env:"), "{lines:?}");
}

#[test]
fn keys_are_allowed_and_paths_excluded() {
    assert_eq!(heads(&with("rules = { duplicate-key = { allow = [\"B\", \"A*\"] } }\n"), ""), [""; 0]);
    assert_eq!(heads(&with("rules = { duplicate-key = { allow = [\"B\"] } }\n"), "").len(), 1);
    let tree = with("exclude = [\"vendor/\"]\n");
    tree.write("vendor/.env", TWICE[0].1);
    assert_eq!(heads(&tree, "").len(), 1);
    assert!(!tree.run("files").out.contains("vendor"));
}

#[test]
fn broken_settings_are_findings_and_the_rest_counts() {
    let tree = with("ignore = [\"duplicate-key\"]\nselect = [\"duplicate-keys\"]\n[rules]\nkey-style = 3\n");
    let (code, lines) = found(&tree, "");
    assert_eq!(code, 1);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    assert!(
        lines[0].contains("envcheck.toml:2:11: error[invalid-setting] there is no rule `duplicate-keys`"),
        "{lines:#?}"
    );
    // Settings cannot silence it, a flag can.
    let tree = with(
        "ignore = [\"invalid-setting\"]\nnonsense = 1\nstrict = 1\n[rules]\ninvalid-setting = \"off\"\n",
    );
    assert_eq!(heads(&tree, "--ignore duplicate-key").len(), 2);
    assert_eq!(heads(&tree, "--ignore duplicate-key,invalid-setting").len(), 0);
    // Whatever stands there, nothing crashes.
    for text in ["", "\u{feff}", "=", "[[[[", "rules = ", "select = [[[]]]", "overrides = [1, {}, [2]]", "\0"]
    {
        let tree = with(text);
        assert!(tree.run("").code == 1, "{text}");
    }
}

#[test]
fn settings_may_lie_anywhere() {
    let elsewhere =
        Tree::new(&[("team.toml", "rules = { duplicate-key = \"off\" }\n"), ("broken.toml", "rule = 1\n")]);
    let tree = with("rules = { duplicate-key = \"error\" }\n");
    tree.write("config/lint.yaml", "rules: { duplicate-key: \"off\" }\n");
    let path = elsewhere.path().join("team.toml");
    assert_eq!(tree.run(&format!("check --config {}", path.display())).code, 0);
    assert_eq!(tree.run("check --config config/lint.yaml").code, 0);
    let named = [("ENVCHECK_CONFIG", path.to_str().unwrap())];
    assert_eq!(tree.run_with("", &named).code, 0);
    assert_eq!(tree.run_with("", &[("ENVCHECK_CONFIG", "")]).code, 1);
    let broken = elsewhere.path().join("broken.toml");
    let ran = tree.run(&format!("check --format concise --config {}", broken.display()));
    assert!(ran.out.contains("settings:broken.toml:1:1: error[invalid-setting]"), "{ran:?}");
    let ran = tree.run("check --config nowhere.toml");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("nowhere.toml") && ran.err.contains("ENVCHECK_CONFIG"), "{ran:?}");
    // Both declarations may come from elsewhere.
    elsewhere.write("m/envcheck.yaml", "version: 1\n");
    let matrix = elsewhere.path().join("m/envcheck.yaml");
    let ran = tree.run(&format!("check -v --matrix {} --config {}", matrix.display(), path.display()));
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.err.contains("matrix: matrix:envcheck.yaml\nsettings: settings:team.toml\n"), "{ran:?}");
}

#[test]
fn settings_are_no_matrix() {
    let tree = with("rules = { duplicate-key = \"error\" }\n");
    assert!(tree.run("check -v").err.contains("matrix: none declared\nsettings: envcheck.toml\n"));
    assert_eq!(tree.run("files").out, "dotenv    3 facts  .env\nsettings  0 facts  envcheck.toml\n");
    // From a folder below, the tree is the folder that holds them.
    tree.write("app/.env", "A=1\n");
    let ran = super::run_in(&tree.path().join("app"), "check -v", &[]);
    assert!(ran.err.starts_with("root: ..\n"), "{ran:?}");
    assert!(
        tree.run("init --dry-run").code != 0 || !tree.run("init --dry-run").out.contains("is there already")
    );
    // A matrix in one file may hold both.
    let tree = with("version = 1\n[lint.rules]\nduplicate-key = \"off\"\n");
    assert_eq!(heads(&tree, ""), [""; 0]);
    assert!(tree.run("check -v").err.contains("matrix: envcheck.toml\nsettings: envcheck.toml\n"));
}

#[test]
fn broken_settings_are_told_as_settings() {
    for (settings, place) in [
        ("[rules\nkey-style = \"off\"\n", "envcheck.toml:1:7"),
        ("[[overrides]\npaths = \"x\"\n", "envcheck.toml:1:"),
        ("strict = \n", "envcheck.toml:1:10"),
    ] {
        let (code, lines) = found(&with(settings), "");
        assert_eq!(code, 1);
        let told = "error[invalid-setting] `envcheck.toml` is not valid TOML";
        assert!(lines.iter().any(|line| line.starts_with(place) && line.contains(told)), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("matrix-schema")), "{lines:?}");
    }
    // A broken matrix is a matrix.
    let (_, lines) = found(&with("version = 1\n[services.api\nroot = 1\n"), "");
    assert!(lines.iter().any(|line| line.contains("matrix-schema")), "{lines:?}");
}

#[test]
fn what_may_have_been_meant_is_said() {
    for (settings, says) in [
        ("[rules]\nkey-style = \"warn\"\n", "did you mean `warning`?"),
        ("[rules]\nkey-style = { level = \"warn\" }\n", "did you mean `warning`?"),
        ("[rules]\ndotenv-dialect = { readers = [\"shell\"] }\n", "did you mean `the shell`?"),
        (
            "[[overrides]]\npaths = \"a[\"\nrules = { key-style = \"off\" }\n",
            "patterns in the syntax of .gitignore",
        ),
        (
            "[[overrides]]\npaths = [\"{b\"]\nrules = { key-style = \"off\" }\n",
            "patterns in the syntax of .gitignore",
        ),
    ] {
        let ran = with(settings).run("check");
        assert!(ran.out.contains(says), "{settings}: {}", ran.out);
    }
    let ran = with("[[overrides]]\npaths = [\"a[!]b]\", '\\[', \"x/**\"]\nrules = { key-style = \"off\" }\n")
        .run("check");
    assert!(!ran.out.contains("invalid-setting"), "{}", ran.out);
}

#[test]
fn a_level_that_is_set_brings_what_speaks_under_strict_only() {
    let without_end = (".env.example", "A_KEY=1");
    let said = |tree: Tree, flags: &str| tree.run(&format!("check {flags} --format concise")).out;
    assert!(!said(Tree::new(&[without_end]), "").contains("missing-final-newline"));
    assert!(said(Tree::new(&[without_end]), "--strict").contains("missing-final-newline"));
    let set = ("envcheck.toml", "[rules]\nmissing-final-newline = \"warning\"\n");
    assert!(said(Tree::new(&[without_end, set]), "").contains("missing-final-newline"));
}

#[test]
fn images_without_a_dotenv_and_other_starts_are_told_under_strict_only() {
    let compose = "services:\n  api:\n    build: ./api\n    image: shop/api:${SHOP_TAG}\n    environment:\n      LOG_LEVEL: info\n";
    let files = [
        ("compose.yaml", compose),
        ("api/Dockerfile", "FROM python:3.13\nCOPY . .\nCMD [\"python\", \"main.py\"]\n"),
        ("api/main.py", "import os\n\nKEY = os.environ[\"SIGNING_KEY\"]\n"),
    ];
    let said = |flags: &str| Tree::new(&files).run(&format!("check {flags} --format concise")).out;
    for rule in ["undefined-interpolation", "key-not-forwarded"] {
        assert!(!said("").contains(rule), "{rule}");
        assert!(said("--strict").contains(rule), "{rule}");
    }
}
