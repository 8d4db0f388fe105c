//! What a command would change, before it does: edits with reasons, and what is left to people.

use std::collections::{BTreeMap, BTreeSet};

use super::apply::{Change, changes, edited};
use super::choose::clash;
use super::verify::reads_as_well;
use crate::diagnostic::Edit;
use crate::engine::{Asked, Settings, Snapshot};
use crate::index::Index;
use crate::syntax::generated::generated_by;
use crate::system::{Overlay, System};
use crate::text::TreePath;

/// Edits with reasons, and what is left to people.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What somebody has to do by hand, in order.
    pub by_hand: Vec<ByHand>,
}

/// One thing that is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    /// The file.
    pub path: TreePath,
    /// What is done there, as an order.
    pub what: String,
    /// How.
    pub edits: Vec<Edit>,
}

/// One thing that somebody has to do.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct ByHand {
    /// `path` or `path:line`; empty where it is no file.
    pub place: String,
    /// What to do there, or what to look at.
    pub what: String,
}

/// A plan in memory.
#[derive(Debug)]
pub struct Realised {
    /// The tree as it would be.
    pub after: Snapshot,
    /// What would have to be written.
    pub changes: Vec<Change>,
    /// Rules that would report more than before, with how much.
    pub brings_up: BTreeMap<&'static str, usize>,
}

impl Plan {
    /// Plans a step, unless there is nothing to edit. Edits inside of what a program writes are left to
    /// people, who know how to run it.
    pub fn step(&mut self, index: &Index, what: impl Into<String>, edits: Vec<Edit>) {
        let what = what.into();
        let mut by_file: BTreeMap<TreePath, Vec<Edit>> = BTreeMap::new();
        for edit in edits {
            let Some(file) = index.files.get(edit.at.file) else { continue };
            match generated_by(&file.text, edit.at.span) {
                Some(generator) => self.leave(
                    index.files.spell(edit.at),
                    format!("{what} where this is generated: \"{generator}\""),
                ),
                None => by_file.entry(file.path.clone()).or_default().push(edit),
            }
        }
        for (path, edits) in by_file {
            self.steps.push(Step { path, what: what.clone(), edits });
        }
    }

    /// Plans a step if there is an edit for it, else leaves it to people.
    pub fn step_or_leave(
        &mut self,
        index: &Index,
        path: &TreePath,
        what: impl Into<String>,
        edit: Option<Edit>,
    ) {
        let what = what.into();
        match edit {
            Some(edit) => self.step(index, what, vec![edit]),
            None => self.leave(path.to_string(), what),
        }
    }

    /// Leaves something to people.
    pub fn leave(&mut self, place: impl Into<String>, what: impl Into<String>) {
        let one = ByHand { place: place.into(), what: what.into() };
        if !self.by_hand.contains(&one) {
            self.by_hand.push(one);
        }
    }

    /// Makes all edits in memory, over `system`, of which `before` was taken. A step that would leave a file
    /// worse to read than before, or that another step contradicts, is left to people instead.
    #[must_use]
    pub fn realise(
        &mut self,
        system: &dyn System,
        asked: &Asked,
        before: &Snapshot,
        settings: &Settings,
    ) -> Realised {
        self.drop_contradictions();
        let files = &before.index.files;
        loop {
            let edits: Vec<&Edit> = self.steps.iter().flat_map(|step| &step.edits).collect();
            let mut overlay = Overlay::new(system);
            let contents = edited(system, files, &edits).unwrap_or_default();
            let paths: BTreeSet<TreePath> = contents.keys().cloned().collect();
            for (path, content) in contents {
                overlay.insert(path, content);
            }
            let after = Snapshot::open(&overlay, asked);
            match paths.iter().find(|path| !reads_as_well(before, &after, path)) {
                Some(bad) => self.give_up(bad),
                None => {
                    let changes = changes(system, &overlay);
                    let brings_up = brings_up(before, &after, settings);
                    return Realised { after, changes, brings_up };
                }
            }
        }
    }

    /// Hands all steps in one file to people.
    fn give_up(&mut self, path: &TreePath) {
        let (bad, good) = std::mem::take(&mut self.steps).into_iter().partition(|step| step.path == *path);
        self.steps = good;
        let bad: Vec<Step> = bad;
        for step in bad {
            self.leave(step.path.to_string(), format!("{} (an edit would break the file)", step.what));
        }
    }

    fn drop_contradictions(&mut self) {
        let mut taken: Vec<Edit> = Vec::new();
        let mut kept = Vec::new();
        for mut step in std::mem::take(&mut self.steps) {
            // The same edit for two reasons is made once.
            step.edits.retain(|edit| !taken.contains(edit));
            step.edits.dedup();
            if step.edits.is_empty() {
                continue;
            }
            if step.edits.iter().any(|edit| taken.iter().any(|other| clash(edit, other))) {
                self.leave(step.path.to_string(), step.what);
                continue;
            }
            taken.extend(step.edits.iter().cloned());
            kept.push(step);
        }
        self.steps = kept;
    }
}

/// Rules that say more about one tree than about the other.
fn brings_up(before: &Snapshot, after: &Snapshot, settings: &Settings) -> BTreeMap<&'static str, usize> {
    let counted = |snapshot: &Snapshot| {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        for diagnostic in snapshot.report(settings).diagnostics {
            *counts.entry(diagnostic.rule.0).or_default() += 1;
        }
        counts
    };
    let had = counted(before);
    let more = counted(after).into_iter().filter_map(|(rule, number)| {
        let more = number.saturating_sub(had.get(rule).copied().unwrap_or(0));
        (more > 0).then_some((rule, more))
    });
    more.collect()
}
