//! Entries of lists and mappings of YAML and JSON: `env:` of containers, jobs and platforms.

use super::spelling::{renamed, self_reference};
use super::{Given, nearest};
use crate::diagnostic::Edit;
use crate::fact::{Fact, Role};
use crate::fix::add::NewKey;
use crate::index::Index;
use crate::matrix::Kind;
use crate::rule::repair::edit;
use crate::syntax::yaml::edit::{Edits, Whole, scalar};
use crate::text::{FileId, SourceFile, Span, line_ending};

/// An entry for the key behind the last of `group`, the statements about one container, job or app.
pub(super) fn add(
    index: &Index,
    wanted: &NewKey,
    given: Given<'_>,
    file: FileId,
    group: &[&Fact],
) -> Option<Edit> {
    let source = index.files.get(file)?;
    let name = source.path.name();
    if ![".yaml", ".yml", ".json"].iter().any(|extension| name.ends_with(extension)) {
        return None;
    }
    let yaml = Edits::of(&source.text);
    let last = yaml.whole(group.last()?.span)?;
    let text = match given {
        Given::Text(text) => with_text(source, wanted, text, group.last()?.span, &last)?,
        Given::Elsewhere | Given::Perhaps => {
            let models = group.iter().filter_map(|fact| {
                let whole = yaml.whole(fact.span)?;
                Some((*fact, reference(source, wanted, fact, &whole, given)?))
            });
            nearest(models.collect(), &wanted.entry.key)?.1
        }
    };
    Some(edit(file, yaml.behind(&last, &text)?))
}

/// `KEY: text`, or `name: KEY` and `value: text`.
fn with_text(source: &SourceFile, wanted: &NewKey, text: &str, name: Span, last: &Whole) -> Option<String> {
    let key = wanted.entry.key.as_str();
    let is_json = source.path.name().ends_with(".json");
    let is_quoted = is_json || last.value.is_some_and(|value| source.slice(value).starts_with('"'));
    let value = scalar(text, last.is_flow || last.is_within_flow, is_quoted);
    let written = source.slice(name);
    let key = if written.starts_with('"') { format!("\"{key}\"") } else { key.to_owned() };
    let Some(field) = last.field.as_deref().filter(|_| last.is_item) else {
        // `- KEY=value`, or a bare name, is no mapping.
        let is_entry = !last.is_item;
        return is_entry.then(|| format!("{key}: {value}"));
    };
    let own = source.slice(last.span);
    let quote = if own.trim_start_matches('{').trim_start().starts_with('"') { "\"" } else { "" };
    if last.is_flow {
        let (open, close) = if own.starts_with("{ ") { ("{ ", " }") } else { ("{", "}") };
        return (!own.contains('\n'))
            .then(|| format!("{open}{quote}{field}{quote}: {key}, {quote}value{quote}: {value}{close}"));
    }
    let start = last.span.start as usize;
    let column = start - source.text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    Some(format!("{field}: {key}{}{}value: {value}", line_ending(&source.text), " ".repeat(column)))
}

/// An entry that refers to a value of its own name elsewhere, with the new name for its own.
fn reference(
    source: &SourceFile,
    wanted: &NewKey,
    fact: &Fact,
    whole: &Whole,
    given: Given<'_>,
) -> Option<String> {
    let Role::Provides(provide) = &fact.role else { return None };
    let own = source.slice(whole.span);
    let is_secret = wanted.kind == Kind::Secret;
    if own.contains(" #") || own.contains("optional") {
        return None;
    }
    let (old, new) = (fact.key.as_str(), wanted.entry.key.as_str());
    if !whole.is_item {
        let value = whole.value.map(|value| source.slice(value))?;
        let is_kind = if is_secret { value.contains("secrets.") } else { value.contains("vars.") };
        let fresh = self_reference(value, old, new).filter(|_| is_kind && given == Given::Elsewhere)?;
        let name = source.slice(fact.span).replace(old, new);
        return Some(format!("{name}: {fresh}"));
    }
    // A bare name in a list of secrets.
    if whole.field.is_none() {
        return (own == old && is_secret).then(|| new.to_owned());
    }
    let is_held_elsewhere = own.contains("secretKeyRef") || own.contains("sync: false");
    let is_plain = provide.value.plain().is_some() || whole.value.is_some();
    if !is_secret || !is_held_elsewhere || is_plain {
        return None;
    }
    let fresh = renamed(own, old, new)?;
    // The key in the Secret goes by the name as well, or two variables would have one value.
    let is_named = own.contains("sync: false") || fresh.count >= 2;
    is_named.then_some(fresh.text)
}
