//! `local-address`

mod job;

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{ComposeService, Fact, Role, Value};
use crate::index::{EnvFileLink, Index, Site};
use crate::key::{is_tool_key, segments};
use crate::matrix::Environment;
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};
use crate::value_type::url::Url;

crate::declare_rule! {
    /// Reports `localhost` where it cannot be meant: supplying a deployed environment, or between containers of one compose file.
    ///
    /// In the jobs of a workflow both ways: a job in a `container:` finds its service containers by their names and not
    /// at `localhost`, a job on the machine itself at `localhost` and not by their names.
    ///
    /// Dotenv files and their examples count where a container is given them (`env_file:`, or the folder is
    /// mounted into it) and another line names a server by its service: then the file is meant for containers.
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
    pub struct LocalAddress = "local-address", Value, Error, by_file;
}

/// A kind of server that runs in a container of its own.
struct Server {
    /// Schemes of its addresses, without what a driver adds.
    schemes: &'static [&'static str],
    /// Pieces of the names of images that run it.
    images: &'static [&'static str],
    /// Words before `_HOST` in keys that name its host.
    words: &'static [&'static str],
}

const SERVERS: &[Server] = &[
    Server {
        schemes: &["postgres", "postgresql", "postgis", "jdbc:postgresql"],
        images: &["postgres", "pgvector", "timescale", "postgis", "pgautoupgrade"],
        words: &["POSTGRES", "POSTGRESQL", "PG", "DB", "DATABASE"],
    },
    Server {
        schemes: &["mysql", "mariadb", "jdbc:mysql", "jdbc:mariadb"],
        images: &["mysql", "mariadb"],
        words: &["MYSQL", "MARIADB", "DB", "DATABASE"],
    },
    Server {
        schemes: &["redis", "rediss", "valkey"],
        images: &["redis", "valkey", "keydb", "dragonfly"],
        words: &["REDIS", "VALKEY", "CACHE"],
    },
    Server { schemes: &["mongodb"], images: &["mongo"], words: &["MONGO", "MONGODB"] },
    Server { schemes: &["amqp", "amqps"], images: &["rabbitmq"], words: &["RABBITMQ", "AMQP", "MQ"] },
];

impl LocalAddress {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // Keys and values that were told of.
        let mut told = BTreeSet::new();
        between_containers(index, reporter, &mut told);
        in_dotenvs(index, reporter, &mut told);
        in_deployed(index, reporter, &told);
        job::ask(index, reporter);
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1")
}

fn in_deployed(index: &Index, reporter: &mut Reporter<'_>, told: &BTreeSet<Location>) {
    for held in index.held_texts(Environment::is_deployed) {
        let text = held.text.reveal();
        let key = held.key();
        let upper = key.to_ascii_uppercase();
        // A list of allowed origins may name a developer's machine on purpose; a single address may not.
        let is_address = Url::parse(text).is_some_and(|url| is_local(url.host)) && !text.contains([',', ' ']);
        let is_host = SERVERS.iter().any(|server| names_host_of(&upper, server)) && is_local(text);
        if !(is_address || is_host) || is_meant(&upper) || told.contains(&held.at) {
            continue;
        }
        let shares_network = held
            .uses
            .iter()
            .any(|(_, service)| index.sites_of(service).any(|site| has_shared_network(index, site)));
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

/// Whether a key names the host of such a server: `REDIS_HOST`, `APP_DB_HOST`, `PGHOST`.
fn names_host_of(key: &str, server: &Server) -> bool {
    let parts: Vec<&str> = segments(key).collect();
    match parts.as_slice() {
        ["PGHOST"] => server.words.contains(&"PG"),
        [.., word, "HOST" | "HOSTNAME" | "SERVER"] => server.words.contains(word),
        _ => false,
    }
}

fn between_containers(index: &Index, reporter: &mut Reporter<'_>, told: &mut BTreeSet<Location>) {
    for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
        let (Some(compose), Some(own)) = (index.compose(site.file), index.compose_service(site)) else {
            continue;
        };
        if has_shared_network(index, site) {
            continue;
        }
        for fact in index.environment_of(site) {
            let crate::fact::Role::Provides(provide) = &fact.role else { continue };
            for (text, span) in provide.value.texts() {
                let text = text.reveal();
                let upper = fact.key.to_ascii_uppercase();
                let wanted = SERVERS.iter().find(|server| match Url::parse(text) {
                    Some(url) => is_local(url.host) && server.schemes.contains(&url.base_scheme()),
                    None => {
                        is_local(text)
                            && names_host_of(&upper, server)
                            && other(compose, site, server).is_some()
                    }
                });
                let Some(target) = wanted.and_then(|server| other(compose, site, server)) else { continue };
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
                    .label(Location::new(site.file, target.name.span), "the server runs in this one")
                    .key(&fact.key)
                    .why("each container has its own `localhost`")
                    .help(format!("write `{serves}` for the host"));
            }
        }
    }
}

/// The first other service of the file that runs such a server.
fn other<'a>(
    compose: &'a crate::fact::ComposeFile,
    site: &Site,
    server: &Server,
) -> Option<&'a ComposeService> {
    let runs = |service: &ComposeService| {
        service.image.as_ref().is_some_and(|image| {
            let name = image.rsplit('/').next().unwrap_or(image);
            let name = name.split([':', '@']).next().unwrap_or(name);
            let is_tool = ["exporter", "admin", "commander", "insight", "backup", "express"];
            server.images.iter().any(|piece| name.contains(piece))
                && !is_tool.iter().any(|tool| name.contains(tool))
        })
    };
    let others = compose.services.iter().enumerate().filter(|(position, _)| *position != site.position);
    others.map(|(_, service)| service).find(|service| runs(service))
}

