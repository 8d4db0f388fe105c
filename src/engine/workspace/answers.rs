//! What rules found, and what of it has to be asked again.
//!
//! A mistake in a compose file, or a name that code computes, hides what is read anywhere, so that many rules are silent
//! in the whole tree; and while somebody types, such come and go. What was found before is kept for when they are gone.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;
use crate::index::{Index, UnseenReads};
use crate::text::FileId;

/// What was found with other reads unseen is kept so many times.
const MOST_KEPT: usize = 4;

/// A key with more statements is of many files, and what is found in one of them says nothing about the others.
const FEW: usize = 64;

/// What one rule found.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) found: Vec<Diagnostic>,
    /// What it found by asking the whole tree besides.
    pub(super) besides: Vec<Diagnostic>,
    /// The files without which it would find less; for rules that ask file by file.
    pub(super) files: BTreeSet<FileId>,
}

impl Answer {
    /// Whether a part of it was found in one of `files`, which are in order, or points there.
    pub(super) fn is_about(&self, files: &[FileId]) -> bool {
        let is_one = |file: FileId| files.binary_search(&file).is_ok();
        self.files.iter().copied().any(is_one) || self.found.iter().flat_map(places).any(is_one)
    }
}

/// The files that a finding points at.
fn places(found: &Diagnostic) -> impl Iterator<Item = FileId> + '_ {
    let edits = found.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.at.file);
    found.labels.iter().map(|label| label.at.file).chain(edits)
}

/// What each rule found, by its position in [`crate::rules::ALL`].
pub(super) type ByRule = BTreeMap<usize, Answer>;

/// What has to be asked again.
#[derive(Clone, Debug)]
pub(super) enum Pending {
    Everything,
    Files(BTreeSet<FileId>),
}

/// What is known of the answers of all rules.
#[derive(Debug)]
pub(super) struct Answers {
    pub(super) by_rule: ByRule,
    pub(super) pending: Pending,
    /// What was not seen when they were found.
    unseen: UnseenReads,
    /// What was found while something else was not seen, the latest last, with the files to ask again since.
    kept: Vec<(UnseenReads, ByRule, BTreeSet<FileId>)>,
}

impl Answers {
    /// None, of a tree of which `index` is made.
    pub(super) fn none(index: &Index) -> Self {
        let (by_rule, pending, unseen) = (BTreeMap::new(), Pending::Everything, index.unseen_reads());
        Self { by_rule, pending, unseen, kept: Vec::new() }
    }

    /// Notes that `files` have to be asked again.
    pub(super) fn ask_again(&mut self, index: &Index, files: &BTreeSet<FileId>) {
        if let Pending::Files(pending) = &mut self.pending {
            pending.extend(files);
        }
        for (_, _, pending) in &mut self.kept {
            pending.extend(files);
        }
        let unseen = index.unseen_reads();
        if unseen != self.unseen {
            self.turn_to(index, unseen);
        }
    }

    /// Goes on with what was found, or would be, while `unseen` is not seen.
    fn turn_to(&mut self, index: &Index, unseen: UnseenReads) {
        let before = std::mem::replace(&mut self.unseen, unseen);
        let found = std::mem::take(&mut self.by_rule);
        let pending = std::mem::replace(&mut self.pending, Pending::Everything);
        if let Some(known) = self.kept.iter().position(|(unseen, ..)| *unseen == self.unseen) {
            let (_, by_rule, pending) = self.kept.remove(known);
            (self.by_rule, self.pending) = (by_rule, Pending::Files(pending));
        } else if let Pending::Files(pending) = &pending
            && self.unseen.covers(&before)
        {
            // Where more is hidden nothing more is found than before.
            let files = pending.iter().copied().chain(suspects(index, &found)).collect();
            (self.by_rule, self.pending) = (found.clone(), Pending::Files(files));
        }
        if let Pending::Files(pending) = pending {
            self.kept.push((before, found, pending));
        }
        let too_many = self.kept.len().saturating_sub(MOST_KEPT);
        self.kept.drain(..too_many);
    }
}

/// The files that have a share in what was found: those that were asked, and those with the keys that it is about, of which
/// one rule may have left to another what it had found itself.
fn suspects(index: &Index, found: &ByRule) -> BTreeSet<FileId> {
    let mut files: BTreeSet<FileId> = BTreeSet::new();
    for answer in found.values() {
        files.extend(&answer.files);
        for diagnostic in &answer.found {
            files.extend(places(diagnostic));
            for key in diagnostic.keys() {
                if index.number_of_facts_of(key) <= FEW {
                    files.extend(index.facts_of(key).map(|fact| fact.file));
                }
            }
        }
    }
    files
}
