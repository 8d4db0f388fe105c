//! `dotenv-syntax`

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a line of a dotenv file that no reader takes for what it is meant to be.
    ///
    /// ## Why it matters
    ///
    /// Readers of dotenv files disagree about broken lines: docker compose, `docker --env-file` and
    /// dotenvy refuse the whole file, python-dotenv warns and goes on, npm's dotenv says nothing and
    /// leaves the key unset. So a slip works on one machine and stops the next.
    ///
    /// ## Example
    ///
    /// `.env`
    /// ```dotenv
    /// APP NAME=report
    /// GREETING="hello
    /// ```
    ///
    /// ```text
    /// error[dotenv-syntax]: `APP NAME` is no key: a key has no spaces
    /// error[dotenv-syntax]: the value of `GREETING` opens a quote that nothing closes
    /// ```
    ///
    /// ## What to do
    ///
    /// Write every line as `KEY=value`, as a comment that begins with `#`, or leave it empty. Put values of
    /// several lines in quotes.
    pub struct DotenvSyntax = "dotenv-syntax", Syntax, Error, by_file;
}

impl DotenvSyntax {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::DotenvSyntax,
            "docker compose and dotenvy refuse a file with such a line; python-dotenv and npm's dotenv skip the line",
            "write `KEY=value`, or begin the line with `#`",
        );
    }
}
