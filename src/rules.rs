//! All rules, one file each, and the list of them.

mod forbidden_scheme;
mod malformed_url;
mod matrix_schema;
mod source_missing;
mod unused_declaration;
mod value_constraint;
mod value_not_allowed;
mod value_type;

use crate::rule::Rule;

/// Every rule, in the order of groups and names.
pub static ALL: &[&dyn Rule] = &[
    // value
    &forbidden_scheme::ForbiddenScheme,
    &malformed_url::MalformedUrl,
    &value_constraint::ValueConstraint,
    &value_not_allowed::ValueNotAllowed,
    &value_type::ValueTypeRule,
    // matrix
    &matrix_schema::MatrixSchema,
    &source_missing::SourceMissing,
    &unused_declaration::UnusedDeclaration,
];

/// The rule of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|rule| rule.meta().id.0 == name)
}
