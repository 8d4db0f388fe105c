//! `unused-suppression`

use crate::declare_rule;
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::key::KeyName;
use crate::rule::{Reporter, enumerate};
use crate::suppress::{BaselineCount, IgnoreComment, Review};
use crate::text::{Location, Span};

declare_rule! {
    /// Reports an ignore comment that matches no finding, and a baseline that counts more findings than there are.
    ///
    /// ## Why it matters
    ///
    /// An exception that outlives its reason waits for the next mistake of the same kind and hides it. And
    /// whoever reads the file takes for broken what is mended.
    ///
    /// ## Example
    ///
    /// `.env`
    /// ```dotenv
    /// LOG_LEVEL=debug  # envcheck: ignore[duplicate-key] set twice until the old loader is gone
    /// ```
    ///
    /// ```text
    /// warning[unused-suppression]: nothing here is reported by `duplicate-key`
    /// ```
    ///
    /// Only rules that were asked are judged: a comment for a strict rule is not unused in a run without
    /// `--strict`.
    ///
    /// ## What to do
    ///
    /// Delete the comment, or the name in it that has no use any more. A baseline is brought up to date by
    /// `envcheck check --update-baseline`.
    pub struct UnusedSuppression = "unused-suppression", Matrix, Warning, of_exceptions, fixes;
}

impl UnusedSuppression {
    fn ask(review: &Review<'_>, reporter: &mut Reporter<'_>) {
        for comment in review.exceptions.comments.iter().filter(|comment| comment.slip.is_none()) {
            about_comment(comment, review, reporter);
        }
        for count in review.exceptions.baseline.iter().flat_map(|baseline| &baseline.counts) {
            if count.found < count.count && is_judged(&count.group.rule, review) {
                about_count(count, reporter);
            }
        }
    }
}

/// Whether it is known that `rule` found nothing more.
fn is_judged(rule: &str, review: &Review<'_>) -> bool {
    let is_asked = review.asked.iter().any(|asked| asked.0 == rule);
    // Whether an exception to these rules has a use is not known before they have spoken.
    is_asked && super::by_name(rule).is_some_and(|rule| !rule.meta().is_about_exceptions)
}

fn about_comment(comment: &IgnoreComment, review: &Review<'_>, reporter: &mut Reporter<'_>) {
    let is_unused = |position: usize, name: &str| {
        !comment.used.get(position).copied().unwrap_or(true) && is_judged(name, review)
    };
    let unused: Vec<(usize, &str, Span)> = comment
        .rules
        .iter()
        .enumerate()
        .map(|(position, rule)| (position, rule.value.as_str(), rule.span))
        .filter(|&(position, name, _)| is_unused(position, name))
        .collect();
    let Some(&(_, _, first)) = unused.first() else { return };
    let names: Vec<&str> = unused.iter().map(|&(_, name, _)| name).collect();
    let is_whole = unused.len() == comment.rules.len();
    let file = comment.file();
    let edits: Vec<Edit> = if is_whole {
        vec![Edit { at: Location::new(file, comment.whole), replacement: String::new() }]
    } else {
        let kept: Vec<&str> = comment
            .rules
            .iter()
            .enumerate()
            .filter(|(position, _)| !unused.iter().any(|(other, _, _)| other == position))
            .map(|(_, rule)| rule.value.as_str())
            .collect();
        let all = comment.rules.iter().map(|rule| rule.span).reduce(Span::cover).unwrap_or(first);
        vec![Edit { at: Location::new(file, all), replacement: kept.join(", ") }]
    };
    let (help, title) = if is_whole {
        ("delete the comment".to_owned(), "delete the comment".to_owned())
    } else {
        let names = enumerate(&names);
        (format!("take {names} out of the brackets"), format!("take {names} out of the brackets"))
    };
    let applicability = if is_whole && comment.trims { Applicability::Unsafe } else { Applicability::Safe };
    let place = if is_whole { comment.said } else { first };
    reporter
        .report(
            format!("nothing here is reported by {}", enumerate(&names)),
            Location::new(file, place),
            "matches no finding",
        )
        .why("an exception without a use hides the next mistake of its kind")
        .help(help)
        .fix(Fix { title, edits, applicability });
}

/// The baseline with the count of today.
fn lowered(count: &BaselineCount) -> Option<Fix> {
    let (title, edit) = if count.found == 0 {
        ("delete the entry".to_owned(), Edit { at: count.whole?, replacement: String::new() })
    } else {
        (format!("count {}", count.found), Edit { at: count.number?, replacement: count.found.to_string() })
    };
    Some(Fix { title, edits: vec![edit], applicability: Applicability::Safe })
}

fn about_count(count: &BaselineCount, reporter: &mut Reporter<'_>) {
    let group = &count.group;
    let about = if group.key.is_empty() { String::new() } else { format!(" about `{}`", group.key) };
    let place = if group.file.is_empty() { String::new() } else { format!(" in `{}`", group.file) };
    let findings = if count.count == 1 { "finding" } else { "findings" };
    let now = match count.found {
        0 => "there is none".to_owned(),
        1 => "there is one".to_owned(),
        found => format!("there are {found}"),
    };
    let message = format!(
        "the baseline counts {} {findings} of `{}`{place}{about}, and {now}",
        count.count, group.rule
    );
    let finding = reporter
        .report(message, count.at, "counts too many")
        .why("what is mended must leave the baseline, or the same mistake can come back unseen")
        .help("`envcheck check --update-baseline` writes the counts of today")
        .fix_if(lowered(count));
    if !group.key.is_empty() {
        drop(finding.key(&KeyName::new(&group.key)));
    }
}
