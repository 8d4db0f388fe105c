//! What compose itself refuses. Every case was refused by `docker compose config` 2.26.1.

use std::collections::{BTreeMap, BTreeSet};

use super::fields::is_merge;
use super::recognise::SERVICE_KEYS;
use super::{Reader, Service};
use crate::fact::{Problem, ProblemKind};
use crate::key::{KeyName, near_miss};
use crate::syntax::yaml::{Entry, Node, NodeKind, Rendered, Scalar, Style, YamlError, rendered, resolve};
use crate::text::Span;

pub(super) fn refused(span: Span, message: impl Into<String>, label: impl Into<String>) -> Problem {
    Problem::new(ProblemKind::ComposeStructure, span, message, label)
}

pub(super) fn broken_yaml(error: &YamlError) -> Problem {
    refused(error.span, "this is not valid YAML", error.message.clone())
        .help("mend the line, or the one above it; everything behind it may be misread until then")
}

/// Duplicate keys, merges of what cannot be merged and unknown aliases, anywhere in a document.
pub(super) fn check_tree(reader: &mut Reader<'_>, document: &Node) {
    let mut anchors = None;
    check_node(reader, document, &mut anchors);
}

fn check_node<'a>(reader: &mut Reader<'a>, node: &Node, anchors: &mut Option<BTreeSet<&'a str>>) {
    if node.via_alias {
        unknown_alias(reader, node, anchors);
        return;
    }
    match &node.kind {
        NodeKind::Scalar { .. } => {}
        NodeKind::Sequence(items) => items.iter().for_each(|item| check_node(reader, item, anchors)),
        NodeKind::Mapping(entries) => {
            let mut before: BTreeMap<&str, Span> = BTreeMap::new();
            for entry in entries.iter() {
                if let Some(key) = entry.key.as_str()
                    && let Some(first) = before.insert(key, entry.key.span)
                {
                    duplicate(reader, key, first, entry);
                }
                check_node(reader, &entry.value, anchors);
                if is_merge(entry) {
                    merge(reader, entry);
                }
            }
        }
    }
}

fn duplicate(reader: &mut Reader<'_>, key: &str, first: Span, entry: &Entry) {
    let help = if is_merge(entry) {
        "merge several mappings with a list: `<<: [*a, *b]`"
    } else {
        "remove one of them"
    };
    let problem = refused(entry.key.span, format!("`{key}` stands twice in one mapping"), "a second time")
        .related(first, "the first time")
        .why("YAML allows a key once in a mapping, and compose refuses the file")
        .help(help);
    reader.problem(problem.about(&KeyName::new(key)));
}

fn merge(reader: &mut Reader<'_>, entry: &Entry) {
    let value = &entry.value;
    let is_fit = value.is_mapping() || value.is_sequence() && value.items().iter().all(Node::is_mapping);
    if is_fit {
        return;
    }
    let label = if value.is_null() {
        "this is empty"
    } else if value.is_sequence() {
        "this is a list with other things than mappings"
    } else {
        "this is a single value"
    };
    let span = if value.span.is_empty() { entry.key.span } else { value.span };
    let problem = refused(span, "`<<` merges something that is no mapping", label)
        .why("compose merges mappings only, and refuses the file")
        .help("give the anchor a mapping, or remove the merge; an empty mapping is written `{}`");
    reader.problem(problem);
}

/// The parser hands on an alias without an anchor as a null.
fn unknown_alias<'a>(reader: &mut Reader<'a>, node: &Node, anchors: &mut Option<BTreeSet<&'a str>>) {
    if !matches!(&node.kind, NodeKind::Scalar { text, style: Style::Plain } if text == "~") {
        return;
    }
    let file = reader.file;
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | '[' | ']' | '{' | '}');
    let name = |text: &'a str| text.split(ends).next().unwrap_or("");
    let Some(alias) = file.slice(node.span).strip_prefix('*').map(name) else { return };
    let anchors =
        anchors.get_or_insert_with(|| file.text.split('&').skip(1).map(name).collect::<BTreeSet<_>>());
    if !anchors.contains(alias) {
        let problem =
            refused(node.span, format!("no anchor is called `{alias}`"), "this alias names nothing")
                .help(format!("write `&{alias}` in front of what is meant, above this line"));
        reader.problem(problem);
    }
}

