//! `token-permission-missing`

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a step of a workflow whose action needs a permission that `permissions:` does not leave to the token of its
    /// job: one that attests, that signs in to a cloud by `id-token`, that opens pull requests, releases, or pushes images.
    ///
    /// Where there is no `permissions:`, the settings of the repository decide, and it speaks of `id-token` alone, which
    /// no default grants. Steps that are given another token are left out, and workflows that others call, which have
    /// what the caller has.
    ///
    /// ## Why it matters
    ///
    /// The step fails, often the last one of a release: what was built before it is there, and its signature, its pull
    /// request or its deployment is not.
    ///
    /// ## Example
    ///
    /// `.github/workflows/release.yml`
    /// ```yaml
    /// on: push
    /// permissions:
    ///   contents: read
    /// jobs:
    ///   release:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/attest-build-provenance@v2
    ///         with: { subject-path: dist/app }
    /// ```
    ///
    /// ```text
    /// warning[token-permission-missing]: `actions/attest-build-provenance` needs `id-token: write` and `attestations: write`, which the token of its job does not have
    /// ```
    ///
    /// ## What to do
    ///
    /// Add the permission to the `permissions:` of the job that needs it.
    pub struct TokenPermissionMissing = "token-permission-missing", Missing, Warning, by_file;
}

impl TokenPermissionMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::TokenPermission,
            "GitHub refuses what the step asks for, and the job fails there",
            "add the permission to the job",
        );
    }
}
