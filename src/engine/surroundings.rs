//! What the system says of paths that files name and that were not read.

use std::collections::BTreeSet;

use super::ignores::Ignores;
use super::told_variables::{takes_bare, told_variables};
use super::{compose_samples, elsewhere, kept_out, manuals, modules, mounts, unmade};
use crate::index::{BuildLink, BuildOfStep, EnvFileLink, Index, Site};
use crate::system::System;
use crate::text::{FileId, TreePath};

/// Notes what the system says of paths that the files of an index name.
pub(super) fn look_around(index: &mut Index, system: &dyn System) {
    let joined: &Index = index;
    // None of them asks for what another one finds.
    let (
        (unmade, absent_mounts, missing_modules, told),
        (absent, kept_out, compose_samples, told_variables, lacks_code),
    ) = rayon::join(
        || {
            let mut ignores = Ignores::of(system);
            (
                unmade::unmade(joined, system, &mut ignores),
                mounts::absent(joined, system, &mut ignores),
                modules::missing(joined, system, &mut ignores),
                manuals::told(joined, system, &mut ignores),
            )
        },
        || {
            (
                absent(joined, system),
                kept_out::kept_out(joined, system),
                compose_samples::folders(joined, system),
                told_variables(joined, system),
                elsewhere::lacks_code(joined, system),
            )
        },
    );
    index.unmade = unmade;
    index.absent_mounts = absent_mounts;
    index.missing_modules = missing_modules;
    index.told = told;
    index.absent = absent;
    index.kept_out = kept_out;
    index.compose_samples = compose_samples;
    index.told_variables = told_variables;
    index.lacks_code = lacks_code;
}

/// Looks again at what prose tells of, of which a file changed; whether anything is another now.
pub(super) fn is_told_otherwise(index: &mut Index, system: &dyn System, changed: &TreePath) -> bool {
    // It may be a new file, which somebody wants.
    if index.unmade.contains(changed) || index.absent.contains(changed) {
        look_around(index, system);
        return true;
    }
    let mut ignores = Ignores::of(system);
    let absent_mounts = mounts::absent(index, system, &mut ignores);
    let told = manuals::told(index, system, &mut ignores);
    let told_variables = told_variables(index, system);
    let is_same =
        absent_mounts == index.absent_mounts && told == index.told && told_variables == index.told_variables;
    (index.absent_mounts, index.told, index.told_variables) = (absent_mounts, told, told_variables);
    !is_same
}

/// The paths that the matrix names and at which nothing stands.
fn absent(index: &Index, system: &dyn System) -> BTreeSet<TreePath> {
    let named = index.matrix.named_paths();
    let is_there = |path: &TreePath| index.files.at(path).is_some() || system.exists(path);
    named.iter().map(|named| &named.path.value).filter(|path| !is_there(path)).cloned().collect()
}

/// What the services of a compose file named before an edit, with those of the compose files beside it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    takes_bare: bool,
    builds_elsewhere: bool,
    /// Dotenv files that must be there and are not.
    missing: BTreeSet<TreePath>,
    mounted: BTreeSet<TreePath>,
    dockerfiles: BTreeSet<FileId>,
    /// The contexts of builds.
    contexts: BTreeSet<TreePath>,
    /// What steps and commands build.
    built: BTreeSet<BuildOfStep>,
    /// Where examples of compose files stand beside those that commands may use.
    compose_samples: BTreeSet<TreePath>,
}

impl Named {
    /// What a file names now: a compose file, a workflow, a script.
    pub(super) fn by(index: &mut Index, system: &dyn System, file: FileId) -> Self {
        let mut named = Self::default();
        if index.compose(file).is_none() {
            named.built = index.builds_of_steps(file).collect();
            named.dockerfiles = named.built.iter().map(|build| build.dockerfile).collect();
            index.set_focus(Some(vec![file]));
            named.compose_samples = compose_samples::folders(index, system);
            index.set_focus(None);
            return named;
        }
        let folder = index.path(file).folder();
        let beside: Vec<FileId> = index.composes_in(&folder).to_vec();
        named.takes_bare = takes_bare(index, file);
        for site in beside.iter().flat_map(|&file| index.sites_in(file)) {
            named.note(index, &folder, site, site.file == file);
        }
        index.set_focus(Some(beside));
        named.builds_elsewhere = elsewhere::builds_elsewhere(index);
        index.set_focus(None);
        named
    }

    fn note(&mut self, index: &Index, folder: &TreePath, site: &Site, is_own: bool) {
        for link in &site.env_files {
            if let EnvFileLink::Missing(path) = link {
                self.missing.insert(path.clone());
            }
        }
        if let BuildLink::Dockerfile(file) = site.build {
            self.dockerfiles.insert(file);
        }
        self.contexts.extend(index.context_of(site));
        let service = index.compose_service(site).filter(|_| is_own);
        let mounts = service.map_or(&[] as &[_], |service| &service.mounts);
        self.mounted.extend(mounts.iter().filter_map(|mount| folder.join(&mount.source)));
    }
}

/// Looks again at the paths that an edited file names, which named `before`; `None` where more than what is said of these
/// paths may be another now. What was found for paths that nobody names any more is kept, for it still holds.
pub(super) fn look_again(index: &mut Index, system: &dyn System, file: FileId, before: &Named) -> Option<()> {
    let now = Named::by(index, system, file);
    let is_image = index.dockerfile(file).is_some();
    if now == *before && !is_image {
        return Some(());
    }
    let mut ignores = Ignores::of(system);
    let missing = before.missing.symmetric_difference(&now.missing);
    if missing.into_iter().any(|path| ignores.name(path)) {
        return None;
    }
    if before.takes_bare != now.takes_bare && told_variables(index, system) != index.told_variables {
        return None;
    }
    if before.builds_elsewhere != now.builds_elsewhere {
        index.lacks_code = elsewhere::lacks_code(index, system);
    }
    let focus: BTreeSet<FileId> =
        before.dockerfiles.iter().chain(&now.dockerfiles).copied().chain([file]).collect();
    index.set_focus(Some(focus.into_iter().collect()));
    let absent = mounts::absent(index, system, &mut ignores);
    index.compose_samples.extend(now.compose_samples);
    if now.contexts != before.contexts || now.built != before.built {
        let kept_out = kept_out::kept_out(index, system);
        index.kept_out.extend(kept_out);
    }
    let copied = unmade::unmade(index, system, &mut ignores);
    index.set_focus(None);
    for path in before.mounted.iter().chain(&now.mounted) {
        let was_absent = index.absent_mounts.remove(path).is_some();
        // Of several files that mount a path the first one tells what it may be instead.
        let is_absent = was_absent || absent.contains_key(path);
        if is_absent && index.sites_mounting(path).any(|site| site.file != file) {
            return None;
        }
    }
    index.absent_mounts.extend(absent);
    index.unmade.extend(copied);
    Some(())
}
