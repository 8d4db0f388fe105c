//! The variables of a project: of whoever calls compose, then of its dotenv files.

use std::collections::BTreeMap;

use super::holes::Holes;
use super::load::{Loader, Lookup};
use super::model::Model;
use super::{Found, Variable};
use crate::secret::Secret;
use crate::syntax::dotenv::{Dialect, Document, PieceKind};
use crate::text::{Location, SourceFile, Span, TreePath};

/// Reads dotenv files for interpolation, later ones winning. Variables of `lookup` and of earlier files
/// come before those of the same file, as compose has it.
pub(super) fn read_env_files(
    loader: &Loader<'_>,
    paths: &[Option<TreePath>],
    lookup: Lookup<'_>,
    at: Option<Location>,
) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for path in paths {
        let Some(path) = path else {
            loader.open("a dotenv file lies outside the tree");
            continue;
        };
        match loader.world.file(path) {
            Found::File(file) => {
                let host = |name: &str| lookup(name).or_else(|| found.get(name).cloned());
                let (read, refused) = read_dotenv(Dialect::Compose, file, &host);
                if let Some(reason) = refused {
                    loader.refuse(at, &format!("{path} holds {reason}"));
                }
                found.extend(read);
            }
            Found::Example(file) => found.extend(example(&loader.holes, file)),
            Found::Absent => loader.refuse(at, &format!("{path} is not there")),
            Found::Unknown(reason) => loader.open(&reason),
        }
    }
    found
}

/// What compose makes of a dotenv file, and why it refuses it.
pub(super) fn read_dotenv(
    dialect: Dialect,
    file: &SourceFile,
    host: Lookup<'_>,
) -> (Vec<(String, String)>, Option<&'static str>) {
    let reading = dialect.read(&file.text, host);
    let read = reading.variables.into_iter();
    let read = read.filter_map(|(key, value)| Some((key, value.as_ref().map(Secret::reveal)?.to_owned())));
    (read.collect(), reading.refused)
}

/// The keys that an example shows, with values that nobody knows.
pub(super) fn example(holes: &Holes, file: &SourceFile) -> Vec<(String, String)> {
    let value = holes.mark(&format!("{} is only an example", file.path), true);
    let document = Document::parse(&file.text);
    let keys = document.assignments().filter_map(|assignment| file.text.get(assignment.key.range()));
    keys.map(|key| (key.to_owned(), value.clone())).collect()
}

/// Where a dotenv file last names `key`.
pub(super) fn key_places(file: &SourceFile) -> BTreeMap<&str, Location> {
    let place = |span: Span| Some((file.text.get(span.range())?, Location::new(file.id, span)));
    let document = Document::parse(&file.text);
    let pieces = document.pieces.iter().filter_map(|piece| match &piece.kind {
        PieceKind::Assignment(assignment) => place(assignment.key),
        PieceKind::Bare(bare) => place(bare.key),
        _ => None,
    });
    pieces.collect()
}

/// What the caller of compose sets, as a text for interpolation.
pub(super) fn caller(loader: &Loader<'_>, name: &str) -> Option<String> {
    match loader.world.variable(name) {
        Variable::Is(value) => Some(value.reveal().to_owned()),
        Variable::Outside(reason) => Some(loader.holes.mark(&reason, true)),
        Variable::Unset => None,
    }
}

/// Gives the entries of lists that pass a variable on the value that it has here. compose does so for each
/// included project, for lists only.
pub(super) fn resolve_lists(holes: &Holes, model: &mut Model, lookup: Lookup<'_>) {
    for service in model.services.values_mut().flatten() {
        let Some(environment) = service.environment.as_mut().filter(|variables| variables.is_list) else {
            continue;
        };
        for entry in environment.entries.iter_mut().filter(|entry| entry.value.is_none()) {
            // What may be unset here is left to the project around it.
            let value = lookup(&entry.key);
            entry.value = value.filter(|value| holes.first(value).is_none_or(|hole| hole.is_set));
        }
    }
}
