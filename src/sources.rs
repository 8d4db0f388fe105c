//! The kinds of files that envcheck reads, one module each.
//!
//! The list at the end is all the registry there is; a path belongs to the first extractor that
//! claims and confirms it.

mod compose;
mod consul_template;
mod vault_agent;
mod vault_policy;
mod dotenv;
mod python;
mod mentions;
mod rust;
mod dockerfile;

use crate::fact::Extractor;

/// All extractors, the more particular first.
pub static ALL: &[&dyn Extractor] =
    &[&consul_template::ConsulTemplate, &vault_agent::VaultAgent, &vault_policy::VaultPolicies];
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
/// All extractors, the more particular first; the last takes whatever text nobody else understands.
pub static ALL: &[&dyn Extractor] = &[&rust::Rust, &mentions::Mentions];
pub static ALL: &[&dyn Extractor] = &[&dockerfile::Dockerfile];
mod mentions;
mod python;
mod rust;

use crate::fact::Extractor;

/// All extractors, the more particular first; the last takes whatever text nobody else understands.
pub static ALL: &[&dyn Extractor] =
    &[&compose::Compose, &dotenv::Dotenv, &python::Python, &rust::Rust, &mentions::Mentions];
