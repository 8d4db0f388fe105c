//! Guessing a matrix from what a tree says, for trees whose team has not declared one.
//!
//! Two steps. [`infer`] is for checks: what it guesses describes and demands nothing: no key is required, no
//! default forbidden, no name prescribed, so no rule about demands can speak because of a guess.
//! [`propose`] is for people: a richer guess that a team reads, corrects and then owns.

mod bare;
mod environments;
mod keys;
mod project;
mod services;
mod shape;
mod stake;

pub use bare::without_places;
pub use environments::{ToldByTemplate, renew_receivers};
pub use shape::{is_same_read, shape, spec_of, told_of_browsers, told_of_environments};
pub use stake::{Joined, Others, ServiceChange, Stake, guess_again, stake_of, stake_of_image};

use crate::fact::{ComposeFile, DotenvFile, Extraction, Structure, TemplateFile};
use crate::matrix::Matrix;
use crate::text::{FileId, Files, Location, SourceFile, Span, TreePath};

/// What the guesses are made from.
struct Tree<'a> {
    files: &'a Files,
    extractions: &'a [Extraction],
    /// The numbers of the files in scopes of the project itself, in order.
    own: Vec<u32>,
}

/// The matrix that the tree suggests.
#[must_use]
pub fn infer(files: &Files, extractions: &[Extraction]) -> Matrix {
    let tree = Tree::new(files, extractions);
    let project = project::guess(&tree);
    let services = services::guess(&tree, project.as_ref());
    let (environments, keys) =
        rayon::join(|| environments::guess(&tree, &services), || keys::read_by_code(&tree, &services));
    bare::undemanding(Matrix { project, services, environments, keys, ..Matrix::default() })
}

/// The prefix of keys for browsers that the files below a folder suggest.
#[must_use]
pub fn prefix_below(folder: &TreePath, files: &Files, extractions: &[Extraction]) -> Option<String> {
    let below = files.below(folder).filter_map(|file| Some((file, extractions.get(file.id.0 as usize)?)));
    services::prefix_in(below).map(|prefix| prefix.value)
}

/// Whether a tree's service may come or go with what `file` reads: where nothing builds or runs anything, a tree has a
/// service if any of its files reads a key. `had` is what the file said before, and `extractions` have what it says now.
#[must_use]
pub fn is_service_at_stake(
    file: FileId,
    had: &Extraction,
    files: &Files,
    extractions: &[Extraction],
) -> bool {
    let reads = |extraction: Option<&Extraction>| extraction.is_some_and(services::reads_anything);
    let at = |file: FileId| extractions.get(file.0 as usize);
    if reads(Some(had)) == reads(at(file)) {
        return false;
    }
    let mut others = files.iter().filter(|other| other.id != file && !crate::fact::is_aside(&other.path));
    !others.any(|other| reads(at(other.id)))
}

/// The matrix that a team could begin with: what [`infer`] tells, with demands where the code makes them,
/// and with keys that files set or document for code whose reads are not understood.
///
/// The places in it ([`crate::matrix::Said::at`]) are those that each guess comes from; an empty span at
/// the beginning of a file stands for the file as a whole.
#[must_use]
pub fn propose(files: &Files, extractions: &[Extraction]) -> Matrix {
    let tree = Tree::new(files, extractions);
    let project = project::guess(&tree);
    let services = services::guess(&tree, project.as_ref());
    let environments = environments::guess(&tree, &services);
    let keys = keys::propose(&tree, &services);
    Matrix { project, services, environments, keys, ..Matrix::default() }
}

impl<'a> Tree<'a> {
    fn new(files: &'a Files, extractions: &'a [Extraction]) -> Self {
        let own = files.iter().filter(|file| !crate::fact::is_aside(&file.path)).map(|file| file.id.0);
        Self { files, extractions, own: own.collect() }
    }

    /// The files with what they say, scopes of their own (tests, examples, documentation) left out.
    fn own(&self) -> impl Iterator<Item = (&'a SourceFile, &'a Extraction)> {
        self.own
            .iter()
            .filter_map(|&file| Some((self.files.get(FileId(file))?, self.extractions.get(file as usize)?)))
    }

    /// The files of some shape.
    fn shaped<T: 'a>(
        &self,
        shape: impl Fn(&'a Structure) -> Option<&'a T> + 'a,
    ) -> impl Iterator<Item = (&'a SourceFile, &'a T)> {
        self.own().filter_map(move |(file, extraction)| Some((file, shape(&extraction.structure)?)))
    }

    fn composes(&self) -> impl Iterator<Item = (&'a SourceFile, &'a ComposeFile)> {
        self.shaped(|structure| match structure {
            Structure::Compose(compose) => Some(compose),
            _ => None,
        })
    }

    fn dotenvs(&self) -> impl Iterator<Item = (&'a SourceFile, &'a DotenvFile)> {
        self.shaped(|structure| match structure {
            Structure::Dotenv(dotenv) => Some(dotenv),
            _ => None,
        })
    }

    fn templates(&self) -> impl Iterator<Item = (&'a SourceFile, &'a TemplateFile)> {
        self.shaped(|structure| match structure {
            Structure::Template(template) => Some(template),
            _ => None,
        })
    }

    /// The Dockerfile at this path, if it was read.
    fn dockerfile_at(&self, path: &TreePath) -> Option<&'a crate::fact::Dockerfile> {
        let file = self.files.at(path)?;
        match &self.extractions.get(file.id.0 as usize)?.structure {
            Structure::Dockerfile(dockerfile) => Some(dockerfile),
            _ => None,
        }
    }

    /// Whether any file that was read lies below `folder`.
    fn has_files_below(&self, folder: &TreePath) -> bool {
        self.files.below(folder).next().is_some()
    }
}

/// The place that stands for a file as a whole.
fn whole(file: FileId) -> Location {
    Location::new(file, Span::at(0))
}
