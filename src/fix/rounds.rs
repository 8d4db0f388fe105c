//! Repairing in rounds, until nothing changes any more.

use std::collections::BTreeSet;

use super::apply::{Change, changes, edited};
use super::choose::{Identity, Wanted, choose, identity};
use super::verify::{Judged, new_exceptions, objection};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, RuleId};
use crate::engine::{Asked, Report, Settings, Snapshot};
use crate::system::{Overlay, System};
use crate::text::TreePath;

/// How often the tree is read again at most. A round takes all repairs that go together; only where one
/// of them fails is it looked for by halving.
const MOST_TRIALS: usize = 60;

/// A repair that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Applied {
    /// The rule whose finding is gone.
    pub rule: RuleId,
    /// `path:line` of the finding, when it was found.
    pub place: String,
    /// What was done, as an order.
    pub title: String,
    /// How far it can be trusted.
    pub applicability: Applicability,
}

/// A repair that was tried and did not count.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// The repair.
    pub repair: Applied,
    /// Why it was left out, as half a sentence.
    pub reason: String,
}

/// What became of a tree.
#[derive(Debug)]
pub struct Repaired {
    /// The tree as it was.
    pub before: Snapshot,
    /// The tree as it would be; `None` if nothing changes.
    pub after: Option<Snapshot>,
    /// What would have to be written.
    pub changes: Vec<Change>,
    /// The repairs behind the changes, in the order they were made.
    pub applied: Vec<Applied>,
    /// Repairs that were tried and left out.
    pub refused: Vec<Refused>,
    /// What remains to be found.
    pub report: Report,
}

impl Repaired {
    /// The tree as it would be.
    #[must_use]
    pub fn latest(&self) -> &Snapshot {
        self.after.as_ref().unwrap_or(&self.before)
    }

    /// How many of the remaining findings have a repair of at least this trust that was not tried in
    /// vain.
    #[must_use]
    pub fn repairable(&self, least: Applicability) -> usize {
        let fits = |diagnostic: &&Diagnostic| {
            diagnostic.fix.as_ref().is_some_and(|fix| {
                fix.applicability >= least && fix.applicability != Applicability::DisplayOnly
            })
        };
        self.report.diagnostics.iter().filter(fits).count().saturating_sub(self.refused.len())
    }
}

/// Repairs the tree that `system` holds, in memory, as far as `wanted` goes.
#[must_use]
pub fn repair(system: &dyn System, asked: &Asked, wanted: &Wanted) -> Repaired {
    let mut overlay = Overlay::new(system);
    let before = judged(&overlay, asked, wanted);
    let mut current: Option<Judged> = None;
    let mut applied = Vec::new();
    let mut refused: Vec<Refused> = Vec::new();
    let mut failed: BTreeSet<Identity> = BTreeSet::new();
    let mut limit = usize::MAX;
    // Whether something was repaired since a repair failed, so that it may succeed now.
    let mut is_worth_retrying = false;
    for _ in 0..MOST_TRIALS {
        let now = current.as_ref().unwrap_or(&before);
        let files = &now.snapshot.index.files;
        let chosen = choose(files, &now.wanted, wanted.least, &failed, limit);
        let told: Vec<Applied> = chosen.iter().map(|(found, fix)| told(&now.snapshot, found, fix)).collect();
        let identities: Vec<Identity> = chosen.iter().map(|(found, _)| identity(files, found)).collect();
        let Some(first) = identities.first().cloned() else {
            if is_worth_retrying && !failed.is_empty() {
                failed.clear();
                refused.clear();
                is_worth_retrying = false;
                continue;
            }
            break;
        };
        let edits: Vec<&Edit> = chosen.iter().flat_map(|(_, fix)| &fix.edits).collect();
        let Some(contents) = edited(&overlay, files, &edits) else { break };
        let mut trial = overlay.copied();
        let paths: BTreeSet<TreePath> = contents.keys().cloned().collect();
        for (path, content) in contents {
            trial.insert(path, content);
        }
        let mut after = judged(&trial, asked, wanted);
        match objection(now, &after, &identities, &paths.iter().collect(), wanted.least) {
            None => {
                // Exceptions go with the faults that they were made for, also where they were not asked for.
                let orphaned: Vec<Diagnostic> = new_exceptions(&before, &after)
                    .filter(|found| !after.wanted.contains(found))
                    .cloned()
                    .collect();
                after.wanted.extend(orphaned);
                overlay = trial;
                applied.extend(told);
                current = Some(after);
                limit = usize::MAX;
                is_worth_retrying = true;
            }
            Some(_) if chosen.len() > 1 => limit = chosen.len() / 2,
            Some(reason) => {
                failed.insert(first);
                refused.extend(told.into_iter().map(|repair| Refused { repair, reason: reason.clone() }));
                limit = usize::MAX;
            }
        }
    }
    let report = reported(&current.as_ref().unwrap_or(&before).snapshot, wanted);
    Repaired {
        changes: changes(system, &overlay),
        before: before.snapshot,
        after: current.map(|judged| judged.snapshot),
        applied,
        refused,
        report,
    }
}

fn judged(system: &dyn System, asked: &Asked, wanted: &Wanted) -> Judged {
    let snapshot = Snapshot::open(system, asked);
    let everything = Settings { select: Vec::new(), ignore: Vec::new(), ..wanted.settings.clone() };
    let all = snapshot.report(&everything).diagnostics;
    let wanted = reported(&snapshot, wanted).diagnostics;
    Judged { snapshot, wanted, all }
}

fn reported(snapshot: &Snapshot, wanted: &Wanted) -> Report {
    let mut report = snapshot.report(&wanted.settings);
    if let Some(folder) = &wanted.below {
        report.keep_below(folder);
    }
    if let Some(earlier) = &wanted.earlier {
        report.leave_new(&snapshot.index, earlier);
    }
    report
}

fn told(snapshot: &Snapshot, diagnostic: &Diagnostic, fix: &Fix) -> Applied {
    let place = diagnostic.primary().map(|label| snapshot.index.files.spell(label.at)).unwrap_or_default();
    Applied { rule: diagnostic.rule, place, title: fix.title.clone(), applicability: fix.applicability }
}
