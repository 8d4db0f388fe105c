//! `port-mismatch`

mod host;
mod mounted;
mod platform;
mod scheme;
mod swapped;

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{ComposeService, Fact, PublishedPort, ScriptRun, Stage};
use crate::index::{Index, Site};
use crate::rule::Reporter;
use crate::text::{FileId, Location, SourceFile};
use crate::value_type::url::Url;

crate::declare_rule! {
    /// Reports an address of a compose service with a port on which that service does not listen.
    ///
    /// It speaks only where the ports are known for sure: those of well-known servers without a command or
    /// configuration of their own, those that a Dockerfile exposes, and the two ends of `ports:`. In a dotenv it also
    /// reports two addresses of one port of the local machine, one with encryption (`https:`, `wss:`) and one without.
    /// The `internal_port` of a `fly.toml` has to be one that the Dockerfile exposes, where nothing else names the number.
    /// Of an nginx whose configuration is mounted from the tree it reports published ports on which that does not listen.
    /// Where a server is told more than its ports show, it still reports a number that no text about it names and that is one
    /// of those ports with two digits changed about.
    ///
    /// ## Why it matters
    ///
    /// Containers reach one another on the port inside the container. `ports:` publishes it to the host under
    /// another number, which works from a developer's machine and is refused between containers.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: .
    ///     environment:
    ///       DATABASE_URL: postgres://app@db:5433/app
    ///   db:
    ///     image: postgres:16
    ///     ports: ["5433:5432"]
    /// ```
    ///
    /// ```text
    /// warning[port-mismatch]: `DATABASE_URL` asks `db` for port 5433, and `db` listens on 5432
    /// ```
    ///
    /// ## What to do
    ///
    /// Write the port inside the container.
    pub struct PortMismatch = "port-mismatch", Value, Warning, by_file + among_files;
}

/// What needs more than one file.
fn among_files(index: &Index, reporter: &mut Reporter<'_>) {
    mounted::ask(index, reporter);
    platform::ask(index, reporter);
}

/// A server that listens nowhere else unless told so. From the images' own Dockerfiles and documentation.
struct Server {
    /// The last parts of the names of images that run it, without tags.
    images: &'static [&'static str],
    /// The port that its clients use.
    port: u16,
    /// What else it listens on: administration, encryption, cluster.
    others: &'static [u16],
}

const SERVERS: &[Server] = &[
    Server {
        images: &["postgres", "postgis", "pgvector", "timescaledb", "timescaledb-ha", "pgautoupgrade"],
        port: 5432,
        others: &[],
    },
    Server { images: &["redis", "valkey"], port: 6379, others: &[] },
    Server { images: &["mysql", "mariadb"], port: 3306, others: &[33060] },
    Server { images: &["mongo"], port: 27017, others: &[] },
    Server { images: &["rabbitmq"], port: 5672, others: &[4369, 5671, 15671, 15672, 15691, 15692, 25672] },
    Server {
        images: &["clickhouse", "clickhouse-server"],
        port: 8123,
        others: &[8443, 9000, 9004, 9005, 9009, 9010, 9100, 9181, 9234, 9363, 9440],
    },
    Server { images: &["elasticsearch"], port: 9200, others: &[9300] },
    Server { images: &["memcached"], port: 11211, others: &[] },
    Server { images: &["meilisearch"], port: 7700, others: &[] },
];

impl PortMismatch {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        host::ask(index, reporter);
        scheme::ask(index, reporter);
        let mut told = BTreeSet::new();
        for site in index.sites().iter().filter(|site| !index.is_aside(site.file)) {
            // Containers that share a network listen on one another's ports.
            if index.has_shared_network(site.file) {
                continue;
            }
            for address in addresses(index, site) {
                let Some(target) = named_site(index, site, address.host) else { continue };
                let Some(ports) = listening(index, target, address.port) else { continue };
                if told.insert(address.at) {
                    report(index, target, &address, &ports, reporter);
                }
            }
        }
    }
}

/// An address of a service that a container is given.
struct Address<'a> {
    fact: &'a Fact,
    host: &'a str,
    port: u16,
    at: Location,
}

