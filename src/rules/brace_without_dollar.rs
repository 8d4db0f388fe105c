//! `{X}` for `${X}`.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports `{X}` in a compose file where `${X}` was meant.
    ///
    /// ## Why it matters
    ///
    /// compose replaces `${X}` only. `{X}` goes on as it stands: into the name of an image that nobody
    /// built, or into an address that does not resolve.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     image: registry.example.com/web:{IMAGE_TAG}
    /// ```
    ///
    /// ```text
    /// warning[brace-without-dollar]: `{IMAGE_TAG}` lacks a `$`
    /// ```
    ///
    /// ## What to do
    ///
    /// Write the `$`. In values that a program in the container may fill in itself, only a name that the
    /// file uses as a variable elsewhere is reported, or one with a default (`{X:-d}`).
    pub struct BraceWithoutDollar = "brace-without-dollar", Syntax, Warning, fixes, by_file;
}

impl BraceWithoutDollar {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let why = "without the `$` it is ordinary text, which reaches the container unchanged";
        reporter.problems(index, ProblemKind::BraceWithoutDollar, why, "write the `$`");
    }
}
