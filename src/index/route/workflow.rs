//! Through a workflow: the variables that it gives to the steps of its jobs.

use super::{Journey, Link, LinkState, Remedy, Variable};
use crate::fact::{Fact, Place, Role, WorkflowJob};
use crate::index::Index;
use crate::index::supply::Held;
use crate::key::KeyName;
use crate::matrix::Said;
use crate::text::{FileId, Location, Span, TreePath};

impl Journey<'_> {
    /// What the jobs of a workflow, or one of them, give to what they run.
    pub(super) fn via_workflow(
        &mut self,
        name: &KeyName,
        file: &Said<TreePath>,
        job: Option<&str>,
    ) -> Option<Held> {
        let Some(workflow) = self.index.files.at(file) else {
            self.unseen.get_or_insert_with(|| format!("{} is not in the tree", file.value));
            return None;
        };
        let id = workflow.id;
        let given = given(self.index, id, job, name);
        if let Some(fact) = given.first() {
            let what = if provides(fact) == Some(true) {
                format!("the workflow sets `{name}`")
            } else {
                format!("the workflow sets `{name}` to a secret, a variable or something computed")
            };
            self.links.push(Link::new(fact.at(), what, LinkState::Holds));
            return held(&given);
        }
        self.note_gaps(id, name);
        // Mentions are only noted of names that look like keys, so the text itself is asked.
        match workflow.text.find(name.as_str()) {
            Some(start) => {
                let at = Location::new(id, Span::new(start, start + name.len()));
                self.links.push(Link::new(at, format!("the workflow mentions `{name}`"), LinkState::Unseen));
                self.unseen.get_or_insert_with(|| format!("{} may supply it", file.value));
            }
            None => {
                let what = format!("the workflow does not name `{name}`");
                let remedy = Remedy::Workflow(file.value.clone());
                self.links.push(Link::new(file.at, what, LinkState::Broken).mended_by(remedy));
            }
        }
        None
    }

    /// The same for a variable that compose is interpolated with.
    pub(super) fn workflow_variable(&self, name: &KeyName, file: &TreePath, job: Option<&str>) -> Variable {
        let Some(workflow) = self.index.files.at(file) else { return Variable::Unseen };
        let id = workflow.id;
        match held(&given(self.index, id, job, name)) {
            Some(held) => Variable::Has(held),
            None if self.index.provision_gap(id, name).is_some() || workflow.text.contains(name.as_str()) => {
                Variable::Unseen
            }
            None => Variable::Lacks,
        }
    }
}

/// The statements that supply `name` to some step of a job, or of each; the first stands for them.
///
/// For one job its own `env:` hides the workflow's. What a step has for itself may or may not be what the
/// services run with, so it counts beside them.
fn given<'a>(index: &'a Index, file: FileId, job: Option<&str>, name: &KeyName) -> Vec<&'a Fact> {
    let facts = |wanted: Option<&str>, is_step: bool| -> Vec<&'a Fact> {
        index
            .facts_in(file)
            .filter(|fact| {
                fact.key == *name
                    && matches!(fact.role, Role::Provides(_))
                    && matches!(&fact.place, Place::Job { job, step }
                        if job.as_deref() == wanted && step.is_some() == is_step)
            })
            .collect()
    };
    let Some(workflow) = index.workflow(file) else { return Vec::new() };
    let everywhere = facts(None, false);
    let mut given = Vec::new();
    for of in &workflow.jobs {
        let id = of.id.value.as_str();
        if job.is_some_and(|wanted| wanted != id) {
            continue;
        }
        // Of several at one level the last wins.
        let base = facts(Some(id), false).pop().or(everywhere.last().copied());
        given.extend(base.or_else(|| exported(index, file, of, name)));
        given.extend(facts(Some(id), true));
    }
    if given.is_empty() && job.is_none() {
        given.extend(everywhere.last());
    }
    given
}

/// What an action of this repository that the job uses exports to later steps.
fn exported<'a>(index: &'a Index, file: FileId, job: &WorkflowJob, name: &KeyName) -> Option<&'a Fact> {
    let actions = job.actions.iter().filter_map(|action| index.action(file, &action.uses));
    actions.flat_map(|action| index.facts_in(action)).find(|fact| {
        fact.key == *name
            && matches!(fact.role, Role::Provides(_))
            && fact.place == Place::Job { job: None, step: None }
    })
}

/// Whether a statement provides a plain text; `None` if it provides nothing.
fn provides(fact: &Fact) -> Option<bool> {
    match &fact.role {
        Role::Provides(provide) => Some(provide.value.is_plain()),
        _ => None,
    }
}

/// The text, where all statements give the same one.
fn held(given: &[&Fact]) -> Option<Held> {
    let first = given.first()?;
    let text = |fact: &Fact| match &fact.role {
        Role::Provides(provide) if provide.value.is_plain() => Some(provide.value.text.clone()),
        _ => None,
    };
    let common = text(first).filter(|common| given.iter().all(|fact| text(fact).as_ref() == Some(common)));
    Some(match common {
        Some(common) => Held::from_text(first.at(), common),
        None => Held::outside(first.at()),
    })
}
