//! Images that take the browser keys of an example as `ARG`, all but a few: what is left out no build receives.

use std::collections::{BTreeMap, BTreeSet};

use super::{LEFT_OUT, builders_of, is_replaced_at_start, runs_on_server};
use crate::fact::{Fact, Need, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, PUBLIC_PREFIXES};
use crate::rule::Reporter;
use crate::text::{FileId, Location};

/// An image takes at least so many keys of an example before it is said to follow that.
const FEWEST_TAKEN: usize = 2;

/// Reports each key that an example shows with a value, that code for browsers reads, that nobody sets, and that
/// the image is built without, though it takes most of the others.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for prefix in PUBLIC_PREFIXES.iter().filter(|prefix| **prefix != "PUBLIC_") {
        let mut left_out: BTreeMap<(FileId, FileId), Vec<(&Fact, &Fact)>> = BTreeMap::new();
        for key in index.keys_from(prefix) {
            let Some(shown) = only_shown(index, key) else { continue };
            if let Some((read, dockerfile)) = unbuilt(index, key) {
                left_out.entry((shown.file, dockerfile)).or_default().push((shown, read));
            }
        }
        for ((example, dockerfile), keys) in left_out {
            let taken = taken(index, example, dockerfile, prefix);
            if taken.len() >= FEWEST_TAKEN.max(keys.len() + 1) {
                for (shown, read) in keys {
                    speak(index, reporter, (shown, read), (dockerfile, &taken));
                }
            }
        }
    }
}

/// Where an example shows a value of the key; `None` where a file of any kind sets it, or where a server reads it, which
/// finds it in the environment.
fn only_shown<'i>(index: &'i Index, key: &KeyName) -> Option<&'i Fact> {
    let mut shown = None;
    for fact in index.facts_of(key) {
        match &fact.role {
            Role::Provides(_) => return None,
            Role::Reads(_) if fact.place == Place::Process && runs_on_server(index, fact.file) => {
                return None;
            }
            Role::Documents(document) if fact.place == Place::Dotenv && !index.is_aside(fact.file) => {
                let has_value =
                    document.example.as_ref().is_some_and(|value| !value.text.reveal().trim().is_empty());
                if document.commented || !has_value {
                    return None;
                }
                shown = shown.or(Some(fact));
            }
            _ => {}
        }
    }
    shown
}

/// A read that browsers need, with the one Dockerfile that builds its code and does not name the key.
fn unbuilt<'i>(index: &'i Index, key: &KeyName) -> Option<(&'i Fact, FileId)> {
    let mut reads = index.build_reads_of(key);
    let read = reads.next()?;
    if copes(read) || reads.any(copes) || is_replaced_at_start(index, key) {
        return None;
    }
    let builders = builders_of(index, &index.path(read.file));
    let [(dockerfile, _)] = builders.as_slice() else { return None };
    let text = &index.files.get(*dockerfile)?.text;
    // A dotenv that is copied or mounted is built with.
    let is_open =
        text.contains(key.as_str()) || text.contains(".env") || text.contains("--mount=type=secret");
    (!is_open && !index.is_aside(*dockerfile)).then_some((read, *dockerfile))
}

/// Whether code works without a value: a default stands in, or a schema says that it may be absent.
fn copes(read: &Fact) -> bool {
    match &read.role {
        Role::Reads(said) => match said.need {
            Need::Default(_) => true,
            Need::Optional => said.settings.is_some(),
            Need::Required | Need::Unknown => false,
        },
        _ => false,
    }
}

/// The keys of this kind that an example shows and the Dockerfile takes as `ARG`, as it says so.
fn taken<'i>(index: &'i Index, example: FileId, dockerfile: FileId, prefix: &str) -> Vec<&'i Fact> {
    let shown: BTreeSet<&KeyName> = index
        .facts_in(example)
        .filter(|fact| fact.place == Place::Dotenv && fact.key.starts_with(prefix))
        .map(|fact| &fact.key)
        .collect();
    let mut seen = BTreeSet::new();
    let declared = index
        .facts_in(dockerfile)
        .filter(|fact| matches!(fact.place, Place::BuildArg(Some(_))) && matches!(fact.role, Role::Reads(_)));
    declared.filter(|fact| shown.contains(&fact.key) && seen.insert(&fact.key)).collect()
}

fn speak(
    index: &Index,
    reporter: &mut Reporter<'_>,
    (shown, read): (&Fact, &Fact),
    (dockerfile, taken): (FileId, &[&Fact]),
) {
    let key = &read.key;
    let Some(last) = taken.last() else { return };
    reporter
        .report(
            format!("no build of `{}` receives `{key}`", index.path(dockerfile)),
            Location::new(dockerfile, last.span),
            format!("{} other browser keys of `{}` are taken", taken.len(), index.path(shown.file)),
        )
        .label(read.at(), "read here, in code that is bundled")
        .label(shown.at(), "shown here with a value")
        .key(key)
        .why(LEFT_OUT)
        .help(format!("declare `ARG {key}` in the stage that builds, and pass it where the image is built"));
}
