//! `key-not-forwarded`

use std::collections::BTreeMap;

use super::sibling_service_drift::sibling_with;
use crate::fact::is_tool;
use crate::fact::{Fact, Need, Read};
use crate::index::{Index, Site};
use crate::key::{KeyName, is_tool_key};
use crate::rule::Reporter;
use crate::text::Location;

crate::declare_rule! {
    /// Reports a key that the code of a service requires and that its compose service, which lists its environment, leaves out.
    ///
    /// The rule speaks only where it sees everything the container is given: no `env_file` outside
    /// the tree, no command that sources a file, no image `ENV`, no override that adds the key.
    ///
    /// ## Why it matters
    ///
    /// The key may well stand in `.env`, but a container sees only what `environment:` passes on. The
    /// service does not start, or takes its default, however often the `.env` is corrected.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// services:
    ///   api:
    ///     build: ./api
    ///     environment:
    ///       LOG_LEVEL: info
    /// ```
    ///
    /// ```python
    /// class Settings(BaseSettings):    # api/config.py
    ///     log_level: str
    ///     signing_key: str             # never reaches the container
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass the key on: `SIGNING_KEY: ${SIGNING_KEY:?}`.
    pub struct KeyNotForwarded = "key-not-forwarded", Missing, Warning;
}

impl KeyNotForwarded {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<(KeyName, Location), Vec<(&Site, Location)>> = BTreeMap::new();
        for site in index.sites() {
            let Some(listing) = index.compose_service(site).and_then(|service| service.environment) else {
                continue;
            };
            if index.is_sink(site) || crate::fact::is_aside(&index.path(site.file)) {
                continue;
            }
            let given = index.given_to(site);
            if given.is_open {
                continue;
            }
            for (fact, read) in index.reads_of_site(site).filter(|(fact, read)| demands(index, fact, read)) {
                let names = std::iter::once(&fact.key).chain(&read.alternatives);
                if names.clone().any(|name| given.has(name, read.folds_case)) {
                    continue;
                }
                // A sibling that has the key makes it `sibling-service-drift`.
                if sibling_with(index, site, &names.collect::<Vec<_>>()).is_some() {
                    continue;
                }
                found
                    .entry((fact.key.clone(), fact.at()))
                    .or_default()
                    .push((site, Location::new(site.file, listing)));
            }
        }
        let mut told = std::collections::BTreeSet::new();
        for ((key, read), places) in found {
            // Several reads of one key are one fault.
            if !told.insert(key.clone()) {
                continue;
            }
            let Some((site, listing)) = places.first() else { continue };
            let name = index.compose_service(site).map_or("", |service| service.name.value.as_str());
            let message = format!("`{name}` requires `{key}`, and compose does not pass it on");
            let mut finding = reporter.report(
                message,
                *listing,
                format!("lists the environment of `{name}` without `{key}`"),
            );
            for (other, listing) in places.iter().skip(1).take(3) {
                let name = index.compose_service(other).map_or("", |service| service.name.value.as_str());
                finding = finding.label(*listing, format!("so does `{name}`"));
            }
            finding
                .label(read, "read here, with no default")
                .key(&key)
                .why("a container sees only what `environment:` and `env_file:` give it")
                .help(format!("add `{key}: ${{{key}:?}}` to `environment:`"));
        }
    }
}

/// Whether the service cannot start without this read: a field of a settings class, in application code.
fn demands(index: &Index, fact: &Fact, read: &Read) -> bool {
    read.need == Need::Required
        && read.settings.is_some()
        && !is_tool_key(&fact.key)
        && !is_tool(&index.path(fact.file))
}
