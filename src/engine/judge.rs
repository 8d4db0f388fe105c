//! Asking the rules, and deciding how loudly they speak.

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, RuleId};
use crate::index::Index;
use crate::rule::{Level, Reporter, Rule};
use crate::rules;

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
            let is_strict = settings.strict || settings.select.contains(&rule.meta().id);
            rule.check(index, &mut Reporter::new(rule.meta(), &mut found).strict(is_strict));
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
    diagnostics
}
