//! Images that the workflows of the tree push, under almost the owner that compose files name.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Match, Regex};

use crate::index::{Index, Sieve};
use crate::rule::Reporter;
use crate::text::{Location, Span};

#[expect(clippy::expect_used, reason = "a constant pattern; the pages of the rule use it")]
static IMAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m-u)(?:^|[\s"',=])((?:[a-z0-9.-]+\.[a-z]{2,}/)?)([a-z0-9][a-z0-9_-]{4,38})/([a-z0-9][a-z0-9._-]+)(?:[\s"',:@]|$)"#)
        .expect("constant pattern")
});

/// In shorter names one letter makes another word.
const SHORTEST: usize = 6;

/// An image as it is named: the registry, the owner with its place in the text, the name.
struct Named<'t> {
    host: &'t str,
    owner: Match<'t>,
    name: &'t str,
}

/// The images that a text names.
fn named(text: &str) -> impl Iterator<Item = (usize, Named<'_>)> {
    IMAGE.captures_iter(text).filter_map(|found| {
        let (host, owner, name) = (found.get(1)?, found.get(2)?, found.get(3)?);
        Some((found.get(0)?.start(), Named { host: hub(host.as_str()), owner, name: name.as_str() }))
    })
}

/// Reports an image whose owner is one slip away from the one under which a workflow pushes it.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    // In most trees there is no owner with a name that is long enough for slips.
    let pulled = pulled(index);
    if pulled.is_empty() {
        return;
    }
    let pushed = pushed(index);
    for (at, image) in pulled {
        let Some(owners) = pushed.get(&(image.host, image.name)) else { continue };
        let (slip, name) = (image.owner.as_str(), image.name);
        let others = |text: &str| text.bytes().filter(|byte| !byte.is_ascii_alphabetic()).collect::<Vec<_>>();
        let is_meant = |meant: &str| others(meant) == others(slip) && strsim::osa_distance(meant, slip) == 1;
        if owners.contains_key(slip) {
            continue;
        }
        let Some((meant, pushed)) = owners.iter().find(|(meant, _)| is_meant(meant)) else { continue };
        reporter
            .report(format!("the image `{slip}/{name}` is pushed as `{meant}/{name}`"), at, "another owner")
            .label(*pushed, "a workflow pushes it under this one")
            .why("compose asks the registry for an image of somebody else, and the service does not start")
            .help(format!("write `{meant}` for the owner"));
    }
}

/// Whether the owner of an image is long enough for slips.
fn may_slip(image: &str) -> bool {
    let owner = image.rsplit('/').nth(1);
    owner.is_some_and(|owner| owner.len() >= SHORTEST && !owner.contains(['.', ':', '$']))
}

static WITH_OWNERS: Sieve = Sieve::Compose(|_, compose| {
    let mut images = compose.services.iter().filter_map(|service| service.image.as_ref());
    images.any(|image| may_slip(image))
});

/// The images of compose files whose owners may be slips.
fn pulled(index: &Index) -> Vec<(Location, Named<'_>)> {
    let mut found = Vec::new();
    for (file, compose) in index.sifted_composes(&WITH_OWNERS) {
        for image in compose.services.iter().filter_map(|service| service.image.as_ref()) {
            let first = may_slip(image).then(|| named(image).next()).flatten();
            found.extend(
                first.filter(|(at, _)| *at == 0).map(|(_, name)| (Location::new(file, image.span), name)),
            );
        }
    }
    found
}

/// The owners under which the workflows push images, each with a place, by registry and name.
fn pushed(index: &Index) -> BTreeMap<(&str, &str), BTreeMap<&str, Location>> {
    let mut pushed: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
    let workflows = index.workflows().filter(|(_, workflow)| !workflow.is_action);
    for file in workflows.filter_map(|(file, _)| index.files.get(file)) {
        if !file.text.contains("push") {
            continue;
        }
        let mut from = 0;
        for line in file.text.split_inclusive('\n') {
            let begin = from;
            from += line.len();
            if line.contains("uses:") || line.trim_start().starts_with('#') || !line.contains('/') {
                continue;
            }
            for (_, image) in named(line) {
                let span = Span::new(begin + image.owner.start(), begin + image.owner.end());
                let owners = pushed.entry((image.host, image.name)).or_default();
                owners.entry(image.owner.as_str()).or_insert(Location::new(file.id, span));
            }
        }
    }
    pushed
}

fn hub(host: &str) -> &str {
    if host == "docker.io/" { "" } else { host }
}
