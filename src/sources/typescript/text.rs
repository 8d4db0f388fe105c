//! Reads of which only a text is left: `` `${process.env.X}` `` that says `undefined`, and `'process.env.X'` in quotes.

use std::sync::LazyLock;

use regex::Regex;

use super::environment::{Access, sites};
use super::module::{Module, callee, inner, key_text};
use super::name::names_of;
use super::output::Output;
use crate::diagnostic::Applicability;
use crate::fact::{Phase, Problem, ProblemKind, Role};
use crate::key::KeyName;
use crate::syntax::tree::Node;
use crate::text::{SourceFile, TreePath};

/// Notes the reads that are texts, once all others of the file are known.
pub(super) fn read<'t>(module: &Module<'t>, file: &SourceFile, output: &mut Output<'_>) {
    // Most files hold neither.
    let has_template = file.text.contains("`${");
    let has_quoted = QUOTED.iter().any(|sign| file.text.contains(sign));
    if output.phase == Phase::Test || !has_template && !has_quoted {
        return;
    }
    for node in module.nodes() {
        let problem = match node.kind() {
            "template_string" if has_template => undefined(module, node),
            "string" if has_quoted => quoted(module, &file.path, node, output),
            _ => None,
        };
        output.extraction.problems.extend(problem);
    }
    output.extraction.problems.sort_by_key(|problem| problem.span);
}

/// How a read in quotes begins.
const QUOTED: [&str; 4] = ["'process.env.", "\"process.env.", "'import.meta.env.", "\"import.meta.env."];

/// What somebody makes of a text that may be `undefined`, as if it could be nothing.
enum Judged {
    /// `|| "default"`.
    Default,
    /// `!text`, `text ? a : b`.
    Presence,
    /// Decorators check the field; whether they would let it be missing.
    Checks(bool),
}

/// A template that is one read and nothing else, where the code counts on an empty text or none.
fn undefined<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Problem> {
    let mut parts = node.named();
    let part = parts.next().filter(|part| part.kind() == "template_substitution")?;
    let is_whole = parts.next().is_none() && part.span().len() + 2 == node.span().len();
    let read = inner(part.named().next().filter(|_| is_whole)?);
    let [site] = sites(module, read).try_into().ok()?;
    let patterns = names_of(module, &site.name);
    let ([pattern], Access::Get(None)) = (patterns.as_slice(), site.access) else { return None };
    let key = pattern.known()?;
    let judged = judged(module, node)?;
    let message = format!("without a value `{key}` becomes the text `undefined`");
    let (label, help) = match judged {
        Judged::Default => {
            ("never empty, so what stands behind is never taken", format!("take `{}` as it is", read.text()))
        }
        Judged::Presence => {
            ("never empty, so this holds in any case", format!("ask for `{}` as it is", read.text()))
        }
        Judged::Checks(is_optional) => (
            match is_optional {
                true => "checked as that text, though it may be missing",
                false => "checked as that text, as if there were a value",
            },
            format!("write `{} ?? \"\"`, or take it as it is", read.text()),
        ),
    };
    let mut problem = Problem::new(ProblemKind::UndefinedAsText, node.span(), message, label)
        .help(help)
        .about(&KeyName::new(&key));
    if !matches!(judged, Judged::Checks(_)) {
        problem.repair = vec![(node.span(), read.text().to_owned())];
        problem.trust = Applicability::Unsafe;
    }
    Some(problem)
}

fn judged<'t>(module: &Module<'t>, node: Node<'t>) -> Option<Judged> {
    let mut at = node;
    for _ in 0..4 {
        let (above, field) = module.parent(at)?;
        let operator = || above.field("operator").map_or("", Node::text);
        match above.kind() {
            "parenthesized_expression" | "as_expression" | "non_null_expression" => at = above,
            "binary_expression" if field == Some("left") && matches!(operator(), "||" | "??") => {
                return Some(Judged::Default);
            }
            "unary_expression" if operator() == "!" => return Some(Judged::Presence),
            "ternary_expression" if field == Some("condition") => return Some(Judged::Presence),
            "public_field_definition" if field == Some("value") => {
                let checks = decorators(module, above);
                let is_optional = checks.contains(&"IsOptional");
                return checks.iter().any(|name| is_check(name)).then_some(Judged::Checks(is_optional));
            }
            _ => return None,
        }
    }
    None
}

