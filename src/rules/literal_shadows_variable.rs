//! `literal-shadows-variable`

use std::collections::BTreeMap;

use crate::fact::{Fact, Place, Role};
use crate::index::{EnvFileLink, Index};
use crate::key::is_tool_key;
use crate::rule::Reporter;
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports a literal under `environment:` over a key that the service's own `env_file` sets to something else.
    ///
    /// Addresses, paths and ports are left out: in a container they differ from those on the host for a
    /// good reason. So are switches over what an example shows: nobody knows what people make of it.
    ///
    /// ## Why it matters
    ///
    /// `environment:` wins over `env_file:`. Whoever edits the file sees no effect.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: .
    ///     env_file: .env
    ///     environment:
    ///       LOG_FORMAT: text
    /// ```
    ///
    /// `.env`
    /// ```sh
    /// LOG_FORMAT=json
    /// ```
    ///
    /// ```text
    /// warning[literal-shadows-variable]: a literal hides `LOG_FORMAT` of the service's own `env_file`
    /// ```
    ///
    /// ## What to do
    ///
    /// Delete one of the two. Where the file is the project's `.env`, it can decide:
    /// `LOG_FORMAT: ${LOG_FORMAT:-text}`.
    pub struct LiteralShadowsVariable = "literal-shadows-variable", Drift, Warning, by_file;
}

impl LiteralShadowsVariable {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // By the assignment that has no effect: one fault, however many services hide it.
        let mut hidden: BTreeMap<Location, (&Fact, Vec<Location>)> = BTreeMap::new();
        for site in index.sites() {
            if index.is_aside(site.file) {
                continue;
            }
            for fact in index.environment_of(site) {
                let Role::Provides(provide) = &fact.role else { continue };
                let Some(literal) = provide.value.plain() else { continue };
                if is_tool_key(&fact.key) || is_place_in_container(index, fact.file, literal) {
                    continue;
                }
                let below = site.env_files.iter().rev().find_map(|link| {
                    match link {
                        EnvFileLink::File(file) => supplied_in(index, *file, fact),
                        // What an example switches one way for its readers, a compose file may switch the other way.
                        EnvFileLink::Example(file) => supplied_in(index, *file, fact)
                            .map(|(other, differs)| (other, differs && !is_switch(literal))),
                        EnvFileLink::Missing(_) | EnvFileLink::Unseen => None,
                    }
                });
                let Some((other, true)) = below else { continue };
                let (_, places) = hidden.entry(other.at()).or_insert_with(|| (fact, Vec::new()));
                if !places.contains(&fact.at()) {
                    places.push(fact.at());
                }
            }
        }
        over_documented(index, reporter);
        for (other, (fact, places)) in hidden {
            let path = index.files.path(other.file);
            let message = format!("a literal hides `{}` of the service's own `env_file`", fact.key);
            let mut finding = reporter
                .report(message, fact.at(), "this value wins")
                .label(other, "editing this one does nothing")
                .key(&fact.key);
            for place in places.into_iter().filter(|place| *place != fact.at()).take(3) {
                finding = finding.label(place, "and this one, in another service");
            }
            finding
                .why(format!("`environment:` takes precedence over `env_file:`, so {path} has no say"))
                .help("delete the literal, or the line of the `env_file`");
        }
    }
}

/// The assignment of the same key in a dotenv, and whether its value differs.
fn supplied_in<'a>(index: &'a Index, file: FileId, fact: &Fact) -> Option<(&'a Fact, bool)> {
    let Role::Provides(provide) = &fact.role else { return None };
    let literal = provide.value.plain()?;
    index.facts_in(file).filter(|other| other.key == fact.key && other.place == Place::Dotenv).find_map(
        |other| {
            let value = match &other.role {
                Role::Provides(provide) => Some(&provide.value),
                Role::Documents(document) if !document.commented => document.example.as_ref(),
                _ => None,
            }?;
            // An empty or sample value is there to be overridden.
            let differs = value.plain().is_some_and(|text| !text.is_empty() && text != literal)
                && !value.is_placeholder();
            Some((other, differs))
        },
    )
}

fn is_switch(value: &str) -> bool {
    ["true", "false", "yes", "no", "on", "off"].iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// Whether a value is an address, a path or a port, or names a service of its compose file.
fn is_place_in_container(index: &Index, file: FileId, value: &str) -> bool {
    let names_service = index.compose(file).is_some_and(|compose| {
        compose.services.iter().any(|service| {
            value
                .split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_')
                .any(|word| word == service.name.value)
        })
    });
    names_service
        || value.contains("://")
        || value.contains('/')
        || value.contains(':')
        || value.parse::<u64>().is_ok()
        || matches!(
            value,
            "localhost" | "0.0.0.0" | "127.0.0.1" | "host.docker.internal" | "production" | "development"
        )
}

/// Entries that say nothing (`0`, `xxx`) over a key that the project's example leaves for people to fill in, in a
/// service that takes other keys from there.
fn over_documented(index: &Index, reporter: &mut Reporter<'_>) {
    let mut hidden: BTreeMap<Location, (&Fact, Vec<Location>)> = BTreeMap::new();
    for site in index.sites() {
        if index.is_aside(site.file) || index.is_sink(site) || !site.env_files.is_empty() {
            continue;
        }
        let dotenvs = index.project_dotenvs(site.file);
        let is_open = index.environment_of(site).any(|fact| {
            fact.role.forwards()
                && dotenvs.iter().any(|file| index.facts_in(*file).any(|shown| shown.key == fact.key))
        });
        for fact in index.environment_of(site).filter(|_| is_open) {
            let Role::Provides(provide) = &fact.role else { continue };
            if !provide.value.plain().is_some_and(says_nothing) || is_tool_key(&fact.key) {
                continue;
            }
            let shown = dotenvs.iter().flat_map(|file| index.facts_in(*file)).find(|shown| {
                let value = match &shown.role {
                    Role::Provides(provide) => Some(&provide.value),
                    Role::Documents(document) if !document.commented => document.example.as_ref(),
                    _ => None,
                };
                shown.key == fact.key && value.is_some_and(|value| value.is_empty() || value.is_placeholder())
            });
            let Some(shown) = shown else { continue };
            let (_, places) = hidden.entry(shown.at()).or_insert_with(|| (fact, Vec::new()));
            if !places.contains(&fact.at()) {
                places.push(fact.at());
            }
        }
    }
    for (shown, (fact, places)) in hidden {
        let path = index.files.path(shown.file);
        let key = &fact.key;
        let mut finding = reporter
            .report(
                format!("compose fixes `{key}`, which {path} leaves to the user"),
                fact.at(),
                "always this value",
            )
            .label(shown, "setting it here does nothing")
            .key(key);
        for place in places.into_iter().filter(|place| *place != fact.at()).take(3) {
            finding = finding.label(place, "and here, for another service");
        }
        finding
            .why("a literal under `environment:` takes no notice of the `.env` beside the compose file")
            .help(format!("write `{key}: ${{{key}:-}}`"));
    }
}

/// A value that only fills the place of one.
fn says_nothing(text: &str) -> bool {
    matches!(text, "0" | "-" | "none" | "null" | "xxx" | "XXX" | "todo" | "TODO" | "changeme" | "CHANGEME")
}
