//! `workflow-key-missing`

mod expression;
mod github;
mod given;
mod prisma;
mod repair;
mod token;

use std::collections::BTreeMap;

use self::given::{Given, Level, given};
use crate::fact::{Fact, Machine, Need, Role, ScriptRun, StepScript};
use crate::index::Index;
use crate::key::{KeyName, consumer_of, may_hold_secret};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location, Span};

crate::declare_rule! {
    /// Reports a step of a workflow that runs a script of the tree, or uses an action of it that does, without a
    /// variable which the script demands.
    ///
    /// A script demands a variable if it stops without it in any case: `${X:?}`, or a test whose outcome
    /// is `exit 1`, outside of functions and branches. All levels count: the `env:` of the step, of the action's
    /// step, of the job and the workflow, what earlier steps and actions write to `$GITHUB_ENV`, and what the
    /// command itself sets. A variable that an action makes of an input alone is empty where the input has no
    /// default and is not passed. The rule is silent about machines of one's own, which may bring variables along.
    ///
    /// GitHub's own program `gh` demands `GH_TOKEN`, and where a command of it does not name the repository and no step
    /// checks one out, `GH_REPO`.
    ///
    /// A program in Python, JavaScript or Ruby that a step runs and that reads `GITHUB_TOKEN` or `GH_TOKEN` is reported
    /// where it says itself that it needs it, and under `--strict` in any case.
    ///
    /// A command of Prisma, also one that scripts of the `package.json` come to, demands what `prisma.config.ts` takes by
    /// `env("KEY")`.
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
    /// `.github/workflows/deploy.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - uses: actions/checkout@v4
    ///       - run: bash scripts/deploy.sh
    ///         env:
    ///           IMAGE_TAG: ${{ github.sha }}
    /// ```
    ///
    /// `scripts/deploy.sh`
    /// ```sh
    /// : "${DEPLOY_TOKEN:?}"
    /// ./push "$IMAGE_TAG"
    /// ```
    ///
    /// ```text
    /// warning[workflow-key-missing]: a step of `deploy` runs scripts/deploy.sh without `DEPLOY_TOKEN`
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass it: `DEPLOY_TOKEN: ${{ secrets.DEPLOY_TOKEN }}`.
    pub struct WorkflowKeyMissing = "workflow-key-missing", Missing, Warning, partly_strict, fixes, by_file + prisma::ask;
}

impl WorkflowKeyMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, workflow) in index.workflows() {
            // A composite action runs in the environment of whoever uses it.
            if workflow.is_broken || workflow.is_action {
                continue;
            }
            expression::ask(index, reporter, file);
            for job in workflow.jobs.iter().filter(|job| job.machine == Machine::Plain) {
                let level = Level { file, workflow, job, step: 0, uses: None, inputs: &[] };
                github::ask(index, reporter, level);
                token::ask(index, reporter, level);
                walk(index, reporter, &mut vec![level]);
            }
        }
    }
}

/// How deep actions that use actions are followed.
const MAX_DEPTH: usize = 4;

/// Judges the steps of the job that the last level is of, and of the actions that they use.
fn walk<'a>(index: &'a Index, reporter: &mut Reporter<'_>, levels: &mut Vec<Level<'a>>) {
    let Some(level) = levels.last().copied() else { return };
    // Whether a step of an action runs may depend on what it is used for.
    let is_sure = |has_condition: bool| !level.workflow.is_action || !has_condition;
    for step in level.job.scripts.iter().filter(|step| is_sure(step.has_condition)) {
        replace_last(levels, Level { step: step.step, uses: None, ..level });
        judge(index, reporter, levels, step);
    }
    for used in level.job.actions.iter().filter(|used| is_sure(used.has_condition)) {
        let action = index.action(level.file, &used.uses);
        let action = action.and_then(|file| Some((file, index.workflow(file)?)));
        let Some((file, workflow)) = action.filter(|(_, action)| !action.is_broken) else { continue };
        let Some(job) = workflow.jobs.first().filter(|_| levels.len() < MAX_DEPTH) else { continue };
        replace_last(levels, Level { step: used.step, uses: Some(&used.uses), ..level });
        levels.push(Level { file, workflow, job, step: 0, uses: None, inputs: &used.inputs });
        walk(index, reporter, levels);
        levels.pop();
    }
}

fn replace_last<'a>(levels: &mut [Level<'a>], level: Level<'a>) {
    if let Some(last) = levels.last_mut() {
        *last = level;
    }
}

/// A variable that is lacking: who demands it, and the input that it is made of, if that is why.
struct Lacking<'a> {
    demand: &'a Fact,
    input: Option<(&'a Fact, String)>,
}

fn judge(index: &Index, reporter: &mut Reporter<'_>, levels: &[Level<'_>], step: &StepScript) {
    // What the step sources may set anything.
    let Some(level) = levels.last().filter(|_| step.does.sources.is_empty()) else { return };
    let folder = step.folder.as_ref().map(|folder| folder.value.as_str());
    for run in step.does.runs.iter().filter(|run| !run.is_guarded) {
        let Some(script) = index.script_run(level.file, folder, run) else { continue };
        let is_alone = index.script(script).is_some_and(|does| does.sources.is_empty());
        if !is_alone || index.is_aside(script) {
            continue;
        }
        let Some(source) = index.files.get(script) else { continue };
        let end = first_end(&source.text);
        let demands = index.demanded_by_script(script).filter(|demand| {
            (demand.span.start as usize) < end
                && is_always_asked(&source.text, demand)
                && index.provision_gap(script, &demand.key).is_none()
        });
        let lacking = lacking(index, levels, step, Some(run), demands);
        report(index, reporter, levels, (step, run.name.span, Some(script)), &lacking);
    }
    let Some(source) = index.files.get(level.file) else { return };
    let own = index.facts_in(level.file).filter(|fact| {
        matches!(&fact.role, Role::Reads(read) if read.need == Need::Required)
            && step.span.contains(fact.span)
            && is_asked_by_step(&source.text, step, fact)
    });
    let lacking = lacking(index, levels, step, None, own);
    report(index, reporter, levels, (step, step.span, None), &lacking);
}

