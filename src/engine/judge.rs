//! Asking the rules, and deciding how loudly they speak.

use rayon::prelude::*;

use crate::diagnostic::{Applicability, Diagnostic, RuleId};
use crate::index::Index;
use crate::rule::{Level, Reporter, Rule};
use crate::rules;
use crate::syntax::generated::generated_by;

/// What the user wants to hear.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Only these rules, whatever their level; empty means all that are on.
    pub select: Vec<RuleId>,
    /// Not these.
    pub ignore: Vec<RuleId>,
    /// Rules of the level strict speak too.
    pub strict: bool,
}

impl Settings {
    fn wants(&self, rule: &dyn Rule, index: &Index) -> bool {
        let meta = rule.meta();
        let chosen = if self.select.is_empty() {
            self.strict || meta.level != Level::Strict
        } else {
            self.select.contains(&meta.id)
        };
        chosen && !self.ignore.contains(&meta.id) && (!meta.needs_matrix || index.matrix.is_declared())
    }
}

/// All findings that the settings ask for, in the order of places.
pub(super) fn judge(index: &Index, settings: &Settings) -> Vec<Diagnostic> {
    let mut diagnostics: Vec<Diagnostic> = rules::ALL
        .par_iter()
        .filter(|rule| settings.wants(**rule, index))
        .flat_map_iter(|rule| {
            let mut found = Vec::new();
            rule.check(index, &mut Reporter::new(rule.meta(), &mut found));
            found
        })
        .collect();
    diagnostics.sort_by(|a, b| {
        let place = |diagnostic: &Diagnostic| {
            diagnostic.primary().map(|label| (index.files.path(label.at.file).to_owned(), label.at.span))
        };
        (place(a), a.rule, &a.message).cmp(&(place(b), b.rule, &b.message))
    });
    diagnostics.dedup();
    diagnostics.iter_mut().for_each(|diagnostic| spare_generated(index, diagnostic));
    diagnostics
}

/// A repair inside a part that a program writes is only to be read: it belongs into that program.
fn spare_generated(index: &Index, diagnostic: &mut Diagnostic) {
    let Some(fix) = &mut diagnostic.fix else { return };
    let found = fix.edits.iter().find_map(|edit| {
        let file = index.files.get(edit.at.file)?;
        Some((file.path.as_str(), generated_by(&file.text, edit.at.span)?))
    });
    if let Some((path, generator)) = found {
        fix.applicability = Applicability::DisplayOnly;
        fix.title = format!("{} (not here: {path} says \"{generator}\")", fix.title);
    }
}
