//! The formats of a check.

use super::look::compare;
use super::{RULE, TWICE, Tree};

#[test]
fn concise_is_one_line_per_finding_and_nothing_else() {
    let ran = Tree::new(TWICE).run("--format concise");
    assert_eq!(ran.out.lines().count(), 1, "{ran:?}");
    assert!(ran.out.starts_with(".env:3:1: warning[duplicate-key] `A` "), "{ran:?}");
    assert!(ran.err.starts_with("1 warning in 1 file ("), "{ran:?}");
    assert_eq!(Tree::new(TWICE).run("--format concise --quiet").err, "");
}

#[test]
fn full_shows_the_file() {
    let ran = Tree::new(TWICE).run("--quiet");
    assert!(ran.out.contains("\n  --> .env:3:1\n   |\n"), "{}", ran.out);
    assert!(ran.out.contains("\n 3 | A=1\n   | ^"), "{}", ran.out);
    assert!(!ran.out.contains("files read"), "{}", ran.out);
}

#[test]
fn json_is_valid_and_complete() {
    let tree = Tree::new(TWICE);
    let ran = tree.run("--format json");
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let schema: serde_json::Value = serde_json::from_str(&tree.run("schema report").out).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let found = &value["diagnostics"][0];
    assert_eq!(found["rule"], RULE);
    assert_eq!(found["severity"], "warning");
    assert_eq!(found["key"], "A");
    assert_eq!(found["location"]["path"], ".env");
    assert_eq!(found["location"]["start"], serde_json::json!({ "line": 3, "column": 1, "byte": 8 }));
    assert_eq!(found["fingerprint"].as_str().unwrap().len(), 16);
    assert_eq!(value["statistics"]["findings"]["warning"], 1);
    assert_eq!(value["statistics"]["files"]["dotenv"], 1);
}

#[test]
fn the_format_comes_from_flag_then_variable_then_default() {
    let tree = Tree::new(TWICE);
    let json = [("ENVCHECK_FORMAT", "json")];
    assert!(tree.run_with("", &json).out.starts_with('{'));
    assert!(tree.run_with("--format concise", &json).out.starts_with(".env:3:1"));
    assert!(tree.run("").out.starts_with("warning["));
}

#[test]
fn the_same_tree_gives_the_same_bytes() {
    let tree = Tree::new(TWICE);
    for format in ["full", "concise", "json"] {
        let line = format!("--format {format}");
        let (first, second) = (tree.run(&line), tree.run(&line));
        assert_eq!((first.out, first.err), (second.out, second.err));
    }
}

#[test]
fn the_schema_of_the_report_is_the_one_in_the_repository() {
    compare("schema/report.json", &envcheck::render::wire::schema());
    let ran = Tree::new(&[]).run("schema report");
    assert_eq!((ran.code, ran.out), (0, envcheck::render::wire::schema()));
    compare("schema/files.json", &envcheck::render::files_schema());
    compare("schema/baseline.json", &envcheck::suppress::schema());
    for name in ["matrix", "environment", "settings", "files", "baseline"] {
        let ran = Tree::new(&[]).run(&format!("schema {name}"));
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.json"));
        assert_eq!(ran.out, std::fs::read_to_string(path).unwrap(), "{name}");
    }
}

#[test]
fn excerpts_fit_the_width_that_is_asked_for() {
    let long = format!("A={}\nA={}\n", "x".repeat(300), "y".repeat(300));
    let tree = Tree::new(&[(".env", &long)]);
    for width in [60, 100] {
        let ran = tree.run_with("--quiet", &[("COLUMNS", &width.to_string())]);
        let widest =
            ran.out.lines().filter(|line| line.contains(" | A=")).map(|line| line.chars().count()).max();
        assert_eq!(widest, Some(width), "{}", ran.out);
    }
}
