//! Values that expressions ask for and that the workflow itself never gives: outputs, steps, axes of a matrix,
//! inputs.
//!
//! Each of these lists is closed: what stands in it is written down in the same file. Where a part of it is
//! computed, nothing is said.

mod advice;
mod unset;

use std::collections::{BTreeMap, BTreeSet};

use super::{Reader, Scope, outputs};
use crate::fact::{Problem, ProblemKind, Role};
use crate::key::{KeyName, near_miss};
use crate::syntax::github_expression::ContextUse;
use crate::syntax::yaml::{Node, Placed};
use crate::text::Span;

use advice::{advice, misspelled};

/// One use of a context whose members the file lists.
pub(super) struct Asked {
    context: String,
    /// The members as written, at least one.
    path: Vec<String>,
    /// Where each of them stands.
    parts: Vec<Span>,
    job: Option<String>,
    step: Option<usize>,
    span: Span,
    /// Whether it is all that its expression asks.
    is_alone: bool,
}

/// Notes the uses of an expression.
pub(super) fn note(reader: &mut Reader<'_>, placed: &Placed<'_>, uses: &[ContextUse], scope: Scope<'_>) {
    for used in uses {
        let text = |range: &std::ops::Range<usize>| placed.text.get(range.clone()).unwrap_or("").to_owned();
        let context = text(&used.name).to_ascii_lowercase();
        // Outside of jobs and steps stand descriptions too, which nothing evaluates.
        let is_inside = scope.job.is_some() || reader.workflow.is_action;
        let is_listed = match context.as_str() {
            "jobs" => true,
            "steps" | "needs" | "matrix" | "inputs" | "env" => is_inside,
            "secrets" | "vars" => true,
            "github" => is_inside && used.member.as_ref().is_some_and(|member| text(member) == "event"),
            _ => false,
        };
        let Some(member) = used.member.as_ref().filter(|_| is_listed) else { continue };
        let path: Vec<String> = std::iter::once(member).chain(&used.further).map(text).collect();
        let parts = std::iter::once(member).chain(&used.further).map(|part| placed.place(part)).collect();
        let last = used.further.get(1).or(used.further.first()).unwrap_or(member);
        let span = placed.place(&(used.name.start..last.end));
        let job = scope.job.map(str::to_owned);
        let around = (placed.text.get(..used.name.start), placed.text.get(last.end..));
        let is_alone = around.0.is_some_and(|before| before.trim_end().ends_with("${{"))
            && around.1.is_some_and(|behind| behind.trim_start().starts_with("}}"));
        reader.asked.push(Asked { context, path, parts, job, step: scope.step, span, is_alone });
    }
}

/// What one job lists.
#[derive(Default)]
struct Listed<'n> {
    /// Where its own id stands.
    at: Span,
    /// Ids of its steps in lower case.
    steps: BTreeMap<String, Step<'n>>,
    needs: Option<BTreeSet<String>>,
    /// The axes of its matrix; `None` if some are computed.
    matrix: Option<BTreeSet<String>>,
    has_matrix: bool,
    /// Its outputs; `None` if it calls another workflow, which has them.
    outputs: Option<BTreeMap<String, &'n str>>,
}

/// A step with an id.
struct Step<'n> {
    number: usize,
    /// Where its id stands.
    at: Span,
    node: &'n Node,
}

