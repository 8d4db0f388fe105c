//! Images that the workflows of the tree push, under almost the owner that compose files name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::fact::Structure;
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{Location, Span};

#[expect(clippy::expect_used, reason = "a constant pattern; the pages of the rule use it")]
static IMAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m)(?:^|[\s"',=])((?:[a-z0-9.-]+\.[a-z]{2,}/)?)([a-z0-9][a-z0-9_-]{4,38})/([a-z0-9][a-z0-9._-]+)(?:[\s"',:@]|$)"#)
        .expect("constant pattern")
});

/// In shorter names one letter makes another word.
const SHORTEST: usize = 6;

/// Reports an image whose owner is one slip away from the one under which a workflow pushes it.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    // The whole tree is asked after each edit; in most there is no owner with a name that is long enough for slips.
    let mut images = index.structures().filter_map(|(_, structure)| match structure {
        Structure::Compose(compose) => Some(compose),
        _ => None,
    });
    let has_owner = |image: &str| {
        let mut parts = image.rsplit('/').skip(1);
        parts.next().is_some_and(|owner| owner.len() >= SHORTEST && !owner.contains(['.', ':', '$']))
    };
    if !images.any(|compose| {
        compose.services.iter().filter_map(|service| service.image.as_ref()).any(|image| has_owner(image))
    }) {
        return;
    }
    // By registry and name: the owners, each with a place.
    let mut pushed: BTreeMap<(&str, &str), BTreeMap<&str, Location>> = BTreeMap::new();
    for file in index.files.iter() {
        let is_workflow = file.path.within_root().starts_with(".github/workflows/");
        if !is_workflow || !file.text.contains("push") {
            continue;
        }
        let mut from = 0;
        for line in file.text.split_inclusive('\n') {
            let begin = from;
            from += line.len();
            if line.contains("uses:") || line.trim_start().starts_with('#') || !line.contains('/') {
                continue;
            }
            for found in IMAGE.captures_iter(line) {
                let (Some(host), Some(owner), Some(name)) = (found.get(1), found.get(2), found.get(3)) else {
                    continue;
                };
                let at = Location::new(file.id, Span::new(begin + owner.start(), begin + owner.end()));
                pushed
                    .entry((hub(host.as_str()), name.as_str()))
                    .or_default()
                    .entry(owner.as_str())
                    .or_insert(at);
            }
        }
    }
    if pushed.is_empty() {
        return;
    }
    for (file, structure) in index.structures() {
        let Structure::Compose(compose) = structure else { continue };
        for image in compose.services.iter().filter_map(|service| service.image.as_ref()) {
            let Some(found) =
                IMAGE.captures(image).filter(|found| found.get(0).is_some_and(|all| all.start() == 0))
            else {
                continue;
            };
            let (Some(host), Some(owner), Some(name)) = (found.get(1), found.get(2), found.get(3)) else {
                continue;
            };
            let Some(owners) = pushed.get(&(hub(host.as_str()), name.as_str())) else { continue };
            let slip = owner.as_str();
            let letters =
                |text: &str| text.bytes().filter(|byte| !byte.is_ascii_alphabetic()).collect::<Vec<_>>();
            let is_meant =
                |meant: &str| letters(meant) == letters(slip) && strsim::osa_distance(meant, slip) == 1;
            if owners.contains_key(slip) || slip.len() < SHORTEST {
                continue;
            }
            let Some((meant, at)) = owners.iter().find(|(meant, _)| is_meant(meant)) else { continue };
            reporter
                .report(
                    format!("the image `{slip}/{}` is pushed as `{meant}/{}`", name.as_str(), name.as_str()),
                    Location::new(file, image.span),
                    "another owner",
                )
                .label(*at, "a workflow pushes it under this one")
                .why(
                    "compose asks the registry for an image of somebody else, and the service does not start",
                )
                .help(format!("write `{meant}` for the owner"));
        }
    }
}

fn hub(host: &str) -> &str {
    if host == "docker.io/" { "" } else { host }
}
