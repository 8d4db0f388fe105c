//! Structs whose tags name variables.
//!
//! Sources: the documentation and code of caarlos0/env (`env`, `envDefault`, `envPrefix`, `envSeparator`),
//! sethvargo/go-envconfig (`env:"K, required, default=d, prefix=P_"`), cleanenv (`env-default`,
//! `env-required`, `env-prefix`), kong, go-flags and go-arg (`env`, `default`, `required`), and
//! kelseyhightower/envconfig (`envconfig`, `default`, `required`, `split_words`). Their tags differ enough
//! to be read as one language; what differs is told by the imports.

mod built;
mod fields;
mod kelsey;

use super::source::{Source, arguments};
use super::tags::{Tags, parts};
use super::types::Shape;
use crate::fact::{Hidden, Need, Origin, Read, Value};
use crate::key::KeyName;
use crate::sources::gather::{Gather, is_upper_snake};
use crate::text::Spanned;

use fields::{Field, Struct, structs};

/// Adds the reads of all structs.
pub(super) fn read<'t>(source: &Source<'t>, gather: &mut Gather<'_>) {
    let all = structs(source);
    let filled = kelsey::read(source, &all, gather);
    let library = Library::of(source);
    if source.imports("kelseyhightower/envconfig") && !library.is_imported {
        return;
    }
    let mut walk = Walk { all: &all, library: &library, steps: 0, root: None, is_on_condition: false };
    for item in all.iter().filter(|item| !is_part(item, &all)) {
        if filled.contains(&item.name.value) || !walk.names_keys(item, 0) {
            continue;
        }
        if library.is_imported && !library.is_command_line {
            gather.settings(item.name.clone(), &library.prefix);
            walk.root = Some(item.name.value.clone());
            walk.is_on_condition = built::is_on_condition(source, &item.name.value);
        }
        walk.read(item, &library.prefix.clone(), 0, gather);
        (walk.root, walk.is_on_condition) = (None, false);
    }
}

/// Whether a struct is a part of another one of this file.
fn is_part(item: &Struct<'_>, all: &[Struct<'_>]) -> bool {
    all.iter()
        .filter(|other| other.name != item.name)
        .flat_map(|other| &other.fields)
        .any(|field| field.shape.name == item.name.value)
}

/// What the file as a whole tells about the library that fills its structs.
struct Library {
    is_imported: bool,
    /// Values may also come from the command line or a file, so that nothing is needed from a variable.
    is_command_line: bool,
    prefix: String,
    required_if_no_default: bool,
    uses_field_names: bool,
}

impl Library {
    fn of(source: &Source<'_>) -> Self {
        let command_line = ["alecthomas/kong", "jessevdk/go-flags", "alexflint/go-arg"];
        let libraries = [
            "caarlos0/env",
            "sethvargo/go-envconfig",
            "cleanenv",
            "joeshaw/envdecode",
            "Netflix/go-env",
            "go-simpler.org/env",
        ];
        let option = |name: &str| {
            source
                .all("keyed_element")
                .find(|element| element.named().next().is_some_and(|key| key.text() == name))
        };
        let is_on = |name: &str| option(name).is_some_and(|element| element.text().ends_with("true"));
        let in_options = option("Prefix").and_then(|element| {
            let value = element.named().nth(1)?;
            super::source::inner(value).string()
        });
        let in_lookuper = source.all("call_expression").find_map(|call| {
            let name = call.field("function")?.field("field")?;
            arguments(call).first()?.string().filter(|_| name.text() == "PrefixLookuper")
        });
        let is_imported = libraries.iter().any(|path| source.imports(path));
        let prefix = if is_imported { in_options.or(in_lookuper) } else { None };
        // cleanenv fills what a file left out.
        let reads_file = source.imports("cleanenv")
            && source.all("selector_expression").any(|selector| selector.text() == "cleanenv.ReadConfig");
        Self {
            is_imported,
            is_command_line: reads_file || command_line.iter().any(|path| source.imports(path)),
            prefix: prefix.map(|prefix| prefix.value).unwrap_or_default(),
            required_if_no_default: is_imported && is_on("RequiredIfNoDef"),
            uses_field_names: is_imported && is_on("UseFieldNameByDefault"),
        }
    }
}

struct Walk<'s, 't> {
    all: &'s [Struct<'t>],
    library: &'s Library,
    steps: usize,
    root: Option<String>,
    /// Whether the program may never fill the struct.
    is_on_condition: bool,
}

const MAX_DEPTH: usize = 8;
const MAX_STEPS: usize = 5_000;

