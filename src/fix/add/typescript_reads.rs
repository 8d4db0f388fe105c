//! An object that takes variables one by one: `export const config = { port: process.env.PORT, .. }`.

use super::NewKey;
use super::code::about;
use super::reads::Readers;
use super::typescript::{Added, added, environment_in, pairs};
use crate::diagnostic::Edit;
use crate::matrix::Kind;
use crate::secret::Secret;
use crate::syntax::tree::{Language, Node, parse};
use crate::text::{SourceFile, Span};
use crate::value_type::ValueType;

/// The objects of a file whose values read variables.
pub(super) fn of(file: &SourceFile, reads: &[Span], wanted: &NewKey) -> Vec<Readers> {
    let language = if file.path.name().ends_with('x') { Language::Tsx } else { Language::TypeScript };
    let Some(tree) = parse(language, &file.text) else { return Vec::new() };
    // What has a type of its own wants a change there too.
    let typed: Vec<Span> = tree
        .walk()
        .map(|step| step.node)
        .filter(|node| node.kind() == "variable_declarator" && node.field("type").is_some())
        .map(Node::span)
        .collect();
    tree.root()
        .named()
        .flat_map(values)
        .map(unwrapped)
        .filter(|value| value.kind() == "object")
        .filter_map(|object| {
            let own: Vec<(Node<'_>, Node<'_>)> =
                pairs(object).into_iter().filter(|(_, value)| takes_one(*value, reads)).collect();
            if own.len() < 2 {
                return None;
            }
            let is_free = !typed.iter().any(|typed| typed.contains(object.span()));
            Some(Readers {
                name: "the object that takes the variables".to_owned(),
                span: object.span(),
                count: own.len(),
                edits: is_free.then(|| entry(file, object, &own, wanted)).flatten().map(|edit| vec![edit]),
                item: None,
            })
        })
        .collect()
}

/// What a statement of the module gives a name, or the module its meaning: what stands in a function may be an answer
/// to whoever asks, and what is passed on is no list of settings.
fn values<'t>(statement: Node<'t>) -> Vec<Node<'t>> {
    let declared = |declaration: Node<'t>| -> Vec<Node<'t>> {
        declaration.named().filter_map(|one| one.field("value")).collect()
    };
    match statement.kind() {
        "export_statement" => match (statement.field("declaration"), statement.field("value")) {
            (Some(declaration), _) => declared(declaration),
            (None, value) => value.into_iter().collect(),
        },
        "lexical_declaration" | "variable_declaration" => declared(statement),
        "expression_statement" => statement
            .named()
            .filter(|node| {
                node.kind() == "assignment_expression"
                    && node
                        .field("left")
                        .is_some_and(|left| matches!(left.text(), "module.exports" | "exports.config"))
            })
            .filter_map(|node| node.field("right"))
            .collect(),
        _ => Vec::new(),
    }
}

/// The object of `{ .. } as const`, and of one that is frozen.
fn unwrapped(value: Node<'_>) -> Node<'_> {
    match value.kind() {
        "as_expression" if value.text().ends_with("as const") => value.named().next().unwrap_or(value),
        "parenthesized_expression" => value.named().next().unwrap_or(value),
        "call_expression"
            if value.field("function").is_some_and(|function| function.text() == "Object.freeze") =>
        {
            value.field("arguments").and_then(|arguments| arguments.named().next()).unwrap_or(value)
        }
        _ => value,
    }
}

/// Whether a value is made of one variable, and no object or function of its own.
fn takes_one(value: Node<'_>, reads: &[Span]) -> bool {
    let is_own = !matches!(value.kind(), "object" | "arrow_function" | "function_expression" | "array");
    is_own && reads.iter().any(|read| value.span().contains(*read)) && environment_in(value).is_some()
}

fn entry(file: &SourceFile, object: Node<'_>, own: &[(Node<'_>, Node<'_>)], wanted: &NewKey) -> Option<Edit> {
    let (_, model) = own.last()?;
    let source = environment_in(*model)?;
    let key = wanted.entry.key.as_str();
    let is_small = |(name, _): &&(Node<'_>, Node<'_>)| name.text().chars().any(|c| c.is_ascii_lowercase());
    let small = own.iter().filter(is_small).count();
    let name = if small * 2 > own.len() { camel(key) } else { key.to_owned() };
    let is_taken = pairs(object).iter().any(|(other, _)| other.text().trim_matches(['"', '\'']) == name);
    let values: Vec<&str> = own.iter().map(|(_, value)| value.text()).collect();
    let value = value(file, wanted, &format!("{source}.{key}"), &values);
    let new = Added { name: &name, value: &value, comment: about(wanted) };
    (!is_taken).then(|| added(file, object, &new)).flatten()
}

/// What is taken, in the words of the others: `||` or `??`, `!` or nothing.
fn value(file: &SourceFile, wanted: &NewKey, read: &str, others: &[&str]) -> String {
    let entry = &wanted.entry;
    let is_used = |sign: &str| others.iter().any(|other| other.contains(sign));
    let or = if is_used("||") && !is_used("??") { "||" } else { "??" };
    let quote = if file.text.matches('\'').count() > file.text.matches('"').count() { '\'' } else { '"' };
    let text = |text: &str| {
        let escaped = text.replace('\\', "\\\\").replace(quote, &format!("\\{quote}")).replace('\n', "\\n");
        format!("{quote}{escaped}{quote}")
    };
    let default = entry.default.as_ref().map(Secret::reveal).filter(|_| wanted.kind != Kind::Secret);
    let bare = if entry.is_required && others.iter().any(|other| other.ends_with('!')) {
        format!("{read}!")
    } else {
        read.to_owned()
    };
    match (&entry.value_type, default) {
        (Some(ValueType::Bool), Some(default)) if default.eq_ignore_ascii_case("true") => {
            format!("({read} {or} {}) === {}", text("true"), text("true"))
        }
        (Some(ValueType::Bool), _) => format!("{read} === {}", text("true")),
        (Some(ValueType::Int { .. } | ValueType::Port | ValueType::Float), default) => match default {
            Some(default) => format!("Number({read} {or} {default})"),
            None if entry.is_required => format!("Number({bare})"),
            None => format!("{read} ? Number({read}) : undefined"),
        },
        (_, Some(default)) => format!("{read} {or} {}", text(default)),
        (_, None) => bare,
    }
}

/// `PAGE_SIZE` as `pageSize`.
fn camel(key: &str) -> String {
    let mut name = String::new();
    for word in key.split('_').filter(|word| !word.is_empty()) {
        let small = word.to_ascii_lowercase();
        let mut chars = small.chars();
        match chars.next() {
            Some(first) if !name.is_empty() => {
                name.push(first.to_ascii_uppercase());
                name.push_str(chars.as_str());
            }
            _ => name.push_str(&small),
        }
    }
    name
}
