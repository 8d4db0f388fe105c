//! The kinds of files that envcheck reads, one module each.
//!
//! The list at the end is all the registry there is; a path belongs to the first extractor that
//! claims and confirms it.

mod dotenv;
mod rust;
mod compose;
mod consul_template;
mod python;

use crate::fact::Extractor;

/// All extractors, the more particular first.
pub static ALL: &[&dyn Extractor] = &[
    // known by name
    &dotenv::Dotenv,
    // code
    &rust::Rust,
];
pub static ALL: &[&dyn Extractor] = &[&compose::Compose];
pub static ALL: &[&dyn Extractor] = &[&consul_template::ConsulTemplate];
pub static ALL: &[&dyn Extractor] = &[&python::Python];
