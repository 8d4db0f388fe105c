//! `workflow-secret-not-passed`

use std::collections::BTreeMap;

use crate::diagnostic::{Edit, Fix};
use crate::fact::{Fact, PassedSecrets, Place, Role, WorkflowFile, WorkflowJob};
use crate::index::Index;
use crate::key::{KeyName, near_miss};
use crate::rule::repair::edit;
use crate::rule::{Reporter, enumerate};
use crate::syntax::yaml::edit::Edits;
use crate::text::{FileId, Location, Spanned};

crate::declare_rule! {
    /// Reports a secret that a reusable workflow requires, or reads without declaring it, and that a job which calls it
    /// does not pass.
    ///
    /// ## Why it matters
    ///
    /// A called workflow sees no secrets but those it is passed. GitHub refuses a call that leaves out a
    /// required one, and the whole workflow does not start.
    ///
    /// ## Example
    ///
    /// `.github/workflows/deploy.yml`
    /// ```yaml
    /// on:
    ///   workflow_call:
    ///     secrets:
    ///       DEPLOY_KEY: { required: true }
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - run: ./deploy.sh
    ///         env: { DEPLOY_KEY: "${{ secrets.DEPLOY_KEY }}" }
    /// ```
    ///
    /// `.github/workflows/release.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     uses: ./.github/workflows/deploy.yml
    /// ```
    ///
    /// ```text
    /// warning[workflow-secret-not-passed]: the job `deploy` does not pass `DEPLOY_KEY`, which .github/workflows/deploy.yml requires
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass it under `secrets:`, or say `secrets: inherit`.
    pub struct WorkflowSecretNotPassed = "workflow-secret-not-passed", Missing, Warning, fixes, by_file;
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
                unseen(index, reporter, (caller, job), (called, callee), passed);
            }
        }
    }
}

/// Reports secrets that the called workflow reads and neither declares nor is passed. Only what it could not get
/// otherwise counts: the job that reads has no deployment environment of its own. A workflow that fires on other events
/// too has its secrets there, and may do without some of them here; not without those that a step signs in with.
fn unseen(
    index: &Index,
    reporter: &mut Reporter<'_>,
    (caller, job): (FileId, &WorkflowJob),
    (called, callee): (FileId, &WorkflowFile),
    passed: &[Spanned<String>],
) {
    let (Some(call), Some(uses), Some(source)) = (&callee.call, &job.uses, index.files.get(called)) else {
        return;
    };
    let is_called_only = callee.triggers.is_empty();
    let mut found: BTreeMap<&KeyName, &Fact> = BTreeMap::new();
    for fact in index.facts_in(called) {
        if fact.place != Place::GithubSecrets || !matches!(fact.role, Role::Reads(_)) {
            continue;
        }
        let is_known = |name: &Spanned<String>| name.eq_ignore_ascii_case(&fact.key);
        let owner = callee.jobs.iter().rfind(|job| job.id.span.start <= fact.span.start);
        let counts = owner.is_some_and(|job| {
            let signs_in = || job.sign_ins.iter().any(|input| input.contains(fact.span));
            job.environment.is_none() && (is_called_only || signs_in())
        });
        if counts
            && !passed.iter().any(is_known)
            && !call.secrets.iter().any(|secret| is_known(&secret.name))
            && is_taken_plainly(&source.text, fact)
        {
            found.entry(&fact.key).or_insert(fact);
        }
    }
    let Some((key, read)) = found.iter().next() else { return };
    let names: Vec<&str> = found.keys().map(|key| key.as_str()).collect();
    let keys: Vec<KeyName> = found.keys().map(|key| (*key).clone()).collect();
    let path = index.path(called);
    let message = format!(
        "the job `{}` passes no {} to {path}, which reads {}",
        job.id.value,
        enumerate(&names),
        if names.len() == 1 { "it" } else { "them" }
    );
    reporter
        .report(message, Location::new(caller, uses.span), "called here without it")
        .label(read.at(), format!("`{key}` is empty here"))
        .keys(&keys)
        .why("a called workflow sees no secrets but those it is passed, and an unknown one is an empty text")
        .help(format!(
            "say `secrets: inherit` in the job, or declare `{key}` under `workflow_call` and pass it"
        ));
}

/// Whether an expression is a secret and nothing else: `${{ secrets.X || github.token }}` copes without it.
fn is_taken_plainly(text: &str, fact: &Fact) -> bool {
    let before =
        text.get(..fact.span.start as usize).and_then(|text| text.rsplit("${{").next()).unwrap_or("");
    let behind = text.get(fact.span.end as usize..).and_then(|text| text.split("}}").next()).unwrap_or("");
    before.trim() == "secrets." && behind.trim().is_empty()
}

/// Passes the secrets on under their own names.
fn pass_secrets(
    index: &Index,
    caller: FileId,
    job: &WorkflowJob,
    passed: &[Spanned<String>],
    missing: &[&Spanned<String>],
) -> Option<Fix> {
    // A slip in a name that is passed is mended by hand: which of both is wrong is not known.
    if missing.iter().any(|name| passed.iter().any(|passed| near_miss(passed, name))) {
        return None;
    }
    let text = &index.files.get(caller)?.text;
    let yaml = Edits::of(text);
    let value = |name: &str| format!("${{{{ secrets.{name} }}}}");
    let called = yaml.entry(job.id.span)?;
    let listed = called.value.raw_entries().iter().find(|entry| entry.key.as_str() == Some("secrets"));
    let added: Option<Vec<Edit>> = match listed {
        Some(entry) => missing
            .iter()
            .map(|name| Some(edit(caller, yaml.add_variable(entry.key.span, name, value(name).as_str())?)))
            .collect(),
        None => {
            let values: Vec<String> = missing.iter().map(|name| value(name)).collect();
            let variables: Vec<(&str, &str)> =
                missing.iter().zip(&values).map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let added = yaml.add_field(job.id.span, "secrets", &variables)?;
            Some(vec![edit(caller, added)])
        }
    };
    let names: Vec<&str> = missing.iter().map(|name| name.value.as_str()).collect();
    Fix::unsafe_if_any(format!("pass {} on", enumerate(&names)), added?)
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
    finding
        .fix_if(pass_secrets(index, caller, job, passed, missing))
        .why("GitHub does not start a workflow that leaves out a required secret")
        .help(help);
}
