//! Structs that are built by reads: `Config { port: env::var("PORT")?.parse()? }`, or of names that were read before.

use super::NewKey;
use super::built::{Model, Sort, default, like};
use super::code::{about, quoted};
use super::reads::{Readers, end_of_line, indent_at};
use crate::diagnostic::Edit;
use crate::fact::{Fact, Read};
use crate::matrix::Kind;
use crate::rule::repair::edit;
use crate::syntax::tree::{Node, Tree};
use crate::text::{SourceFile, Span, line_ending};

/// A field of the expression that builds a struct.
struct Built<'t> {
    /// Its name.
    name: &'t str,
    /// The field in the expression.
    field: Node<'t>,
    /// What it is given, where it stands in the expression or before it.
    value: Node<'t>,
    /// The statement that reads it before, for one that is given by its name alone.
    before: Option<Node<'t>>,
}

/// The structs of a file that are built so, where the file declares them as well.
pub(super) fn of(
    file: &SourceFile,
    tree: &Tree<'_>,
    facts: &[(&Fact, &Read)],
    wanted: &NewKey,
) -> Vec<Readers> {
    let nodes = || tree.walk().map(|step| step.node);
    let items: Vec<Node<'_>> = nodes().filter(|node| node.kind() == "struct_item").collect();
    let impls: Vec<Node<'_>> = nodes().filter(|node| node.kind() == "impl_item").collect();
    let mut found = Vec::new();
    for built in nodes().filter(|node| node.kind() == "struct_expression") {
        let (Some(name), Some(body)) = (built.field("name"), built.field("body")) else { continue };
        // `Self` is what the implementation around it is of.
        let around = impls.iter().rfind(|of| of.span().contains(built.span()));
        let own = if name.text() == "Self" { around.and_then(|of| of.field("type")) } else { Some(name) };
        let Some(own) = own.map(|own| own.text().rsplit("::").next().unwrap_or("")) else { continue };
        let item = items.iter().find(|item| item.field("name").is_some_and(|name| name.text() == own));
        let Some((item, list)) = item.and_then(|item| Some((*item, item.field("body")?))) else { continue };
        let fields: Vec<Built<'_>> =
            body.named().filter_map(|field| built_field(tree, built, field)).collect();
        let reads =
            |value: Node<'_>| facts.iter().filter(|(fact, _)| value.span().contains(fact.span)).count();
        let own_reads: Vec<&Built<'_>> = fields.iter().filter(|field| reads(field.value) == 1).collect();
        if own_reads.is_empty() {
            continue;
        }
        found.push(Readers {
            name: format!("`{own}`"),
            span: item.field("name").map_or(item.span(), |name| name.span()),
            count: own_reads.len(),
            edits: edits(file, list, body, &own_reads, facts, wanted),
            item: Some((own.to_owned(), vec![item.span(), built.span()])),
        });
    }
    found
}

fn built_field<'t>(tree: &'t Tree<'_>, built: Node<'t>, field: Node<'t>) -> Option<Built<'t>> {
    match field.kind() {
        "field_initializer" => {
            let value = field.field("value")?;
            let name = field.field("field").or_else(|| field.field("name"))?.text();
            // `port: port` is as good as `port`.
            let before = if value.kind() == "identifier" { binding(tree, built, value.text()) } else { None };
            let value = before.and_then(|before| before.field("value")).unwrap_or(value);
            Some(Built { name, field, value, before })
        }
        "shorthand_field_initializer" => {
            let name = field.text().trim_end_matches(',').trim();
            let before = binding(tree, built, name)?;
            Some(Built { name, field, value: before.field("value")?, before: Some(before) })
        }
        _ => None,
    }
}

/// The last statement before an expression, in the same function, that gives a name its value.
fn binding<'t>(tree: &'t Tree<'_>, built: Node<'t>, name: &str) -> Option<Node<'t>> {
    let nodes = || tree.walk().map(|step| step.node);
    let function =
        nodes().filter(|node| node.kind() == "function_item" && node.span().contains(built.span())).last()?;
    nodes()
        .filter(|node| node.kind() == "let_declaration" && function.span().contains(node.span()))
        .filter(|node| node.span().end <= built.span().start)
        .filter(|node| node.field("pattern").is_some_and(|pattern| pattern.text() == name))
        .last()
}

