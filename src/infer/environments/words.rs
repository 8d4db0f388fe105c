//! Words that tell an environment.

use crate::matrix::Tier;

/// Words with the usual name of their environment and its tier.
const WORDS: &[(&str, &str, Tier)] = &[
    ("local", "local", Tier::Local),
    ("localhost", "local", Tier::Local),
    ("dev", "local", Tier::Local),
    ("develop", "local", Tier::Local),
    ("development", "local", Tier::Local),
    ("ci", "ci", Tier::Ci),
    ("test", "ci", Tier::Ci),
    ("tests", "ci", Tier::Ci),
    ("testing", "ci", Tier::Ci),
    ("e2e", "ci", Tier::Ci),
    ("integration", "ci", Tier::Ci),
    ("preview", "preview", Tier::Preview),
    ("previews", "preview", Tier::Preview),
    ("pr-preview", "preview", Tier::Preview),
    ("review", "preview", Tier::Preview),
    ("staging", "staging", Tier::Staging),
    ("stage", "staging", Tier::Staging),
    ("stg", "staging", Tier::Staging),
    ("uat", "staging", Tier::Staging),
    ("preprod", "staging", Tier::Staging),
    ("preproduction", "staging", Tier::Staging),
    ("pre-production", "staging", Tier::Staging),
    ("nonprod", "staging", Tier::Staging),
    ("prod", "production", Tier::Production),
    ("prd", "production", Tier::Production),
    ("production", "production", Tier::Production),
    ("live", "production", Tier::Production),
];

/// The environment that a word stands for.
pub(in crate::infer) fn by_word(word: &str) -> Option<(&'static str, Tier)> {
    let word = word.trim_start_matches('.').to_ascii_lowercase();
    WORDS.iter().find(|(known, _, _)| *known == word).map(|&(_, name, tier)| (name, tier))
}

/// The environment that a name of several words stands for: `ci-e2e`, `eu-production`. Names that speak of two
/// environments stand for neither.
pub(in crate::infer) fn by_name(name: &str) -> Option<(&'static str, Tier)> {
    by_word(name).or_else(|| {
        let mut found = None;
        for word in name.split(['-', '_', '.', '/', ' ']) {
            match (by_word(word), found) {
                (Some(one), Some(other)) if one != other => return None,
                (Some(one), _) => found = Some(one),
                (None, _) => {}
            }
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::by_name;
    use crate::matrix::Tier;

    #[test]
    fn names_of_several_words() {
        assert_eq!(by_name("prod"), Some(("production", Tier::Production)));
        assert_eq!(by_name("ci-e2e"), Some(("ci", Tier::Ci)));
        assert_eq!(by_name("Pre-Production"), Some(("staging", Tier::Staging)));
        assert_eq!(by_name("eu-prod"), Some(("production", Tier::Production)));
        assert_eq!(by_name("staging-to-production"), None);
        assert_eq!(by_name("github-pages"), None);
    }
}
