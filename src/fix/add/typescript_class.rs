//! A class of class-validator that stands for the environment gets a field, written as another one of its type is.

use std::mem::discriminant;

use super::NewKey;
use super::code::about;
use crate::diagnostic::Edit;
use crate::fact::{Need, Read};
use crate::index::Index;
use crate::rule::repair::edit;
use crate::syntax::tree::{Node, Tree};
use crate::text::{SourceFile, Span, line_ending};
use crate::value_type::ValueType;

/// A field of the class, with where its decorators begin and what is known of its key.
struct Field<'t, 'i> {
    node: Node<'t>,
    begin: usize,
    decorators: Vec<Node<'t>>,
    read: &'i Read,
}

/// A field for the key behind the last one; `None` where no field shows how one of its type is written.
pub(super) fn field(index: &Index, file: &SourceFile, tree: &Tree<'_>, wanted: &NewKey) -> Option<Edit> {
    let classes = tree.walk().map(|step| step.node);
    let classes = classes.filter(|node| matches!(node.kind(), "class_declaration" | "class"));
    let mut found: Vec<Vec<Field<'_, '_>>> = classes
        .filter_map(|class| Some(fields(index, file, class.field("body")?)))
        .filter(|fields| !fields.is_empty())
        .collect();
    let fields = found.pop().filter(|_| found.is_empty())?;
    // A default would have to be written in the words of the type.
    let is_wanted = |read: &Read| {
        let is_alike = match (&wanted.entry.value_type, &read.value_type) {
            (None | Some(ValueType::String), None | Some(ValueType::String)) => true,
            (Some(wanted), Some(own)) => discriminant(wanted) == discriminant(own),
            _ => false,
        };
        let is_same_need = match &read.need {
            Need::Required => wanted.entry.is_required,
            Need::Optional => !wanted.entry.is_required,
            Need::Default(_) | Need::Unknown => false,
        };
        is_alike && is_same_need && wanted.entry.default.is_none()
    };
    // What a decorator is given (`@Min(1)`) is meant for its own field.
    let is_bare = |field: &Field<'_, '_>| {
        field.node.field("value").is_none()
            && !field.decorators.is_empty()
            && field.decorators.iter().all(|decorator| decorator.text().ends_with("()"))
    };
    let model = fields.iter().rev().find(|field| is_wanted(field.read) && is_bare(field))?;
    let name = model.node.field("name")?.span();
    let text = &file.text;
    let before = text.get(model.begin..name.start as usize)?;
    let behind = text.get(name.end as usize..model.node.span().end as usize)?;
    let last = fields.last()?;
    let end = last.node.span().end as usize;
    let end = end + usize::from(text.get(end..)?.starts_with(';'));
    let rest = text.get(end..)?;
    let line = rest.get(..rest.find(['\r', '\n'])?)?;
    let start = text.get(..model.begin)?.rfind('\n').map_or(0, |newline| newline + 1);
    let indent = text.get(start..model.begin)?;
    let is_apart = line.trim().is_empty() || line.trim_start().starts_with("//");
    if !is_apart || !indent.trim().is_empty() {
        return None;
    }
    let ending = line_ending(text);
    let comment = about(wanted).map(|about| format!("{indent}/** {about} */{ending}")).unwrap_or_default();
    let sign = if text.get(model.node.span().end as usize..)?.starts_with(';') { ";" } else { "" };
    let key = &wanted.entry.key;
    let added = format!("{ending}{ending}{comment}{indent}{before}{key}{behind}{sign}");
    Some(edit(file.id, (Span::at(end + line.len()), added)))
}

/// The fields of a class that are keys.
fn fields<'t, 'i>(index: &'i Index, file: &SourceFile, body: Node<'t>) -> Vec<Field<'t, 'i>> {
    let mut found = Vec::new();
    let mut decorators: Vec<Node<'t>> = Vec::new();
    for part in body.named() {
        if part.kind() == "decorator" {
            decorators.push(part);
            continue;
        }
        decorators.extend(part.named().filter(|inside| inside.kind() == "decorator"));
        let name = part.field("name").filter(|_| part.kind() == "public_field_definition");
        let read = name.and_then(|name| {
            let own = index.facts_in(file.id).find(|fact| fact.span == name.span());
            own.and_then(|fact| fact.as_read()).filter(|(_, read)| read.settings.is_some())
        });
        if let Some((_, read)) = read {
            let begin = decorators.first().map_or(part.span().start, |first| first.span().start) as usize;
            found.push(Field { node: part, begin, decorators: std::mem::take(&mut decorators), read });
        }
        decorators.clear();
    }
    found
}
