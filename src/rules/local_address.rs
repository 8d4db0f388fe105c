//! `local-address`

mod deployed_job;
mod job;
mod runner;
mod server;

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{ComposeService, Fact, PublishedPort, Role, Value};
use crate::index::{EnvFileLink, Index, Site};
use crate::key::{KeyName, is_tool_key, segments};
use crate::matrix::Environment;
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};
use crate::value_type::url::Url;

use server::{SERVERS, looked_for, names_host_of};

crate::declare_rule! {
    /// Reports `localhost` where it cannot be meant: supplying a deployed environment, or between containers of one compose file.
    ///
    /// In the jobs of a workflow both ways: a job in a `container:` finds its service containers by their names and not
    /// at `localhost`, a job on the machine itself at `localhost` and not by their names.
    ///
    /// A job that deploys to staging or production with compose is asked, too, for what it leaves to the `.env` in the tree,
    /// where it sets three or more of the other variables that the compose files take.
    ///
    /// Dotenv files and their examples count where a container is given them (`env_file:`, or the folder is
    /// mounted into it) and another line of what it is given names a server by its service: then they are meant for
    /// containers. Servers of files that are included, or that the compose file adds to, count as well, and connection
    /// strings (`Host=localhost;Database=app`) and `localhost:6379` where the key says whose address it is.
    /// `http://localhost:9200` counts between the containers of a project that runs a server which programs alone ask there
    /// (Elasticsearch, ClickHouse, a collector of OpenTelemetry), unless the key is one for browsers.
    ///
    /// Images that run tests against a server beside them (Cypress, Playwright, k6) do not find it at a port that only
    /// the server's own container publishes.
    ///
    /// A port that the server publishes and does not listen on is one for programs on the host: an example that has it is
    /// left out, and elsewhere the advice names the port that answers.
    ///
    /// Addresses to listen on, health checks, keys of tools and of what runs beside a program (agents,
    /// proxies), lists of allowed origins, and services that share a network with the host are left out.
    ///
    /// ## Why it matters
    ///
    /// Inside a container `localhost` is the container itself. The address works on a developer's
    /// machine and nowhere else.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: .
    ///     environment:
    ///       DATABASE_URL: postgres://app@localhost:5432/app
    ///   db:
    ///     image: postgres:16
    /// ```
    ///
    /// ```text
    /// error[local-address]: `DATABASE_URL` looks for `db` in the container of `api`
    /// ```
    ///
    /// ## What to do
    ///
    /// Name the service (`db:5432`), or the host that the environment has.
    pub struct LocalAddress = "local-address", Value, Error, by_file + deployed_job::ask;
}

impl LocalAddress {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // Keys and values that were told of.
        let mut told = BTreeSet::new();
        between_containers(index, reporter, &mut told);
        in_dotenvs(index, reporter, &mut told);
        in_deployed(index, reporter, &told);
        job::ask(index, reporter);
        runner::ask(index, reporter);
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1")
}

fn in_deployed(index: &Index, reporter: &mut Reporter<'_>, told: &BTreeSet<Location>) {
    for held in index.held_texts(Environment::is_deployed) {
        let text = held.text.reveal();
        let key = held.key();
        if !leads_here(key, text) || told.contains(&held.at) {
            continue;
        }
        let shares_network = held
            .uses
            .iter()
            .any(|(_, service)| index.sites_of(service).any(|site| index.has_shared_network(site.file)));
        if shares_network {
            continue;
        }
        let names = enumerate(&held.environment_names());
        let label = if held.is_default {
            "nothing else supplies it, so this default stands"
        } else {
            "supplied here"
        };
        reporter
            .report(format!("`{key}` points to the local machine in {names}"), held.at, label)
            .key(key)
            .environments(held.environment_names())
            .why("`localhost` is whatever machine or container asks, and no server that others share")
            .help(format!("name the host that serves it in {names}"));
    }
}

/// Whether the value of a key is an address of the local machine, which its name does not mean.
fn leads_here(key: &str, text: &str) -> bool {
    let upper = key.to_ascii_uppercase();
    // A list of allowed origins may name a developer's machine on purpose; a single address may not.
    let is_address = || Url::parse(text).is_some_and(|url| is_local(url.host)) && !text.contains([',', ' ']);
    let is_host = || is_local(text) && SERVERS.iter().any(|server| names_host_of(&upper, server));
    (is_address() || is_host()) && !is_meant(&upper)
}

