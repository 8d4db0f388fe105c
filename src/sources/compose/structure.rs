//! How a compose file hangs together with Dockerfiles, dotenv files and other compose files.

use super::fields::value_of;
use super::{Reader, Service};
use crate::fact::{
    ComposeBuild, ComposeFile, ComposeMount, ComposeResource, ComposeService, EnvFile, PublishedPort,
};
use crate::syntax::interpolation::{expand_defaults, scan};
use crate::syntax::yaml::{Node, NodeKind, Scalar, resolve};
use crate::text::{Span, Spanned};

/// Ports that one range may span; larger ones tell nothing about where a program listens.
const MAX_PORT_RANGE: u16 = 256;

/// Fields of which one says what a service runs.
const RUNS: &[&str] = &["image", "build", "extends", "provider"];

pub(super) fn read(reader: &mut Reader<'_>, documents: &[Node], services: &[Service<'_>]) -> ComposeFile {
    let mut compose = ComposeFile::default();
    for document in documents {
        let top = reader.visits.fields(document);
        if let Some(name) = value_of(&top, "name").and_then(text) {
            compose.project = Some(name);
        }
        for include in value_of(&top, "include").map(Node::items).unwrap_or_default() {
            match text(include) {
                Some(path) => compose.includes.push(path),
                None => compose.includes.extend(texts(reader.visits.value(include, "path"))),
            }
        }
        let sections =
            [("volume", "volumes"), ("network", "networks"), ("secret", "secrets"), ("config", "configs")];
        for (kind, section) in sections {
            let Some(node) = value_of(&top, section) else { continue };
            for (name, entry) in reader.visits.fields(node) {
                let key = Spanned::new(name.to_owned(), entry.key.span);
                let resource = resource(reader, kind, key, &entry.value);
                compose.resources.push(resource);
            }
        }
    }
    for service in services {
        let read = self::service(reader, service);
        // Documents of one file are merged; a later one adds to what an earlier one says.
        match compose.services.iter_mut().find(|other| other.name.value == service.name) {
            Some(earlier) if documents.len() > 1 => overlay(earlier, read),
            _ => compose.services.push(read),
        }
    }
    compose
}

fn text(node: &Node) -> Option<Spanned<String>> {
    let text = node.as_str().filter(|_| !node.is_null())?;
    Some(Spanned::new(text.to_owned(), node.span))
}

/// The texts of a scalar or of a list's scalars.
fn texts(node: Option<&Node>) -> Vec<Spanned<String>> {
    let Some(node) = node else { return Vec::new() };
    let parts = if node.is_sequence() { node.items() } else { std::slice::from_ref(node) };
    parts.iter().filter_map(text).collect()
}

fn is_true(node: Option<&Node>) -> bool {
    node.is_some_and(|node| resolve(node) == Some(Scalar::Bool(true)) || node.as_str() == Some("true"))
}

fn resource(
    reader: &mut Reader<'_>,
    kind: &'static str,
    key: Spanned<String>,
    node: &Node,
) -> ComposeResource {
    let fields = reader.visits.fields(node);
    let external = value_of(&fields, "external");
    let old_name = external.and_then(|node| reader.visits.value(node, "name"));
    ComposeResource {
        kind,
        key,
        name: value_of(&fields, "name").or(old_name).and_then(text),
        external: is_true(external) || external.is_some_and(Node::is_mapping),
    }
}

