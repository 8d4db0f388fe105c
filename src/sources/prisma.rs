//! Prisma schemas: the variables of `datasource` and `generator` blocks.
//!
//! `env("KEY")` is the only way to read one, and Prisma stops where the variable is not set. The shadow
//! database is asked for by `migrate dev` only.

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
        let mut facts = Vec::new();
        let mut block: Option<&str> = None;
        let mut start = 0;
        for line in file.text.split_inclusive('\n') {
            let code = without_comment(line);
            let trimmed = code.trim();
            if trimmed.starts_with('}') {
                block = None;
            } else if trimmed.ends_with('{') {
                block = trimmed.split_whitespace().next();
            }
            for (key, at) in variables(code) {
                let name = code.split('=').next().map_or("", str::trim);
                let need = match (block, name) {
                    (Some("datasource"), "shadowDatabaseUrl") => Need::Optional,
                    (Some("datasource"), _) => Need::Required,
                    _ => Need::Unknown,
                };
                let mut read = Read::with_need(need);
                read.settings = block.filter(|word| *word == "datasource").map(str::to_owned);
                let span = Span::new(start + at, start + at + key.len());
                let (key, role) = (KeyName::new(key), Role::Reads(read));
                if key.is_identifier() {
                    facts.push(Fact {
                        key,
                        file: file.id,
                        span,
                        place: Place::Process,
                        phase: Phase::Run,
                        role,
                    });
                }
            }
            start += line.len();
        }
        Extraction { facts, ..Extraction::default() }
    }
}

/// A line up to its `//`, unless that stands in a text.
fn without_comment(line: &str) -> &str {
    let mut in_text = false;
    let mut escaped = false;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b'"' if !escaped => in_text = !in_text,
            b'/' if !in_text && line.get(at + 1..).is_some_and(|behind| behind.starts_with('/')) => {
                return line.get(..at).unwrap_or(line);
            }
            _ => {}
        }
        escaped = byte == b'\\' && !escaped;
    }
    line
}

/// The names in `env("...")`, with their offsets in the line.
fn variables(line: &str) -> impl Iterator<Item = (&str, usize)> {
    line.match_indices("env(").filter_map(|(at, call)| {
        let is_word =
            line.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == '_'));
        let behind = line.get(at + call.len()..)?;
        let blanks = behind.len() - behind.trim_start().len();
        let name = behind.get(blanks..)?.strip_prefix('"')?.split('"').next()?;
        (!is_word).then_some((name, at + call.len() + blanks + 1))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Prisma;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};

    proptest! {
        #[test]
        fn names_stand_where_their_spans_say(
            parts in proptest::collection::vec(
                proptest::sample::select(vec![
                    "datasource db {", "\n", "}", "url = ", "env(", "\"A_KEY\"", ")", "//", "\"", "é", "\r\n", "\\", " ",
                    "shadowDatabaseUrl = ", "\u{feff}", "\0", "generator client {",
                ]),
                0..40,
            )
        ) {
            let text = parts.concat();
            let path = TreePath::parse("prisma/schema.prisma").unwrap();
            let file = SourceFile::new(FileId(0), path, text.clone());
            for fact in Prisma.extract(&file).facts {
                prop_assert_eq!(text.get(fact.span.range()), Some(fact.key.as_str()));
            }
        }
    }
}
