//! Structs that are filled from the environment as a whole: envy, figment, config.
//!
//! Sources: the documentation of envy 0.4, of `figment::providers::Env` 0.10 and of
//! `config::Environment` 0.15. All three fold case.

use std::ops::Range;

use super::Reading;
use super::fields::{Field, Setting, Struct, setting};
use super::literal::{literal, written};
use super::source::Source;
use super::types::shape;
use crate::fact::{Hidden, Need, Phase, Read, SettingsClass};
use crate::text::Spanned;
use crate::value_type::ValueType;

/// Nesting of settings structs.
const MAX_DEPTH: usize = 6;

/// Fields of all nested structs together; more means structs that repeat without end.
const MAX_FIELDS: usize = 2_000;

/// How much of a function around a filling is looked at, in tokens.
const MAX_FUNCTION: usize = 1_000;

/// How a struct is filled.
#[derive(Clone, Debug)]
struct Filling {
    library: Library,
    /// What stands before a field's name, the separator included.
    prefix: String,
    /// What stands between the names of nested fields, where nesting is possible.
    split: Option<String>,
    /// Whether something else may supply values too.
    is_layered: bool,
    /// The only keys that are let through.
    only: Option<Vec<String>>,
    phase: Phase,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Library {
    Envy,
    Figment,
    Config,
}

/// All reads of structs that are filled from the environment.
pub(super) fn read(source: &Source<'_>, structs: &[Struct<'_>], reading: &mut Reading) {
    for at in 0..source.tokens.len() {
        let Some((filling, start, end)) = filling_at(source, at) else { continue };
        match target(source, structs, start, end, at) {
            Some(item) => {
                let class = SettingsClass {
                    name: Spanned::new(item.name.value.to_owned(), item.name.span),
                    prefix: filling.prefix.clone(),
                    refuses_others: setting(&item.attributes, "serde", "deny_unknown_fields").is_some(),
                    env_files: Vec::new(),
                };
                reading.settings(class);
                let root = item.name.value;
                let mut walk =
                    Walk { source, structs, filling: &filling, root, open: Vec::new(), left: MAX_FIELDS };
                walk.fields(item, &filling.prefix, false, reading);
            }
            None => {
                let span = source.tokens.span(start..at + 1);
                reading.gap(
                    span,
                    hidden(&filling.prefix),
                    "the struct that is filled stands in another file",
                );
            }
        }
    }
}

/// How the call at `at` fills a struct, and where its statement begins and ends.
fn filling_at(source: &Source<'_>, at: usize) -> Option<(Filling, usize, usize)> {
    let tokens = &source.tokens;
    let name = tokens.ident(at)?;
    if !matches!(name, "from_env" | "prefixed" | "raw" | "with_prefix" | "default" | "from_iter") {
        return None;
    }
    let open = if tokens.is(at + 1, "::") { tokens.past_generics(at + 2) } else { at + 1 };
    let arguments = tokens.group_of(open, "(")?;
    let (path, start) = source.path_ending_at(at);
    let (library, mut prefix) = match path.as_str() {
        "envy::from_env" => (Library::Envy, String::new()),
        "envy::prefixed" => (Library::Envy, written(source, arguments)?.value),
        _ if path.ends_with("Env::prefixed") => (Library::Figment, written(source, arguments)?.value),
        _ if path.ends_with("Env::raw") => (Library::Figment, String::new()),
        _ if path.ends_with("Environment::with_prefix") => {
            (Library::Config, written(source, arguments)?.value)
        }
        _ if path.ends_with("Environment::default") => (Library::Config, String::new()),
        _ => return None,
    };
    let mut after = tokens.past(open);
    let mut split = None;
    let mut prefix_separator = None;
    let mut only = None;
    let mut behind = None;
    while let Some(method) = tokens.ident(after + 1).filter(|_| tokens.is(after, ".")) {
        let open = if tokens.is(after + 2, "::") { tokens.past_generics(after + 3) } else { after + 2 };
        let Some(arguments) = tokens.group_of(open, "(") else { break };
        let text = || written(source, arguments.clone()).map(|text| text.value);
        match method {
            "split" | "separator" => split = text(),
            "prefix_separator" => prefix_separator = text(),
            "prefix" => prefix = text().unwrap_or(prefix),
            "only" => only = words(source, arguments),
            "from_env" | "from_iter" => behind = Some(after + 1),
            _ => {}
        }
        after = tokens.past(open);
    }
    let function = source.function_around(at).map_or(0..tokens.len(), |function| function.body.clone());
    let (first, end) = match behind {
        Some(behind) => (behind, after),
        None if library == Library::Envy => (at, after),
        None => (function.start, function.end),
    };
    if library == Library::Config && !prefix.is_empty() {
        prefix.push_str(prefix_separator.or_else(|| split.clone()).as_deref().unwrap_or("_"));
    }
    let is_layered = library != Library::Envy && is_layered(source, function);
    let phase = source.phase(at);
    Some((Filling { library, prefix, split, is_layered, only, phase }, first.min(start), end))
}

