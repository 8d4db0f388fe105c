//! Names that Docker refuses: images with capitals, and one name for two containers.

use std::collections::BTreeMap;

use super::{Reader, Service};
use crate::fact::{Problem, ProblemKind};
use crate::key::is_letter_off;
use crate::text::Span;

/// Looks at the services of one file. With several documents a later one may say otherwise, so it is asked of files of
/// one only.
pub(super) fn check(reader: &mut Reader<'_>, services: &[Service<'_>]) {
    images(reader, services);
    slips(reader, services);
    containers(reader, services);
}

/// Capitals in the path of an image, told once for each part that has them.
fn images(reader: &mut Reader<'_>, services: &[Service<'_>]) {
    let mut found: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for service in services {
        let Some(node) = service.get("image").filter(|node| !node.is_null()) else { continue };
        let Some(part) = node.as_str().and_then(part_with_capitals) else { continue };
        let spans = found.entry(part).or_default();
        if !spans.contains(&node.span) {
            spans.push(node.span);
        }
    }
    for (part, spans) in found {
        let Some((&first, others)) = spans.split_first() else { continue };
        let message = format!("the name of an image has capitals: `{part}`");
        let mut problem =
            Problem::new(ProblemKind::ComposeStructure, first, message, "Docker refuses this name")
                .why("Docker refuses it (\"repository name must be lowercase\"), so the image is neither pulled nor built")
                .help(format!("write `{}`", part.to_ascii_lowercase()));
        for &other in others.iter().take(4) {
            problem = problem.related(other, "here as well");
        }
        reader.problem(problem);
    }
}

/// The first part of an image's path that has capitals. The host before it may have them, and so may the tag; what
/// is all in capitals (`IMAGE`, `OWNER`) stands for a name that somebody fills in.
fn part_with_capitals(image: &str) -> Option<&str> {
    let name = image.split('@').next().unwrap_or(image);
    let name = match name.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => name,
    };
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/' | b':');
    if !name.bytes().all(is_sign) || name.to_ascii_lowercase().contains("your") {
        return None;
    }
    let path = match name.split_once('/') {
        // Docker takes a first part with capitals for a host as well.
        Some((first, rest)) if first.contains(['.', ':']) || first.to_ascii_lowercase() != first => rest,
        _ => name,
    };
    path.split('/').find(|part| {
        part.bytes().any(|byte| byte.is_ascii_uppercase())
            && part.bytes().any(|byte| byte.is_ascii_lowercase())
    })
}

/// An image that one service pulls and that is one slip away from the one that the file builds, or several others have.
fn slips(reader: &mut Reader<'_>, services: &[Service<'_>]) {
    // By the image: how many services have it, and whether one of them builds it.
    let mut found: BTreeMap<&str, (usize, bool, Span)> = BTreeMap::new();
    for service in services {
        let Some(node) = service.get("image").filter(|node| !node.is_null()) else { continue };
        let Some(image) = node.as_str().filter(|image| !image.contains(['/', '$', ':', '@'])) else {
            continue;
        };
        let entry = found.entry(image).or_insert((0, false, node.span));
        entry.0 += 1;
        entry.1 |= service.get("build").is_some();
    }
    if found.len() > 64 {
        return;
    }
    for (slip, (count, is_built, span)) in &found {
        if *count != 1 || slip.len() < 6 {
            continue;
        }
        // Of an image that is built under both names only what many others have tells which one is meant.
        let is_meant = |meant: &str, count: usize, builds: bool| {
            (count >= 3 || builds && !*is_built)
                && is_letter_off(slip, meant)
                && differ_in_a_word(slip, meant)
        };
        let meant = found.iter().find(|(meant, (count, builds, _))| is_meant(meant, *count, *builds));
        let Some((meant, (others, _, other))) = meant else { continue };
        let label = if *others > 1 { "other services have this one" } else { "the file builds this one" };
        let message = match *is_built {
            true => format!("one service alone has the image `{slip}`; {others} others have `{meant}`"),
            false => format!("nothing builds `{slip}`; `{meant}` is almost its name"),
        };
        let why = match *is_built {
            true => "the service runs an image of its own, which the others' builds do not renew",
            false => {
                "compose tries to pull an image that nothing here builds, and the service does not start"
            }
        };
        let problem =
            Problem::new(ProblemKind::ComposeStructure, *span, message, "one slip from the other name")
                .related(*other, label)
                .why(why)
                .help(format!("write `{meant}`"));
        reader.problem(problem);
    }
}

/// Whether two names differ in words of three letters and more: `service-a` and `service-b` are two services.
fn differ_in_a_word(one: &str, other: &str) -> bool {
    let words = |text: &str| text.split(['-', '_', '.']).map(str::to_owned).collect::<Vec<_>>();
    let (one, other) = (words(one), words(other));
    one.len() == other.len()
        && one.iter().zip(&other).all(|(one, other)| one == other || one.len().min(other.len()) >= 3)
}

/// One `container_name` for two services. Services of other profiles may stand in for one another.
fn containers(reader: &mut Reader<'_>, services: &[Service<'_>]) {
    let mut before: BTreeMap<(&str, Vec<&str>), &Service<'_>> = BTreeMap::new();
    for service in services {
        let Some(node) = service.get("container_name").filter(|node| !node.is_null()) else { continue };
        let Some(name) = node.as_str().filter(|name| !name.is_empty() && !name.contains(['$', '{'])) else {
            continue;
        };
        let profiles = service.get("profiles");
        let mut profiles: Vec<&str> =
            profiles.into_iter().flat_map(|node| node.items()).filter_map(|item| item.as_str()).collect();
        profiles.sort_unstable();
        let Some(first) = before.get(&(name, profiles.clone())) else {
            before.insert((name, profiles), service);
            continue;
        };
        if first.name == service.name {
            continue;
        }
        let other = first.get("container_name").map_or(first.entry.key.span, |node| node.span);
        let is_shared = other == node.span;
        let at = if is_shared { service.entry.key.span } else { node.span };
        let message =
            format!("`{}` and `{}` have one name for their containers, `{name}`", first.name, service.name);
        let problem = Problem::new(ProblemKind::ComposeStructure, at, message, "the name is taken")
            .related(if is_shared { first.entry.key.span } else { other }, format!("by `{}`", first.name))
            .why("the names of containers are those of the whole machine, so only one of both can be there")
            .help("give each service its own `container_name`, or none");
        reader.problem(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::part_with_capitals;

    #[test]
    fn capitals_in_the_path() {
        assert_eq!(part_with_capitals("ghcr.io/openstatusHQ/server:latest"), Some("openstatusHQ"));
        assert_eq!(part_with_capitals("myApp"), Some("myApp"));
        assert_eq!(part_with_capitals("acme/webApp@sha256:AB"), Some("webApp"));
        for fit in [
            "ghcr.io/acme/web:RC1",
            "Registry.example:5000/web",
            "Acme/web",
            "IMAGE_NAME",
            "ghcr.io/OWNER/web",
            "${Owner}/web",
            "ghcr.io/yourOrg/web",
            "web:${Tag}",
        ] {
            assert_eq!(part_with_capitals(fit), None, "{fit}");
        }
    }
}
