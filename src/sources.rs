//! The kinds of files that envcheck reads, one module each.
//!
//! The list at the end is all the registry there is; a path belongs to the first extractor that
//! claims and confirms it.

mod compose;
mod dotenv;
mod mentions;
mod python;
mod rust;

use crate::fact::Extractor;

/// All extractors, the more particular first; the last takes whatever text nobody else understands.
pub static ALL: &[&dyn Extractor] =
    &[&compose::Compose, &dotenv::Dotenv, &python::Python, &rust::Rust, &mentions::Mentions];