/// Whether containers of the file share a network with the host or with one another.
fn has_shared_network(index: &Index, site: &Site) -> bool {
    index.files.get(site.file).is_none_or(|file| file.text.contains("network_mode"))
}

/// Keys, each with the place of its address.
type Uses<'a> = Vec<(&'a Fact, Location)>;

/// Dotenv files that a container loads and that name one server by its service and another by `localhost`.
/// Whether a service that the tree builds is given a dotenv which names other services of the same file as hosts: its
/// addresses are those between containers.
pub(super) fn is_for_container(index: &Index, site: &Site, dotenv: FileId) -> bool {
    let (Some(compose), Some(own)) = (index.compose(site.file), index.compose_service(site)) else {
        return false;
    };
    // An image from elsewhere may be given the file for other keys in it.
    let is_strange = index.is_sink(site) && own.build.is_none();
    if is_strange || has_shared_network(index, site) || !is_loaded(index, site, dotenv) {
        return false;
    }
    index.facts_in(dotenv).filter_map(written).any(|value| {
        let host = value.plain().and_then(Url::parse).map(|url| url.host);
        host.is_some_and(|host| {
            compose.services.iter().any(|service| *service.name == *host && host != own.name.value)
        })
    })
}

fn in_dotenvs(index: &Index, reporter: &mut Reporter<'_>, told: &mut BTreeSet<Location>) {
    for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
        let (Some(compose), Some(own)) = (index.compose(site.file), index.compose_service(site)) else {
            continue;
        };
        for dotenv in index.project_dotenvs(site.file) {
            if !is_for_container(index, site, dotenv) {
                continue;
            }
            let values = index.facts_in(dotenv).filter_map(|fact| Some((fact, written(fact)?)));
            // One server is one fault, however many addresses name it.
            let mut found: BTreeMap<&str, (&ComposeService, Uses<'_>)> = BTreeMap::new();
            for (fact, value) in values {
                let Some(url) = value.plain().and_then(Url::parse).filter(|url| is_local(url.host)) else {
                    continue;
                };
                let server = SERVERS.iter().find(|server| server.schemes.contains(&url.base_scheme()));
                let Some(target) = server.and_then(|server| other(compose, site, server)) else { continue };
                let at = Location::new(fact.file, value.span);
                if told.insert(at) {
                    found.entry(&target.name.value).or_insert((target, Vec::new())).1.push((fact, at));
                }
            }
            for (serves, (target, uses)) in found {
                // A key for tests or for work outside of containers alone is no fault.
                let is_fault = |(fact, _): &&(&Fact, Location)| !is_meant(&fact.key.to_ascii_uppercase());
                let Some((fact, at)) = uses.iter().find(is_fault) else { continue };
                let asks = &own.name.value;
                let mut finding = reporter
                    .report(
                        format!("`{}` looks for `{serves}` in the container of `{asks}`", fact.key),
                        *at,
                        format!("in `{asks}`, this is the container itself"),
                    )
                    .label(Location::new(site.file, target.name.span), "the server runs in this one")
                    .key(&fact.key);
                for (other, at) in uses.iter().filter(|(_, other)| other != at).take(2) {
                    finding = finding.label(*at, format!("so does `{}`", other.key));
                }
                finding
                    .why("the same file names other servers by their service, so it is meant for the containers")
                    .help(format!("write `{serves}` for the host"));
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
