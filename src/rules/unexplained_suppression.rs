//! `unexplained-suppression`

use crate::declare_rule;
use crate::rule::Reporter;
use crate::suppress::Review;
use crate::text::Location;

declare_rule! {
    /// Reports an ignore comment that does not say why.
    ///
    /// ## Why it matters
    ///
    /// Whoever comes next cannot tell a decision from a shortcut, so nobody dares to take the exception away.
    ///
    /// ## Example
    ///
    /// `.env`
    /// ```dotenv
    /// LOG_LEVEL=debug  # envcheck: ignore[duplicate-key]
    /// ```
    ///
    /// ```text
    /// warning[unexplained-suppression]: an exception to `duplicate-key` without a reason
    /// ```
    ///
    /// ## What to do
    ///
    /// Write the reason behind the brackets: `# envcheck: ignore[duplicate-key] the old loader takes the first`.
    pub struct UnexplainedSuppression = "unexplained-suppression", Matrix, Strict, of_exceptions;
}

impl UnexplainedSuppression {
    fn ask(review: &Review<'_>, reporter: &mut Reporter<'_>) {
        let comments = review.exceptions.comments.iter();
        for comment in comments.filter(|comment| comment.slip.is_none() && !comment.has_reason) {
            let names: Vec<&str> = comment.rules.iter().map(|rule| rule.value.as_str()).collect();
            reporter
                .report(
                    format!("an exception to {} without a reason", crate::rule::enumerate(&names)),
                    Location::new(comment.file(), comment.said),
                    "says not why",
                )
                .help("write the reason behind the brackets");
        }
    }
}