/// Judges what was noted, once the whole file is read.
pub(super) fn judge(reader: &mut Reader<'_>, document: &Node) {
    let asked = std::mem::take(&mut reader.asked);
    if asked.is_empty() || reader.workflow.is_broken || reader.is_exhausted {
        return;
    }
    let is_action = reader.workflow.is_action;
    let mut jobs: BTreeMap<String, Listed<'_>> = BTreeMap::new();
    if let Some(steps) = document.get("runs").and_then(|runs| runs.get("steps")).filter(|_| is_action) {
        let steps = ids(steps);
        jobs.insert(String::new(), Listed { steps, ..Listed::default() });
    }
    for (id, entry) in document.get("jobs").map(|jobs| reader.entries(jobs)).unwrap_or_default() {
        jobs.insert(id.to_ascii_lowercase(), listed(entry.key.span, &entry.value));
    }
    let inputs = inputs(document, is_action);
    let mut variables = Variables::of(reader);
    // A block that several jobs share by an anchor is at fault if it is in all of them.
    let mut found: BTreeMap<Span, Option<Problem>> = BTreeMap::new();
    for asked in asked {
        let problem = match asked.context.as_str() {
            "steps" => step(&asked, &jobs).filter(|_| !is_for_removed_step(reader, &asked)),
            "needs" => need(&asked, &jobs),
            "jobs" => output(&asked, &jobs),
            "matrix" if !is_action => axis(&asked, &jobs),
            "inputs" => input(&asked, inputs.as_ref()),
            "github" => payload(&asked),
            "secrets" | "vars" => reserved(reader, &asked),
            "env" if !is_action => {
                variables.judge(reader, &asked).or_else(|| unset::judge(reader, &asked, document, &variables))
            }
            _ => None,
        };
        let entry = found.entry(asked.span).or_insert_with(|| problem.clone());
        if problem.is_none() {
            *entry = None;
        }
    }
    for mut problem in found.into_values().flatten() {
        if !advice::is_written_so(&reader.file.text, &problem) {
            problem.repair.clear();
        }
        reader.problem(problem);
    }
}

fn listed(at: Span, job: &Node) -> Listed<'_> {
    let needs = match job.get("needs") {
        None => Some(BTreeSet::new()),
        Some(node) if node.is_sequence() => {
            Some(node.items().iter().filter_map(Node::as_str).map(str::to_ascii_lowercase).collect())
        }
        Some(node) => node.as_str().map(|name| BTreeSet::from([name.to_ascii_lowercase()])),
    };
    let matrix = job.get("strategy").map(|strategy| strategy.get("matrix").filter(|_| strategy.is_mapping()));
    let (has_matrix, matrix) = match matrix {
        None => (false, Some(BTreeSet::new())),
        Some(None) => (true, None),
        Some(Some(matrix)) => (true, axes(matrix)),
    };
    let outputs = match job.get("outputs") {
        _ if job.get("uses").is_some() => None,
        None => Some(BTreeMap::new()),
        Some(node) if node.is_mapping() => {
            let names = node.entries().into_iter().filter_map(|entry| entry.key.as_str());
            Some(names.map(|name| (name.to_ascii_lowercase(), name)).collect())
        }
        Some(_) => None,
    };
    Listed { at, steps: job.get("steps").map(ids).unwrap_or_default(), needs, matrix, has_matrix, outputs }
}

fn ids(steps: &Node) -> BTreeMap<String, Step<'_>> {
    let mut found = BTreeMap::new();
    for (number, step) in steps.items().iter().enumerate() {
        // Steps that run side by side have ids too.
        let beside = step.get("parallel").map(Node::items).unwrap_or_default();
        for step in std::iter::once(step).chain(beside) {
            let id = step.get("id").and_then(|id| Some((id.as_str()?, id.span)));
            if let Some((id, at)) = id {
                found.entry(id.to_ascii_lowercase()).or_insert(Step { number, at, node: step });
            }
        }
    }
    found
}

/// The names that combinations of a matrix have; `None` where an expression gives some.
fn axes(matrix: &Node) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    if !matrix.is_mapping() {
        return None;
    }
    for entry in matrix.entries() {
        match entry.key.as_str()? {
            "exclude" => {}
            "include" => {
                for item in entry.value.is_sequence().then(|| entry.value.items())? {
                    for entry in item.is_mapping().then(|| item.entries())? {
                        found.insert(entry.key.as_str()?.to_ascii_lowercase());
                    }
                }
            }
            name => {
                found.insert(name.to_ascii_lowercase());
            }
        }
    }
    Some(found)
}

