//! What manifests, plans, files of platforms and commands give to programs of the tree.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{Fact, Phase, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, Resemblance, is_tool_key, near_miss, resemblance};
use crate::text::FileId;

/// Of the keys that are given together with one, so many percent must be used in the tree, or they are for a program of
/// somebody else.
const USED_PERCENT: usize = 50;

/// Where more than a letter is wrong, or code computes names, so many must be read by code, and so many percent.
const ENOUGH_READ: usize = 3;
const READ_PERCENT: usize = 75;

/// Whether a fact is by its place what a file that deploys gives to a program.
pub(in crate::rules) fn is_deployed(fact: &Fact) -> bool {
    let is_given = match &fact.role {
        Role::Provides(_) => true,
        Role::Documents(document) => !document.commented,
        Role::Reads(_) | Role::Observed => false,
    };
    is_given
        && fact.phase == Phase::Run
        && matches!(
            fact.place,
            Place::Workload(_) | Place::ConfigMap(_) | Place::KubernetesSecret(_) | Place::Script
        )
        && fact.key.is_identifier()
}

/// Where a container takes a key out of an object that holds keys.
fn is_taken(fact: &Fact) -> bool {
    matches!(fact.role, Role::Reads(_))
        && matches!(fact.place, Place::ConfigMap(_) | Place::KubernetesSecret(_))
}

/// The statements by which files that deploy give a key to programs, and those by which containers take it from objects
/// that hold it. `None` where the name is one of an object, for containers that call it otherwise.
pub(super) fn statements<'a>(index: &'a Index, key: &str) -> Option<Vec<&'a Fact>> {
    let all: Vec<&Fact> = index.facts_of(key).filter(|fact| is_deployed(fact) || is_taken(fact)).collect();
    let is_variable = |taken: &Fact| {
        all.iter().any(|fact| fact.file == taken.file && matches!(fact.place, Place::Workload(_)))
    };
    all.iter().filter(|fact| is_taken(fact)).all(|fact| is_variable(fact)).then_some(all)
}

/// Those of them whose name makes the variable. Where containers take the key one by one, the object may go on to call
/// it so.
pub(super) fn naming<'a>(statements: &[&'a Fact]) -> Vec<&'a Fact> {
    let is_taken_singly = statements.iter().any(|fact| is_taken(fact));
    let names = |fact: &&&Fact| {
        is_deployed(fact)
            && !(is_taken_singly && matches!(fact.place, Place::ConfigMap(_) | Place::KubernetesSecret(_)))
    };
    statements.iter().filter(names).copied().collect()
}

/// Whether what is given together with a key tells that code of the tree runs there, which spells `meant`. `is_sure`:
/// nearly all of it is read by that code.
pub(super) fn is_for_code(index: &Index, fact: &Fact, meant: &KeyName, is_sure: bool) -> bool {
    let line = (fact.place == Place::Script).then(|| line_of(index, fact)).flatten();
    let together = index.facts_in(fact.file).filter(|other| {
        other.place == fact.place
            && other.key != fact.key
            && is_deployed(other)
            && (line.is_none() || line_of(index, other) == line)
    });
    let together = together.chain(index.read_beside(fact));
    let keys: BTreeSet<&KeyName> = together.map(|other| &other.key).collect();
    let keys: Vec<&KeyName> = keys.into_iter().filter(|key| !is_tool_key(key)).collect();
    let is_read = |key: &KeyName| {
        index.code_reads_of(key).next().is_some() || index.build_reads_of(key).next().is_some()
    };
    let read = keys.iter().filter(|key| is_read(key)).count();
    let used = keys.iter().filter(|key| index.is_read(key) || index.is_referenced(key)).count();
    // The right name in the same place is no slip's.
    !keys.contains(&meant)
        && if is_sure {
            read >= ENOUGH_READ && read * 100 >= keys.len() * READ_PERCENT
        } else {
            read > 0 && used * 100 >= keys.len() * USED_PERCENT
        }
}

/// Where the line of a statement begins.
fn line_of(index: &Index, fact: &Fact) -> Option<usize> {
    let before = index.files.get(fact.file)?.text.get(..fact.span.start as usize)?;
    Some(before.rfind('\n').map_or(0, |at| at + 1))
}

/// Whether letters are wrong, and no word is missing or too many.
pub(super) fn is_of_letters(key: &str, meant: &str) -> bool {
    let words = |name: &str| crate::key::segments(name).count();
    resemblance(key, meant) == Some(Resemblance::Letter)
        || near_miss(key, meant) && (words(key) == words(meant) || strsim::osa_distance(key, meant) == 1)
}

/// Statements of one file that give a value to nobody, each with the read that was meant: read by code, left out by this
/// file, and set by others.
pub(super) fn left_out<'a>(index: &'a Index, file: FileId, facts: &'a [Fact]) -> Vec<(&'a Fact, &'a Fact)> {
    let mut found = Vec::new();
    if index.is_aside(file) {
        return found;
    }
    let mut here: Option<BTreeSet<&KeyName>> = None;
    let mut first: BTreeMap<&KeyName, &Fact> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| is_deployed(fact)) {
        first.entry(&fact.key).or_insert(fact);
    }
    for (key, _) in first {
        let near = || {
            let alike = index.resembling(key).into_iter();
            alike.filter(|other| resemblance(key, other) == Some(Resemblance::Letter) && !is_tool_key(other))
        };
        if index.is_referenced(key) || near().next().is_none() || index.is_declared(key) {
            continue;
        }
        let Some(said) = statements(index, key) else { continue };
        let naming = naming(&said);
        let Some(fact) = naming.iter().find(|fact| fact.file == file).copied() else { continue };
        if index.is_named_besides(key, &said)
            || index.has_near_gap(key)
            || super::meant_by(index, key).is_some()
        {
            continue;
        }
        let here = here.get_or_insert_with(|| facts.iter().map(|fact| &fact.key).collect());
        let mut read = near().filter(|other| !here.contains(*other)).filter_map(|other| {
            index.code_reads_named(other).map(|(read, _)| read).find(|read| {
                matches!(&read.role, Role::Reads(how) if how.alternatives.iter().all(|name| !here.contains(name)))
                    && read.phase == Phase::Run
            })
        });
        let (Some(meant), None) = (read.next(), read.next()) else { continue };
        let is_sure = index.hides_read_here(key);
        if naming.iter().all(|fact| is_for_code(index, fact, &meant.key, is_sure))
            && !index.may_be_taken_as_whole(fact, &meant.key)
        {
            found.push((fact, meant));
        }
    }
    found
}
