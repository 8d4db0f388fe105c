//! `folded-build-args`

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports `build-args:` of a workflow whose lines YAML folds into one, so that one argument swallows the others.
    ///
    /// `docker/build-push-action` takes one argument per line. A plain text of several lines, and one
    /// after `>`, reaches it as a single line.
    ///
    /// ## Why it matters
    ///
    /// The first argument gets a value with the names and values of all others in it, and the others are
    /// never passed: the Dockerfile builds with their defaults.
    ///
    /// ## Example
    ///
    /// `.github/workflows/image.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   image:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: docker/build-push-action@v6
    ///         with:
    ///           build-args:
    ///             BUILD_TAG=v1
    ///             BUILD_TYPE=full
    /// ```
    ///
    /// ```text
    /// warning[folded-build-args]: YAML folds these 2 build arguments into one line, so only `BUILD_TAG` is passed
    /// ```
    ///
    /// ## What to do
    ///
    /// Write `build-args: |`.
    pub struct FoldedBuildArgs = "folded-build-args", Build, Warning, by_file, fixes;
}

impl FoldedBuildArgs {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::FoldedBuildArgs,
            "the action takes one argument per line, and YAML hands it a single line",
            "write `build-args: |`",
        );
    }
}
