//! Which repairs are applied together.

use std::collections::BTreeSet;

use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::engine::{Earlier, Settings};
use crate::text::{Files, TreePath};

/// Which repairs are wanted.
#[derive(Debug)]
pub struct Wanted {
    /// What is reported.
    pub settings: Settings,
    /// The least trust that a repair needs to be applied.
    pub least: Applicability,
    /// Only for findings that touch this folder.
    pub below: Option<TreePath>,
    /// Only for findings that this earlier tree does not have.
    pub earlier: Option<Earlier>,
}

/// What makes a finding the same one in the next round: the rule, the path, the key and the message.
pub(super) type Identity = (&'static str, String, Option<String>, String);

pub(super) fn identity(files: &Files, diagnostic: &Diagnostic) -> Identity {
    let path = diagnostic.primary().map_or("", |label| files.path(label.at.file));
    let key = diagnostic.key.as_ref().map(|key| key.as_str().to_owned());
    (diagnostic.rule.0, path.to_owned(), key, diagnostic.message.clone())
}

/// The repairs among `diagnostics` that can be applied together, at most `limit` of them: the most
/// trusted first, then in the order of findings. Of two that overlap the second waits for the next round.
pub(super) fn choose<'a>(
    files: &Files,
    diagnostics: &'a [Diagnostic],
    least: Applicability,
    refused: &BTreeSet<Identity>,
    limit: usize,
) -> Vec<(&'a Diagnostic, &'a Fix)> {
    let mut candidates: Vec<(&Diagnostic, &Fix)> = diagnostics
        .iter()
        .filter_map(|diagnostic| Some((diagnostic, diagnostic.fix.as_ref()?)))
        .filter(|(_, fix)| fix.applicability >= least && fix.applicability != Applicability::DisplayOnly)
        .filter(|(diagnostic, fix)| !fix.edits.is_empty() && !refused.contains(&identity(files, diagnostic)))
        .collect();
    // Stable: findings come in the order of places.
    candidates.sort_by_key(|(_, fix)| std::cmp::Reverse(fix.applicability));
    let mut taken: Vec<&Edit> = Vec::new();
    let mut chosen = Vec::new();
    for (diagnostic, fix) in candidates {
        if chosen.len() < limit && fits(&taken, fix) {
            taken.extend(&fix.edits);
            chosen.push((diagnostic, fix));
        }
    }
    chosen
}

/// Whether no edit of `fix` touches another of its own or one of `taken`.
fn fits(taken: &[&Edit], fix: &Fix) -> bool {
    let own = fix.edits.iter().enumerate();
    own.clone().all(|(position, edit)| {
        let others = fix.edits.get(..position).unwrap_or_default().iter();
        taken.iter().copied().chain(others).all(|other| !clash(edit, other))
    })
}

/// Whether two edits cannot be made together. Whole lines that are inserted at one place can.
pub(super) fn clash(a: &Edit, b: &Edit) -> bool {
    if a.at.file != b.at.file {
        return false;
    }
    let (first, second) = if a.at.span <= b.at.span { (a, b) } else { (b, a) };
    if first.at.span == second.at.span && first.at.span.is_empty() {
        let is_line =
            |edit: &Edit| edit.replacement.starts_with(['\n', '\r']) || edit.replacement.ends_with('\n');
        return a.replacement == b.replacement || !is_line(a) || !is_line(b);
    }
    second.at.span.start < first.at.span.end
}

#[cfg(test)]
mod tests {
    use super::clash;
    use crate::diagnostic::Edit;
    use crate::text::{FileId, Location, Span};

    fn edit(start: usize, end: usize, replacement: &str) -> Edit {
        Edit { at: Location::new(FileId(0), Span::new(start, end)), replacement: replacement.to_owned() }
    }

    #[test]
    fn what_goes_together() {
        for (a, b, clashes) in [
            (edit(0, 2, ""), edit(2, 4, ""), false),
            (edit(0, 3, ""), edit(2, 4, ""), true),
            (edit(0, 3, ""), edit(1, 1, "x"), true),
            (edit(0, 3, ""), edit(3, 3, "x"), false),
            (edit(1, 1, "x"), edit(1, 1, "y"), true),
            (edit(1, 1, "\nx"), edit(1, 1, "\ny"), false),
            (edit(1, 1, "\nx"), edit(1, 1, "\nx"), true),
            (edit(0, 2, "a"), edit(0, 2, "b"), true),
        ] {
            assert_eq!((clash(&a, &b), clash(&b, &a)), (clashes, clashes), "{a:?} {b:?}");
        }
    }
}
