//! `workflow-call-mismatch`

use crate::diagnostic::{Edit, Fix};
use crate::fact::{CallParameter, PassedSecrets, WorkflowFile, WorkflowJob};
use crate::index::Index;
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location, Spanned};

crate::declare_rule! {
    /// Reports a job that calls a workflow of the tree and passes an input or a secret which that workflow does not declare,
    /// leaves out an input that it requires, or calls one that cannot be called; and a step that passes an action of the tree an
    /// input which the action does not have.
    ///
    /// Secrets that are left out are told by `workflow-secret-not-passed`.
    ///
    /// ## Why it matters
    ///
    /// GitHub refuses such a call, and nothing of the workflow runs, on any event; no run fails either. An action is started
    /// without the input: what was meant for it is dropped with a warning in the log.
    ///
    /// ## Example
    ///
    /// `.github/workflows/deploy.yml`
    /// ```yaml
    /// on:
    ///   workflow_call:
    ///     inputs:
    ///       environment: { type: string, required: true }
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./deploy.sh
    /// ```
    ///
    /// `.github/workflows/release.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     uses: ./.github/workflows/deploy.yml
    ///     with:
    ///       enviroment: production
    /// ```
    ///
    /// ```text
    /// warning[workflow-call-mismatch]: .github/workflows/deploy.yml has no input `enviroment`
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass what the called file declares, by its names, or declare the input there.
    pub struct WorkflowCallMismatch = "workflow-call-mismatch", Syntax, Warning, fixes, by_file;
}

/// Why a call with such a mistake does nothing. Source: GitHub's documentation of reusable workflows.
const REFUSED: &str = "GitHub refuses the call, so nothing of the workflow runs, and no run fails";

impl WorkflowCallMismatch {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (caller, workflow) in index.workflows().filter(|(_, workflow)| !workflow.is_broken) {
            for job in &workflow.jobs {
                of_workflow(index, reporter, caller, job);
                of_actions(index, reporter, caller, job);
            }
        }
    }
}

fn of_workflow(index: &Index, reporter: &mut Reporter<'_>, caller: FileId, job: &WorkflowJob) {
    let Some((called, callee)) = index.called_by(caller, job) else { return };
    let Some(uses) = job.uses.as_ref().filter(|_| !callee.is_broken) else { return };
    let path = index.path(called);
    let Some(call) = &callee.call else {
        if let Some(on) = callee.on {
            reporter
                .report(format!("{path} cannot be called"), Location::new(caller, uses.span), "called here")
                .label(Location::new(called, on), "its events lack `workflow_call`")
                .why(REFUSED)
                .help("add `workflow_call:` to the events of the called workflow");
        }
        return;
    };
    let declared: Vec<&Spanned<String>> = call.inputs.iter().map(|input| &input.name).collect();
    let left_out = left_out(job, &call.inputs);
    let mut is_slip = false;
    for input in &job.inputs {
        let slip = Slip { called, what: "input", declared: &declared, given: &job.inputs };
        is_slip |= slip.report(index, reporter, caller, input, REFUSED);
    }
    // The slip of a required input is told already.
    if let (Some(first), false) = (left_out.first(), is_slip) {
        let names = enumerate(&left_out.iter().map(|name| name.value.as_str()).collect::<Vec<_>>());
        reporter
            .report(
                format!("the job `{}` does not pass {names}, which {path} requires", job.id.value),
                Location::new(caller, uses.span),
                "called here, and refused",
            )
            .label(Location::new(called, first.span), "required here")
            .why(REFUSED)
            .help(format!("pass {names} under `with:` of the job"));
    }
    if let PassedSecrets::Listed(passed) = &job.secrets {
        let declared: Vec<&Spanned<String>> = call.secrets.iter().map(|secret| &secret.name).collect();
        for secret in passed {
            let slip = Slip { called, what: "secret", declared: &declared, given: passed };
            slip.report(index, reporter, caller, secret, REFUSED);
        }
    }
}

/// The inputs that a call needs and does not have.
fn left_out<'a>(job: &WorkflowJob, inputs: &'a [CallParameter]) -> Vec<&'a Spanned<String>> {
    let is_passed = |name: &str| job.inputs.iter().any(|passed| passed.eq_ignore_ascii_case(name));
    inputs
        .iter()
        .filter(|input| input.required)
        .map(|input| &input.name)
        .filter(|name| !is_passed(name))
        .collect()
}

fn of_actions(index: &Index, reporter: &mut Reporter<'_>, caller: FileId, job: &WorkflowJob) {
    for used in &job.actions {
        let action = index.action(caller, &used.uses);
        let action: Option<(FileId, &WorkflowFile)> =
            action.and_then(|file| Some((file, index.workflow(file)?)));
        let Some((called, action)) = action.filter(|(_, action)| !action.is_broken) else { continue };
        let declared: Vec<&Spanned<String>> = action.inputs.iter().map(|input| &input.name).collect();
        for input in &used.inputs {
            // Of an action that is a container these are no inputs.
            if action.is_container && matches!(input.to_ascii_lowercase().as_str(), "args" | "entrypoint") {
                continue;
            }
            let slip = Slip { called, what: "input", declared: &declared, given: &used.inputs };
            let why = "the action starts without it: what it does not declare is dropped, with a warning in the log";
            slip.report(index, reporter, caller, input, why);
        }
    }
}

/// A name that is passed, held against those that are declared.
struct Slip<'a> {
    called: FileId,
    /// What it is the name of.
    what: &'a str,
    declared: &'a [&'a Spanned<String>],
    given: &'a [Spanned<String>],
}

impl Slip<'_> {
    /// Reports a name that nobody declares; whether a declared one was meant.
    fn report(
        &self,
        index: &Index,
        reporter: &mut Reporter<'_>,
        caller: FileId,
        name: &Spanned<String>,
        why: &'static str,
    ) -> bool {
        if self.declared.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return false;
        }
        let (path, what) = (index.path(self.called), self.what);
        let at = Location::new(caller, name.span);
        let is_given = |known: &str| self.given.iter().any(|given| given.eq_ignore_ascii_case(known));
        let mut near = self.declared.iter().filter(|known| !is_given(known) && is_slip(name, known));
        let meant = near.next().filter(|_| near.next().is_none());
        let mut finding =
            reporter.report(format!("{path} has no {what} `{}`", name.value), at, "passed here");
        let fix = meant.and_then(|meant| {
            let edit = Edit { at, replacement: meant.value.clone() };
            Fix::unsafe_if_any(format!("pass `{}`", meant.value), vec![edit])
        });
        let help = match meant {
            Some(meant) => {
                finding = finding.label(Location::new(self.called, meant.span), "this one is declared");
                format!("did you mean `{}`?", meant.value)
            }
            None => {
                finding =
                    match (self.declared.first(), index.workflow(self.called).and_then(|called| called.on)) {
                        (Some(first), _) => {
                            let label = format!("its {what}s are declared from here on");
                            finding.label(Location::new(self.called, first.span), label)
                        }
                        (None, Some(on)) => {
                            finding.label(Location::new(self.called, on), format!("declares no {what}s"))
                        }
                        (None, None) => finding,
                    };
                format!("declare it under `{what}s:` of the called file, or stop passing it")
            }
        };
        finding.fix_if(fix).why(why).help(help);
        meant.is_some()
    }
}

/// Whether one name may be a slip for the other: a letter, or another mark between the words.
fn is_slip(name: &str, meant: &str) -> bool {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '_'], "");
    let (name, meant) = (plain(name), plain(meant));
    name == meant || meant.len() >= 4 && strsim::osa_distance(&name, &meant) == 1
}
