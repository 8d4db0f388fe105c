//! Placeholders in the configuration of Spring, Quarkus and Micronaut: `${KEY:default}`.

use super::gather::{Gather, is_upper_snake};
use crate::fact::{Extraction, Extractor, Need, Phase, Read, SourceKind, Value};
use crate::text::{SourceFile, Span, Spanned, TreePath};

/// Reads `application.yml` and its like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spring;

impl Extractor for Spring {
    fn kind(&self) -> SourceKind {
        SourceKind("spring")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        let is_config = ["application", "bootstrap", "microprofile-config"]
            .iter()
            .any(|start| name.strip_prefix(start).is_some_and(|rest| rest.starts_with(['.', '-'])));
        is_config && [".yml", ".yaml", ".properties"].iter().any(|ending| name.ends_with(ending))
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.contains("${")
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let in_tests = file.path.folder().parts().any(|part| matches!(part, "test" | "tests"));
        let name = file.path.name();
        let is_test = in_tests || name.contains("-test.");
        let mut gather = Gather::new(file, if is_test { Phase::Test } else { Phase::Run });
        // A file for a profile counts only where that profile is active.
        let is_always = !name.contains('-') || name.starts_with("microprofile-config");
        let mut at = 0;
        for line in file.text.split_inclusive('\n') {
            let is_comment = line.trim_start().starts_with(['#', '!']);
            if !is_comment {
                placeholders(line, at, is_always, &mut gather);
            }
            at += line.len();
        }
        gather.finish()
    }
}

/// How deep placeholders in defaults are looked into.
const MAX_DEPTH: usize = 8;

/// Adds the reads by the placeholders of `text`, which stands at `start` in its file. Only names in capitals
/// are variables; others are keys of the configuration itself. Without value and default, a program stops
/// where `is_always` asked for it.
///
/// Source: Spring's documentation, "Property Placeholders"; in Quarkus and Micronaut alike.
pub(super) fn placeholders(text: &str, start: usize, is_always: bool, gather: &mut Gather<'_>) {
    let bytes = text.as_bytes();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'$' && bytes.get(at + 1) == Some(&b'{') {
            open.push(at + 2);
            at += 2;
            continue;
        }
        if byte == b'}'
            && let Some(inside) = open.pop()
            && open.len() < MAX_DEPTH
        {
            let content = text.get(inside..at).unwrap_or("");
            let (name, default) = match content.split_once(':') {
                Some((name, default)) => (name, Some(default)),
                None => (content, None),
            };
            if is_upper_snake(name) {
                let span = Span::new(start + inside, start + inside + name.len());
                let need = match default {
                    Some("") => Need::Optional,
                    Some(default) if default.contains("${") => {
                        let place = Span::new(start + inside + name.len() + 1, start + at);
                        Need::Default(Value::of(crate::fact::Origin::Unknown, place))
                    }
                    Some(default) => {
                        let place = Span::new(start + inside + name.len() + 1, start + at);
                        Need::Default(Value::literal(default, place))
                    }
                    None if is_always => Need::Required,
                    None => Need::Unknown,
                };
                gather.read(&Spanned::new(name.to_owned(), span), Read::with_need(need));
            }
        }
        at += 1;
    }
}
