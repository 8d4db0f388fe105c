//! What is read in structs with tags, held against what the documentation and code of the libraries say
//! (`tests/data/go/struct_tags.json`, written by hand, one case per idiom, each with its source).

use std::path::Path;

use envcheck::fact::{Hidden, Need, Role};
use envcheck::sources;
use envcheck::text::{FileId, SourceFile, TreePath};
use serde_json::{Value as Json, json};

fn read_case(code: &str) -> (Vec<Json>, Vec<String>) {
    let path = TreePath::parse("app/config.go").unwrap();
    let go = sources::ALL.iter().find(|extractor| extractor.kind().0 == "go").unwrap();
    assert!(go.claims(&path) && go.confirms(&path, code), "{code}");
    let found = go.extract(&SourceFile::new(FileId(0), path, code.to_owned()));
    let reads = found
        .facts
        .iter()
        .filter_map(|fact| {
            let Role::Reads(read) = &fact.role else { return None };
            let mut said = json!({ "key": fact.key.as_str() });
            match &read.need {
                Need::Required => said["need"] = json!("required"),
                Need::Unknown => said["need"] = json!("unknown"),
                Need::Default(value) => {
                    said["default"] = value.plain().map_or(json!({ "computed": true }), |text| json!(text));
                }
                Need::Optional => {}
            }
            if !read.alternatives.is_empty() {
                said["or"] = json!(read.alternatives.iter().map(|key| key.as_str()).collect::<Vec<_>>());
            }
            if let Some(value_type) = &read.value_type {
                said["type"] = json!(value_type.to_string());
            }
            Some(said)
        })
        .collect();
    let gaps = found.gaps.iter().map(|gap| match &gap.hides {
        Hidden::ReadsWithPrefix(prefix) => prefix.clone(),
        other => format!("{other:?}"),
    });
    (reads, gaps.collect())
}

#[test]
fn tags_are_read_as_the_libraries_read_them() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/go/struct_tags.json");
    let cases: Json = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for case in cases["cases"].as_array().unwrap() {
        let code: Vec<&str> =
            case["code"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
        let code = format!("package config\n\n{}\n", code.join("\n"));
        let (reads, gaps) = read_case(&code);
        let expected = case["reads"].as_array().unwrap();
        let hidden: Vec<&str> =
            case["hides"].as_array().into_iter().flatten().map(|prefix| prefix.as_str().unwrap()).collect();
        if reads != *expected || gaps != hidden {
            let found = reads.iter().map(|read| read.to_string()).collect::<Vec<_>>().join(",\n  ");
            wrong.push(format!("{} ({}): found\n  {found}\n  gaps {gaps:?}", case["idiom"], case["source"]));
        }
        compared += expected.len();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 50, "only {compared} reads were compared");
}
