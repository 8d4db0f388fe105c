//! `shell-variable-outside-run`

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a `$NAME` of a workflow's `env:` in a condition, an input or another `env:`, where nothing
    /// expands it, and a `$$NAME` in a compose health check that is a list for `CMD`, which no shell reads.
    ///
    /// ## Why it matters
    ///
    /// Only a shell knows `$NAME`, and only `run:` is read by a shell. Anywhere else the text stays as it
    /// is: the action logs in to a region called `$AWS_REGION`, or the condition is never true.
    ///
    /// ## Example
    ///
    /// `.github/workflows/deploy.yml`
    /// ```yaml
    /// on: push
    /// env:
    ///   AWS_REGION: eu-central-1
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: aws-actions/configure-aws-credentials@v4
    ///         with:
    ///           aws-region: $AWS_REGION
    /// ```
    ///
    /// ```text
    /// warning[shell-variable-outside-run]: nothing replaces `$AWS_REGION` in the input `aws-region`
    /// ```
    ///
    /// ## What to do
    ///
    /// Write `${{ env.NAME }}`, in `if:` just `env.NAME`; in a health check `CMD-SHELL` for `CMD`.
    ///
    /// The rule looks at variables that the step's own `env:`, its job's or the workflow's sets, and at
    /// actions that are known to hand their inputs on as they are.
    pub struct ShellVariableOutsideRun = "shell-variable-outside-run", Syntax, Warning, fixes, by_file;
}

impl ShellVariableOutsideRun {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::ShellVariableOutsideRun,
            "only the shell of a `run:` knows it by this name",
            "write `${{ env.NAME }}`",
        );
    }
}
