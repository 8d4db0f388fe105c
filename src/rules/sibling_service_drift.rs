//! `sibling-service-drift`

use std::collections::{BTreeMap, BTreeSet};

use super::key_not_forwarded::stops_at_start;
use crate::diagnostic::Fix;
use crate::fact::{Fact, Origin, Place, Role};
use crate::index::{BuildLink, Index, Site};
use crate::key::{KeyName, is_tool_key};
use crate::rule::repair::add_variable;
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports a service that lacks a key which the code it shares with another service requires, and which that one is given.
    ///
    /// Under `--strict` it also counts what is read outside of classes of settings, where the start of the program surely comes to it.
    ///
    /// ## Why it matters
    ///
    /// An API and its worker run one image. A key that was added for the API is required in the worker
    /// too, because both load the same settings; the worker stops at its next restart.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: .
    ///     environment: { SIGNING_KEY: "${SIGNING_KEY:?}" }
    ///   worker:
    ///     build: .
    ///     environment: { QUEUE: default }
    /// ```
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM python:3.13
    /// COPY . .
    /// CMD ["python", "app.py"]
    /// ```
    ///
    /// `app.py`
    /// ```python
    /// import os
    /// KEY = os.environ["SIGNING_KEY"]
    /// ```
    ///
    /// ```text
    /// warning[sibling-service-drift]: `worker` lacks `SIGNING_KEY`, which it requires as much as `api`
    /// ```
    ///
    /// ## What to do
    ///
    /// Give both the same environment, for instance through a shared `x-environment: &environment`.
    pub struct SiblingServiceDrift = "sibling-service-drift", Drift, Warning, partly_strict, fixes, by_file;
}

/// Services that lack a key.
struct Lack<'a> {
    read: &'a Fact,
    sibling: String,
    passed: Location,
    /// Their names, and where they list their environment.
    services: Vec<(String, Location)>,
}

impl SiblingServiceDrift {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<(FileId, KeyName, String), Lack<'_>> = BTreeMap::new();
        for site in index.sites() {
            let Some(service) = index.compose_service(site) else { continue };
            let Some(listing) = service.environment else { continue };
            if index.is_aside(site.file) || index.is_sink(site) {
                continue;
            }
            let given = index.given_to(site);
            if given.is_open {
                continue;
            }
            let program = index.program_of(site, &given);
            let mut told = BTreeSet::new();
            for (fact, read) in index.reads_of_site(site) {
                let demands = (read.settings.is_some() || reporter.is_strict())
                    && stops_at_start(index, site, fact, read)
                    && !is_tool_key(&fact.key)
                    && index.is_asked_at(site, read)
                    && index.is_asked_of_others(fact);
                let names: Vec<_> = std::iter::once(&fact.key).chain(&read.alternatives).collect();
                if !demands
                    || names.iter().any(|key| given.has(key, read.folds_case))
                    || names.iter().any(|key| index.is_rendered_for(site.file, key))
                    || !told.insert(fact.key.clone())
                {
                    continue;
                }
                let Some((sibling, passed)) = sibling_with(index, site, &names) else { continue };
                if !program.surely_comes_to(fact, read) || names.iter().any(|name| program.may_be_given(name))
                {
                    continue;
                }
                let name = service.name.value.clone();
                found
                    .entry((site.file, fact.key.clone(), sibling.clone()))
                    .or_insert_with(|| Lack { read: fact, sibling, passed, services: Vec::new() })
                    .services
                    .push((name, Location::new(site.file, listing)));
            }
        }
        for ((_, key, _), lack) in found {
            speak(index, reporter, &key, &lack);
        }
    }
}

fn speak(index: &Index, reporter: &mut Reporter<'_>, key: &KeyName, lack: &Lack<'_>) {
    let Some((first, listing)) = lack.services.first() else { return };
    let names: Vec<&str> = lack.services.iter().map(|(name, _)| name.as_str()).collect();
    let (verb, pronoun) = if names.len() == 1 { ("lacks", "it requires") } else { ("lack", "they require") };
    let services = enumerate(&names);
    let message = format!("{services} {verb} `{key}`, which {pronoun} as much as `{}`", lack.sibling);
    let label = format!("lists the environment of `{first}` without `{key}`");
    let mut finding = reporter.report(message, *listing, label).key(key);
    for (name, listing) in lack.services.iter().skip(1).take(3) {
        finding = finding.label(*listing, format!("and that of `{name}`"));
    }
    finding
        .fix_if(same_for_all(index, key, lack))
        .label(lack.passed, format!("`{}` is given it", lack.sibling))
        .label(lack.read.at(), "all of them run this code, which has no default")
        .why("services that share an image load the same settings, and stop without this one")
        .help(format!("give {services} the same `{key}`"));
}

/// Gives the services the key with the value that their sibling has.
fn same_for_all(index: &Index, key: &KeyName, lack: &Lack<'_>) -> Option<Fix> {
    let given = index.facts_in(lack.passed.file).find(|fact| {
        fact.at() == lack.passed && matches!(fact.place, Place::Container(_)) && fact.key == *key
    })?;
    let Role::Provides(provide) = &given.role else { return None };
    let value = match provide.value.origin {
        Origin::Literal => provide.value.text.reveal().to_owned(),
        // The code requires it, so compose may as well.
        Origin::Host => format!("${{{key}:?}}"),
        Origin::Vault(_) | Origin::Unknown => return None,
    };
    let edits: Option<Vec<_>> =
        lack.services.iter().map(|(_, listing)| add_variable(index, *listing, key, value.as_str())).collect();
    Fix::unsafe_if_any(format!("pass `{key}` on as `{}` has it", lack.sibling), edits?)
}

/// A service of the same file that runs the same image and is given one of `names`.
pub(super) fn sibling_with(index: &Index, site: &Site, names: &[&KeyName]) -> Option<(String, Location)> {
    index
        .sites_in(site.file)
        .iter()
        .filter(|other| other.position != site.position)
        .filter(|other| {
            matches!(other.build, BuildLink::Dockerfile(_))
                && other.build == site.build
                && other.target == site.target
        })
        .find_map(|other| {
            let fact =
                index.environment_of(other).find(|fact| names.iter().any(|name| **name == fact.key))?;
            Some((index.compose_service(other)?.name.value.clone(), fact.at()))
        })
}