/// Whether a condition compares with a step that is commented out, so that it always holds: `steps.cache.outputs.hit !=
/// 'true'`, as whoever took the step out knows.
fn is_for_removed_step(reader: &mut Reader<'_>, asked: &Asked) -> bool {
    let Some(id) = asked.path.first() else { return false };
    let text = &reader.file.text;
    let behind = text.get(asked.span.end as usize..).unwrap_or("").trim_start();
    let is_removed = |line: &str| {
        let Some(comment) = line.trim_start().strip_prefix('#') else { return false };
        let said = comment.trim_start_matches(['#', ' ', '-']).strip_prefix("id:");
        said.is_some_and(|said| said.trim() == id)
    };
    behind.starts_with("!=") && (!reader.take(text.len()) || text.lines().any(is_removed))
}

/// The inputs that a workflow or an action declares, by their names in lower case; `None` if nothing asks for any.
fn inputs(document: &Node, is_action: bool) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let lists: Vec<Option<&Node>> = if is_action {
        vec![document.get("inputs")]
    } else {
        let on = document.get("on")?;
        let takes = |name: &str| on.get(name).map(|event| event.get("inputs"));
        let lists: Vec<_> = ["workflow_dispatch", "workflow_call"].into_iter().filter_map(takes).collect();
        if lists.is_empty() {
            return None;
        }
        lists
    };
    for list in lists.into_iter().flatten() {
        if !list.is_mapping() && !list.is_null() {
            return None;
        }
        found.extend(
            list.entries().iter().filter_map(|entry| entry.key.as_str()).map(str::to_ascii_lowercase),
        );
    }
    Some(found)
}

fn problem(asked: &Asked, message: String, help: String) -> Option<Problem> {
    Some(Problem::new(ProblemKind::UndefinedExpression, asked.span, message, "always empty").help(help))
}

fn step(asked: &Asked, jobs: &BTreeMap<String, Listed<'_>>) -> Option<Problem> {
    let job = jobs.get(&asked.job.as_deref().unwrap_or("").to_ascii_lowercase())?;
    let id = asked.path.first()?;
    let Some(found) = job.steps.get(&id.to_ascii_lowercase()) else {
        let message = format!("no step has the id `{id}`");
        if job.steps.is_empty() {
            return problem(asked, message, format!("give the step that is meant an `id: {id}`"));
        }
        let known = job.steps.keys().map(String::as_str);
        return misspelled(asked, 0, message, advice(id, known, "the ids of the job are"));
    };
    if asked.step.is_some_and(|step| step <= found.number) {
        let message = format!("the step `{id}` has not run when this asks for it");
        return problem(asked, message, "move the step that is asked before this one".to_owned());
    }
    let member = asked.path.get(1)?;
    if !["outputs", "outcome", "conclusion"].iter().any(|known| known.eq_ignore_ascii_case(member)) {
        let message = format!("a step has no `{member}`");
        let help = format!("it has `outputs`, `outcome` and `conclusion`: `steps.{id}.outputs.{member}`");
        let is_output = outputs::written(found.node)
            .is_none_or(|names| names.iter().any(|name| name.eq_ignore_ascii_case(member)));
        let problem = problem(asked, message, help)?;
        return Some(if is_output { advice::among_outputs(problem, asked) } else { problem });
    }
    let name = asked.path.get(2).filter(|_| member.eq_ignore_ascii_case("outputs"))?;
    let names = outputs::written(found.node)?;
    if names.iter().any(|known| known.eq_ignore_ascii_case(name)) || outputs::speaks_of(found.node, name) {
        return None;
    }
    let help = advice(name, names.iter().copied(), "it writes");
    let problem = misspelled(asked, 2, format!("the step `{id}` writes no output `{name}`"), help)?;
    Some(problem.related(found.at, "this step writes others"))
}

