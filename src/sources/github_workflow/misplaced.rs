//! `$X` where no shell ever sees it: `if:`, `env:` and the inputs of actions that hand them on as they are.

use std::collections::{BTreeMap, BTreeSet};

use super::Reader;
use super::jobs::Surroundings;
use crate::fact::{Problem, ProblemKind};
use crate::key::KeyName;
use crate::syntax::github_expression;
use crate::syntax::yaml::{Node, NodeKind, Placed, Style};
use crate::text::{Span, Spanned};

/// Owners whose actions are programs and not shell scripts, so that no input of theirs is expanded.
const OWNERS: &[&str] = &["actions", "docker", "aws-actions", "google-github-actions", "hashicorp"];

/// Parts of names of inputs that hold commands, programs or prose.
const WORDS: &[&str] = &[
    "run",
    "script",
    "inlinescript",
    "args",
    "arg",
    "entrypoint",
    "command",
    "commands",
    "cmd",
    "shell",
    "exec",
    "code",
    "body",
    "message",
    "title",
    "text",
    "content",
    "description",
    "query",
    "format",
    "template",
    "json",
    "payload",
    "filter",
    "expression",
    "pattern",
    "regex",
    "driver",
    "config",
    "options",
    "labels",
    "annotations",
    "flags",
    "secrets",
    "env",
    "vars",
    "hcl",
    "buildkitd",
];

/// `if:` of a job or step.
pub(super) fn condition(
    reader: &mut Reader<'_>,
    name: &str,
    node: &Node,
    known: &Surroundings<'_>,
    is_step: bool,
) {
    if name != "if" || !node.as_str().is_some_and(|text| text.contains('$')) {
        return;
    }
    let Some(placed) = reader.placed(node) else { return };
    // GitHub knows no variables yet when it asks whether a job runs.
    let write = |name: &str| Some(format!("env.{name}")).filter(|_| is_step);
    let said = Said { what: "in a condition", label: "compared as it stands", write: &write };
    tell(reader, find(&placed, known, false), known, &said, |name| {
        format!("write `env.{name}`, without quotes")
    });
    // That a shell's variable is no expression is told by that already.
    let problems = &mut reader.found.problems;
    let is_here = |problem: &Problem, kind| problem.kind == kind && node.span.contains(problem.span);
    if problems.iter().any(|problem| is_here(problem, ProblemKind::ShellVariableOutsideRun)) {
        problems.retain(|problem| !is_here(problem, ProblemKind::InterpolationSyntax));
    }
}

/// `with:` of a step.
pub(super) fn inputs(reader: &mut Reader<'_>, uses: &Spanned<String>, with: &Node, known: &Surroundings<'_>) {
    let owner = uses.split('/').next().unwrap_or("");
    if !OWNERS.contains(&owner) || uses.contains("script") || known.is_empty() {
        return;
    }
    for (input, entry) in reader.entries(with) {
        let is_open = input.to_ascii_lowercase().split(['-', '_']).any(|part| WORDS.contains(&part));
        if is_open && input != "build-args" || !entry.value.as_str().is_some_and(|text| text.contains('$')) {
            continue;
        }
        let Some(placed) = reader.placed(&entry.value) else { return };
        let what = format!("in the input `{input}`");
        let is_plain = holds_braces(&reader.file.text, &entry.value);
        let write = |name: &str| Some(format!("${{{{ env.{name} }}}}")).filter(|_| is_plain);
        let said = Said { what: &what, label: "handed on as it stands", write: &write };
        tell(reader, find(&placed, known, true), known, &said, |name| {
            format!("write `${{{{ env.{name} }}}}`")
        });
    }
}

/// `env:`: a whole value that is `$NAME`, where a variable of this name is set around it, or is the very one.
pub(super) fn variables(reader: &mut Reader<'_>, env: &Node, known: &Surroundings<'_>, is_step: bool) {
    for (key, entry) in reader.entries(env) {
        let Some(text) = entry.value.as_str().map(str::trim).filter(|text| text.starts_with('$')) else {
            continue;
        };
        let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or(text.strip_prefix('$'));
        let Some(name) = name.filter(|name| KeyName::new(name).is_identifier()) else { continue };
        let set = known.get(name).copied();
        if set.is_none() && name != key {
            continue;
        }
        let message = format!("nothing replaces `{text}` in the value of `{key}`");
        let help = if set.is_some() {
            format!("write the value itself, or `${{{{ env.{name} }}}}` in the `env` of a step")
        } else {
            format!("write `${{{{ vars.{name} }}}}` or `${{{{ secrets.{name} }}}}`, or leave the line out")
        };
        let mut problem = Problem::new(
            ProblemKind::ShellVariableOutsideRun,
            entry.value.span,
            message,
            "handed on as it stands",
        )
        .about(&KeyName::new(name))
        .help(help);
        if let Some(set) = set {
            problem = problem.related(set, "set here");
            let written = reader.file.slice(entry.value.span);
            // What the `env:` of a job or workflow takes from itself is no expression's to know.
            if is_step && written == text && holds_braces(&reader.file.text, &entry.value) {
                problem.repair.push((entry.value.span, format!("${{{{ env.{name} }}}}")));
            }
        }
        reader.problem(problem);
    }
}

