//! Going through some files only.
//!
//! A rule that asks file by file ([`crate::rule::RuleMeta::by_file`]) goes through the tree by the methods
//! below, which leave out whatever is not in focus. Everything that is looked up (by key, path, folder,
//! service or file) is the whole tree's, whatever the focus.

use std::collections::BTreeSet;

use super::Index;
use super::sites::Site;
use crate::fact::{Extraction, Fact, Problem, ProblemKind};
use crate::key::KeyName;
use crate::text::FileId;

/// The files that are gone through, and the sites of those that are compose files.
#[derive(Clone, Debug, Default)]
pub(super) struct Focus {
    files: Vec<FileId>,
    sites: Vec<Site>,
}

impl Index {
    /// Goes through `files` only from now on, in the order given, which must be ascending; through all
    /// again with `None`.
    pub fn set_focus(&mut self, files: Option<Vec<FileId>>) {
        self.focus = files.map(|files| Focus {
            sites: files.iter().flat_map(|&file| self.sites_in(file)).cloned().collect(),
            files,
        });
    }

    /// The files to go through, with what they say, in order.
    pub fn in_focus(&self) -> impl Iterator<Item = (FileId, &Extraction)> {
        let all = match &self.focus {
            None => self.extractions.as_slice(),
            Some(_) => &[],
        };
        let some = self.focus.iter().flat_map(|focus| &focus.files);
        let some = some.filter_map(|&file| Some((file, self.extraction(file)?)));
        (0..).map(FileId).zip(all).chain(some)
    }

    /// All facts, by file and position.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.in_focus().flat_map(|(_, extraction)| &extraction.facts)
    }

    /// All keys that some fact is about, in order. In focus are those of the files in focus; what is asked about
    /// them goes by the key, so that each of its files finds the same.
    pub fn keys_in_focus(&self) -> impl Iterator<Item = &KeyName> {
        let some = self.focus.as_ref().map(|_| self.facts().map(|fact| &fact.key).collect::<BTreeSet<_>>());
        let all = self.focus.is_none().then(|| self.keys());
        all.into_iter().flatten().chain(some.into_iter().flatten())
    }

    /// All services of all compose files, in the order of files.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        match &self.focus {
            None => self.all_sites(),
            Some(focus) => &focus.sites,
        }
    }

    /// The problems of one kind, with their files, in order.
    pub fn problems(&self, kind: ProblemKind) -> impl Iterator<Item = (FileId, &Problem)> {
        self.in_focus().flat_map(move |(file, extraction)| {
            let own = extraction.problems.iter().filter(move |problem| problem.kind == kind);
            own.map(move |problem| (file, problem))
        })
    }
}