/// Whether a key's name says that the local machine is meant: an address to listen on, a check of oneself,
/// or something that runs beside the program.
fn is_meant(key: &str) -> bool {
    let words = [
        "LISTEN",
        "BIND",
        "HEALTH",
        "HEALTHCHECK",
        "PROBE",
        "SELF",
        "INTERNAL",
        "LOCAL",
        "SIDECAR",
        "AGENT",
        "PROXY",
        "ORIGIN",
        "ORIGINS",
        "CORS",
        "ALLOWED",
        "METRICS",
        "STATSD",
        "DEV",
        "TEST",
    ];
    is_tool_key(key) || segments(key).any(|part| words.contains(&part))
}

fn between_containers(index: &Index, reporter: &mut Reporter<'_>, told: &mut BTreeSet<Location>) {
    for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
        let Some(own) = index.compose_service(site).filter(|_| !index.has_shared_network(site.file)) else {
            continue;
        };
        for fact in index.environment_of(site) {
            let crate::fact::Role::Provides(provide) = &fact.role else { continue };
            for (text, span) in provide.value.texts() {
                let Some((beside, target)) = looked_for(index, site, &fact.key, text.reveal()) else {
                    continue;
                };
                let at = Location::new(fact.file, span);
                if !told.insert(at) {
                    continue;
                }
                told.insert(fact.at());
                let (asks, serves) = (&own.name.value, &target.name.value);
                reporter
                    .report(
                        format!("`{}` looks for `{serves}` in the container of `{asks}`", fact.key),
                        at,
                        format!("here, this is the container of `{asks}` itself"),
                    )
                    .label(Location::new(beside, target.name.span), "the server runs in this one")
                    .key(&fact.key)
                    .why("each container has its own `localhost`")
                    .help(address_of(target, text.reveal()));
            }
        }
    }
}

/// Where a server answers to the container that looks for it at `text`. A port that the server publishes and does not
/// listen on leads to it on the host alone, so the address needs another one.
fn address_of(target: &ComposeService, text: &str) -> String {
    let serves = &target.name.value;
    match only_published(target, text) {
        Some(both) => format!(
            "write `{serves}:{}` for host and port: {} is its port on the host machine",
            both.container, both.host
        ),
        None => format!("write `{serves}` for the host"),
    }
}

/// The entry by which a service publishes the port of an address, where it listens on another one itself.
fn only_published<'a>(target: &'a ComposeService, text: &str) -> Option<&'a PublishedPort> {
    let port = match Url::parse(text) {
        Some(url) => url.port,
        None => text.rsplit_once(':').and_then(|(_, port)| port.parse().ok()),
    };
    let port = port.filter(|port| !target.container_ports.contains(port))?;
    target.published_ports.iter().find(|both| both.host == port)
}

/// Keys, each with the place of its address and what it ought to be.
type Uses<'a> = Vec<(&'a Fact, Location, String)>;

/// Whether a service that the tree builds is given a dotenv, and that or another one which it is given names other
/// services as hosts: its addresses are those between containers.
pub(super) fn is_for_container(index: &Index, site: &Site, dotenv: FileId) -> bool {
    let Some(own) = index.compose_service(site) else { return false };
    // An image from elsewhere may be given the file for other keys in it.
    let is_strange = index.is_sink(site) && own.build.is_none();
    if is_strange || index.has_shared_network(site.file) || !is_loaded(index, site, dotenv) {
        return false;
    }
    let project = index.project_of(site.file);
    let services =
        project.iter().filter_map(|file| index.compose(*file)).flat_map(|compose| &compose.services);
    let hosts: BTreeSet<&str> =
        services.map(|service| service.name.value.as_str()).filter(|name| *name != own.name.value).collect();
    // What people make from an example, or mount with its folder, they make for where they are.
    let is_live = is_live(site, dotenv);
    let others = given(site).filter(|_| is_live);
    std::iter::once(dotenv).chain(others).any(|file| {
        index.facts_in(file).any(|fact| {
            let Some(text) = written(fact).and_then(Value::plain) else { return false };
            match Url::parse(text) {
                Some(url) => hosts.contains(url.host),
                None => is_live && hosts.contains(text) && fact.key.to_ascii_uppercase().ends_with("_HOST"),
            }
        })
    })
}

/// Whether a service is given this very file.
fn is_live(site: &Site, dotenv: FileId) -> bool {
    site.env_files.iter().any(|link| matches!(link, EnvFileLink::File(file) if *file == dotenv))
}

