//! `template-renders-broken`.

use crate::declare_rule;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports a template whose output is not the dotenv that its author meant.
    ///
    /// The template is rendered along all of its branches, with placeholders for what Vault holds.
    /// Reported are assignments that trim markers glue to the line before, quotes that a branch opens
    /// and never closes, and fields printed without a fallback though the same template expects them
    /// to be absent elsewhere.
    ///
    /// ## Why it matters
    ///
    /// Such a template looks right and renders without an error. A key that ends up inside of another
    /// key's value is missing at run time, and the other key has a wrong value.
    ///
    /// ## Example
    ///
    /// `secrets.ctmpl`
    /// ```text
    /// {{ with secret "secret/data/database" -}}
    /// DATABASE_URL="{{ .Data.data.URL }}"
    /// {{- end }}
    /// {{- with secret "secret/data/redis" -}}
    /// REDIS_URL="{{ .Data.data.URL }}"
    /// {{- end }}
    /// ```
    ///
    /// ```text
    /// error[template-renders-broken]: `REDIS_URL` is rendered on the line of `DATABASE_URL`, behind its value
    /// ```
    ///
    /// ## What to do
    ///
    /// Leave one newline between two assignments untrimmed: drop the `-` of the marker that eats it.
    pub struct TemplateRendersBroken = "template-renders-broken", Syntax, Error, fixes, by_file;
}

impl TemplateRendersBroken {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::TemplateRendersBroken,
            "the reader of the rendered file sees one line where two were meant",
            "",
        );
    }
}
