//! `unread-key`

use std::collections::{BTreeMap, BTreeSet};

use super::half_renamed_key::new_name_of;
use super::misspelled_key::{meant_by, told_in};
use crate::fact::is_aside;
use crate::fact::{Fact, Place, ProblemKind, Role, SourceKind};
use crate::index::Index;
use crate::key::{KeyName, is_library_key, is_tool_key};
use crate::rule::Reporter;
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports a key in a dotenv file that occurs nowhere else in a tree whose code uses almost all the others.
    ///
    /// "Documented but never read" is right one time in three when it is asked plainly. So this rule
    /// speaks only about files whose other keys are nearly all accounted for, about names that occur
    /// nowhere else in any form, and never where a reader computes its names.
    ///
    /// A constant of Python that takes another variable than the one it is called after, which has its own constant
    /// beside it, reads nothing of that name.
    ///
    /// Under `--strict` it also compares the templates of secrets with the code: a key that is rendered and that
    /// no code reads, where code reads others of the same template.
    ///
    /// ## Why it matters
    ///
    /// People go on setting, rotating and worrying about a value that changes nothing.
    ///
    /// ## Example
    ///
    /// `.env.example`
    /// ```sh
    /// DATABASE_URL=postgres://localhost/app
    /// CACHE_ADDRESS=localhost
    /// QUEUE_NAME=jobs
    /// MAIL_SENDER=a@example.com
    /// PAGE_LENGTH=20
    /// LEGACY_SEARCH_ADDRESS=http://localhost:9200
    /// ```
    ///
    /// `app.py`
    /// ```python
    /// import os
    ///
    /// for key in ("DATABASE_URL", "CACHE_ADDRESS", "QUEUE_NAME"):
    ///     print(os.environ[key])
    /// print(os.environ["MAIL_SENDER"], os.environ["PAGE_LENGTH"])
    /// ```
    ///
    /// ```text
    /// warning[unread-key]: nothing in the tree reads `LEGACY_SEARCH_ADDRESS`
    /// ```
    ///
    /// ## What to do
    ///
    /// Delete the line, or declare the key in the matrix with `kind: platform` if something outside the
    /// tree consumes it.
    pub struct UnreadKey = "unread-key", Drift, Warning, partly_strict, by_file;
}

/// Of the other keys of a file, so many percent must be accounted for.
const ACCOUNTED_PERCENT: usize = 80;

/// With fewer other keys than this, the share says nothing.
const ENOUGH_KEYS: usize = 5;

impl UnreadKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = BTreeSet::new();
        for (file, _) in index.dotenv_files() {
            if index.is_aside(file) || index.feeds_a_sink(file) {
                continue;
            }
            let keys: Vec<&Fact> = index.facts_in(file).filter(|fact| is_live(fact)).collect();
            let (accounted, unknown): (Vec<&Fact>, Vec<&Fact>) =
                keys.iter().copied().partition(|fact| is_accounted_for(index, &fact.key, file));
            let read = accounted.iter().filter(|fact| index.is_read(&fact.key)).count();
            if accounted.len() < ENOUGH_KEYS
                || read * 2 < accounted.len()
                || accounted.len() * 100 < keys.len() * ACCOUNTED_PERCENT
            {
                continue;
            }
            let slips = if unknown.is_empty() { BTreeSet::new() } else { told_in(index, file) };
            for fact in unknown {
                // `misspelled-key` or `half-renamed-key` says more about this one.
                if meant_by(index, &fact.key).is_some()
                    || slips.contains(&fact.key)
                    || new_name_of(index, &fact.key, file).is_some()
                {
                    continue;
                }
                if !told.insert(fact.key.clone()) {
                    continue;
                }
                let mut finding = reporter
                    .report(
                        format!("nothing in the tree reads `{}`", fact.key),
                        fact.at(),
                        "nothing but dotenv files names it",
                    )
                    .key(&fact.key)
                    .why(format!(
                        "{} of the {} other keys of this file are used, so its readers are in the tree",
                        accounted.len(),
                        keys.len() - 1
                    ));
                for other in elsewhere(index, fact).take(3) {
                    finding = finding.label(other, "and here");
                }
                match lacking(index, fact) {
                    Some(meant) => finding
                        .label(meant.at(), format!("`{}` is read here, which this file lacks", meant.key))
                        .help(format!("did you mean `{}`? If not, delete the line", meant.key)),
                    None => finding
                        .help("delete it, or declare it in the matrix with `kind: platform` if something outside the tree reads it"),
                };
            }
        }
        crossed(index, reporter);
        if reporter.is_strict() {
            rendered(index, reporter, &mut told);
        }
    }
}

