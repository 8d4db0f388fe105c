//! What compose refuses.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports what makes compose refuse a file: YAML that does not parse, a key twice in one mapping,
    /// a merge of something that is no mapping, and services, `environment` or `args` of a wrong shape.
    ///
    /// ## Why it matters
    ///
    /// Nothing of the file starts, whichever service was meant. The message that compose gives names a
    /// path inside the merged configuration, not a line, and stops at the first mistake.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     image: nginx
    ///     environment:
    ///       - LOG_LEVEL: info
    /// ```
    ///
    /// ```text
    /// error[compose-structure]: `- LOG_LEVEL: ...` is a mapping in a list
    /// ```
    ///
    /// ## What to do
    ///
    /// Give the entry the shape that the help names. `docker compose config` tells whether compose
    /// accepts the file.
    pub struct ComposeStructure = "compose-structure", Syntax, Error, fixes, by_file;
}

impl ComposeStructure {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let why = "compose refuses the whole file, so no service of it starts";
        reporter.problems(
            index,
            ProblemKind::ComposeStructure,
            why,
            "give it the shape that compose expects",
        );
    }
}
