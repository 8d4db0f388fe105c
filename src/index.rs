//! The joined side: what all files say, by key, environment and service. Built once, immutable.
//!
//! Rules ask their questions here. The index does no I/O.

mod expected;
mod facts;
mod values;

pub use expected::{Expectations, Expected};
pub use values::{Given, Giver};

use std::collections::BTreeSet;

use crate::fact::{Extraction, SourceKind};
use crate::matrix::{Matrix, MatrixProblem};
use crate::text::{FileId, Files, TreePath};

/// Everything that is known about the tree.
#[derive(Debug, Default)]
pub struct Index {
    /// The files.
    pub files: Files,
    /// The declared or inferred matrix.
    pub matrix: Matrix,
    /// What is wrong with the matrix.
    pub matrix_problems: Vec<MatrixProblem>,
    /// Paths that the matrix names and at which nothing stands.
    pub absent: BTreeSet<TreePath>,
    /// What each file says; at the position of its number.
    extractions: Vec<Extraction>,
    /// As what each file was read; at the position of its number.
    kinds: Vec<Option<SourceKind>>,
    by_key: facts::ByKey,
}

impl Index {
    /// Joins what the files say with what the matrix says. `extractions[i]` and `kinds[i]` belong to
    /// the file with the number `i`.
    #[must_use]
    pub fn build(
        files: Files,
        matrix: Matrix,
        matrix_problems: Vec<MatrixProblem>,
        extractions: Vec<Extraction>,
        kinds: Vec<Option<SourceKind>>,
    ) -> Self {
        let by_key = facts::ByKey::build(&extractions);
        Self { files, matrix, matrix_problems, absent: BTreeSet::new(), extractions, kinds, by_key }
    }

    /// What a file says.
    #[must_use]
    pub fn extraction(&self, file: FileId) -> Option<&Extraction> {
        self.extractions.get(file.0 as usize)
    }

    /// As what a file was read; `None` if no extractor claimed it.
    #[must_use]
    pub fn kind(&self, file: FileId) -> Option<SourceKind> {
        self.kinds.get(file.0 as usize).copied().flatten()
    }
}
