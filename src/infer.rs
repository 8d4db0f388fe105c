//! Guessing a matrix from what a tree says, for trees whose team has not declared one.
//!
//! What is guessed describes and demands nothing: no key is required, no default forbidden, no name
//! prescribed. So no rule about demands can speak because of a guess.

mod environments;
mod keys;
mod services;

use crate::fact::{Extraction, Structure};
use crate::matrix::Matrix;
use crate::text::{Files, SourceFile, TreePath};

/// What the guesses are made from.
struct Tree<'a> {
    files: &'a Files,
    extractions: &'a [Extraction],
}

/// The matrix that the tree suggests.
#[must_use]
pub fn infer(files: &Files, extractions: &[Extraction]) -> Matrix {
    let tree = Tree { files, extractions };
    let services = services::guess(&tree);
    let environments = environments::guess(&tree);
    let keys = keys::guess(&tree, &services);
    Matrix { services, environments, keys, ..Matrix::default() }
}

impl<'a> Tree<'a> {
    /// The files with what they say, scopes of their own (tests, examples, documentation) left out.
    fn own(&self) -> impl Iterator<Item = (&'a SourceFile, &'a Extraction)> + use<'a> {
        self.files.iter().zip(self.extractions).filter(|(file, _)| !crate::fact::is_aside(&file.path))
    }

    /// The files of some shape.
    fn shaped<T: 'a>(
        &self,
        shape: impl Fn(&'a Structure) -> Option<&'a T> + 'a,
    ) -> impl Iterator<Item = (&'a SourceFile, &'a T)> {
        self.own().filter_map(move |(file, extraction)| Some((file, shape(&extraction.structure)?)))
    }

    /// Whether any file that was read lies below `folder`.
    fn has_files_below(&self, folder: &TreePath) -> bool {
        self.files.iter().any(|file| file.path.is_below(folder))
    }
}
