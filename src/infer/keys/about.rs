//! What keys are for, in the words of code and examples.

use std::collections::BTreeMap;

use crate::fact::Role;
use crate::infer::Tree;
use crate::key::KeyName;
use crate::matrix::KeySpec;

/// A line of a matrix holds about this much, in characters.
const LONGEST: usize = 110;

/// Completes the texts from the comments of dotenv files, and makes all of them one short line.
pub(super) fn add(tree: &Tree<'_>, keys: &mut BTreeMap<KeyName, KeySpec>) {
    for (_, extraction) in tree.own() {
        for fact in &extraction.facts {
            if let (Role::Documents(document), Some(spec)) = (&fact.role, keys.get_mut(&fact.key)) {
                spec.about = spec.about.take().or_else(|| document.about.clone());
            }
        }
    }
    for spec in keys.values_mut() {
        spec.about = spec.about.take().and_then(|text| sentence(&text));
    }
}

/// The first sentence of a comment; `None` where it tells nothing, or might tell too much.
fn sentence(text: &str) -> Option<String> {
    let is_heading = |line: &str| line.starts_with(['[', '=', '-', '#', '*', '<', '>', '+']);
    let mut words = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if is_heading(line) || line.contains("://") {
            if words.is_empty() {
                continue;
            }
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(line);
    }
    let words: Vec<&str> = words.split_whitespace().collect();
    let whole = words.join(" ");
    let whole = ["OPTIONAL:", "REQUIRED:", "Optional:", "Required:"]
        .iter()
        .find_map(|mark| whole.strip_prefix(mark))
        .unwrap_or(&whole)
        .trim();
    let end = whole.match_indices(". ").map(|(at, _)| at + 1).find(|&at| at > 20);
    let mut first = whole.get(..end.unwrap_or(whole.len())).unwrap_or(whole).trim_end_matches(':').to_owned();
    if first.chars().count() > LONGEST {
        let cut = first.char_indices().nth(LONGEST).map_or(first.len(), |(at, _)| at);
        let at = first.get(..cut).and_then(|head| head.rfind(' ')).unwrap_or(cut);
        first.truncate(at);
        first.push_str(" ...");
    }
    let tells = first.split_whitespace().count() >= 2 && first.chars().any(char::is_lowercase);
    // Samples in comments can be somebody's real values; code that was commented out is no description.
    let is_safe = crate::secret::provider_token(&first).is_none()
        && !crate::secret::has_url_credentials(&first)
        && !first.contains('=')
        && !first.split_whitespace().any(|word| word.len() > 24 && !word.contains(['/', '_', '-']))
        && !first.chars().any(char::is_control);
    (tells && is_safe).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn one_short_line() {
        assert_eq!(sentence("OPTIONAL: The port.\nhttps://x").as_deref(), Some("The port."));
        assert_eq!(sentence("[[AUTH]]"), None);
        assert_eq!(sentence("e.g. OLD=value of it"), None);
        assert_eq!(
            sentence("How long tokens live. In seconds; see below.").as_deref(),
            Some("How long tokens live.")
        );
        assert_eq!(sentence("for example sk4f9d8c7b6a5f4e3d2c1b0a9f8e7d6c"), None);
    }
}