/// Where other dotenv files have the key, once for each file.
fn elsewhere<'a>(index: &'a Index, fact: &'a Fact) -> impl Iterator<Item = Location> + 'a {
    let mut told = BTreeSet::from([fact.file]);
    let others = index.facts_of(&fact.key).filter(|other| other.place == Place::Dotenv && is_live(other));
    others.filter(move |other| told.insert(other.file)).map(Fact::at)
}

/// Tells of constants that take another variable than the one they are called after, where somebody sets that one and
/// no code reads it.
fn crossed(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, problem) in index.problems(ProblemKind::CrossedRead) {
        let Some(key) = problem.key.as_ref().filter(|_| !index.is_aside(file)) else { continue };
        let is_set = |fact: &&Fact| {
            matches!(fact.role, Role::Provides(_) | Role::Documents(_))
                && matches!(fact.place, Place::Dotenv | Place::Container(_))
        };
        if index.code_reads_of(key).next().is_some() {
            continue;
        }
        let Some(set) = index.facts_of(key).find(is_set) else { continue };
        reporter.problem(file, problem, "", "").label(set.at(), "set here, for nobody");
    }
}

/// The one read of code whose name may be meant by that of a statement and stands nowhere in its file.
fn lacking<'a>(index: &'a Index, fact: &Fact) -> Option<&'a Fact> {
    let here = index.keys_in(fact.file);
    let near = index.meant_by_name(&fact.key).into_iter();
    let near = near.filter(|name| !is_tool_key(name) && !here.contains(name));
    let mut read = near.filter_map(|name| index.code_reads_named(name).next());
    read.next().filter(|_| read.next().is_none()).map(|(read, _)| read)
}

/// Of the keys of a template so many must be read by code, or its reader is not in the tree.
const ENOUGH_READ: usize = 3;

/// What templates render and nobody reads. That a name occurs in some text does not make it read.
fn rendered(index: &Index, reporter: &mut Reporter<'_>, told: &mut BTreeSet<KeyName>) {
    for file in index.files.iter() {
        let keys: BTreeMap<&KeyName, &Fact> = index
            .facts_in(file.id)
            .filter(|fact| fact.place == Place::Rendered && matches!(fact.role, Role::Provides(_)))
            .map(|fact| (&fact.key, fact))
            .collect();
        if keys.is_empty() || is_aside(&file.path) {
            continue;
        }
        let is_used = |key: &KeyName| {
            index.is_read_otherwise(key) || index.facts_of(key).any(|fact| takes(index, fact))
        };
        let (read, others): (Vec<&Fact>, Vec<&Fact>) =
            keys.values().copied().partition(|fact| is_used(&fact.key));
        if read.len() < ENOUGH_READ {
            continue;
        }
        for fact in others {
            let is_known = is_tool_key(&fact.key)
                || is_library_key(&fact.key)
                || index.matrix.keys.contains_key(&fact.key);
            if is_known || index.may_hide_read(&fact.key) || meant_by(index, &fact.key).is_some() {
                continue;
            }
            if !told.insert(fact.key.clone()) {
                continue;
            }
            reporter
                .report(
                    format!("`{}` is rendered, and no code of the tree reads it", fact.key),
                    fact.at(),
                    "rendered here for whoever is given this file",
                )
                .key(&fact.key)
                .why(format!("the code reads {} other keys of this template, so its readers are in the tree", read.len()))
                .help("delete the line, or declare the key in the matrix with `kind: platform` if something outside the tree reads it");
        }
    }
}

/// Whether a statement reads a variable. A template that takes a field of the store reads none, nor does a workflow
/// that takes a secret of its own, nor a compose file that hands on what it is given under the same name.
fn takes(index: &Index, fact: &Fact) -> bool {
    let is_of = |kind| index.kind(fact.file) == Some(SourceKind(kind));
    let hands_on = |other: &Fact| other.key == fact.key && matches!(other.role, Role::Provides(_));
    let is_of_github = matches!(fact.place, Place::GithubSecrets | Place::GithubVariables);
    let is_handed_on = is_of("compose") && index.facts_in(fact.file).any(hands_on);
    matches!(fact.role, Role::Reads(_)) && !is_of_github && !is_of("consul-template") && !is_handed_on
}

fn is_live(fact: &Fact) -> bool {
    match &fact.role {
        Role::Provides(_) => fact.place == Place::Dotenv,
        Role::Documents(document) => !document.commented,
        Role::Reads(_) | Role::Observed => false,
    }
}

/// Whether the key occurs anywhere but in dotenv files, or may be read unseen.
fn is_accounted_for(index: &Index, key: &KeyName, file: FileId) -> bool {
    index.may_be_read(key) || index.matrix.keys.contains_key(key) || index.is_stated_outside_dotenv(key, file)
}
