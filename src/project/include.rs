//! `include:`: projects inside a project, with variables and a folder of their own.

use std::collections::BTreeMap;

use super::Found;
use super::load::{Loader, Lookup, Place};
use super::model::{Include, Model};
use super::paths;
use super::variables::{read_env_files, resolve_lists};
use crate::text::{SourceFile, TreePath};

/// Includes nest at most this deep.
const DEEPEST: usize = 16;

impl Loader<'_> {
    /// Adds the services of all included projects to those of the file that includes them.
    pub(super) fn apply_includes(
        &self,
        file: &SourceFile,
        includes: Vec<Include>,
        model: &mut Model,
        place: Place<'_>,
    ) {
        let mut included = place.included.to_vec();
        included.push(file.path.clone());
        for include in includes {
            self.apply_include(&include, model, Place { included: &included, ..place });
        }
    }

    fn apply_include(&self, include: &Include, model: &mut Model, place: Place<'_>) {
        let at = Some(include.at);
        let found: Vec<Option<&SourceFile>> =
            include.paths.iter().map(|path| self.compose_file(place.folder, path, at)).collect();
        let files: Vec<&SourceFile> = found.iter().copied().flatten().collect();
        let Some(main) = files.first().copied().filter(|_| found.len() == files.len()) else { return };
        if place.included.contains(&main.path) || place.included.len() > DEEPEST {
            self.refuse(at, "files include each other in a circle");
            self.open("files include each other in a circle");
            return;
        }
        let folder = match &include.project_directory {
            Some(folder) => place.folder.join(folder),
            None => Some(main.path.folder()),
        };
        let Some(folder) = folder else {
            self.open("an included project lies outside the tree");
            return;
        };
        let own = self.included_variables(include, &folder, place);
        let lookup = |name: &str| (place.lookup)(name).or_else(|| own.get(name).cloned());
        let inner = Place { folder: &folder, lookup: &lookup, included: place.included };
        let mut imported = self.model(&files, inner);
        Self::resolve_paths(&mut imported, &paths::relative(place.folder, &folder));
        resolve_lists(&self.holes, &mut imported, &lookup);
        for (name, service) in imported.services {
            let Some(earlier) = model.services.get(&name) else {
                model.services.insert(name, service);
                continue;
            };
            // The same definition may come in on several ways.
            let place_of =
                |service: &Option<super::model::Service>| service.as_ref().map(|service| service.at);
            if place_of(earlier) != place_of(&service) {
                self.refuse(at, "an included service is defined a second time");
            }
        }
    }

    /// The variables that an included project adds to those of its parent.
    fn included_variables(
        &self,
        include: &Include,
        folder: &TreePath,
        place: Place<'_>,
    ) -> BTreeMap<String, String> {
        let lookup: Lookup<'_> = place.lookup;
        let paths: Vec<Option<TreePath>> = if include.env_files.is_empty() {
            let default = folder.join(".env");
            let is_there =
                default.as_ref().is_some_and(|path| !matches!(self.world.file(path), Found::Absent));
            if is_there { vec![default] } else { Vec::new() }
        } else {
            include.env_files.iter().map(|path| place.folder.join(path)).collect()
        };
        read_env_files(self, &paths, lookup, Some(include.at))
    }
}
