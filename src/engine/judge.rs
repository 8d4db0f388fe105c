//! Asking the rules, and deciding how loudly they speak.

use rayon::prelude::*;

use crate::diagnostic::{Applicability, Diagnostic, RuleId, Severity};
use crate::index::Index;
use crate::rule::{Level, Reporter, Rule, RuleMeta};
use crate::rules;
use crate::settings::{SetLevel, TeamSettings};
use crate::syntax::generated::generated_by;
use crate::text::TreePath;

/// The rule about the settings themselves, which they cannot silence.
const ABOUT_SETTINGS: RuleId = RuleId("invalid-setting");

/// What the user wants to hear. It wins over what the team's settings say.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Only these rules, whatever their level; empty means all that are on.
    pub select: Vec<RuleId>,
    /// Not these.
    pub ignore: Vec<RuleId>,
    /// Rules of the level strict speak too.
    pub strict: bool,
}

/// What the user and the team want to hear together.
pub(super) struct Wishes<'a> {
    pub(super) user: &'a Settings,
    pub(super) team: &'a TeamSettings,
}

impl Wishes<'_> {
    /// Whether the rule is to be asked at all.
    pub(super) fn wants(&self, meta: &RuleMeta, index: &Index) -> bool {
        (!meta.needs_matrix || index.matrix.is_declared())
            && !self.user.ignore.contains(&meta.id)
            && (meta.id == ABOUT_SETTINGS && self.user.select.is_empty()
                || self.is_selected(meta.id)
                    && self.team.levels_of(meta).any(|level| self.speaks(meta.id, level)))
    }

    /// What the rule finds, before anything is filtered.
    pub(super) fn ask(&self, rule: &dyn Rule, index: &Index) -> Vec<Diagnostic> {
        let meta = rule.meta();
        let mut found = Vec::new();
        rule.check(index, &mut Reporter::new(meta, &mut found).with_options(self.team.options_of(meta.id)));
        found
    }

    fn is_selected(&self, rule: RuleId) -> bool {
        if !self.user.select.is_empty() {
            return self.user.select.contains(&rule);
        }
        (self.team.select.is_empty() || self.team.select.contains(&rule)) && !self.team.ignore.contains(&rule)
    }

    /// Whether a rule that is selected speaks at this level.
    fn speaks(&self, rule: RuleId, level: SetLevel) -> bool {
        match level {
            None => self.user.select.contains(&rule),
            Some(Level::Strict) => {
                self.user.strict
                    || self.team.strict
                    || self.user.select.contains(&rule)
                    || self.team.select.contains(&rule)
            }
            Some(Level::Error | Level::Warning) => true,
        }
    }

    /// The finding as it is to be told; `None` if not at all.
    pub(super) fn heard(&self, meta: &RuleMeta, mut found: Diagnostic, index: &Index) -> Option<Diagnostic> {
        let options = self.team.options_of(meta.id);
        if found.key.as_ref().is_some_and(|key| options.allows(key)) {
            return None;
        }
        let path = found.primary().and_then(|label| index.files.get(label.at.file)).map(|file| &file.path);
        let root = TreePath::root(None);
        let level = self.team.level_at(meta, path.unwrap_or(&root));
        // Where it is off for a part of the tree, a flag that selects it does not bring it back there.
        let is_off_here = level.is_none() && self.team.level(meta).is_some();
        if meta.id != ABOUT_SETTINGS && (is_off_here || !self.speaks(meta.id, level)) {
            return None;
        }
        if let Some(level) = level.filter(|level| *level != meta.level) {
            found.severity = match level {
                Level::Error => {
                    if found.severity == Severity::Note {
                        Severity::Note
                    } else {
                        Severity::Error
                    }
                }
                Level::Warning | Level::Strict => found.severity.min(Severity::Warning),
            };
        }
        Some(found)
    }
}

/// All findings that user and team ask for, in the order of places.
pub(super) fn judge(index: &Index, team: &TeamSettings, user: &Settings) -> Vec<Diagnostic> {
    let wishes = Wishes { user, team };
    let mut diagnostics: Vec<Diagnostic> = rules::ALL
        .par_iter()
        .filter(|rule| wishes.wants(rule.meta(), index))
        .flat_map_iter(|rule| {
            let meta = rule.meta();
            let found = wishes.ask(*rule, index);
            found.into_iter().filter_map(|found| wishes.heard(meta, found, index)).collect::<Vec<_>>()
        })
        .collect();
    in_order(index, &mut diagnostics);
    diagnostics
}

/// Sorts findings by their places, each once, and takes back what must not be repaired.
pub(super) fn in_order(index: &Index, diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        let place = |diagnostic: &Diagnostic| {
            diagnostic.primary().map(|label| (index.files.path(label.at.file), label.at.span))
        };
        (place(a), a.rule, &a.message).cmp(&(place(b), b.rule, &b.message))
    });
    diagnostics.dedup();
    diagnostics.iter_mut().for_each(|diagnostic| spare_generated(index, diagnostic));
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
