//! `turbo.json` of Turborepo: the keys that each task is given.
//!
//! It neither reads nor sets a key; that it lists one documents it. A key that is listed and read nowhere is as
//! unread as one that stands in no file but an example.

use super::mentions::Mentions;
use crate::fact::{
    Document, Extraction, Extractor, Fact, Phase, Place, Role, SourceKind, Structure, Task, TaskRunnerFile,
};
use crate::key::KeyName;
use crate::syntax::yaml::{self, Node, NodeKind, Style};
use crate::text::{SourceFile, Span, Spanned, TreePath};

/// Reads `turbo.json`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turbo;

impl Extractor for Turbo {
    fn kind(&self) -> SourceKind {
        SourceKind("turbo")
    }

    fn claims(&self, path: &TreePath) -> bool {
        matches!(path.name(), "turbo.json" | "turbo.jsonc")
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut extraction = Extraction::default();
        // JSON is YAML but for comments and tabs.
        let parsed = yaml::parse(&as_yaml(&file.text));
        let Some(root) = parsed.documents.first().filter(|_| parsed.errors.is_empty()) else {
            // A runner's lists hold neither reads nor values, so nothing is hidden.
            extraction.mentions = Mentions.extract(file).mentions;
            return extraction;
        };
        let runner = read(root);
        let mut listed: Vec<&Spanned<KeyName>> =
            runner.global.iter().chain(runner.tasks.iter().flat_map(|task| &task.env)).collect();
        listed.sort_by_key(|key| key.span);
        let mut seen = std::collections::BTreeSet::new();
        for key in listed {
            if key.value.is_identifier() && seen.insert(&key.value) {
                extraction.facts.push(Fact {
                    key: key.value.clone(),
                    file: file.id,
                    span: key.span,
                    place: Place::Process,
                    phase: Phase::Build,
                    role: Role::Documents(Document { example: None, commented: false, about: None }),
                });
            }
        }
        let mentions = Mentions.extract(file).mentions;
        extraction.mentions = mentions.into_iter().filter(|mention| !seen.contains(&mention.key)).collect();
        extraction.structure = Structure::TaskRunner(runner);
        extraction
    }
}

fn read(root: &Node) -> TaskRunnerFile {
    let mut runner = TaskRunnerFile { extends: root.get("extends").is_some(), ..TaskRunnerFile::default() };
    for name in ["globalEnv", "globalPassThroughEnv"] {
        if let Some(list) = root.get(name) {
            runner.global_span.get_or_insert(list.span);
            runner.global.extend(keys(list));
        }
    }
    let mode = root.get("envMode").and_then(Node::as_str);
    // Version 2 calls the tasks `tasks` and is strict unless told otherwise.
    let tasks = root.get("tasks");
    runner.is_strict = match mode {
        Some(mode) => mode == "strict",
        None => tasks.is_some(),
    };
    for entry in tasks.or_else(|| root.get("pipeline")).map(Node::raw_entries).unwrap_or_default() {
        let (Some(name), Some(span)) = (entry.key.as_str(), inside(&entry.key)) else { continue };
        let mut task = Task { name: Spanned::new(name.to_owned(), span), env: Vec::new() };
        for list in ["env", "passThroughEnv"] {
            task.env.extend(entry.value.get(list).into_iter().flat_map(keys));
        }
        // Version 1 lists keys among what a task depends on, with a `$`.
        let depends = entry.value.get("dependsOn").map(Node::items).unwrap_or_default();
        task.env.extend(depends.iter().filter_map(|item| {
            let key = item.as_str()?.strip_prefix('$')?;
            let span = inside(item)?;
            Some(Spanned::new(KeyName::new(key), Span { start: span.start + 1, ..span }))
        }));
        runner.tasks.push(task);
    }
    runner
}

/// The keys of a list, patterns included; what is taken out with `!` is left out.
fn keys(list: &Node) -> Vec<Spanned<KeyName>> {
    list.items()
        .iter()
        .filter_map(|item| {
            let text = item.as_str().filter(|text| !text.starts_with('!'))?;
            Some(Spanned::new(KeyName::new(text), inside(item)?))
        })
        .collect()
}

/// Where the text of a scalar stands, without quotes.
fn inside(node: &Node) -> Option<Span> {
    match &node.kind {
        NodeKind::Scalar { style: Style::DoubleQuoted | Style::SingleQuoted, .. }
            if node.span.end > node.span.start + 1 =>
        {
            Some(Span { start: node.span.start + 1, end: node.span.end - 1 })
        }
        NodeKind::Scalar { .. } => Some(node.span),
        _ => None,
    }
}

/// The text with blanks for comments and tabs, every byte at its place.
fn as_yaml(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let (mut at, mut in_quotes) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if in_quotes => at += 1,
            b'"' => in_quotes = !in_quotes,
            b'\t' if !in_quotes => blank(&mut bytes, at, at + 1),
            b'/' if !in_quotes && bytes.get(at + 1) == Some(&b'/') => {
                let length = bytes.iter().skip(at).take_while(|&&byte| byte != b'\n').count();
                blank(&mut bytes, at, at + length);
            }
            b'/' if !in_quotes && bytes.get(at + 1) == Some(&b'*') => {
                let rest = bytes.get(at + 2..).unwrap_or_default();
                let length = rest.windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |end| end + 2);
                blank(&mut bytes, at, at + 2 + length);
            }
            _ => {}
        }
        at += 1;
    }
    String::from_utf8(bytes).unwrap_or_default()
}

/// Overwrites a part with blanks, but for the ends of lines.
fn blank(bytes: &mut [u8], start: usize, end: usize) {
    for byte in bytes.get_mut(start..end).unwrap_or_default() {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Turbo;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};

    proptest! {
        #[test]
        fn random_text_never_panics(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "{", "}", "[", "]", "\"globalEnv\"", ":", ",", "\"A_KEY\"", "\"tasks\"", "\"env\"", "\"!A\"", "// c\n",
                    "/* é */", "\t", "\\", "\"", "\"é\"", "\n", "\"dependsOn\"", "\"$B_KEY\"", "'",
                ]),
                0..40,
            )
        ) {
            let path = TreePath::parse("turbo.json").unwrap();
            let file = SourceFile::new(FileId(0), path, parts.concat());
            for fact in Turbo.extract(&file).facts {
                prop_assert!(file.text.get(fact.span.range()).is_some());
            }
        }
    }
}
