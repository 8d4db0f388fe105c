//! Which contexts a position of a workflow has, held against GitHub's own table.

use std::collections::BTreeMap;

use envcheck::fact::ProblemKind;
use envcheck::sources;
use envcheck::text::{FileId, SourceFile, TreePath};

const CONTEXTS: [&str; 12] = [
    "github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs",
    "inputs",
];

#[derive(serde::Deserialize)]
struct Table {
    rows: BTreeMap<String, Vec<String>>,
}

/// A workflow with `value` at the position that a row of the table names.
fn workflow(row: &str, value: &str) -> String {
    let path: Vec<String> = row.split('.').map(|part| part.replace(['<', '>'], "")).collect();
    let mut text = String::new();
    let mut indent = 0;
    let depth = path.len();
    for (number, part) in path.iter().enumerate() {
        let is_last = number + 1 == depth;
        text.push_str(&" ".repeat(indent));
        // `steps` is a list, and a row about a map means its values.
        let is_map = matches!(part.as_str(), "env" | "with" | "credentials" | "strategy" | "run")
            && row.ends_with(part.as_str());
        if is_last && is_map && !row.ends_with("steps.run") {
            text.push_str(&format!("{part}:\n{}KEY: {value}\n", " ".repeat(indent + 2)));
        } else if is_last {
            text.push_str(&format!("{part}: {value}\n"));
        } else if part == "steps" {
            text.push_str("steps:\n");
            text.push_str(&" ".repeat(indent + 2));
            text.push_str("- id: x\n");
            indent += 2;
        } else {
            text.push_str(&format!("{part}:\n"));
        }
        indent += 2;
    }
    text
}

#[test]
fn positions_have_the_contexts_of_the_table() {
    let table: Table = serde_json::from_str(include_str!("data/github_contexts.json")).unwrap();
    assert_eq!(table.rows.len(), 34);
    let path = TreePath::parse(".github/workflows/ci.yml").unwrap();
    let reader = sources::ALL.iter().find(|extractor| extractor.kind().0 == "github-workflow").unwrap();
    let mut wrong = Vec::new();
    for (row, contexts) in &table.rows {
        for context in CONTEXTS {
            let text = workflow(row, &format!("x-${{{{ {context}.name }}}}"));
            let file = SourceFile::new(FileId(0), path.clone(), text.clone());
            let found = reader.extract(&file);
            let refused = found
                .problems
                .iter()
                .filter(|problem| problem.kind == ProblemKind::UnavailableContext)
                .count();
            let expected = usize::from(!contexts.iter().any(|known| known == context));
            if refused != expected {
                wrong.push(format!("{row}: {context}: {refused} instead of {expected}\n{text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
