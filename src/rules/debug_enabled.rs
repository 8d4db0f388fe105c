//! `debug-enabled`

use std::collections::BTreeMap;

use crate::index::Index;
use crate::key::{KeyName, segments};
use crate::matrix::Tier;
use crate::rule::{Reporter, enumerate};
use crate::text::Location;

crate::declare_rule! {
    /// Reports a debug switch that is on in staging or production.
    ///
    /// ## Why it matters
    ///
    /// Debug modes show stack traces, settings and queries to whoever causes an error, and switch off
    /// caches and checks.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # envs/production.yaml
    /// values: { DEBUG: "true" }
    /// ```
    ///
    /// ## What to do
    ///
    /// Switch it off there, or leave the key out.
    pub struct DebugEnabled = "debug-enabled", Value, Warning, needs_matrix;
}

impl DebugEnabled {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<(&KeyName, Location), Vec<String>> = BTreeMap::new();
        for (environment, supply) in index.supplied() {
            if environment.tier.value < Tier::Staging || !is_debug_switch(&supply.key) {
                continue;
            }
            let (Some(held), Some(at)) = (supply.held(), supply.at()) else { continue };
            let is_on = held.text().is_some_and(|text| {
                matches!(text.reveal().to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on" | "t" | "y")
            });
            if is_on {
                let names = found.entry((&supply.key, at)).or_default();
                if !names.contains(&environment.name.value) {
                    names.push(environment.name.value.clone());
                }
            }
        }
        for ((key, at), environments) in found {
            reporter
                .report(format!("`{key}` is on in {}", enumerate(&environments)), at, "switched on here")
                .key(key)
                .environments(environments)
                .why("debug modes tell strangers what they should not know")
                .help("switch it off there, or leave it out");
        }
    }
}

fn is_debug_switch(key: &str) -> bool {
    let parts: Vec<&str> = segments(key).collect();
    parts.last() == Some(&"DEBUG")
        || (parts.first() == Some(&"DEBUG")
            && parts.get(1).is_none_or(|word| matches!(*word, "MODE" | "ENABLED")))
}
