//! Values of a kind that GitHub does not take in their place: collections where a text belongs, and patterns
//! that YAML reads as tags.
//!
//! Source: the runner's own schema (`workflow-v1.0.json`, `action_yaml.json`): `with`, `env` and the texts of a step
//! are mappings of strings; a sequence or a mapping in them ends with "was not expected".

use super::{Reader, tell};
use crate::fact::{Problem, ProblemKind};
use crate::sources::github_workflow::availability::CONTEXTS;
use crate::syntax::yaml::Node;
use crate::text::Span;

/// Keys of a step that hold one text.
const TEXTS: &[&str] = &["id", "if", "name", "uses", "run", "working-directory", "shell"];

/// Filters of an event that hold patterns.
const FILTERS: &[&str] = &["branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"];

/// The texts of a step, its inputs and its variables.
pub(super) fn of_step(reader: &mut Reader<'_>, step: &Node) {
    for name in TEXTS {
        if let Some(entry) = step.entry(name) {
            one_text(reader, name, &entry.value);
        }
    }
    for section in ["with", "env"] {
        inside(reader, step, section);
    }
}

/// The values of `with` or `env` below `node`.
pub(super) fn inside(reader: &mut Reader<'_>, node: &Node, section: &str) {
    let Some(values) = node.get(section).filter(|values| values.is_mapping() && !values.via_alias) else {
        return;
    };
    for entry in values.raw_entries() {
        let Some(name) = entry.key.as_str().filter(|name| *name != "<<") else { continue };
        if !reader.take(0) || !is_collection(&entry.value) {
            continue;
        }
        let is_list = entry.value.is_sequence();
        if braces(reader, &entry.value) {
            unquoted(reader, name, &entry.value);
            continue;
        }
        let what = if is_list { "a list" } else { "a mapping" };
        let message = format!("`{name}` under `{section}` is {what}, and GitHub takes texts only");
        let help = match is_list {
            true => format!(
                "write the items as one text: `{name}: |` with an item in each line below, or between commas, as the action reads it"
            ),
            false => format!("write one text, for example with `{name}: |` above the lines"),
        };
        let problem = Problem::new(ProblemKind::WorkflowStructure, entry.key.span, message, "no text");
        reader.problem(
            problem.related(first_line(reader, &entry.value), format!("{what} begins here")).help(help),
        );
    }
}

fn one_text(reader: &mut Reader<'_>, name: &str, value: &Node) {
    if value.via_alias || !is_collection(value) || !reader.take(0) {
        return;
    }
    if braces(reader, value) {
        return unquoted(reader, name, value);
    }
    let what = if value.is_sequence() { "a list" } else { "a mapping" };
    let message = format!("`{name}` of a step is {what}, and GitHub takes a text there");
    tell(reader, first_line(reader, value), &message, "no text", "write one text");
}

fn is_collection(value: &Node) -> bool {
    !value.via_alias && (value.is_sequence() || value.is_mapping())
}

/// Whether the mapping is written as `{{ ... }}`.
fn braces(reader: &Reader<'_>, value: &Node) -> bool {
    let text = reader.file.text.get(value.span.range()).unwrap_or_default();
    value.is_mapping() && text.starts_with("{{")
}

fn unquoted(reader: &mut Reader<'_>, name: &str, value: &Node) {
    let span = first_line(reader, value);
    let written = reader.file.slice(span);
    let inside = written.trim_matches(['{', '}', ' ']);
    let is_expression = inside.split_once('.').is_some_and(|(context, _)| CONTEXTS.contains(&context));
    let help = match is_expression {
        true => format!("an expression begins with a dollar: `{name}: ${written}`"),
        false => format!("quote it: `{name}: '{written}'`"),
    };
    let message = format!("YAML reads the braces of `{name}` as a mapping, and GitHub takes a text there");
    tell(reader, span, &message, "a mapping inside of a mapping", &help);
}

/// What stands of a collection in its first line, without a comment.
fn first_line(reader: &Reader<'_>, value: &Node) -> Span {
    let start = value.span.range().start;
    let rest = reader.file.text.get(start..).unwrap_or("");
    let line = rest.lines().next().unwrap_or("");
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    Span::new(start, start + line.len())
}

/// Patterns of filters that begin with `!` and are not quoted: for YAML they are tags.
pub(super) fn patterns(reader: &mut Reader<'_>, event: &Node) {
    for filter in FILTERS {
        let Some(patterns) = event.get(filter).filter(|patterns| !patterns.via_alias) else { continue };
        let items = if patterns.is_sequence() { patterns.items() } else { std::slice::from_ref(patterns) };
        for item in items {
            let Some(tag) = item.tag.as_deref().filter(|tag| tag.starts_with('!') && !tag.starts_with("!!"))
            else {
                continue;
            };
            if !reader.take(tag.len()) {
                return;
            }
            let message = format!("YAML takes `{tag}` for a tag, and GitHub refuses the file");
            let help = format!("quote the pattern: `- '{tag}'`");
            tell(reader, tag_before(reader, item, tag), &message, "a tag, no pattern", &help);
        }
    }
}

/// Where the tag of a node is written: in front of the node, on its line.
fn tag_before(reader: &Reader<'_>, item: &Node, tag: &str) -> Span {
    let text = &reader.file.text;
    let end = text.len().min(item.span.range().end.max(item.span.range().start + tag.len()));
    let from = item.span.range().start.saturating_sub(tag.len() + 2);
    let near = text.get(..end).and_then(|before| before.rfind(tag)).filter(|at| *at >= from);
    near.map_or(item.span, |at| Span::new(at, at + tag.len()))
}
