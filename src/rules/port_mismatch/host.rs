//! Addresses for programs that run on the developer's own machine, against what compose publishes there.

use std::collections::BTreeMap;

use super::super::local_address::is_for_container;
use super::{SERVERS, Server};
use crate::fact::{ComposeService, Fact, Place, Role};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{FileId, Location};
use crate::value_type::url::Url;

/// Keys, each with the place of its address.
type Uses<'a> = Vec<(&'a Fact, Location)>;

/// Reports a dotenv's `localhost:port` of a server that the compose file beside it publishes on another port.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, compose) in index.compose_files() {
        let is_shared = index.files.get(file).is_none_or(|source| source.text.contains("network_mode"));
        if index.is_aside(file) || is_shared {
            continue;
        }
        // By the published entry: two addresses of one server are one fault.
        let mut found: BTreeMap<Location, (&ComposeService, u16, Uses<'_>)> = BTreeMap::new();
        for dotenv in index.project_dotenvs(file) {
            // To a container the local machine is itself, whatever the port: `local-address` tells.
            if index.sites_in(file).iter().any(|site| is_for_container(index, site, dotenv)) {
                continue;
            }
            for (fact, text, at) in shown(index, dotenv) {
                let Some((server, port)) = local_server(text) else { continue };
                let is_published = compose
                    .services
                    .iter()
                    .flat_map(|service| &service.published_ports)
                    .any(|both| both.host == port);
                let mut serving = compose.services.iter().filter(|service| runs(service, server));
                let (Some(service), None) = (serving.next(), serving.next()) else { continue };
                let [both] = service.published_ports.as_slice() else { continue };
                let is_asked_here = !is_published && both.container == server.port;
                if !is_asked_here || is_answered_beside(index, file, server, port) {
                    continue;
                }
                let place = Location::new(file, both.span);
                found.entry(place).or_insert((service, both.host, Vec::new())).2.push((fact, at));
            }
        }
        for (published, (service, host, uses)) in found {
            let Some((fact, at)) = uses.first() else { continue };
            let port = local_port(index, *at).unwrap_or_default();
            let name = &service.name.value;
            let mut finding = reporter
                .report(
                    format!("`{}` asks the local machine for port {port}, and compose publishes `{name}` on {host}", fact.key),
                    *at,
                    format!("nothing of this project answers on {port}"),
                )
                .label(published, format!("{host} is its port on the host"))
                .key(&fact.key);
            for (other, at) in uses.iter().skip(1).take(2) {
                finding = finding.label(*at, format!("`{}` as well", other.key));
            }
            finding
                .why("whoever follows the example gets a refused connection, or another server that happens to run there")
                .help(format!("write {host} for the port, or publish {port}"));
        }
    }
}

/// Whether another compose file of the folder publishes such a server on this port: a dotenv serves one of them.
fn is_answered_beside(index: &Index, compose: FileId, server: &Server, port: u16) -> bool {
    index
        .composes_beside(compose)
        .flat_map(|compose| &compose.services)
        .any(|service| runs(service, server) && service.published_ports.iter().any(|both| both.host == port))
}

/// The plain values of a dotenv, commented lines left out.
pub(super) fn shown(index: &Index, dotenv: FileId) -> impl Iterator<Item = (&Fact, &str, Location)> {
    index.facts_in(dotenv).filter(|fact| fact.place == Place::Dotenv).filter_map(|fact| {
        let value = match &fact.role {
            Role::Provides(provide) => Some(&provide.value),
            Role::Documents(document) if !document.commented => document.example.as_ref(),
            _ => None,
        }?;
        Some((fact, value.plain()?, Location::new(fact.file, value.span)))
    })
}

/// The server and port that an address on the local machine asks for.
fn local_server(text: &str) -> Option<(&'static Server, u16)> {
    let url = Url::parse(text)?;
    let is_local = matches!(url.host, "localhost" | "127.0.0.1");
    let scheme = url.base_scheme();
    let image = match scheme {
        "postgres" | "postgresql" | "postgis" => "postgres",
        "redis" => "redis",
        "mysql" | "mariadb" => "mysql",
        "mongodb" => "mongo",
        "amqp" => "rabbitmq",
        _ => return None,
    };
    let server = SERVERS.iter().find(|server| server.images.contains(&image))?;
    is_local.then(|| (server, url.port.unwrap_or(server.port)))
}

fn local_port(index: &Index, at: Location) -> Option<u16> {
    let text = index.files.get(at.file)?.text.get(at.span.range())?;
    local_server(text.trim_matches(['"', '\''])).map(|(_, port)| port)
}

/// Whether a service runs such a server, as its image comes.
fn runs(service: &ComposeService, server: &Server) -> bool {
    service.build.is_none()
        && service.image.as_ref().is_some_and(|image| {
            let name = image.rsplit('/').next().unwrap_or(image);
            server.images.contains(&name.split([':', '@']).next().unwrap_or(name))
        })
}
