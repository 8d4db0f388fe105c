//! `${...}` that is none.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a malformed `${...}`: a brace that is never closed, a missing name, an operator that does
    /// not exist or is written the wrong way round.
    ///
    /// ## Why it matters
    ///
    /// compose refuses the whole file for one malformed `${`, even in a service of an inactive profile.
    /// `${X?:-d}` is worse, for it is accepted: it says that `X` is required, with `:-d` as the message,
    /// and a variable that was meant to have a default stops the deployment.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     image: app
    ///     environment:
    ///       CERT_PATH: ${CERT_PATH?:-/opt/cert.p12}
    /// ```
    ///
    /// ```text
    /// error[interpolation-syntax]: `${CERT_PATH?:-...}` makes `CERT_PATH` required and gives it no default
    /// ```
    ///
    /// ## What to do
    ///
    /// The forms are `${X}`, `${X:-default}`, `${X:?message}` and `${X:+alternative}`, each also without
    /// the colon, which then leaves an empty value alone. Where a shell in the container is to see a
    /// `${...}` of its own, write `$${...}`.
    pub struct InterpolationSyntax = "interpolation-syntax", Syntax, Error, fixes, by_file;
}

impl InterpolationSyntax {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let why = "compose refuses the whole file for it, so no service of it starts";
        let help = "the forms are `${X}`, `${X:-default}`, `${X:?message}` and `${X:+alternative}`";
        reporter.problems(index, ProblemKind::InterpolationSyntax, why, help);
    }
}
