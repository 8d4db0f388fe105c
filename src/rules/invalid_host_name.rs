//! `invalid-host-name`

use std::collections::BTreeMap;

use crate::fact::{Fact, Need, Role};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::secret::is_placeholder;
use crate::text::Location;
use crate::value_type::url::Url;

crate::declare_rule! {
    /// Reports an underscore in the host of an `http:` or `ws:` address.
    ///
    /// Only names inside a network of containers are judged. Names in an example file count where a compose
    /// file of the tree has such a service.
    ///
    /// ## Why it matters
    ///
    /// Docker's name service resolves such names, but RFC 952 and RFC 1123 do not allow them, and many
    /// programs on the way refuse them: Java's `URI` has no host, Django answers 400. It works until such
    /// a program joins in.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     build: .
    ///     environment:
    ///       API_URL: http://shop_backend:8000
    ///   shop_backend:
    ///     build: api
    /// ```
    ///
    /// ```text
    /// warning[invalid-host-name]: the host of `API_URL` has an underscore: `shop_backend`
    /// ```
    ///
    /// ## What to do
    ///
    /// Reach the service under a name with hyphens: its compose service name, or a network alias.
    pub struct InvalidHostName = "invalid-host-name", Naming, Warning, by_file;
}

/// Where a host is named: the keys, with the places of their values.
type Uses<'a> = Vec<(&'a KeyName, Location)>;

impl InvalidHostName {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // One host is one fault, however many addresses name it.
        let mut found: BTreeMap<&str, Uses<'_>> = BTreeMap::new();
        for fact in index.facts().filter(|fact| !index.is_aside(fact.file)) {
            let is_shown = matches!(fact.role, Role::Documents(_));
            for (host, at) in hosts(fact) {
                if !is_shown || index.named_service(host).is_some() {
                    found.entry(host).or_default().push((&fact.key, at));
                }
            }
        }
        for environment in &index.matrix.environments {
            for (key, said) in &environment.values {
                if let (Some(host), Some(at)) = (bad_host(said.reveal()), said.at) {
                    found.entry(host).or_default().push((key, at));
                }
            }
        }
        for (host, uses) in found {
            let Some(&(key, at)) = uses.first() else { continue };
            let message = format!("the host of `{key}` has an underscore: `{host}`");
            let mut finding = reporter.report(message, at, "not a valid host name").key(key);
            if let Some(named) = index.named_service(host) {
                finding = finding.label(named, "called so here");
            }
            if let Some((other, at)) = uses.iter().find(|(_, other)| *other != at) {
                finding = finding.label(*at, format!("`{other}` names it too"));
            }
            finding
                .why("RFC 1123 allows letters, digits and hyphens; many HTTP programs refuse anything else")
                .help(format!(
                    "reach it as `{}`: rename the service, or give it a network alias",
                    host.replace('_', "-")
                ));
        }
    }
}

/// The hosts with an underscore that a fact's value names, with the places of the addresses.
fn hosts(fact: &Fact) -> Vec<(&str, Location)> {
    let value = match &fact.role {
        Role::Provides(provide) => Some(&provide.value),
        Role::Documents(document) if !document.commented => document.example.as_ref(),
        Role::Reads(read) => match &read.need {
            Need::Default(value) => Some(value),
            _ => None,
        },
        Role::Documents(_) | Role::Observed => None,
    };
    let texts = value.into_iter().flat_map(|value| value.texts());
    texts
        .filter_map(|(text, span)| Some((bad_host(text.reveal())?, Location::new(fact.file, span))))
        .collect()
}

/// The host of a web address, if it is a name inside a network and has an underscore. Public names, which
/// have dots, and names that are to be filled in are none.
fn bad_host(text: &str) -> Option<&str> {
    if !text.contains('_') {
        return None;
    }
    let url = Url::parse(text)?;
    // What a variable adds to a name does not mend what stands before it.
    let host = url.host.split('$').next().unwrap_or(url.host);
    let is_web = matches!(url.scheme, "http" | "https" | "ws" | "wss");
    let is_name = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !is_web || !is_name || !host.contains('_') {
        return None;
    }
    let is_filled_in = !host.bytes().any(|byte| byte.is_ascii_lowercase())
        || is_placeholder(host)
        || host.split('_').any(|part| matches!(part, "your" | "example" | "host" | "hostname" | "domain"));
    (!is_filled_in).then_some(host)
}
