//! `build-arg-out-of-scope`.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a build argument that is used in a Dockerfile where its `ARG` does not reach.
    ///
    /// ## Why it matters
    ///
    /// An `ARG` before the first `FROM` belongs to `FROM` lines only. A stage that wants it repeats
    /// `ARG NAME` (without a value: it takes over the default). An `ARG` inside a stage holds from its
    /// line on, in that stage and in stages that start from it. The same goes for the platform arguments
    /// that BuildKit sets, such as `TARGETARCH`. Everywhere else the variable is empty, and nothing fails:
    /// the wrong version is downloaded, a path loses its middle.
    ///
    /// Where the base image may define a variable of the same name, the rule says nothing.
    ///
    /// ## Example
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// ARG APP_VERSION=1.4
    /// FROM alpine:3
    /// RUN wget https://example.com/app-${APP_VERSION}.tar.gz
    /// ```
    ///
    /// ```text
    /// warning[build-arg-out-of-scope]: `APP_VERSION` is empty in the stage: its `ARG` stands before the first `FROM`
    /// ```
    ///
    /// ## What to do
    ///
    /// Repeat the `ARG`, without a value, in the stage that uses it, above the first use. The repair puts it at the
    /// beginning of the stage.
    pub struct BuildArgOutOfScope = "build-arg-out-of-scope", Build, Warning, fixes, by_file;
}

impl BuildArgOutOfScope {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::BuildArgOutOfScope,
            "an `ARG` holds from its line to the end of its stage, and one before the first `FROM` in `FROM` lines \
             only; elsewhere the variable is empty and the build goes on",
            "declare the `ARG` in the stage, above this line",
        );
    }
}
