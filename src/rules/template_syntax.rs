//! `template-syntax`.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a template that consul-template or Vault's agent refuses to read.
    ///
    /// Blocks without `{{ end }}`, actions without `}}`, variables that are never declared, functions
    /// that do not exist, and trim markers without their space (`{{-X` is the negative of `X`, not a
    /// trim) are all refused when the agent starts.
    ///
    /// ## Why it matters
    ///
    /// One malformed action is enough: the agent renders nothing of the file, and every service that
    /// waits for it starts without its configuration or not at all.
    ///
    /// ## Example
    ///
    /// `secrets.ctmpl`
    /// ```text
    /// {{ with secret "secret/data/api" }}
    /// API_KEY={{ with .Data.data.API_KEY }}{{ . }}{{ else }}none
    /// {{ end }}
    /// ```
    ///
    /// ```text
    /// error[template-syntax]: a block is never closed
    /// ```
    ///
    /// ## What to do
    ///
    /// Mend the action as the message says. Where another program renders the template, with functions
    /// of its own, exclude the file.
    pub struct TemplateSyntax = "template-syntax", Syntax, Error, by_file;
}

impl TemplateSyntax {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::TemplateSyntax,
            "Go refuses the whole template, so the agent renders nothing of it",
            "",
        );
    }
}
