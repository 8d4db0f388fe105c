//! All rules, one file each, and the list of them.

mod dotenv_dialect;
mod dotenv_syntax;
mod duplicate_key;
mod missing_final_newline;
mod secret_has_default;

use crate::rule::Rule;

/// Every rule, in the order of groups and names.
pub static ALL: &[&dyn Rule] = &[
    &dotenv_dialect::DotenvDialect,
    &dotenv_syntax::DotenvSyntax,
    &duplicate_key::DuplicateKey,
    &missing_final_newline::MissingFinalNewline,
    // secret
    &secret_has_default::SecretHasDefault,
];

/// The rule of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|rule| rule.meta().id.0 == name)
}
