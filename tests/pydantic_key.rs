//! What is read in the classes of `tests/data/pydantic/fixture.py`, held against what pydantic-settings
//! and pydantic 1 themselves say about them (`key.json`, written by `make_key.py`).

use std::collections::BTreeMap;
use std::path::Path;

use envcheck::fact::{Extraction, Need, Origin, Read, Role, Structure};
use envcheck::sources;
use envcheck::text::{FileId, SourceFile, TreePath};
use envcheck::value_type::ValueType;
use serde_json::Value as Json;

fn extraction() -> Extraction {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pydantic");
    let text = std::fs::read_to_string(folder.join("fixture.py")).unwrap();
    let path = TreePath::parse("app/settings.py").unwrap();
    let python = sources::ALL.iter().find(|extractor| extractor.kind().0 == "python").unwrap();
    assert!(python.claims(&path) && python.confirms(&path, &text));
    python.extract(&SourceFile::new(FileId(0), path, text))
}

fn key() -> Json {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pydantic");
    serde_json::from_str(&std::fs::read_to_string(folder.join("key.json")).unwrap()).unwrap()
}

/// The type that the library's JSON schema and its refusals call for.
fn expected_type(field: &Json) -> Option<ValueType> {
    let schema = &field["schema"];
    let refuses_text = field["refuses_text"] != false;
    let number = |name: &str| schema[name].as_i64();
    if let Some(words) = schema["enum"].as_array() {
        return Some(ValueType::OneOf(words.iter().map(|word| word.as_str().unwrap().to_owned()).collect()));
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("integer"), _) => Some(ValueType::Int {
            min: number("minimum").or(number("exclusiveMinimum").map(|bound| bound + 1)),
            max: number("maximum").or(number("exclusiveMaximum").map(|bound| bound - 1)),
        }),
        (Some("number"), _) => Some(ValueType::Float),
        (Some("boolean"), _) => Some(ValueType::Bool),
        (Some("array" | "object"), _) => refuses_text.then_some(ValueType::Json),
        (Some("string"), Some("uri" | "multi-host-uri")) => Some(ValueType::Url { schemes: Vec::new() }),
        (Some("string"), Some("duration")) => Some(ValueType::Duration),
        (Some("string"), _) if refuses_text => Some(ValueType::Json),
        (Some("string"), _) => Some(ValueType::String),
        _ => None,
    }
}

fn environment_text(default: &Json) -> String {
    match default {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The reads of one class by key.
fn reads<'e>(extraction: &'e Extraction, class: &str) -> BTreeMap<&'e str, &'e Read> {
    extraction
        .facts
        .iter()
        .filter_map(|fact| match &fact.role {
            Role::Reads(read) if read.settings.as_deref() == Some(class) => {
                Some((fact.key.as_str(), &**read))
            }
            _ => None,
        })
        .collect()
}

fn compare(class: &str, name: &str, field: &Json, read: &Read, wrong: &mut Vec<String>) {
    let mut say = |what: &str, expected: String, found: String| {
        if expected != found {
            wrong.push(format!("{class}.{name}: {what}: the library says {expected}, read as {found}"));
        }
    };
    let names = field["names"].as_array().unwrap();
    let parts = field["parts"].as_object().unwrap();
    let others: Vec<&str> = names[1..]
        .iter()
        .map(|name| name.as_str().unwrap())
        .chain(parts.keys().map(String::as_str))
        .collect();
    say("other names", format!("{others:?}"), format!("{:?}", read.alternatives));
    let required = field["required"].as_bool().unwrap();
    say("required", required.to_string(), (read.need == Need::Required).to_string());
    match (&read.need, &field["default"]) {
        (Need::Default(value), default) if value.origin == Origin::Literal => {
            say("default", environment_text(default), value.text.reveal().to_owned());
        }
        (Need::Default(_), default) => say("default", default.to_string(), r#"{"computed":true}"#.to_owned()),
        (_, default) => say("default", default.to_string(), "null".to_owned()),
    }
    say("secret", (field["schema"]["writeOnly"] == true).to_string(), read.is_secret.to_string());
    let found = match &read.value_type {
        Some(ValueType::Url { .. }) => Some(ValueType::Url { schemes: Vec::new() }),
        other => other.clone(),
    };
    let mut expected = expected_type(field);
    // A validator sees the text before pydantic does: the library's schema does not tell what it takes.
    if (class, name) == ("Loose", "number") {
        expected = None;
    }
    say("type", format!("{expected:?}"), format!("{found:?}"));
}

#[test]
fn settings_are_read_as_the_library_reads_them() {
    let extraction = extraction();
    let key = key();
    let classes = key["classes"].as_object().unwrap();
    let Structure::Settings(found) = &extraction.structure else { panic!("no settings found") };
    let mut wrong = Vec::new();
    let mut compared = 0;
    for (class, expected) in classes {
        let Some(settings) = found.iter().find(|settings| settings.name.value == *class) else {
            wrong.push(format!("{class} is not found"));
            continue;
        };
        let files: Vec<&str> = settings.env_files.iter().map(|file| file.value.as_str()).collect();
        let said = (settings.prefix.as_str(), settings.refuses_others, files);
        let expected_files = expected["env_files"].as_array().unwrap();
        let library = (
            expected["prefix"].as_str().unwrap(),
            expected["refuses_others"].as_bool().unwrap(),
            expected_files.iter().map(|file| file.as_str().unwrap()).collect::<Vec<_>>(),
        );
        if said != library {
            wrong.push(format!("{class}: the library says {library:?}, read as {said:?}"));
        }
        let mut reads = reads(&extraction, class);
        for (name, field) in expected["fields"].as_object().unwrap() {
            let first = field["names"][0].as_str().unwrap();
            for (part, said) in field["parts"].as_object().unwrap() {
                match reads.remove(part.as_str()) {
                    Some(read) => {
                        // A part of an optional whole is needed only with its siblings.
                        let required = said["required"] == true && field["required"] == true;
                        if required != (read.need == Need::Required) {
                            wrong.push(format!("{class}.{name}: {part}: need {:?}", read.need));
                        }
                    }
                    None => wrong.push(format!("{class}.{name}: {part} is not found")),
                }
            }
            let Some(read) = reads.remove(first) else {
                wrong.push(format!("{class}.{name}: {first} is not found"));
                continue;
            };
            if expected["folds_case"].as_bool() != Some(read.folds_case) {
                wrong.push(format!("{class}.{name}: folds case: {}", read.folds_case));
            }
            compare(class, name, field, read, &mut wrong);
            compared += 1;
        }
        wrong.extend(reads.keys().map(|key| format!("{class}: {key} is not read by the library")));
    }
    wrong.extend(
        found
            .iter()
            .filter(|settings| !classes.contains_key(&settings.name.value))
            .map(|settings| format!("{} is no settings class", settings.name.value)),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 60, "only {compared} fields were compared");
}
