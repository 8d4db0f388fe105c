//! `dockerfile-missing`

mod steps;

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::index::{BuildLink, Index, Site};
use crate::rule::{Reporter, enumerate, joined_copies};
use crate::text::{Location, TreePath};

crate::declare_rule! {
    /// Reports a compose `build:` whose Dockerfile does not exist though its context does, whose context is a file or
    /// does not exist while a folder beside with a Dockerfile is called nearly so, or whose Dockerfile lies outside of
    /// the tree while the tree has it elsewhere.
    ///
    /// ## Why it matters
    ///
    /// The service cannot be built. It goes unnoticed while everybody pulls the image or has an old
    /// one.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     build: { context: ./web, dockerfile: Dockerfile.prod }
    /// ```
    ///
    /// `web/Dockerfile`
    /// ```dockerfile
    /// FROM node:22
    /// ```
    ///
    /// ```text
    /// warning[dockerfile-missing]: `web` is built from web/Dockerfile.prod, which is not there
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct `dockerfile:`, which is relative to the context, or add the file.
    pub struct DockerfileMissing = "dockerfile-missing", Missing, Warning, fixes, by_file => joined;
}

/// Between who is built and from what.
const BUILT_FROM: &str = " built from ";

/// A compose file that was copied from folder to folder is one fault.
fn joined(index: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    joined_copies(index, found, BUILT_FROM, "build each from the Dockerfile that is there")
}

impl DockerfileMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // By the missing file: several services may be built from it.
        let mut found: BTreeMap<&TreePath, Vec<(&str, Location)>> = BTreeMap::new();
        for site in index.sites() {
            outside(index, reporter, site);
            misnamed(index, reporter, site);
            let BuildLink::Missing(wanted) = &site.build else { continue };
            let Some(service) = index.compose_service(site) else { continue };
            let Some(build) = service.build.as_ref().filter(|build| build.names_source()) else { continue };
            if index.is_aside(site.file) || index.is_path_mentioned(wanted, site.file) {
                continue;
            }
            let named = build.dockerfile.as_ref().unwrap_or(&build.context);
            found.entry(wanted).or_default().push((&service.name, Location::new(site.file, named.span)));
        }
        let dockerfiles = if found.is_empty() { BTreeMap::new() } else { first_dockerfiles(index) };
        for (wanted, places) in found {
            let Some((_, first)) = places.first() else { continue };
            let mut names: Vec<&str> = places.iter().map(|(name, _)| *name).collect();
            names.dedup();
            let verb = if names.len() == 1 { "is" } else { "are" };
            let message = format!("{} {verb}{BUILT_FROM}{wanted}, which is not there", enumerate(&names));
            let mut finding = reporter.report(message, *first, "no such Dockerfile");
            for (_, other) in places.iter().skip(1).filter(|(_, other)| other != first).take(3) {
                finding = finding.label(*other, "the same");
            }
            let only = dockerfiles.get(&wanted.folder());
            let fix = only.filter(|(_, number)| *number == 1).and_then(|(meant, _)| {
                let edits = places.iter().map(|(_, at)| renamed(index, *at, wanted.name(), meant.name()));
                Fix::unsafe_if_any(format!("build it from {meant}"), edits.collect::<Option<_>>()?)
            });
            let meant = only.map(|(path, _)| path.to_string());
            let help = match meant.or_else(|| Some(steps::moved(index, wanted)?.to_string())) {
                Some(other) => format!("did you mean {other}?"),
                None if index.files.at(&wanted.folder()).is_some() => {
                    "`context:` is a folder; name the Dockerfile under `dockerfile:`".to_owned()
                }
                None => "correct `context:` or `dockerfile:`, or add the file".to_owned(),
            };
            finding
                .fix_if(fix)
                .why("the context folder is in the tree, so the file should be as well")
                .help(help);
        }
        steps::ask(index, reporter);
    }
}

