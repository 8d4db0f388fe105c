//! `foreign-environment`

mod suffix;

use std::collections::BTreeMap;

use crate::fact::{Need, Phase, Place, Role, is_tool};
use crate::index::{HeldText, Index};
use crate::key::{KeyName, segments};
use crate::matrix::{Environment, Tier};
use crate::rule::{Finding, OptionKind, OptionSpec, Reporter, enumerate};
use crate::text::Location;
use crate::value_type::url::Url;

crate::declare_rule! {
    /// Reports an address in one deployed environment that names the host of another.
    ///
    /// A default of the code, or one that compose falls back to, counts for every environment; if its host says
    /// that it is a staging system, it is foreign to all others.
    ///
    /// The other hosts are those of the environments' `url` in the matrix, and to production those whose names say that
    /// they are of a system before it (`app-staging.example.com`). Lists of addresses (allowed origins)
    /// are left out, so are keys that name the other environment, and previews that use staging.
    ///
    /// A container whose name ends in what tells environments apart (`db${ENV_SUFFIX}`) is looked for in compose files
    /// and templates: where more files write the suffix than leave it out, those that leave it out are reported. So is
    /// an address that gives such an ending to the name of a service, which has none.
    ///
    /// ## Why it matters
    ///
    /// Production sends its mails with links to staging, or staging writes into production.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { web: {} }
    /// keys: { APP_URL: { service: web } }
    /// environments:
    ///   staging: { url: "https://app-staging.example.com" }
    ///   production:
    ///     url: https://app.example.com
    ///     values: { APP_URL: "https://app-staging.example.com" }
    /// ```
    ///
    /// ```text
    /// warning[foreign-environment]: `APP_URL` of `production` names the host of `staging`
    /// ```
    ///
    /// ## What to do
    ///
    /// Give the environment its own address.
    pub struct ForeignEnvironment = "foreign-environment", Value, Warning, by_file { options: [SHARED_HOSTS] } + in_environments;
}

const SHARED_HOSTS: OptionSpec = OptionSpec {
    name: "shared_hosts",
    kind: OptionKind::Patterns,
    about: "Hosts that several environments use on purpose.",
};

impl ForeignEnvironment {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        in_defaults(index, reporter);
        suffix::endings_of_services(index, reporter);
    }
}

/// What the declared environments are given, and containers whose names tell them apart.
fn in_environments(index: &Index, reporter: &mut Reporter<'_>) {
    suffix::ask(index, reporter);
    let hosts: Vec<(&Environment, &str)> = index
        .matrix
        .environments
        .iter()
        .filter(|environment| environment.is_deployed())
        .filter_map(|environment| Some((environment, host_of(environment)?)))
        .collect();
    for held in index.held_texts(Environment::is_deployed) {
        let Some(named) = host_in(held.text.reveal()) else { continue };
        if reporter.options().matches(&SHARED_HOSTS, named) {
            continue;
        }
        let key = held.key();
        // A text may serve several environments: those that it is foreign to, by whose host it names.
        let mut foreign: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        let mut says_otherwise: Vec<String> = Vec::new();
        for environment in &held.environments {
            let is_own = hosts
                .iter()
                .any(|(own, host)| own.name == environment.name && host.eq_ignore_ascii_case(named));
            let other = hosts.iter().position(|(_, host)| host.eq_ignore_ascii_case(named));
            let Some((position, (other, _))) =
                other.filter(|_| !is_own).and_then(|at| Some((at, hosts.get(at)?)))
            else {
                if !is_own && environment.tier.value == Tier::Production {
                    says_otherwise.push(environment.name.value.clone());
                }
                continue;
            };
            let uses_staging = environment.tier.value == Tier::Preview && other.tier.value <= Tier::Staging;
            if !uses_staging && !names_environment(key, other) {
                foreign.entry(position).or_default().push(environment.name.value.clone());
            }
        }
        for (position, environments) in foreign {
            let Some((other, _)) = hosts.get(position) else { continue };
            let finding = tell(reporter, &held, environments, &format!("the host of `{}`", *other.name));
            if let Some(url) = other.url.as_ref().and_then(|url| url.at) {
                finding.label(url, format!("the address of `{}`", *other.name));
            }
        }
        if let Some(word) = word_of_environment(named).filter(|word| *word != "preview")
            && !says_otherwise.is_empty()
            && !says_so(key)
        {
            tell(reporter, &held, says_otherwise, &format!("a host of `{word}`"));
        }
    }
}

