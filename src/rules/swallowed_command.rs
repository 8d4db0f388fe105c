//! `swallowed-command`

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a line of a script or of a `RUN` that begins a command, where the line above ends with `\\` and nothing
    /// that would end its own command.
    ///
    /// ## Why it matters
    ///
    /// To the shell both lines are one command. The first program is given the second as arguments: packages that are not
    /// installed and files that are not removed go unnoticed where it does not mind, and where it does, the build stops.
    ///
    /// ## Example
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM debian:13
    /// RUN apt-get update && apt-get install -y curl \
    ///     rm -rf /var/lib/apt/lists/*
    /// ```
    ///
    /// ```text
    /// warning[swallowed-command]: `rm -rf` is an argument of `apt-get`
    /// ```
    ///
    /// ## What to do
    ///
    /// Put `&&` before the `\\`.
    pub struct SwallowedCommand = "swallowed-command", Syntax, Warning, by_file;
}

impl SwallowedCommand {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::SwallowedCommand,
            "a `\\` at the end of a line makes both lines one command",
            "",
        );
    }
}
