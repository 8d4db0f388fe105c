//! What GitHub refuses in a workflow.

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports what makes GitHub refuse a workflow or a composite action: YAML that does not parse, a key that a
    /// workflow, a job or a step does not have, a permission that does not exist, a job that needs one which is not
    /// there, a step that does nothing, two filters of one event that exclude one another (`branches` and `branches-ignore`),
    /// a list or a mapping under `with` or `env`, a pattern `!x` without quotes, which YAML takes for a tag;
    /// and what the shell refuses or forgets: a quote that nothing closes, a step that does nothing but `cd`.
    ///
    /// ## Why it matters
    ///
    /// Nothing of the file runs, on any event. No run fails either: GitHub lists one that never began, and what it
    /// should have tested, built or deployed stays as it was.
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
    ///       - uses: docker/metadata-action@v5
    ///         images: ghcr.io/me/app
    /// ```
    ///
    /// ```text
    /// error[workflow-structure]: `images` is no key of a step
    /// ```
    ///
    /// ## What to do
    ///
    /// Give the entry its place or its name; the help says which. Inputs of an action stand under `with:`.
    pub struct WorkflowStructure = "workflow-structure", Syntax, Error, by_file;
}

impl WorkflowStructure {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::WorkflowStructure,
            "GitHub refuses the whole file, so nothing of it runs",
            "give it the shape that GitHub expects",
        );
    }
}
