//! Definitions and uses of variables, in the order in which BuildKit comes to them.

use crate::text::Spanned;

/// A definition or use of a variable.
#[derive(Debug)]
pub(super) struct Event {
    /// The name, where it stands.
    pub(super) name: Spanned<String>,
    /// The stage; `None` before the first `FROM`.
    pub(super) stage: Option<usize>,
    /// The number of the instruction.
    pub(super) instruction: usize,
    pub(super) kind: EventKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EventKind {
    /// `ARG`.
    Arg,
    /// `ENV`, or a secret mounted as a variable.
    Env,
    /// A use in the `FROM` line of the stage.
    UseInFrom,
    /// A use that BuildKit expands.
    UseByBuildKit,
    /// A use in the value of the name itself: all of an `ENV` (`X=$X`), or a part (`X=$X:/more`) or an `ARG`.
    UseInOwnValue { is_all: bool },
    /// A use that the shell of a `RUN` expands.
    UseByShell,
    /// A use that the shell of the finished container expands.
    UseAtRunTime,
}
