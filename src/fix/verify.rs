//! Whether a repair repaired.

use std::collections::{BTreeMap, BTreeSet};

use super::choose::{Identity, identity};
use super::names::{extension, language};
use crate::diagnostic::{Applicability, Diagnostic};
use crate::engine::Snapshot;
use crate::fact::{Hidden, Place, ProblemKind, Role};
use crate::key::KeyName;
use crate::rules;
use crate::syntax::{tree, yaml};
use crate::text::{Span, TreePath};

/// The rule about exceptions that match nothing. When a fault goes, its exception goes with it.
const EXCEPTIONS: &str = "unused-suppression";

/// A tree and what is found in it.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) snapshot: Snapshot,
    /// What the user asked for.
    pub(super) wanted: Vec<Diagnostic>,
    /// What all rules that are on say, whatever the user selected.
    pub(super) all: Vec<Diagnostic>,
}

/// Why the repairs of `chosen`, made in `edited` files, do not count; `None` if they do.
pub(super) fn objection(
    before: &Judged,
    after: &Judged,
    chosen: &[Identity],
    edited: &BTreeSet<&TreePath>,
    least: Applicability,
) -> Option<String> {
    if let Some(path) = edited.iter().find(|path| !reads_as_well(&before.snapshot, &after.snapshot, path)) {
        return Some(format!("`{path}` could not be read as well as before"));
    }
    if let Some((path, key)) = edited.iter().find_map(|path| doubled(&before.snapshot, &after.snapshot, path))
    {
        return Some(format!("`{key}` would stand twice in `{path}`"));
    }
    let (had, has) = (counted(before, &before.wanted), counted(after, &after.wanted));
    let mut repaired: BTreeMap<&Identity, usize> = BTreeMap::new();
    for identity in chosen {
        *repaired.entry(identity).or_default() += 1;
    }
    let stays = repaired.iter().any(|(identity, &number)| {
        let left = has.get(*identity).copied().unwrap_or(0);
        left + number > had.get(*identity).copied().unwrap_or(0)
    });
    if stays {
        return Some("the finding would stay".to_owned());
    }
    let before_all = counted(before, &before.all);
    let known: BTreeSet<&KeyName> = before.all.iter().flat_map(Diagnostic::keys).collect();
    // What is left to the others while they speak of a key may come up once they do not: that is no new fault.
    let takes_over = |found: &&Diagnostic| {
        rules::by_name(found.rule.0).is_some_and(|rule| rule.meta().afterwards)
            && found.keys().all(|key| known.contains(key))
    };
    // What was asked for may stand alone that is otherwise told with others, as one finding.
    let is_apart =
        |found: &&Diagnostic| !before_all.contains_key(&identity(&before.snapshot.index.files, found));
    let had = before.all.iter().chain(before.wanted.iter().filter(is_apart));
    let had = by_rule(had.filter(|found| !takes_over(found)));
    let has = by_rule(after.all.iter().filter(|found| !takes_over(found)));
    has.iter().find_map(|(&rule, &number)| {
        let gone = chosen.iter().filter(|identity| identity.0 == rule).count();
        let known = had.get(rule).copied().unwrap_or(0);
        // A rule that speaks only because it was selected is not among all.
        let allowed = if known >= gone { known - gone } else { known };
        let is_followed_up = rule == EXCEPTIONS
            && new_exceptions(before, after).all(|found| {
                let is_count = after.snapshot.baseline.as_ref().map(|baseline| baseline.file);
                found.primary().map(|label| label.at.file) == is_count
                    || found.fix.as_ref().is_some_and(|fix| fix.applicability >= least)
            });
        (number > allowed && !is_followed_up).then(|| format!("it would bring up `{rule}`"))
    })
}

/// What is said about exceptions that have no use any more, since their faults are mended.
pub(super) fn new_exceptions<'a>(
    before: &'a Judged,
    after: &'a Judged,
) -> impl Iterator<Item = &'a Diagnostic> {
    let known: BTreeSet<Identity> = of_exceptions(before).map(|found| told(before, found)).collect();
    of_exceptions(after).filter(move |found| !known.contains(&told(after, found)))
}