fn service(reader: &mut Reader<'_>, service: &Service<'_>) -> ComposeService {
    let mut container_ports = Vec::new();
    let published_ports = published(reader, service.get("ports"));
    for node in [service.get("ports"), service.get("expose")].into_iter().flatten() {
        for item in node.items() {
            match item.as_str() {
                Some(short) => ports(short, &mut container_ports),
                None => {
                    let target = reader.visits.value(item, "target").and_then(Node::as_str);
                    ports(target.unwrap_or(""), &mut container_ports);
                }
            }
        }
    }
    container_ports.sort_unstable();
    container_ports.dedup();
    let networks = match service.get("networks") {
        Some(node) if node.is_mapping() => {
            reader.visits.fields(node).into_iter().map(|(name, _)| name.to_owned()).collect()
        }
        node => texts(node).into_iter().map(|name| name.value).collect(),
    };
    let extends = service.get("extends").and_then(|node| match text(node) {
        Some(name) => Some((None, name)),
        None => {
            let fields = reader.visits.fields(node);
            let name = value_of(&fields, "service").and_then(text)?;
            Some((value_of(&fields, "file").and_then(text), name))
        }
    });
    let mut commands = texts(service.get("entrypoint"));
    commands.extend(texts(service.get("command")));
    let test = service.get("healthcheck").and_then(|node| reader.visits.value(node, "test"));
    let environment = service.fields.iter().find(|(key, _)| *key == "environment");
    ComposeService {
        name: Spanned::new(service.name.to_owned(), service.entry.key.span),
        image: service.get("image").and_then(text),
        build: build(reader, service),
        env_files: env_files(reader, service.get("env_file")),
        environment: environment.map(|(_, entry)| entry.key.span),
        profiles: texts(service.get("profiles")),
        container_name: service.get("container_name").and_then(text),
        container_ports,
        published_ports,
        names: super::named::read(reader, service),
        is_complete: RUNS.iter().any(|field| service.get(field).is_some()),
        networks,
        mounts: mounts(reader, service.get("volumes")),
        extends,
        commands,
        checks: texts(test),
        runs: super::logged::scripts(reader, service),
    }
}

fn build(reader: &mut Reader<'_>, service: &Service<'_>) -> Option<ComposeBuild> {
    let (_, entry) = service.fields.iter().find(|(key, _)| *key == "build")?;
    let span = entry.key.span;
    let here = Spanned::new(".".to_owned(), Span { end: span.start, ..span });
    if let Some(context) = text(&entry.value) {
        return Some(ComposeBuild { span, context, ..ComposeBuild::default() });
    }
    if !entry.value.is_mapping() {
        return None;
    }
    let fields = reader.visits.fields(&entry.value);
    Some(ComposeBuild {
        span,
        context: value_of(&fields, "context").and_then(text).unwrap_or(here),
        dockerfile: value_of(&fields, "dockerfile").and_then(text),
        inline: value_of(&fields, "dockerfile_inline").is_some(),
        target: value_of(&fields, "target").and_then(text),
        args: fields.iter().find(|(key, _)| *key == "args").map(|(_, entry)| entry.key.span),
    })
}

fn env_files(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<EnvFile> {
    let Some(node) = node else { return Vec::new() };
    let parts = if node.is_sequence() { node.items() } else { std::slice::from_ref(node) };
    let mut found = Vec::new();
    for part in parts {
        if let Some(path) = text(part) {
            found.push(EnvFile { path, required: true, raw: false });
            continue;
        }
        let fields = reader.visits.fields(part);
        if let Some(path) = value_of(&fields, "path").and_then(text) {
            let required = value_of(&fields, "required").and_then(Node::as_str);
            found.push(EnvFile {
                path,
                required: !required.is_some_and(|word| word.eq_ignore_ascii_case("false")),
                raw: value_of(&fields, "format").and_then(Node::as_str) == Some("raw"),
            });
        }
    }
    found
}

fn mounts(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<ComposeMount> {
    let mut found = Vec::new();
    for item in node.map(Node::items).unwrap_or_default() {
        if let NodeKind::Scalar { text, .. } = &item.kind {
            let mut parts = parts_at_colons(text);
            // `C:\data:/data`, but not `.:/data`.
            let drive = matches!(parts.first().map(|part| part.as_bytes()), Some([letter]) if letter.is_ascii_alphabetic())
                && parts.len() > 1;
            if drive && let Some(joined) = parts.get(..2).map(|pair| pair.join(":")) {
                parts.splice(..2, [joined]);
            }
            let (source, target) = match parts.as_slice() {
                [] => continue,
                [target] => (String::new(), target.clone()),
                [source, target, ..] => (source.clone(), target.clone()),
            };
            found.push(ComposeMount { source: Spanned::new(source, item.span), target });
        } else {
            let fields = reader.visits.fields(item);
            let Some(target) = value_of(&fields, "target").and_then(text) else { continue };
            let source = value_of(&fields, "source").and_then(text);
            let source =
                source.unwrap_or_else(|| Spanned::new(String::new(), Span::at(item.span.start as usize)));
            found.push(ComposeMount { source, target: target.value });
        }
    }
    found
}

/// A text divided at its `:`, those in `${...}` left out.
fn parts_at_colons(text: &str) -> Vec<String> {
    let scanned = scan(text);
    let mut variables = scanned.variables.iter().filter(|variable| variable.depth == 0).peekable();
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, _) in text.match_indices(':') {
        while variables.next_if(|variable| variable.whole.end <= at).is_some() {}
        if !variables.peek().is_some_and(|variable| variable.whole.contains(&at)) {
            parts.push(text.get(begin..at).unwrap_or("").to_owned());
            begin = at + 1;
        }
    }
    parts.push(text.get(begin..).unwrap_or("").to_owned());
    parts
}

/// The ports in the container that `[[host:]port:]port[/protocol]` names, if they are constant.
fn ports(short: &str, found: &mut Vec<u16>) {
    let Some(container) = parts_at_colons(short).pop() else { return };
    let container = container.split('/').next().unwrap_or("");
    match container.split_once('-') {
        None => found.extend(container.parse::<u16>()),
        Some((first, last)) => {
            if let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>())
                && last.saturating_sub(first) <= MAX_PORT_RANGE
            {
                found.extend(first..=last);
            }
        }
    }
}

