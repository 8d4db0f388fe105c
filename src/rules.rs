//! All rules, one file each, and the list of them.

mod brace_without_dollar;
mod compose_structure;
mod interpolation_syntax;
mod literal_quotes;
mod unescaped_dollar;
mod unquoted_scalar;

use crate::rule::Rule;

/// Every rule, in the order of groups and names.
pub static ALL: &[&dyn Rule] = &[
    &brace_without_dollar::BraceWithoutDollar,
    &compose_structure::ComposeStructure,
    &interpolation_syntax::InterpolationSyntax,
    &literal_quotes::LiteralQuotes,
    &unescaped_dollar::UnescapedDollar,
    &unquoted_scalar::UnquotedScalar,
];

/// The rule of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|rule| rule.meta().id.0 == name)
}
