//! Quotes that reach the program.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports quotes that were meant as notation and become part of the value.
    ///
    /// ## Why it matters
    ///
    /// The program is given `"info"` where it expects `info`: an unknown level, a URL that no client can
    /// parse, a password that does not match. The line looks right to everybody who reads it.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     image: app
    ///     environment:
    ///       - LOG_LEVEL="info"
    /// ```
    ///
    /// ```text
    /// warning[literal-quotes]: the quotes become part of the value of `LOG_LEVEL`
    /// ```
    ///
    /// ## What to do
    ///
    /// Leave the quotes out, or put them where the notation knows them: in a YAML list around the whole
    /// item, in a dotenv directly around the value. Quotes that the program is to see are clearer in the
    /// map form of `environment`: `KEY: '"x"'`, which is never reported.
    pub struct LiteralQuotes = "literal-quotes", Syntax, Warning, fixes, by_file;
}

impl LiteralQuotes {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let why = "the program reads the value with the quotes in it";
        reporter.problems(index, ProblemKind::LiteralQuotes, why, "leave the quotes out");
    }
}
