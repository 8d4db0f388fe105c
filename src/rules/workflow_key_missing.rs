//! `workflow-key-missing`

mod expression;

use std::collections::BTreeMap;

use crate::fact::{Fact, Place, Role, ScriptRun, StepScript, WorkflowJob, is_aside};
use crate::index::Index;
use crate::key::{KeyName, consumer_of};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports a step of a workflow that runs a script of the tree without a variable which the script demands.
    ///
    /// A script demands a variable if it stops without it in any case: `${X:?}`, or a test whose outcome
    /// is `exit 1`, outside of functions and branches. All levels count: the step's `env:`, the job's, the
    /// workflow's, what earlier steps and actions write to `$GITHUB_ENV`, and what the command itself sets.
    /// The rule is silent about machines of one's own, which may bring variables along.
    ///
    /// An expression `${{ env.X }}` of a variable that nothing sets is reported where the workflow sets one with
    /// nearly the same name.
    ///
    /// ## Why it matters
    ///
    /// Secrets do not reach a script by themselves. When commands move from a step into a script, the step that
    /// now runs the script must pass on what they used; the first run after the merge fails, often the
    /// one that deploys.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// - run: bash scripts/deploy.sh
    ///   env:
    ///     IMAGE_TAG: ${{ github.sha }}
    /// ```
    ///
    /// ```sh
    /// : "${DEPLOY_TOKEN:?}"      # scripts/deploy.sh
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass it: `DEPLOY_TOKEN: ${{ secrets.DEPLOY_TOKEN }}`.
    pub struct WorkflowKeyMissing = "workflow-key-missing", Missing, Warning;
}

impl WorkflowKeyMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, workflow) in index.workflows() {
            if !workflow.is_broken && !workflow.is_action {
                expression::ask(index, reporter, file);
            }
            // A composite action runs in somebody else's environment.
            if workflow.is_broken || workflow.is_action || !has_plain_machines(index, file) {
                continue;
            }
            for job in &workflow.jobs {
                for step in &job.scripts {
                    judge(index, reporter, file, job, step);
                }
            }
        }
    }
}

fn judge(index: &Index, reporter: &mut Reporter<'_>, file: FileId, job: &WorkflowJob, step: &StepScript) {
    // What the step sources may set anything.
    if !step.does.sources.is_empty() {
        return;
    }
    let folder = step.folder.as_ref().map(|folder| folder.value.as_str());
    for run in &step.does.runs {
        let Some(script) = index.script_run(file, folder, run) else { continue };
        let is_alone = index.script(script).is_some_and(|does| does.sources.is_empty());
        if !is_alone || is_aside(&index.path(script)) || is_failure_taken(index, file, run) {
            continue;
        }
        let Some(source) = index.files.get(script) else { continue };
        let end = first_end(&source.text);
        let mut lacking: BTreeMap<&KeyName, &Fact> = BTreeMap::new();
        for demand in index.demanded_by_script(script) {
            let key = &demand.key;
            if demand.span.start as usize >= end || !is_always_asked(&source.text, demand) {
                continue;
            }
            let is_hidden = [file, script].iter().any(|&file| index.provision_gap(file, key).is_some());
            if !is_hidden && !is_from_machine(key) && !is_given(index, file, job, step, run, key) {
                lacking.entry(key).or_insert(demand);
            }
        }
        let names: Vec<String> = lacking.keys().map(|key| key.to_string()).collect();
        let Some((key, demand)) = lacking.iter().next() else { continue };
        let mut finding = reporter
            .report(
                format!(
                    "a step of `{}` runs {} without {}",
                    job.id.value,
                    index.path(script),
                    enumerate(&names)
                ),
                Location::new(file, run.name.span),
                "no level of the workflow sets it for this step",
            )
            .label(demand.at(), format!("stops without `{key}`"))
            .key(key);
        for (key, demand) in lacking.iter().skip(1).take(2) {
            finding = finding.label(demand.at(), format!("and without `{key}`"));
        }
        finding
            .why("commands of a step see what `env:` gives them; secrets do not reach a script by themselves")
            .help(format!("add `{key}: ${{{{ secrets.{key} }}}}` to the `env:` of the step"));
    }
}

/// Whether all jobs of a workflow run on machines that GitHub sets up, outside of containers: others may
/// bring variables of their own.
fn has_plain_machines(index: &Index, file: FileId) -> bool {
    index.files.get(file).is_some_and(|source| {
        source.text.lines().map(str::trim_start).all(|line| match line.split_once(':') {
            Some(("runs-on", label)) => {
                ["ubuntu", "macos", "windows"].iter().any(|system| label.contains(system))
                    && !label.contains("self-hosted")
            }
            Some(("container", _)) => false,
            _ => true,
        })
    })
}

