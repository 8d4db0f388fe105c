//! A schema of zod, valibot, envalid, or of t3-env with its halves, gets an entry.

use super::code::{about, is_code_of};
use super::{NewKey, schema_value, typescript_class};
use crate::diagnostic::Edit;
use crate::fact::{Fact, Role, Structure};
use crate::fix::plan::Plan;
use crate::index::Index;
use crate::key::{KeyName, public_prefix, segments};
use crate::matrix::{Kind, Service};
use crate::rule::repair::edit;
use crate::syntax::tree::{Language, Node, Tree, parse};
use crate::text::{SourceFile, Span, line_ending};

/// Adds the key to the schema of a service's code; whether there is one.
pub(super) fn in_schema(index: &Index, wanted: &NewKey, service: &Service, plan: &mut Plan) -> bool {
    let key = &wanted.entry.key;
    let mut schemas: Vec<(&SourceFile, usize)> = index
        .typescript_files()
        .filter_map(|(file, _)| index.files.get(file))
        .filter(|file| is_code_of(index, service, file))
        .map(|file| (file, keys_of(index, file)))
        .filter(|(file, keys)| *keys > 0 && !is_of_others(index, file, key))
        .collect();
    schemas.sort_by_key(|(_, keys)| std::cmp::Reverse(*keys));
    let Some((file, most)) = schemas.first().copied() else { return false };
    // Of several schemas the one that clearly declares most of the keys is meant.
    let is_clear = schemas.get(1).is_none_or(|(_, keys)| keys * 2 <= most);
    let what = format!("add `{key}` to the schema");
    match is_clear.then(|| entries(index, file, wanted)).flatten() {
        Some(edits) => plan.step(index, what, edits),
        None => plan.leave(file.path.to_string(), what),
    }
    true
}

/// How many keys a file's schemas declare.
fn keys_of(index: &Index, file: &SourceFile) -> usize {
    let single = index.facts_in(file.id).filter(|fact| is_declared(file, fact)).count();
    let halves = match index.extraction(file.id).map(|extraction| &extraction.structure) {
        Some(Structure::Script(script)) => script.schema.len(),
        _ => 0,
    };
    single.max(halves)
}

/// Whether the schemas of a file are about one thing that the key is not about: all of their keys begin with the same
/// word, of which the path speaks too, and it does not (`integrations/slack/env.ts`).
fn is_of_others(index: &Index, file: &SourceFile, key: &KeyName) -> bool {
    let mut declared = index.facts_in(file.id).filter(|fact| is_declared(file, fact));
    let Some(first) = declared.next().and_then(|fact| segments(&fact.key).next()) else { return false };
    let path = file.path.as_str().to_ascii_uppercase();
    path.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part == first)
        && segments(key).next() != Some(first)
        && declared.all(|fact| segments(&fact.key).next() == Some(first))
}

/// Whether a schema declares a key here: as the class it is, or as an entry of Joi, which a framework asks.
fn is_declared(file: &SourceFile, fact: &Fact) -> bool {
    let Role::Reads(read) = &fact.role else { return false };
    let behind = || file.text.get(fact.span.end as usize..).unwrap_or("").trim_start_matches(['"', '\'']);
    let is_of_joi = || {
        behind()
            .strip_prefix(':')
            .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("joi."))
    };
    read.settings.is_some() || is_of_joi()
}

/// The edits of a schema; `None` if it is written in a way that only people should change.
fn entries(index: &Index, file: &SourceFile, wanted: &NewKey) -> Option<Vec<Edit>> {
    let name = file.path.name();
    let language = if name.ends_with('x') { Language::Tsx } else { Language::TypeScript };
    let tree = parse(language, &file.text)?;
    let calls = |tree: &Tree<'_>| -> Vec<Span> {
        let calls = tree.walk().map(|step| step.node).filter(|node| {
            node.kind() == "call_expression"
                && node.field("function").is_some_and(|function| function.text() == "createEnv")
        });
        calls.map(Node::span).collect()
    };
    let (objects, relays) = match calls(&tree).as_slice() {
        [] => match typescript_class::field(index, file, &tree, wanted) {
            Some(field) => return Some(vec![field]),
            None => (vec![plain(index, file, &tree, wanted)?], None),
        },
        [call] => {
            let call = tree.walk().map(|step| step.node).find(|node| node.span() == *call)?;
            let options = call.field("arguments")?.named().next()?;
            let is_public = wanted.kind == Kind::Public;
            let half = property(options, if is_public { "client" } else { "server" })?;
            let relays = ["runtimeEnv", "runtimeEnvStrict", "experimental__runtimeEnv"]
                .iter()
                .find_map(|name| Some((*name, property(options, name)?)));
            let relays = relays.filter(|(name, _)| is_public || !name.starts_with("experimental"));
            // Whoever lists what is handed on has to list it here; `process.env` hands everything on.
            let relays = relays.map(|(_, value)| value).filter(|value| value.kind() == "object");
            (vec![half], relays)
        }
        _ => return None,
    };
    let mut edits = Vec::new();
    for object in objects.into_iter().filter(|object| object.kind() == "object") {
        let values = pairs(object);
        // One of the last may be a schema that is built elsewhere.
        let written =
            values.iter().rev().find_map(|(_, value)| schema_value::like(file, &tree, *value, wanted))?;
        let comment = about(wanted).filter(|_| !written.tells_about);
        let name = wanted.entry.key.as_str();
        edits.push(added(file, object, &Added { name, value: &written.value, comment })?);
        edits.extend(written.import);
    }
    if let Some(relays) = relays {
        // Values that are computed stand beside those that are not.
        let source = pairs(relays).iter().rev().find_map(|(_, value)| environment_in(*value))?;
        let value = format!("{source}.{}", wanted.entry.key);
        let name = wanted.entry.key.as_str();
        edits.push(added(file, relays, &Added { name, value: &value, comment: None })?);
    }
    (!edits.is_empty()).then_some(edits)
}

