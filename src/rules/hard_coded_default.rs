//! `hard-coded-default`

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{ComposeFile, Need, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key};
use crate::rule::{Reporter, enumerate};
use crate::syntax::interpolation::scan;
use crate::text::{FileId, Location, Span};

crate::declare_rule! {
    /// Reports a compose service that spells out the defaults of variables which other services of the file take from outside.
    ///
    /// One equal word may be chance. The rule speaks where the defaults of two or more variables stand as words
    /// in one `command:` or `entrypoint:`, or under `environment:` of one service, and counts only defaults
    /// that are not common words or names of services.
    ///
    /// ## Why it matters
    ///
    /// It works until somebody sets one of the variables. Then one service follows it and the other does not:
    /// the application looks into a bucket that nobody creates, with a password that the server does not have.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   storage-init:
    ///     image: minio/mc
    ///     entrypoint: sh -c "mc alias set s http://storage:9000 shop shop1234; mc mb s/receipts"
    ///   api:
    ///     build: .
    ///     environment:
    ///       S3_SECRET_KEY: ${S3_SECRET_KEY:-shop1234}
    ///       S3_BUCKET: ${S3_BUCKET:-receipts}
    /// ```
    ///
    /// ```text
    /// warning[hard-coded-default]: `storage-init` spells out the defaults of `S3_BUCKET` and `S3_SECRET_KEY` in its command
    /// ```
    ///
    /// ## What to do
    ///
    /// Take the same variables there: `mc mb s/${S3_BUCKET:-receipts}`.
    pub struct HardCodedDefault = "hard-coded-default", Drift, Warning, by_file;
}

/// So many variables must coincide.
const ENOUGH: usize = 2;

/// Shorter defaults are words like any other.
const SHORTEST: usize = 6;

/// A default of the file: the variable, and where the default stands.
type Defaults<'a> = BTreeMap<&'a str, (&'a KeyName, Location)>;

impl HardCodedDefault {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, compose) in index.compose_files() {
            if index.is_aside(file) {
                continue;
            }
            let defaults = distinctive_defaults(index, file, compose);
            if defaults.len() < ENOUGH {
                continue;
            }
            for service in &compose.services {
                for command in &service.commands {
                    let text = without_variables(&command.value);
                    let found: Vec<_> = defaults
                        .iter()
                        .filter(|(default, _)| words(&text).any(|word| word == **default))
                        .map(|(_, found)| *found)
                        .collect();
                    let at = Location::new(file, command.span);
                    speak(reporter, &service.name.value, "its command", at, &found);
                }
                let mut found = Vec::new();
                let mut first: Option<Span> = None;
                for fact in index.facts_in(file) {
                    let is_own =
                        matches!(&fact.place, Place::Container(owner) if *owner == service.name.value);
                    let Role::Provides(provide) = &fact.role else { continue };
                    let Some(text) = provide.value.plain().filter(|_| is_own) else { continue };
                    if let Some(default) = defaults.get(text) {
                        first = first.or(Some(provide.value.span));
                        found.push(*default);
                    }
                }
                if let Some(first) = first {
                    let at = Location::new(file, first);
                    speak(reporter, &service.name.value, "its environment", at, &found);
                }
            }
        }
    }
}

fn speak(
    reporter: &mut Reporter<'_>,
    service: &str,
    place: &str,
    at: Location,
    found: &[(&KeyName, Location)],
) {
    let keys: BTreeSet<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    if keys.len() < ENOUGH {
        return;
    }
    let names: Vec<&str> = keys.into_iter().collect();
    let message = format!("`{service}` spells out the defaults of {} in {place}", enumerate(&names));
    let mut finding = reporter.report(message, at, "the same values, written out");
    for (key, default) in found.iter().take(3) {
        finding = finding.label(*default, format!("the default of `{key}`"));
    }
    if let Some((key, _)) = found.first() {
        finding = finding.key(key);
    }
    let taken: Vec<String> = names.iter().map(|name| format!("${{{name}:-...}}")).collect();
    finding
        .why("when somebody sets one of these variables, this service does not follow")
        .help(format!("take {} here too", enumerate(&taken)));
}

/// The defaults of a compose file's variables that hardly occur twice by chance. A default that two
/// variables share tells nothing.
fn distinctive_defaults<'a>(index: &'a Index, file: FileId, compose: &ComposeFile) -> Defaults<'a> {
    let mut defaults: Defaults<'a> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for fact in index.interpolations(file) {
        let Role::Reads(read) = &fact.role else { continue };
        let Need::Default(value) = &read.need else { continue };
        let Some(text) = value.plain() else { continue };
        if is_tool_key(&fact.key) || !is_distinctive(text, compose) {
            continue;
        }
        let at = Location::new(file, if value.span.is_empty() { fact.span } else { value.span });
        if defaults.insert(text, (&fact.key, at)).is_some_and(|(other, _)| *other != fact.key) {
            shared.insert(text);
        }
    }
    defaults.retain(|text, _| !shared.contains(text));
    defaults
}

/// Words that many projects choose.
const COMMON: &[&str] = &[
    "postgres",
    "postgresql",
    "password",
    "production",
    "development",
    "default",
    "localhost",
    "changeme",
    "disable",
    "disabled",
    "enabled",
    "always",
    "latest",
    "stable",
    "example",
    "public",
    "private",
    "internal",
    "unless-stopped",
    "on-failure",
    "us-east-1",
    "database",
    "warning",
    "username",
];

fn is_distinctive(text: &str, compose: &ComposeFile) -> bool {
    let is_word = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let lower = text.to_ascii_lowercase();
    let is_named = compose.services.iter().any(|service| {
        *service.name == lower
            || service.image.as_ref().is_some_and(|image| image.to_ascii_lowercase().contains(&lower))
    });
    text.len() >= SHORTEST
        && is_word
        && text.bytes().any(|b| b.is_ascii_alphabetic())
        && !COMMON.contains(&lower.as_str())
        && !is_named
}

/// A text with its interpolations blanked out.
fn without_variables(text: &str) -> String {
    let mut left = String::new();
    let mut behind = 0;
    for variable in scan(text).variables.iter().filter(|variable| variable.depth == 0) {
        left.push_str(text.get(behind..variable.whole.start).unwrap_or(""));
        left.push(' ');
        behind = variable.whole.end;
    }
    left.push_str(text.get(behind..).unwrap_or(""));
    left
}

/// The words of a command, also those inside paths and quotes.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
}
