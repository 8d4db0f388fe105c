//! `undefined-as-text`

use crate::diagnostic::Diagnostic;
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::{Reporter, by_fault, enumerate_some, of_several_keys};

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

/// How the label of a field begins that decorators check.
const CHECKED: &str = "checked as that text, ";

/// How it ends where they would let the field be missing.
const OPTIONAL: &str = "though it may be missing";

/// The habit of a class is one fault. A key that has to be there speaks first.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let label = |finding: &Diagnostic| finding.primary().map_or("", |label| &label.message).to_owned();
    let of_class = |finding: &Diagnostic| {
        finding.primary().filter(|label| label.message.starts_with(CHECKED)).map(|label| label.at.file)
    };
    let mut groups = by_fault(found, of_class);
    for group in &mut groups {
        group.sort_by_key(|finding| label(finding).ends_with(OPTIONAL));
    }
    groups.into_iter().flat_map(one_of).collect()
}

/// So many further places are shown.
const SHOWN: usize = 3;

fn one_of(group: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some((names, mut one)) = of_several_keys(&group) else { return group };
    one.message = format!("without values {} become the text `undefined`", enumerate_some(&names));
    let others = group.iter().skip(1).filter_map(|found| found.labels.first().cloned());
    one.labels.extend(others.take(SHOWN));
    one.help =
        one.help.map(|help| help.replace(", or take it as it is", " and so on, or take them as they are"));
    vec![one]
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
