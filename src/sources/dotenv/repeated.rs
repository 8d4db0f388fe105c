//! Keys that are set twice in one file.

use super::broken::Lines;
use crate::diagnostic::Applicability;
use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::sources::times;
use crate::syntax::dotenv::{Assignment, Document, Piece, PieceKind, commented_assignment, references};
use crate::text::Span;

/// The most earlier places that one finding points at.
const MOST_PLACES: usize = 5;

/// One problem per key that is set more than once. A line that extends the earlier value
/// (`PATH=$PATH:x`) and lines under a condition are no repetition.
pub(super) fn problems(text: &str, document: &Document, lines: &Lines) -> Vec<Problem> {
    let mut set: Vec<(&str, &Assignment, usize)> = Vec::with_capacity(document.pieces.len());
    for (number, piece) in document.pieces.iter().enumerate() {
        if let PieceKind::Assignment(found) = &piece.kind
            && !lines.is_foreign(number)
            && !lines.is_conditional(number)
            && let Some(key) = text.get(found.key.range())
        {
            set.push((key, found, number));
        }
    }
    // Stable, so that the places of each key stay in order.
    set.sort_by_key(|&(key, ..)| key);
    set.chunk_by(|(one, ..), (other, ..)| one == other)
        .filter_map(|places| problem(text, document, places))
        .collect()
}

/// What is wrong with the places of one key.
fn problem(text: &str, document: &Document, places: &[(&str, &Assignment, usize)]) -> Option<Problem> {
    let (&(key, last, number), earlier) = places.split_last()?;
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
    let times = times(places.len());
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
    if let (true, [(.., first)]) = (same, earlier)
        && let Some((span, trust)) = repetition(text, document, (*first, number), key)
    {
        problem.repair.push((span, String::new()));
        problem.trust = trust;
    }
    Some(problem)
}

/// What goes with the piece `number`, which says again what `first` says, and how far that can be trusted. A
/// comment that was copied along goes along for sure; another one may tell what nothing else tells. `None` where a
/// comment of its own would come to stand above another key, of which it may or may not speak.
fn repetition(
    text: &str,
    document: &Document,
    (first, number): (usize, usize),
    key: &str,
) -> Option<(Span, Applicability)> {
    let span = document.pieces.get(number)?.span;
    let comments = |number: usize| -> Vec<Span> {
        let above = document.pieces.get(..number).unwrap_or_default().iter().rev();
        let is_comment = |span: Span| commented_assignment(text, span).is_none();
        above
            .take_while(|piece| matches!(piece.kind, PieceKind::Comment(span) if is_comment(span)))
            .map(|piece| piece.span)
            .collect()
    };
    let own = comments(number);
    let Some(top) = own.last() else { return Some((span, Applicability::Safe)) };
    let spoken = |spans: &[Span]| -> Vec<&str> {
        spans.iter().map(|span| text.get(span.range()).unwrap_or("").trim()).collect()
    };
    let is_blank = |piece: Option<&Piece>| piece.is_none_or(|piece| piece.kind == PieceKind::Blank);
    let behind = document.pieces.get(number + 1);
    // A key right below may be what the comment speaks of as well.
    let is_of_more =
        behind.is_some_and(|piece| !matches!(piece.kind, PieceKind::Blank | PieceKind::Comment(_)));
    let is_copied = spoken(&comments(first)) == spoken(&own);
    let is_named = spoken(&own).iter().any(|line| names(line, key));
    let trust = match (is_copied, is_named, is_of_more) {
        (true, _, false) => Applicability::Safe,
        (false, true, _) => Applicability::Unsafe,
        (false, false, true) => return None,
        (true, _, true) | (false, false, false) => return Some((span, Applicability::Unsafe)),
    };
    let above = number.checked_sub(own.len() + 1).and_then(|above| document.pieces.get(above));
    // Of the blank lines around it one is enough.
    let start =
        above.filter(|_| is_blank(above) && is_blank(behind)).map_or(top.start, |above| above.span.start);
    Some((Span { start, end: span.end }, trust))
}

/// Whether a comment says the name of a key.
fn names(comment: &str, key: &str) -> bool {
    comment.split(|c: char| c != '_' && !c.is_alphanumeric()).any(|word| word == key)
}
