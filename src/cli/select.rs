//! Rules by name.

use super::failure::Failure;
use crate::diagnostic::RuleId;
use crate::rule::Rule;
pub(super) use crate::rule::closest;
use crate::rules;

/// The rules of these names.
///
/// # Errors
/// The first name that is none, with the name that was probably meant.
pub(super) fn rules_named(flag: &str, names: &[String]) -> Result<Vec<RuleId>, Failure> {
    names
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .map(|name| rule_named(name, flag).map(|rule| rule.meta().id))
        .collect()
}

/// The rule of this name, asked for with `flag`.
///
/// # Errors
/// That there is none, with the name that was probably meant.
pub(super) fn rule_named(name: &str, flag: &str) -> Result<&'static dyn Rule, Failure> {
    rules::by_name(name).ok_or_else(|| {
        let from = if flag.is_empty() { String::new() } else { format!(" ({flag})") };
        let message = format!("there is no rule `{name}`{from}");
        let known = rules::ALL.iter().map(|rule| rule.meta().id.0);
        let group: Vec<&str> = rules::ALL
            .iter()
            .map(|rule| rule.meta())
            .filter(|meta| meta.group.word() == name)
            .map(|meta| meta.id.0)
            .collect();
        if !group.is_empty() {
            let help = format!("`{name}` is a group; its rules are {}", group.join(", "));
            return Failure::with_help(message, help);
        }
        match closest(name, known) {
            Some(meant) => Failure::with_help(message, format!("did you mean `{meant}`?")),
            None => Failure::with_help(message, "`envcheck rules` lists all rules"),
        }
    })
}