/// The addresses that a container is given: in URLs, as `host:port`, and as a pair of `X_HOST` and `X_PORT`.
fn addresses<'a>(index: &'a Index, site: &'a Site) -> Vec<Address<'a>> {
    let mut found = Vec::new();
    let mut hosts: BTreeMap<&str, &str> = BTreeMap::new();
    let mut ports = Vec::new();
    for (fact, value) in index.values_for(site) {
        for (text, span) in value.texts() {
            let at = Location::new(fact.file, span);
            for part in text.reveal().split(',').map(str::trim) {
                if let Some((host, port)) = host_and_port(part) {
                    found.push(Address { fact, host, port, at });
                }
            }
        }
        let Some(plain) = value.plain() else { continue };
        if let Some(stem) = fact.key.strip_suffix("_HOST") {
            hosts.insert(stem, plain);
        } else if let (Some(stem), Ok(port)) = (fact.key.strip_suffix("_PORT"), plain.parse()) {
            ports.push((stem, port, fact, Location::new(fact.file, value.span)));
        }
    }
    for (stem, port, fact, at) in ports {
        if let Some(host) = hosts.get(stem) {
            found.push(Address { fact, host, port, at });
        }
    }
    found
}

fn host_and_port(text: &str) -> Option<(&str, u16)> {
    if let Some(url) = Url::parse(text) {
        return Some((url.host, url.port?));
    }
    let (host, port) = text.split_once(':')?;
    let is_name = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let digits: &str = port.split('/').next().unwrap_or(port);
    is_name.then(|| digits.parse().ok()).flatten().map(|port| (host, port))
}

/// The other service of the same project that goes by this name.
fn named_site<'a>(index: &'a Index, from: &Site, host: &str) -> Option<&'a Site> {
    let own = index.compose_service(from).map(|service| &service.name.value);
    let mut beside = index.project_of(from.file).into_iter().flat_map(|file| index.sites_in(file));
    beside.find(|site| {
        index.compose_service(site).is_some_and(|service| {
            let called = service.container_name.as_ref().is_some_and(|name| name.value == host);
            Some(&service.name.value) != own && (service.name.value == host || called)
        })
    })
}

/// The ports that a service listens on, if `port` surely is none of them.
fn listening(index: &Index, target: &Site, port: u16) -> Option<BTreeSet<u16>> {
    let mut sites: Vec<&Site> = Vec::new();
    for part in std::iter::once(target).chain(index.twins(target)) {
        let (extended, is_whole) = index.extended(part);
        if !is_whole {
            return None;
        }
        sites.push(part);
        sites.extend(extended);
    }
    let parts: Vec<&ComposeService> = sites.iter().filter_map(|site| index.compose_service(site)).collect();
    let contained: BTreeSet<u16> =
        parts.iter().flat_map(|service| &service.container_ports).copied().collect();
    if contained.contains(&port) || mentions_port(index, &sites, &parts, port) {
        return None;
    }
    let exposed = exposed(index, target);
    if exposed.contains(&port) {
        return None;
    }
    // The port on the host, taken for the one in the container.
    let published: BTreeSet<u16> = parts
        .iter()
        .flat_map(|service| &service.published_ports)
        .filter(|both| both.host == port)
        .map(|both| both.container)
        .collect();
    if !published.is_empty() {
        return Some(published);
    }
    match server(index, target, &parts) {
        Some(server) if server.others.contains(&port) || server.port == port => None,
        Some(server) => Some(BTreeSet::from([server.port])),
        None if !exposed.is_empty() => Some(exposed),
        None => swapped::meant(index, &sites, &parts, port).map(|meant| BTreeSet::from([meant])),
    }
}

/// Whether anything that the service is given names the port, so that it may listen there after all.
fn mentions_port(index: &Index, sites: &[&Site], parts: &[&ComposeService], port: u16) -> bool {
    let names = |text: &str| names_number(text, port);
    let is_open = parts
        .iter()
        .flat_map(|service| &service.commands)
        .any(|command| names(command) || command.contains('$'));
    let mut values = sites.iter().flat_map(|site| index.values_for(site));
    let is_given = values.any(|(_, value)| names(value.text.reveal()));
    let images = sites.iter().filter_map(|site| index.files.get(index.image_stage(site)?.0));
    let is_built = images.into_iter().any(|file| names(&file.text));
    let is_started = || sites.iter().flat_map(|site| scripts(index, site)).any(|script| names(&script.text));
    is_open || is_given || is_built || is_started()
}

