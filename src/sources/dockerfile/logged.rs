//! What the commands of a Dockerfile print that is secret, and which scripts its containers start with.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::fact::{
    LOGS_OF_CONTAINERS, Log, LoggedSecret, LoggedWhat, Place, Problem, ScriptRun, must_not_be_printed,
};
use crate::sources::shell::{self as commands, Source};
use crate::syntax::dockerfile::{Instruction, Joined, Keyword};
use crate::syntax::shell::Script;
use crate::text::{FileId, Spanned};

/// What a shell text prints and is secret: while the image is built, what the builder fills in (`filled`); later
/// what the name says.
pub(super) fn problems(
    instruction: &Instruction,
    script: &Joined,
    does: &Script,
    filled: &BTreeSet<String>,
) -> Vec<Problem> {
    let logged = commands::logged(script.as_str(), does, &[], &|range| script.span_of(range.clone()));
    let is_build = instruction.keyword == Some(Keyword::Run);
    let (name, why) = match instruction.keyword {
        Some(Keyword::Run) => {
            ("the log of the build", "logs of builds are kept, and shown to whoever may see the build")
        }
        Some(Keyword::Healthcheck) => ("the log of the health checks", LOGS_OF_CONTAINERS),
        _ => ("the log of the container", LOGS_OF_CONTAINERS),
    };
    let secret = |number: usize| match &logged.get(number)?.what {
        LoggedWhat::Variable(key) => {
            let is_secret = if is_build { filled.contains(key.as_str()) } else { must_not_be_printed(key) };
            is_secret.then(|| LoggedSecret { key: key.clone(), from: None })
        }
        _ => None,
    };
    let log = Log { name, secret: &secret, why: Some(why), once: true };
    log.problems(&logged.iter().collect::<Vec<_>>())
}

/// The scripts that the shell form of `ENTRYPOINT` or `CMD` runs.
pub(super) fn started_by_shell(
    instruction: &Instruction,
    script: &Joined,
    file: FileId,
    stage: usize,
) -> Vec<ScriptRun> {
    if !is_start(instruction) {
        return Vec::new();
    }
    let place = |range: &Range<usize>| script.span_of(range.clone());
    let source = Source {
        text: script.as_str(),
        written: script.as_str(),
        file,
        place: &place,
        own: Place::Stage(stage),
        computed: &[],
    };
    commands::read(&source).script.runs
}

/// The scripts that the list form of `ENTRYPOINT` or `CMD` runs.
pub(super) fn started_by_words(instruction: &Instruction, words: &[Joined]) -> Vec<ScriptRun> {
    if !is_start(instruction) {
        return Vec::new();
    }
    let named = commands::scripts_among(words.iter().map(Joined::as_str));
    let words = named.into_iter().filter_map(|number| words.get(number));
    let named = words.map(|word| Spanned::new(word.as_str().to_owned(), word.span()));
    named.map(|name| ScriptRun { name, ..ScriptRun::default() }).collect()
}

fn is_start(instruction: &Instruction) -> bool {
    matches!(instruction.keyword, Some(Keyword::Entrypoint | Keyword::Cmd))
}
