//! `invalid-setting`

use crate::declare_rule;
use crate::index::Index;
use crate::rule::Reporter;

declare_rule! {
    /// Reports entries of envcheck's own settings that it does not know or cannot read.
    ///
    /// Settings stand in `envcheck.toml` at the root of the tree, or under `lint` in the matrix. This rule
    /// speaks whatever they select; only a flag silences it.
    ///
    /// ## Why it matters
    ///
    /// A setting that is not understood has no effect: with `duplicat-key = "error"` the rule keeps its
    /// level, and the team believes what is not so. What is valid in the settings still counts.
    ///
    /// ## Example
    ///
    /// `envcheck.toml`
    /// ```toml
    /// [rules]
    /// duplicat-key = "error"
    /// ```
    ///
    /// ```text
    /// error[invalid-setting]: there is no rule `duplicat-key`
    ///   = help: did you mean `duplicate-key`?
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct the entry. `envcheck rules` lists the rules, `envcheck explain RULE` their options, and an
    /// editor that knows the JSON Schema (`envcheck schema settings`) shows both while you type.
    pub struct InvalidSetting = "invalid-setting", Matrix, Error;
}

impl InvalidSetting {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for problem in &index.settings_problems {
            let mut finding = reporter
                .report(problem.message.clone(), problem.at, problem.label.clone())
                .why(match problem.related {
                    Some(_) => "only one place counts: what is changed in the other has no effect",
                    None => "an entry that is not understood has no effect",
                })
                .help(
                    problem
                        .help
                        .as_deref()
                        .unwrap_or("correct it; `envcheck schema settings` prints what may stand here"),
                );
            if let Some((at, label)) = &problem.related {
                finding = finding.label(*at, label.clone());
            }
            drop(finding);
        }
    }
}
