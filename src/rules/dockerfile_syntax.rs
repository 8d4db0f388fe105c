//! `dockerfile-syntax`.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports what BuildKit refuses in a Dockerfile: unknown instructions, `ENV` without a value, a
    /// missing `FROM`, open heredocs and quotes, comments at the end of a line, `--from` with nearly the name of a stage;
    /// and `ENV X = v`, whose value begins with the `=`.
    ///
    /// ## Why it matters
    ///
    /// The build stops. BuildKit names one error at a time, and only when somebody builds that very file;
    /// and what stands behind the error is not read, so that keys seem to be missing.
    ///
    /// Files that another frontend reads (`# syntax=` other than `docker/dockerfile`) and templates of
    /// Dockerfiles are left alone.
    ///
    /// ## Example
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM alpine:3
    /// ENV LOG_LEVEL=info # quiet
    /// ```
    ///
    /// ```text
    /// error[dockerfile-syntax]: `ENV` takes no comment at the end of its line
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct the line; a comment goes on a line of its own, a value with spaces into double quotes.
    pub struct DockerfileSyntax = "dockerfile-syntax", Syntax, Error, fixes, by_file;
}

impl DockerfileSyntax {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::DockerfileSyntax,
            "BuildKit refuses the whole file, so that no image can be built from it",
            "",
        );
    }
}
