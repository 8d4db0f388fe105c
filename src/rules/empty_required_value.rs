//! `empty-required-value`

mod declared;
mod unreadable;

use std::collections::{BTreeMap, BTreeSet};

use super::key_not_forwarded::stops_at_start;
use crate::diagnostic::{Edit, Fix};
use crate::fact::{Fact, Fallback, Need, Origin, Read, Reference, Role, Value};
use crate::index::Index;
use crate::key::{KeyName, image_requirements, is_secret_name};
use crate::rule::{Reporter, enumerate, enumerate_some};
use crate::text::{FileId, Location, Span};

crate::declare_rule! {
    /// Reports a key that compose fills with an empty text when it is not set, though the code requires it, or reads it as a
    /// type that no empty text is of; and one that the matrix requires in an environment that sets it to an empty text.
    ///
    /// ## Why it matters
    ///
    /// `${X:-}` silences compose, and the code's own check for a missing key passes as well, because the
    /// key is there: empty. The service starts and fails later, at the first use. A default in the code does not help either: it
    /// holds for a variable that is not there, and pydantic reads an empty one as the number or truth value that it is not.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: .
    ///     environment:
    ///       SIGNING_KEY: ${SIGNING_KEY:-}
    /// ```
    ///
    /// `config.py`
    /// ```python
    /// class Settings(BaseSettings):
    ///     signing_key: str
    /// ```
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM python:3.13
    /// COPY . .
    /// CMD ["python", "config.py"]
    /// ```
    ///
    /// ```text
    /// warning[empty-required-value]: `SIGNING_KEY` is required by the code, and compose passes an empty one when it is not set
    /// ```
    ///
    /// ## What to do
    ///
    /// Let compose demand it: `${SIGNING_KEY:?}`. (`${SIGNING_KEY?}` accepts an empty one.)
    pub struct EmptyRequiredValue = "empty-required-value", Missing, Warning, partly_strict, fixes, by_file => unreadable::joined;
}

impl EmptyRequiredValue {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        demanded_but_empty(index, reporter);
        unreadable::ask(index, reporter);
        declared::ask(index, reporter);
        let mut found: BTreeMap<(FileId, &KeyName), Vec<Emptied<'_>>> = BTreeMap::new();
        for site in index.sites() {
            if index.is_sink(site) || index.is_aside(site.file) {
                continue;
            }
            for fact in index.environment_of(site) {
                let Some((value, reference)) = emptied(fact) else { continue };
                if index.non_empty_in_dotenv(&reference.key).is_some() {
                    continue;
                }
                let strict = reporter.is_strict();
                let reader = index.reads_of_site(site).find(|(read_fact, read)| {
                    (read.settings.is_some() || strict && read_fact.key == fact.key)
                        && stops_at_start(index, site, read_fact, read)
                        && index.is_asked_at(site, read)
                        && read.alternatives.is_empty()
                        && (read_fact.key == fact.key
                            || read.folds_case && read_fact.key.folded() == fact.key.folded())
                });
                let Some((reader, read)) = reader else { continue };
                let at = Location::new(fact.file, value.span);
                let places = found.entry((fact.file, &fact.key)).or_default();
                if places.iter().all(|known| known.at != at) {
                    places.push(Emptied { at, reference, reader, read });
                }
            }
        }
        for ((_, key), places) in found {
            let Some(first) = places.first() else { continue };
            let message = format!(
                "`{key}` is required by the code, and compose passes an empty one when it is not set"
            );
            let mut demands: Vec<String> =
                places.iter().map(|place| format!("${{{}:?}}", place.reference.key)).collect();
            demands.dedup();
            let mut finding = reporter.report(message, first.at, "empty when nobody sets it").key(key);
            for other in places.iter().skip(1).take(3) {
                finding = finding.label(other.at, "here as well");
            }
            let fails = first.read.value_type.as_ref().is_some_and(|wanted| wanted.check("").is_err());
            let why = if fails {
                "the code cannot read an empty text as the type it wants, and stops with an error about the value instead of the missing key"
            } else {
                "an empty value passes for a set one, so the service starts and fails later"
            };
            let edits: Option<Vec<_>> = places.iter().map(|place| demand(index, place)).collect();
            finding
                .label(first.reader.at(), "required here")
                .fix_if(edits.and_then(|edits| Fix::unsafe_if_any("let compose demand it", edits)))
                .why(why)
                .help(format!("write {}", enumerate(&demands)));
        }
    }
}

