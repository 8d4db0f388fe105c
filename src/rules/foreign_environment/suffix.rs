//! Containers whose names end in what tells environments apart (`db${ENV_SUFFIX}`), and addresses that leave it out.

use std::collections::BTreeMap;

use crate::index::{Index, Sieve};
use crate::rule::Reporter;
use crate::text::{FileId, Location, Span};

/// The addresses of one container, with and without its suffix.
#[derive(Default)]
struct Uses {
    bare: Vec<Location>,
    suffixed: Vec<Location>,
}

/// Reports addresses that give the name of a service an ending that nothing in the tree is called with: compose makes
/// names of services as they are written, whatever the container is called.
pub(super) fn endings_of_services(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, compose) in index.compose_files().filter(|(file, _)| !index.is_aside(*file)) {
        let Some(source) = index.files.get(file).filter(|source| source.text.contains("${")) else {
            continue;
        };
        for service in &compose.services {
            let begin = format!("{}${{", service.name.value);
            let Some(places) = addresses_of(&source.text, &begin) else { continue };
            let Some(first) = places.first() else { continue };
            let mut all = index.all_composes().flat_map(|(_, compose)| &compose.services);
            if all.any(|other| other.container_name.as_ref().is_some_and(|name| name.starts_with(&begin))) {
                continue;
            }
            let host = source.slice(*first);
            let mut finding = reporter
                .report(
                    format!(
                        "`{host}` names nothing where its variable is set: the service is `{}`",
                        *service.name
                    ),
                    Location::new(file, *first),
                    "an ending that the service has not",
                )
                .label(Location::new(file, service.name.span), "it answers to this name, whatever is set");
            for other in places.iter().skip(1).take(2) {
                finding = finding.label(Location::new(file, *other), "here as well");
            }
            finding
                .why("compose gives a container the name of its service in every project; only `container_name` has the ending")
                .help(format!("write `{}`", *service.name));
        }
    }
}

/// Where a text writes a host that begins so, to the end of its variable; none where it stands elsewhere too, so that
/// something may be called so.
fn addresses_of(text: &str, begin: &str) -> Option<Vec<Span>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(begin) {
        let before = text.get(..at)?;
        if before.as_bytes().last().is_some_and(|&byte| is_of_name(byte)) {
            continue;
        }
        let inner = text.get(at + begin.len()..)?;
        let end = inner.find('}')?;
        let (variable, behind) = (inner.get(..end)?, inner.get(end + 1..)?);
        let name = variable.strip_suffix(":-").unwrap_or(variable);
        let line = before.rsplit('\n').next().unwrap_or("");
        let rest = behind.split('\n').next().unwrap_or("");
        if line.trim_start().starts_with('#') {
            continue;
        }
        let is_plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_plain || !is_address(line, rest) {
            return None;
        }
        found.push(Span::new(at, at + begin.len() + end + 1));
    }
    Some(found)
}

/// Reports addresses without the suffix of the container they name, where more files write it.
///
/// One instance may serve all environments on purpose; then nobody writes the suffix, or few do.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let containers = suffixed_containers(index);
    if containers.is_empty() {
        return;
    }
    let mut found: BTreeMap<&str, Uses> = BTreeMap::new();
    let composes = index.compose_files().map(|(file, _)| file);
    let mut files: Vec<FileId> = composes.chain(index.templates().map(|(file, _)| file)).collect();
    files.sort_unstable();
    for file in files.into_iter().filter(|file| !index.is_aside(*file)) {
        let Some(source) = index.files.get(file) else { continue };
        collect(&source.text, file, &containers, &mut found);
    }
    for (base, uses) in found {
        let files = |places: &[Location]| {
            let mut files: Vec<FileId> = places.iter().map(|at| at.file).collect();
            files.dedup();
            files.len()
        };
        let (Some(first), Some(other), Some((suffix, container))) =
            (uses.bare.first(), uses.suffixed.first(), containers.get(base))
        else {
            continue;
        };
        if files(&uses.bare) >= files(&uses.suffixed) {
            continue;
        }
        let mut finding = reporter
            .report(
                format!("`{base}` is reached without `{suffix}`, which ends the name of its container"),
                *first,
                "the same container from every environment",
            )
            .label(*container, "its container is called so")
            .label(*other, "reached with it here");
        for other in uses.bare.iter().skip(1).take(2) {
            finding = finding.label(*other, "here as well");
        }
        finding
            .why("where the suffix is not empty, this reaches the container of another environment, or none")
            .help(format!("write `{base}{suffix}`"));
    }
}

static SUFFIXED: Sieve = Sieve::Compose(|_, compose| {
    let mut names = compose.services.iter().filter_map(|service| service.container_name.as_ref());
    names.any(|name| name.contains("${"))
});

/// What stands before the suffix in names of containers, with the suffix and the place of the name. Left out is
/// what another service is called without a suffix.
fn suffixed_containers(index: &Index) -> BTreeMap<String, (String, Location)> {
    let mut found = BTreeMap::new();
    let composes = index.sifted(&SUFFIXED);
    for site in composes.iter().flat_map(|&file| index.sites_in(file)) {
        let name = index.compose_service(site).and_then(|service| service.container_name.as_ref());
        let Some(name) = name.filter(|_| !index.is_aside(site.file)) else { continue };
        let Some((base, rest)) = name.split_once("${") else { continue };
        let is_telling = base.contains(['-', '_']) && base.bytes().all(is_of_name);
        let variable = rest.strip_suffix('}').map(|inner| inner.strip_suffix(":-").unwrap_or(inner));
        let is_plain =
            variable.is_some_and(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
        if is_telling && is_plain && index.named_service(base).is_none() {
            let at = Location::new(site.file, name.span);
            found.entry(base.to_owned()).or_insert((format!("${{{rest}"), at));
        }
    }
    found
}

/// The uses of the containers as hosts in one text, comments left out.
fn collect<'a>(
    text: &str,
    file: FileId,
    containers: &'a BTreeMap<String, (String, Location)>,
    found: &mut BTreeMap<&'a str, Uses>,
) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let begin = start;
        start += line.len();
        if line.trim_start().starts_with('#') || line.contains("container_name") {
            continue;
        }
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let len = bytes.iter().skip(at).take_while(|&&b| is_of_name(b)).count();
            let word = line.get(at..at + len).unwrap_or("");
            if let Some((base, _)) = containers.get_key_value(word) {
                let (before, behind) = (line.get(..at).unwrap_or(""), line.get(at + len..).unwrap_or(""));
                let place = Location::new(file, Span::new(begin + at, begin + at + len));
                if behind.starts_with("${") || behind.starts_with("%s") || behind.starts_with("{{") {
                    let behind = behind.split_once(['}', 's']).map_or("", |(_, rest)| rest);
                    if is_address(before, behind.trim_start_matches('}')) {
                        found.entry(base).or_default().suffixed.push(place);
                    }
                } else if is_address(before, behind) {
                    found.entry(base).or_default().bare.push(place);
                }
            }
            at += len.max(1);
        }
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

/// Whether what stands between `before` and `behind` is a host: in a URL, with a port, or the value of `X_HOST`.
fn is_address(before: &str, behind: &str) -> bool {
    let in_url = before.ends_with("://") || before.ends_with('@');
    let port = behind.strip_prefix(':').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let key = before.trim_end_matches([' ', ':', '=', '"', '\'']);
    let alone = behind.trim_matches([' ', '"', '\'', '\n', '\r']).is_empty();
    in_url || port && !before.ends_with('/') || alone && key.ends_with("_HOST")
}
