//! Reading a matrix from its files.

use super::model::Matrix;
use crate::text::{Location, SourceFile, TreePath};

/// Something wrong with the matrix.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MatrixProblem {
    /// Where.
    pub at: Location,
    /// What is wrong, in one line.
    pub message: String,
    /// What is to be seen at `at`.
    pub label: String,
    /// What to do: "did you mean `required`?".
    pub help: Option<String>,
    /// Another place that belongs to it, with its label.
    pub related: Option<(Location, String)>,
}

/// The files of the matrix among the `paths` of a tree, in reading order; with `explicit`, the file
/// or folder that the operator named. Empty if there is no matrix.
#[must_use]
pub fn matrix_paths(_paths: &[TreePath], _explicit: Option<&TreePath>) -> Vec<TreePath> {
    Vec::new()
}

/// Reads the matrix from its files. Never fails: what is not valid is left out and told.
#[must_use]
pub fn read(_files: &[&SourceFile]) -> (Matrix, Vec<MatrixProblem>) {
    (Matrix::default(), Vec::new())
}
