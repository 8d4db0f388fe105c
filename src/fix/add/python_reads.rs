//! Assignments of a module or class that read variables: `X = os.getenv("X")`, `X = env("X")`, `X = config("X")`.

use super::NewKey;
use super::code::{about, quoted};
use super::reads::{Readers, end_of_line, indent_at};
use crate::diagnostic::Edit;
use crate::matrix::Kind;
use crate::rule::repair::edit;
use crate::secret::Secret;
use crate::syntax::tree::{Language, Node, parse};
use crate::text::{SourceFile, Span, line_ending};
use crate::value_type::ValueType;

/// In which words variables are read.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Words {
    /// A function of the standard library: `os.getenv`, `environ.get`.
    Getter(String),
    /// The reader of django-environ or environs, by its name, with the method for texts, if it is used.
    Typed(String, &'static str),
    /// `config` of decouple, by its name.
    Cast(String),
}

/// The module and the classes of a file that read variables one by one.
pub(super) fn of(file: &SourceFile, reads: &[Span], wanted: &NewKey) -> Vec<Readers> {
    let Some(tree) = parse(Language::Python, &file.text) else { return Vec::new() };
    let mut blocks = vec![("the module".to_owned(), tree.root())];
    for statement in tree.root().named() {
        let class = match statement.kind() {
            "decorated_definition" => {
                statement.field("definition").filter(|own| own.kind() == "class_definition")
            }
            "class_definition" => Some(statement),
            _ => None,
        };
        if let Some((name, body)) = class.and_then(|class| Some((class.field("name")?, class.field("body")?)))
        {
            blocks.push((format!("`{}`", name.text()), body));
        }
    }
    blocks.into_iter().filter_map(|(name, block)| readers(file, reads, wanted, name, block)).collect()
}

fn readers(
    file: &SourceFile,
    reads: &[Span],
    wanted: &NewKey,
    name: String,
    block: Node<'_>,
) -> Option<Readers> {
    // A collection is a list of its own.
    let is_read = |value: Node<'_>| {
        !matches!(value.kind(), "dictionary" | "list" | "tuple")
            && reads.iter().any(|read| value.span().contains(*read))
    };
    let own: Vec<(Node<'_>, Node<'_>)> = block
        .named()
        .filter_map(|statement| Some((statement, assignment(statement)?)))
        .filter(|(_, assignment)| assignment.field("right").is_some_and(is_read))
        .collect();
    // Of the assignments that read in words that are known, the last is the model; `os.environ["X"]` says less.
    let known: Vec<_> = own
        .iter()
        .filter_map(|(statement, assignment)| {
            Some((*statement, *assignment, words(file, assignment.field("right")?)?))
        })
        .collect();
    let (statement, model, _) = known.last()?;
    let (_, _, (words, _)) = known.iter().rev().find(|(.., (_, is_call))| *is_call).or(known.last())?;
    let (statement, model) = (*statement, *model);
    Some(Readers {
        name,
        span: own.first().map_or(block.span(), |(first, _)| first.span()),
        count: own.len(),
        edits: added(file, wanted, statement, model, words).map(|edit| vec![edit]),
        item: None,
    })
}

/// `NAME = value`, with or without a type.
fn assignment(statement: Node<'_>) -> Option<Node<'_>> {
    let node = if statement.kind() == "expression_statement" { statement.named().next()? } else { statement };
    let is_plain =
        node.kind() == "assignment" && node.field("left").is_some_and(|left| left.kind() == "identifier");
    is_plain.then_some(node)
}

/// The words in which a value reads a variable, and whether it calls them.
fn words(file: &SourceFile, value: Node<'_>) -> Option<(Words, bool)> {
    value.walk().map(|step| step.node).find_map(|node| match node.kind() {
        "call" => Some((called(file, node.field("function")?.text())?, true)),
        "subscript" => match node.field("value")?.text() {
            "os.environ" => Some((Words::Getter("os.environ.get".to_owned()), false)),
            "environ" => Some((Words::Getter("environ.get".to_owned()), false)),
            _ => None,
        },
        _ => None,
    })
}

fn called(file: &SourceFile, function: &str) -> Option<Words> {
    let reader = function.split('.').next().unwrap_or(function);
    match function {
        "os.getenv" | "getenv" | "os.environ.get" | "environ.get" => Some(Words::Getter(function.to_owned())),
        "config" | "decouple.config" if file.text.contains("decouple") => {
            Some(Words::Cast(function.to_owned()))
        }
        _ if file.text.contains("environ") && is_made(file, reader) => {
            let plain = if function.ends_with(".str") { ".str" } else { "" };
            Some(Words::Typed(reader.to_owned(), plain))
        }
        _ => None,
    }
}

/// Whether a name is that of a reader that the file makes or takes from another: `env = environ.Env()`.
fn is_made(file: &SourceFile, name: &str) -> bool {
    let is_env = |line: &str| {
        let line = line.trim_start();
        line.strip_prefix(name)
            .is_some_and(|rest| rest.trim_start().strip_prefix('=').is_some_and(|made| made.contains("Env(")))
            || line.starts_with("from ") && line.ends_with(&format!("import {name}"))
    };
    name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) && file.text.lines().any(is_env)
}

