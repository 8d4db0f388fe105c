//! `undefined-in-stage`.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a variable in a Dockerfile that no `ARG` or `ENV` of its stage, or of the stages below it,
    /// defines.
    ///
    /// ## Why it matters
    ///
    /// BuildKit puts an empty text in the place of an undefined variable and goes on: `WORKDIR $APP_HOME`
    /// stays where it is, `COPY . $TARGET/` copies into the root. Each stage starts with the environment
    /// of its own base; `ENV` and `ARG` of another stage do not come along with `COPY --from`. All values
    /// of one `ENV` instruction see the environment as it was before it.
    ///
    /// A base image may define any variable. The rule speaks only where the Dockerfile itself shows that
    /// the name was meant (another stage or a later line defines it, or one that differs by a letter) and
    /// the base image is known not to bring it; and of names in `FROM` lines, which only `ARG`s before
    /// the first `FROM` can fill.
    ///
    /// ## Example
    ///
    /// ```dockerfile
    /// FROM node:22 AS build
    /// ENV APP_HOME=/srv/app
    /// FROM alpine:3
    /// WORKDIR $APP_HOME
    /// ```
    ///
    /// `APP_HOME` is not defined in stage 1; only stage `build` defines it.
    ///
    /// ## What to do
    ///
    /// Repeat the `ENV` or `ARG` in the stage, start the stage from one that has it, or correct the name.
    /// Where an empty value is meant, say so: `${NAME:-}`.
    pub struct UndefinedInStage = "undefined-in-stage", Build, Warning, fixes, by_file;
}

impl UndefinedInStage {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::UndefinedInStage,
            "an undefined variable becomes an empty text, and the build goes on",
            "define it with `ARG` or `ENV` in this stage, or write `${NAME:-}` if empty is meant",
        );
    }
}
