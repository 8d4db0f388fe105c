//! `${...}` that is none.

use crate::declare_rule;
use crate::fact::{Need, Place, ProblemKind, Role};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::Location;

declare_rule! {
    /// Reports a malformed `${...}`: a brace that is never closed, a missing name, an operator that does
    /// not exist or is written the wrong way round; an expression `${{ }}` of a workflow that GitHub cannot parse, or
    /// that a third brace follows; a command or an expression with one brace (`${github.sha}`) in the script of a step; in code, a default that is the key's own name in `${}`.
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
        for fact in index.facts().filter(|fact| fact.place == Place::Process) {
            let Role::Reads(read) = &fact.role else { continue };
            let Need::Default(default) = &read.need else { continue };
            let own = format!("${{{}}}", fact.key);
            if default.plain() != Some(own.as_str()) || default.span.is_empty() || index.is_aside(fact.file) {
                continue;
            }
            reporter
                .report(
                    format!("the default of `{}` is its own name in `${{}}`", fact.key),
                    Location::new(fact.file, default.span),
                    "taken as it stands",
                )
                .key(&fact.key)
                .why("nothing expands a text in code, so the program goes on with a dollar sign and braces")
                .help("have no default, and fail where the key is not set");
        }
    }
}