fn words(source: &Source<'_>, range: Range<usize>) -> Option<Vec<String>> {
    let list = range.clone().find_map(|at| source.tokens.group_of(at, "["))?;
    source
        .tokens
        .split(list, ",")
        .into_iter()
        .map(|part| written(source, part).map(|word| word.value))
        .collect()
}

/// Whether the code at `range` lets something else supply values beside the environment.
fn is_layered(source: &Source<'_>, range: Range<usize>) -> bool {
    range.take(MAX_FUNCTION).any(|at| {
        matches!(
            source.tokens.ident(at),
            Some(
                "File"
                    | "Toml"
                    | "Json"
                    | "Yaml"
                    | "Serialized"
                    | "set_default"
                    | "set_override"
                    | "with_name"
                    | "figment"
                    | "from_str"
                    | "from"
                    | "default_provider"
                    | "defaults"
            )
        )
    })
}

/// The struct that is filled: named by a turbofish, a type annotation or the function's return type.
fn target<'s, 't>(
    source: &Source<'t>,
    structs: &'s [Struct<'t>],
    start: usize,
    end: usize,
    at: usize,
) -> Option<&'s Struct<'t>> {
    let tokens = &source.tokens;
    let find = |name: &str| structs.iter().find(|item| !item.is_variant && item.name.value == name);
    let named_in = |range: Range<usize>| {
        range.filter_map(|position| tokens.ident(position)).find_map(|word| match word {
            "Self" => find(source.self_type(at)?),
            word => find(word),
        })
    };
    let makers = |position: &usize| {
        matches!(
            tokens.ident(*position),
            Some("from_env" | "extract" | "try_deserialize" | "try_into" | "from_iter" | "extract_lossy")
        )
    };
    for maker in (start..end.min(start + MAX_FUNCTION)).filter(makers) {
        if tokens.is(maker + 1, "::") {
            let generics = maker + 2..tokens.past_generics(maker + 2);
            match named_in(generics) {
                Some(item) => return Some(item),
                None => continue,
            }
        }
        // `let config: Config = ..`
        let back = maker.saturating_sub(200)..maker;
        let statement = back.rev().find(|&position| tokens.is(position, ";") || tokens.is(position, "let"));
        if let Some(annotated) = statement.filter(|&position| tokens.is(position, "let"))
            && let Some(equals) = (annotated..maker).find(|&position| tokens.is(position, "="))
            && let Some(colon) = (annotated..equals).find(|&position| tokens.is(position, ":"))
            && let Some(item) = named_in(colon..equals)
        {
            return Some(item);
        }
    }
    let returned = source.function_around(at).and_then(|function| named_in(function.returns.clone()));
    returned.or_else(|| {
        let mut candidates = structs.iter().filter(|item| !item.is_variant && is_deserialized(item));
        candidates.next().filter(|_| candidates.next().is_none())
    })
}

fn is_deserialized(item: &Struct<'_>) -> bool {
    setting(&item.attributes, "derive", "Deserialize").is_some()
}

struct Walk<'s, 't> {
    source: &'s Source<'t>,
    structs: &'s [Struct<'t>],
    filling: &'s Filling,
    root: &'t str,
    /// The structs around the field at hand: one inside itself adds no field.
    open: Vec<&'s str>,
    left: usize,
}

