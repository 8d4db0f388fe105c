//! kelseyhightower/envconfig: names are made of a prefix, the field's tag or name, and those of the structs
//! around it.
//!
//! Source: `gatherInfo` and `Process` of the library.

use super::super::source::{Binding, Source, arguments, inner};
use super::super::tags::Tags;
use super::fields::{Field, Struct, split_words};
use crate::fact::{Hidden, Need, Read, Value};
use crate::key::KeyName;
use crate::sources::gather::Gather;
use crate::syntax::tree::Node;
use crate::text::Spanned;

/// Adds the reads of structs that `envconfig.Process` fills here, and of `envconfig` tags elsewhere. The former are
/// the answer, with their parts.
pub(super) fn read<'t>(source: &Source<'t>, all: &[Struct<'t>], gather: &mut Gather<'_>) -> Vec<String> {
    let mut filled: Vec<String> = Vec::new();
    for call in source.all("call_expression") {
        let Some(("github.com/kelseyhightower/envconfig", "Process" | "MustProcess")) =
            call.field("function").and_then(|function| source.member(function))
        else {
            continue;
        };
        let given = arguments(call);
        let (Some(prefix), Some(target)) = (given.first().copied(), given.get(1).copied()) else { continue };
        let Some(prefix) = super::super::literal::literal(source, prefix, 4) else {
            gather.computed("", call.span());
            continue;
        };
        let prefix = prefix.plain().unwrap_or("").to_owned();
        let Some(item) = target_type(source, target).and_then(|name| find(all, &name)) else {
            if !prefix.is_empty() {
                let hides = Hidden::ReadsWithPrefix(format!("{}_", prefix.to_ascii_uppercase()));
                gather.gap(call.span(), hides, "the fields are those of a struct in another file");
            }
            continue;
        };
        gather.settings(item.name.clone(), &key(&prefix, ""));
        let mut walk = Walk { root: Some(&item.name.value), only_tagged: false, ..Walk::of(all) };
        walk.is_on_condition = super::built::is_on_condition(source, &item.name.value);
        walk.read(item, &prefix, 0, gather);
        filled.append(&mut walk.seen);
    }
    // Another file may fill these: a name in a tag serves by itself, whatever the prefix.
    for item in all.iter().filter(|item| !filled.contains(&item.name.value)) {
        let mut walk = Walk::of(all);
        walk.read(item, "", 0, gather);
    }
    filled
}

fn find<'s, 't>(all: &'s [Struct<'t>], name: &str) -> Option<&'s Struct<'t>> {
    all.iter().find(|item| item.name.value == name)
}

/// The name of the type behind `&config`.
fn target_type<'t>(source: &Source<'t>, target: Node<'t>) -> Option<String> {
    let mut at = inner(target);
    for _ in 0..6 {
        at = match at.kind() {
            "unary_expression" => inner(at.field("operand")?),
            "identifier" => {
                let (_, bindings) = source.lookup(at)?;
                bindings.iter().find_map(|binding| match binding {
                    Binding::Value(value) => Some(inner(*value)),
                    Binding::Typed(kind) => Some(*kind),
                    _ => None,
                })?
            }
            "composite_literal" => at.field("type")?,
            "call_expression" if at.field("function")?.text() == "new" => *arguments(at).first()?,
            "pointer_type" => at.named().next()?,
            "type_identifier" => return Some(at.text().to_owned()),
            _ => return None,
        };
        // `new(T)` has the type in the place of an expression.
        if at.kind() == "identifier" && source.struct_called(at.text()).is_some() {
            return Some(at.text().to_owned());
        }
    }
    None
}

struct Walk<'s, 't> {
    all: &'s [Struct<'t>],
    root: Option<&'s str>,
    steps: usize,
    /// The names of the structs that were read.
    seen: Vec<String>,
    only_tagged: bool,
    /// Whether the program may never fill the struct.
    is_on_condition: bool,
}

const MAX_DEPTH: usize = 8;
const MAX_STEPS: usize = 5_000;

impl<'s, 't> Walk<'s, 't> {
    /// Of tags alone.
    fn of(all: &'s [Struct<'t>]) -> Self {
        Self { all, root: None, steps: 0, seen: Vec::new(), only_tagged: true, is_on_condition: false }
    }

    fn read(&mut self, item: &Struct<'t>, prefix: &str, depth: usize, gather: &mut Gather<'_>) {
        self.seen.push(item.name.value.clone());
        for field in &item.fields {
            self.steps += 1;
            if depth > MAX_DEPTH || self.steps > MAX_STEPS {
                return;
            }
            let is_hidden = field.name.starts_with(|c: char| c.is_lowercase() || c == '_');
            if field.tags.is_set("ignored") || is_hidden {
                continue;
            }
            let tag = field.tags.get("envconfig").filter(|tag| !tag.value.is_empty());
            let own = match tag {
                Some(tag) => tag.value.clone(),
                None if field.tags.is_set("split_words") => split_words(field.name),
                None => field.name.to_owned(),
            };
            let part = field.inline.clone().or_else(|| find(self.all, field.shape.name).cloned());
            match part.filter(|_| !field.shape.is_list) {
                Some(part) if field.name.is_empty() => self.read(&part, prefix, depth + 1, gather),
                Some(part) if !self.only_tagged => self.read(&part, &key(prefix, &own), depth + 1, gather),
                Some(_) => {}
                None if self.only_tagged && tag.is_none() => {}
                None if field.name.is_empty() => {}
                None => self.field(field, tag, &key(prefix, &own), gather),
            }
        }
    }

    fn field(&self, field: &Field<'t>, tag: Option<&Spanned<String>>, key: &str, gather: &mut Gather<'_>) {
        let span = tag.map_or(field.span, |tag| tag.span);
        let plain = tag.map(|tag| tag.value.to_ascii_uppercase());
        let alternatives = plain.into_iter().filter(|plain| *plain != key).map(|plain| KeyName::new(&plain));
        let read = Read {
            value_type: field.shape.value_type(","),
            alternatives: alternatives.collect(),
            settings: self.root.map(str::to_owned),
            about: field.tags.get("desc").map(|text| text.value.clone()),
            ..Read::with_need(self.need(&field.tags))
        };
        gather.read(&Spanned::new(key.to_owned(), span), read);
    }

    fn need(&self, tags: &Tags<'_>) -> Need {
        match tags.get("default").filter(|default| !default.value.is_empty()) {
            Some(default) => Need::Default(Value::literal(&default.value, default.span)),
            None if tags.is_set("required") && self.is_on_condition => Need::Unknown,
            None if tags.is_set("required") => Need::Required,
            None => Need::Optional,
        }
    }
}

fn key(prefix: &str, own: &str) -> String {
    let joined = if prefix.is_empty() { own.to_owned() } else { format!("{prefix}_{own}") };
    joined.to_ascii_uppercase()
}
