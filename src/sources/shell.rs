//! Shell scripts: what they take from outside, what they set for others, and which dotenv files they
//! write.
//!
//! Known by their ending, their name (`docker-entrypoint`) or their first line.
//! Nothing is run. A variable that a script has set itself is its own and no longer the environment's; a
//! test whose outcome ends the script makes a variable required. The entrypoint of an image speaks for the
//! process that it starts.
//!
//! The reader serves every kind of file that holds commands: steps of workflows, Makefiles, lists of
//! commands.

mod builds;
mod calls;
mod compose_calls;
mod github;
mod guards;
mod logged;
mod name;
mod reads;
mod said;
mod swallowed;
mod text;
mod writes;

use crate::fact::{Extraction, Extractor, Place, SourceKind, Structure};
use crate::text::{SourceFile, Span, TreePath};

pub(super) use calls::scripts_among;
pub(super) use logged::{Filled, logged};
pub(super) use name::{is_key, is_shell};
pub(super) use said::{Grammar, Source, read, read_parsed};
pub(super) use swallowed::swallowed;

/// Reads shell scripts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shell;

/// Endings of shell scripts, lower case.
const ENDINGS: &[&str] = &["sh", "bash", "zsh", "ksh", "dash"];

impl Extractor for Shell {
    fn kind(&self) -> SourceKind {
        SourceKind("shell")
    }

    fn claims(&self, path: &TreePath) -> bool {
        if super::mentions::is_foreign(path) {
            return false;
        }
        match path.name().rsplit_once('.') {
            Some(("", "envrc")) => true,
            Some((_, ending)) => ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)),
            // `LICENSE` and `Jenkinsfile` are none.
            None => !path.name().starts_with(|c: char| c.is_ascii_uppercase()) || is_entrypoint(path),
        }
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        let first = text.lines().next().unwrap_or("");
        let says = first.strip_prefix("#!").map(|line| line.split_whitespace().any(name::is_shell));
        says.unwrap_or(path.name().contains('.'))
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        let own = if is_entrypoint(&file.path) { Place::Process } else { Place::Script };
        let place = |range: &std::ops::Range<usize>| Span::new(range.start, range.end);
        let grammar = Grammar::of(&file.text);
        let source = Source {
            text: &file.text,
            written: &file.text,
            file: file.id,
            place: &place,
            own,
            computed: &[],
        };
        let mut said = read_parsed(&source, &grammar);
        said.script.logged = logged::of_script(&file.text, &grammar.script);
        let mentions = super::mentions::Mentions.extract(file).mentions;
        let structure = Structure::Commands(Box::new(said.script));
        Extraction {
            facts: said.facts,
            gaps: said.gaps,
            hidden: said.hidden,
            problems: said.problems,
            structure,
            mentions,
            tokens: Vec::new(),
        }
    }
}

/// Whether a script is what the container of an image starts.
fn is_entrypoint(path: &TreePath) -> bool {
    let stem = path.name().split('.').next().unwrap_or("").to_ascii_lowercase();
    stem.ends_with("entrypoint") || stem.starts_with("docker-entrypoint")
}

#[cfg(test)]
mod tests;
