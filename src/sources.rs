//! The kinds of files that envcheck reads, one module each.
//!
//! The list at the end is all the registry there is; a path belongs to the first extractor that
//! claims and confirms it.

mod compose;
mod consul_template;
mod dotenv;
mod python;
mod rust;

use crate::fact::Extractor;

/// All extractors, the more particular first.
pub static ALL: &[&dyn Extractor] = &[
    // known by name
    &dotenv::Dotenv,
    &consul_template::ConsulTemplate,
    // known by their content
    &compose::Compose,
    // code
    &rust::Rust,
    &python::Python,
];
