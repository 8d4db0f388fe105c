//! Expressions that read a variable of the workflow which nothing in it sets.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{Fact, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, near_miss, segments};
use crate::rule::Reporter;
use crate::text::FileId;

/// Reports `${{ env.X }}` where the workflow sets no `X`, but a name so near that it must be meant. Actions may
/// export variables that the tree does not show, so a name alone proves nothing.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>, file: FileId) {
    let Some(source) = index.files.get(file) else { return };
    let is_set = |fact: &&Fact| {
        matches!(fact.place, Place::Job { .. } | Place::Written(_)) && matches!(fact.role, Role::Provides(_))
    };
    let set: BTreeSet<&KeyName> = index.facts_in(file).filter(is_set).map(|fact| &fact.key).collect();
    let mut read: BTreeMap<&KeyName, &Fact> = BTreeMap::new();
    for fact in index.facts_in(file) {
        let is_read = matches!((&fact.place, &fact.role), (Place::Job { .. }, Role::Reads(_)));
        let before = source.text.get(..fact.span.start as usize).unwrap_or("");
        if is_read && before.ends_with("env.") && !before.ends_with("process.env.") {
            read.entry(&fact.key).or_insert(fact);
        }
    }
    for (key, fact) in read {
        // A step may set it for later ones in ways of its own.
        let is_named =
            source.text.matches(key.as_str()).count() > source.text.matches(&format!("env.{key}")).count();
        let is_of_runner = ["GITHUB_", "RUNNER_"].iter().any(|prefix| key.starts_with(prefix));
        if set.contains(key) || is_named || is_of_runner || is_exported(index, key) {
            continue;
        }
        let mut near = set.iter().filter(|other| near_miss(key, other) || is_one_word_off(key, other));
        let (Some(meant), None) = (near.next(), near.next()) else { continue };
        let at = index.facts_in(file).filter(is_set).find(|fact| fact.key == **meant).map(Fact::at);
        let mut finding = reporter
            .report(
                format!("nothing sets `{key}`, which an expression reads; the workflow sets `{meant}`"),
                fact.at(),
                "empty",
            )
            .key(key);
        if let Some(at) = at {
            finding = finding.label(at, "set here");
        }
        finding
            .why("an expression of a variable that is not there is an empty text")
            .help(format!("did you mean `env.{meant}`?"));
    }
}

/// Whether an action of the tree, or another workflow's file, hands on such a variable.
fn is_exported(index: &Index, key: &KeyName) -> bool {
    index.facts_of(key).any(|fact| {
        matches!(fact.role, Role::Provides(_))
            && index.workflow(fact.file).is_some_and(|workflow| workflow.is_action)
    })
}

/// Whether two names of three words or more differ in one of them.
fn is_one_word_off(a: &str, b: &str) -> bool {
    let (a, b): (Vec<&str>, Vec<&str>) = (segments(a).collect(), segments(b).collect());
    a.len() == b.len() && a.len() >= 3 && a.iter().zip(&b).filter(|(x, y)| x != y).count() == 1
}
