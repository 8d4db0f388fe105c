//! The kinds of files that envcheck reads, one module each.
//!
//! The list at the end is all the registry there is; a path belongs to the first extractor that
//! claims and confirms it.

mod consul_template;
mod vault_agent;
mod vault_policy;

use crate::fact::Extractor;

/// All extractors, the more particular first.
pub static ALL: &[&dyn Extractor] =
    &[&consul_template::ConsulTemplate, &vault_agent::VaultAgent, &vault_policy::VaultPolicies];
