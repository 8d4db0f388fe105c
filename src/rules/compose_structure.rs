//! What compose refuses.

mod pushed;
mod target;
mod unknown;
mod varied;

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::fact::{ComposeFile, ProblemKind};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{FileId, Location, Span};

declare_rule! {
    /// Reports what makes compose refuse a file: YAML that does not parse, a key twice in one mapping,
    /// a merge of something that is no mapping, and services, `environment` or `args` of a wrong shape; and names that
    /// Docker refuses then: an image with capitals, one `container_name` for two services, an
    /// image that is one slip away from the one that the file builds, or that a workflow of the tree pushes.
    ///
    /// Names of volumes are not interpolated where they are listed: one that is used as `data${SUFFIX}` and listed as `data`
    /// alone is told of.
    ///
    /// It also reports services, volumes, secrets, configs and compose files that a file names and that no compose file
    /// of the tree has, a stage that the Dockerfile of a build does not have, and a service that neither its file nor
    /// the one that this adds to gives an image or a build.
    ///
    /// ## Why it matters
    ///
    /// Nothing of the file starts, whichever service was meant. The message that compose gives names a
    /// path inside the merged configuration, not a line, and stops at the first mistake.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     image: nginx
    ///     environment:
    ///       - LOG_LEVEL: info
    /// ```
    ///
    /// ```text
    /// error[compose-structure]: `- LOG_LEVEL: ...` is a mapping in a list
    /// ```
    ///
    /// ## What to do
    ///
    /// Give the entry the shape that the help names. `docker compose config` tells whether compose
    /// accepts the file.
    pub struct ComposeStructure = "compose-structure", Syntax, Error, fixes, by_file + pushed::ask;
}

impl ComposeStructure {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let why = "compose refuses the whole file, so no service of it starts";
        reporter.problems(
            index,
            ProblemKind::ComposeStructure,
            why,
            "give it the shape that compose expects",
        );
        for (file, compose) in index.compose_files() {
            unknown::ask(index, reporter, file, compose);
            target::ask(index, reporter, file);
            varied::ask(index, reporter, file, compose);
            let is_complete = compose.services.iter().all(|one| one.image.is_some() || one.build.is_some());
            if index.is_read_whole(file) && is_complete && compose.includes.is_empty() {
                undeclared(index, reporter, file, compose, why);
            }
        }
    }
}

/// Tells of volumes and networks that services use and the section of the file, which is there, does not list.
fn undeclared(index: &Index, reporter: &mut Reporter<'_>, file: FileId, compose: &ComposeFile, why: &str) {
    // A file may be used together with the others of its folder.
    let listed = |kind: &str| -> Vec<&str> {
        let own = compose.resources.iter().filter(|resource| resource.kind == kind);
        let others = index
            .composes_beside(file)
            .flat_map(|other| &other.resources)
            .filter(|_| own.clone().next().is_some());
        own.clone()
            .chain(others.filter(|resource| resource.kind == kind))
            .map(|resource| resource.key.as_str())
            .collect()
    };
    let (volumes, networks) = (listed("volume"), listed("network"));
    // Without the section the file may be for use with others.
    let is_alone = !index.is_aside(file)
        && index.is_whole_project(file)
        && !unknown::is_merged_by_others(&index.path(file));
    let listed_anywhere = |kind: &str, name: &str| {
        let resources = index.all_composes().flat_map(|(_, compose)| &compose.resources);
        resources.into_iter().any(|resource| resource.kind == kind && resource.key.value == name)
    };
    let text = index.files.get(file).map_or("", |file| file.text.as_str());
    let mut used: Vec<(&str, &str, &str, Span)> = Vec::new();
    for service in compose.services.iter().filter(|service| service.extends.is_none()) {
        for mount in &service.mounts {
            // The short form `name:/path`; the long one may be anything else.
            let is_short = text.get(mount.source.span.range()).is_some_and(|entry| entry.contains(":/"));
            let is_listed = match volumes.is_empty() {
                true => !is_alone || listed_anywhere("volume", &mount.source),
                false => volumes.contains(&mount.source.as_str()),
            };
            if is_short && !is_listed && is_name(&mount.source) {
                used.push(("volume", &mount.source, &service.name, mount.source.span));
            }
        }
        for network in service.networks.iter().filter(|network| *network != "default" && is_name(network)) {
            let is_listed = match networks.is_empty() {
                true => !is_alone || listed_anywhere("network", network),
                false => networks.contains(&network.as_str()),
            };
            if !is_listed {
                used.push(("network", network, &service.name, service.name.span));
            }
        }
    }
    let mut told = BTreeSet::new();
    for (kind, name, service, span) in used {
        if told.insert((kind, name)) {
            reporter
                .report(
                    format!("`{service}` uses the {kind} `{name}`, which the file does not list"),
                    Location::new(file, span),
                    "no such name below",
                )
                .why(why)
                .help(format!("add `{name}:` to `{kind}s:` at the end of the file"));
        }
    }
}

/// Whether a source of a mount is the name of a volume, and no path or variable.
fn is_name(source: &str) -> bool {
    source.starts_with(|c: char| c.is_ascii_alphanumeric())
        && source.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
