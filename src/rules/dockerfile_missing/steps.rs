//! The same for workflows: paths that steps hand to actions which build images.

use std::collections::BTreeMap;

use super::is_plain;
use crate::diagnostic::{Edit, Fix};
use crate::fact::{BuildPath, BuildPathOf, is_aside};
use crate::index::Index;
use crate::rule::Reporter;
use crate::system::Tracking;
use crate::text::{FileId, Location, TreePath};

/// What may have been meant, what is missing, and where it is named.
type Missing = (Vec<TreePath>, BuildPathOf, Vec<Location>);

pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    // By the path that is missing, in each workflow: several jobs may name it.
    let mut found: BTreeMap<(FileId, String), Missing> = BTreeMap::new();
    for (file, workflow) in index.workflows() {
        for path in workflow.jobs.iter().flat_map(|job| &job.build_paths) {
            if let Some((wanted, meant)) = missing(index, file, path) {
                let at = Location::new(file, path.path.span);
                let (.., places) = found.entry((file, wanted)).or_insert((meant, path.of, Vec::new()));
                places.push(at);
            }
        }
    }
    for ((_, wanted), (meant, of, places)) in found {
        let Some((first, others)) = places.split_first() else { continue };
        let (how, label) = match of {
            BuildPathOf::Dockerfile => ("from", "no such Dockerfile"),
            BuildPathOf::UsualDockerfile => ("from", "no Dockerfile in this folder, and no `file:`"),
            BuildPathOf::Context => ("in", "no such folder"),
        };
        let message = format!("an image is built {how} {wanted}, which is not there");
        let mut finding = reporter.report(message, *first, label);
        for other in others.iter().take(3) {
            finding = finding.label(*other, "the same");
        }
        let help = match (of, meant.as_slice()) {
            (BuildPathOf::UsualDockerfile, all) => {
                let some: Vec<String> = all.iter().take(3).map(TreePath::to_string).collect();
                format!("say which is meant: `file: {}`", some.join("`, or `file: "))
            }
            (_, [meant, ..]) => format!("did you mean {meant}?"),
            (_, []) => continue,
        };
        finding
            .fix_if(renamed(index, of, &meant, &places))
            .why("the step fails: paths of a build start from the root of the repository")
            .help(help);
    }
}

/// Writes the one path that was meant in all places.
fn renamed(index: &Index, of: BuildPathOf, meant: &[TreePath], places: &[Location]) -> Option<Fix> {
    let [meant] = meant else { return None };
    let title = match of {
        BuildPathOf::Dockerfile => format!("build it from {meant}"),
        BuildPathOf::Context => format!("build it in {meant}"),
        // A line would have to be added, to which nobody points.
        BuildPathOf::UsualDockerfile => return None,
    };
    let edits = places.iter().map(|at| written(index, *at, meant)).collect::<Option<Vec<Edit>>>();
    Fix::unsafe_if_any(title, edits.unwrap_or_default())
}

/// The path that was meant in the place of another that starts from the root of the repository.
fn written(index: &Index, at: Location, meant: &TreePath) -> Option<Edit> {
    let old = index.files.get(at.file)?.text.get(at.span.range())?;
    let lead = if old.starts_with("./") { "./" } else { "" };
    let path = meant.within_root();
    let is_safe = is_plain(old) && is_plain(path) && !path.is_empty();
    is_safe.then(|| Edit { at, replacement: format!("{lead}{path}") })
}

/// The path at which nothing stands, and those that may have been meant: of what is written, one.
fn missing(index: &Index, workflow: FileId, path: &BuildPath) -> Option<(String, Vec<TreePath>)> {
    if path.may_be_made {
        return None;
    }
    let root = TreePath::root(index.path(workflow).root_name());
    let written = path.path.trim().trim_end_matches('/');
    if let Some(below) = written.strip_prefix('/') {
        // The root of the machine is not that of the repository.
        let meant = root.join(below).filter(|_| !below.is_empty())?;
        let dockerfile = match path.of {
            BuildPathOf::Context => meant.join("Dockerfile").and_then(|path| index.files.at(&path)),
            BuildPathOf::Dockerfile => index.files.at(&meant),
            BuildPathOf::UsualDockerfile => None,
        };
        return dockerfile.is_some().then(|| (written.to_owned(), vec![meant]));
    }
    let wanted = root.join(written).filter(|path| !path.within_root().is_empty())?;
    // Nearly all paths are there, which is told sooner than what else could be meant.
    if index.files.at(&wanted).is_some() || index.has_dockerfile_in(&wanted) {
        return None;
    }
    let meant = match path.of {
        BuildPathOf::Dockerfile => vec![moved(index, &wanted)?],
        BuildPathOf::UsualDockerfile => {
            let folder = wanted.folder();
            // That the folder is not there is told of the context.
            index.files.below(&folder).next()?;
            let mut all: Vec<TreePath> = index
                .dockerfiles_named(wanted.name())
                .filter(|path| path.root_name() == wanted.root_name() && !is_aside(path))
                .collect();
            // Those of the same context first.
            all.sort_by_key(|path| (!path.is_below(&wanted.folder()), path.clone()));
            (!all.is_empty()).then_some(all)?
        }
        BuildPathOf::Context => vec![index.dockerfile_folder_like(&wanted)?.clone()],
    };
    let folders = path.folders.iter().filter_map(|folder| root.join(folder)?.join(written));
    let is_there = |path: &TreePath| index.files.below(path).next().is_some();
    let is_there = std::iter::once(wanted.clone()).chain(folders).any(|path| is_there(&path));
    // What lies below is another repository's.
    let is_elsewhere = match &index.tracking {
        Tracking::Known(tracked) => tracked.iter().any(|other| wanted.is_below(other)),
        Tracking::Unknown | Tracking::NoRepository => false,
    };
    (!is_there && !is_elsewhere).then(|| (wanted.to_string(), meant))
}

/// The Dockerfile that probably was at a path before it moved: it has the same name, and the more of the folders
/// above it are called the same, the better.
pub(super) fn moved(index: &Index, wanted: &TreePath) -> Option<TreePath> {
    let name = wanted.name();
    if !name.to_ascii_lowercase().contains("dockerfile") {
        return None;
    }
    // Where several are alike nobody knows which is meant.
    let mut best: Option<(usize, Option<TreePath>)> = None;
    for path in index.dockerfiles_named(name).filter(|path| path.root_name() == wanted.root_name()) {
        let shared = alike(&path, wanted);
        match &mut best {
            Some((most, _)) if shared < *most => {}
            Some((most, meant)) if shared == *most => *meant = None,
            _ => best = Some((shared, Some(path))),
        }
    }
    best?.1
}

/// How many folders of one path the other has too.
fn alike(path: &TreePath, wanted: &TreePath) -> usize {
    path.parts().filter(|part| wanted.parts().any(|other| other == *part)).count()
}
