//! `workflow-secret-not-passed`

use crate::fact::{PassedSecrets, WorkflowJob};
use crate::index::Index;
use crate::key::{KeyName, near_miss};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location, Spanned};

crate::declare_rule! {
    /// Reports a secret that a reusable workflow requires and that a job which calls it does not pass.
    ///
    /// ## Why it matters
    ///
    /// A called workflow sees no secrets but those it is passed. GitHub refuses a call that leaves out a
    /// required one, and the whole workflow does not start.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # .github/workflows/deploy.yml
    /// on:
    ///   workflow_call:
    ///     secrets:
    ///       DEPLOY_KEY: { required: true }
    /// ```
    ///
    /// ```yaml
    /// # .github/workflows/release.yml
    /// jobs:
    ///   deploy:
    ///     uses: ./.github/workflows/deploy.yml
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass it under `secrets:`, or say `secrets: inherit`.
    pub struct WorkflowSecretNotPassed = "workflow-secret-not-passed", Missing, Warning, by_file;
}

impl WorkflowSecretNotPassed {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (caller, workflow) in index.workflows() {
            // What is cut off might pass or declare anything.
            for job in workflow.jobs.iter().filter(|_| !workflow.is_broken) {
                let Some((called, callee)) = index.called_by(caller, job) else { continue };
                let Some(call) = callee.call.as_ref().filter(|_| !callee.is_broken) else { continue };
                let passed: &[Spanned<String>] = match &job.secrets {
                    PassedSecrets::None => &[],
                    PassedSecrets::Listed(names) => names,
                    PassedSecrets::Inherit | PassedSecrets::Unseen => continue,
                };
                // GitHub compares names of secrets without their case.
                let missing: Vec<&Spanned<String>> = call
                    .secrets
                    .iter()
                    .filter(|secret| secret.required)
                    .map(|secret| &secret.name)
                    .filter(|name| !passed.iter().any(|passed| passed.eq_ignore_ascii_case(name)))
                    .collect();
                report(index, reporter, (caller, job), called, passed, &missing);
            }
        }
    }
}

fn report(
    index: &Index,
    reporter: &mut Reporter<'_>,
    (caller, job): (FileId, &WorkflowJob),
    called: FileId,
    passed: &[Spanned<String>],
    missing: &[&Spanned<String>],
) {
    let (Some(first), Some(uses)) = (missing.first(), &job.uses) else { return };
    let all = enumerate(&missing.iter().map(|name| name.value.as_str()).collect::<Vec<_>>());
    let path = index.path(called);
    let message = format!("the job `{}` does not pass {all}, which {path} requires", job.id.value);
    let near = passed.iter().find(|passed| near_miss(passed, first));
    let mut finding = reporter
        .report(message, Location::new(caller, uses.span), "called here, and refused")
        .label(Location::new(called, first.span), "required here")
        .key(&KeyName::new(first));
    let help = match near {
        Some(near) => {
            finding = finding.label(Location::new(caller, near.span), "this one is passed");
            format!("did you mean `{}`?", first.value)
        }
        None => format!("pass {all} under `secrets:` of the job, or say `secrets: inherit`"),
    };
    finding.why("GitHub does not start a workflow that leaves out a required secret").help(help);
}
