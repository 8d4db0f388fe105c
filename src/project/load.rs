//! From the project's files to one [`Model`].

use std::cell::{Cell, RefCell};

use super::holes::{Holes, first_mark};
use super::model::Model;
use super::paths;
use super::read::Reader;
use super::reset::Resets;
use super::{Found, Refused, World};
use crate::syntax::yaml;
use crate::text::{Location, SourceFile, TreePath, end_of_reading};

/// The variables that a file is interpolated with.
pub(super) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Files that one project may load, each `extends` and `include` counted. Real projects have some tens.
const MOST_FILES: usize = 2000;

/// Nodes that one project may visit, each as often as an alias leads to it.
const MOST_VISITS: usize = 1_000_000;

/// Loads the files of one project.
pub(super) struct Loader<'a> {
    pub(super) world: &'a dyn World,
    pub(super) holes: Holes,
    refusals: RefCell<Vec<Refused>>,
    open: RefCell<Option<String>>,
    files_left: Cell<usize>,
    visits_left: Cell<usize>,
}

/// Where a file's relative paths begin, and its variables.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The folder of the project, or of the project that is included.
    pub(super) folder: &'a TreePath,
    pub(super) lookup: Lookup<'a>,
    /// The files that led here by `include`.
    pub(super) included: &'a [TreePath],
}

/// Which steps of loading a file are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Steps {
    /// All.
    All,
    /// Without `extends` and `include`: the file is only extended.
    Raw,
}

impl<'a> Loader<'a> {
    pub(super) fn new(world: &'a dyn World) -> Self {
        Self {
            world,
            holes: Holes::default(),
            refusals: RefCell::default(),
            open: RefCell::default(),
            files_left: Cell::new(MOST_FILES),
            visits_left: Cell::new(MOST_VISITS),
        }
    }

    /// Notes that compose refuses the project.
    pub(super) fn refuse(&self, at: Option<Location>, reason: &str) {
        let refused = Refused { at, reason: reason.to_owned() };
        let mut refusals = self.refusals.borrow_mut();
        if !refusals.contains(&refused) {
            refusals.push(refused);
        }
    }

    /// Notes that something of the project is not seen.
    pub(super) fn open(&self, reason: &str) {
        self.open.borrow_mut().get_or_insert_with(|| reason.to_owned());
    }

    /// Takes one visit; false if there are none left.
    pub(super) fn visit(&self) -> bool {
        match self.visits_left.get().checked_sub(1) {
            Some(left) => {
                self.visits_left.set(left);
                true
            }
            None => {
                self.open("the project's aliases multiply beyond what can be followed");
                false
            }
        }
    }

    pub(super) fn into_notes(self) -> (Vec<Refused>, Option<String>) {
        (self.refusals.into_inner(), self.open.into_inner())
    }

    /// The file at `path` as seen from `folder`; what hinders is noted.
    pub(super) fn compose_file(
        &self,
        folder: &TreePath,
        path: &str,
        at: Option<Location>,
    ) -> Option<&'a SourceFile> {
        if let Some(hole) = first_mark(path).and_then(|_| self.holes.first(path)) {
            self.open(&hole.reason);
            return None;
        }
        let Some(path) = folder.join(path) else {
            self.open("a compose file lies outside the tree");
            return None;
        };
        match self.world.file(&path) {
            Found::File(file) | Found::Example(file) => Some(file),
            Found::Absent => {
                self.refuse(at, "a compose file is not there");
                self.open("a compose file is not in the tree");
                None
            }
            Found::Unknown(reason) => {
                self.open(&reason);
                None
            }
        }
    }

    /// All files of a project, each laid over those before.
    pub(super) fn model(&self, files: &[&SourceFile], place: Place<'_>) -> Model {
        let mut model = Model::default();
        for file in files {
            self.file(file, place, Steps::All, &mut model);
        }
        model
    }

    /// Lays one file over `model`; returns what its last document takes away.
    pub(super) fn file(
        &self,
        file: &SourceFile,
        place: Place<'_>,
        steps: Steps,
        model: &mut Model,
    ) -> Resets {
        let mut last = Resets::default();
        match self.files_left.get().checked_sub(1) {
            Some(left) => self.files_left.set(left),
            None => {
                self.open("the project has more files than can be followed");
                return last;
            }
        }
        if end_of_reading(&file.text).is_some() {
            self.open("a compose file is too large to be read in full");
            return last;
        }
        let parsed = yaml::parse(&file.text);
        if let Some(error) = parsed.errors.first() {
            self.refuse(Some(Location::new(file.id, error.span)), "the file is not valid YAML");
            self.open("a compose file is not valid YAML");
        }
        for document in &parsed.documents {
            let reader = Reader { loader: self, file: file.id, lookup: place.lookup, in_override: false };
            let (mut read, resets) = reader.document(document);
            if steps == Steps::All {
                self.apply_extends(file, &mut read, place, &resets);
            }
            resets.apply(model);
            if steps == Steps::All {
                let includes = std::mem::take(&mut read.include);
                self.apply_includes(file, includes, &mut read, place);
            }
            model.merge(read);
            last = resets;
        }
        last
    }

    /// Makes the paths of a loaded file relative to the folder from which `folder` is seen.
    pub(super) fn resolve_paths(model: &mut Model, folder: &str) {
        for service in model.services.values_mut().flatten() {
            for file in service.env_files.iter_mut().flatten() {
                file.path = paths::join(folder, &file.path);
            }
            if let Some(file) = service.extends.as_mut().and_then(|extends| extends.file.as_mut()) {
                *file = paths::join(folder, file);
            }
        }
    }
}