/// The dotenv files that a service is given, in order; later ones win.
fn given(site: &Site) -> impl Iterator<Item = FileId> {
    site.env_files.iter().filter_map(|link| match link {
        EnvFileLink::File(file) | EnvFileLink::Example(file) => Some(*file),
        EnvFileLink::Missing(_) | EnvFileLink::Unseen => None,
    })
}

/// Whether `environment:`, or a dotenv that is given behind this one, has another value for the key.
fn is_overruled(index: &Index, site: &Site, dotenv: FileId, key: &KeyName) -> bool {
    let behind = given(site).skip_while(|file| *file != dotenv).skip(1);
    let mut parts = std::iter::once(site).chain(index.twins(site));
    parts.any(|part| index.environment_of(part).any(|fact| fact.key == *key))
        || behind.into_iter().any(|file| index.facts_in(file).any(|fact| fact.key == *key))
}

fn in_dotenvs(index: &Index, reporter: &mut Reporter<'_>, told: &mut BTreeSet<Location>) {
    for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
        let Some(own) = index.compose_service(site) else { continue };
        let dotenvs: BTreeSet<FileId> =
            index.project_dotenvs(site.file).into_iter().chain(given(site)).collect();
        for dotenv in dotenvs {
            if !is_for_container(index, site, dotenv) {
                continue;
            }
            let values = index.facts_in(dotenv).filter_map(|fact| Some((fact, written(fact)?)));
            // One server is one fault, however many addresses name it.
            let mut found: BTreeMap<&str, (Location, Uses<'_>)> = BTreeMap::new();
            for (fact, value) in values {
                let text = value.plain().filter(|text| is_live(site, dotenv) || Url::parse(text).is_some());
                let asked = text.and_then(|text| looked_for(index, site, &fact.key, text));
                let Some((beside, target)) = asked else { continue };
                let published = text.and_then(|text| only_published(target, text));
                // Who writes the port on the host into a file that others are made from means programs on the host.
                if published.is_some() && !is_live(site, dotenv) {
                    continue;
                }
                let at = Location::new(fact.file, value.span);
                if !is_overruled(index, site, dotenv, &fact.key) && told.insert(at) {
                    let serves = Location::new(beside, target.name.span);
                    let of_server = found.entry(&target.name.value).or_insert((serves, Vec::new()));
                    of_server.1.push((fact, at, address_of(target, text.unwrap_or_default())));
                }
            }
            for (serves, (target, uses)) in found {
                // A key for tests or for work outside of containers alone is no fault.
                let is_fault =
                    |(fact, ..): &&(&Fact, Location, String)| !is_meant(&fact.key.to_ascii_uppercase());
                let Some((fact, at, address)) = uses.iter().find(is_fault) else { continue };
                let asks = &own.name.value;
                let mut finding = reporter
                    .report(
                        format!("`{}` looks for `{serves}` in the container of `{asks}`", fact.key),
                        *at,
                        format!("in `{asks}`, this is the container itself"),
                    )
                    .label(target, "the server runs in this one")
                    .key(&fact.key);
                for (other, at, _) in uses.iter().filter(|(_, other, _)| other != at).take(2) {
                    finding = finding.label(*at, format!("so does `{}`", other.key));
                }
                finding
                    .why("the same container is told of other servers by their service, so this is meant for it")
                    .help(address.as_str());
            }
        }
    }
}

/// Whether a container gets to see a dotenv: as its `env_file`, or in a folder that is mounted.
fn is_loaded(index: &Index, site: &Site, dotenv: FileId) -> bool {
    let folder = index.path(site.file).folder();
    let holds = index.path(dotenv).folder();
    let is_given = site
        .env_files
        .iter()
        .any(|link| matches!(link, EnvFileLink::File(file) | EnvFileLink::Example(file) if *file == dotenv));
    is_given
        || index.compose_service(site).is_some_and(|service| {
            service.mounts.iter().any(|mount| {
                let source = mount.source.strip_suffix('/').unwrap_or(&mount.source);
                source.starts_with('.') && folder.join(source).is_some_and(|mounted| mounted == holds)
            })
        })
}

/// The value that a dotenv's line holds or shows; none of a line that is commented out.
fn written(fact: &Fact) -> Option<&Value> {
    match &fact.role {
        Role::Provides(provide) => Some(&provide.value),
        Role::Documents(document) if !document.commented => document.example.as_ref(),
        _ => None,
    }
}
