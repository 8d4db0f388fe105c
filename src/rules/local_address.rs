//! `local-address`

use std::collections::BTreeMap;

use crate::fact::{Role, is_aside};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::{Reporter, enumerate};
use crate::text::Location;
use crate::value_type::url::Url;

crate::declare_rule! {
    /// Reports `localhost` where it cannot be meant: supplying a deployed environment, or between containers of one compose file.
    ///
    /// ## Why it matters
    ///
    /// Inside a container `localhost` is the container itself. The address works on a developer's
    /// machine and nowhere else.
    ///
    /// ## Example
    ///
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
    /// ## What to do
    ///
    /// Name the service (`db:5432`), or the host that the environment has.
    pub struct LocalAddress = "local-address", Value, Error;
}

/// Schemes of servers that listen in a container of their own, with the images that serve them.
const SERVERS: &[(&[&str], &[&str])] = &[
    (
        &[
            "postgres",
            "postgresql",
            "postgresql+asyncpg",
            "postgresql+psycopg",
            "postgresql+psycopg2",
            "postgis",
        ],
        &["postgres", "pgvector", "timescale", "postgis"],
    ),
    (&["mysql", "mysql+pymysql", "mariadb"], &["mysql", "mariadb"]),
    (&["redis", "rediss", "valkey"], &["redis", "valkey", "keydb", "dragonfly"]),
    (&["mongodb"], &["mongo"]),
    (&["amqp", "amqps"], &["rabbitmq"]),
];

impl LocalAddress {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        between_containers(index, reporter);
        in_deployed(index, reporter);
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[::1]" | "::1" | "host.docker.internal")
}

fn in_deployed(index: &Index, reporter: &mut Reporter<'_>) {
    let mut found: BTreeMap<(&KeyName, Location), Vec<String>> = BTreeMap::new();
    for (environment, supply) in index.supplied().filter(|(environment, _)| environment.is_deployed()) {
        let (Some(text), Some(at)) = (supply.held().and_then(|held| held.text()), supply.at()) else {
            continue;
        };
        // A list of allowed origins may name a developer's machine on purpose; a single address may not.
        let is_address =
            Url::parse(text.reveal()).is_some_and(|url| is_local(url.host)) && !text.reveal().contains(',');
        if is_address {
            let names = found.entry((&supply.key, at)).or_default();
            if !names.contains(&environment.name.value) {
                names.push(environment.name.value.clone());
            }
        }
    }
    for ((key, at), environments) in found {
        let names = enumerate(&environments);
        reporter
            .report(format!("`{key}` points to the local machine in {names}"), at, "supplied here")
            .key(key)
            .environments(environments)
            .why("in a container, the local machine is the container itself")
            .help(format!("name the host that serves it in {names}"));
    }
}

fn between_containers(index: &Index, reporter: &mut Reporter<'_>) {
    for site in index.sites().iter().filter(|site| !is_aside(&index.path(site.file))) {
        let Some(compose) = index.compose(site.file) else { continue };
        let shares_host = index.files.get(site.file).is_none_or(|file| file.text.contains("network_mode"));
        for fact in index.environment_of(site).filter(|_| !shares_host) {
            let Role::Provides(provide) = &fact.role else { continue };
            let Some(url) = Url::parse(provide.value.text.reveal())
                .filter(|url| matches!(url.host, "localhost" | "127.0.0.1"))
            else {
                continue;
            };
            let Some((_, images)) = SERVERS.iter().find(|(schemes, _)| schemes.contains(&url.scheme)) else {
                continue;
            };
            let server = compose.services.iter().enumerate().find(|(position, service)| {
                *position != site.position
                    && service
                        .image
                        .as_ref()
                        .is_some_and(|image| images.iter().any(|name| image.contains(name)))
            });
            let Some((_, server)) = server else { continue };
            let message = format!("`{}` looks for `{}` in its own container", fact.key, server.name.value);
            reporter
                .report(
                    message,
                    Location::new(fact.file, provide.value.span),
                    "`localhost` is the container itself",
                )
                .label(Location::new(site.file, server.name.span), "the server runs in this one")
                .key(&fact.key)
                .why("each container has its own `localhost`")
                .help(format!("write `{}` for the host", server.name.value));
        }
    }
}
