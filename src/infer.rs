//! Guessing a matrix from what a tree says, for trees whose team has not declared one.

use crate::fact::Extraction;
use crate::matrix::Matrix;
use crate::text::Files;

/// The matrix that the tree suggests. It describes and demands nothing, so that no rule about
/// demands can speak because of a guess.
#[must_use]
pub fn infer(_files: &Files, _extractions: &[Extraction]) -> Matrix {
    Matrix::default()
}