/// The one object of a plain schema in which the file's keys are declared.
fn plain<'t>(index: &Index, file: &SourceFile, tree: &'t Tree<'t>, wanted: &NewKey) -> Option<Node<'t>> {
    let declared: Vec<Span> =
        index.facts_in(file.id).filter(|fact| is_declared(file, fact)).map(|fact| fact.span).collect();
    let holds = |object: &Node<'t>| {
        let own = pairs(*object)
            .into_iter()
            .filter(|(key, _)| declared.iter().any(|span| key.span().contains(*span)));
        own.count()
    };
    let mut objects: Vec<(usize, Node<'t>)> = tree
        .walk()
        .map(|step| step.node)
        .filter(|node| node.kind() == "object")
        .map(|object| (holds(&object), object))
        .filter(|(number, _)| *number > 0)
        .collect();
    objects.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    let (most, object) = objects.first().copied()?;
    // What extends another schema is the one that the code goes on with.
    let extends = |object: &Node<'_>| {
        file.text.get(..object.span().start as usize).is_some_and(|before| before.ends_with(".extend("))
    };
    let is_clear = objects.get(1).is_none_or(|(number, _)| number * 2 <= most);
    let mut extending = objects.iter().map(|(_, object)| *object).filter(extends);
    let (is_clear, object) = match (is_clear, extending.next(), extending.next()) {
        (false, Some(only), None) => (true, only),
        _ => (is_clear, object),
    };
    let has_public = pairs(object).iter().any(|(key, _)| public_prefix(key.text()).is_some());
    (is_clear && (wanted.kind != Kind::Public || has_public)).then_some(object)
}

/// What is added to an object.
pub(super) struct Added<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    pub(super) comment: Option<String>,
}

/// A new entry behind the last one of an object that has one entry per line.
pub(super) fn added(file: &SourceFile, object: Node<'_>, new: &Added<'_>) -> Option<Edit> {
    let last = object.named().last()?;
    if last.kind() != "pair" && last.kind() != "shorthand_property_identifier" {
        return None;
    }
    let span = last.span();
    let begin = file.text.get(..span.start as usize)?.rfind('\n').map_or(0, |newline| newline + 1);
    let indent = file.text.get(begin..span.start as usize)?;
    if !indent.trim().is_empty() {
        return None;
    }
    let behind = file.text.get(span.end as usize..object.span().end as usize)?;
    let has_comma = behind.starts_with(',');
    // A comment behind the last entry on its line stays with it.
    let rest = behind.get(usize::from(has_comma)..)?;
    let line = rest.get(..rest.find(['\r', '\n'])?)?;
    if !line.trim().is_empty() && !line.trim_start().starts_with("//") {
        return None;
    }
    if !has_comma && !line.trim().is_empty() {
        return None;
    }
    let is_quoted = last.field("key").is_some_and(|key| key.kind() == "string");
    let Added { name, value, comment } = new;
    let name = if is_quoted { format!("\"{name}\"") } else { (*name).to_owned() };
    let ending = line_ending(&file.text);
    let comment = comment.as_ref().map(|about| format!("{ending}{indent}/** {about} */")).unwrap_or_default();
    let (lead, trail) = if has_comma { ("", ",") } else { (",", "") };
    let at = span.end as usize + usize::from(has_comma) + line.len();
    Some(edit(file.id, (Span::at(at), format!("{lead}{comment}{ending}{indent}{name}: {value}{trail}"))))
}

/// What a value takes a variable from: `process.env` of `process.env.A ?? process.env.B`.
pub(super) fn environment_in<'t>(value: Node<'t>) -> Option<&'t str> {
    let members = value.walk().map(|step| step.node).filter(|node| node.kind() == "member_expression");
    let mut objects = members.filter_map(|member| member.field("object")).map(Node::text);
    objects.find(|object| matches!(*object, "process.env" | "import.meta.env"))
}

fn property<'t>(object: Node<'t>, name: &str) -> Option<Node<'t>> {
    pairs(object).into_iter().find(|(key, _)| key.text() == name).map(|(_, value)| value)
}

pub(super) fn pairs(object: Node<'_>) -> Vec<(Node<'_>, Node<'_>)> {
    let pair = |part: Node<'_>| part.kind() == "pair";
    object
        .named()
        .filter(|part| pair(*part))
        .filter_map(|part| Some((part.field("key")?, part.field("value")?)))
        .collect()
}
