//! `missing-final-newline`

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a dotenv file whose last line does not end with a newline.
    ///
    /// ## Why it matters
    ///
    /// Scripts append to dotenv files (`echo "KEY=value" >> .env`). Without a newline at the end, what is
    /// appended becomes a part of the last value, and both keys are wrong.
    ///
    /// ## Example
    ///
    /// A `.env` that ends in `DEBUG=false` and no newline becomes `DEBUG=falseGIT_SHA=1a2b` when a workflow
    /// appends to it.
    ///
    /// ```text
    /// warning[missing-final-newline]: the file does not end with a newline
    /// ```
    ///
    /// ## What to do
    ///
    /// End the file with a newline.
    pub struct MissingFinalNewline = "missing-final-newline", Syntax, Strict, fixes, by_file;
}

impl MissingFinalNewline {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::MissingFinalNewline,
            "what a script appends to the file becomes a part of the last value",
            "add a newline at the end",
        );
    }
}
