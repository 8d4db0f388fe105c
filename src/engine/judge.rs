//! Asking the rules, deciding how loudly they speak, and what of it somebody decided to live with.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Snapshot;
use crate::diagnostic::{Applicability, Diagnostic, Fix, RuleId, Severity};
use crate::index::Index;
use crate::rule::{Level, Reporter, Rule, RuleMeta};
use crate::rules;
use crate::settings::{SetLevel, TeamSettings};
use crate::suppress::{Cover, Exceptions, Review};
use crate::syntax::generated::written_by;
use crate::text::{Location, TreePath};

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
        let mut found = self.ask_by_file(rule, index);
        found.extend(self.ask_besides(rule, index));
        found
    }

    /// The same without what it asks of the whole tree besides.
    pub(super) fn ask_by_file(&self, rule: &dyn Rule, index: &Index) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        rule.check(index, &mut self.reporter(rule.meta(), &mut found));
        found
    }

    /// What a rule that asks file by file finds by asking the whole tree besides.
    pub(super) fn ask_besides(&self, rule: &dyn Rule, index: &Index) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        if let Some(whole) = rule.meta().whole {
            whole(index, &mut self.reporter(rule.meta(), &mut found));
        }
        found
    }

    fn reporter<'r>(&'r self, meta: &'static RuleMeta, found: &'r mut Vec<Diagnostic>) -> Reporter<'r> {
        Reporter::new(meta, found).with_options(self.team.options_of(meta.id)).strict(self.wants_strict(meta))
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

    /// Whether all that the rule may find is asked for in every part of the tree.
    fn speaks_everywhere(&self, meta: &RuleMeta) -> bool {
        self.team.levels_of(meta).all(|level| self.speaks(meta.id, level))
            && (!meta.partly_strict || self.wants_strict(meta))
    }

    /// Whether the rule is to add what it finds under `--strict` only.
    fn wants_strict(&self, meta: &RuleMeta) -> bool {
        // Who sets the level of a rule wants to hear it.
        self.team.raises(meta) || self.speaks(meta.id, Some(Level::Strict))
    }

    /// The finding as it is to be told; `None` if not at all.
    pub(super) fn heard(&self, meta: &RuleMeta, mut found: Diagnostic, index: &Index) -> Option<Diagnostic> {
        let options = self.team.options_of(meta.id);
        if found.key.is_some() && found.keys().all(|key| options.allows(key)) {
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
        // A finding may have a severity of its own, above that of its rule: what the team says holds for it as well.
        let is_said = self.team.said_at(meta, path.unwrap_or(&root)).is_some();
        if let Some(level) = level.filter(|level| *level != meta.level || is_said && *level != Level::Error) {
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

/// What the rules said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Judgement {
    /// What is to be reported, in the order of places, each fault by itself.
    pub diagnostics: Vec<Diagnostic>,
    /// What is not, in the same order, and why not.
    pub covered: Vec<(Diagnostic, Cover)>,
    /// The rules that were asked everywhere in the tree.
    pub asked: BTreeSet<RuleId>,
}

impl Judgement {
    /// What a baseline may count: everything but what comments cover, and what is said about exceptions
    /// and settings.
    pub fn countable(&self) -> impl Iterator<Item = &Diagnostic> {
        let in_baseline = self.covered.iter().filter(|(_, cover)| *cover == Cover::Baseline);
        let may_count = |found: &&Diagnostic| {
            found.rule != ABOUT_SETTINGS
                && !rules::by_name(found.rule.0).is_some_and(|rule| rule.meta().is_about_exceptions)
        };
        self.diagnostics.iter().filter(may_count).chain(in_baseline.map(|(found, _)| found))
    }
}

/// Asks the rules that user and team want, in the order of places.
pub(super) fn judge(snapshot: &Snapshot, user: &Settings) -> Judgement {
    let (index, team) = (&snapshot.index, &snapshot.settings);
    let wishes = Wishes { user, team };
    let wanted: Vec<&dyn Rule> =
        rules::ALL.iter().copied().filter(|rule| wishes.wants(rule.meta(), index)).collect();
    // One at a time: of neighbours in the list some take a thousand times as long as others.
    let mut found: Vec<Diagnostic> = wanted
        .par_iter()
        .with_max_len(1)
        .flat_map_iter(|rule| {
            let meta = rule.meta();
            let found = wishes.ask(*rule, index);
            found.into_iter().filter_map(|found| wishes.heard(meta, found, index)).collect::<Vec<_>>()
        })
        .collect();
    sort(&mut found, index);
    conclude(index, &wishes, &wanted, found, Exceptions::find(index, snapshot.baseline.clone()))
}

/// Takes out what a rule says of a place that a finding of another one shows, where it leaves that to others.
fn leave_to_others(wanted: &[&dyn Rule], found: &mut Vec<Diagnostic>) {
    let yields: BTreeSet<RuleId> =
        wanted.iter().map(|rule| rule.meta()).filter(|meta| meta.yields).map(|meta| meta.id).collect();
    if !found.iter().any(|finding| yields.contains(&finding.rule)) {
        return;
    }
    let others = found.iter().filter(|finding| !yields.contains(&finding.rule));
    let shown: BTreeSet<Location> =
        others.flat_map(|finding| &finding.labels).map(|label| label.at).collect();
    found.retain(|finding| {
        let is_shown = finding.primary().is_some_and(|label| shown.contains(&label.at));
        !(is_shown && yields.contains(&finding.rule))
    });
}

/// Asks the rules that speak after the others, takes out what exceptions cover, and asks the rules about
/// exceptions. `found` is in order.
pub(super) fn conclude(
    index: &Index,
    wishes: &Wishes<'_>,
    wanted: &[&dyn Rule],
    mut found: Vec<Diagnostic>,
    mut exceptions: Exceptions,
) -> Judgement {
    let team = wishes.team;
    leave_to_others(wanted, &mut found);
    let mut afterwards = Vec::new();
    for rule in wanted.iter().filter(|rule| rule.meta().afterwards) {
        let meta = rule.meta();
        let mut own = Vec::new();
        rule.follow(index, &found, &mut wishes.reporter(meta, &mut own));
        afterwards.extend(own.into_iter().filter_map(|found| wishes.heard(meta, found, index)));
    }
    if !afterwards.is_empty() {
        found.extend(afterwards);
        sort(&mut found, index);
    }
    let asked = wanted.iter().map(|rule| rule.meta()).filter(|meta| wishes.speaks_everywhere(meta));
    let mut judgement = Judgement { asked: asked.map(|meta| meta.id).collect(), ..Judgement::default() };
    for diagnostic in found {
        match exceptions.cover(&diagnostic, index) {
            Some(cover) => judgement.covered.push((diagnostic, cover)),
            None => judgement.diagnostics.push(diagnostic),
        }
    }
    let review = Review { exceptions: &exceptions, asked: &judgement.asked };
    let mut about_exceptions = Vec::new();
    for rule in wanted.iter().filter(|rule| rule.meta().is_about_exceptions) {
        let meta = rule.meta();
        let mut found = Vec::new();
        rule.review(&review, &mut Reporter::new(meta, &mut found).with_options(team.options_of(meta.id)));
        about_exceptions.extend(found.into_iter().filter_map(|found| wishes.heard(meta, found, index)));
    }
    if !about_exceptions.is_empty() {
        for diagnostic in about_exceptions {
            if exceptions.cover_by_comment(&diagnostic, index) {
                judgement.covered.push((diagnostic, Cover::Comment));
            } else {
                judgement.diagnostics.push(diagnostic);
            }
        }
        sort(&mut judgement.diagnostics, index);
    }
    judgement
}

/// The findings, given in the order of places, with one instead of several that are one fault.
pub(super) fn joined(index: &Index, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    for (rule, join) in rules::ALL.iter().filter_map(|rule| Some((rule.meta().id, rule.meta().join?))) {
        if diagnostics.iter().filter(|found| found.rule == rule).count() > 1 {
            let (own, others) =
                std::mem::take(&mut diagnostics).into_iter().partition(|found| found.rule == rule);
            diagnostics = others;
            diagnostics.extend(join(index, own));
            sort(&mut diagnostics, index);
        }
    }
    diagnostics
}

/// Sorts by place, and leaves what is said twice out.
pub(super) fn sort(diagnostics: &mut Vec<Diagnostic>, index: &Index) {
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
    let can_be_made = |fix: &&mut Fix| fix.applicability != Applicability::DisplayOnly;
    let Some(fix) = diagnostic.fix.as_mut().filter(can_be_made) else { return };
    let reason = fix.edits.iter().find_map(|edit| {
        let file = index.files.get(edit.at.file)?;
        written_by(&file.path, &file.text, edit.at.span)
    });
    if let Some(reason) = reason {
        fix.applicability = Applicability::DisplayOnly;
        fix.title = format!("{} (not here: {reason})", fix.title);
    }
}
