//! All rules, one file each, and the list of them.

mod secret_has_default;

use crate::rule::Rule;

/// Every rule, in the order of groups and names.
pub static ALL: &[&dyn Rule] = &[
    // secret
    &secret_has_default::SecretHasDefault,
];

/// The rule of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|rule| rule.meta().id.0 == name)
}
