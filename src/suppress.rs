//! Findings that somebody decided to live with: ignore comments, and the baseline file.
//!
//! A comment `envcheck: ignore[rule] reason` covers the line it stands on; alone on its line, the next
//! line that holds something else. Where that line begins or ends something of several lines (see
//! [`Comments::units`](crate::syntax::comments::Comments::units)), it covers all of it. A finding is
//! covered if its first label touches a covered line. `envcheck: ignore-file[rule] reason` covers the
//! findings whose first label lies in the file.
//!
//! The baseline counts the findings of a rule in a file about a key; as many of them are covered.

mod baseline;
mod comment;
mod lines;
mod notation;

pub use baseline::{Baseline, BaselineCount, Growth, NAME as BASELINE_NAME, Update, schema};
pub use comment::{IgnoreComment, Reach, Slip, may_have_comments};
pub use notation::notation;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, RuleId};
use crate::index::Index;
use crate::text::{FileId, SourceFile};

/// The exceptions that a tree makes, and what they matched.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Exceptions {
    /// Its ignore comments, in the order of files and places.
    pub comments: Vec<IgnoreComment>,
    /// Its baseline, if it has one.
    pub baseline: Option<Baseline>,
    by_file: BTreeMap<FileId, Vec<usize>>,
}

/// By what a finding is covered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Cover {
    /// An ignore comment.
    Comment,
    /// The baseline.
    Baseline,
}

/// What the rules about exceptions look at, once all others have spoken.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// The exceptions, with what they matched.
    pub exceptions: &'a Exceptions,
    /// The rules that were asked. Of the others it is not known whether they would have found something.
    pub asked: &'a BTreeSet<RuleId>,
}

impl Exceptions {
    /// The exceptions of the tree behind `index`.
    #[must_use]
    pub fn find(index: &Index, baseline: Option<Baseline>) -> Self {
        let files: Vec<&SourceFile> = index.files.iter().collect();
        let telling = files.into_par_iter().filter(|file| may_have_comments(&file.text));
        Self::find_in(index, baseline, telling.collect::<Vec<_>>().into_iter())
    }

    /// The same, where only `files` hold comments, in the order of files.
    pub fn find_in<'a>(
        index: &Index,
        baseline: Option<Baseline>,
        files: impl Iterator<Item = &'a SourceFile>,
    ) -> Self {
        let mut exceptions = Self { baseline, ..Self::default() };
        for file in files {
            for found in comment::ignore_comments(file, notation(&file.path, index.kind(file.id))) {
                exceptions.by_file.entry(file.id).or_default().push(exceptions.comments.len());
                exceptions.comments.push(found);
            }
        }
        exceptions
    }

    /// Whether something covers the finding. Comments come first; each call takes one finding of the
    /// baseline's count.
    pub fn cover(&mut self, found: &Diagnostic, index: &Index) -> Option<Cover> {
        if self.cover_by_comment(found, index) {
            return Some(Cover::Comment);
        }
        self.baseline
            .as_mut()
            .is_some_and(|baseline| baseline.cover(found, &index.files))
            .then_some(Cover::Baseline)
    }

    /// Whether an ignore comment covers the finding.
    pub fn cover_by_comment(&mut self, found: &Diagnostic, index: &Index) -> bool {
        let Some(at) = found.primary().map(|label| label.at) else { return false };
        let Some(file) = index.files.get(at.file) else { return false };
        let Some(numbers) = self.by_file.get(&at.file) else { return false };
        let touched = lines::touched(file, at.span);
        let mut is_covered = false;
        for &number in numbers {
            if let Some(comment) = self.comments.get_mut(number) {
                is_covered |= comment.matches(found.rule.0, &touched);
            }
        }
        is_covered
    }
}