/// A value that is empty when nobody sets its variable.
struct Emptied<'a> {
    at: Location,
    reference: &'a Reference,
    reader: &'a Fact,
    read: &'a Read,
}

/// `${X:-}` becomes `${X:?}`, at the place where it is written.
fn demand(index: &Index, place: &Emptied<'_>) -> Option<Edit> {
    let text = &index.files.get(place.at.file)?.text;
    let behind = text.get(place.reference.span.end as usize..)?;
    let operator = [":-", "-"].into_iter().find(|operator| behind.starts_with(operator))?;
    behind.get(operator.len()..)?.starts_with('}').then(|| {
        let start = place.reference.span.end as usize;
        let at = Location::new(place.at.file, Span::new(start, start + operator.len()));
        Edit { at, replacement: ":?".to_owned() }
    })
}

/// The value and reference of an entry that is nothing but `${X:-}`.
fn emptied(fact: &Fact) -> Option<(&Value, &Reference)> {
    let Role::Provides(provide) = &fact.role else { return None };
    let (Origin::Literal, [reference]) = (&provide.value.origin, provide.value.references.as_slice()) else {
        return None;
    };
    let empties = matches!(&reference.fallback, Fallback::Default { text, .. } if text.is_empty());
    let text = provide.value.text.reveal();
    (empties && text.starts_with("${") && text.ends_with('}')).then_some((&provide.value, reference))
}

/// Variables that a compose file demands with `?`, which lets an empty value pass, and that are a secret, or that
/// the code or the image cannot do without. One finding per file.
fn demanded_but_empty(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, compose) in index.compose_files() {
        if index.is_aside(file) {
            continue;
        }
        let demanded: BTreeSet<&str> = compose
            .services
            .iter()
            .filter_map(|service| service.image.as_ref())
            .flat_map(|image| image_requirements(image))
            .flatten()
            .copied()
            .collect();
        let mut found: BTreeMap<&KeyName, Vec<Location>> = BTreeMap::new();
        for fact in index.facts_in(file) {
            let Role::Provides(provide) = &fact.role else { continue };
            for reference in &provide.value.references {
                let accepts_empty = matches!(reference.fallback, Fallback::Refuse { or_empty: false });
                let matters = || {
                    is_secret_name(&reference.key)
                        || demanded.contains(fact.key.as_str())
                        || index
                            .code_reads_of(&reference.key)
                            .any(|(_, read)| read.need == Need::Required && read.settings.is_some())
                };
                if accepts_empty && matters() {
                    let places = found.entry(&reference.key).or_default();
                    let at = Location::new(file, reference.span);
                    if !places.contains(&at) {
                        places.push(at);
                    }
                }
            }
        }
        // In the order of the file.
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_key(|(_, places)| places.first().copied());
        let names: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
        let Some((key, first)) = found.first().and_then(|(key, places)| Some((*key, *places.first()?)))
        else {
            continue;
        };
        let verb = if names.len() == 1 { "is" } else { "are" };
        let mut finding = reporter
            .report(
                format!("{} {verb} demanded with `?`, which accepts an empty value", enumerate_some(&names)),
                first,
                "passes when it is set to nothing",
            )
            .key(key);
        for (other, places) in found.iter().skip(1).take(5) {
            if let Some(at) = places.first() {
                finding = finding.label(*at, format!("so does `{other}`"));
            }
        }
        finding
            .why("a line `KEY=` in the dotenv, or a secret that a workflow does not have, is an empty value and no missing one")
            .help(format!("write `${{{key}:?}}`, with a colon"));
    }
}
