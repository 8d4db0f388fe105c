//! `duplicate-key`

use crate::declare_rule;
use crate::diagnostic::Severity;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a key that is set more than once in one file; an error if the values differ.
    ///
    /// ## Why it matters
    ///
    /// One of the values never has an effect: readers of dotenv files take the last, and a loader that does
    /// not override takes the first. Whoever edits the other one wonders why nothing changes.
    ///
    /// ## Example
    ///
    /// `.env`
    /// ```dotenv
    /// LOG_LEVEL=debug
    /// WORKERS=4
    /// LOG_LEVEL=info
    /// ```
    ///
    /// ```text
    /// error[duplicate-key]: `LOG_LEVEL` is set twice to different values
    /// ```
    ///
    /// ## What to do
    ///
    /// Keep one line. Comment the alternatives out.
    pub struct DuplicateKey = "duplicate-key", Syntax, Warning, fixes, by_file;
}

impl DuplicateKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::DuplicateKey,
            "the values agree today; whoever changes one of the lines may change the one without effect",
            "keep one of the lines",
        );
        for (file, problem) in index.problems(ProblemKind::ContradictingDuplicate) {
            reporter
                .problem(
                    file,
                    problem,
                    "only one of the values has an effect, and which one is not what a reader of the file expects",
                    "keep the value that is meant, and comment out or remove the other",
                )
                .severity(Severity::Error);
        }
    }
}
