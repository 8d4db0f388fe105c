//! The declared side: what a team says about its environments, services and keys.
//!
//! The model here is valid by construction; reading, with spans and suggestions for whatever is not
//! valid, is in `read`. Guessing a matrix from a tree needs facts, and so stands further down, in
//! [`crate::infer`].

mod environment;
mod key_spec;
mod model;
mod naming;
mod read;
pub mod schema;

pub use environment::{Defaults, EnvSource, Environment, Gates, Runtime, Tier, Trigger};
pub use key_spec::{Deprecation, KeySpec, Kind, Relation, RelationKind, Required};
pub use model::{Matrix, MatrixOrigin, NamedPath, PathRole, Said, Service};
pub use naming::{KeyStyle, Naming, Pattern, PatternPart};
pub use read::{MatrixProblem, SCHEMA_FOLDER, is_schema_beside, is_single, matrix_paths, read};
pub(crate) use read::{SETTINGS, is_matrix_word, main_file, reader, says_matrix, tree};
pub use schema::{environment_schema, schema};
