//! `empty-required-value`

use std::collections::BTreeMap;

use crate::fact::{Fact, Fallback, Need, Origin, Read, Reference, Role, Value, is_aside};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports a key that the code requires and that compose fills with an empty text when it is not set.
    ///
    /// ## Why it matters
    ///
    /// `${X:-}` silences compose, and the code's own check for a missing key passes as well, because the
    /// key is there: empty. The service starts and fails later, at the first use.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// services:
    ///   api:
    ///     build: ./api
    ///     environment:
    ///       SIGNING_KEY: ${SIGNING_KEY:-}
    /// ```
    ///
    /// ```python
    /// class Settings(BaseSettings):
    ///     signing_key: str
    /// ```
    ///
    /// ## What to do
    ///
    /// Let compose demand it: `${SIGNING_KEY:?}`. (`${SIGNING_KEY?}` accepts an empty one.)
    pub struct EmptyRequiredValue = "empty-required-value", Missing, Warning, by_file;
}

impl EmptyRequiredValue {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<(FileId, &KeyName), Vec<Emptied<'_>>> = BTreeMap::new();
        for site in index.sites() {
            if index.is_sink(site) || is_aside(&index.path(site.file)) {
                continue;
            }
            for fact in index.environment_of(site) {
                let Some((value, reference)) = emptied(fact) else { continue };
                if index.non_empty_in_dotenv(&reference.key).is_some() {
                    continue;
                }
                let reader = index.reads_of_site(site).find(|(read_fact, read)| {
                    read.need == Need::Required
                        && read.settings.is_some()
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
            finding
                .label(first.reader.at(), "required here")
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
