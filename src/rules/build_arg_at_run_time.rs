//! `build-arg-at-run-time`.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a build argument that the command of the finished container uses, where no `ENV` keeps it.
    ///
    /// Where something in the tree gives the container a variable of the same name (`environment:`, an env
    /// file, a dotenv), or where the base image may bring one, the rule says nothing.
    ///
    /// ## Why it matters
    ///
    /// An `ARG` lives while the image is built. The shell that runs `CMD`, `ENTRYPOINT` or a health check
    /// starts later, in the container, and finds the variable empty: the program listens on no port, or
    /// checks an address without a host.
    ///
    /// ## Example
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM python:3.13-slim
    /// ARG APP_PORT=8000
    /// CMD uvicorn app:app --port $APP_PORT
    /// ```
    ///
    /// ```text
    /// warning[build-arg-at-run-time]: `APP_PORT` is empty when the container runs: it is an `ARG` and no `ENV`
    /// ```
    ///
    /// ## What to do
    ///
    /// Keep the argument for the container: `ENV APP_PORT=$APP_PORT`.
    pub struct BuildArgAtRunTime = "build-arg-at-run-time", Build, Warning, by_file;
}

impl BuildArgAtRunTime {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, problem) in index.problems(ProblemKind::BuildArgAtRunTime) {
            let Some(key) = &problem.key else { continue };
            if !index.may_be_given(key) {
                reporter.problem(
                    file,
                    problem,
                    "an `ARG` lives while the image is built; the shell of the container finds the variable empty",
                    "keep it in the image with an `ENV`",
                );
            }
        }
    }
}
