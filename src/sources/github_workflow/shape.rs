//! The shape of workflows and composite actions: what GitHub refuses before anything runs.
//!
//! Keys are those of "Workflow syntax for GitHub Actions" and "Metadata syntax". GitHub reads them strictly: a
//! key that it does not know is an error.

mod values;

use std::collections::{BTreeMap, BTreeSet};

use super::{Reader, triggers};
use crate::fact::{Problem, ProblemKind};
use crate::syntax::yaml::{Entry, Node, NodeKind, Parsed, Style};
use crate::text::{Span, Spanned};

const WORKFLOW: &[&str] =
    &["name", "run-name", "on", "permissions", "env", "defaults", "concurrency", "jobs"];

const JOB: &[&str] = &[
    "name",
    "permissions",
    "needs",
    "if",
    "runs-on",
    "environment",
    "concurrency",
    "outputs",
    "env",
    "defaults",
    "steps",
    "timeout-minutes",
    "strategy",
    "continue-on-error",
    "container",
    "services",
    "uses",
    "with",
    "secrets",
    "snapshot",
];

/// Whether a job has a key of this name.
pub(super) fn is_of_job(name: &str) -> bool {
    JOB.contains(&name)
}

const STEP: &[&str] = &[
    "id",
    "if",
    "name",
    "uses",
    "run",
    "working-directory",
    "shell",
    "with",
    "env",
    "continue-on-error",
    "timeout-minutes",
    "background",
    "wait",
    "wait-all",
    "cancel",
    "parallel",
];

/// Keys each of which makes a step do something.
const DOING: &[&str] = &["run", "uses", "wait", "wait-all", "cancel", "parallel"];

const PERMISSIONS: &[&str] = &[
    "actions",
    "artifact-metadata",
    "attestations",
    "checks",
    "code-quality",
    "contents",
    "deployments",
    "discussions",
    "id-token",
    "issues",
    "models",
    "packages",
    "pages",
    "pull-requests",
    "repository-projects",
    "security-events",
    "statuses",
    "vulnerability-alerts",
];

/// Signs of programs that make a workflow from this file. Cookiecutter makes none at the root of the tree: its
/// templates lie in a folder of theirs.
const TEMPLATES: &[&str] = &["{%", "<%"];

pub(super) fn check(reader: &mut Reader<'_>, parsed: &Parsed) {
    let text = &reader.file.text;
    if TEMPLATES.iter().any(|sign| text.contains(sign)) || reader.is_exhausted {
        return;
    }
    let is_action = super::is_action(&reader.file.path);
    // Other servers that read the notation know other keys.
    if !is_action && !reader.file.path.folder().within_root().starts_with(".github/") {
        return;
    }
    if let Some(error) = parsed.errors.first() {
        let help = "mend the line, or the one above it";
        return tell(reader, error.span, "this is not valid YAML", &error.message.clone(), help);
    }
    let [document] = parsed.documents.as_slice() else { return };
    if is_action {
        if document.is_mapping() {
            action(reader, document);
        }
    } else if document.is_mapping() {
        workflow(reader, document);
    } else if !document.is_null() && !document.span.is_empty() {
        let begin = document.span.range().start;
        let first = reader.file.text.get(begin..).and_then(|rest| rest.chars().next());
        let span = Span::new(begin, begin + first.map_or(0, char::len_utf8));
        let help = "a workflow is a mapping with `on:` and `jobs:`, without a `-` before its first key";
        tell(reader, span, "a workflow is no list and no single value", "a mapping is expected", help);
    }
}

fn tell(reader: &mut Reader<'_>, span: Span, message: &str, label: &str, help: &str) {
    reader.problem(Problem::new(ProblemKind::WorkflowStructure, span, message, label).help(help));
}

fn workflow(reader: &mut Reader<'_>, document: &Node) {
    twice(reader, document, 0);
    known_keys(reader, document, WORKFLOW, "a workflow");
    let first = document.raw_entries().first().map_or(document.span, |entry| entry.key.span);
    for (key, means) in [("on", "what it runs on"), ("jobs", "what it does")] {
        if document.entry(key).is_none() {
            let message = format!("the workflow has no `{key}`");
            let help = format!("`{key}:` says {means}; without it GitHub refuses the file");
            tell(reader, first, &message, "not below this key", &help);
        }
    }
    if let Some(entry) = document.entry("permissions") {
        permissions(reader, entry);
    }
    if let Some(on) = document.get("on").filter(|on| on.is_mapping()) {
        filters(reader, on);
    }
    values::inside(reader, document, "env");
    let Some(jobs) = document.get("jobs").filter(|jobs| jobs.is_mapping()) else { return };
    let jobs = reader.entries(jobs);
    let ids: BTreeSet<String> = jobs.iter().map(|(id, _)| id.to_ascii_lowercase()).collect();
    for (id, entry) in jobs {
        job(reader, id, entry, &ids);
    }
}

