//! `undefined-as-text`

use crate::diagnostic::Diagnostic;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::{Reporter, joined_by};

crate::declare_rule! {
    /// Reports a template that is one read of a variable and nothing else (`` `${process.env.X}` ``), where the code
    /// counts on its being empty without one: a default stands behind it, it is asked whether there is any, or
    /// decorators check the field.
    ///
    /// ## Why it matters
    ///
    /// A template makes a text of whatever it holds. Without the variable that is `undefined`, nine letters that are
    /// neither empty nor missing: the default is never taken, and what checks the field checks that text.
    ///
    /// ## Example
    ///
    /// `env.ts`
    /// ```ts
    /// export const region = `${process.env.REGION}` || "eu-central-1";
    /// ```
    ///
    /// ```text
    /// warning[undefined-as-text]: without a value `REGION` becomes the text `undefined`
    /// ```
    ///
    /// ## What to do
    ///
    /// Take the variable as it is, without the template.
    pub struct UndefinedAsText = "undefined-as-text", Value, Warning, fixes, by_file => joined;
}

/// What is to be seen of a field that decorators check.
const CHECKED: &str = "checked as that text, as if there were a value";

/// The habit of a class is one fault.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    joined_by(found, "and so is this one", |finding| {
        finding.primary().filter(|label| label.message == CHECKED).map(|label| label.at.file)
    })
}

impl UndefinedAsText {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::UndefinedAsText,
            "a template makes a text of what is not there, too",
            "take the variable without the template",
        );
    }
}