/// The scripts of the tree that may start the container: by the names that its image and compose run.
fn scripts<'a>(index: &'a Index, target: &Site) -> impl Iterator<Item = &'a SourceFile> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let mut note = |runs: &'a [ScriptRun]| {
        names.extend(
            runs.iter().filter_map(|run| run.name.rsplit('/').next()).filter(|name| !name.is_empty()),
        );
    };
    if let Some((file, stage)) = index.image_stage(target) {
        stages_of_image(index, file, stage).for_each(|stage| note(&stage.runs));
    }
    if let Some(service) = index.compose_service(target) {
        note(&service.runs);
    }
    names.into_iter().flat_map(|name| index.files.named(name))
}

/// Whether a text names a number by itself.
fn names_number(text: &str, number: u16) -> bool {
    let digits = number.to_string();
    let is_digit = |c: char| c.is_ascii_digit();
    text.match_indices(&digits).any(|(at, found)| {
        !text.get(..at).is_some_and(|before| before.ends_with(is_digit))
            && !text.get(at + found.len()..).is_some_and(|behind| behind.starts_with(is_digit))
    })
}

/// The stages that an image is made of: the one with this number and those under it.
fn stages_of_image(index: &Index, file: FileId, stage: usize) -> impl Iterator<Item = &Stage> {
    let stages = index.dockerfile(file).map(|dockerfile| dockerfile.stages.as_slice()).unwrap_or_default();
    index.stages_under(file, stage).into_iter().filter_map(|number| stages.get(number))
}

/// The ports that an image exposes, in the order of its stages from the last one.
fn exposed_by(index: &Index, file: FileId, stage: usize) -> impl Iterator<Item = u16> {
    stages_of_image(index, file, stage).flat_map(|stage| &stage.exposed_ports).copied()
}

/// The ports that the Dockerfile of a service exposes, in the stage that is its image and those under it.
fn exposed(index: &Index, target: &Site) -> BTreeSet<u16> {
    let image = index.image_stage(target);
    image.into_iter().flat_map(|(file, stage)| exposed_by(index, file, stage)).collect()
}

/// The last part of the name of the image that a service runs as it comes, without its tag.
fn image_name<'a>(parts: &[&'a ComposeService]) -> Option<&'a str> {
    let image = parts.first()?.image.as_ref().filter(|_| parts.iter().all(|part| part.build.is_none()))?;
    let name = image.rsplit('/').next().unwrap_or(image);
    Some(name.split([':', '@']).next().unwrap_or(name))
}

/// The well-known server that a service runs, if it runs as its image comes.
fn server(index: &Index, target: &Site, parts: &[&ComposeService]) -> Option<&'static Server> {
    let name = image_name(parts)?;
    let server = SERVERS.iter().find(|server| server.images.contains(&name))?;
    let is_told = parts.iter().any(|service| {
        !service.commands.is_empty()
            || service
                .mounts
                .iter()
                .any(|mount| mount.target.contains("/etc") || mount.target.contains("conf"))
    });
    let has_port = index.values_for(target).any(|(fact, _)| fact.key.contains("PORT"));
    (!is_told && !has_port).then_some(server)
}

fn report(
    index: &Index,
    target: &Site,
    address: &Address<'_>,
    ports: &BTreeSet<u16>,
    reporter: &mut Reporter<'_>,
) {
    let Some(service) = index.compose_service(target) else { return };
    let (key, name, port) = (&address.fact.key, &service.name.value, address.port);
    let numbers: Vec<String> = ports.iter().map(u16::to_string).collect();
    let listens = numbers.join(", ");
    let published: Option<&PublishedPort> = service.published_ports.iter().find(|both| both.host == port);
    let message = format!("`{key}` asks `{name}` for port {port}, and `{name}` listens on {listens}");
    let (at, label) = match published {
        Some(both) => (both.span, format!("{port} is its port on the host only")),
        None => (service.name.span, format!("listens on {listens}")),
    };
    let help = match numbers.as_slice() {
        [only] => format!("write {only} for the port"),
        _ => format!("write one of its ports: {listens}"),
    };
    reporter
        .report(message, address.at, format!("nothing listens on port {port} of `{name}`"))
        .label(Location::new(target.file, at), label)
        .key(key)
        .why("containers reach one another on the port inside the container, whatever is published to the host")
        .help(help);
}
