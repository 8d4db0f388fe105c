//! Ports of a proxy whose configuration the tree mounts into it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::fact::{ComposeService, is_aside};
use crate::index::{Index, Sieve};
use crate::rule::Reporter;
use crate::text::{Location, Span, TreePath};

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
static LISTENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m-u)^[ \t]*listen[ \t]+(?:(?u:[^ \t\r\n;:])*:|\[(?u:[^\]])*\]:)?([0-9]+)\b")
        .expect("constant pattern")
});

/// What keeps from telling where nginx listens: templates, and files that it reads besides.
const UNSEEN: &[&str] = &["${", "{{", "{%", "listen $", "stream {", "unix:"];

/// Reports a port of `ports:` on which nothing in the container listens, where the configuration of its nginx is mounted
/// from the tree.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, compose) in index.sifted_composes(&WITH_NGINX) {
        for service in compose.services.iter().filter(|service| runs_nginx(service)) {
            let path = index.path(file);
            if is_aside(&path) {
                break;
            }
            let Some((ports, configuration)) = listens(index, &path.folder(), service) else { continue };
            for both in service.published_ports.iter().filter(|both| !ports.contains(&both.container)) {
                let numbers: Vec<String> = ports.iter().map(u16::to_string).collect();
                let name = &service.name.value;
                let listens = numbers.join(", ");
                reporter
                    .report(
                        format!(
                            "`{name}` publishes its port {}, and its nginx listens on {listens}",
                            both.container
                        ),
                        Location::new(file, both.span),
                        format!("nothing listens on port {} of `{name}`", both.container),
                    )
                    .label(configuration, "its configuration")
                    .why("whoever asks the published port gets a refused connection")
                    .help(format!(
                        "publish one of the ports {listens}, or let nginx listen on {}",
                        both.container
                    ));
            }
        }
    }
}

static WITH_NGINX: Sieve = Sieve::Compose(|_, compose| compose.services.iter().any(runs_nginx));

fn runs_nginx(service: &ComposeService) -> bool {
    let Some(image) = service.image.as_ref().filter(|image| image.contains("nginx")) else { return false };
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split([':', '@']).next() == Some("nginx")
        && service.build.is_none()
        && service.extends.is_none()
        && service.commands.is_empty()
}

/// The ports on which the mounted configuration makes nginx listen, and a place of it; `None` where not all of it is
/// seen.
fn listens(index: &Index, folder: &TreePath, service: &ComposeService) -> Option<(BTreeSet<u16>, Location)> {
    let mut ports = BTreeSet::new();
    let mut configuration: Option<Location> = None;
    let mut is_replaced = false;
    for mount in &service.mounts {
        let Some(inside) = mount.target.strip_prefix("/etc/nginx").map(|rest| rest.trim_start_matches('/'))
        else {
            continue;
        };
        let inside = inside.split(':').next().unwrap_or(inside);
        let is_main = inside == "nginx.conf";
        let is_site = inside.strip_prefix("conf.d/").is_some_and(|name| name.ends_with(".conf"));
        // Keys and certificates.
        if !is_main && !is_site && [".pem", ".crt", ".key"].iter().any(|ending| inside.ends_with(ending)) {
            continue;
        }
        if !is_main && !is_site {
            return None;
        }
        let source = folder.join(&mount.source)?;
        let source = index.files.at(&source)?;
        if UNSEEN.iter().any(|sign| source.text.contains(sign)) {
            return None;
        }
        let included = source.text.lines().filter(|line| line.trim_start().starts_with("include "));
        let reads_others =
            included.filter(|line| !line.contains("mime.types") && !line.contains("_params")).count() > 0;
        if reads_others {
            return None;
        }
        is_replaced |= is_main || inside == "conf.d/default.conf";
        for found in LISTENS.captures_iter(&source.text).filter_map(|found| found.get(1)) {
            ports.insert(found.as_str().parse().ok()?);
            let at = Span::new(found.start(), found.end());
            configuration = configuration.or(Some(Location::new(source.id, at)));
        }
    }
    // The image has a site of its own, on port 80.
    (is_replaced && !ports.is_empty()).then_some((ports, configuration?))
}
