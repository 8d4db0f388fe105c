//! What a script prints, and where that goes.
//!
//! Commands, pipelines, groups and redirections are followed as far as they decide whether something that
//! is printed reaches the log of whoever runs the script. What `$(...)` captures, what a function prints
//! for its caller, and what goes into a file or into another program's input does not.

mod scan;
#[cfg(test)]
mod tests;
mod word;

use std::ops::Range;

/// What a script prints. All ranges are byte offsets in the text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outputs {
    /// What is printed, in order.
    pub prints: Vec<Print>,
    /// Where `set -x` is on, so that each command is printed with its variables expanded.
    pub traced: Vec<Trace>,
    /// The bodies of heredocs, which no trace shows.
    pub heredocs: Vec<Range<usize>>,
}

impl Outputs {
    /// Whether the body of a heredoc stands at `at`.
    #[must_use]
    pub fn is_in_heredoc(&self, at: usize) -> bool {
        let behind = self.heredocs.partition_point(|body| body.start <= at);
        behind.checked_sub(1).and_then(|last| self.heredocs.get(last)).is_some_and(|body| at < body.end)
    }
}

/// A part of a script whose commands are printed before they run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// What switches it on: the `set` command, or the first line.
    pub begun_by: Range<usize>,
    /// The part.
    pub covers: Range<usize>,
}

/// One command that prints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Print {
    /// The command, from its first word to its last.
    pub command: Range<usize>,
    /// What it prints.
    pub what: Printed,
    /// Where that goes.
    pub to: Target,
}

/// What a command prints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Printed {
    /// Texts: `echo`, `printf`. Variables in them are expanded.
    Texts(Vec<Range<usize>>),
    /// The body of a heredoc, by its number: `cat <<EOF`.
    Heredoc(usize),
    /// One variable: `printenv NAME`.
    Variable(Range<usize>),
    /// All variables: `env`, `printenv`, `export -p`, `set`.
    Environment,
    /// Files: `cat .env`.
    Files(Vec<Range<usize>>),
}

/// Where the output of a command goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// To whoever watches.
    Log,
    /// Into a file, by its path as written.
    File(Range<usize>),
    /// Into another program.
    Program,
}

/// What `text` prints. Never fails; cost is linear.
pub(super) fn find(text: &str) -> Outputs {
    scan::find(text)
}