/// What is said of a variable, and what it is written as where that can be told.
struct Said<'s> {
    what: &'s str,
    label: &'s str,
    write: &'s dyn Fn(&str) -> Option<String>,
}

/// Whether braces may be put into a scalar as it is written: not into a plain one in a flow collection.
fn holds_braces(text: &str, node: &Node) -> bool {
    let line = text.get(..node.span.start as usize).and_then(|before| before.rsplit('\n').next());
    let is_plain = matches!(node.kind, NodeKind::Scalar { style: Style::Plain, .. });
    !node.via_alias && (!is_plain || line.is_some_and(|line| !line.contains(['{', '[', ','])))
}

/// Tells each name once, with all places of it in one text.
fn tell(
    reader: &mut Reader<'_>,
    found: Vec<Found<'_>>,
    known: &Surroundings<'_>,
    said: &Said<'_>,
    help: impl Fn(&str) -> String,
) {
    let Said { what, label, write } = said;
    let mut problems: BTreeMap<&str, Problem> = BTreeMap::new();
    // A name with a place that only people should change is changed nowhere.
    let mut open: BTreeSet<&str> = BTreeSet::new();
    for Found { name, written, span, goes } in found {
        let Some(&set) = known.get(name) else { continue };
        let is_as_read = |goes: &Span| {
            let spelled = reader.file.slice(*goes);
            spelled == written || spelled == format!("'{written}'")
        };
        let repair = goes.filter(is_as_read).zip(write(name));
        if repair.is_none() {
            open.insert(name);
        }
        if let Some(problem) = problems.get_mut(name) {
            problem.related.push((span, "and here".to_owned()));
            problem.repair.extend(repair);
            continue;
        }
        let message = format!("nothing replaces `{written}` {what}");
        let mut problem = Problem::new(ProblemKind::ShellVariableOutsideRun, span, message, *label)
            .about(&KeyName::new(name))
            .related(set, "set here")
            .help(help(name));
        problem.repair.extend(repair);
        problems.insert(name, problem);
    }
    for (name, mut problem) in problems {
        if open.contains(name) {
            problem.repair.clear();
        }
        reader.problem(problem);
    }
}

struct Found<'t> {
    name: &'t str,
    written: &'t str,
    span: Span,
    /// What a better spelling takes the place of, if any can: in a condition a text that is nothing else goes with its
    /// quotes.
    goes: Option<Span>,
}

/// The `$NAME` and `${NAME}` of a text that name a variable of the step; outside of expressions only, if
/// `is_input`.
fn find<'t>(placed: &Placed<'t>, known: &Surroundings<'_>, is_input: bool) -> Vec<Found<'t>> {
    let text = placed.text;
    let expressions = if is_input { github_expression::find(text) } else { Vec::new() };
    let mut found = Vec::new();
    for (at, _) in text.match_indices('$') {
        let is_escaped = text.get(..at).is_some_and(|before| before.ends_with(['\\', '$']));
        if is_escaped || expressions.iter().any(|expression| expression.whole.contains(&at)) {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or("");
        let is_braced = rest.starts_with('{');
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let length = rest.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count();
        let name = rest.get(..length).unwrap_or("");
        let is_closed = !is_braced || rest.get(length..).is_some_and(|rest| rest.starts_with('}'));
        let is_name = name.len() >= 2
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && !name.bytes().any(|b| b.is_ascii_lowercase());
        let end = at + 1 + length + 2 * usize::from(is_braced);
        if is_closed && is_name && known.contains_key(name) {
            let written = text.get(at..end).unwrap_or("");
            let before = text.get(..at).unwrap_or("");
            let is_in_text = before.matches(['\'', '"']).count() % 2 == 1;
            let is_whole =
                before.ends_with('\'') && text.get(end..).is_some_and(|rest| rest.starts_with('\''));
            let goes = match (is_input, is_in_text) {
                (true, _) | (false, false) => Some(at..end),
                (false, true) if is_whole && !before.contains('"') => Some(at - 1..end + 1),
                (false, true) => None,
            };
            let goes = goes.map(|goes| placed.place(&goes));
            found.push(Found { name, written, span: placed.place(&(at..end)), goes });
        }
    }
    found
}
