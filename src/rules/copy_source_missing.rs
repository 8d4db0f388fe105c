//! `copy-source-missing`

mod call;

use std::collections::BTreeMap;

use crate::diagnostic::{Edit, Fix};
use crate::fact::{CopiedPath, Dockerfile, Place, Role, is_aside};
use crate::index::Index;
use crate::key::is_letter_off;
use crate::rule::Reporter;
use crate::text::{FileId, Location, TreePath};

crate::declare_rule! {
    /// Reports a `COPY` or `ADD` of a file that the context of the build does not have, though one of that name lies
    /// beside the Dockerfile, or one of nearly that name where it is looked for, or, where there is but one context, the
    /// only one of that name anywhere in the tree.
    ///
    /// A command that names its compose files (`docker compose -f compose.yaml build`) is asked by itself: the context of
    /// another file, an override that is not loaded there, does not help it.
    ///
    /// The context is the one that compose files and workflows name. Where none does, the file is looked for from the
    /// folder of the Dockerfile and from every folder above it. Patterns, variables that a build may set, and files that
    /// are ignored or that some script writes are left out. Under `--strict` it is also reported where the file lies
    /// anywhere else in the tree.
    ///
    /// ## Why it matters
    ///
    /// The image cannot be built. It goes unnoticed until somebody builds it without the layers of an earlier day.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   app:
    ///     build: { context: ., dockerfile: scripts/Dockerfile }
    /// ```
    ///
    /// `scripts/Dockerfile`
    /// ```dockerfile
    /// FROM alpine:3
    /// COPY entrypoint.sh /usr/local/bin/
    /// ```
    ///
    /// `scripts/entrypoint.sh`
    /// ```sh
    /// exec "$@"
    /// ```
    ///
    /// ```text
    /// warning[copy-source-missing]: scripts/Dockerfile copies entrypoint.sh, which its context does not have
    /// ```
    ///
    /// ## What to do
    ///
    /// Write the path from the root of the context, not from the folder of the Dockerfile.
    pub struct CopySourceMissing = "copy-source-missing", Build, Warning, fixes, partly_strict, by_file + call::ask;
}

/// Folders that builds fill.
const MADE: &[&str] = &[
    "dist",
    "build",
    "out",
    "output",
    "target",
    "bin",
    "obj",
    "release",
    "releases",
    "public",
    "static",
    "node_modules",
    "vendor",
    "generated",
    "gen",
    "tmp",
    "artifacts",
    "artifact",
    "deps",
    ".next",
    "certs",
];

/// Signs of a line that makes a file.
const MAKES: &[&str] = &[
    "cp ", "mv ", "> ", ">> ", "tee ", "-o ", "--output", "curl", "wget", "tar ", "unzip", "install ", "ln ",
];

/// A file that is copied and not there.
struct Missing {
    copied: Location,
    path: String,
    meant: TreePath,
    /// The path to write instead, where one context is known, and the file that is meant is in no doubt.
    instead: Option<String>,
}

impl CopySourceMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        if index.unmade.is_empty() {
            return;
        }
        for (file, dockerfile) in index.dockerfiles() {
            let path = index.path(file);
            let text = index.files.get(file).map_or("", |file| file.text.as_str());
            // A program makes the file out of this one.
            if is_aside(&path) || text.contains("{{") || text.contains("{%") {
                continue;
            }
            // Files of one folder that is not there are one fault.
            let mut found: BTreeMap<String, Vec<Missing>> = BTreeMap::new();
            for copied in copies(dockerfile) {
                if let Some(missing) = missing(index, reporter, file, copied) {
                    let folder = missing.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
                    found.entry(folder).or_default().push(missing);
                }
            }
            for missing in found.values() {
                speak(reporter, &path, missing);
            }
        }
    }
}

fn copies(dockerfile: &Dockerfile) -> impl Iterator<Item = &CopiedPath> {
    dockerfile.stages.iter().flat_map(|stage| &stage.copies)
}

