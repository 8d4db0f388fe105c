//! Expressions of workflows that nothing gives a value.

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports an expression of a workflow that asks for what the workflow never gives: an output that a job does
    /// not have, a step without that id, an output that the script of a step does not write, a name that the matrix
    /// lacks, an input that nobody declares, a field that no event has; and a condition on the repository that still
    /// names the one of an example.
    ///
    /// ## Why it matters
    ///
    /// GitHub takes it for an empty text and goes on. An image is tagged `app:`, a condition is never true, a
    /// deployment gets an empty address.
    ///
    /// ## Example
    ///
    /// `.github/workflows/build.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - id: image
    ///         uses: docker/build-push-action@v6
    ///       - run: cosign sign "app@${{ steps.image.digest }}"
    /// ```
    ///
    /// ```text
    /// warning[undefined-expression]: a step has no `digest`
    /// ```
    ///
    /// ## What to do
    ///
    /// Declare what is asked for, or ask for what is declared: outputs of a step are `steps.<id>.outputs.<name>`, those
    /// of another job `needs.<job>.outputs.<name>`, and both jobs have to say so, the one in `outputs:`, the
    /// other in `needs:`.
    ///
    /// Lists that are computed, such as a matrix from `fromJSON`, and the outputs of actions and reusable
    /// workflows are not judged.
    pub struct UndefinedExpression = "undefined-expression", Missing, Warning, fixes, by_file;
}

impl UndefinedExpression {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::UndefinedExpression,
            "GitHub puts an empty text in its place and goes on",
            "declare what is asked for",
        );
    }
}