/// The shape of `services` and of each service.
pub(super) fn check_services(reader: &mut Reader<'_>, top: &[(&str, &Entry)]) {
    let Some((_, entry)) = top.iter().find(|(key, _)| *key == "services") else { return };
    if entry.value.tag.is_some() {
        return;
    }
    if !entry.value.is_mapping() {
        let problem = refused(entry.key.span, "`services` holds no services", "this has to be a mapping")
            .help("list the services below it by name, or remove the line");
        reader.problem(problem);
        return;
    }
    for (name, service) in reader.visits.fields(&entry.value) {
        if service.value.is_mapping() || service.value.tag.is_some() || name.starts_with("x-") {
            continue;
        }
        if reader.told.contains(&(ProblemKind::ComposeStructure, service.value.span)) {
            continue;
        }
        let (what, label) = if service.value.is_null() {
            ("empty", "nothing follows")
        } else {
            ("no mapping", "this has to be a mapping")
        };
        let problem = refused(service.key.span, format!("service `{name}` is {what}"), label)
            .help("give it an `image` or a `build`, or remove it; are the lines below indented?");
        reader.problem(problem);
    }
}

/// `name:` of the project, which becomes a part of container names.
pub(super) fn check_name(reader: &mut Reader<'_>, top: &[(&str, &Entry)]) {
    let Some((_, entry)) = top.iter().find(|(key, _)| *key == "name") else { return };
    let Some(name) = entry.value.as_str().filter(|name| !entry.value.is_null() && !name.contains('$')) else {
        return;
    };
    let is_fit = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
    // A longer text is something else than a name.
    if is_fit || name.is_empty() || name.len() > 64 {
        return;
    }
    let fit = name.to_ascii_lowercase().replace([' ', '.'], "-");
    let problem = refused(entry.value.span, "the name of the project has signs that compose refuses", "refused")
        .why("compose takes lower-case letters, digits, `-` and `_`, with a letter or a digit first, and refuses the rest")
        .help(format!("write `{fit}`, or leave the line out: the folder has a name too"));
    reader.problem(problem);
}

/// The shape of what a service says about its variables, and slips in its keys.
pub(super) fn check_service(reader: &mut Reader<'_>, service: &Service<'_>) {
    for (key, entry) in &service.fields {
        if SERVICE_KEYS.contains(key) || key.starts_with("x-") {
            continue;
        }
        if let Some(meant) = SERVICE_KEYS.iter().find(|known| near_miss(key, known)) {
            let mut problem = refused(
                entry.key.span,
                format!("`{key}` is no key of a service; `{meant}` is"),
                format!("in service `{}`", service.name),
            )
            .help(format!("write `{meant}`"));
            problem.repair.push((entry.key.span, (*meant).to_owned()));
            reader.problem(problem);
        }
    }
    if let Some((_, entry)) = service.fields.iter().find(|(key, _)| *key == "environment") {
        variables(reader, "environment", service.name, entry);
    }
    if let Some(build) = service.get("build") {
        let fields = reader.visits.fields(build);
        if let Some((_, entry)) = fields.iter().find(|(key, _)| *key == "args") {
            variables(reader, "args", service.name, entry);
        }
    }
}

/// `environment` or `args`: a mapping to scalars, or a list of texts.
fn variables(reader: &mut Reader<'_>, field: &str, service: &str, entry: &Entry) {
    let node = &entry.value;
    let is_unknown_alias = reader.told.contains(&(ProblemKind::ComposeStructure, node.span));
    if node.tag.is_some() || is_unknown_alias {
        return;
    }
    match &node.kind {
        NodeKind::Scalar { .. } => {
            let (message, label, help) = if node.is_null() {
                let message = format!("`{field}` of `{service}` is empty");
                (message, "nothing follows", format!("remove the line, or write `{field}: {{}}`"))
            } else {
                let message = format!("`{field}` of `{service}` is a single value");
                let help = "write one `KEY: value` per line, indented, below it".to_owned();
                (message, "this has to be a mapping or a list", help)
            };
            reader.problem(refused(entry.key.span, message, label).help(help));
        }
        NodeKind::Sequence(items) => {
            for item in items.iter() {
                list_item(reader, item);
            }
        }
        NodeKind::Mapping(_) => {
            for (key, entry) in reader.visits.fields(node) {
                mapping_entry(reader, key, entry);
            }
        }
    }
}

