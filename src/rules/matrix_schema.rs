//! `matrix-schema`.

use crate::declare_rule;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports entries of the matrix that envcheck does not know or cannot read.
    ///
    /// ## Why it matters
    ///
    /// An entry that is not understood demands nothing: with `requird: all` the key is required nowhere, and
    /// every check that the team meant to have stays silent. What is valid in the matrix still counts.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// keys:
    ///   DATABASE_URL: { requird: all }
    /// ```
    ///
    /// ```text
    /// error[matrix-schema]: unknown entry `requird` in `DATABASE_URL`
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct the entry. An editor that knows the JSON Schema of the matrix (`envcheck schema`) shows what
    /// may stand where while you type.
    pub struct MatrixSchema = "matrix-schema", Matrix, Error, needs_matrix;
}

const HELP: &str =
    "correct it; `envcheck schema matrix` and `envcheck schema environment` print what may stand here";

impl MatrixSchema {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for problem in &index.matrix_problems {
            let mut finding = reporter
                .report(problem.message.clone(), problem.at, problem.label.clone())
                .why("what is not understood is left out, and what it should demand nobody checks")
                .help(problem.help.as_deref().unwrap_or(HELP));
            if let Some((at, label)) = &problem.related {
                finding = finding.label(*at, label.clone());
            }
            drop(finding);
        }
    }
}