fn missing(index: &Index, reporter: &Reporter<'_>, file: FileId, copied: &CopiedPath) -> Option<Missing> {
    let written = copied.as_file()?;
    let own = index.path(file).folder();
    let name = written.rsplit('/').next().unwrap_or("");
    let (contexts, is_known) = index.contexts_of(file);
    let is_unmade =
        |context: &TreePath| context.join(written).is_some_and(|path| index.unmade.contains(&path));
    if !contexts.iter().all(is_unmade) {
        return None;
    }
    // The last is the root of the tree, or the only one that there is.
    let context = contexts.last()?;
    let wanted = context.join(written)?;
    if is_filled_by_builds(written) || is_set_by_builds(index, copied) {
        return None;
    }
    let one = contexts.first().filter(|_| is_known && contexts.len() == 1);
    let beside = own.join(name).filter(|path| *path != wanted && index.files.at(path).is_some());
    let is_elsewhere = beside.is_none();
    let near = || is_known.then(|| nearly(index, &wanted)).flatten();
    let near = if is_elsewhere { near() } else { None };
    let is_near = near.is_some();
    // With one context there is no other place where the file may have been meant to be.
    let is_told = reporter.is_strict() || contexts.len() == 1;
    let elsewhere = || is_told.then(|| alone(index, name)).flatten();
    let meant = beside.or(near).or_else(elsewhere)?;
    if is_written(index, name) {
        return None;
    }
    let is_sure = is_near || !is_elsewhere;
    let instead = one.filter(|_| is_sure).and_then(|context| below(context, &meant)).filter(|_| {
        index.files.get(file).is_some_and(|source| source.slice(copied.path.span) == *copied.path)
    });
    let instead = instead.map(|path| copied_as(&copied.path, &path));
    Some(Missing {
        copied: Location::new(file, copied.path.span),
        path: wanted_text(written),
        meant,
        instead,
    })
}

/// A path as it is spelled from a folder above it; `None` for one that needs quotes.
fn below(folder: &TreePath, path: &TreePath) -> Option<String> {
    if !path.is_below(folder) {
        return None;
    }
    let rest = path.within_root().strip_prefix(folder.within_root())?.trim_start_matches('/').to_owned();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    (!rest.is_empty() && rest.chars().all(is_plain)).then_some(rest)
}

/// A path in the manner of the one in its place: `./a`, `/a` or `a`.
fn copied_as(written: &str, path: &str) -> String {
    let lead = ["./", "/"].into_iter().find(|lead| written.starts_with(lead)).unwrap_or("");
    format!("{lead}{path}")
}

/// A path as it is written, without what adds nothing.
fn wanted_text(written: &str) -> String {
    written.trim_start_matches("./").to_owned()
}

/// Whether a path lies in a folder that builds fill.
fn is_filled_by_builds(written: &str) -> bool {
    let folders = written.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').any(|part| MADE.contains(&part))
}

/// Whether somebody builds with another value for a variable of the path.
fn is_set_by_builds(index: &Index, copied: &CopiedPath) -> bool {
    copied.variables.iter().any(|name| {
        index.facts_of(name).any(|fact| {
            matches!(fact.place, Place::BuildArgs(_) | Place::StepBuildArgs { .. })
                && matches!(fact.role, Role::Provides(_))
        })
    })
}

/// The file in the folder of a path whose name is that of the path but for a letter.
fn nearly(index: &Index, wanted: &TreePath) -> Option<TreePath> {
    let (folder, name) = (wanted.folder(), wanted.name());
    let mut near = index
        .files
        .iter()
        .map(|file| &file.path)
        .filter(|path| path.folder() == folder && name.len() >= 6 && is_letter_off(name, path.name()));
    near.next().cloned().filter(|_| near.next().is_none())
}

/// The one file of this name in the tree.
fn alone(index: &Index, name: &str) -> Option<TreePath> {
    let mut named =
        index.files.iter().map(|file| &file.path).filter(|path| path.name() == name && !is_aside(path));
    named.next().cloned().filter(|_| named.next().is_none())
}

/// Whether a line of some file other than a Dockerfile seems to make a file of this name.
fn is_written(index: &Index, name: &str) -> bool {
    is_made_by(index, name, MAKES, |file| index.dockerfile(file).is_none())
}

/// Whether a line of one of the files that may make any names this one beside a sign that it does.
pub(super) fn is_made_by(
    index: &Index,
    name: &str,
    signs: &[&str],
    may_make: impl Fn(FileId) -> bool,
) -> bool {
    index.files.iter().filter(|file| may_make(file.id) && file.text.contains(name)).any(|file| {
        let mut lines = file.text.lines().filter(|line| line.contains(name));
        lines.any(|line| signs.iter().any(|sign| line.contains(sign)))
    })
}

fn speak(reporter: &mut Reporter<'_>, dockerfile: &TreePath, missing: &[Missing]) {
    let Some(first) = missing.first() else { return };
    let message = format!("{dockerfile} copies {}, which its context does not have", first.path);
    let mut finding = reporter.report(message, first.copied, "no such file");
    for other in missing.iter().skip(1).take(3) {
        finding = finding.label(other.copied, "neither is this");
    }
    let edits = missing
        .iter()
        .map(|missing| Some(Edit { at: missing.copied, replacement: missing.instead.clone()? }));
    let edits: Vec<Edit> = edits.collect::<Option<_>>().unwrap_or_default();
    let title = match missing {
        [one] => format!("copy {}", one.meant),
        _ => "copy the files that are there".to_owned(),
    };
    finding
        .fix_if(Fix::unsafe_if_any(title, edits))
        .why("BuildKit stops where a file to copy is not there; paths start from the root of the context")
        .help(format!("did you mean {}?", first.meant));
}