impl<'t> Walk<'_, 't> {
    fn part<'s>(&'s self, shape: &Shape<'t>) -> Option<&'s Struct<'t>> {
        self.all.iter().find(|item| item.name.value == shape.name && !shape.name.is_empty())
    }

    /// Whether a tag of the struct or of its parts names a variable.
    fn names_keys(&self, item: &Struct<'t>, depth: usize) -> bool {
        depth < MAX_DEPTH
            && item.fields.iter().take(200).any(|field| {
                field.tags.get("env").is_some()
                    || field.inline.as_ref().is_some_and(|part| self.names_keys(part, depth + 1))
                    || self.part(&field.shape).is_some_and(|part| self.names_keys(part, depth + 1))
            })
    }

    fn read(&mut self, item: &Struct<'t>, prefix: &str, depth: usize, gather: &mut Gather<'_>) {
        for field in &item.fields {
            self.steps += 1;
            if depth > MAX_DEPTH || self.steps > MAX_STEPS {
                return;
            }
            let part = field.inline.clone().or_else(|| self.part(&field.shape).cloned());
            let added = prefix_of(&field.tags);
            let longer = format!("{prefix}{}", added.as_deref().unwrap_or(""));
            match part {
                // A list of structs has a number in each name.
                Some(_) if field.shape.is_list && field.shape.body.is_none() => {
                    if added.is_some() {
                        gather.computed(&longer, field.span);
                    }
                }
                Some(part) if !names_key(&field.tags) => self.read(&part, &longer, depth + 1, gather),
                None if added.is_some() && !names_key(&field.tags) => {
                    let hides = Hidden::ReadsWithPrefix(longer);
                    gather.gap(field.span, hides, "the fields are those of a struct in another file");
                }
                _ => self.field(field, prefix, gather),
            }
        }
    }

    fn field(&self, field: &Field<'t>, prefix: &str, gather: &mut Gather<'_>) {
        let tag = field.tags.get("env");
        let mut listed = tag.map(parts).unwrap_or_default().into_iter();
        let mut name = listed.next().filter(|name| !name.value.is_empty());
        if name.is_none() && self.library.uses_field_names && !field.name.is_empty() {
            name = Some(Spanned::new(fields::screaming(field.name), field.span));
        }
        let Some(mut name) = name.filter(|name| name.value != "-") else { return };
        let is_name = |text: &str| is_upper_snake(text) || KeyName::new(text).is_identifier();
        if !is_name(&name.value) || !self.library.is_imported && !is_upper_snake(&name.value) {
            return;
        }
        let options: Vec<Spanned<String>> = listed.collect();
        let alternatives = options
            .iter()
            .filter(|option| is_upper_snake(&option.value))
            .map(|option| KeyName::new(&format!("{prefix}{}", option.value)))
            .collect();
        let is_required = options
            .iter()
            .any(|option| matches!(option.value.as_str(), "required" | "notEmpty" | "strict,required"))
            || field.tags.is_set("required")
            || field.tags.get("env-required").is_some();
        let default = default_of(&field.tags, tag);
        let is_overruled = field.tags.get("env-required").is_some();
        let need = match default.filter(|_| !is_overruled) {
            Some(default) if default.value.contains('$') => {
                Need::Default(Value::of(Origin::Unknown, default.span))
            }
            Some(default) if default.value.is_empty() => Need::Optional,
            Some(default) => Need::Default(Value::literal(&default.value, default.span)),
            None if is_required && (self.library.is_command_line || self.is_on_condition) => Need::Unknown,
            None if is_required => Need::Required,
            None if self.library.required_if_no_default && self.is_on_condition => Need::Unknown,
            None if self.library.required_if_no_default => Need::Required,
            None => Need::Optional,
        };
        let separator = field.tags.any(&["envSeparator", "env-separator", "delimiter", "env-delim", "sep"]);
        let in_options = options.iter().find_map(|option| {
            option.value.strip_prefix("delimiter=").or_else(|| option.value.strip_prefix("separator="))
        });
        let separator = separator.map(|found| found.value.as_str()).or(in_options).unwrap_or(",");
        let from_file = options.iter().any(|option| option.value == "file");
        let about = field.tags.any(&["desc", "env-description", "description", "help", "usage"]);
        let read = Read {
            value_type: if from_file { None } else { field.shape.value_type(separator) },
            alternatives,
            settings: self.root.clone(),
            about: about.map(|text| text.value.clone()).filter(|text| !text.is_empty()),
            ..Read::with_need(need)
        };
        name.value.insert_str(0, prefix);
        gather.read(&name, read);
    }
}

/// Whether the `env` tag gives a name, not only options.
fn names_key(tags: &Tags<'_>) -> bool {
    tags.get("env").is_some_and(|tag| !tag.value.trim_start().starts_with(',') && !tag.value.is_empty())
}

/// What a field puts before the names of its struct's fields.
fn prefix_of(tags: &Tags<'_>) -> Option<String> {
    let own = tags.any(&["envPrefix", "env-prefix", "envprefix"]).map(|prefix| prefix.value.clone());
    // go-flags puts the delimiter between by itself.
    let own = own.or_else(|| Some(format!("{}_", tags.get("env-namespace")?.value)));
    let in_options = || {
        tags.get("env")
            .map(parts)?
            .into_iter()
            .find_map(|part| Some(part.value.strip_prefix("prefix=")?.to_owned()))
    };
    own.or_else(in_options).filter(|prefix| !prefix.is_empty())
}

/// What a field takes without a value.
fn default_of(tags: &Tags<'_>, tag: Option<&Spanned<String>>) -> Option<Spanned<String>> {
    if let Some(default) = tags.any(&["envDefault", "env-default", "default"]) {
        return Some(default.clone());
    }
    // In sethvargo's, a default goes on to the end, commas included.
    let tag = tag?;
    let at = tag.value.find("default=").filter(|&at| at > 0)?;
    let start = at + "default=".len();
    let text = tag.value.get(start..)?;
    let begin = tag.span.start as usize + start;
    let span = crate::text::Span::new(begin.min(tag.span.end as usize), tag.span.end as usize);
    Some(Spanned::new(text.to_owned(), span))
}
