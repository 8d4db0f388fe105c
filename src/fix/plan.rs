//! What a command would change, before it does: edits with reasons, and what is left to people.

use std::collections::{BTreeMap, BTreeSet};

use super::apply::{Change, changes, edited};
use super::choose::clash;
use super::names::words;
use super::preview::stands_alone;
use super::verify::reads_as_well;
use crate::diagnostic::{Diagnostic, Edit, RuleId};
use crate::engine::{Asked, Settings, Snapshot};
use crate::fact::{Fact, Value};
use crate::index::Index;
use crate::key::{KeyName, may_hold_secret};
use crate::secret::{is_placeholder, mask};
use crate::syntax::generated::written_by;
use crate::system::{Overlay, System};
use crate::text::{Span, TreePath};

/// Edits with reasons, and what is left to people.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What somebody has to do by hand, in order.
    pub by_hand: Vec<ByHand>,
    /// How much of `by_hand` the change is not whole without.
    pub undone: usize,
    /// The key that gets another name: findings about the one are known of the other.
    pub renamed: Option<Renamed>,
}

/// A key that gets another name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Renamed {
    /// The name that goes.
    pub old: KeyName,
    /// The name that comes.
    pub new: KeyName,
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
    /// What would be found then and is not now.
    pub brings_up: Vec<BroughtUp>,
}

/// A finding that a plan would bring up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BroughtUp {
    /// The rule.
    pub rule: RuleId,
    /// `path:line` in the tree as it would be; empty where it belongs to no file.
    pub place: String,
    /// What it says.
    pub message: String,
}

impl Plan {
    /// Plans a step, unless there is nothing to edit. Edits inside of what a program writes are left to
    /// people, who know how to run it.
    pub fn step(&mut self, index: &Index, what: impl Into<String>, edits: Vec<Edit>) {
        let what = what.into();
        let mut by_file: BTreeMap<TreePath, Vec<Edit>> = BTreeMap::new();
        for edit in edits {
            let Some(file) = index.files.get(edit.at.file) else { continue };
            match written_by(&file.path, &file.text, edit.at.span) {
                Some(reason) => {
                    self.leave(index.files.spell(edit.at), format!("{what} at the source: {reason}"));
                }
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

    /// Leaves to people what the change is not whole without.
    pub fn leave_undone(&mut self, place: impl Into<String>, what: impl Into<String>) {
        self.leave(place, what);
        self.undone += 1;
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
                    let mut brings_up = brings_up(before, &after, settings, self.renamed.as_ref());
                    if let Some(renamed) = &self.renamed {
                        hide_values(before, renamed, &mut brings_up);
                    }
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

/// What is found in one tree and not in the other, of the rules that find more there. Findings about a key that is
/// renamed are known under its old name.
fn brings_up(
    before: &Snapshot,
    after: &Snapshot,
    settings: &Settings,
    renamed: Option<&Renamed>,
) -> Vec<BroughtUp> {
    let had = before.report(settings).diagnostics;
    let mut known: BTreeMap<(RuleId, String, String), usize> = BTreeMap::new();
    let mut fewer: BTreeMap<RuleId, usize> = BTreeMap::new();
    for found in &had {
        let message =
            renamed.map_or(found.message.clone(), |key| replaced(&found.message, &key.old, &key.new));
        let path = found.primary().map_or("", |label| before.index.files.path(label.at.file));
        *known.entry((found.rule, path.to_owned(), message)).or_default() += 1;
        *fewer.entry(found.rule).or_default() += 1;
    }
    let mut new = Vec::new();
    for found in after.report(settings).diagnostics {
        let files = &after.index.files;
        let path = found.primary().map_or("", |label| files.path(label.at.file));
        let room = known.get_mut(&(found.rule, path.to_owned(), found.message.clone()));
        match (room, fewer.get_mut(&found.rule)) {
            (Some(room), Some(all)) if *room > 0 => {
                *room -= 1;
                *all = all.saturating_sub(1);
            }
            _ => new.push(found),
        }
    }
    // One that is told in other words now is the same, as long as the rule does not find more.
    new.retain(|found| match fewer.get_mut(&found.rule) {
        Some(all) if *all > 0 => {
            *all -= 1;
            false
        }
        _ => true,
    });
    let told = |found: Diagnostic| BroughtUp {
        rule: found.rule,
        place: found.primary().map(|label| after.index.files.spell(label.at)).unwrap_or_default(),
        message: found.message,
    };
    new.into_iter().map(told).collect()
}

/// `text` with a name in the place of another.
pub(super) fn replaced(text: &str, old: &KeyName, new: &KeyName) -> String {
    let mut fresh = text.to_owned();
    for span in words(text, old).collect::<Vec<_>>().into_iter().rev() {
        fresh.replace_range(span.range(), new);
    }
    fresh
}

/// Hides what the old name of a key tells to be secret in findings that know the new one only.
fn hide_values(before: &Snapshot, renamed: &Renamed, brings_up: &mut [BroughtUp]) {
    if !may_hold_secret(&renamed.old) {
        return;
    }
    let values: BTreeSet<&str> = before
        .index
        .facts_of(&renamed.old)
        .flat_map(Fact::values)
        .flat_map(Value::texts)
        .map(|(text, _)| text.reveal())
        .filter(|text| !text.is_empty() && !is_placeholder(text))
        .collect();
    for one in brings_up {
        let spans: Vec<Span> = values
            .iter()
            .flat_map(|value| one.message.match_indices(value))
            .map(|(at, value)| Span::new(at, at + value.len()))
            .filter(|span| stands_alone(&one.message, *span))
            .collect();
        one.message = mask(&one.message, &spans);
    }
}
