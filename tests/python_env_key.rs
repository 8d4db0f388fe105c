//! What is read in the fixtures of `tests/data/python_env`, held against what django-environ, decouple,
//! environs and starlette do with each reader (`key.json`, written by `make_key.py`).

use std::path::Path;

use envcheck::fact::{Need, Origin, Read, Role};
use envcheck::sources;
use envcheck::text::{FileId, SourceFile, TreePath};
use envcheck::value_type::ValueType;
use serde_json::Value as Json;

fn compare(key: &str, said: &Json, read: &Read, wrong: &mut Vec<String>) {
    let required = read.need == Need::Required;
    if said["required"] != required {
        wrong.push(format!("{key}: the library says required {}, read as {:?}", said["required"], read.need));
    }
    let found = match &read.need {
        Need::Default(value) if value.origin == Origin::Literal => Json::from(value.text.reveal()),
        Need::Default(_) => serde_json::json!({ "computed": true }),
        _ => Json::Null,
    };
    // A default that a library parses further is compared in its parts by nobody; an empty one is as good as none.
    let is_parsed = said["default"].is_object();
    let is_empty = said["default"] == "" && found.is_null();
    if !is_parsed && !is_empty && said["default"] != found {
        wrong.push(format!("{key}: the library takes {}, read as {found}", said["default"]));
    }
    let refuses = said["refuses_text"] == true;
    let calls_for_refusal =
        matches!(read.value_type, Some(ValueType::Int { .. } | ValueType::Float | ValueType::Json));
    if calls_for_refusal && !refuses {
        wrong.push(format!("{key}: the library takes any text, read as {:?}", read.value_type));
    }
    if refuses && read.value_type == Some(ValueType::String) {
        wrong.push(format!("{key}: the library refuses some texts, read as a text"));
    }
}

#[test]
fn readers_of_libraries_are_read_as_the_libraries_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/python_env");
    let key: Json = serde_json::from_str(&std::fs::read_to_string(folder.join("key.json")).unwrap()).unwrap();
    let python = sources::ALL.iter().find(|extractor| extractor.kind().0 == "python").unwrap();
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (name, said) in key.as_object().unwrap() {
        let text = std::fs::read_to_string(folder.join(format!("{name}.py"))).unwrap();
        let path = TreePath::parse("app/settings.py").unwrap();
        assert!(python.confirms(&path, &text));
        let found = python.extract(&SourceFile::new(FileId(0), path, text));
        let said = said.as_object().unwrap();
        for fact in &found.facts {
            let Role::Reads(read) = &fact.role else { continue };
            match said.get(fact.key.as_str()) {
                Some(said) => compare(&fact.key, said, read, &mut wrong),
                None => wrong.push(format!("{name}: the library does not read {}", fact.key)),
            }
            compared += 1;
        }
        for key in said.keys() {
            if !found.facts.iter().any(|fact| fact.key.as_str() == key) {
                wrong.push(format!("{name}: {key} is not found"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 50, "only {compared} readers were compared");
}
