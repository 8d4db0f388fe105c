//! All rules, one file each, and the list of them.

mod build_arg_out_of_scope;
mod dockerfile_syntax;
mod secret_in_build_arg;
mod undefined_in_stage;

use crate::rule::Rule;

/// Every rule, in the order of groups and names.
pub static ALL: &[&dyn Rule] = &[
    // build
    &build_arg_out_of_scope::BuildArgOutOfScope,
    &undefined_in_stage::UndefinedInStage,
    // secret
    &secret_in_build_arg::SecretInBuildArg,
    // syntax
    &dockerfile_syntax::DockerfileSyntax,
];

/// The rule of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|rule| rule.meta().id.0 == name)
}
