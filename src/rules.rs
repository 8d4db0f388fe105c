//! All rules, one file each, and the list of them.

mod template_renders_broken;
mod template_syntax;
mod vault_path_not_granted;

use crate::rule::Rule;

/// Every rule, in the order of groups and names.
pub static ALL: &[&dyn Rule] = &[
    &vault_path_not_granted::VaultPathNotGranted,
    &template_renders_broken::TemplateRendersBroken,
    &template_syntax::TemplateSyntax,
];

/// The rule of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Rule> {
    ALL.iter().copied().find(|rule| rule.meta().id.0 == name)
}
