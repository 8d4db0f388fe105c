//! What makes a workflow run, through whatever calls it or comes before it.

use std::collections::BTreeSet;

use super::filter::{self, Verdict};
use crate::fact::WorkflowTrigger;
use crate::index::Index;
use crate::rule::enumerate;
use crate::text::{FileId, Spanned};

/// Events that have to do with branches.
const OF_BRANCHES: &[&str] = &["push", "pull_request", "pull_request_target", "workflow_run", "merge_group"];

/// Everything that makes a workflow run.
#[derive(Debug, Default)]
pub(super) struct Firing<'a> {
    /// The events with their filters, of the workflow itself and of those that call it or that it
    /// follows.
    pub(super) triggers: Vec<(FileId, &'a WorkflowTrigger)>,
    /// Whether something may start it that the tree does not show.
    is_open: bool,
    is_callable: bool,
}

/// A filter that keeps a branch out.
pub(super) struct Refusal<'a> {
    pub(super) file: FileId,
    pub(super) event: &'a Spanned<String>,
    trigger: &'a WorkflowTrigger,
}

impl Refusal<'_> {
    pub(super) fn label(&self) -> String {
        let spell = |patterns: &[Spanned<String>]| {
            enumerate(&patterns.iter().take(5).map(|pattern| pattern.value.as_str()).collect::<Vec<_>>())
        };
        if !self.trigger.branches.is_empty() {
            format!("only for {}", spell(&self.trigger.branches))
        } else if self.trigger.branches_ignore.is_empty() {
            "only for tags".to_owned()
        } else {
            format!("not for {}", spell(&self.trigger.branches_ignore))
        }
    }
}

impl<'a> Firing<'a> {
    pub(super) fn of(index: &'a Index, file: FileId) -> Self {
        let mut firing = Self::default();
        let mut seen = BTreeSet::new();
        let mut open = vec![file];
        while let Some(file) = open.pop() {
            if seen.insert(file) {
                firing.add(index, file, &mut open);
            }
        }
        firing
    }

    fn add(&mut self, index: &'a Index, file: FileId, open: &mut Vec<FileId>) {
        let Some(workflow) = index.workflow(file) else { return };
        self.is_open |= workflow.is_broken;
        for trigger in &workflow.triggers {
            self.triggers.push((file, trigger));
            if *trigger.event == "workflow_run" {
                let before = |name: &str| {
                    index.workflows().find(|(other, workflow)| {
                        workflow.name.as_ref().is_some_and(|own| own.value == name)
                            || index.path(*other).as_str() == name
                    })
                };
                for name in &trigger.workflows {
                    match before(name) {
                        Some((other, _)) => open.push(other),
                        None => self.is_open = true,
                    }
                }
            }
            match trigger.event.as_str() {
                // Whoever sends the event, perhaps from another repository, decides.
                "repository_dispatch" => self.is_open = true,
                "workflow_dispatch" => open.extend(dispatchers(index, file)),
                _ => {}
            }
        }
        if workflow.call.is_some() {
            self.is_callable = true;
            let callers: Vec<FileId> = index
                .workflows()
                .filter(|(other, workflow)| {
                    workflow
                        .jobs
                        .iter()
                        .any(|job| index.called_by(*other, job).is_some_and(|(called, _)| called == file))
                })
                .map(|(other, _)| other)
                .collect();
            // Whoever calls it from another repository decides.
            self.is_open |= callers.is_empty() && workflow.triggers.is_empty();
            open.extend(callers);
        }
    }

    /// Whether the workflow runs on an event, or may do so.
    pub(super) fn may_fire_on(&self, event: &str) -> bool {
        self.is_open || (event == "workflow_call" && self.is_callable) || self.on(event).next().is_some()
    }

    fn on(&self, event: &str) -> impl Iterator<Item = &(FileId, &'a WorkflowTrigger)> {
        let plain = |event: &str| event.strip_suffix("_target").unwrap_or(event).to_owned();
        let wanted = plain(event);
        self.triggers.iter().filter(move |(_, trigger)| plain(&trigger.event) == wanted)
    }

    /// A filter that keeps `branch` out, if each trigger of the event has one.
    pub(super) fn refusal(&self, event: Option<&str>, branch: &str) -> Option<Refusal<'a>> {
        if self.is_open {
            return None;
        }
        let concerned: Vec<&(FileId, &'a WorkflowTrigger)> = match event {
            Some(event) => self.on(event).collect(),
            None => self.triggers.iter().collect(),
        };
        let of_branches: Vec<_> =
            concerned.iter().filter(|(_, trigger)| OF_BRANCHES.contains(&trigger.event.as_str())).collect();
        // An event without branches, or none that is known: nothing can be told.
        if of_branches.is_empty() || of_branches.len() < concerned.len() && event.is_some() {
            return None;
        }
        let refuses = |trigger: &WorkflowTrigger| filter::judge(trigger, branch) == Verdict::Refuses;
        let (file, trigger) = of_branches.first()?;
        of_branches.iter().all(|(_, trigger)| refuses(trigger)).then_some(Refusal {
            file: *file,
            event: &trigger.event,
            trigger,
        })
    }
}

/// How scripts start a workflow by its file name: the program `gh`, GitHub's interface, known actions.
const DISPATCHES: &[&str] = &["workflow run", "/dispatches", "orkflowDispatch", "workflow-dispatch"];

/// The other workflows that start this one by name.
fn dispatchers(index: &Index, file: FileId) -> Vec<FileId> {
    let path = index.path(file);
    let starts = |other: FileId| {
        index.files.get(other).is_some_and(|other| {
            other.text.contains(path.name()) && DISPATCHES.iter().any(|word| other.text.contains(word))
        })
    };
    index.workflows().map(|(other, _)| other).filter(|&other| other != file && starts(other)).collect()
}
