//! `github-env-misuse`

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a step that writes to `$GITHUB_ENV` what never arrives: a value without `NAME=`, or a variable that the
    /// step reads itself, before it is set.
    ///
    /// ## Why it matters
    ///
    /// The runner reads the file when the step is over, line by line. A line without a name fails the step; a
    /// variable that is read in the same step is empty, and the script goes on with nothing.
    ///
    /// ## Example
    ///
    /// `.github/workflows/mail.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   mail:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: |
    ///           echo "SENDER=ci@example.com" >> "$GITHUB_ENV"
    ///           ./send --from "$SENDER"
    /// ```
    ///
    /// ```text
    /// warning[github-env-misuse]: `$SENDER` is empty here: the step itself writes it to `$GITHUB_ENV`
    /// ```
    ///
    /// ## What to do
    ///
    /// Write `NAME=value`, and set the variable in the shell too where the same script needs it.
    pub struct GithubEnvMisuse = "github-env-misuse", Missing, Warning, by_file;
}

impl GithubEnvMisuse {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::GithubEnvMisuse,
            "what is written to `$GITHUB_ENV` is there for later steps only",
            "write `NAME=value`, and read it in a later step",
        );
    }
}
