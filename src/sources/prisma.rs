//! Prisma schemas: `env("KEY")` in `datasource` and `generator` blocks. It has no default.

use std::collections::HashSet;

use super::mentions::Mentions;
use crate::fact::{Extraction, Extractor, Fact, Need, Phase, Place, Read, Role, SourceKind};
use crate::key::KeyName;
use crate::text::{SourceFile, Span, TreePath};

/// Reads `*.prisma`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prisma;

impl Extractor for Prisma {
    fn kind(&self) -> SourceKind {
        SourceKind("prisma")
    }

    fn claims(&self, path: &TreePath) -> bool {
        path.name().ends_with(".prisma")
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.contains("env(")
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut extraction = Extraction::default();
        // The block that the line stands in: `datasource db`.
        let mut block = String::new();
        let mut start = 0;
        for line in file.text.split_inclusive('\n') {
            let code = without_comment(line);
            let words: Vec<&str> = code.split_whitespace().take(3).collect();
            if let [kind @ ("datasource" | "generator"), name, ..] = words.as_slice() {
                block = format!("{kind} {}", name.trim_end_matches('{'));
            } else if words.first() == Some(&"}") {
                block.clear();
            }
            if let Some((key, offset)) = variable(code) {
                let span = Span::new(start + offset, start + offset + key.len());
                let property = words.first().copied().unwrap_or("").split('=').next().unwrap_or("");
                let read = read(&block, property);
                let fact = Fact {
                    key: KeyName::new(key),
                    file: file.id,
                    span,
                    place: Place::Process,
                    phase: Phase::Run,
                    role: Role::Reads(Box::new(read)),
                };
                extraction.facts.push(fact);
            }
            start += line.len();
        }
        let known: HashSet<&KeyName> = extraction.facts.iter().map(|fact| &fact.key).collect();
        let is_known = |key: &KeyName| known.contains(key);
        extraction.mentions =
            Mentions.extract(file).mentions.into_iter().filter(|mention| !is_known(&mention.key)).collect();
        extraction
    }
}

/// What Prisma does with the variable of a property. Migrations, which run before the application starts, need
/// `url` and `directUrl`; a shadow database is for developers.
fn read(block: &str, property: &str) -> Read {
    if block.starts_with("datasource") && matches!(property, "url" | "directUrl") {
        Read { settings: Some(block.to_owned()), ..Read::with_need(Need::Required) }
    } else {
        Read::with_need(Need::Optional)
    }
}

/// The line up to `//`, unless that stands in quotes.
fn without_comment(line: &str) -> &str {
    let mut in_quotes = false;
    let bytes = line.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => in_quotes = !in_quotes,
            b'/' if !in_quotes && bytes.get(at + 1) == Some(&b'/') => return line.get(..at).unwrap_or(line),
            _ => {}
        }
    }
    line
}

/// The variable that `env("KEY")` names, with its offset.
fn variable(code: &str) -> Option<(&str, usize)> {
    let open = code.find("env(")? + "env(".len();
    let rest = code.get(open..)?;
    let quote = rest.find('"').filter(|&at| rest.get(..at).is_some_and(|before| before.trim().is_empty()))?;
    let begin = open + quote + 1;
    let inside = code.get(begin..)?;
    let key = inside.get(..inside.find('"')?)?;
    KeyName::new(key).is_identifier().then_some((key, begin))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Prisma;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};

    proptest! {
        #[test]
        fn random_text_never_panics(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "datasource db {", "}", "\n", "url", " = ", "env(", "\"", "A_KEY", ")", "//", "é", "\r\n", "\0",
                ]),
                0..40,
            )
        ) {
            let path = TreePath::parse("schema.prisma").unwrap();
            let file = SourceFile::new(FileId(0), path, parts.concat());
            for fact in Prisma.extract(&file).facts {
                prop_assert_eq!(file.slice(fact.span), fact.key.as_str());
            }
        }
    }
}