fn of_exceptions(judged: &Judged) -> impl Iterator<Item = &Diagnostic> {
    judged.all.iter().filter(|found| found.rule.0 == EXCEPTIONS)
}

fn told(judged: &Judged, found: &Diagnostic) -> Identity {
    identity(&judged.snapshot.index.files, found)
}

fn counted(judged: &Judged, diagnostics: &[Diagnostic]) -> BTreeMap<Identity, usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in diagnostics {
        *counts.entry(identity(&judged.snapshot.index.files, diagnostic)).or_default() += 1;
    }
    counts
}

fn by_rule<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in diagnostics {
        *counts.entry(diagnostic.rule.0).or_default() += 1;
    }
    counts
}

/// Whether a file is understood no worse than before: no new problem of any kind, no new gap, no new
/// mistake in its syntax.
pub(super) fn reads_as_well(before: &Snapshot, after: &Snapshot, path: &TreePath) -> bool {
    let faults = |snapshot: &Snapshot| {
        let index = &snapshot.index;
        let file = index.files.at(path)?;
        let extraction = index.extraction(file.id)?;
        let mut problems: BTreeMap<ProblemKind, usize> = BTreeMap::new();
        for problem in &extraction.problems {
            *problems.entry(problem.kind).or_default() += 1;
        }
        let gaps = extraction.gaps.iter().filter(|gap| gap.hides == Hidden::Anything).count();
        Some((index.kind(file.id), problems, gaps, syntax_faults(path, &file.text)))
    };
    // A file that told nothing is read otherwise, or not at all, once nothing in it hints at anything.
    let tells_nothing = || {
        let index = &before.index;
        index.files.at(path).is_some_and(|file| index.facts_in(file.id).next().is_none())
    };
    let Some((kind, problems, gaps, faults_now)) = faults(after) else {
        return tells_nothing();
    };
    let Some((old_kind, old_problems, old_gaps, old_faults)) = faults(before) else {
        // A new file has to be faultless.
        return problems.is_empty() && gaps == 0 && faults_now == 0;
    };
    (kind == old_kind || tells_nothing())
        && gaps <= old_gaps
        && faults_now <= old_faults
        && problems.iter().all(|(kind, &number)| number <= old_problems.get(kind).copied().unwrap_or(0))
}

/// A key that is given more values at one place of a file than before, and more than one.
fn doubled<'a>(before: &Snapshot, after: &Snapshot, path: &'a TreePath) -> Option<(&'a TreePath, KeyName)> {
    let given = |snapshot: &Snapshot| {
        let file = snapshot.index.files.at(path)?.id;
        let mut given: BTreeMap<(Place, KeyName), BTreeSet<Span>> = BTreeMap::new();
        for fact in snapshot.index.facts_in(file) {
            let is_one = match &fact.role {
                Role::Provides(_) => matches!(fact.place, Place::Dotenv | Place::Container(_)),
                Role::Documents(document) => fact.place == Place::Dotenv && !document.commented,
                _ => false,
            };
            if is_one {
                given.entry((fact.place.clone(), fact.key.clone())).or_default().insert(fact.span);
            }
        }
        Some(given)
    };
    let old = given(before).unwrap_or_default();
    given(after)?.into_iter().find_map(|(what, places)| {
        let had = old.get(&what).map_or(0, BTreeSet::len);
        (places.len() > had.max(1)).then_some((path, what.1))
    })
}

/// Mistakes in the syntax of a file, as the parser of its language counts them.
fn syntax_faults(path: &TreePath, text: &str) -> usize {
    let mistakes = |language| {
        tree::parse(language, text)
            .map_or(0, |tree| tree.walk().filter(|step| step.node.kind() == "ERROR").count())
    };
    match extension(path) {
        "yaml" | "yml" => yaml::parse(text).errors.len(),
        _ => language(path).map_or(0, mistakes),
    }
}
