//! Assignments that are commented out: `# KEY=value`.

use super::document::{Raw, value_between};
use crate::text::Span;

/// An assignment in a comment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommentedAssignment {
    /// The key.
    pub key: Span,
    /// The value; what follows the sign, where the line goes on in prose.
    pub value: Raw,
    /// The comment behind the value, from its `#`.
    pub comment: Option<Span>,
    /// Whether white space stands before the `=`.
    pub spaced: bool,
    /// Whether the line may as well be a sentence (`# DEBUG=true turns everything on`), so that
    /// only the key is certain.
    pub prose: bool,
}

/// Reads a comment that is an assignment of an `UPPER_SNAKE` key and nothing before it. `comment` is
/// the comment's span in `text`, from its `#`.
#[must_use]
pub fn commented_assignment(text: &str, comment: Span) -> Option<CommentedAssignment> {
    let line = text.get(comment.range())?;
    let inside = line.trim_start_matches('#').trim_start();
    let inside = match inside.strip_prefix("export") {
        Some(behind) if behind.starts_with([' ', '\t']) => behind.trim_start(),
        _ => inside,
    };
    let start = comment.end as usize - inside.len();
    let length = inside.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))?;
    let key = inside.get(..length)?;
    // A single letter is more often a formula.
    if length < 2 || !key.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') {
        return None;
    }
    let behind = inside.get(length..)?;
    let sign = behind.trim_start_matches([' ', '\t']);
    let value = sign.strip_prefix('=')?;
    if value.starts_with(['=', '>', '~']) {
        return None;
    }
    let found = value_between(text, comment.end as usize - value.len(), comment.end as usize);
    let written = text.get(found.value.span.range())?;
    let words = if found.value.inner == found.value.span { written.split_whitespace().count() } else { 1 };
    Some(CommentedAssignment {
        key: Span::new(start, start + length),
        value: found.value,
        comment: found.comment,
        spaced: sign.len() < behind.len(),
        prose: words > 2
            || found.behind.is_some()
            || !found.value.closed
            || written.ends_with([',', ';', ':']),
    })
}
