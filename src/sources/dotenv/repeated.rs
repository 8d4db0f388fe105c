//! Keys that are set twice in one file.

use super::broken::Lines;
use crate::diagnostic::Applicability;
use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::dotenv::{Assignment, Document, PieceKind, references};
use crate::text::Span;

/// The most earlier places that one finding points at.
const MOST_PLACES: usize = 5;

/// One problem per key that is set more than once. A line that extends the earlier value
/// (`PATH=$PATH:x`) and lines under a condition are no repetition.
pub(super) fn problems(text: &str, document: &Document, lines: &Lines) -> Vec<Problem> {
    let mut set: Vec<(&str, &Assignment, Span)> = Vec::with_capacity(document.pieces.len());
    for (number, piece) in document.pieces.iter().enumerate() {
        if let PieceKind::Assignment(found) = &piece.kind
            && !lines.is_foreign(number)
            && !lines.is_conditional(number)
            && let Some(key) = text.get(found.key.range())
        {
            set.push((key, found, piece.span));
        }
    }
    // Stable, so that the places of each key stay in order.
    set.sort_by_key(|&(key, ..)| key);
    set.chunk_by(|(one, ..), (other, ..)| one == other).filter_map(|places| problem(text, places)).collect()
}

/// What is wrong with the places of one key.
fn problem(text: &str, places: &[(&str, &Assignment, Span)]) -> Option<Problem> {
    let (&(key, last, last_span), earlier) = places.split_last()?;
    if earlier.is_empty() {
        return None;
    }
    let extends = |assignment: &Assignment| {
        references(text, &assignment.value).iter().any(|found| text.get(found.name.range()) == Some(key))
    };
    if places.iter().any(|(_, assignment, _)| extends(assignment)) {
        return None;
    }
    let value = last.value.unquoted(text);
    let same = earlier.iter().all(|(_, assignment, _)| assignment.value.unquoted(text) == value);
    let times = match places.len() {
        2 => "twice".to_owned(),
        many => format!("{many} times"),
    };
    let mut problem = if same {
        Problem::new(
            ProblemKind::DuplicateKey,
            last.key,
            format!("`{key}` is set {times} to the same value"),
            "set again",
        )
    } else {
        Problem::new(
            ProblemKind::ContradictingDuplicate,
            last.key,
            format!("`{key}` is set {times} to different values"),
            "this one wins",
        )
    };
    problem.key = Some(KeyName::new(key));
    for (_, assignment, _) in earlier.iter().take(MOST_PLACES) {
        let label = if same { "first set" } else { "overridden below" };
        problem = problem.related(assignment.key, label);
    }
    if same && earlier.len() == 1 {
        problem.repair.push((last_span, String::new()));
        // A comment above it would stay behind, and speak of nothing.
        let above = text.get(..last_span.start as usize).and_then(|above| above.lines().last());
        if above.is_some_and(|line| line.trim_start().starts_with('#')) {
            problem.trust = Applicability::Unsafe;
        }
    }
    Some(problem)
}