impl<'s> Walk<'s, '_> {
    fn fields(&mut self, item: &'s Struct<'_>, prefix: &str, copes: bool, reading: &mut Reading) {
        if self.open.contains(&item.name.value) || self.open.len() >= MAX_DEPTH {
            return;
        }
        self.open.push(item.name.value);
        let style = text_of(self.source, setting(&item.attributes, "serde", "rename_all"));
        let copes = copes || setting(&item.attributes, "serde", "default").is_some();
        for field in &item.fields {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            self.field(field, prefix, style.as_deref(), copes, reading);
        }
        self.open.pop();
    }

    fn field(
        &mut self,
        field: &Field<'_>,
        prefix: &str,
        style: Option<&str>,
        copes: bool,
        reading: &mut Reading,
    ) {
        let serde = |name: &str| setting(&field.attributes, "serde", name);
        if serde("skip").is_some() || serde("skip_deserializing").is_some() {
            return;
        }
        let shape = shape(&self.source.tokens, field.kind.clone());
        let copes = copes || shape.is_option || serde("default").is_some();
        let nested = self.structs.iter().find(|item| !item.is_variant && item.name.value == shape.name);
        if serde("flatten").is_some() {
            match nested {
                Some(nested) => self.fields(nested, prefix, copes, reading),
                None => {
                    let reason = "the struct that is flattened stands in another file";
                    reading.gap(field.span, hidden(prefix), reason);
                }
            }
            return;
        }
        let rename = text_of(self.source, serde("rename"));
        let name = rename.clone().unwrap_or_else(|| match style {
            Some("camelCase" | "PascalCase") => field.name.replace('_', ""),
            _ => field.name.to_owned(),
        });
        if let Some(nested) = nested.filter(|_| !shape.is_list && self.filling.library != Library::Envy) {
            if let Some(split) = &self.filling.split {
                self.fields(nested, &format!("{prefix}{name}{split}"), copes, reading);
            }
            return;
        }
        if self
            .filling
            .only
            .as_ref()
            .is_some_and(|only| !only.iter().any(|key| key.eq_ignore_ascii_case(&name)))
        {
            return;
        }
        let key = |name: &str| format!("{prefix}{name}").to_ascii_uppercase();
        let aliases =
            field.attributes.iter().filter(|setting| setting.of == "serde" && setting.name == "alias");
        let alternatives = aliases.filter_map(|alias| text_of(self.source, Some(alias)));
        let alternatives = alternatives.map(|alias| key(&alias).as_str().into()).collect();
        let custom =
            ["with", "deserialize_with", "from", "try_from"].iter().any(|name| serde(name).is_some());
        let need = match self.need(serde("default"), copes) {
            // Names in camelCase and kebab-case reach a field only after code maps them, as it likes.
            Need::Required if rename.is_none() && style.is_some_and(|style| style.contains(['C', '-'])) => {
                Need::Unknown
            }
            need => need,
        };
        let read = Read {
            value_type: self.value_type(&shape).filter(|_| !custom),
            alternatives,
            folds_case: true,
            is_secret: shape.is_secret,
            settings: Some(self.root.to_owned()),
            about: field.about.clone(),
            ..Read::with_need(need)
        };
        reading.read(&Spanned::new(key(&name), field.span), self.filling.phase, read);
    }

    fn need(&self, default: Option<&Setting<'_>>, copes: bool) -> Need {
        let path = text_of(self.source, default);
        let function = path.as_deref().and_then(|path| {
            let name = path.rsplit("::").next()?;
            self.source.functions.iter().find(|function| function.name == name)
        });
        match function.and_then(|function| literal(self.source, function.body.clone())) {
            Some(default) => Need::Default(default),
            None if copes => Need::Optional,
            None if self.filling.is_layered => Need::Unknown,
            None => Need::Required,
        }
    }

    fn value_type(&self, shape: &super::types::Shape<'_>) -> Option<ValueType> {
        match (shape.is_list, self.filling.library) {
            (false, _) => shape.item_type(),
            (true, Library::Envy) => {
                Some(ValueType::List { separator: ",".to_owned(), item: Box::new(shape.item_type()?) })
            }
            (true, _) => None,
        }
    }
}

fn text_of(source: &Source<'_>, setting: Option<&Setting<'_>>) -> Option<String> {
    written(source, setting?.value.clone()).map(|text| text.value)
}

/// What a gap hides behind `prefix`.
fn hidden(prefix: &str) -> Hidden {
    if prefix.is_empty() { Hidden::Reads } else { Hidden::ReadsWithPrefix(prefix.to_ascii_uppercase()) }
}
