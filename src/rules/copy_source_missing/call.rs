//! Images that a command builds with some compose files only, in a context that lacks what other contexts of theirs have.

use std::collections::{BTreeMap, BTreeSet};

use super::{is_filled_by_builds, is_set_by_builds, is_written};
use crate::fact::{ComposeBuild, ComposeCall, ComposeFile, CopiedPath};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{FileId, Location, TreePath};

/// What one call of compose builds of a service.
struct Built<'a> {
    /// The compose file that names the context, and the entry.
    file: FileId,
    build: &'a ComposeBuild,
    context: TreePath,
    dockerfile: FileId,
    target: Option<&'a str>,
}

/// Reports a context that a command builds in, without the file of another context of the same Dockerfile.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    if index.unmade.is_empty() {
        return;
    }
    let mut told = BTreeSet::new();
    for (file, folder, script) in index.placed_commands() {
        if index.is_aside(file) && index.workflow(file).is_none() {
            continue;
        }
        let calls = script.compose_calls.iter();
        for call in calls
            .filter(|call| !call.is_moved && !call.files.is_empty() && matches!(call.verb, "build" | "up"))
        {
            let Some(files) = files_of(index, file, folder, call) else { continue };
            for built in builds(index, &files, call) {
                if told.insert((built.file, built.build.span, built.dockerfile)) {
                    judge(index, reporter, &built, Location::new(file, call.span));
                }
            }
        }
    }
}

/// The compose files of a call, if all are in one folder of the tree and read as a whole.
fn files_of(index: &Index, file: FileId, folder: Option<&str>, call: &ComposeCall) -> Option<Vec<FileId>> {
    let starts = index.starts_of(file, folder)?;
    let is_fit =
        |file: FileId, compose: &ComposeFile| index.is_read_whole(file) && compose.includes.is_empty();
    let found = starts.iter().rev().find_map(|start| index.composes_called(start, call, &is_fit))?;
    let first = index.path(*found.first()?).folder();
    found.iter().all(|file| index.path(*file).folder() == first).then_some(found)
}

/// What a call builds: of each service the context, the Dockerfile and the stage that the last of its files names.
fn builds<'a>(index: &'a Index, files: &[FileId], call: &ComposeCall) -> Vec<Built<'a>> {
    #[derive(Default)]
    struct Merged<'a> {
        by: Option<(FileId, &'a ComposeBuild)>,
        context: Option<&'a str>,
        dockerfile: Option<&'a str>,
        target: Option<&'a str>,
        is_open: bool,
    }
    let mut merged: BTreeMap<&str, Merged<'_>> = BTreeMap::new();
    for &file in files {
        for service in index.compose(file).into_iter().flat_map(|compose| &compose.services) {
            let known = merged.entry(service.name.as_str()).or_default();
            known.is_open |= service.extends.is_some() || !service.profiles.is_empty();
            let Some(build) = &service.build else { continue };
            known.is_open |= build.inline;
            if !build.context.span.is_empty() && build.names_source() {
                (known.context, known.by) = (Some(build.context.as_str()), Some((file, build)));
            }
            known.dockerfile = build.dockerfile.as_ref().map(|name| name.as_str()).or(known.dockerfile);
            known.target = build.target.as_ref().map(|name| name.as_str()).or(known.target);
        }
    }
    let is_named =
        |name: &str| call.services.is_empty() || call.services.iter().any(|service| service.value == name);
    let found = merged.into_iter().filter(|(name, one)| is_named(name) && !one.is_open);
    found
        .filter_map(|(_, one)| {
            let (file, build) = one.by?;
            let is_constant = |text: &str| !text.contains(['$', '{', ':', '#']);
            let written = one.context.filter(|context| is_constant(context))?;
            let name = one.dockerfile.unwrap_or("Dockerfile");
            let context = index.path(file).folder().join(written).filter(|_| is_constant(name))?;
            let dockerfile = index.files.at(&context.join(name)?)?.id;
            index.dockerfile(dockerfile)?;
            Some(Built { file, build, context, dockerfile, target: one.target })
        })
        .collect()
}

fn judge(index: &Index, reporter: &mut Reporter<'_>, built: &Built<'_>, call: Location) {
    let (others, is_known) = index.contexts_of(built.dockerfile);
    if !is_known || others.len() < 2 {
        return;
    }
    let target = built.target.map(str::to_ascii_lowercase);
    let Some(stage) = index.stage_called(built.dockerfile, target.as_deref()) else { return };
    let Some(dockerfile) = index.dockerfile(built.dockerfile) else { return };
    let stages = index.stages_behind(built.dockerfile, stage);
    let lacking =
        stages.iter().filter_map(|number| dockerfile.stages.get(*number)).flat_map(|stage| &stage.copies);
    // Another context has the file, so the Dockerfile means that one.
    let elsewhere = |copied: &CopiedPath| {
        let written = copied.as_file()?;
        let path = built.context.join(written)?;
        let name = written.rsplit('/').next().unwrap_or("");
        let is_missing = index.unmade.contains(&path)
            && !is_filled_by_builds(written)
            && !is_set_by_builds(index, copied)
            && !is_written(index, name);
        others.iter().find(|other| {
            is_missing
                && **other != built.context
                && other.join(written).is_some_and(|path| !index.unmade.contains(&path))
        })
    };
    let lacking: Vec<(&CopiedPath, &TreePath)> =
        lacking.filter_map(|copied| Some((copied, elsewhere(copied)?))).collect();
    let Some((first, other)) = lacking.first() else { return };
    let shown = |path: &TreePath| match path.within_root() {
        "" => "the root of the tree".to_owned(),
        _ => path.to_string(),
    };
    let compose = index.path(built.file);
    let dockerfile = index.path(built.dockerfile);
    let written = first.path.trim_start_matches("./");
    let message =
        format!("{compose} builds {dockerfile} in {}, which does not have {written}", shown(&built.context));
    let mut finding = reporter
        .report(message, Location::new(built.file, built.build.context.span), "the context of the build")
        .label(Location::new(built.dockerfile, first.path.span), "copies it");
    for (copied, _) in lacking.iter().skip(1).take(2) {
        finding = finding.label(Location::new(built.dockerfile, copied.path.span), "nor this");
    }
    finding
        .label(call, "is called with this file alone, without what another says of the build")
        .why("BuildKit stops where a file to copy is not there; paths start from the root of the context")
        .help(format!(
            "build it in {}, as is done elsewhere, and name the Dockerfile with `dockerfile:`",
            shown(other)
        ));
}