/// Filters of one event of which GitHub takes one or the other.
fn filters(reader: &mut Reader<'_>, on: &Node) {
    for (event, entry) in reader.entries(on) {
        values::patterns(reader, &entry.value);
        for filter in ["branches", "tags", "paths"] {
            let refusing = format!("{filter}-ignore");
            let (Some(taking), Some(refusing)) = (entry.value.entry(filter), entry.value.entry(&refusing))
            else {
                continue;
            };
            let message = format!("`{event}` has `{filter}` and `{filter}-ignore`");
            let help =
                format!("keep one of both; in `{filter}` a pattern behind `!` leaves out: `- '!name'`");
            let at = refusing.key.span;
            let problem = Problem::new(ProblemKind::WorkflowStructure, at, message, "one of both");
            reader.problem(problem.related(taking.key.span, "the other").help(help));
        }
        for filter in ["branches", "branches-ignore", "tags", "tags-ignore"] {
            let names = entry.value.get(filter).map(|node| triggers::texts(reader, node));
            for name in names.into_iter().flatten() {
                unmatched(reader, &name);
            }
        }
    }
}

/// A name that git gives to nothing. Source: git-check-ref-format(1).
fn unmatched(reader: &mut Reader<'_>, name: &Spanned<String>) {
    if !name.trim().contains(char::is_whitespace) {
        return;
    }
    let bare = name.trim_start_matches('-').trim().trim_matches(['"', '\'']);
    let help = match bare.contains(char::is_whitespace) {
        true => "write each name as an item of the list, one in a line".to_owned(),
        false => format!("write `- {bare}`, an item of the list"),
    };
    let message = format!("no branch and no tag can be called `{}`", **name);
    let problem = Problem::new(ProblemKind::WorkflowStructure, name.span, message, "matches nothing, ever")
        .why("names in git hold no blanks, so that the workflow never runs for this filter")
        .help(help);
    reader.problem(problem);
}

fn job(reader: &mut Reader<'_>, id: &str, entry: &Entry, ids: &BTreeSet<String>) {
    let node = &entry.value;
    if !node.is_mapping() || node.via_alias {
        return;
    }
    known_keys(reader, node, JOB, "a job");
    if let Some(entry) = node.entry("permissions") {
        permissions(reader, entry);
    }
    if node.entry("runs-on").is_none() && node.entry("uses").is_none() {
        let message = format!("the job `{id}` says neither where it runs nor what it calls");
        let help = "add `runs-on:`, or `uses:` with a reusable workflow";
        tell(reader, entry.key.span, &message, "neither `runs-on` nor `uses`", help);
    }
    if let Some(needs) = node.get("needs") {
        let needed = if needs.is_sequence() { needs.items() } else { std::slice::from_ref(needs) };
        for needed in needed {
            let Some(name) = needed.as_str().filter(|name| !name.is_empty() && !name.contains("${{")) else {
                continue;
            };
            if !needed.is_null() && reader.take(0) && !ids.contains(&name.to_ascii_lowercase()) {
                let message = format!("the job `{id}` needs `{name}`, which is no job of the workflow");
                let names: Vec<String> = ids.iter().take(12).map(|id| format!("`{id}`")).collect();
                tell(
                    reader,
                    needed.span,
                    &message,
                    "no such job",
                    &format!("there are {}", names.join(", ")),
                );
            }
        }
    }
    for section in ["with", "env"] {
        values::inside(reader, node, section);
    }
    for step in node.get("steps").filter(|steps| !steps.via_alias).map(Node::items).unwrap_or_default() {
        self::step(reader, step);
    }
}

fn action(reader: &mut Reader<'_>, document: &Node) {
    let Some(runs) = document.get("runs") else { return };
    if runs.get("using").and_then(Node::as_str) != Some("composite") {
        return;
    }
    twice(reader, document, 0);
    for step in runs.get("steps").map(Node::items).unwrap_or_default() {
        self::step(reader, step);
        if let (Some(run), None) = (step.entry("run"), step.entry("shell")) {
            let help = "add `shell: bash`; in an action nothing else says what reads it";
            tell(reader, run.key.span, "a `run` of a composite action has no `shell`", "read by what?", help);
        }
    }
}

