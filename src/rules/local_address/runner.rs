//! Containers that run tests against a server beside them.

use super::is_local;
use crate::fact::Role;
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::Location;
use crate::value_type::url::Url;

/// Images whose only work is to ask a server: what they are told to ask is for no browser of a developer.
const IMAGES: &[&str] = &[
    "cypress/included",
    "cypress/browsers",
    "playwright",
    "postman/newman",
    "grafana/k6",
    "loadimpact/k6",
    "locustio/locust",
];

/// Reports addresses that lead such a container to a port which only a service beside it publishes. Folders of tests
/// count: that is where such files lie.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for site in index.sites() {
        let Some(own) = index.compose_service(site) else { continue };
        let image = own.image.as_ref().map_or("", |image| image.value.as_str());
        let is_runner = IMAGES.iter().any(|known| image.contains(known));
        if !is_runner || !own.is_complete || index.has_shared_network(site.file) {
            continue;
        }
        for fact in index.environment_of(site) {
            let Role::Provides(provide) = &fact.role else { continue };
            let Some(url) = provide.value.plain().and_then(Url::parse) else { continue };
            let Some(port) = url.port.filter(|_| is_local(url.host) && url.scheme.starts_with("http")) else {
                continue;
            };
            if own.published_ports.iter().any(|both| both.host == port) {
                continue;
            }
            let project = index.project_of(site.file);
            let services = project.iter().filter_map(|file| Some((*file, &index.compose(*file)?.services)));
            let server = services.flat_map(|(file, all)| all.iter().map(move |one| (file, one))).find_map(
                |(file, one)| {
                    let both = one.published_ports.iter().find(|both| both.host == port)?;
                    (one.name.value != own.name.value).then_some((file, one, both.container))
                },
            );
            let Some((file, server, listens)) = server else { continue };
            let (asks, serves) = (&own.name.value, &server.name.value);
            reporter
                .report(
                    format!("`{}` looks for `{serves}` in the container of `{asks}`", fact.key),
                    Location::new(fact.file, provide.value.span),
                    format!("here, this is the container of `{asks}` itself"),
                )
                .label(Location::new(file, server.name.span), "the server runs in this one")
                .key(&fact.key)
                .why("each container has its own `localhost`")
                .help(format!("write `{serves}:{listens}` for host and port"));
        }
    }
}
