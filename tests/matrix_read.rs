//! Reading a matrix: both notations, both shapes, and no panic whatever the files hold.

use std::collections::BTreeMap;

use envcheck::matrix::{EnvSource, Kind, Matrix, MatrixProblem, Required, Tier, matrix_paths, read};
use envcheck::text::{FileId, SourceFile, TreePath};
use envcheck::value_type::ValueType;

fn path(text: &str) -> TreePath {
    TreePath::parse(text).unwrap()
}

fn read_texts(texts: &[(&str, &str)]) -> (Matrix, Vec<MatrixProblem>, Vec<SourceFile>) {
    let files: Vec<SourceFile> = (0..)
        .zip(texts)
        .map(|(id, (name, text))| SourceFile::new(FileId(id), path(name), (*text).to_owned()))
        .collect();
    let (matrix, problems) = read(&files.iter().collect::<Vec<_>>());
    for problem in &problems {
        for at in [Some(problem.at), problem.related.as_ref().map(|(at, _)| *at)].into_iter().flatten() {
            let file = files.iter().find(|file| file.id == at.file).unwrap();
            assert!(file.text.get(at.span.range()).is_some(), "{problem:?}");
        }
    }
    (matrix, problems, files)
}

/// The example in one notation, read the way the engine does.
fn example(notation: &str) -> Matrix {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/matrix").join(notation);
    let mut paths: Vec<TreePath> = std::fs::read_dir(root.join("envs"))
        .unwrap()
        .map(|entry| path(&format!("envs/{}", entry.unwrap().file_name().to_str().unwrap())))
        .collect();
    paths.sort();
    let texts: Vec<(String, String)> = matrix_paths(&paths, None)
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(root.join(path.as_str())).unwrap();
            (path.as_str().to_owned(), text)
        })
        .collect();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (matrix, problems, _) = read_texts(&texts);
    assert_eq!(problems, [], "{notation}");
    matrix
}

/// The model without places.
fn bare(matrix: &Matrix) -> String {
    let places =
        regex::Regex::new(r"Location \{ file: FileId\(\d+\), span: Span \{ start: \d+, end: \d+ \} \}")
            .unwrap();
    let mut matrix = matrix.clone();
    matrix.origin = Default::default();
    let values: Vec<BTreeMap<String, String>> = matrix
        .environments
        .iter()
        .map(|environment| {
            let values = environment.values.iter();
            values.map(|(key, said)| (key.to_string(), said.reveal().to_owned())).collect()
        })
        .collect();
    let defaults: Vec<Option<&str>> =
        matrix.keys.values().map(|spec| spec.default.as_ref().map(|default| default.reveal())).collect();
    places.replace_all(&format!("{matrix:?}\n{values:?}\n{defaults:?}"), "here").replace(", ", ",\n")
}

#[test]
fn yaml_and_toml_say_the_same() {
    let (yaml, toml) = (bare(&example("yaml")), bare(&example("toml")));
    for (left, right) in yaml.lines().zip(toml.lines()) {
        assert_eq!(left, right);
    }
    assert_eq!(yaml.lines().count(), toml.lines().count());
}

#[test]
fn the_example_means_what_it_says() {
    let matrix = example("yaml");
    let names: Vec<(&str, Tier)> =
        matrix.environments.iter().map(|env| (env.name.as_str(), env.tier.value)).collect();
    let expected = [
        ("local", Tier::Local),
        ("ci", Tier::Ci),
        ("e2e", Tier::Ci),
        ("preview", Tier::Preview),
        ("staging", Tier::Staging),
        ("production", Tier::Production),
    ];
    assert_eq!(names, expected);
    let key = &matrix.keys["DATABASE_URL"];
    assert_eq!(key.kind.value, Kind::Secret);
    assert_eq!(key.required.value, Required::Deployed);
    let url = ValueType::Url { schemes: vec!["postgresql+asyncpg".to_owned()] };
    assert_eq!(key.value_type.as_ref().unwrap().value, url);
    assert_eq!(matrix.services["gateway"].compose[0].value, "gateway");
    let preview = matrix.environment("preview").unwrap();
    // Its own entries win, maps are joined, lists are taken over whole.
    assert_eq!(preview.values["LOG_LEVEL"].reveal(), "DEBUG");
    assert_eq!(preview.values["DEBUG"].reveal(), "false");
    assert_eq!(preview.sources.len(), 3);
    assert_eq!(preview.trigger.as_ref().unwrap().on.as_ref().unwrap().value, "pull_request");
    let production = matrix.environment("production").unwrap();
    assert!(matches!(&production.sources[4].value, EnvSource::Platform { keys, .. } if keys.is_empty()));
    assert_eq!(production.suffix.as_ref().unwrap().value, "");
    assert_eq!(matrix.environment("staging").unwrap().forbidden_schemes[1].value, "http");
}