fn lacking<'a>(
    index: &'a Index,
    levels: &[Level<'_>],
    step: &StepScript,
    run: Option<&ScriptRun>,
    demands: impl Iterator<Item = &'a Fact>,
) -> BTreeMap<&'a KeyName, Lacking<'a>> {
    let mut found: BTreeMap<&KeyName, Lacking<'_>> = BTreeMap::new();
    for demand in demands {
        let key = &demand.key;
        let is_hidden = levels.iter().any(|level| index.provision_gap(level.file, key).is_some());
        if is_hidden || is_from_machine(key) || found.contains_key(key) {
            continue;
        }
        let input = match given(index, levels, step, run, key) {
            Given::Yes => continue,
            Given::No => None,
            Given::Empty { at, input } => Some((at, input)),
        };
        found.insert(key, Lacking { demand, input });
    }
    found
}

/// Reports what the command at `at` of the last level lacks, at the step of the workflow that leads to it.
fn report(
    index: &Index,
    reporter: &mut Reporter<'_>,
    levels: &[Level<'_>],
    (step, at, script): (&StepScript, Span, Option<FileId>),
    lacking: &BTreeMap<&KeyName, Lacking<'_>>,
) {
    let (Some(first), Some(last)) = (levels.first(), levels.last()) else { return };
    let Some((key, Lacking { demand, input })) = lacking.iter().next() else { return };
    let names: Vec<String> = lacking.keys().map(|key| key.to_string()).collect();
    let names = enumerate(&names);
    let job = &first.job.id.value;
    let runs = script.map(|script| index.path(script));
    let (message, place) = match (first.uses, runs) {
        (None, Some(script)) => (format!("a step of `{job}` runs {script} without {names}"), at),
        (None, None) => (format!("a step of `{job}` demands {names}, which nothing sets"), demand.span),
        (Some(uses), Some(script)) => {
            (format!("a step of `{job}` uses {}, which runs {script} without {names}", uses.value), uses.span)
        }
        (Some(uses), None) => {
            (format!("a step of `{job}` uses {}, which demands {names}", uses.value), uses.span)
        }
    };
    let label = match (first.uses, input) {
        (_, Some((_, input))) => format!("does not pass the input `{input}`"),
        _ => "no level of the workflow sets it for this step".to_owned(),
    };
    let mut finding = reporter.report(message, Location::new(first.file, place), label).key(key);
    if first.uses.is_some() && script.is_some() {
        finding = finding.label(Location::new(last.file, at), "the action runs it here");
    }
    if let Some((fact, input)) = input {
        finding = finding.label(fact.at(), format!("is made of the input `{input}` alone"));
    }
    if first.uses.is_some() || script.is_some() {
        finding = finding.label(demand.at(), format!("stops without `{key}`"));
    }
    for (key, lacking) in lacking.iter().skip(1).take(2) {
        finding = finding.label(lacking.demand.at(), format!("and without `{key}`"));
    }
    // What is no secret is kept among the variables of the repository.
    let store = |key: &KeyName| if may_hold_secret(key) { "secrets" } else { "vars" };
    let help = match input {
        Some((_, input)) => format!("pass it under `with:`: `{input}: ${{{{ {}.{key} }}}}`", store(key)),
        None => {
            let lines = lacking.keys().map(|key| format!("`{key}: ${{{{ {}.{key} }}}}`", store(key)));
            format!("add {} to the `env:` of the step", lines.collect::<Vec<_>>().join(", "))
        }
    };
    let fix = if first.uses.is_none() { repair::pass_on(index, first, step, lacking) } else { None };
    finding
        .fix_if(fix)
        .why("commands of a step see what `env:` gives them; secrets do not reach a script by themselves")
        .help(help);
}

/// Whether a step gets to a demand of its own however it goes: `: "${X:?}"`, in no block and before any way out.
fn is_asked_by_step(text: &str, step: &StepScript, demand: &Fact) -> bool {
    let run = text.get(step.span.range()).unwrap_or("");
    let Some(above) =
        (demand.span.start as usize).checked_sub(step.span.start as usize).and_then(|at| run.get(..at))
    else {
        return false;
    };
    let line = above.rsplit('\n').next().unwrap_or("");
    let indent = |line: &str| line.len() - line.trim_start().len();
    // The first line stands behind the begin of the text, without its indentation.
    let outermost = run.lines().skip(1).filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
    let is_colon = line.trim_start().starts_with(": ") && !line.contains(['&', '|', ';']);
    let is_one_line = !above.contains('\n') && above.trim_start_matches(['"', '\'']).starts_with(": ");
    (is_one_line || is_colon && indent(line) == outermost) && first_end(above) >= above.len()
}

/// Whether the machine, or an action that prepares a tool, may bring a variable along. What hosting platforms
/// give to programs does not reach a workflow.
fn is_from_machine(key: &KeyName) -> bool {
    consumer_of(key).is_some_and(|consumer| consumer.0 != "the hosting platform")
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
