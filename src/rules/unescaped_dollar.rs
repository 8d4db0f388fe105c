//! `$` that compose eats.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a `$` that was meant for a shell in the container or for a password, and that compose
    /// takes for a variable of its own.
    ///
    /// ## Why it matters
    ///
    /// compose interpolates every value of the file before a container exists. `$i` in a loop, `pa$word`
    /// and the salt in `$2a$11$...` are replaced by whatever the host holds under that name, which is
    /// nothing: the loop runs over empty names, the login fails.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   init:
    ///     image: alpine
    ///     command: sh -c 'for name in a b; do mkdir -p /data/$name; done'
    /// ```
    ///
    /// ```text
    /// warning[unescaped-dollar]: compose replaces `$name` before the shell sees it
    /// ```
    ///
    /// ## What to do
    ///
    /// Write `$$` for every `$` that has to reach the container. `$(command)`, `$1` and `$?` need no
    /// second `$`: compose leaves a `$` alone that has no name behind it.
    pub struct UnescapedDollar = "unescaped-dollar", Syntax, Warning, fixes, by_file;
}

impl UnescapedDollar {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let why = "compose interpolates it when it reads the file, and puts nothing there if the host has no such variable";
        reporter.problems(index, ProblemKind::UnescapedDollar, why, "write `$$`: compose turns it into `$`");
    }
}