#[test]
fn spans_point_at_what_is_said() {
    let text = "version: 1\nkeys:\n  PORT: { type: port, required: all }\nenvironments:\n  local: {}\n";
    let (matrix, problems, files) = read_texts(&[("envcheck.yaml", text)]);
    assert_eq!(problems, []);
    let shows = |at: Option<envcheck::text::Location>| files[0].slice(at.unwrap().span);
    let port = &matrix.keys["PORT"];
    assert_eq!(shows(port.name.at), "PORT");
    assert_eq!(shows(port.value_type.as_ref().unwrap().at), "port");
    assert_eq!(shows(port.required.at), "all");
    assert_eq!(shows(matrix.environments[0].name.at), "local");
    let toml = "version = 1\n[keys.PORT]\ntype = \"port\"\n[environments.local]\n";
    let (matrix, problems, files) = read_texts(&[("envcheck.toml", toml)]);
    assert_eq!(problems, []);
    let shows = |at: Option<envcheck::text::Location>| files[0].slice(at.unwrap().span);
    assert_eq!(shows(matrix.keys["PORT"].name.at), "PORT");
    assert_eq!(shows(matrix.keys["PORT"].value_type.as_ref().unwrap().at), "\"port\"");
    assert_eq!(shows(matrix.environments[0].name.at), "local");
}

#[test]
fn finds_the_files_of_every_shape() {
    let paths = |names: &[&str]| names.iter().map(|name| path(name)).collect::<Vec<_>>();
    let found = |names: &[&str], explicit: Option<&str>| {
        let explicit = explicit.map(path);
        let found = matrix_paths(&paths(names), explicit.as_ref());
        found.iter().map(|path| path.as_str().to_owned()).collect::<Vec<_>>()
    };
    let tree =
        ["a.yaml", "envs/b.toml", "envs/matrix.yaml", "envs/prod.yml", "envs/x.json", "envs/sub/c.yaml"];
    assert_eq!(found(&tree, None), ["envs/matrix.yaml", "envs/b.toml", "envs/prod.yml"]);
    // A folder `envs` of another tool holds no `matrix`.
    assert!(found(&["envs/conda.yaml", "a/envcheck.yaml"], None).is_empty());
    assert_eq!(found(&[".envcheck.toml"], None), [".envcheck.toml"]);
    assert_eq!(found(&["x/envcheck.yml"], Some("x")), ["x/envcheck.yml"]);
    assert_eq!(found(&["x/matrix.yml", "x/ci.yml"], Some("x")), ["x/matrix.yml", "x/ci.yml"]);
    assert_eq!(found(&["x/matrix.yml", "x/ci.yml"], Some("x/matrix.yml")), ["x/matrix.yml", "x/ci.yml"]);
    assert_eq!(found(&["x/m.yml", "x/ci.yml"], Some("x/m.yml")), ["x/m.yml"]);
    assert_eq!(found(&["a"], Some("nowhere")), ["nowhere"]);
}

#[test]
fn a_broken_matrix_keeps_what_is_valid() {
    let text = "version: 1\nservices: { api: {} }\nkeys:\n  A: { service: api, required: all }\n  B: [\n  C: { kind: secrt }\nenvironments: { production: {} }\n";
    let (matrix, problems, _) = read_texts(&[("envcheck.yaml", text)]);
    assert!(!problems.is_empty());
    assert_eq!(matrix.keys["A"].required.value, Required::All);
    let (matrix, problems, _) = read_texts(&[("envs/matrix.yaml", ""), ("envs/production.yaml", "")]);
    assert_eq!(problems.len(), 2);
    assert_eq!(matrix.environments[0].tier.value, Tier::Production);
}

#[test]
fn bombs_are_cheap() {
    let mut text = String::from("version: 1\nx-a0: &a0 { k: v }\n");
    for level in 1..60 {
        text.push_str(&format!("x-a{level}: &a{level} {{ a: *a{0}, b: *a{0} }}\n", level - 1));
    }
    let (_, problems, _) = read_texts(&[("envcheck.yaml", &text)]);
    assert!(problems.iter().any(|problem| problem.message.contains("unfolds")), "{problems:?}");
    let deep = format!("version: 1\nkeys: {}{}\n", "[".repeat(5000), "]".repeat(5000));
    read_texts(&[("envcheck.yaml", &deep)]);
    read_texts(&[("envcheck.toml", &format!("a = {}{}", "[".repeat(5000), "]".repeat(5000)))]);
}

proptest::proptest! {
    #[test]
    fn never_panics(cut in 0..4000_usize, drop in 0..60_usize, noise in "[\\PC\\n]{0,12}", toml in proptest::bool::ANY) {
        let (name, text) = if toml {
            ("envs/matrix.toml", include_str!("data/matrix/toml/envs/matrix.toml"))
        } else {
            ("envs/matrix.yaml", include_str!("data/matrix/yaml/envs/matrix.yaml"))
        };
        let start = text.floor_char_boundary(cut.min(text.len()));
        let end = text.floor_char_boundary((start + drop).min(text.len()));
        let broken = format!("{}{noise}{}", &text[..start], &text[end..]);
        read_texts(&[(name, &broken), ("envs/staging.yaml", &noise), ("envs/ci.toml", &noise)]);
    }
}
