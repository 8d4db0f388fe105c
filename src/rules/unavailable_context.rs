//! `unavailable-context`

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports an expression of a workflow that uses a context which its position does not have, or a name that is
    /// no context at all: `${{ IMAGE }}` for `${{ env.IMAGE }}`.
    ///
    /// The table is GitHub's own ("Context availability"): `secrets` exists in a step, but not in an `if`;
    /// `env` not in any field of a job that is evaluated before it has a runner; `matrix` only inside of
    /// the job that has one.
    ///
    /// ## Why it matters
    ///
    /// GitHub refuses the whole workflow with "Unrecognized named-value". Nothing of it runs, on any event,
    /// and the run that should have deployed is one line in a list that nobody reads.
    ///
    /// ## Example
    ///
    /// `.github/workflows/deploy.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     if: secrets.DEPLOY_KEY != ''
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./deploy.sh
    /// ```
    ///
    /// ```text
    /// error[unavailable-context]: the `if` of a job has no `secrets` context
    /// ```
    ///
    /// ## What to do
    ///
    /// Move the value to where the context exists: a secret into a variable of the job which the `if` of a
    /// step tests, a setting into `vars` or an input, a path of the runner into a step.
    pub struct UnavailableContext = "unavailable-context", Syntax, Error, by_file;
}

impl UnavailableContext {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::UnavailableContext,
            "GitHub refuses the whole workflow with \"Unrecognized named-value\"",
            "use one of the contexts that exist there",
        );
    }
}
