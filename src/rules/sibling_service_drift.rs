//! `sibling-service-drift`

use crate::fact::Need;
use crate::index::{BuildLink, Index, Site};
use crate::key::is_tool_key;
use crate::rule::Reporter;
use crate::text::Location;

crate::declare_rule! {
    /// Reports a service that lacks a key which the code it shares with another service requires, and which that one is given.
    ///
    /// ## Why it matters
    ///
    /// An API and its worker run one image. A key that was added for the API is required in the worker
    /// too, because both load the same settings; the worker stops at its next restart.
    ///
    /// ## Example
    ///
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
    /// ## What to do
    ///
    /// Give both the same environment, for instance through a shared `x-environment: &environment`.
    pub struct SiblingServiceDrift = "sibling-service-drift", Drift, Warning;
}

impl SiblingServiceDrift {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for site in index.sites() {
            let Some(listing) = index.compose_service(site).and_then(|service| service.environment) else {
                continue;
            };
            if crate::fact::is_aside(&index.path(site.file)) || index.is_sink(site) {
                continue;
            }
            let given = index.given_to(site);
            if given.is_open {
                continue;
            }
            let name = index.compose_service(site).map_or("", |service| service.name.value.as_str());
            let mut told = std::collections::BTreeSet::new();
            for (fact, read) in index.reads_of_site(site) {
                let demands =
                    read.need == Need::Required && read.settings.is_some() && !is_tool_key(&fact.key);
                let names: Vec<_> = std::iter::once(&fact.key).chain(&read.alternatives).collect();
                if !demands
                    || names.iter().any(|key| given.has(key, read.folds_case))
                    || !told.insert(fact.key.clone())
                {
                    continue;
                }
                let Some((sibling, passed)) = sibling_with(index, site, &names) else { continue };
                let message =
                    format!("`{name}` lacks `{}`, which it requires as much as `{sibling}`", fact.key);
                reporter
                    .report(
                        message,
                        Location::new(site.file, listing),
                        format!("lists the environment of `{name}` without `{}`", fact.key),
                    )
                    .label(passed, format!("`{sibling}` is given it"))
                    .label(fact.at(), "both run this code, which has no default")
                    .key(&fact.key)
                    .why("services that share an image load the same settings")
                    .help(format!("give `{name}` the same `{}`", fact.key));
            }
        }
    }
}

/// A service of the same file that runs the same image and is given one of `names`.
pub(super) fn sibling_with(
    index: &Index,
    site: &Site,
    names: &[&crate::key::KeyName],
) -> Option<(String, Location)> {
    let target = |site: &Site| {
        index.compose_service(site)?.build.as_ref()?.target.as_ref().map(|target| target.value.clone())
    };
    index
        .sites()
        .iter()
        .filter(|other| other.file == site.file && other.position != site.position)
        .filter(|other| {
            matches!(other.build, BuildLink::Dockerfile(_))
                && other.build == site.build
                && target(other) == target(site)
        })
        .find_map(|other| {
            let fact =
                index.environment_of(other).find(|fact| names.iter().any(|name| **name == fact.key))?;
            Some((index.compose_service(other)?.name.value.clone(), fact.at()))
        })
}
