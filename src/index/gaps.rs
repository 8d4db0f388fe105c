//! What could not be seen: the questions that rules about absence ask first.

use std::collections::{BTreeMap, BTreeSet};

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
        !self.read_gaps.computed.is_empty() || self.has_near_gap(key)
    }

    /// The same of gaps that tell more than that some name is computed: that it begins like `key`, or that nothing of a
    /// file is seen.
    #[must_use]
    pub fn has_near_gap(&self, key: &str) -> bool {
        !self.read_gaps.anything.is_empty() || self.has_prefix_gap(key)
    }

    /// Whether code computes names which begin like `key`.
    #[must_use]
    pub fn has_prefix_gap(&self, key: &str) -> bool {
        self.read_gaps.prefixes.keys().any(|prefix| key.starts_with(prefix.as_str()))
    }

    /// What of the reads of the tree is not seen.
    #[must_use]
    pub fn unseen_reads(&self) -> UnseenReads {
        UnseenReads {
            code: self.lacks_code,
            any: !self.read_gaps.anything.is_empty(),
            computed: !self.read_gaps.computed.is_empty(),
            prefixes: self.read_gaps.prefixes.keys().cloned().collect(),
        }
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

/// What of the reads of a tree is not seen, wherever it hides. Of two trees that are alike but for this, rules about
/// absence find no more in the one where more is hidden.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UnseenReads {
    /// Code of the tree's programs is not in the tree.
    code: bool,
    /// Nothing of some file is seen.
    any: bool,
    /// Some code reads by names which it computes.
    computed: bool,
    /// How the names begin that other code computes.
    prefixes: BTreeSet<String>,
}

impl UnseenReads {
    /// Whether all that is hidden in `other` is hidden here as well.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.code >= other.code
            && self.any >= other.any
            && self.computed >= other.computed
            && self.prefixes.is_superset(&other.prefixes)
    }
}

/// The files with gaps that may hide reads.
#[derive(Debug, Default)]
pub(super) struct ReadGaps {
    /// Those that read by names which they compute.
    computed: BTreeSet<FileId>,
    /// Those nothing of which is seen.
    anything: BTreeSet<FileId>,
    /// Those that compute names, by how these begin.
    prefixes: BTreeMap<String, BTreeSet<FileId>>,
}

impl ReadGaps {
    pub(super) fn of(index: &Index) -> Self {
        let mut found = Self::default();
        for (file, extraction) in
            index.files.iter().filter_map(|file| Some((file.id, index.extraction(file.id)?)))
        {
            found.add(file, &extraction.gaps);
        }
        found
    }

    /// Adds the gaps of a file.
    pub(super) fn add(&mut self, file: FileId, gaps: &[Gap]) {
        for gap in gaps {
            match &gap.hides {
                Hidden::Reads => drop(self.computed.insert(file)),
                Hidden::Anything => drop(self.anything.insert(file)),
                Hidden::ReadsWithPrefix(prefix) => {
                    self.prefixes.entry(prefix.clone()).or_default().insert(file);
                }
                Hidden::Provisions
                | Hidden::ProvisionsWithPrefix(_)
                | Hidden::OwnWithPrefix(_)
                | Hidden::Uses => {}
            }
        }
    }

    /// Takes the gaps of a file away.
    pub(super) fn remove(&mut self, file: FileId) {
        self.computed.remove(&file);
        self.anything.remove(&file);
        self.prefixes.retain(|_, files| {
            files.remove(&file);
            !files.is_empty()
        });
    }
}
