//! `placeholder-in-deployed`

use std::collections::BTreeMap;

use crate::index::Index;
use crate::key::KeyName;
use crate::rule::{Reporter, enumerate};
use crate::text::Location;

crate::declare_rule! {
    /// Reports a placeholder such as `changeme` or `<token>` that supplies a deployed environment.
    ///
    /// ## Why it matters
    ///
    /// The key is there, so every check for presence passes. The service runs with a password that
    /// everybody can guess, or fails at the first use.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # compose.yaml, which supplies `production`
    /// environment:
    ///   SESSION_SECRET: ${SESSION_SECRET:-changeme}
    /// ```
    ///
    /// ## What to do
    ///
    /// Supply the real value, or demand it: `${SESSION_SECRET:?}`.
    pub struct PlaceholderInDeployed = "placeholder-in-deployed", Secret, Error, needs_matrix;
}

impl PlaceholderInDeployed {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<(&KeyName, Location), Vec<String>> = BTreeMap::new();
        for (environment, supply) in index.supplied().filter(|(environment, _)| environment.is_deployed()) {
            let Some(at) = supply.at() else { continue };
            if supply.held().is_some_and(|held| held.is_placeholder()) {
                let names = found.entry((&supply.key, at)).or_default();
                if !names.contains(&environment.name.value) {
                    names.push(environment.name.value.clone());
                }
            }
        }
        for ((key, at), environments) in found {
            let message = format!("a placeholder supplies `{key}` in {}", enumerate(&environments));
            let mut finding = reporter.report(message, at, "only holds the place for a value").key(key);
            if let Some(declared) = index.matrix.keys.get(key).and_then(|spec| spec.name.at) {
                finding = finding.label(declared, "declared here");
            }
            finding
                .environments(environments)
                .why("the key is set, so no check for presence notices")
                .help(format!("supply the real value, or demand it with `${{{key}:?}}`"));
        }
    }
}
