//! `explain`, `rules`, `files`, help.

use envcheck::rules;

use super::{RULE, TWICE, Tree};

#[test]
fn explain_prints_the_page_as_markdown_into_a_pipe() {
    let tree = Tree::new(&[]);
    let ran = tree.run(&format!("explain {RULE}"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(
        ran.out.starts_with(&format!(
            "# {RULE}\n\nGroup syntax, level warning. Some findings carry a repair.\n\nReports "
        )),
        "{}",
        ran.out
    );
    for heading in ["\n## Why it matters\n", "\n## Example\n", "\n## What to do\n"] {
        assert!(ran.out.contains(heading), "{heading}: {}", ran.out);
    }
    let all = tree.run("explain --all").out;
    for rule in rules::ALL {
        assert!(all.contains(&format!("# {}\n", rule.meta().id)));
    }
}

#[test]
fn explain_knows_what_was_meant() {
    let ran = Tree::new(&[]).run("explain duplicate_key");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(ran.err, "error: there is no rule `duplicate_key`\nhelp: did you mean `duplicate-key`?\n");
    assert_eq!(Tree::new(&[]).run("explain").code, 2);
}

#[test]
fn rules_lists_every_rule_once() {
    let tree = Tree::new(&[]);
    let ran = tree.run("rules");
    assert_eq!(ran.code, 0);
    assert!(ran.out.lines().next().unwrap().starts_with("rule "), "{}", ran.out);
    let names: Vec<&str> =
        ran.out.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    let expected: Vec<&str> = rules::ALL.iter().map(|rule| rule.meta().id.0).collect();
    assert_eq!(names, expected);
    let json: serde_json::Value = serde_json::from_str(&tree.run("rules --format json").out).unwrap();
    let names: Vec<&str> = json.as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(names, expected);
    for (entry, rule) in json.as_array().unwrap().iter().zip(rules::ALL) {
        let meta = rule.meta();
        let fields: Vec<&str> = entry.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(
            fields,
            ["id", "group", "level", "partly_strict", "needs_matrix", "fixable", "summary", "options"]
        );
        assert_eq!(entry["group"], meta.group.word());
        assert_eq!(entry["level"], meta.level.word());
        assert_eq!(entry["partly_strict"], meta.partly_strict);
        assert_eq!(
            (&entry["needs_matrix"], &entry["fixable"]),
            (&meta.needs_matrix.into(), &meta.fixes.into())
        );
        assert_eq!(entry["summary"], meta.summary());
        let options: Vec<&str> = meta.all_options().map(|option| option.name).collect();
        let described: Vec<&str> =
            entry["options"]["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(described, options);
    }
    let markdown = tree.run("rules --format markdown").out;
    assert!(rules::ALL.iter().all(|rule| markdown.contains(&format!("| [{0}]({0}.md) |", rule.meta().id))));
}

#[test]
fn files_tells_as_what_each_file_is_read() {
    let tree = Tree::new(TWICE);
    tree.write("README.md", "A=1\n");
    tree.write("envs/matrix.yaml", "version: 1\n");
    let ran = tree.run("files");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(ran.out, "dotenv  3 facts  .env\nmatrix  0 facts  envs/matrix.yaml\n");
}

#[test]
fn help_and_version() {
    let tree = Tree::new(&[]);
    let ran = tree.run("--version");
    assert_eq!((ran.code, ran.out), (0, format!("envcheck {}\n", env!("CARGO_PKG_VERSION"))));
    for line in ["--help", "-h", "help", "check --help", "help check", "explain --help"] {
        let ran = tree.run(line);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
        assert!(ran.out.contains("Usage: envcheck"), "{line}");
    }
    let check = tree.run("check --help").out;
    for name in [
        "ENVCHECK_MATRIX",
        "ENVCHECK_CONFIG",
        "ENVCHECK_FORMAT",
        "ENVCHECK_FAIL_ON",
        "ENVCHECK_STRICT",
        "Examples:",
    ] {
        assert!(check.contains(name), "{name}: {check}");
    }
    assert_eq!(
        tree.run_with("check --help", &[("ENVCHECK_FORMAT", "json")]).out,
        check,
        "help tells no values"
    );
}