/// Begins to tell of a text that names a host of another environment.
fn tell<'r>(
    reporter: &'r mut Reporter<'_>,
    held: &HeldText<'_>,
    environments: Vec<String>,
    host: &str,
) -> Finding<'r> {
    let (key, names) = (held.key(), enumerate(&environments));
    reporter
        .report(format!("`{key}` of {names} names {host}"), held.at, format!("supplied to {names}"))
        .key(key)
        .environments(environments)
        .why("what one environment does would reach the other")
        .help(format!("give {names} an address of its own"))
}

/// Whether a name says itself that it is about a system before production.
fn says_so(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    small.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| BEFORE_PRODUCTION.contains(&part))
}

/// The host of an environment's address; none where a part of it is to be filled in.
fn host_of(environment: &Environment) -> Option<&str> {
    let host = host_in(&environment.url.as_ref()?.value)?;
    (host.contains('.') && !host.contains(['{', '$', '<', '*'])).then_some(host)
}

/// The host of a single address, with or without scheme and port.
fn host_in(text: &str) -> Option<&str> {
    let text = text.trim();
    if text.contains([',', ';', ' ', '[', '|']) {
        return None;
    }
    match Url::parse(text) {
        Some(url) => Some(url.host),
        None => text.split([':', '/']).next(),
    }
    .filter(|host| !host.is_empty())
}

/// Whether the key says itself that it is about this environment: `STAGING_URL`, `PROD_API_HOST`.
fn names_environment(key: &str, environment: &Environment) -> bool {
    let upper = key.to_ascii_uppercase();
    let name = environment.name.to_ascii_uppercase();
    let tier = environment.tier.value.word().to_ascii_uppercase();
    let short = tier.get(..4).unwrap_or(&tier);
    segments(&upper).any(|part| part == name || part == tier || part == short)
}

/// Words by which host names say that they belong to a system before production.
const BEFORE_PRODUCTION: &[&str] = &["staging", "stage", "stg", "preprod", "uat", "preview"];

/// Defaults that name the host of one environment and apply to all of them.
fn in_defaults(index: &Index, reporter: &mut Reporter<'_>) {
    let mut found: BTreeMap<(&KeyName, String), Vec<Location>> = BTreeMap::new();
    for fact in index.facts() {
        let Role::Reads(read) = &fact.role else { continue };
        let Need::Default(value) = &read.need else { continue };
        let speaks = matches!(fact.place, Place::Process | Place::Interpolation) && fact.phase == Phase::Run;
        if !speaks || index.is_aside(fact.file) {
            continue;
        }
        let Some(word) = value.plain().and_then(host_in).and_then(word_of_environment) else { continue };
        let path = index.path(fact.file);
        if is_tool(&path) || says_so(&fact.key) || says_so(path.within_root()) || value.span.is_empty() {
            continue;
        }
        let places = found.entry((&fact.key, word.to_owned())).or_default();
        places.push(Location::new(fact.file, value.span));
    }
    for ((key, word), places) in found {
        let Some(first) = places.first() else { continue };
        let mut finding = reporter
            .report(
                format!("the default of `{key}` names a host of `{word}`, and applies everywhere"),
                *first,
                "taken wherever nobody sets the key",
            )
            .key(key);
        for other in places.iter().skip(1).filter(|other| *other != first).take(2) {
            finding = finding.label(*other, "here as well");
        }
        finding
            .why("a developer's machine, CI and production without a value of their own reach that system")
            .help("have no default, or one that is harmless everywhere");
    }
}

/// The word for an environment that a public host name holds.
fn word_of_environment(host: &str) -> Option<&str> {
    let is_public = host.contains('.') && !host.contains(['{', '$', '<', '*']) && !host.ends_with(".example");
    let is_sample = host.contains("example.");
    host.split(['.', '-', '_']).find(|part| is_public && !is_sample && BEFORE_PRODUCTION.contains(part))
}
