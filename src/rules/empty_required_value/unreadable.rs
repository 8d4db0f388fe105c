//! Keys with a default in the code that compose sets to an empty text, which the code cannot convert.

use std::collections::BTreeMap;

use super::emptied;
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::fact::{Fact, Fallback, Need, Place, Read, Reference};
use crate::index::{Expected, Given, Giver, Index};
use crate::key::KeyName;
use crate::rule::{Reporter, by_fault, enumerate_some, of_several_keys, repair_of_all};
use crate::text::{FileId, Location, Span};

/// Where an empty text is passed, and what cannot read it.
struct Passed<'a> {
    at: Location,
    reference: &'a Reference,
    expected: Expected<'a>,
}

/// What is to be seen where an empty text is passed.
const EMPTY: &str = "an empty text when nobody sets it";

/// A habit of one compose file is one fault; what can be repaired stands by itself.
pub(super) fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let file = |finding: &Diagnostic| {
        let label = finding.primary().filter(|label| label.message == EMPTY)?;
        Some((label.at.file, finding.fix.is_some()))
    };
    by_fault(found, file).into_iter().flat_map(of_one_file).collect()
}

fn of_one_file(group: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some((keys, mut one)) = of_several_keys(&group) else { return group };
    one.message = format!(
        "{} are not read as texts, and compose passes empty ones when they are not set",
        enumerate_some(&keys)
    );
    for other in group.iter().skip(1).take(SHOWN) {
        one.labels.extend(other.labels.iter().take(2).cloned());
    }
    one.help = Some("write the default of the code behind `:-`, or leave the entries out".to_owned());
    one.fix = repair_of_all(&group);
    vec![one]
}

/// So many keys are shown besides the first of several.
const SHOWN: usize = 3;

pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let expectations = index.expectations();
    let mut found: BTreeMap<(FileId, &KeyName), Vec<Passed<'_>>> = BTreeMap::new();
    for fact in index.facts() {
        let Place::Container(service) = &fact.place else { continue };
        let Some((value, reference)) = emptied(fact) else { continue };
        let Fallback::Default { text, .. } = &reference.fallback else { continue };
        if index.is_aside(fact.file) || index.non_empty_in_dotenv(&reference.key).is_some() {
            continue;
        }
        let at = Location::new(fact.file, value.span);
        let by = Giver::Container(service);
        let given = Given { key: &fact.key, text, is_plain: true, at, by, environments: Vec::new() };
        let Some((_, expected)) = expectations.empty_mismatch(&given) else { continue };
        let places = found.entry((fact.file, &fact.key)).or_default();
        // What the code requires is told as such.
        if is_of_settings(&expected) && places.iter().all(|known| known.at != at) {
            places.push(Passed { at, reference, expected });
        }
    }
    for ((_, key), places) in found {
        let Some(first) = places.first() else { continue };
        let message = format!(
            "`{key}` is read as {}, and compose passes an empty text when it is not set",
            first.expected.value_type
        );
        let mut finding = reporter.report(message, first.at, EMPTY).key(key);
        for other in places.iter().skip(1).take(3) {
            finding = finding.label(other.at, "here as well");
        }
        if let Some(at) = first.expected.at {
            finding = finding.label(at, "the default here is for a variable that is not there");
        }
        let default = first.expected.by.and_then(default_of);
        let variable = &first.reference.key;
        let help = match default {
            Some(default) => format!("write `${{{variable}:-{default}}}`, or leave the entry out"),
            None => "leave the entry out, or give it a value that can be read".to_owned(),
        };
        let fix = default.and_then(|default| {
            let edits: Option<Vec<_>> = places.iter().map(|place| filled(index, place, default)).collect();
            Fix::unsafe_if_any("give compose the default of the code", edits?)
        });
        finding
            .fix_if(fix)
            .why("a variable that is set to nothing is set: its reader converts the empty text, fails, and the service does not start")
            .help(help);
    }
}

/// Whether a class or schema reads the key, which has a default there or may be missing.
fn is_of_settings(expected: &Expected<'_>) -> bool {
    let read = expected.by.and_then(Fact::as_read);
    let copes = |read: &Read| matches!(read.need, Need::Default(_) | Need::Optional);
    read.is_some_and(|(_, read)| read.settings.is_some() && copes(read))
}

/// The default of a read, where compose can write it without quotes.
fn default_of(fact: &Fact) -> Option<&str> {
    let (_, read) = fact.as_read()?;
    let Need::Default(value) = &read.need else { return None };
    let is_plain = |text: &&str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
    };
    (!read.is_secret).then(|| value.plain()).flatten().filter(is_plain)
}

/// `${X:-}` becomes `${X:-3}`.
fn filled(index: &Index, place: &Passed<'_>, default: &str) -> Option<Edit> {
    let text = &index.files.get(place.at.file)?.text;
    let start = place.reference.span.end as usize;
    let behind = text.get(start..)?;
    let operator = [":-", "-"].into_iter().find(|operator| behind.starts_with(operator))?;
    behind.get(operator.len()..)?.starts_with('}').then(|| {
        let at = Location::new(place.at.file, Span::new(start, start + operator.len()));
        Edit { at, replacement: format!(":-{default}") }
    })
}
