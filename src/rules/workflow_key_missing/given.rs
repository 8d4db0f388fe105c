//! Whether a step, an action or anything around them gives a script a variable.

use crate::fact::{Fact, Place, Role, ScriptRun, StepScript, WorkflowFile, WorkflowJob};
use crate::index::Index;
use crate::key::KeyName;
use crate::syntax::github_expression;
use crate::text::{FileId, Spanned};

/// One level of the way to a command: a step of a workflow, then one of each action that is used.
#[derive(Clone, Copy)]
pub(super) struct Level<'a> {
    pub(super) file: FileId,
    pub(super) workflow: &'a WorkflowFile,
    pub(super) job: &'a WorkflowJob,
    /// The number of the step.
    pub(super) step: usize,
    /// What the step is called where it is used: `uses:`. `None` for a step that runs commands.
    pub(super) uses: Option<&'a Spanned<String>>,
    /// The inputs that whoever uses this action passes to it.
    pub(super) inputs: &'a [Spanned<String>],
}

impl Level<'_> {
    /// Whether a statement is about what this step sees.
    fn sees(&self, fact: &Fact) -> bool {
        let Place::Job { job, step } = &fact.place else { return false };
        let is_own_job = match job {
            Some(id) => *id == self.job.id.value,
            None => self.workflow.is_action || step.is_none(),
        };
        fact.file == self.file && is_own_job && step.is_none_or(|step| step == self.step)
    }
}

/// What a variable is that a script demands.
pub(super) enum Given<'a> {
    Yes,
    No,
    /// It is set to an input that nobody passes, which is an empty text.
    Empty {
        at: &'a Fact,
        input: String,
    },
}

/// Whether one of the levels, an earlier step, an action or the command itself gives a script the variable, or a
/// step itself asks whether it is there.
pub(super) fn given<'a>(
    index: &'a Index,
    levels: &[Level<'_>],
    step: &StepScript,
    run: Option<&ScriptRun>,
    key: &KeyName,
) -> Given<'a> {
    if run.is_some_and(|run| run.sets.contains(key)) {
        return Given::Yes;
    }
    let mut empty = None;
    for fact in index.facts_of(key) {
        match (&fact.place, &fact.role) {
            (Place::Job { .. }, Role::Provides(_)) => {
                let level = levels.iter().find(|level| level.sees(fact));
                match level.and_then(|level| unpassed_input(index, level, fact)) {
                    Some(input) => empty = Some(Given::Empty { at: fact, input }),
                    // What an action or another script writes for later steps.
                    None if level.is_some() || is_exported_by_action(index, fact) => return Given::Yes,
                    None => {}
                }
            }
            // A script that is a step's own asks by demanding.
            (Place::Job { .. }, Role::Reads(_)) => {
                let is_own = run.is_none() && step.span.contains(fact.span);
                if !is_own && levels.iter().any(|level| level.sees(fact)) {
                    return Given::Yes;
                }
            }
            (Place::Written(path), Role::Provides(_)) if path.contains("GITHUB_ENV") => return Given::Yes,
            _ => {}
        }
    }
    if is_set_by_command(index, levels, step, key) || is_exported(index, key) {
        return Given::Yes;
    }
    empty.unwrap_or(Given::No)
}

/// The input that is all of a variable's value and that whoever uses the action does not pass.
fn unpassed_input(index: &Index, level: &Level<'_>, fact: &Fact) -> Option<String> {
    let Role::Provides(provide) = &fact.role else { return None };
    if !level.workflow.is_action {
        return None;
    }
    let source = index.files.get(fact.file)?;
    let text = source.slice(provide.value.span).trim_matches(['"', '\'', ' ']);
    let [only] = github_expression::find(text).try_into().ok()?;
    let inside = text.get(only.whole.start + 3..only.whole.end - 2)?.trim();
    let name = inside.strip_prefix("inputs.").filter(|_| only.whole == (0..text.len()))?;
    let is_named = |input: &Spanned<String>| input.value.eq_ignore_ascii_case(name);
    let is_empty = level.workflow.inputs.iter().any(|input| !input.has_default && is_named(&input.name));
    (is_empty && !level.inputs.iter().any(is_named)).then(|| name.to_owned())
}

/// Whether a step of an action writes the variable for all steps behind.
fn is_exported_by_action(index: &Index, fact: &Fact) -> bool {
    fact.place == Place::Job { job: None, step: None }
        && index.workflow(fact.file).is_some_and(|workflow| workflow.is_action)
}

fn names_export(text: &str) -> bool {
    text.contains("exportVariable") || text.contains("GITHUB_ENV")
}

/// Whether a script or an action's program exports the variable. What steps of workflows write is known by facts.
fn is_exported(index: &Index, key: &KeyName) -> bool {
    let scripts = index.mentions_of(key).filter(|at| index.workflow(at.file).is_none());
    scripts.filter_map(|at| index.files.get(at.file)).any(|source| names_export(&source.text))
}

fn is_set_by_command(index: &Index, levels: &[Level<'_>], step: &StepScript, key: &KeyName) -> bool {
    let (assigns, begins) = (format!("{key}="), format!("{key}<<"));
    let files = levels.iter().filter_map(|level| index.files.get(level.file));
    let is_by_step = levels.last().and_then(|level| index.files.get(level.file)).is_some_and(|source| {
        let text = source.slice(step.span);
        text.contains(&assigns) || text.contains(&format!("read {key}"))
    });
    is_by_step
        || files
            .map(|source| &source.text)
            .any(|text| names_export(text) && (text.contains(&assigns) || text.contains(&begins)))
}
