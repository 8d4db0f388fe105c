//! What is read in the schemas of `tests/data/typescript/`, held against what the libraries themselves say about them:
//! `fixture.mjs` against zod 3 and 4, valibot, envalid and t3-env (`key.json`, written by `make_key.mjs`), `others.mjs` and
//! `effects.mjs` against convict, Adonis, arktype, arkenv, env-schema, TypeBox and Effect (`others.json`, written by
//! `make_others.mjs`).

use std::collections::BTreeMap;
use std::path::Path;

use envcheck::fact::{Extraction, Need, Origin, Read, Role, SchemaHalf, Structure};
use envcheck::sources;
use envcheck::text::{FileId, SourceFile, TreePath};
use envcheck::value_type::ValueType;
use serde_json::Value as Json;

fn data(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/typescript");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn extraction(name: &str) -> Extraction {
    let text = data(name);
    let path = TreePath::parse("app/env.mjs").unwrap();
    let extractor = sources::ALL.iter().find(|extractor| extractor.kind().0 == "typescript").unwrap();
    assert!(extractor.claims(&path) && extractor.confirms(&path, &text));
    extractor.extract(&SourceFile::new(FileId(0), path, text))
}

fn reads(extraction: &Extraction) -> BTreeMap<&str, &Read> {
    extraction
        .facts
        .iter()
        .filter_map(|fact| match &fact.role {
            Role::Reads(read) => Some((fact.key.as_str(), &**read)),
            _ => None,
        })
        .collect()
}

fn texts(list: &Json) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

/// Fields whose type is not told: what a function makes of a text is judged, or every text is refused, or a text of
/// a form that has no type.
const UNTYPED: &[&str] = &["A_PIPE", "A_EMAIL", "A_NUMBER", "A_LIST", "C_EMAIL", "C_PORT", "C_COUNT"];

#[test]
fn schemas_are_read_as_the_libraries_read_them() {
    let extraction = extraction("fixture.mjs");
    let reads = reads(&extraction);
    let key: Json = serde_json::from_str(&data("key.json")).unwrap();
    let Compared { wrong, compared, mut unknown, typed } = compare(&reads, &key);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    unknown.sort_unstable();
    unknown.dedup();
    assert_eq!(unknown, ["A_PREPROCESSED"]);
    assert!(compared > 100 && typed > 45, "only {compared} fields were compared, {typed} of them with types");
}

/// What the comparison of reads with what libraries say has found.
struct Compared<'k> {
    wrong: Vec<String>,
    compared: usize,
    /// Keys of which it is not told what happens without a value.
    unknown: Vec<&'k str>,
    typed: usize,
}

fn compare<'k>(reads: &BTreeMap<&str, &Read>, key: &'k Json) -> Compared<'k> {
    let mut wrong = Vec::new();
    let (mut compared, mut unknown, mut typed) = (0, Vec::new(), 0);
    for (library, fields) in key["schemas"].as_object().unwrap() {
        for (name, said) in fields.as_object().unwrap() {
            let Some(read) = reads.get(name.as_str()) else {
                wrong.push(format!("{library} {name} is not read"));
                continue;
            };
            compared += 1;
            let required = said["required"] == true;
            match &read.need {
                Need::Unknown => unknown.push(name.as_str()),
                need if required != (*need == Need::Required) => {
                    wrong.push(format!("{library} {name}: required is {required}, read as {need:?}"));
                }
                Need::Default(value)
                    if value.origin == Origin::Literal
                        && said["default"].as_str() != Some(value.text.reveal()) =>
                {
                    wrong.push(format!("{library} {name}: the default is {}", said["default"]));
                }
                _ => {}
            }
            let refused = texts(&said["refuses"]);
            let Some(value_type) = read.value_type.as_ref().filter(|said| **said != ValueType::String) else {
                let is_simple = !refused.contains(&"abc") || refused.len() < 12;
                if !is_simple && !UNTYPED.contains(&name.as_str()) {
                    wrong.push(format!("{library} {name}: refuses texts, and has no type"));
                }
                continue;
            };
            typed += 1;
            for text in texts(&key["texts"]) {
                let is_refused = refused.contains(&text);
                match value_type.check(text) {
                    // The number of an empty text is 0.
                    Err(_) if !is_refused && !text.is_empty() => {
                        wrong.push(format!("{library} {name}: takes {text:?}, which is not {value_type}"));
                    }
                    Ok(()) if is_refused && text == "abc" => {
                        wrong.push(format!("{library} {name}: refuses {text:?}, which is {value_type}"));
                    }
                    _ => {}
                }
            }
        }
    }
    Compared { wrong, compared, unknown, typed }
}

#[test]
fn other_schemas_are_read_as_the_libraries_read_them() {
    let (others, effects) = (extraction("others.mjs"), extraction("effects.mjs"));
    let mut reads = reads(&others);
    reads.extend(self::reads(&effects));
    let key: Json = serde_json::from_str(&data("others.json")).unwrap();
    let Compared { wrong, compared, unknown, typed } = compare(&reads, &key);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(compared > 50 && typed > 25, "only {compared} keys were compared, {typed} of them with types");
}

#[test]
fn relays_are_read_as_t3_env_reads_them() {
    let extraction = extraction("fixture.mjs");
    let reads = reads(&extraction);
    let key: Json = serde_json::from_str(&data("key.json")).unwrap();
    let mut taken = texts(&key["t3"]["taken"]);
    taken.sort_unstable();
    let found: Vec<&str> = reads.keys().copied().filter(|name| name.contains("D_")).collect();
    let found: Vec<&str> =
        found.into_iter().filter(|name| name.starts_with("D_") || name.starts_with("PUBLIC_D_")).collect();
    assert_eq!(found, taken);
    let required = |name: &str| reads.get(name).is_some_and(|read| read.need == Need::Required);
    let missing: Vec<&str> = found.iter().copied().filter(|name| required(name)).collect();
    assert_eq!(missing, texts(&key["t3"]["missing"]));
    let Structure::Script(script) = &extraction.structure else { panic!("no script") };
    let halves: Vec<(&str, SchemaHalf)> =
        script.schema.iter().map(|entry| (entry.key.value.as_str(), entry.half)).collect();
    let expected = [
        ("D_URL", SchemaHalf::Server),
        ("D_ID", SchemaHalf::Server),
        ("D_LEVEL", SchemaHalf::Server),
        ("PUBLIC_D_KEY", SchemaHalf::Client),
        ("D_MODE", SchemaHalf::Shared),
    ];
    assert_eq!(halves, expected);
}
