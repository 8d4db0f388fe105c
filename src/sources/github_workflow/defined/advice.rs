//! What to do about a name that is not among those that there are, and the repair where only one can be meant.

use super::{Asked, problem};
use crate::diagnostic::Applicability;
use crate::fact::Problem;
use crate::text::Span;

/// What to do about a name.
pub(super) struct Advice {
    help: String,
    /// The one name that was meant.
    meant: Option<String>,
}

/// The name that is nearly `name`, else all that there are.
pub(super) fn advice<'k>(name: &str, known: impl Iterator<Item = &'k str> + Clone, what: &str) -> Advice {
    let name = name.to_ascii_lowercase();
    let distance = |other: &str| strsim::osa_distance(&name, &other.to_ascii_lowercase());
    let is_near = |slips: usize| slips <= 2 && slips * 3 <= name.len();
    // More than that nobody writes by hand.
    let mut near: Vec<(usize, &str)> = known.clone().take(64).map(|other| (distance(other), other)).collect();
    near.sort_unstable();
    match near.first() {
        Some(&(slips, other)) if is_near(slips) => {
            let is_alone = near.get(1).is_none_or(|(next, _)| !is_near(*next));
            let meant = is_alone.then(|| other.to_owned());
            Advice { help: format!("did you mean `{other}`?"), meant }
        }
        _ => Advice { help: format!("{what} {}", enumerated(known)), meant: None },
    }
}

fn enumerated(names: impl Iterator<Item = impl AsRef<str>>) -> String {
    names.take(12).map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

/// The problem of a name that is not there, the member at `position` of what is asked.
pub(super) fn misspelled(asked: &Asked, position: usize, message: String, advice: Advice) -> Option<Problem> {
    let mut found = problem(asked, message, advice.help)?;
    if let (Some(meant), Some(&span)) = (advice.meant, asked.parts.get(position)) {
        found.repair.push((span, meant));
        found.trust = Applicability::Unsafe;
    }
    Some(found)
}

/// The problem of a member that is asked where `outputs` should stand between.
pub(super) fn among_outputs(mut found: Problem, asked: &Asked) -> Problem {
    if let (Some(&span), Some(member)) = (asked.parts.get(1), asked.path.get(1)) {
        found.repair.push((span, format!("outputs.{member}")));
        found.trust = Applicability::Unsafe;
    }
    found
}

/// Whether what a repair replaces is a plain member behind a dot, and what it writes is spelled so in the file.
pub(super) fn is_written_so(text: &str, problem: &Problem) -> bool {
    problem.repair.iter().all(|(span, replacement)| {
        let Span { start, .. } = *span;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let is_member =
            text.get(span.range()).is_some_and(|old| !old.is_empty() && old.chars().all(is_plain));
        let follows_dot = text.get(..start as usize).is_some_and(|before| before.ends_with('.'));
        let name = replacement.strip_prefix("outputs.").unwrap_or(replacement);
        is_member && follows_dot && text.contains(name)
    })
}
