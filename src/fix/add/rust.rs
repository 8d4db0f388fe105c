//! A struct that is filled from the environment gets a field.

use super::NewKey;
use super::code::about;
use crate::diagnostic::Edit;
use crate::fact::SettingsClass;
use crate::fix::plan::Plan;
use crate::fix::rename::words;
use crate::index::Index;
use crate::matrix::Kind;
use crate::rule::repair::edit;
use crate::syntax::tree::{Language, parse};
use crate::text::{Location, SourceFile, Span, line_ending};
use crate::value_type::ValueType;

/// Adds a field behind the last one, in the manner of that. A default needs a function of its own, which is
/// left to people.
pub(super) fn field(
    index: &Index,
    file: &SourceFile,
    class: &SettingsClass,
    wanted: &NewKey,
    plan: &mut Plan,
) -> Option<Edit> {
    let entry = &wanted.entry;
    if entry.default.is_some() && wanted.kind != Kind::Secret {
        return None;
    }
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
    let kind = if entry.is_required { kind.to_owned() } else { format!("Option<{kind}>") };
    let ending = line_ending(&file.text);
    let comment = about(wanted).map(|about| format!("{ending}{indent}/// {about}")).unwrap_or_default();
    literals(index, file, (&class.name.value, item.span()), &name, plan);
    let at = span.end as usize + 1;
    let at = at
        + file.text.get(at..)?.find(['\r', '\n']).filter(|end| is_comment(&file.text, at, *end)).unwrap_or(0);
    Some(edit(file.id, (Span::at(at), format!("{comment}{ending}{indent}{head}{name}: {kind},"))))
}

/// Whether nothing but a comment stands in the `length` bytes at `at`.
fn is_comment(text: &str, at: usize, length: usize) -> bool {
    text.get(at..at + length)
        .is_some_and(|rest| rest.trim().is_empty() || rest.trim_start().starts_with("//"))
}

/// Places that build the struct field by field do not compile without the new one.
pub(super) fn literals(
    index: &Index,
    own: &SourceFile,
    (class, item): (&str, Span),
    name: &str,
    plan: &mut Plan,
) {
    for file in index.files.iter().filter(|file| file.path.name().ends_with(".rs")) {
        for span in words(&file.text, class) {
            if file.id == own.id && item.contains(span) {
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
