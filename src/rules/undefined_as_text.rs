//! `undefined-as-text`

use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a template that is one read of a variable and nothing else (`` `${process.env.X}` ``), where the code
    /// counts on its being empty without one: a default stands behind it, it is asked whether there is any, or
    /// decorators check the field.
    ///
    /// ## Why it matters
    ///
    /// A template makes a text of whatever it holds. Without the variable that is `undefined`, nine letters that are
    /// neither empty nor missing: the default is never taken, and a check for a value passes.
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
    pub struct UndefinedAsText = "undefined-as-text", Value, Warning, fixes, by_file;
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
