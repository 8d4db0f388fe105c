//! A port of a server with two digits changed about.

use super::{SERVERS, image_name, names_number};
use crate::fact::ComposeService;
use crate::index::{Index, Site};

/// Ports on which images listen that are always told more, so that they say nothing of other ports: the last parts of the
/// names of the images, and the ports of their protocols.
const TOLD: &[(&[&str], &[u16])] = &[
    (
        &["opentelemetry-collector", "opentelemetry-collector-contrib", "alloy", "otel-lgtm", "tempo"],
        &[4317, 4318],
    ),
    (&["all-in-one", "jaeger"], &[4317, 4318, 14268, 16686]),
];

/// The port of the server that `port` is with two neighbouring digits changed about, if its configuration does not name
/// `port` after all. What is only published has to have four different digits: `8008` and `8080` are two ports.
pub(super) fn meant(index: &Index, sites: &[&Site], parts: &[&ComposeService], port: u16) -> Option<u16> {
    let name = image_name(parts)?;
    let servers = SERVERS.iter().filter(|server| server.images.contains(&name));
    let of_image = servers.map(|server| server.port).chain(
        TOLD.iter().filter(|(images, _)| images.contains(&name)).flat_map(|(_, ports)| *ports).copied(),
    );
    let shown = parts.iter().flat_map(|service| &service.container_ports).copied();
    let shown = shown.filter(|port| different_digits(*port) >= 4);
    let meant = of_image.chain(shown).find(|meant| is_swapped(*meant, port))?;
    // What `configs:` hands over is not followed.
    let has_configs = parts.iter().flat_map(|service| &service.names).any(|name| name.kind == "config");
    (!has_configs && !is_configured(index, sites, port)).then_some(meant)
}

/// Whether a file that is mounted into the container, by itself or with its folder, names the port.
fn is_configured(index: &Index, sites: &[&Site], port: u16) -> bool {
    sites.iter().any(|site| {
        let folder = index.path(site.file).folder();
        let mounts = index.compose_service(site).into_iter().flat_map(|service| &service.mounts);
        let mounts = mounts.filter(|mount| mount.source.starts_with('.'));
        let mut sources = mounts.filter_map(|mount| folder.join(&mount.source));
        sources.any(|source| {
            let inside = index.files.below(&source).filter(|file| file.path.folder() == source);
            index.files.at(&source).into_iter().chain(inside).any(|file| names_number(&file.text, port))
        })
    })
}

fn different_digits(port: u16) -> usize {
    let digits = port.to_string();
    (b'0'..=b'9').filter(|digit| digits.as_bytes().contains(digit)).count()
}

fn is_swapped(one: u16, other: u16) -> bool {
    let (one, other) = (one.to_string().into_bytes(), other.to_string().into_bytes());
    one != other
        && one.len() == other.len()
        && (1..one.len()).any(|at| {
            let mut changed = one.clone();
            changed.swap(at - 1, at);
            changed == other
        })
}

#[cfg(test)]
mod tests {
    use super::is_swapped;

    #[test]
    fn neighbours_only() {
        assert!(is_swapped(4317, 4137) && is_swapped(4317, 4371) && is_swapped(8080, 8008));
        assert!(!is_swapped(4317, 4317) && !is_swapped(4317, 7314) && !is_swapped(4317, 4318));
    }
}
