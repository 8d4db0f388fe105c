//! `env-file-missing`

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::fact::{ComposeMount, ComposeService};
use crate::index::{EnvFileLink, Index};
use crate::rule::{Reporter, enumerate, joined_copies};
use crate::text::{Location, TreePath};

crate::declare_rule! {
    /// Reports an `env_file:` that is not in the tree and that no example beside it stands for, and one that names a
    /// path inside a volume of its own service; and an example that the script of a step copies from a folder without it,
    /// where another folder has one.
    ///
    /// A file that git ignores, and that a manual of the tree tells people to make, is a step of setting up and no fault.
    ///
    /// ## Why it matters
    ///
    /// `docker compose` refuses to start any service of the file while a required `env_file` is
    /// missing, and a newcomer has nothing to make it from.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: .
    ///     env_file: config/api.env
    /// ```
    ///
    /// `config/web.env.example`
    /// ```sh
    /// PORT=8080
    /// ```
    ///
    /// ```text
    /// warning[env-file-missing]: `api` is given the `env_file` config/api.env, which is not there
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct the path, add an example (`api.env.example`) from which the file is made, or mark the
    /// entry as not required (`required: false`).
    pub struct EnvFileMissing = "env-file-missing", Missing, Warning, by_file => joined;
}

/// Between who is given a file and which.
const GIVEN: &str = " given the `env_file` ";

/// A compose file that was copied from folder to folder is one fault.
fn joined(index: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    joined_copies(index, found, GIVEN, "")
}

impl EnvFileMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // By the missing file: several services may be given it.
        let mut found: BTreeMap<&TreePath, Vec<(&str, Location)>> = BTreeMap::new();
        for site in index.sites() {
            let Some(service) = index.compose_service(site) else { continue };
            if index.is_aside(site.file) {
                continue;
            }
            for (entry, link) in service.env_files.iter().zip(&site.env_files) {
                if let Some(mount) = inside_volume(service, &entry.path) {
                    let at = Location::new(site.file, entry.path.span);
                    only_inside(reporter, &service.name, at, mount);
                }
                let EnvFileLink::Missing(wanted) = link else { continue };
                // Whoever writes or copies the file by a script or a workflow names it there.
                // What a manual tells people to make is made, unless a script is meant to, which cannot.
                let is_told = index.told.contains(wanted) && index.copied_from_nothing(wanted).is_none();
                if !is_told && !index.is_path_mentioned(wanted, site.file) {
                    let at = Location::new(site.file, entry.path.span);
                    found.entry(wanted).or_default().push((&service.name, at));
                }
            }
        }
        for (wanted, places) in found {
            let Some((_, first)) = places.first() else { continue };
            let mut names: Vec<&str> = places.iter().map(|(name, _)| *name).collect();
            names.dedup();
            let verb = if names.len() == 1 { "is" } else { "are" };
            let message = format!("{} {verb}{GIVEN}{wanted}, which is not there", enumerate(&names));
            let mut finding = reporter.report(message, *first, "no such file, and no example of it");
            for (_, other) in places.iter().skip(1).filter(|(_, other)| other != first).take(3) {
                finding = finding.label(*other, "the same");
            }
            if let Some(at) = index.copied_from_nothing(wanted) {
                finding = finding.label(at, "what this copies is not there either");
            }
            finding
                .why("compose refuses to start while a required `env_file` is missing")
                .help(format!("add {wanted}.example, correct the path, or set `required: false`"));
        }
        missing_examples(index, reporter);
    }
}

/// Examples that steps of workflows copy and that stand in another folder.
fn missing_examples(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, workflow) in index.workflows() {
        let root = TreePath::root(index.path(file).root_name());
        for script in workflow.scripts() {
            let folder = script.folder.as_ref().map_or(".", |folder| folder.value.as_str());
            for example in script.examples.iter().filter(|_| !folder.contains('$')) {
                let Some(path) = root.join(folder).and_then(|folder| folder.join(example)) else { continue };
                if index.files.at(&path).is_some() {
                    continue;
                }
                let paths = || index.files.iter().map(|file| &file.path);
                let above = path.folder().folder();
                let is_near =
                    || paths().any(|path| path.folder().folders().any(|folder| folder == above.as_str()));
                let alike = paths().filter(|other| other.name() == path.name());
                let Some(nearest) = alike.min().filter(|_| is_near()) else { continue };
                reporter
                    .report(
                        format!("the step takes {path}, which is not there"),
                        Location::new(file, example.span),
                        "no such file",
                    )
                    .why("the step fails, and with it the job")
                    .help(format!("there is {nearest}"));
            }
        }
    }
}

/// The named volume of the service in which an absolute path lies: a path of the container, where compose, which
/// reads it on the host, finds nothing.
fn inside_volume<'a>(service: &'a ComposeService, path: &str) -> Option<&'a ComposeMount> {
    service.mounts.iter().find(|mount| {
        let is_named = mount.source.starts_with(|c: char| c.is_ascii_alphanumeric());
        let rest = path.strip_prefix(mount.target.trim_end_matches('/'));
        is_named && mount.target.starts_with('/') && rest.is_some_and(|rest| rest.starts_with('/'))
    })
}

fn only_inside(reporter: &mut Reporter<'_>, service: &str, at: Location, mount: &ComposeMount) {
    reporter
        .report(
            format!("`{service}` is given an `env_file` that lies in its volume `{}`", *mount.source),
            at,
            "compose looks for it on the host",
        )
        .label(Location::new(at.file, mount.source.span), "mounted in the container only")
        .why("compose reads an `env_file` before a container exists, and refuses to start without it")
        .help("let the command of the service read the file: `set -a; . FILE; set +a`");
}
