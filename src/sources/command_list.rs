//! Files that name commands: the `scripts` of a `package.json`, and a `Procfile`.
//!
//! A shell reads each command: `KEY=value next build`, `cross-env KEY=value jest`, `web: gunicorn -b :$PORT`.

use std::ops::Range;

use super::shell::{Source, read};
use crate::fact::{CommandFile, Extraction, Extractor, Place, SourceKind, Structure};
use crate::syntax::yaml::{Node, Placed, parse};
use crate::text::{SourceFile, Span, TreePath};

/// Reads lists of commands.
#[derive(Clone, Copy, Debug)]
pub(super) struct CommandList;

/// More commands than any honest file has.
const MAX_COMMANDS: usize = 1 << 12;

impl Extractor for CommandList {
    fn kind(&self) -> SourceKind {
        SourceKind("command-list")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        (name == "package.json" || is_procfile(name)) && !super::mentions::is_foreign(path)
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        is_procfile(path.name()) || text.contains("\"scripts\"")
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let mut found = Extraction::default();
        let mut script = CommandFile::default();
        if is_procfile(file.path.name()) {
            procfile(file, &mut found, &mut script);
        } else {
            let parsed = parse(&file.text);
            let scripts = parsed.documents.first().and_then(|document| document.get("scripts"));
            for entry in scripts.map(Node::entries).unwrap_or_default().into_iter().take(MAX_COMMANDS) {
                if let Some(placed) = Placed::of(&file.text, &entry.value) {
                    let place = |range: &Range<usize>| placed.place(range);
                    command(file, placed.text, &place, &mut found, &mut script);
                }
            }
        }
        found.facts.sort_by_key(|fact| fact.span);
        found.structure = Structure::Commands(Box::new(script));
        found.mentions = super::mentions::Mentions.extract(file).mentions;
        found
    }
}

fn is_procfile(name: &str) -> bool {
    name == "Procfile" || name.starts_with("Procfile.")
}

fn procfile(file: &SourceFile, found: &mut Extraction, script: &mut CommandFile) {
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let begin = at;
        at += line.len();
        let Some((name, text)) = line.split_once(':') else { continue };
        let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        if is_name {
            let start = begin + name.len() + 1;
            let place = |range: &Range<usize>| Span::new(start + range.start, start + range.end);
            command(file, text, &place, found, script);
        }
    }
}

fn command(
    file: &SourceFile,
    text: &str,
    place: &dyn Fn(&Range<usize>) -> Span,
    found: &mut Extraction,
    script: &mut CommandFile,
) {
    let said = read(&Source { text, written: text, file: file.id, place, own: Place::Script, computed: &[] });
    found.facts.extend(said.facts);
    found.gaps.extend(said.gaps);
    found.hidden.extend(said.hidden);
    script.runs.extend(said.script.runs);
    script.sources.extend(said.script.sources);
    script.docker_env_files.extend(said.script.docker_env_files);
    script.writes.extend(said.script.writes);
    script.copies.extend(said.script.copies);
    script.compose_calls.extend(said.script.compose_calls);
}

#[cfg(test)]
mod tests {
    use super::CommandList;
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spans_lie_in_the_file(text in "[a-bA_B$:={}\"\\\\ é\n]{0,60}", script in "[AB=$ \\\\'é;&|{}]{0,20}") {
            for (name, text) in [("Procfile", text.clone()), ("package.json", format!("{{\"scripts\": {{\"a\": \"{script}\"}}}}"))] {
                let file = SourceFile::new(FileId(0), TreePath::parse(name).unwrap(), text);
                let found = CommandList.extract(&file);
                for span in found.facts.iter().map(|fact| fact.span).chain(found.hidden) {
                    prop_assert!(file.text.get(span.range()).is_some());
                }
            }
        }
    }
}