/// Events whose names are no field of what they tell ("Webhook events and payloads"). `pull_request`, `release`,
/// `schedule` and others are fields.
const NO_FIELDS: &[&str] = &[
    "push",
    "workflow_dispatch",
    "workflow_call",
    "repository_dispatch",
    "pull_request_target",
    "pull_request_review",
    "pull_request_review_comment",
    "issues",
    "issue_comment",
    "discussion_comment",
    "page_build",
];

/// `github.event.push`, where the name of the event was meant.
fn payload(asked: &Asked) -> Option<Problem> {
    let name = asked.path.get(1)?;
    let event = NO_FIELDS.iter().find(|event| event.eq_ignore_ascii_case(name))?;
    let field = match *event {
        "pull_request_target" => "; its pull request is `github.event.pull_request`",
        "issues" => "; its issue is `github.event.issue`",
        "issue_comment" | "discussion_comment" | "pull_request_review_comment" => {
            "; its comment is `github.event.comment`"
        }
        "workflow_dispatch" | "workflow_call" => "; its inputs are `inputs.<name>`",
        _ => "",
    };
    let help = format!("`github.event_name == '{event}'` asks which event it was{field}");
    problem(asked, format!("what events tell has no field `{name}`"), help)
}

/// A secret or variable that nobody can have: "Naming conventions" of "Secrets" and of "Variables reference"
/// (docs.github.com/actions) say that names must not start with `GITHUB_`. What a caller hands over is called as the
/// workflow says.
fn reserved(reader: &Reader<'_>, asked: &Asked) -> Option<Problem> {
    let name = asked.path.first()?;
    let is_reserved = name.get(..7).is_some_and(|begin| begin.eq_ignore_ascii_case("GITHUB_"));
    let is_given = asked.context == "secrets" && name.eq_ignore_ascii_case("GITHUB_TOKEN");
    let mut handed = reader.workflow.call.iter().flat_map(|call| &call.secrets);
    let is_handed = handed.any(|secret| secret.name.value == *name);
    if !is_reserved || is_given || is_handed {
        return None;
    }
    let what = if asked.context == "vars" { "variable" } else { "secret" };
    let message = format!("no {what} can be called `{name}`");
    let help =
        "names that begin with `GITHUB_` are GitHub's own: store it under another one, and ask for that";
    problem(asked, message, help.to_owned())
}

fn need(asked: &Asked, jobs: &BTreeMap<String, Listed<'_>>) -> Option<Problem> {
    let job = jobs.get(&asked.job.as_deref()?.to_ascii_lowercase())?;
    let id = asked.path.first()?;
    if !job.needs.as_ref()?.contains(&id.to_ascii_lowercase()) {
        let message = format!("the job does not wait for `{id}`");
        let help = format!("add `{id}` to the `needs` of the job");
        return Some(problem(asked, message, help)?.related(job.at, "this job"));
    }
    output(asked, jobs)
}

fn output(asked: &Asked, jobs: &BTreeMap<String, Listed<'_>>) -> Option<Problem> {
    let id = asked.path.first()?;
    let Some(job) = jobs.get(&id.to_ascii_lowercase()) else {
        let help = advice(id, jobs.keys().map(String::as_str), "the jobs are");
        return misspelled(asked, 0, format!("there is no job `{id}`"), help);
    };
    let member = asked.path.get(1)?;
    if !["outputs", "result"].iter().any(|known| known.eq_ignore_ascii_case(member)) {
        let message = format!("a job has no `{member}`");
        let help = format!("it has `outputs` and `result`: `{}.{id}.outputs.{member}`", asked.context);
        let is_output =
            job.outputs.as_ref().is_none_or(|outputs| outputs.contains_key(&member.to_ascii_lowercase()));
        let found = problem(asked, message, help)?;
        return Some(if is_output { advice::among_outputs(found, asked) } else { found });
    }
    let name = asked.path.get(2).filter(|_| member.eq_ignore_ascii_case("outputs"))?;
    let outputs = job.outputs.as_ref()?;
    if outputs.contains_key(&name.to_ascii_lowercase()) {
        return None;
    }
    let message = format!("the job `{id}` has no output `{name}`");
    if outputs.is_empty() {
        let help = format!("give the job `outputs:`, with `{name}: ${{{{ steps.<id>.outputs.{name} }}}}`");
        return Some(problem(asked, message, help)?.related(job.at, "this job has no outputs"));
    }
    let help = advice(name, outputs.values().copied(), "its outputs are");
    Some(misspelled(asked, 2, message, help)?.related(job.at, "this job has others"))
}