/// The entries of `ports:` that publish one constant port of the container on one constant port of the
/// host.
fn published(reader: &mut Reader<'_>, node: Option<&Node>) -> Vec<PublishedPort> {
    let mut found = Vec::new();
    for item in node.map(Node::items).unwrap_or_default() {
        let (host, container) = match item.as_str() {
            Some(short) => short_ends(short).unzip(),
            None => {
                let mut port =
                    |key| reader.visits.value(item, key).and_then(Node::as_str)?.parse::<u16>().ok();
                (port("published"), port("target"))
            }
        };
        if let (Some(host), Some(container)) = (host, container) {
            found.push(PublishedPort { host, container, span: item.span });
        }
    }
    found
}

/// Both ends of `[ip:]host:container[/protocol]`; a host port from `${PORT:-5433}` is taken as written.
fn short_ends(short: &str) -> Option<(u16, u16)> {
    let parts = parts_at_colons(short);
    let (container, before) = parts.split_last()?;
    let host = expand_defaults(before.last()?)?;
    let container = container.split('/').next().unwrap_or("");
    Some((host.parse().ok()?, container.parse().ok()?))
}

/// Puts what a later document says of a service over what an earlier one says.
fn overlay(earlier: &mut ComposeService, later: ComposeService) {
    let ComposeService { image, build, environment, container_name, extends, .. } = later;
    earlier.image = image.or(earlier.image.take());
    earlier.build = build.or(earlier.build.take());
    earlier.environment = environment.or(earlier.environment.take());
    earlier.container_name = container_name.or(earlier.container_name.take());
    earlier.extends = extends.or(earlier.extends.take());
    earlier.env_files.extend(later.env_files);
    earlier.profiles.extend(later.profiles);
    earlier.container_ports.extend(later.container_ports);
    earlier.published_ports.extend(later.published_ports);
    earlier.networks.extend(later.networks);
    earlier.names.extend(later.names);
    earlier.is_complete |= later.is_complete;
    earlier.mounts.extend(later.mounts);
    if !later.commands.is_empty() {
        earlier.commands = later.commands;
        earlier.runs = later.runs;
    }
    if !later.checks.is_empty() {
        earlier.checks = later.checks;
    }
}

#[cfg(test)]
mod tests {
    use super::{parts_at_colons, ports, short_ends};

    #[test]
    fn both_ends() {
        assert_eq!(short_ends("5433:5432"), Some((5433, 5432)));
        assert_eq!(short_ends("127.0.0.1:${DB_PORT:-5433}:5432/tcp"), Some((5433, 5432)));
        for none in ["5432", "3000-3002:3000-3002", "${DB_PORT}:5432", "5433:${PORT:-5432}", ""] {
            assert_eq!(short_ends(none), None, "{none}");
        }
    }

    #[test]
    fn short_forms() {
        let of = |short: &str| {
            let mut found = Vec::new();
            ports(short, &mut found);
            found
        };
        assert_eq!(of("80"), [80]);
        assert_eq!(of("127.0.0.1:8080:80/udp"), [80]);
        assert_eq!(of("${PORT:-8080}:80"), [80]);
        assert_eq!(of("3000-3002:3000-3002"), [3000, 3001, 3002]);
        assert!(of("${DB_PORTS:-127.0.0.1:5432:5432}").is_empty());
        assert!(of("80:${PORT}").is_empty());
        assert_eq!(parts_at_colons("${D:-./d}:/data:ro"), ["${D:-./d}", "/data", "ro"]);
    }
}
