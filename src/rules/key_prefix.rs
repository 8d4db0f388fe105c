//! `key-prefix`

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::index::Index;
use crate::key::{is_tool_key, public_prefix};
use crate::matrix::{Kind, Service};
use crate::rule::{Finding, Reporter};

declare_rule! {
    /// Reports a key of one service that lacks the prefix which the matrix declares for that service, or that has another service's.
    ///
    /// Only keys that the matrix declares for exactly one service are asked for its prefix; keys of the kind
    /// `platform`, of tools, and those that several services share are left out. A prefix for browsers may
    /// stand before the service's own. Of other keys, those are reported that the code of a service reads, or that
    /// compose lists for a service with a prefix, and that have the prefix of another.
    ///
    /// ## Why it matters
    ///
    /// Services that are set up from one store or one env file are told apart by their prefixes. A key
    /// without one collides with the next service's key of the same name; a key with the wrong one is set
    /// for a service that never reads it.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services:
    ///   billing: { key_prefix: BILLING_ }
    ///   mailer: { key_prefix: MAILER_ }
    /// keys:
    ///   BILLING_API_KEY: { kind: secret, service: billing }
    ///   MAILER_API_KEY: { kind: secret, service: billing }
    /// ```
    ///
    /// ```text
    /// warning[key-prefix]: `MAILER_API_KEY` is a key of `billing` and has the prefix of `mailer`
    /// ```
    ///
    /// ## What to do
    ///
    /// Rename the key wherever it is set and read; `aliases` keeps the older name valid meanwhile. A key that
    /// has a name of its own for a reason goes into the option `allow`.
    pub struct KeyPrefix = "key-prefix", Naming, Warning, needs_matrix;
}

impl KeyPrefix {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let services = &index.matrix.services;
        if services.values().all(|service| service.key_prefix.is_none()) {
            return;
        }
        for spec in index.matrix.keys.values() {
            let ([only], Some(at)) = (spec.services.as_slice(), spec.name.at) else { continue };
            let Some(service) = services.get(&only.value) else { continue };
            let key = &spec.name.value;
            if spec.kind.value == Kind::Platform || is_tool_key(key) || has_prefix(service, key) {
                continue;
            }
            let other = owner(index, service, key);
            let message = match (other, &service.key_prefix) {
                (Some(other), _) => {
                    format!("`{key}` is a key of `{}` and has the prefix of `{}`", only.value, *other.name)
                }
                (None, Some(prefix)) => {
                    format!("`{key}` is a key of `{}` and lacks its prefix `{}`", only.value, prefix.value)
                }
                (None, None) => continue,
            };
            end(reporter.report(message, at, "declared here").key(key), service, other, key);
        }
        let mut told = BTreeSet::new();
        for service in services.values() {
            for (fact, _) in index.reads_of_service(&service.name.value) {
                let key = &fact.key;
                let is_declared = index.matrix.keys.contains_key(key);
                if is_declared || is_tool_key(key) || has_prefix(service, key) || !told.insert(key.clone()) {
                    continue;
                }
                if let Some(other) = owner(index, service, key) {
                    let message = format!(
                        "the code of `{}` reads `{key}`, which has the prefix of `{}`",
                        *service.name, *other.name
                    );
                    end(reporter.report(message, fact.at(), "read here").key(key), service, Some(other), key);
                }
            }
        }
        // What is listed for a service that has a prefix of its own.
        for service in services.values().filter(|service| service.key_prefix.is_some()) {
            for fact in index.sites_of(&service.name.value).flat_map(|site| index.environment_of(site)) {
                let key = &fact.key;
                let is_declared = index.matrix.keys.contains_key(key);
                if is_declared || is_tool_key(key) || has_prefix(service, key) || told.contains(key) {
                    continue;
                }
                if let Some(other) = owner(index, service, key)
                    && !is_given(index, other, key)
                    && told.insert(key.clone())
                {
                    let message = format!(
                        "`{}` is given `{key}`, which has the prefix of `{}`",
                        *service.name, *other.name
                    );
                    end(
                        reporter.report(message, fact.at(), "given here").key(key),
                        service,
                        Some(other),
                        key,
                    );
                }
            }
        }
    }
}

fn has_prefix(service: &Service, key: &str) -> bool {
    let Some(prefix) = &service.key_prefix else { return false };
    let bare = public_prefix(key)
        .or(service.public_prefix.as_ref().map(|prefix| prefix.value.as_str()))
        .and_then(|public| key.strip_prefix(public))
        .unwrap_or(key);
    key.starts_with(prefix.value.as_str()) || bare.starts_with(prefix.value.as_str())
}

/// Whether a compose file gives the key to the service as well, so that both share it.
fn is_given(index: &Index, service: &Service, key: &str) -> bool {
    index.sites_of(&service.name.value).any(|site| index.given_to(site).keys.contains(key))
}

/// The other service whose prefix a key has.
fn owner<'a>(index: &'a Index, own: &Service, key: &str) -> Option<&'a Service> {
    let mut others = index.matrix.services.values().filter(|other| other.name.value != own.name.value);
    others.find(|other| has_prefix(other, key))
}

fn end(mut finding: Finding<'_>, service: &Service, other: Option<&Service>, key: &str) {
    let prefix = |service: &Service| service.key_prefix.as_ref().and_then(|prefix| prefix.at);
    if let Some(at) = prefix(service) {
        finding = finding.label(at, format!("the prefix of `{}`", *service.name));
    }
    if let Some((other, at)) = other.and_then(|other| Some((other, prefix(other)?))) {
        finding = finding.label(at, format!("the prefix of `{}`", *other.name));
    }
    let theirs = other.and_then(|other| other.key_prefix.as_ref()).map_or("", |prefix| prefix.value.as_str());
    let bare = key.strip_prefix(theirs).unwrap_or(key);
    let help = match &service.key_prefix {
        Some(own) => format!("call it `{}{bare}` wherever it is set and read", own.value),
        None => format!("give it a name without `{theirs}`, or declare who else it belongs to"),
    };
    finding.why("services that share a store or an env file are told apart by their prefixes").help(help);
}
