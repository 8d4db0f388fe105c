//! `trigger-drift`

mod filter;
mod firing;

use std::collections::BTreeSet;

use self::firing::Firing;
use crate::fact::WorkflowFile;
use crate::index::Index;
use crate::matrix::{Environment, Said, Trigger};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location, TreePath};

crate::declare_rule! {
    /// Reports an environment whose declared trigger is not what deploys it: the workflow does not exist,
    /// or does not fire on the declared event or branches.
    ///
    /// ## Why it matters
    ///
    /// Whoever reads the matrix believes that a push deploys staging. If the workflow waits for somebody
    /// to start it, staging runs old code with old configuration, and nobody is told.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// environments:
    ///   staging:
    ///     trigger: { workflow: .github/workflows/deploy.yml, on: push, branches: [main] }
    /// ```
    ///
    /// `.github/workflows/deploy.yml`
    /// ```yaml
    /// on: workflow_dispatch
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps: [{ run: ./deploy.sh }]
    /// ```
    ///
    /// ```text
    /// error[trigger-drift]: .github/workflows/deploy.yml does not fire on `push`, which should deploy `staging`
    /// ```
    ///
    /// ## What to do
    ///
    /// Let the workflow fire on what the matrix says, or write down what it really fires on. A workflow
    /// that others call or that follows another fires on what those fire on.
    pub struct TriggerDrift = "trigger-drift", Matrix, Error, needs_matrix;
}

impl TriggerDrift {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for environment in &index.matrix.environments {
            let Some(trigger) = &environment.trigger else { continue };
            let Some(path) = &trigger.workflow else { continue };
            let Some(at) = path.at.or(trigger.at) else { continue };
            match index.files.at(path) {
                None => missing(index, reporter, environment, path, at),
                Some(file) => {
                    let Some(workflow) = index.workflow(file.id) else { continue };
                    // A file without `on` is no workflow of GitHub.
                    if !workflow.is_broken && workflow.on.is_some() {
                        compare(index, reporter, environment, trigger, (file.id, workflow));
                    }
                }
            }
        }
    }
}

fn missing(
    index: &Index,
    reporter: &mut Reporter<'_>,
    environment: &Environment,
    path: &TreePath,
    at: Location,
) {
    let is_root_given = path.root_name().is_none()
        || index.files.iter().any(|file| file.path.root_name() == path.root_name());
    if !index.absent.contains(path) || !is_root_given {
        return;
    }
    let nearest = index
        .workflows()
        .map(|(file, _)| index.path(file))
        .filter(|other| other.folder() == path.folder())
        .map(|other| (strsim::osa_distance(other.name(), path.name()), other))
        .filter(|(distance, _)| *distance <= 4)
        .min();
    let help = match nearest {
        Some((_, meant)) => format!("did you mean `{meant}`?"),
        None => "name the workflow that deploys it; paths are relative to the root of the tree".to_owned(),
    };
    reporter
        .report(
            format!("the workflow `{path}` that should deploy `{}` does not exist", *environment.name),
            at,
            "nothing is there",
        )
        .environments([environment.name.value.clone()])
        .why("nothing deploys the environment the way the matrix says")
        .help(help);
}

fn compare(
    index: &Index,
    reporter: &mut Reporter<'_>,
    environment: &Environment,
    trigger: &Said<Trigger>,
    (file, workflow): (FileId, &WorkflowFile),
) {
    let firing = Firing::of(index, file);
    let path = index.path(file);
    let name = &environment.name.value;
    let on = |at| Location::new(file, at);
    if let Some(event) = &trigger.on
        && !firing.may_fire_on(event)
    {
        let Some(at) = event.at.or(trigger.at) else { return };
        let events: BTreeSet<&str> =
            firing.triggers.iter().map(|(_, trigger)| trigger.event.value.as_str()).collect();
        let events = enumerate(&events.into_iter().collect::<Vec<_>>());
        let label =
            if events.is_empty() { "fires on nothing".to_owned() } else { format!("fires on {events}") };
        let mut finding = reporter
            .report(
                format!("{path} does not fire on `{}`, which should deploy `{name}`", event.value),
                at,
                "declared here",
            )
            .environments([name.clone()]);
        if let Some(span) = workflow.on {
            finding = finding.label(on(span), label);
        }
        finding.why("the environment is not deployed when the team believes it is").help(format!(
            "add `{}` to `on:` of the workflow, or declare what it really fires on",
            event.value
        ));
        return;
    }
    let event = trigger.on.as_ref().map(|event| event.value.as_str());
    for branch in &trigger.branches {
        let Some(filter) = firing.refusal(event, branch) else { continue };
        let Some(at) = branch.at.or(trigger.at) else { continue };
        let what = filter.event.value.as_str();
        reporter
            .report(
                format!(
                    "a `{what}` on `{}` does not fire {path}, which should deploy `{name}`",
                    branch.value
                ),
                at,
                "declared here",
            )
            .label(Location::new(filter.file, filter.event.span), filter.label())
            .environments([name.clone()])
            .why("the environment is not deployed when the team believes it is")
            .help(format!("add `{}` to the branches of the workflow, or declare those it has", branch.value));
    }
}
