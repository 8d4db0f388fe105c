//! What could not be seen: the questions that rules about absence ask first.

use std::collections::BTreeSet;

use super::Index;
use crate::fact::{Fact, Gap, Hidden, Place, Role};
use crate::key::KeyName;
use crate::text::FileId;

impl Index {
    /// The facts of one file, in its order.
    pub fn facts_in(&self, file: FileId) -> impl Iterator<Item = &Fact> {
        self.extraction(file).map(|extraction| extraction.facts.as_slice()).unwrap_or_default().iter()
    }

    /// The keys that one file speaks of.
    #[must_use]
    pub fn keys_in(&self, file: FileId) -> BTreeSet<&KeyName> {
        self.facts_in(file).map(|fact| &fact.key).collect()
    }

    /// Whether all of a file was understood: it was read, and nothing in it may hide anything.
    #[must_use]
    pub fn is_read_whole(&self, file: FileId) -> bool {
        self.extraction(file).is_some_and(|extraction| extraction.gaps.is_empty())
    }

    /// A gap of `file` that may hide a value for `key`.
    #[must_use]
    pub fn provision_gap(&self, file: FileId, key: &str) -> Option<&Gap> {
        self.extraction(file)?.gaps.iter().find(|gap| match &gap.hides {
            Hidden::Provisions | Hidden::Anything => true,
            Hidden::ProvisionsWithPrefix(prefix) | Hidden::OwnWithPrefix(prefix) => {
                key.starts_with(prefix.as_str())
            }
            Hidden::Reads | Hidden::ReadsWithPrefix(_) | Hidden::Uses => false,
        })
    }

    /// Whether a gap anywhere in the tree may hide a read of `key`, or code of the tree's programs is not in it.
    #[must_use]
    pub fn may_hide_read(&self, key: &str) -> bool {
        self.lacks_code || self.hides_read_here(key)
    }

    /// The same of the code that is in the tree.
    #[must_use]
    pub fn hides_read_here(&self, key: &str) -> bool {
        self.gap_of(self.read_gaps.computed, |hides| *hides == Hidden::Reads).is_some()
            || self.near_gap(key).is_some()
    }

    /// The same of gaps that tell more than that some name is computed: that it begins like `key`, or that nothing of a
    /// file is seen.
    #[must_use]
    pub fn near_gap(&self, key: &str) -> Option<(FileId, &Gap)> {
        let unseen = self.gap_of(self.read_gaps.anything, |hides| *hides == Hidden::Anything);
        unseen.or_else(|| self.prefix_gap(key))
    }

    /// A gap of code that computes names which begin like `key`.
    #[must_use]
    pub fn prefix_gap(&self, key: &str) -> Option<(FileId, &Gap)> {
        let begins = |hides: &Hidden| matches!(hides, Hidden::ReadsWithPrefix(prefix) if key.starts_with(prefix.as_str()));
        self.read_gaps.prefixes.iter().find_map(|&file| self.gap_of(Some(file), begins))
    }

    fn gap_of(&self, file: Option<FileId>, is_it: impl Fn(&Hidden) -> bool) -> Option<(FileId, &Gap)> {
        let file = file?;
        Some((file, self.extraction(file)?.gaps.iter().find(|gap| is_it(&gap.hides))?))
    }

    /// The `ENV` of a stage, or of the stages it starts from, that sets `key`; the last wins.
    #[must_use]
    pub fn stage_environment(&self, file: FileId, stage: usize, key: &str) -> Option<&Fact> {
        self.stages_under(file, stage).into_iter().find_map(|current| {
            let set = self.facts_in(file).filter(|fact| {
                *fact.key == *key
                    && fact.place == Place::Stage(current)
                    && matches!(fact.role, Role::Provides(_))
            });
            set.last()
        })
    }
}

/// The files of code that sets variables for itself whose names are not seen.
pub(super) fn own_gaps(index: &Index) -> Vec<FileId> {
    let sets = |gap: &Gap| matches!(gap.hides, Hidden::OwnWithPrefix(_));
    let files = index.files.iter().map(|file| file.id);
    files.filter(|&file| index.extraction(file).is_some_and(|said| said.gaps.iter().any(sets))).collect()
}

/// The files with gaps that may hide reads.
#[derive(Debug, Default)]
pub(super) struct ReadGaps {
    /// The first that reads by names which it computes.
    computed: Option<FileId>,
    /// The first nothing of which is seen.
    anything: Option<FileId>,
    /// Those that compute names with beginnings that no file before them has.
    prefixes: Vec<FileId>,
}

impl ReadGaps {
    pub(super) fn of(index: &Index) -> Self {
        let mut found = Self::default();
        let mut prefixes = BTreeSet::new();
        for file in index.files.iter() {
            let Some(extraction) = index.extraction(file.id) else { continue };
            let mut is_new = false;
            for gap in &extraction.gaps {
                match &gap.hides {
                    Hidden::Reads => drop(found.computed.get_or_insert(file.id)),
                    Hidden::Anything => drop(found.anything.get_or_insert(file.id)),
                    Hidden::ReadsWithPrefix(prefix) => is_new |= prefixes.insert(prefix),
                    Hidden::Provisions
                    | Hidden::ProvisionsWithPrefix(_)
                    | Hidden::OwnWithPrefix(_)
                    | Hidden::Uses => {}
                }
            }
            if is_new {
                found.prefixes.push(file.id);
            }
        }
        found
    }
}