fn step(reader: &mut Reader<'_>, step: &Node) {
    if !step.is_mapping() || step.via_alias {
        return;
    }
    let uses = step.entry("uses");
    for entry in unknown(step, STEP) {
        let Some(key) = entry.key.as_str().filter(|_| reader.take(0)) else { continue };
        let help = match (close_to(key, STEP), uses) {
            (Some(known), _) => format!("did you mean `{known}`?"),
            (None, Some(_)) => "inputs of an action stand under `with:`, indented below it".to_owned(),
            (None, None) => format!("a step has {}", quoted(STEP)),
        };
        tell(reader, entry.key.span, &format!("`{key}` is no key of a step"), "not known here", &help);
    }
    let Some(first) = step.raw_entries().first() else { return };
    if let (Some(_), Some(run)) = (uses, step.entry("run")) {
        tell(reader, run.key.span, "the step has `uses` and `run`", "one of both", "make two steps of it");
    }
    // A key that is no key of a step is told already.
    let is_open = step.raw_entries().iter().any(|entry| entry.key.as_str() == Some("<<"))
        || unknown(step, STEP).next().is_some();
    values::of_step(reader, step);
    if !is_open && DOING.iter().all(|key| step.entry(key).is_none()) {
        let help = "add `run:` or `uses:`, or delete the step";
        tell(reader, first.key.span, "the step does nothing", "neither `run` nor `uses`", help);
    }
}

fn permissions(reader: &mut Reader<'_>, entry: &Entry) {
    for (name, entry) in reader.entries(&entry.value) {
        // Others may come; a name beside a known one is a slip.
        if PERMISSIONS.contains(&name) {
            continue;
        }
        if let Some(known) = close_to(name, PERMISSIONS) {
            let message = format!("`{name}` is no permission");
            tell(reader, entry.key.span, &message, "not known", &format!("did you mean `{known}`?"));
        }
    }
}

/// Up to so many entries, looking through them is faster than sorting them.
const SHORT: usize = 16;

/// Keys that stand twice in one mapping.
fn twice(reader: &mut Reader<'_>, node: &Node, depth: usize) {
    if node.via_alias || depth > super::MAX_DEPTH || !reader.take(0) {
        return;
    }
    for item in node.items() {
        twice(reader, item, depth + 1);
    }
    let entries = node.raw_entries();
    let is_short = entries.len() <= SHORT;
    let mut before: BTreeMap<&str, Span> = BTreeMap::new();
    for (number, entry) in entries.iter().enumerate() {
        twice(reader, &entry.value, depth + 1);
        let Some(key) = entry.key.as_str() else { continue };
        let first = if is_short {
            let mut earlier = entries.iter().take(number).rev();
            earlier.find(|other| other.key.as_str() == Some(key)).map(|other| other.key.span)
        } else {
            before.insert(key, entry.key.span)
        };
        if let Some(first) = first {
            let problem = Problem::new(
                ProblemKind::WorkflowStructure,
                entry.key.span,
                format!("`{key}` stands twice in one mapping"),
                "a second time",
            );
            reader.problem(problem.related(first, "the first time").help("make one of both"));
        }
    }
}

fn known_keys(reader: &mut Reader<'_>, node: &Node, known: &[&str], what: &str) {
    for entry in unknown(node, known) {
        let Some(key) = entry.key.as_str().filter(|_| reader.take(0)) else { continue };
        let help = match close_to(key, known) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("{what} has {}", quoted(known)),
        };
        tell(reader, entry.key.span, &format!("`{key}` is no key of {what}"), "not known here", &help);
    }
}

/// The entries of a mapping that GitHub does not know.
fn unknown<'n>(node: &'n Node, known: &'n [&str]) -> impl Iterator<Item = &'n Entry> {
    node.raw_entries().iter().filter(|entry| match &entry.key.kind {
        // Keys of other tools, and the signs of a merge.
        NodeKind::Scalar { text, style: Style::Plain } => {
            !known.contains(&text.as_str())
                && !text.starts_with("x-")
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
        }
        _ => false,
    })
}

fn close_to<'k>(slip: &str, known: &[&'k str]) -> Option<&'k str> {
    let slip = slip.to_ascii_lowercase().replace('_', "-");
    let near = known.iter().map(|known| (strsim::osa_distance(&slip, known), *known)).min()?;
    (near.0 <= 1 || (near.0 == 2 && near.1.len() >= 6)).then_some(near.1)
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
