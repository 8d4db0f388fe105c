//! Edits that several rules and commands make: a key is passed on, declared, documented.
//!
//! Each answers `None` where the file is written in a way that only people should change.

mod dockerfile;
mod example;
mod value;

pub use dockerfile::{building_stage, declare_arg, hands_on, makes_bundle};
pub use example::{Entry, document, example_for, known_of};
pub use value::{dotenv_value, placeholder};

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::index::{Index, Site};
use crate::syntax::yaml::edit::{Edits, Replaced, one_behind_other};
use crate::text::{FileId, Location, Span};

/// A replacement in `file`, as an edit.
#[must_use]
pub fn edit(file: FileId, (span, replacement): Replaced) -> Edit {
    Edit { at: Location::new(file, span), replacement }
}

/// Gives the container of a site the variable `key`; without a value, as it is where compose runs.
#[must_use]
pub fn pass_on<'v>(index: &Index, site: &Site, key: &str, value: impl Into<Option<&'v str>>) -> Option<Edit> {
    let value = value.into();
    let service = index.compose_service(site)?;
    match service.environment {
        Some(listing) => add_variable(index, Location::new(site.file, listing), key, value),
        None => {
            let text = &index.files.get(site.file)?.text;
            let added = Edits::of(text).add_field(service.name.span, "environment", &[(key, value)])?;
            Some(edit(site.file, added))
        }
    }
}

/// Adds a variable to what is listed under the YAML key at `listing`; without a value it is handed on as it is.
#[must_use]
pub fn add_variable<'v>(
    index: &Index,
    listing: Location,
    key: &str,
    value: impl Into<Option<&'v str>>,
) -> Option<Edit> {
    let text = &index.files.get(listing.file)?.text;
    Some(edit(listing.file, Edits::of(text).add_variable(listing.span, key, value)?))
}

/// Gives the build of a site these arguments.
#[must_use]
pub fn pass_build_args(index: &Index, site: &Site, arguments: &[(&str, &str)]) -> Option<Edit> {
    let build: Span = index.compose_service(site)?.build.as_ref()?.span;
    let text = &index.files.get(site.file)?.text;
    Some(edit(site.file, Edits::of(text).add_build_args(build, arguments)?))
}

/// One repair in the place of those of several findings, called so; what is added at one place is added there in turn.
/// `None` where one of them has none.
#[must_use]
pub fn all_of(group: &[Diagnostic], title: &str) -> Option<Fix> {
    let fixes: Vec<&Fix> = group.iter().map(|found| found.fix.as_ref()).collect::<Option<_>>()?;
    let mut edits: Vec<Edit> = Vec::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        match edits.iter_mut().find(|known| known.at == edit.at) {
            Some(known) => known.replacement = one_behind_other(&known.replacement, &edit.replacement),
            None => edits.push(edit.clone()),
        }
    }
    let first = fixes.first()?;
    let title = if fixes.len() > 1 { title.to_owned() } else { first.title.clone() };
    Some(Fix { title, edits, applicability: first.applicability })
}