fn edits(
    file: &SourceFile,
    list: Node<'_>,
    body: Node<'_>,
    own: &[&Built<'_>],
    facts: &[(&Fact, &Read)],
    wanted: &NewKey,
) -> Option<Vec<Edit>> {
    let name = wanted.entry.key.to_ascii_lowercase();
    let declared: Vec<Node<'_>> = list.named().filter(|part| part.kind() == "field_declaration").collect();
    let of_field = |name: &str| {
        declared.iter().find(|field| field.field("name").is_some_and(|own| own.text() == name)).copied()
    };
    if of_field(&name).is_some() {
        return None;
    }
    let models: Vec<Model<'_>> = own
        .iter()
        .filter_map(|built| {
            let kind = of_field(built.name)?.field("type")?.text();
            let (fact, read) = facts.iter().find(|(fact, _)| built.value.span().contains(fact.span))?;
            Some(Model { kind, sort: sort(kind)?, value: built.value.span(), key: &fact.key, read })
        })
        .collect();
    let (kind, value) = like(file, &models, wanted).or_else(|| fresh(file, own, wanted))?;
    let last = own.last()?;
    let declaration = of_field(last.name)?;
    let head = declaration.text().split(last.name).next()?;
    let ending = line_ending(&file.text);
    let indent = indent_at(&file.text, declaration.span().start as usize)?;
    let comment = about(wanted).map(|about| format!("{ending}{indent}/// {about}")).unwrap_or_default();
    let mut edits =
        vec![behind(file, declaration, &format!("{comment}{ending}{indent}{head}{name}: {kind}"))?];
    let indent = indent_at(&file.text, last.field.span().start as usize);
    let given = match last.before {
        Some(before) => {
            let indent = indent_at(&file.text, before.span().start as usize)?;
            let at = end_of_line(&file.text, before.span().end as usize, "//")?;
            edits.push(edit(file.id, (Span::at(at), format!("{ending}{indent}let {name} = {value};"))));
            name
        }
        None => format!("{name}: {value}"),
    };
    // On one line with the others, or on its own.
    edits.push(match indent {
        Some(indent) => behind(file, last.field, &format!("{ending}{indent}{given}"))?,
        None if !body.text().contains('\n') => {
            let end = last.field.span().end as usize - usize::from(last.field.text().ends_with(','));
            edit(file.id, (Span::at(end), format!(", {given}")))
        }
        None => return None,
    });
    Some(edits)
}

/// `text` behind a part of a list with a comma at the end of each.
fn behind(file: &SourceFile, part: Node<'_>, text: &str) -> Option<Edit> {
    let end = part.span().end as usize - usize::from(part.text().ends_with(','));
    let has_comma = file.text.get(end..)?.starts_with(',');
    let at = end + usize::from(has_comma);
    let line = end_of_line(&file.text, at, "//")?;
    if has_comma {
        return Some(edit(file.id, (Span::at(line), format!("{text},"))));
    }
    (line == at).then(|| edit(file.id, (Span::at(at), format!(",{text},"))))
}

/// What the type of a field holds; `None` for a type of the program.
fn sort(kind: &str) -> Option<Sort> {
    let inner = kind.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).unwrap_or(kind).trim();
    match inner {
        "String" | "SecretString" => Some(Sort::Text),
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" | "isize" => Some(Sort::Whole),
        "f32" | "f64" => Some(Sort::Fraction),
        "bool" => Some(Sort::Truth),
        _ => None,
    }
}

/// The type and the value where no field is like the new one, in words of the standard library that suit any function;
/// a required one needs a neighbour that shows what becomes of an error.
fn fresh(file: &SourceFile, own: &[&Built<'_>], wanted: &NewKey) -> Option<(String, String)> {
    let entry = &wanted.entry;
    let values = || own.iter().map(|built| file.slice(built.value.span()));
    let function = ["std::env::var(", "env::var(", "var("]
        .into_iter()
        .find(|word| values().any(|value| value.contains(word)))?;
    let read = format!("{function}\"{}\")", entry.key);
    let kind = match Sort::of(wanted) {
        Sort::Text => "String",
        Sort::Whole if entry.value_type == Some(crate::value_type::ValueType::Port) => "u16",
        Sort::Whole => "i64",
        Sort::Fraction => "f64",
        Sort::Truth => "bool",
    };
    let parsed = format!("{read}.ok().and_then(|value| value.parse().ok())");
    let value = match (Sort::of(wanted), default(wanted)) {
        (Sort::Text, Some(text)) => format!("{read}.unwrap_or_else(|_| {}.to_owned())", quoted(text)),
        (Sort::Fraction, Some(text)) if !text.contains('.') => format!("{parsed}.unwrap_or({text}.0)"),
        (_, Some(text)) => format!("{parsed}.unwrap_or({text})"),
        (sort, None) if entry.is_required => {
            let dies = values().any(|value| value.contains(".expect(") || value.contains(".unwrap()"));
            let passes = values().any(|value| value.trim_end().ends_with(")?") && value.contains("var("));
            match sort {
                Sort::Text if passes && wanted.kind != Kind::Public => format!("{read}?"),
                Sort::Text if dies => format!("{read}.expect(\"{} is not set\")", entry.key),
                _ if dies => format!(
                    "{read}.expect(\"{key} is not set\").parse().expect(\"{key} cannot be read\")",
                    key = entry.key
                ),
                _ => return None,
            }
        }
        (Sort::Text, None) => return Some((format!("Option<{kind}>"), format!("{read}.ok()"))),
        (_, None) => return Some((format!("Option<{kind}>"), parsed)),
    };
    Some((kind.to_owned(), value))
}
