//! Asking the rules, deciding how loudly they speak, and what of it somebody decided to live with.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::Snapshot;
use crate::diagnostic::{Applicability, Diagnostic, RuleId};
use crate::index::Index;
use crate::rule::{Level, Reporter, Rule};
use crate::rules;
use crate::suppress::{Cover, Exceptions, Review};
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

/// What the rules said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Judgement {
    /// What is to be reported, in the order of places.
    pub diagnostics: Vec<Diagnostic>,
    /// What is not, in the same order, and why not.
    pub covered: Vec<(Diagnostic, Cover)>,
    /// The rules that were asked.
    pub asked: BTreeSet<RuleId>,
}

impl Judgement {
    /// What a baseline may count: everything but what comments cover, and what is said about exceptions.
    pub fn countable(&self) -> impl Iterator<Item = &Diagnostic> {
        let in_baseline = self.covered.iter().filter(|(_, cover)| *cover == Cover::Baseline);
        let may_count = |found: &&Diagnostic| {
            !rules::by_name(found.rule.0).is_some_and(|rule| rule.meta().is_about_exceptions)
        };
        self.diagnostics.iter().filter(may_count).chain(in_baseline.map(|(found, _)| found))
    }
}

/// Asks the rules that the settings want, in the order of places.
pub(super) fn judge(snapshot: &Snapshot, settings: &Settings) -> Judgement {
    let index = &snapshot.index;
    let wanted: Vec<&dyn Rule> =
        rules::ALL.iter().copied().filter(|rule| settings.wants(*rule, index)).collect();
    let mut found: Vec<Diagnostic> = wanted
        .par_iter()
        .flat_map_iter(|rule| {
            let mut found = Vec::new();
            rule.check(index, &mut Reporter::new(rule.meta(), &mut found));
            found
        })
        .collect();
    sort(&mut found, index);
    let mut exceptions = Exceptions::find(index, snapshot.baseline.clone());
    let mut judgement =
        Judgement { asked: wanted.iter().map(|rule| rule.meta().id).collect(), ..Judgement::default() };
    for diagnostic in found {
        match exceptions.cover(&diagnostic, index) {
            Some(cover) => judgement.covered.push((diagnostic, cover)),
            None => judgement.diagnostics.push(diagnostic),
        }
    }
    let review = Review { exceptions: &exceptions, asked: &judgement.asked };
    let mut about_exceptions = Vec::new();
    for rule in wanted.iter().filter(|rule| rule.meta().is_about_exceptions) {
        rule.review(&review, &mut Reporter::new(rule.meta(), &mut about_exceptions));
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

/// Sorts by place, and leaves what is said twice out.
fn sort(diagnostics: &mut Vec<Diagnostic>, index: &Index) {
    diagnostics.sort_by(|a, b| {
        let place = |diagnostic: &Diagnostic| {
            diagnostic.primary().map(|label| (index.files.path(label.at.file).to_owned(), label.at.span))
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
