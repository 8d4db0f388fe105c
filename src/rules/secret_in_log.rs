//! `secret-in-log`

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::fact::{
    CommandFile, Fact, LOGS_OF_CONTAINERS, Log, Logged, LoggedHow, LoggedSecret, LoggedWhat, ProblemKind,
    Role, SecretVariables, must_not_be_printed,
};
use crate::index::{Index, Sieve, Site, StepRun};
use crate::rule::Reporter;
use crate::text::{FileId, Location, TreePath};

declare_rule! {
    /// Reports a workflow step, a command of a container or of its build, or a script that one of them runs,
    /// which prints a secret into its log.
    ///
    /// In a workflow a variable counts as secret if `secrets.NAME` is put into it; in a `RUN` of a Dockerfile if
    /// its name says so and whoever builds the image fills it in (an `ARG` without a default, a mounted secret); in
    /// entrypoints, commands and health checks of containers if its name says so, the script does not set it
    /// itself and the compose file does not write its value down. In a compose file both `$$KEY`, which the shell
    /// expands, and `$KEY`, which compose fills in, are printed. Wherever it runs, secret is what a script fetches from a store of
    /// secrets into a variable with the name of one (`DB_PASSWORD=$(vault kv get ...)`) and does not mask. What goes into a file (`>> "$GITHUB_ENV"`,
    /// `>> .env`), into another program (`echo "$TOKEN" | docker login --password-stdin`) or into a variable
    /// is not printed, nor is what a function prints for its caller.
    ///
    /// ## Why it matters
    ///
    /// Logs are read by more people than secrets are meant for, and are kept, copied and searched. GitHub
    /// masks a secret only where it stands whole and unchanged: encoded, cut, on several lines, or as a part
    /// of a URL it is readable. Logs of containers mask nothing.
    ///
    /// ## Example
    ///
    /// `.github/workflows/deploy.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     env:
    ///       DEPLOY_TOKEN: ${{ secrets.DEPLOY_TOKEN }}
    ///     steps:
    ///       - run: echo "deploying with $DEPLOY_TOKEN"
    /// ```
    ///
    /// ```text
    /// warning[secret-in-log]: the secret `DEPLOY_TOKEN` is printed into the log of the job `deploy`
    /// ```
    ///
    /// ## What to do
    ///
    /// Do not print it. To see whether it is set, test it: `[ -n "$DEPLOY_TOKEN" ]`. Switch `set -x` off
    /// around commands that use secrets. A secret that stood in a log is to be replaced.
    pub struct SecretInLog = "secret-in-log", Secret, Warning, by_file + of_called_scripts;
}

const HELP: &str = "do not print it; to see whether it is set, test it with `[ -n ... ]`";

/// Why nothing secret belongs into the log of a workflow.
const WHY: &str = "GitHub masks a secret only where it stands whole and unchanged: encoded, cut or on several lines everybody \
                   who may read the log may read it";

impl SecretInLog {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(index, ProblemKind::SecretInLog, WHY, HELP);
    }
}

/// What scripts print that containers start with and that steps of workflows run.
fn of_called_scripts(index: &Index, reporter: &mut Reporter<'_>) {
    let mut workflows = BTreeMap::new();
    for (file, script) in index.sifted_scripts(&LOGGING).filter(|(file, _)| !index.is_aside(*file)) {
        let path = index.path(file);
        let sites = index.sites_starting(file);
        if !sites.is_empty() || is_entrypoint(&path) {
            by_container(index, reporter, file, script, &sites);
        } else {
            by_steps(index, reporter, file, script, &index.steps_running(file), &mut workflows);
        }
    }
}

static LOGGING: Sieve = Sieve::Commands(|_, script| !script.logged.is_empty());

/// Whether a script is named as one that a container starts with.
fn is_entrypoint(path: &TreePath) -> bool {
    path.name().to_ascii_lowercase().contains("entrypoint") || path.folder().name().contains("entrypoint.d")
}

/// What a script prints that a container starts with: secret is what its name says, and all variables where a
/// service is given a secret.
fn by_container(
    index: &Index,
    reporter: &mut Reporter<'_>,
    file: FileId,
    script: &CommandFile,
    sites: &[&Site],
) {
    let name = format!("the log of the container (`{}`)", index.path(file));
    let given = sites.iter().find_map(|site| {
        let mut given = index.environment_of(site);
        given.find(|fact| must_not_be_printed(&fact.key) && !is_plain(fact))
    });
    let secret = |number: usize| {
        let key = match &script.logged.get(number)?.what {
            LoggedWhat::Variable(key) => Some(key).filter(|key| must_not_be_printed(key)),
            LoggedWhat::Environment => given.map(|fact| &fact.key),
            LoggedWhat::Filled(_) | LoggedWhat::File(_) | LoggedWhat::Fetched(..) => None,
        };
        Some(LoggedSecret { key: key?.clone(), from: None })
    };
    let log = Log { name: &name, secret: &secret, why: Some(LOGS_OF_CONTAINERS), once: true };
    for problem in log.problems(&script.logged.iter().collect::<Vec<_>>()) {
        let is_given = |fact: &&Fact| problem.key.as_ref() == Some(&fact.key);
        let finding = reporter.problem(file, &problem, LOGS_OF_CONTAINERS, HELP);
        if let Some(fact) = given.filter(is_given) {
            finding.label(fact.at(), "the container is given it here");
        }
    }
}

fn is_plain(fact: &Fact) -> bool {
    matches!(&fact.role, Role::Provides(provide) if provide.value.is_plain())
}

/// What a script prints that steps run, in the first of them that has a secret for it.
fn by_steps(
    index: &Index,
    reporter: &mut Reporter<'_>,
    file: FileId,
    script: &CommandFile,
    steps: &[StepRun<'_>],
    workflows: &mut BTreeMap<FileId, SecretVariables>,
) {
    let logged: Vec<&Logged> = script.logged.iter().collect();
    for step in steps {
        let secrets = workflows.entry(step.file).or_insert_with(|| {
            let facts = index.extraction(step.file).map(|found| found.facts.as_slice());
            SecretVariables::of(facts.unwrap_or_default())
        });
        let id = step.job.id.as_str();
        let job = Some(id).filter(|id| !id.is_empty());
        let name = match job {
            Some(job) => format!("the log of the job `{job}`"),
            None => "the log of the job that uses the action".to_owned(),
        };
        let behind = |number: usize| {
            let one = logged.get(number)?;
            secrets.behind(one, job, Some(step.step.step)).filter(|found| !step.run.sets.contains(&found.key))
        };
        let secret = |number: usize| Some(LoggedSecret { from: None, ..behind(number)? });
        let problems = Log { name: &name, secret: &secret, why: None, once: true }.problems(&logged);
        if problems.is_empty() {
            continue;
        }
        for problem in problems {
            let shown = LoggedWhat::Variable(problem.key.clone().unwrap_or_default());
            let one = Logged { what: shown, span: problem.span, how: LoggedHow::Printed };
            let from = secrets.behind(&one, job, Some(step.step.step)).and_then(|found| found.from);
            let run = Location::new(step.file, step.run.name.span);
            let mut finding =
                reporter.problem(file, &problem, WHY, HELP).label(run, "a step runs the script here");
            if let Some(from) = from {
                finding = finding.label(Location::new(step.file, from), "a secret is put into it here");
            }
            drop(finding);
        }
        return;
    }
}
