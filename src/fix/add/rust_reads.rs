//! Arguments of clap that a variable may give: `#[arg(long, env = "X")]`; and structs that reads build.

use super::code::about;
use super::reads::{Readers, end_of_line, indent_at};
use super::{NewKey, rust_struct};
use crate::diagnostic::Edit;
use crate::fact::{Fact, Read};
use crate::matrix::Kind;
use crate::rule::repair::edit;
use crate::secret::Secret;
use crate::syntax::tree::{Language, Node, parse};
use crate::text::{SourceFile, Span, line_ending};
use crate::value_type::ValueType;

/// The structs of a file that have arguments with variables, and those that are built by reads.
pub(super) fn of(file: &SourceFile, facts: &[(&Fact, &Read)], wanted: &NewKey) -> Vec<Readers> {
    let is_of_clap = ["clap", "structopt"].iter().any(|word| file.text.contains(word));
    let Some(tree) = parse(Language::Rust, &file.text) else { return Vec::new() };
    let mut found = rust_struct::of(file, &tree, facts, wanted);
    if !is_of_clap {
        return found;
    }
    let structs = tree.walk().map(|step| step.node).filter(|node| node.kind() == "struct_item");
    for item in structs {
        let (Some(name), Some(list)) = (item.field("name"), item.field("body")) else { continue };
        let own: Vec<(String, Node<'_>)> = arguments(list)
            .into_iter()
            .filter(|(attribute, _)| has_env(attribute))
            .filter(|_| facts.iter().any(|(fact, _)| list.span().contains(fact.span)))
            .collect();
        if own.is_empty() {
            continue;
        }
        found.push(Readers {
            name: format!("`{}`", name.text()),
            span: name.span(),
            count: own.len(),
            edits: field(file, &own, wanted).map(|edit| vec![edit]),
            item: Some((name.text().to_owned(), vec![item.span()])),
        });
    }
    found
}

/// The fields of a struct, each with its attributes.
fn arguments(list: Node<'_>) -> Vec<(String, Node<'_>)> {
    let (mut fields, mut attributes) = (Vec::new(), String::new());
    for part in list.named() {
        match part.kind() {
            "attribute_item" => attributes.push_str(part.text()),
            "field_declaration" => fields.push((std::mem::take(&mut attributes), part)),
            _ => {}
        }
    }
    fields
}

/// Whether the attributes of a field say that a variable may give it.
fn has_env(attributes: &str) -> bool {
    let is_argument = ["#[arg(", "#[clap(", "#[structopt("].iter().any(|start| attributes.contains(start));
    is_argument
        && attributes.split(['(', ',', ')']).any(|word| {
            let word = word.trim();
            word == "env" || word.strip_prefix("env").is_some_and(|rest| rest.trim_start().starts_with('='))
        })
}

fn field(file: &SourceFile, own: &[(String, Node<'_>)], wanted: &NewKey) -> Option<Edit> {
    let (attributes, last) = own.last()?;
    let entry = &wanted.entry;
    let span = last.span();
    let indent = indent_at(&file.text, span.start as usize)?;
    let behind = file.text.get(span.end as usize..)?;
    if !behind.starts_with(',') {
        return None;
    }
    let start = ["#[arg(", "#[clap(", "#[structopt("].into_iter().find(|start| attributes.contains(start))?;
    let is_word = |word: &str| attributes.split(['(', ',', ')']).any(|part| part.trim() == word);
    let default = entry.default.as_ref().map(Secret::reveal).filter(|_| wanted.kind != Kind::Secret);
    let mut words = Vec::new();
    if own.iter().any(|(attributes, _)| attributes.contains("long")) || is_word("long") {
        words.push("long".to_owned());
    }
    words.push(format!("env = \"{}\"", entry.key));
    let (kind, is_flag, is_text) = match &entry.value_type {
        Some(ValueType::Int { .. }) => ("i64", false, false),
        Some(ValueType::Port) => ("u16", false, false),
        Some(ValueType::Float) => ("f64", false, false),
        Some(ValueType::Bool) => ("bool", true, false),
        _ => ("String", false, true),
    };
    match default {
        // What is on by itself cannot be switched off by a flag.
        Some(default) if is_flag && default.eq_ignore_ascii_case("true") => return None,
        Some(default) if is_text => {
            words.push(format!("default_value = \"{}\"", default.replace('\\', "\\\\").replace('"', "\\\"")));
        }
        Some(default) if !is_flag => {
            let is_whole = kind == "f64" && !default.contains('.');
            words.push(format!("default_value_t = {default}{}", if is_whole { ".0" } else { "" }));
        }
        _ => {}
    }
    // An empty text is none here either.
    let has_value = entry.is_required || default.is_some() || is_flag;
    let kind = if has_value { kind.to_owned() } else { format!("Option<{kind}>") };
    let head = last.text().split(last.field("name")?.text()).next()?;
    let name = entry.key.to_ascii_lowercase();
    let ending = line_ending(&file.text);
    let comment = about(wanted).map(|about| format!("{ending}{indent}/// {about}")).unwrap_or_default();
    let attribute = format!("{ending}{indent}{start}{})]", words.join(", "));
    let at = end_of_line(&file.text, span.end as usize + 1, "//")?;
    Some(edit(file.id, (Span::at(at), format!("{comment}{attribute}{ending}{indent}{head}{name}: {kind},"))))
}
