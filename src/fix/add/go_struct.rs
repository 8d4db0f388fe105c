//! Structs of Go that are built by reads: `Config{Port: getenvInt("PORT", 80)}`.

use super::NewKey;
use super::built::{Model, Sort, default, like};
use super::code::about;
use super::go::camel;
use super::go_layout::{Row, aligned};
use super::reads::{Readers, end_of_line, indent_at};
use crate::diagnostic::Edit;
use crate::fact::{Fact, Read};
use crate::rule::repair::edit;
use crate::syntax::tree::{Language, Node, parse};
use crate::text::{SourceFile, Span, line_ending};

/// A field of a literal: its name, what it is given, the whole of it.
struct Given<'t> {
    name: Node<'t>,
    value: Node<'t>,
    whole: Node<'t>,
}

/// The structs of a file that are built so, where the file declares them as well.
pub(super) fn of(file: &SourceFile, facts: &[(&Fact, &Read)], wanted: &NewKey) -> Vec<Readers> {
    let Some(tree) = parse(Language::Go, &file.text) else { return Vec::new() };
    let nodes = || tree.walk().map(|step| step.node);
    let specs: Vec<Node<'_>> = nodes().filter(|node| node.kind() == "type_spec").collect();
    let mut found = Vec::new();
    for literal in nodes().filter(|node| node.kind() == "composite_literal") {
        let (Some(kind), Some(body)) = (literal.field("type"), literal.field("body")) else { continue };
        let spec =
            specs.iter().find(|spec| spec.field("name").is_some_and(|name| name.text() == kind.text()));
        let list = spec
            .and_then(|spec| spec.field("type"))
            .filter(|of| of.kind() == "struct_type")
            .and_then(|of| of.named().find(|part| part.kind() == "field_declaration_list"));
        let Some(list) = list else { continue };
        let all: Vec<Given<'_>> = body.named().filter_map(given).collect();
        let reads =
            |value: Node<'_>| facts.iter().filter(|(fact, _)| value.span().contains(fact.span)).count();
        let own: Vec<&Given<'_>> = all.iter().filter(|one| reads(one.value) == 1).collect();
        if own.is_empty() {
            continue;
        }
        found.push(Readers {
            name: format!("`{}`", kind.text()),
            span: spec.map_or(kind.span(), |spec| spec.span()),
            count: own.len(),
            edits: edits(file, list, &all, &own, facts, wanted),
            item: None,
        });
    }
    found
}

