//! `unknown-suppression`

use crate::declare_rule;
use crate::rule::{Reporter, closest};
use crate::suppress::{IgnoreComment, Review, Slip};
use crate::text::Location;

declare_rule! {
    /// Reports an exception that cannot be followed: an ignore comment or a baseline entry that names no rule.
    ///
    /// ## Why it matters
    ///
    /// It excepts nothing. Whoever wrote it believes that the finding is dealt with, and whoever reads it that
    /// somebody decided so.
    ///
    /// ## Example
    ///
    /// `.env`
    /// ```dotenv
    /// LOG_LEVEL=debug  # envcheck: ignore[duplicated-key] two loaders
    /// ```
    ///
    /// ```text
    /// error[unknown-suppression]: there is no rule `duplicated-key`
    ///   = help: did you mean `duplicate-key`?
    /// ```
    ///
    /// There is no comment that ignores everything: `# envcheck: ignore` without a rule is reported as well.
    ///
    /// ## What to do
    ///
    /// Name the rule as the finding does, in square brackets. `envcheck rules` lists all of them.
    pub struct UnknownSuppression = "unknown-suppression", Matrix, Error, of_exceptions;
}

impl UnknownSuppression {
    fn ask(review: &Review<'_>, reporter: &mut Reporter<'_>) {
        for comment in &review.exceptions.comments {
            about_comment(comment, reporter);
        }
        let Some(baseline) = &review.exceptions.baseline else { return };
        if let Some((at, fault)) = &baseline.fault {
            reporter
                .report(format!("the baseline cannot be read: {fault}"), *at, "not a baseline")
                .why("it covers nothing, so every finding is reported")
                .help("`envcheck check --update-baseline` writes it anew; `envcheck schema baseline` prints its schema");
        }
        for count in baseline.counts.iter().filter(|count| super::by_name(&count.group.rule).is_none()) {
            unknown(&count.group.rule, count.at, "an entry for no rule", reporter);
        }
    }
}

fn about_comment(comment: &IgnoreComment, reporter: &mut Reporter<'_>) {
    let at = Location::new(comment.file(), comment.said);
    match &comment.slip {
        Some(Slip::NamesNothing) => {
            reporter
                .report("an ignore comment names no rule", at, "ignores nothing")
                .help("name the rules in square brackets: `envcheck: ignore[rule] reason`");
        }
        Some(Slip::Unclosed) => {
            reporter
                .report("the brackets of an ignore comment are not closed", at, "ignores nothing")
                .help("close them behind the last rule: `envcheck: ignore[rule] reason`");
        }
        Some(Slip::Misspelled) => {
            reporter
                .report("this is spelled nearly as an ignore comment is", at, "ignores nothing")
                .help("write `envcheck: ignore[rule] reason`");
        }
        Some(Slip::UnknownWord(word)) => {
            let help = match closest(word, ["ignore", "ignore-file"].into_iter()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => "it may be `ignore` or `ignore-file`".to_owned(),
            };
            reporter.report(format!("`{word}` tells envcheck nothing"), at, "ignores nothing").help(help);
        }
        None => {
            for name in comment.rules.iter().filter(|name| super::by_name(&name.value).is_none()) {
                unknown(&name.value, Location::new(comment.file(), name.span), "not a rule", reporter);
            }
        }
    }
}

/// Reports the name of no rule.
fn unknown(name: &str, at: Location, label: &str, reporter: &mut Reporter<'_>) {
    let rules = || super::ALL.iter().map(|rule| rule.meta());
    let is_group = rules().any(|meta| meta.group.word() == name);
    let help = match closest(name, rules().map(|meta| meta.id.0)) {
        _ if is_group => format!("`{name}` is a group; name its rules one by one"),
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "`envcheck rules` lists all rules".to_owned(),
    };
    reporter.report(format!("there is no rule `{name}`"), at, label).help(help);
}
