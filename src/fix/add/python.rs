//! The settings class reads the key.

use super::NewKey;
use super::code::{about, quoted};
use crate::diagnostic::Edit;
use crate::fact::SettingsClass;
use crate::matrix::Kind;
use crate::rule::repair::edit;
use crate::syntax::tree::{Language, Node, parse};
use crate::text::{SourceFile, Span, line_ending};
use crate::value_type::ValueType;

/// Adds a field behind the last one of a settings class.
pub(super) fn field(file: &SourceFile, class: &SettingsClass, wanted: &NewKey) -> Option<Edit> {
    let tree = parse(Language::Python, &file.text)?;
    let definition = tree.walk().map(|step| step.node).find(|node| {
        node.kind() == "class_definition"
            && node.field("name").is_some_and(|name| name.span() == class.name.span)
    })?;
    let last = definition.field("body")?.named().filter(|statement| is_field(*statement)).last()?;
    let span = last.span();
    let begin = file.text.get(..span.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
    let indent = file.text.get(begin..span.start as usize)?;
    if !indent.trim().is_empty() {
        return None;
    }
    let end = span.end as usize + file.text.get(span.end as usize..)?.find('\n').unwrap_or(0);
    let end = if file.text.get(..end)?.ends_with('\r') { end - 1 } else { end };
    let ending = line_ending(&file.text);
    let mut text = String::new();
    // Where the fields around it are described by themselves, so is this one.
    let is_described = is_described(definition);
    if let Some(about) = about(wanted).filter(|_| !is_described) {
        text.push_str(&format!("{ending}{indent}# {about}"));
    }
    // In the case of the fields around it.
    let written = wanted.entry.key.get(class.prefix.len()..)?;
    let is_small = file.slice(span).chars().take_while(|c| *c != ':').any(|c| c.is_ascii_lowercase());
    let name = if is_small { written.to_ascii_lowercase() } else { written.to_owned() };
    text.push_str(&format!("{ending}{indent}{name}: {}", annotation(file, wanted, is_described)?));
    Some(edit(file.id, (Span::at(end), text)))
}

/// `name: type`, with or without a value, other than the configuration of the class.
fn is_field(statement: Node<'_>) -> bool {
    let assignment = match statement.kind() {
        "expression_statement" => statement.named().next(),
        _ => Some(statement),
    };
    assignment.is_some_and(|node| {
        node.kind() == "assignment"
            && node.field("type").is_some()
            && node
                .field("left")
                .is_some_and(|left| left.kind() == "identifier" && left.text() != "model_config")
    })
}

/// The type and the default, as the class would write them; `None` for a default that is not of its type.
fn annotation(file: &SourceFile, wanted: &NewKey, is_described: bool) -> Option<String> {
    let entry = &wanted.entry;
    let is_secret = wanted.kind == Kind::Secret && file.text.contains("SecretStr");
    let name = match &entry.value_type {
        _ if is_secret => "SecretStr",
        Some(ValueType::Int { .. } | ValueType::Port) => "int",
        Some(ValueType::Float) => "float",
        Some(ValueType::Bool) => "bool",
        _ => "str",
    };
    let default =
        entry.default.as_ref().map(crate::secret::Secret::reveal).filter(|_| wanted.kind != Kind::Secret);
    let description =
        about(wanted).filter(|_| is_described).map(|about| format!("description={}", quoted(&about)));
    let Some(default) = default else {
        return Some(match (description, entry.is_required) {
            (Some(description), true) => format!("{name} = Field({description})"),
            (Some(description), false) => format!("{name} | None = Field(default=None, {description})"),
            (None, true) => name.to_owned(),
            (None, false) => format!("{name} | None = None"),
        });
    };
    let literal = match &entry.value_type {
        Some(value_type @ (ValueType::Int { .. } | ValueType::Port | ValueType::Float)) => {
            value_type.check(default).ok()?;
            default.to_owned()
        }
        Some(ValueType::Bool) => {
            ValueType::Bool.check(default).ok()?;
            let is_true = matches!(default.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on");
            if is_true { "True".to_owned() } else { "False".to_owned() }
        }
        _ => quoted(default),
    };
    Some(match description {
        Some(description) => format!("{name} = Field(default={literal}, {description})"),
        None => format!("{name} = {literal}"),
    })
}

/// Whether a field of the class is described by `Field(description=..)`.
fn is_described(class: Node<'_>) -> bool {
    let describes = |call: Node<'_>| {
        call.kind() == "call"
            && call.field("function").is_some_and(|function| function.text() == "Field")
            && call.field("arguments").is_some_and(|arguments| {
                arguments
                    .named()
                    .any(|argument| argument.field("name").is_some_and(|name| name.text() == "description"))
            })
    };
    class.walk().any(|step| describes(step.node))
}
