//! What code demands: lists of required keys, and in which environments they are looked at.

use super::{Index, Site};
use crate::fact::{Fact, Fallback, Need, OnlyWhere, Read, Structure, Value};
use crate::matrix::{Environment, Tier};

impl Index {
    /// Whether a read is an entry of a list that is called required, and no field of a class.
    #[must_use]
    pub fn is_listed_as_required(&self, fact: &Fact, read: &Read) -> bool {
        let Some(name) = &read.settings else { return false };
        let is_class = || {
            matches!(self.extraction(fact.file).map(|extraction| &extraction.structure),
                Some(Structure::Settings(classes)) if classes.iter().any(|class| class.name.value == *name))
        };
        read.need == Need::Required && name.to_ascii_lowercase().contains("required") && !is_class()
    }

    /// What to write at the place of a read that fails without its key.
    #[must_use]
    pub fn told_at(&self, fact: &Fact, read: &Read) -> &'static str {
        if self.is_listed_as_required(fact, read) { "required here" } else { "read here, with no default" }
    }

    /// Whether what is written down for the container of a site is such that its code comes to ask for the key.
    #[must_use]
    pub fn is_asked_at(&self, site: &Site, read: &Read) -> bool {
        let Some(only) = &read.only_where else { return true };
        self.values_for(site).any(|(fact, value)| {
            let is_asked_about = if only.keys.is_empty() {
                fact.key.as_str().ends_with("ENV") || fact.key.as_str().ends_with("ENVIRONMENT")
            } else {
                only.keys.contains(&fact.key)
            };
            is_asked_about && text_of(value).is_some_and(|text| only.values.contains(&text.to_lowercase()))
        })
    }

    /// Whether code that runs in `environment` comes to ask for the key, as far as the environment's name tells.
    #[must_use]
    pub fn is_asked_in(&self, environment: &Environment, read: &Read) -> bool {
        let Some(only) = &read.only_where else { return true };
        let set = only.keys.iter().filter_map(|key| environment.values.get(key)).next();
        match set {
            Some(value) => only.values.contains(&value.value.reveal().to_lowercase()),
            None => is_named(environment, only),
        }
    }
}

/// Whether the values are those of an environment's name or tier; values that name no tier tell nothing.
fn is_named(environment: &Environment, only: &OnlyWhere) -> bool {
    let tier = |value: &String| match value.as_str() {
        "local" | "dev" | "development" => Some(Tier::Local),
        "ci" | "test" | "testing" => Some(Tier::Ci),
        "preview" => Some(Tier::Preview),
        "staging" | "stage" => Some(Tier::Staging),
        "production" | "prod" | "live" => Some(Tier::Production),
        _ => None,
    };
    let name = environment.name.value.to_lowercase();
    only.values.contains(&name)
        || only.values.iter().filter_map(tier).any(|tier| tier == environment.tier.value)
        || only.values.iter().all(|value| tier(value).is_none())
}

/// The text of a value, or the default of the one variable that it is.
fn text_of(value: &Value) -> Option<&str> {
    if let Some(text) = value.plain() {
        return Some(text);
    }
    match value.references.as_slice() {
        [reference] => match &reference.fallback {
            Fallback::Default { text, .. } => Some(text.reveal()),
            _ => None,
        },
        _ => None,
    }
}