fn list_item(reader: &mut Reader<'_>, item: &Node) {
    if item.is_mapping() {
        let key = item.raw_entries().first().and_then(|entry| entry.key.as_str()).unwrap_or("KEY");
        let at = item.raw_entries().first().map_or(item.span, |entry| entry.key.span);
        // What stands behind the sign is a part of the value.
        if let Some((name, _)) = key.split_once('=').filter(|(name, _)| KeyName::new(name).is_identifier()) {
            let is_plain = reader.file.slice(at).starts_with(name);
            let end = at.start as usize + if is_plain { name.len() } else { 0 };
            reader.found.hidden.push(Span::new(end, (item.span.end as usize).max(at.end as usize)));
            let at = if is_plain { Span::new(at.start as usize, end) } else { at };
            let message = format!("`- {name}=...` with `: ` in its value is a mapping in a list");
            let problem = refused(at, message, "this has to be one text")
                .help(format!("put all of it in quotes: `- \"{name}=...\"`"))
                .about(&KeyName::new(name));
            reader.problem(problem);
            return;
        }
        let problem =
            refused(at, format!("`- {key}: ...` is a mapping in a list"), "this has to be one text")
                .help(format!("write `- {key}=...`, or leave out the dashes of the whole list"))
                .about(&KeyName::new(key));
        reader.problem(problem);
        return;
    }
    let is_text = matches!(resolve(item), Some(Scalar::Text(_) | Scalar::Timestamp));
    if !is_text && item.tag.is_none() {
        let label = if item.is_null() { "this item is empty" } else { "this is no text" };
        let span = item.span;
        let problem = refused(span, "an item of this list is not `KEY` or `KEY=value`", label)
            .help("name a variable, or remove the item");
        reader.problem(problem);
        return;
    }
    let Some(text) = item.as_str() else { return };
    let end = text.bytes().position(|b| !b.is_ascii_alphanumeric() && b != b'_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if KeyName::new(name).is_identifier() && rest.starts_with(['"', '\'', ':']) && rest.len() > 1 {
        let problem = refused(item.span, format!("behind `{name}` stands no `=`"), "all of it is taken for a name")
            .why("compose takes a text without `=` for the name of a variable, so the container gets no such value")
            .help(format!("write `- {name}=...`"))
            .about(&KeyName::new(name));
        reader.problem(problem);
    }
}

/// Tells of `KEY?: value`: the sign is taken for a part of the name.
fn sign_behind(reader: &mut Reader<'_>, key: &str, entry: &Entry) {
    let name = key.trim_end_matches(|c: char| "?!;,=*\"')}]".contains(c));
    if name.len() == key.len() || name.len() < 2 || !KeyName::new(name).is_identifier() {
        return;
    }
    let label = "the sign is taken for a part of the name";
    let problem = refused(entry.key.span, format!("`{key}` is no name of a variable"), label)
        .why("no program asks for such a name, so it goes on without the value")
        .help(format!("write `{name}`"))
        .about(&KeyName::new(key));
    reader.problem(problem);
}

fn mapping_entry(reader: &mut Reader<'_>, key: &str, entry: &Entry) {
    let name = KeyName::new(key);
    if !matches!(resolve(&entry.key), Some(Scalar::Text(_) | Scalar::Timestamp)) {
        let problem = refused(
            entry.key.span,
            format!("the name `{key}` is not a text to YAML"),
            "read as another type",
        )
        .help("put it in quotes");
        reader.problem(problem.about(&name));
    }
    sign_behind(reader, key, entry);
    let value = &entry.value;
    let (message, label) = match rendered(value) {
        Rendered::NoNumber => {
            (format!("the value of `{key}` is not a number that compose can pass on"), "put it in quotes")
        }
        Rendered::Collection if value.is_sequence() => {
            (format!("the value of `{key}` is a list"), "this has to be one value")
        }
        Rendered::Collection => (format!("the value of `{key}` is a mapping"), "this has to be one value"),
        _ => return,
    };
    let mut problem = refused(value.span, message, label).about(&name);
    let inner = value.raw_entries();
    if let [only] = inner
        && only.value.is_null()
        && let Some(variable) = only.key.as_str()
        && KeyName::new(variable).is_identifier()
    {
        problem = problem.help(format!("if the variable is meant, write `${{{variable}}}`"));
    } else {
        problem = problem.help("put the value in quotes, as the text that the program is to read");
    }
    reader.problem(problem);
}