/// Tells of a `dockerfile:` that leads out of the tree, where the tree has the rest of the path: `dockerfile:` starts
/// from the context, not from the compose file.
fn outside(index: &Index, reporter: &mut Reporter<'_>, site: &Site) {
    let service = index.compose_service(site).filter(|_| site.build == BuildLink::Unseen);
    let build = service.and_then(|service| service.build.as_ref());
    let (Some(service), Some(build)) = (service, build) else { return };
    let Some(name) = build.dockerfile.as_ref().filter(|name| name.starts_with("../")) else { return };
    let folder = index.path(site.file).folder();
    let Some(context) = folder.join(&build.context) else { return };
    let rest = name.trim_start_matches("../");
    let meant = context.join(rest).filter(|path| index.files.at(path).is_some());
    if meant.is_none() || context.join(name).is_some() {
        return;
    }
    let at = Location::new(site.file, name.span);
    let is_written_so = index.files.get(site.file).is_some_and(|file| file.slice(at.span) == name.value);
    let edit = (is_written_so && is_plain(rest)).then(|| Edit { at, replacement: rest.to_owned() });
    reporter
        .report(
            format!("the Dockerfile of {} lies outside of the tree", enumerate(&[service.name.as_str()])),
            at,
            "taken from the context, which is the root of the tree",
        )
        .fix_if(Fix::unsafe_if_any(format!("write `{rest}`"), edit.into_iter().collect()))
        .why("`dockerfile:` is relative to `context:`, not to the compose file")
        .help(format!("write `{rest}`, which is there"));
}

/// Tells of a context that is not there, where a folder with a Dockerfile beside it has nearly its name.
fn misnamed(index: &Index, reporter: &mut Reporter<'_>, site: &Site) {
    let service = index.compose_service(site).filter(|_| site.build == BuildLink::Unseen);
    let (Some(service), Some(context)) = (service, service.and_then(|service| service.build.as_ref())) else {
        return;
    };
    let context = &context.context;
    if context.contains(['$', ':', '#']) || index.is_aside(site.file) {
        return;
    }
    let Some(wanted) = index.path(site.file).folder().join(context.trim_end_matches('/')) else { return };
    let Some(meant) = index.dockerfile_folder_like(&wanted) else { return };
    // A folder that another program fills is named elsewhere.
    let is_there = index.files.below(&wanted).next().is_some();
    if is_there || index.is_path_mentioned(&wanted, site.file) {
        return;
    }
    let at = Location::new(site.file, context.span);
    let is_beside = meant.folder() == wanted.folder();
    let edit = is_beside.then(|| renamed(index, at, wanted.name(), meant.name())).flatten();
    reporter
        .report(
            format!("{} is built in {wanted}, which is not there", enumerate(&[service.name.as_str()])),
            at,
            "no such folder",
        )
        .fix_if(Fix::unsafe_if_any(format!("build it in {meant}"), edit.into_iter().collect()))
        .why("compose stops where the context of a build does not exist")
        .help(format!("did you mean {meant}?"));
}

/// A path with another name at its end; `None` where it is not written there as it is.
fn renamed(index: &Index, at: Location, old: &str, new: &str) -> Option<Edit> {
    let written = index.files.get(at.file)?.text.get(at.span.range())?;
    let trimmed = written.trim_end_matches('/');
    let folders = trimmed.strip_suffix(old).filter(|before| before.is_empty() || before.ends_with('/'))?;
    is_plain(new).then(|| Edit {
        at,
        replacement: format!("{folders}{new}{}", written.get(trimmed.len()..).unwrap_or("")),
    })
}

/// Whether a path can be written without quotes.
fn is_plain(path: &str) -> bool {
    path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-'))
}

/// The first Dockerfile of each folder, and how many it has.
fn first_dockerfiles(index: &Index) -> BTreeMap<TreePath, (TreePath, usize)> {
    let mut first: BTreeMap<TreePath, (TreePath, usize)> = BTreeMap::new();
    for (file, _) in index.dockerfiles() {
        let path = index.path(file);
        first.entry(path.folder()).or_insert((path, 0)).1 += 1;
    }
    first
}