/// Whether the machine, or an action that prepares a tool, may bring a variable along. What hosting platforms
/// give to programs does not reach a workflow.
fn is_from_machine(key: &KeyName) -> bool {
    consumer_of(key).is_some_and(|consumer| consumer.0 != "the hosting platform")
}

/// Whether a step copes where a command fails: `bash check.sh || true`, `if bash check.sh`.
fn is_failure_taken(index: &Index, file: FileId, run: &ScriptRun) -> bool {
    index.files.get(file).is_none_or(|source| {
        let at = (run.name.span.start as usize, run.name.span.end as usize);
        let before = source.text.get(..at.0).and_then(|text| text.rsplit('\n').next()).unwrap_or("");
        let behind = source.text.get(at.1..).unwrap_or("");
        // The command goes on where a line ends with `\`.
        let mut lines = behind.split_inclusive('\n');
        let is_or = lines
            .by_ref()
            .scan(true, |goes_on, line| {
                let here = std::mem::replace(goes_on, line.trim_end().ends_with('\\'));
                here.then_some(line)
            })
            .any(|line| line.contains("||"));
        is_or
            || before
                .split_whitespace()
                .any(|word| matches!(word, "if" | "elif" | "while" | "until" | "!" | "&&" | "||"))
    })
}

/// Where a script first may end well, in bytes: what stands behind is not always asked.
fn first_end(text: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let code = if line.trim_start().starts_with('#') { "" } else { line };
        let code = code.split(" #").next().unwrap_or("");
        let ends = code.split([';', '&', '|', '{', '}', ')']).map(str::trim).any(|part| {
            matches!(part, "exit" | "exit 0" | "return" | "return 0") || part.starts_with("exec ")
        });
        if ends {
            return at;
        }
        at += line.len();
    }
    at
}

/// Whether a script gets to a demand however it is called: it stands in no function or branch.
fn is_always_asked(text: &str, demand: &Fact) -> bool {
    let above = text.get(..demand.span.start as usize).unwrap_or("");
    let line = above.rsplit('\n').next().unwrap_or("");
    // What stands within a block is indented.
    let is_outermost = !line.starts_with([' ', '\t']);
    let is_branch =
        ["&&", "then", "()", "function ", "case ", "elif ", ";;"].iter().any(|word| line.contains(word))
            || (line.contains("||") && !line.starts_with("if "));
    is_outermost && !is_branch
}

/// Whether a level of the workflow, an earlier step, an action or the command itself gives a step the
/// variable, or the step itself asks whether it is there.
fn is_given(
    index: &Index,
    file: FileId,
    job: &WorkflowJob,
    step: &StepScript,
    run: &ScriptRun,
    key: &KeyName,
) -> bool {
    if run.sets.contains(key) {
        return true;
    }
    let is_stated = index.facts_of(key).any(|fact| match (&fact.place, &fact.role) {
        (Place::Job { job: None, step: None }, Role::Provides(_)) if fact.file == file => true,
        (Place::Job { job: Some(id), step: at }, Role::Provides(_)) if fact.file == file => {
            *id == job.id.value && at.is_none_or(|at| at == step.step)
        }
        (Place::Job { job: Some(id), step: at }, Role::Reads(_)) if fact.file == file => {
            *id == job.id.value && at.is_none_or(|at| at == step.step)
        }
        // What an action or another script writes for later steps.
        (Place::Job { .. }, Role::Provides(_)) => {
            index.workflow(fact.file).is_some_and(|workflow| workflow.is_action)
        }
        (Place::Written(path), Role::Provides(_)) => path.contains("GITHUB_ENV"),
        _ => false,
    });
    let is_named_by = |text: &str| text.contains("exportVariable") || text.contains("GITHUB_ENV");
    let is_exported = || {
        // What steps of workflows write is known by facts.
        let scripts = index.mentions_of(key).filter(|at| index.workflow(at.file).is_none());
        scripts.filter_map(|at| index.files.get(at.file)).any(|source| is_named_by(&source.text))
    };
    let is_set_by_command = || {
        index.files.get(file).is_some_and(|source| {
            let text = source.slice(step.span);
            text.contains(&format!("{key}="))
                || text.contains(&format!("read {key}"))
                || is_named_by(&source.text)
                    && (source.text.contains(&format!("{key}=")) || source.text.contains(&format!("{key}<<")))
        })
    };
    is_stated || is_set_by_command() || is_exported()
}
