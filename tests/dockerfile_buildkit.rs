//! The Dockerfile reader against BuildKit's own parser.
//!
//! `tests/data/dockerfile_buildkit.json` holds small Dockerfiles with what BuildKit's parser says about
//! each, as the Python package `dockerfile` 3.4.0 (a binding to that parser) reports it.

use std::path::Path;

use envcheck::fact::ProblemKind;
use envcheck::sources;
use envcheck::syntax::dockerfile::{Arguments, Instruction, Keyword, Pair, parse};
use envcheck::text::{FileId, LineIndex, SourceFile, TreePath};
use serde_json::{Value, json};

fn cases() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/dockerfile_buildkit.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The words of an instruction, flattened as BuildKit's tree is.
fn words(instruction: &Instruction, arguments: &Arguments) -> Vec<String> {
    let pair = |pair: &Pair| {
        let key = pair.key.as_str().to_owned();
        let value = pair.value.as_ref().map(|value| value.as_str().to_owned());
        if instruction.keyword == Some(Keyword::Arg) {
            vec![value.map_or(key.clone(), |value| format!("{key}={value}"))]
        } else {
            std::iter::once(key).chain(value).collect()
        }
    };
    match arguments {
        Arguments::None | Arguments::MixedArray(_) => Vec::new(),
        Arguments::Words(words) | Arguments::Exec(words) => {
            words.iter().map(|word| word.as_str().to_owned()).collect()
        }
        Arguments::Text(text) => vec![text.as_str().to_owned()],
        Arguments::Pairs(pairs) => pairs.iter().flat_map(pair).collect(),
        Arguments::Check(kind, command) => {
            std::iter::once(kind.as_str().to_owned()).chain(words(instruction, command)).collect()
        }
        Arguments::Trigger(inner) => words(inner, &inner.arguments),
    }
}

fn is_exec(arguments: &Arguments) -> bool {
    match arguments {
        Arguments::Exec(_) => true,
        Arguments::Check(_, command) => matches!(**command, Arguments::Exec(_)),
        Arguments::Trigger(inner) => is_exec(&inner.arguments),
        _ => false,
    }
}

fn described(text: &str, instruction: &Instruction) -> Value {
    let lines = LineIndex::new(text);
    let inner = match &instruction.arguments {
        Arguments::Trigger(inner) => Some(&**inner),
        _ => None,
    };
    let flags: Vec<String> = instruction
        .flags
        .iter()
        .map(|flag| match &flag.value {
            Some(value) => format!("{}={}", flag.name.value, value.as_str()),
            None => flag.name.value.clone(),
        })
        .collect();
    let unknown = instruction.keyword.is_none();
    json!({
        "cmd": instruction.word.value,
        "sub_cmd": inner.map(|inner| inner.word.value.clone()),
        "json": is_exec(&instruction.arguments),
        "flags": flags,
        // BuildKit keeps no arguments of words that it does not know.
        "value": if unknown { vec![String::new()] } else { words(instruction, &instruction.arguments) },
        "start_line": lines.line_of(instruction.span.start) + 1,
        // The binding does not tell the heredocs of triggers.
        "heredocs": instruction
            .heredocs
            .iter()
            .filter(|_| inner.is_none())
            .map(|heredoc| json!([heredoc.name.value, heredoc.body.as_str()]))
            .collect::<Vec<_>>(),
    })
}

#[test]
fn divides_lines_as_buildkit_does() {
    let mut compared = 0;
    for case in cases() {
        let Some(expected) = case.get("commands").and_then(Value::as_array) else { continue };
        let text = case["text"].as_str().unwrap();
        let found: Vec<Value> =
            parse(text).instructions.iter().map(|instruction| described(text, instruction)).collect();
        let expected: Vec<Value> = expected
            .iter()
            .map(|command| {
                let mut command = command.clone();
                command.as_object_mut().unwrap().remove("end_line");
                command
            })
            .collect();
        assert_eq!(found, expected, "{}", case["name"]);
        compared += 1;
    }
    assert!(compared > 60, "{compared}");
}

#[test]
fn instructions_end_where_buildkit_ends_them() {
    for case in cases() {
        let Some(expected) = case.get("commands").and_then(Value::as_array) else { continue };
        let text = case["text"].as_str().unwrap();
        let lines = LineIndex::new(text);
        for (instruction, command) in parse(text).instructions.iter().zip(expected) {
            let end = u64::try_from(lines.line_of(instruction.span.end) + 1).unwrap();
            // Comments and empty lines at the end of a continuation belong to no word.
            assert!(end <= command["end_line"].as_u64().unwrap(), "{}", case["name"]);
        }
    }
}

#[test]
fn what_buildkit_refuses_is_a_problem() {
    let extractor = sources::ALL.iter().find(|extractor| extractor.kind().0 == "dockerfile").unwrap();
    let mut compared = 0;
    for case in cases().iter().filter(|case| case.get("refused").is_some()) {
        let path = TreePath::parse("Dockerfile").unwrap();
        let text = case["text"].as_str().unwrap();
        // Files without an instruction are nobody's Dockerfile.
        if !extractor.confirms(&path, text) {
            continue;
        }
        let found = extractor.extract(&SourceFile::new(FileId(0), path, text.to_owned()));
        let is_told = found.problems.iter().any(|problem| problem.kind == ProblemKind::DockerfileSyntax);
        assert!(is_told, "{}: BuildKit says {}", case["name"], case["refused"]);
        compared += 1;
    }
    assert!(compared > 7, "{compared}");
}
