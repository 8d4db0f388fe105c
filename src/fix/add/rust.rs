//! A struct that is filled from the environment gets a field.

use super::NewKey;
use super::built::default;
use super::code::{about, quoted};
use super::reads::end_of_line;
use crate::diagnostic::Edit;
use crate::fact::SettingsClass;
use crate::fix::names::words;
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::matrix::Kind;
use crate::rule::repair::edit;
use crate::syntax::tree::{Language, Node, Tree, parse};
use crate::text::{Location, SourceFile, Span, line_ending};
use crate::value_type::ValueType;

/// Adds a field behind the last one, in the manner of that. A default is what a function of its own gives, for serde.
pub(super) fn field(
    index: &Index,
    file: &SourceFile,
    class: &SettingsClass,
    wanted: &NewKey,
    plan: &mut Plan,
) -> Option<Vec<Edit>> {
    let entry = &wanted.entry;
    let default = default(wanted);
    let tree = parse(Language::Rust, &file.text)?;
    let item = tree.walk().map(|step| step.node).find(|node| {
        node.kind() == "struct_item" && node.field("name").is_some_and(|name| name.span() == class.name.span)
    })?;
    let list = item.field("body").filter(|body| body.kind() == "field_declaration_list")?;
    let last = list.named().filter(|part| part.kind() == "field_declaration").last()?;
    let span = last.span();
    let begin = file.text.get(..span.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
    let indent = file.text.get(begin..span.start as usize)?;
    let behind = file.text.get(span.end as usize..)?;
    if !indent.trim().is_empty() || !behind.starts_with(',') {
        return None;
    }
    let name = entry.key.get(class.prefix.len()..)?.to_ascii_lowercase();
    let head = last.text().split(last.field("name")?.text()).next()?;
    let kind = match &entry.value_type {
        _ if wanted.kind == Kind::Secret && last.text().contains("SecretString") => "SecretString",
        Some(ValueType::Int { .. }) => "i64",
        Some(ValueType::Port) => "u16",
        Some(ValueType::Float) => "f64",
        Some(ValueType::Bool) => "bool",
        _ => "String",
    };
    let has_value = entry.is_required || default.is_some();
    let plain = kind;
    let kind = if has_value { kind.to_owned() } else { format!("Option<{kind}>") };
    let ending = line_ending(&file.text);
    let mut edits = Vec::new();
    let attribute = match default {
        Some(text) => {
            let function = format!("default_{name}");
            edits.push(default_function(file, &tree, item, (&function, plain), text)?);
            format!("{ending}{indent}#[serde(default = \"{function}\")]")
        }
        None => String::new(),
    };
    let comment = about(wanted).map(|about| format!("{ending}{indent}/// {about}")).unwrap_or_default();
    literals(index, file, (&class.name.value, &[item.span()]), &name, plan);
    let at = span.end as usize + 1;
    let at = at
        + file.text.get(at..)?.find(['\r', '\n']).filter(|end| is_comment(&file.text, at, *end)).unwrap_or(0);
    let added = format!("{comment}{attribute}{ending}{indent}{head}{name}: {kind},");
    edits.push(edit(file.id, (Span::at(at), added)));
    Some(edits)
}

fn called(function: Node<'_>) -> Option<&str> {
    function.field("name").map(Node::text)
}

/// The function that gives a field its default, behind the last of those that do, or behind the struct; `None` where
/// the struct is not filled by serde, takes its defaults as a whole, or has such a function already.
fn default_function(
    file: &SourceFile,
    tree: &Tree<'_>,
    item: Node<'_>,
    (name, kind): (&str, &str),
    text: &str,
) -> Option<Edit> {
    let before = file.text.get(..item.span().start as usize)?;
    // The attributes of the item stand right before it.
    let attributes = before.get(before.rfind(['}', ';']).map_or(0, |end| end + 1)..)?;
    let is_whole = attributes.contains("serde(default");
    if !attributes.contains("Deserialize")
        || is_whole
        || !matches!(kind, "String" | "bool" | "i64" | "u16" | "f64")
    {
        return None;
    }
    let functions: Vec<Node<'_>> =
        tree.root().named().filter(|node| node.kind() == "function_item").collect();
    if functions.iter().any(|function| called(*function) == Some(name)) {
        return None;
    }
    let is_default = |function: &&Node<'_>| {
        called(**function).is_some_and(|name| item.text().contains(&format!("default = \"{name}\"")))
    };
    let model = functions.iter().rev().find(is_default);
    let text = match kind {
        "String" => {
            let method = if model.is_some_and(|model| model.text().contains(".to_string()")) {
                "to_string"
            } else {
                "to_owned"
            };
            format!("{}.{method}()", quoted(text))
        }
        "f64" if !text.contains('.') => format!("{text}.0"),
        _ => text.to_owned(),
    };
    let ending = line_ending(&file.text);
    let in_line = model.is_some_and(|model| !model.text().contains('\n'));
    let body = if in_line { format!("{{ {text} }}") } else { format!("{{{ending}    {text}{ending}}}") };
    let at = model.map_or(item.span().end, |model| model.span().end) as usize;
    let gap = if in_line { ending.to_owned() } else { format!("{ending}{ending}") };
    end_of_line(&file.text, at, "//").filter(|end| *end == at)?;
    Some(edit(file.id, (Span::at(at), format!("{gap}fn {name}() -> {kind} {body}"))))
}

/// Whether nothing but a comment stands in the `length` bytes at `at`.
fn is_comment(text: &str, at: usize, length: usize) -> bool {
    text.get(at..at + length)
        .is_some_and(|rest| rest.trim().is_empty() || rest.trim_start().starts_with("//"))
}

/// Places that build the struct field by field do not compile without the new one; `known` have it.
pub(super) fn literals(
    index: &Index,
    own: &SourceFile,
    (class, known): (&str, &[Span]),
    name: &str,
    plan: &mut Plan,
) {
    for file in index.files.iter().filter(|file| file.path.name().ends_with(".rs")) {
        for span in words(&file.text, class) {
            if file.id == own.id && known.iter().any(|known| known.contains(span)) {
                continue;
            }
            let behind = file.text.get(span.end as usize..).unwrap_or("").trim_start();
            let before = file.text.get(..span.start as usize).unwrap_or("").trim_end();
            let is_literal = behind.starts_with('{')
                && !["impl", "for", "struct", "->"].iter().any(|word| before.ends_with(word));
            if is_literal {
                let place = index.files.spell(Location::new(file.id, span));
                plan.leave(place, format!("`{class}` may be built here: set `{name}`"));
            }
        }
    }
}