fn axis(asked: &Asked, jobs: &BTreeMap<String, Listed<'_>>) -> Option<Problem> {
    let job = jobs.get(&asked.job.as_deref()?.to_ascii_lowercase())?;
    let (axes, name) = (job.matrix.as_ref()?, asked.path.first()?);
    if axes.contains(&name.to_ascii_lowercase()) {
        return None;
    }
    if !job.has_matrix {
        let help = "give the job a `strategy.matrix`, or take the value from elsewhere".to_owned();
        let message = format!("the job has no matrix that gives `{name}`");
        return Some(problem(asked, message, help)?.related(job.at, "this job has none"));
    }
    let help = advice(name, axes.iter().map(String::as_str), "its names are");
    let problem = misspelled(asked, 0, format!("the matrix of the job has no `{name}`"), help)?;
    Some(problem.related(job.at, "the matrix of this job has others"))
}

fn input(asked: &Asked, inputs: Option<&BTreeSet<String>>) -> Option<Problem> {
    let (inputs, name) = (inputs?, asked.path.first()?);
    if inputs.contains(&name.to_ascii_lowercase()) {
        return None;
    }
    let message = format!("there is no input `{name}`");
    if inputs.is_empty() {
        return problem(asked, message, "declare it under `inputs:`".to_owned());
    }
    misspelled(asked, 0, message, advice(name, inputs.iter().map(String::as_str), "declared are"))
}

/// The variables that the file sets at any level, each with a place.
struct Variables {
    set: BTreeMap<String, Span>,
    /// Comparisons, in bytes, that are still made: a file of nothing but slips is no reason to compare all of
    /// them with each other.
    work: usize,
}

impl Variables {
    fn of(reader: &Reader<'_>) -> Self {
        let provided = reader.found.facts.iter().filter(|fact| matches!(fact.role, Role::Provides(_)));
        let set = provided.map(|fact| (fact.key.as_str().to_owned(), fact.span)).collect();
        Self { set, work: super::SPARE_WORK + 16 * reader.file.text.len() }
    }

    /// `env.X` that nothing sets, beside a variable with almost that name which nothing else names.
    fn judge(&mut self, reader: &Reader<'_>, asked: &Asked) -> Option<Problem> {
        let name = asked.path.first()?;
        if self.set.contains_key(name) || !reader.found.gaps.is_empty() {
            return None;
        }
        self.work = self.work.checked_sub(32 * self.set.len())?;
        let is_meant = |other: &str| other.eq_ignore_ascii_case(name) || near_miss(other, name);
        for (meant, &span) in self.set.iter().filter(|(other, _)| is_meant(other)) {
            self.work = self.work.checked_sub(reader.file.text.len())?;
            if !stands_once(&reader.file.text, meant) {
                continue;
            }
            let problem = problem(
                asked,
                format!("nothing sets `{name}`, and nothing uses `{meant}`"),
                "give both one name; on runners other than Windows, case counts".to_owned(),
            )?;
            return Some(problem.related(span, "set here").about(&KeyName::new(name)));
        }
        None
    }
}

/// Whether a text holds a name as a whole word once.
fn stands_once(text: &str, name: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let bytes = text.as_bytes();
    let whole = text.match_indices(name).filter(|(at, _)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !is_part(before) && !is_part(bytes.get(at + name.len()))
    });
    whole.take(2).count() == 1
}
