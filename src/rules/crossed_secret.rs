//! `crossed-secret`

use crate::diagnostic::Diagnostic;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::{Reporter, joined_by};

crate::declare_rule! {
    /// Reports a login to Docker Hub whose user name and whose password or token are one and the same secret.
    ///
    /// ## Why it matters
    ///
    /// The step fails, and with it every release that goes this way. Nobody sees it in the diff: both lines look as
    /// they should, and the log shows `***` for both.
    ///
    /// ## Example
    ///
    /// `.github/workflows/release.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   release:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: docker/login-action@v3
    ///         with:
    ///           username: ${{ secrets.DOCKER_HUB_TOKEN }}
    ///           password: ${{ secrets.DOCKER_HUB_TOKEN }}
    /// ```
    ///
    /// ```text
    /// warning[crossed-secret]: the name of the account is taken from `secrets.DOCKER_HUB_TOKEN`, as its `password` is
    /// ```
    ///
    /// ## What to do
    ///
    /// Take the name from the secret or the variable that holds it. Registries that accept a token as both, such as
    /// that of DigitalOcean, are left alone.
    pub struct CrossedSecret = "crossed-secret", Secret, Warning, by_file => joined;
}

impl CrossedSecret {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::CrossedSecret,
            "the two cannot be the same",
            "take each from the secret that holds it",
        );
    }
}

/// A line that was copied from workflow to workflow is one fault.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    joined_by(found, "here as well", |finding| finding.key.clone())
}
