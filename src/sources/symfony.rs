//! Symfony's configuration: `%env(int:KEY)%`.

use super::gather::Gather;
use super::mentions::is_foreign;
use crate::fact::{Extraction, Extractor, Need, Phase, Read, SourceKind};
use crate::text::{SourceFile, Span, Spanned, TreePath};
use crate::value_type::ValueType;

/// Reads YAML and XML that Symfony's container is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symfony;

const OPENING: &str = "%env(";

impl Extractor for Symfony {
    fn kind(&self) -> SourceKind {
        SourceKind("symfony")
    }

    fn claims(&self, path: &TreePath) -> bool {
        [".yaml", ".yml", ".xml"].iter().any(|ending| path.name().ends_with(ending)) && !is_foreign(path)
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        text.contains(OPENING)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let in_tests = file.path.folder().parts().any(|part| matches!(part, "test" | "tests"));
        let mut gather = Gather::new(file, if in_tests { Phase::Test } else { Phase::Run });
        let mut at = 0;
        for line in file.text.split_inclusive('\n') {
            if !line.trim_start().starts_with('#') {
                references(line, at, &mut gather);
            }
            at += line.len();
        }
        gather.finish()
    }
}

/// The variables of one line.
///
/// Source: Symfony's documentation, "Environment Variable Processors". Whether a committed `.env` or a
/// parameter `env(KEY)` holds a default, the line does not tell.
fn references(line: &str, start: usize, gather: &mut Gather<'_>) {
    let mut at = 0;
    while let Some(found) = line.get(at..).and_then(|rest| rest.find(OPENING)) {
        let inside = at + found + OPENING.len();
        let Some(length) = line.get(inside..).and_then(|rest| rest.find(')')) else { break };
        let content = line.get(inside..inside + length).unwrap_or("");
        let name = content.rsplit(':').next().unwrap_or(content);
        let first = content.split(':').next().filter(|_| content.contains(':'));
        let value_type = match first {
            Some("int") => Some(ValueType::Int { min: None, max: None }),
            Some("float") => Some(ValueType::Float),
            Some("bool" | "not") => Some(ValueType::Bool),
            Some("json") => Some(ValueType::Json),
            Some("url") => Some(ValueType::Url { schemes: Vec::new() }),
            _ => None,
        };
        let end = start + inside + length;
        let name = Spanned::new(name.to_owned(), Span::new(end - name.len(), end));
        gather.read(&name, Read { value_type, ..Read::with_need(Need::Unknown) });
        at = inside + length;
    }
}
