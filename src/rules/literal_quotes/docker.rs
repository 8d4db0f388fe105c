//! Quotes in a dotenv that `docker run` reads.
//!
//! Source: `parseKeyValueFile` of docker/cli, which keeps all that stands behind the `=`; docker compose takes quotes away.

use std::collections::BTreeSet;

use crate::diagnostic::{Applicability, Edit, Fix};
use crate::fact::{CommandFile, SourceKind};
use crate::index::{Index, Sieve};
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::rules::dotenv_dialect::live_paths;
use crate::syntax::dotenv::{Assignment, Document, PieceKind, Quote};
use crate::text::{FileId, Location, SourceFile, TreePath};

/// Reports values in quotes of a dotenv, or of the example that it is made from, which a command of the tree hands to
/// `docker run --env-file`.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let mut told = BTreeSet::new();
    let scripts = index.sifted_scripts(&SCRIPTS).filter(|(file, _)| !index.is_aside(*file));
    let steps = index.sifted_workflows(&WORKFLOWS);
    let steps = steps.flat_map(|(file, workflow)| {
        workflow.placed_scripts().map(move |(folder, does)| (file, folder, does))
    });
    for (file, folder, commands) in scripts.map(|(file, script)| (file, None, script)).chain(steps) {
        for path in &commands.docker_env_files {
            let read = handed(index, file, folder, commands, path).filter(|read| told.insert(*read));
            if let Some(read) = read.and_then(|read| index.files.get(read)) {
                judge(read, Location::new(file, path.span), reporter);
            }
        }
    }
}

static SCRIPTS: Sieve = Sieve::Commands(|_, script| !script.docker_env_files.is_empty());
static WORKFLOWS: Sieve =
    Sieve::Workflow(|_, workflow| workflow.scripts().any(|step| !step.does.docker_env_files.is_empty()));

/// The dotenv of the tree that `docker run` reads at a path, or the example that people make it from. A script that
/// writes the file itself, and a workflow, have no use for the example.
fn handed(
    index: &Index,
    file: FileId,
    folder: Option<&str>,
    commands: &CommandFile,
    path: &str,
) -> Option<FileId> {
    let is_script = index.kind(file) == Some(SourceKind("shell"));
    // Others run where they lie.
    let starts: Vec<TreePath> = match folder {
        None if !is_script && index.workflow(file).is_none() => vec![index.path(file).folder()],
        _ => index.starts_of(file, folder)?,
    };
    let is_dotenv = |file: &FileId| index.kind(*file) == Some(SourceKind("dotenv"));
    let is_whole = |file: &FileId| index.extraction(*file).is_some_and(|found| found.gaps.is_empty());
    let makes_it =
        index.workflow(file).is_some() || commands.writes.iter().any(|write| write.path.value == path);
    let paths: Vec<TreePath> = starts.iter().filter_map(|start| start.join(path)).collect();
    let live = paths.iter().find_map(|path| index.files.at(path)).map(|file| file.id);
    let example = || {
        let mut examples = paths.iter().filter(|_| !makes_it).flat_map(|path| {
            let beside = index.dotenvs_in(&path.folder()).iter().copied();
            beside.filter(|file| index.is_example(*file) && live_paths(&index.path(*file)).contains(path))
        });
        examples.next()
    };
    live.or_else(example).filter(is_dotenv).filter(is_whole)
}

fn judge(file: &SourceFile, call: Location, reporter: &mut Reporter<'_>) {
    let document = Document::parse(&file.text);
    for piece in &document.pieces {
        let PieceKind::Assignment(found) = &piece.kind else { continue };
        if found.value.quote == Quote::None || found.value.quote == Quote::Backtick || !found.value.closed {
            continue;
        }
        let key = file.slice(found.key);
        let fix = repair(file, found);
        let help = match fix {
            Some(_) => "leave the quotes out",
            None => {
                "leave the quotes out, or give the values to the container by docker compose, which takes them away"
            }
        };
        reporter
            .report(
                format!("the quotes become part of the value of `{key}`"),
                Location::new(file.id, found.value.span),
                "passed on with its quotes",
            )
            .label(call, "`docker run` reads the file here")
            .key(&KeyName::new(key))
            .fix_if(fix)
            .why("`docker run --env-file` takes all that stands behind the `=` as it is, quotes too")
            .help(help);
    }
}

/// Takes the quotes away where no reader needs them.
fn repair(file: &SourceFile, found: &Assignment) -> Option<Fix> {
    let inner = file.slice(found.value.inner);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,".contains(c);
    if found.behind.is_some() || !inner.chars().all(is_plain) {
        return None;
    }
    let edit = Edit { at: Location::new(file.id, found.value.span), replacement: inner.to_owned() };
    Some(Fix { title: "remove the quotes".to_owned(), edits: vec![edit], applicability: Applicability::Safe })
}
