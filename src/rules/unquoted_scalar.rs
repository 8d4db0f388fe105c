//! Values that YAML changes.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a value without quotes that YAML takes for a number or a date, so that another text
    /// arrives in the container; versions in workflows that lose a zero (`python-version: 3.10` asks for
    /// Python 3.1); and numbers and truth values in a ConfigMap or in the variables of a Kubernetes container, which
    /// have to be texts.
    ///
    /// ## Why it matters
    ///
    /// Variables are texts, but YAML reads a plain scalar first: `1.10` arrives as `1.1`, `017` as `15`,
    /// `1_000` as `1000`, `2024-01-01` as `2024-01-01 00:00:00 +0000 UTC`. Versions, file modes, postal
    /// codes and dates become others, and nothing complains.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     build:
    ///       context: .
    ///       args:
    ///         PYTHON_VERSION: 3.10
    /// ```
    ///
    /// ```text
    /// warning[unquoted-scalar]: `PYTHON_VERSION` arrives as `3.1`, not as `3.10`
    /// ```
    ///
    /// ## What to do
    ///
    /// Put the value in quotes. Truth values, and numbers that every reader of numbers takes for the
    /// same (`0.50`, `+1`), are not reported.
    pub struct UnquotedScalar = "unquoted-scalar", Syntax, Warning, fixes, by_file;
}

impl UnquotedScalar {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let why = "without quotes YAML decides the type, and compose writes the value anew from it";
        reporter.problems(index, ProblemKind::UnquotedScalar, why, "put the value in quotes");
    }
}
