//! The kinds of files that envcheck reads, one module each.
//!
//! The list at the end is all the registry there is; a path belongs to the first extractor that
//! claims and confirms it.

mod compose;
mod dotenv;
mod python;

use crate::fact::Extractor;

/// All extractors, the more particular first.
pub static ALL: &[&dyn Extractor] = &[&compose::Compose];
pub static ALL: &[&dyn Extractor] = &[&dotenv::Dotenv];
pub static ALL: &[&dyn Extractor] = &[&python::Python];
mod mentions;
mod rust;

use crate::fact::Extractor;

/// All extractors, the more particular first; the last takes whatever text nobody else understands.
pub static ALL: &[&dyn Extractor] = &[&rust::Rust, &mentions::Mentions];