fn added(
    file: &SourceFile,
    wanted: &NewKey,
    statement: Node<'_>,
    model: Node<'_>,
    words: &Words,
) -> Option<Edit> {
    let span = statement.span();
    let indent = indent_at(&file.text, span.start as usize)?;
    let at = end_of_line(&file.text, span.end as usize, "#")?;
    let left = model.field("left")?.text();
    let key = wanted.entry.key.as_str();
    // In the case of the names around it.
    let name =
        if left.chars().any(|c| c.is_ascii_lowercase()) { key.to_ascii_lowercase() } else { key.to_owned() };
    let value = value(wanted, words, model.text().contains('\''))?;
    let kind = model.field("type").map(|_| format!(": {}", kind(wanted))).unwrap_or_default();
    let ending = line_ending(&file.text);
    let comment = about(wanted).map(|about| format!("{ending}{indent}# {about}")).unwrap_or_default();
    Some(edit(file.id, (Span::at(at), format!("{comment}{ending}{indent}{name}{kind} = {value}"))))
}

fn default(wanted: &NewKey) -> Option<&str> {
    wanted.entry.default.as_ref().map(Secret::reveal).filter(|_| wanted.kind != Kind::Secret)
}

fn function(wanted: &NewKey) -> Option<&'static str> {
    match &wanted.entry.value_type {
        Some(ValueType::Int { .. } | ValueType::Port) => Some("int"),
        Some(ValueType::Float) => Some("float"),
        Some(ValueType::Bool) => Some("bool"),
        _ => None,
    }
}

fn kind(wanted: &NewKey) -> String {
    let name = function(wanted).unwrap_or("str");
    let has_value = wanted.entry.is_required || default(wanted).is_some() || name == "bool";
    if has_value { name.to_owned() } else { format!("{name} | None") }
}

/// The value of the assignment, as the others are written.
fn value(wanted: &NewKey, words: &Words, single: bool) -> Option<String> {
    let entry = &wanted.entry;
    let text = |text: &str| {
        if single && !text.contains(['\'', '"', '\\', '\n']) { format!("'{text}'") } else { quoted(text) }
    };
    let key = text(&entry.key);
    let default = default(wanted);
    let is_true = default
        .is_some_and(|default| matches!(default.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on"));
    let literal = default.map(|default| match function(wanted) {
        Some("bool") => if is_true { "True" } else { "False" }.to_owned(),
        Some(_) => default.to_owned(),
        None => text(default),
    });
    Some(match words {
        Words::Getter(get) => {
            let whole = get.strip_suffix(".get").or((get == "os.getenv").then_some("os.environ"));
            let required =
                || whole.map_or_else(|| format!("{get}({key})"), |whole| format!("{whole}[{key}]"));
            let given = |default: &str| format!("{get}({key}, {})", text(default));
            match (function(wanted), default) {
                (Some("bool"), _) => {
                    let read = if entry.is_required {
                        required()
                    } else {
                        given(if is_true { "true" } else { "false" })
                    };
                    format!("{read}.lower() == {}", text("true"))
                }
                (Some(function), Some(default)) => format!("{function}({})", given(default)),
                (Some(function), None) if entry.is_required => format!("{function}({})", required()),
                (Some(function), None) => format!("{function}({get}({key})) if {get}({key}) else None"),
                (None, Some(default)) => given(default),
                (None, None) if entry.is_required => required(),
                (None, None) => format!("{get}({key})"),
            }
        }
        Words::Typed(env, plain) => {
            let method = function(wanted).map_or((*plain).to_owned(), |function| format!(".{function}"));
            match literal {
                Some(literal) => format!("{env}{method}({key}, default={literal})"),
                None if entry.is_required => format!("{env}{method}({key})"),
                None => format!("{env}{method}({key}, default=None)"),
            }
        }
        Words::Cast(config) => {
            let cast = function(wanted).map(|function| format!(", cast={function}")).unwrap_or_default();
            match literal {
                Some(literal) => format!("{config}({key}, default={literal}{cast})"),
                None if entry.is_required => format!("{config}({key}{cast})"),
                // A cast of nothing fails.
                None if !cast.is_empty() => return None,
                None => format!("{config}({key}, default=None)"),
            }
        }
    })
}
