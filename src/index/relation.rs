//! Which files refer to which others by what they say themselves, kept up while files are edited.

use std::collections::{BTreeSet, HashMap};

use super::Index;
use super::structures::Sort;
use crate::text::FileId;

/// Files and those that they refer to, both ways.
#[derive(Debug, Default)]
pub(super) struct Relation {
    to: HashMap<FileId, BTreeSet<FileId>>,
    from: HashMap<FileId, BTreeSet<FileId>>,
}

impl Relation {
    /// What workflows, actions, scripts and lists of commands refer to, as `others` tells of each.
    pub(super) fn of_commands(index: &Index, others: impl Fn(FileId) -> BTreeSet<FileId>) -> Self {
        let mut relation = Self::default();
        for &file in [Sort::Workflow, Sort::Commands].map(|sort| index.all_of(sort)).into_iter().flatten() {
            relation.set(file, others(file));
        }
        relation
    }

    /// Takes over that `file` refers to `others` and to no more.
    pub(super) fn set(&mut self, file: FileId, others: BTreeSet<FileId>) {
        for other in self.to.remove(&file).unwrap_or_default() {
            if let Some(files) = self.from.get_mut(&other) {
                files.remove(&file);
            }
        }
        for other in &others {
            self.from.entry(*other).or_default().insert(file);
        }
        if !others.is_empty() {
            self.to.insert(file, others);
        }
    }

    /// The files that refer to this one, in order.
    pub(super) fn from(&self, file: FileId) -> impl Iterator<Item = FileId> {
        self.from.get(&file).into_iter().flatten().copied()
    }
}