/// Whether a decorator of class-validator checks what a field holds.
fn is_check(name: &str) -> bool {
    name.starts_with("Is") && name != "IsOptional" || matches!(name, "Length" | "MinLength" | "Matches")
}

/// The names of the decorators that stand before a field.
fn decorators<'t>(module: &Module<'t>, field: Node<'t>) -> Vec<&'t str> {
    let name = |node: Node<'t>| {
        let call = node.named().next().filter(|_| node.kind() == "decorator")?;
        Some(callee(call).map_or("", |(_, name)| name.text()))
    };
    let mut found: Vec<&'t str> = field.named().filter_map(name).collect();
    // Those of earlier lines stand beside the field.
    let Some((body, _)) = module.parent(field) else { return found };
    let mut before = Vec::new();
    for part in body.named().take(400) {
        if part == field {
            found.append(&mut before);
            return found;
        }
        match name(part) {
            Some(name) => before.push(name),
            None => before.clear(),
        }
    }
    found
}

static READ: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"^(?:process\.env|import\.meta\.env)\.([A-Z][A-Z0-9_]+)$").ok());

/// Names of fields whose texts are for people, or for programs that read code.
const TELLING: &[&str] = &[
    "code",
    "comment",
    "description",
    "env",
    "envVar",
    "example",
    "find",
    "from",
    "help",
    "hint",
    "key",
    "label",
    "message",
    "name",
    "path",
    "pattern",
    "search",
    "text",
    "title",
    "to",
    "variable",
];

/// A read in quotes, as the value of a field, of a key that the file reads elsewhere without them.
fn quoted<'t>(module: &Module<'t>, path: &TreePath, node: Node<'t>, output: &Output<'_>) -> Option<Problem> {
    if !QUOTED.iter().any(|sign| node.text().starts_with(sign)) {
        return None;
    }
    let key = KeyName::new(READ.as_ref()?.captures(node.string()?.value.as_str())?.get(1)?.as_str());
    let (pair, field) = module.parent(node)?;
    let name =
        pair.field("key").filter(|_| pair.kind() == "pair" && field == Some("value")).and_then(key_text)?;
    let is_read = |fact: &crate::fact::Fact| fact.key == key && matches!(fact.role, Role::Reads(_));
    let own = output.extraction.facts.iter().find(|fact| is_read(fact));
    let is_code = path.name().contains("eslint") || path.name().contains("babel");
    if own.is_none()
        || is_code
        || TELLING.contains(&name.as_str())
        || name.contains('.')
        || is_replaced(module, pair)
    {
        return None;
    }
    let read = node.text().trim_matches(['"', '\'']).to_owned();
    let message = format!("`{name}` is the text `{read}`, not the value of `{key}`");
    let problem =
        Problem::new(ProblemKind::VariableAsText, node.span(), message, "in quotes nothing is read")
            .help(format!("write `{read}` without quotes"))
            .about(&key);
    let mut problem = own.map_or(problem.clone(), |own| problem.related(own.span, "read here"));
    problem.repair = vec![(node.span(), read)];
    problem.trust = Applicability::Unsafe;
    Some(problem)
}

/// Whether the object around is one of expressions that a bundler puts in the place of names.
fn is_replaced<'t>(module: &Module<'t>, pair: Node<'t>) -> bool {
    module.ancestors(pair).any(|(above, ..)| {
        let word = match above.kind() {
            "pair" => above.field("key").and_then(key_text),
            "call_expression" => above.field("function").map(|function| function.text().to_owned()),
            "new_expression" => above.field("constructor").map(|function| function.text().to_owned()),
            "variable_declarator" => above.field("name").map(|name| name.text().to_owned()),
            _ => None,
        };
        let lower = word.unwrap_or_default().to_ascii_lowercase();
        ["define", "plugin", "replace", "global", "inline"].iter().any(|sign| lower.contains(sign))
    })
}
