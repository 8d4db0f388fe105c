//! The schemas in `schema/`: up to date, valid for every example, and of one mind with the reader.

use std::path::{Path, PathBuf};

use envcheck::matrix::{environment_schema, matrix_paths, read, schema};
use envcheck::syntax::yaml::{self, Node, Scalar};
use envcheck::text::{FileId, SourceFile, TreePath};
use serde_json::{Map, Value};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn validators() -> [jsonschema::Validator; 2] {
    [schema(), environment_schema()]
        .map(|text| jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap())
}

/// A YAML node as a validator of an editor sees it.
fn to_json(node: &Node) -> Value {
    if node.is_sequence() {
        return node.items().iter().map(to_json).collect();
    }
    if node.is_mapping() {
        let name = |node: &Node| node.as_str().unwrap().to_owned();
        return node
            .entries()
            .iter()
            .map(|entry| (name(&entry.key), to_json(&entry.value)))
            .collect::<Map<_, _>>()
            .into();
    }
    match yaml::resolve(node).unwrap() {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => value.into(),
        Scalar::Int(value) => i64::try_from(value).unwrap().into(),
        Scalar::Float(value) => value.into(),
        Scalar::Timestamp => node.as_str().unwrap().into(),
        Scalar::Text(text) => text.into(),
    }
}

fn json_of(path: &Path, text: &str) -> Value {
    if path.extension().is_some_and(|ending| ending == "toml") {
        return serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
    }
    let parsed = yaml::parse(text);
    assert_eq!(parsed.errors, [], "{}", path.display());
    to_json(&parsed.documents[0])
}

#[test]
fn committed_schemas_are_those_of_the_types() {
    for (name, text) in [
        ("matrix.json", schema()),
        ("environment.json", environment_schema()),
        ("settings.json", envcheck::settings::schema()),
    ] {
        let path = root().join("schema").join(name);
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "schema/{name} is out of date: run UPDATE=1 cargo test schema");
    }
}

/// Every folder with matrix files of this repository.
fn examples() -> Vec<PathBuf> {
    let folders = ["envs", "tests/data/matrix/yaml/envs", "tests/data/matrix/toml/envs"];
    folders.iter().map(|folder| root().join(folder)).filter(|folder| folder.is_dir()).collect()
}

#[test]
fn every_example_is_valid() {
    let [matrix, environment] = validators();
    let mut count = 0;
    for folder in examples() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let value = json_of(&path, &std::fs::read_to_string(&path).unwrap());
            let validator = if path.file_stem().unwrap() == "matrix" { &matrix } else { &environment };
            let errors: Vec<String> = validator
                .iter_errors(&value)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
            count += 1;
        }
    }
    assert!(count >= 14);
}

/// What reader and schema say about one matrix in one file.
fn verdicts(validator: &jsonschema::Validator, text: &str) -> (bool, bool, String) {
    let path = TreePath::parse("envcheck.yaml").unwrap();
    assert_eq!(matrix_paths(std::slice::from_ref(&path), None).as_slice(), std::slice::from_ref(&path));
    let file = SourceFile::new(FileId(0), path, text.to_owned());
    let (_, problems) = read(&[&file]);
    let value = json_of(Path::new("envcheck.yaml"), text);
    let told = problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ");
    (problems.is_empty(), validator.is_valid(&value), told)
}

#[test]
fn reader_and_schema_of_settings_agree() {
    let schema = serde_json::from_str(&envcheck::settings::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let page = std::fs::read_to_string(root().join("tests/data/settings/agreement.txt")).unwrap();
    let mut wrong = Vec::new();
    let mut counts = [0, 0];
    for line in page.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (mark, snippet) = line.split_once(' ').unwrap();
        let expected = mark == "ok";
        assert!(expected || mark == "no", "{line}");
        counts[usize::from(expected)] += 1;
        let path = TreePath::parse("envcheck.yaml").unwrap();
        let file = SourceFile::new(FileId(0), path, snippet.to_owned());
        let (_, problems) = envcheck::settings::read(&[&file], &[]);
        let valid = validator.is_valid(&json_of(Path::new("envcheck.yaml"), snippet));
        if problems.is_empty() != expected || valid != expected {
            let told: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
            wrong.push(format!("{line}\n  reader: {}, schema: {valid} {told:?}", problems.is_empty()));
        }
    }
    assert!(counts[0] > 15 && counts[1] > 15, "{counts:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reader_and_schema_agree() {
    let [matrix, _] = validators();
    // `K` and `O` are keys, `s` is a service, `ci` an environment; each snippet is put into its place.
    let page = std::fs::read_to_string(root().join("tests/data/matrix/agreement.txt")).unwrap();
    let mut wrong = Vec::new();
    let mut counts = [0, 0];
    for line in page.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (mark, rest) = line.split_once(' ').unwrap();
        let (place, snippet) = rest.split_once(' ').unwrap();
        let services = "services: { s: {} }\n";
        let keys = "keys: { K: {}, O: {} }\n";
        let text = match place {
            "top" => snippet.to_owned(),
            "service" => format!("version: 1\nservices: {{ s: {snippet} }}\n"),
            "key" => format!(
                "version: 1\n{services}keys: {{ K: {snippet}, O: {{}} }}\nenvironments: {{ ci: {{}} }}\n"
            ),
            "environment" => {
                format!("version: 1\n{services}{keys}environments: {{ ci: {{}}, production: {snippet} }}\n")
            }
            "source" => {
                format!("version: 1\n{services}{keys}environments: {{ ci: {{ sources: [ {snippet} ] }} }}\n")
            }
            "type" => format!("version: 1\nkeys: {{ K: {{ type: {snippet} }} }}\n"),
            other => panic!("{other}"),
        };
        let expected = match mark {
            "ok" => true,
            "no" => false,
            other => panic!("{other}"),
        };
        counts[usize::from(expected)] += 1;
        let (reader, validator, told) = verdicts(&matrix, &text);
        if reader != expected || validator != expected {
            wrong.push(format!("{line}\n  reader: {reader}, schema: {validator} {told}"));
        }
    }
    assert!(counts[0] > 60 && counts[1] > 60, "{counts:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