/// `Name: value`.
fn given(part: Node<'_>) -> Option<Given<'_>> {
    if part.kind() != "keyed_element" {
        return None;
    }
    let (name, value) = match (part.field("key"), part.field("value")) {
        (Some(name), Some(value)) => (name, value),
        _ => {
            let mut parts = part.named();
            (parts.next()?, parts.next()?)
        }
    };
    Some(Given { name, value, whole: part })
}

fn edits(
    file: &SourceFile,
    list: Node<'_>,
    all: &[Given<'_>],
    own: &[&Given<'_>],
    facts: &[(&Fact, &Read)],
    wanted: &NewKey,
) -> Option<Vec<Edit>> {
    let fields: Vec<Node<'_>> = list.named().filter(|part| part.kind() == "field_declaration").collect();
    let place_of =
        |name: &str| fields.iter().position(|field| field.fields("name").any(|other| other.text() == name));
    let kind_of = |name: &str| fields.get(place_of(name)?)?.field("type").map(Node::text);
    let last = own.last()?;
    let is_small = last.name.text().starts_with(|c: char| c.is_ascii_lowercase());
    let name = if is_small { lower(&wanted.entry.key) } else { camel(&wanted.entry.key) };
    if place_of(&name).is_some() || all.iter().any(|one| one.name.text() == name) || name.is_empty() {
        return None;
    }
    let models: Vec<Model<'_>> = own
        .iter()
        .filter_map(|one| {
            let kind = kind_of(one.name.text())?;
            let (fact, read) = facts.iter().find(|(fact, _)| one.value.span().contains(fact.span))?;
            Some(Model { kind, sort: sort(kind)?, value: one.value.span(), key: &fact.key, read })
        })
        .collect();
    let (kind, value) = like(file, &models, wanted).or_else(|| fresh(file, own, wanted))?;
    let rows: Vec<Row<'_>> = fields.iter().filter_map(|field| Row::of(&file.text, *field)).collect();
    let position = place_of(last.name.text())?;
    let row = rows.get(position).filter(|_| rows.len() == fields.len())?;
    let comment = about(wanted);
    // Two columns: names and types.
    let layout = aligned(&rows, position, &[name.as_str(), kind.as_str()], comment.is_some());
    let ending = line_ending(&file.text);
    let comment = comment.map(|about| format!("{ending}{}// {about}", row.indent)).unwrap_or_default();
    let line = format!("{comment}{ending}{}{}", row.indent, layout.added);
    let mut edits: Vec<Edit> = layout.moved.into_iter().map(|moved| edit(file.id, moved)).collect();
    edits.push(edit(file.id, (Span::at(row.end as usize), line)));
    edits.extend(element(file, all, last, &name, &value)?);
    Some(edits)
}

/// The new element behind `last`, with the values of its neighbours in one column, as `gofmt` sets them.
fn element(
    file: &SourceFile,
    all: &[Given<'_>],
    last: &Given<'_>,
    name: &str,
    value: &str,
) -> Option<Vec<Edit>> {
    let text = file.text.as_str();
    let line_of = |node: Node<'_>| file.line_column(node.span().start).line;
    let end_of = |node: Node<'_>| file.line_column(node.span().end).line;
    let end = last.whole.span().end as usize;
    let Some(indent) = indent_at(text, last.whole.span().start as usize) else {
        // All on one line.
        let is_one = all.iter().all(|one| line_of(one.whole) == end_of(last.whole));
        return is_one.then(|| vec![edit(file.id, (Span::at(end), format!(", {name}: {value}")))]);
    };
    let at = all.iter().position(|one| one.whole.span() == last.whole.span())?;
    let follows = |upper: &Given<'_>, lower: &Given<'_>| {
        line_of(lower.whole) == end_of(upper.whole) + 1 && line_of(lower.whole) == end_of(lower.whole)
    };
    let mut first = at;
    while first > 0
        && follows(all.get(first - 1)?, all.get(first)?)
        && line_of(all.get(first - 1)?.whole) == end_of(all.get(first - 1)?.whole)
    {
        first -= 1;
    }
    let mut behind = at;
    while all.get(behind + 1).is_some_and(|next| all.get(behind).is_some_and(|one| follows(one, next))) {
        behind += 1;
    }
    let section = all.get(first..=behind)?;
    let gap = |one: &Given<'_>| Span { start: one.name.span().end + 1, end: one.value.span().start };
    let column = |one: &Given<'_>| one.name.text().len() + 1 + gap(one).range().len();
    let width = section.iter().map(|one| one.name.text().len() + 2).max()?;
    let is_set = section.iter().all(|one| column(one) == width);
    let comma = text.get(end..)?.starts_with(',');
    let line = end_of_line(text, end + usize::from(comma), "//")?;
    let mut edits = Vec::new();
    let wide = if is_set { width.max(name.len() + 2) } else { name.len() + 2 };
    if is_set && wide > width {
        let wider =
            section.iter().map(|one| edit(file.id, (gap(one), " ".repeat(wide - one.name.text().len() - 1))));
        edits.extend(wider);
    }
    let blanks = " ".repeat(wide - name.len() - 1);
    if !comma {
        return None;
    }
    edits.push(edit(
        file.id,
        (Span::at(line), format!("{}{indent}{name}:{blanks}{value},", line_ending(text))),
    ));
    Some(edits)
}

fn sort(kind: &str) -> Option<Sort> {
    match kind {
        "string" => Some(Sort::Text),
        "int" | "int32" | "int64" | "uint" | "uint16" | "uint32" | "uint64" => Some(Sort::Whole),
        "float64" | "float32" => Some(Sort::Fraction),
        "bool" => Some(Sort::Truth),
        _ => None,
    }
}

/// A text that nothing stands in for is read by the standard library, where others are.
fn fresh(file: &SourceFile, own: &[&Given<'_>], wanted: &NewKey) -> Option<(String, String)> {
    let is_text = Sort::of(wanted) == Sort::Text && default(wanted).is_none();
    let reads = own.iter().any(|one| file.slice(one.value.span()).starts_with("os.Getenv("));
    let imports = file.text.contains("\"os\"");
    (is_text && (reads || imports && !wanted.entry.is_required))
        .then(|| ("string".to_owned(), format!("os.Getenv(\"{}\")", wanted.entry.key)))
}

/// `PAGE_SIZE` as `pageSize`, `API_URL` as `apiURL`.
fn lower(key: &str) -> String {
    let (first, rest) = key.split_once('_').unwrap_or((key, ""));
    format!("{}{}", first.to_ascii_lowercase(), if rest.is_empty() { String::new() } else { camel(rest) })
}
