//! Rules by name.

use super::failure::Failure;
use crate::diagnostic::RuleId;
use crate::rule::Rule;
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

/// The name among `known` that `slip` was probably meant to be.
pub(super) fn closest<'a>(slip: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let slip = slip.to_ascii_lowercase().replace(['_', ' '], "-");
    known
        .map(|name| {
            let is_part = slip.len() >= 4 && name.contains(&slip);
            let distance = strsim::osa_distance(&slip, name);
            (if is_part { distance.min(1) } else { distance }, name)
        })
        .filter(|&(distance, name)| distance <= (name.len() / 3).max(1))
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn suggests_what_was_probably_meant() {
        let known = ["duplicate-key", "key-style", "unread-key"];
        let closest = |slip| closest(slip, known.into_iter());
        assert_eq!(closest("duplicate-keys"), Some("duplicate-key"));
        assert_eq!(closest("DUPLICATE_KEY"), Some("duplicate-key"));
        assert_eq!(closest("duplicate"), Some("duplicate-key"));
        assert_eq!(closest("nonsense"), None);
    }
}
