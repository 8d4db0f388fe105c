//! Whether anybody uses a key at all.

use super::Index;
use crate::fact::{Fact, Place, Role, Structure, Value};
use crate::key::{KeyName, is_tool_key};
use crate::text::Location;

impl Index {
    /// Whether something in the tree reads `key`, or may do so: a read of any kind and phase, a
    /// reference from another value, a name that occurs where it is not understood, a reader that
    /// computes names, a tool or SDK.
    #[must_use]
    pub fn may_be_read(&self, key: &KeyName) -> bool {
        is_tool_key(key)
            || self.is_read(key)
            || self.references.contains(key)
            || self.mentions_of(key).next().is_some()
            || self.has_file_twin(key)
            || self.read_gap(key).is_some()
    }

    /// Whether a read of the key is known, under this name, an alternative one or in another case.
    #[must_use]
    pub fn is_read(&self, key: &KeyName) -> bool {
        self.summary(key).is_some_and(|summary| summary.is_read)
            || self.read_otherwise.contains(&key.folded())
    }

    /// Whether a value of any file refers to the key.
    #[must_use]
    pub fn is_referenced(&self, key: &KeyName) -> bool {
        self.references.contains(key)
    }

    /// Whether the key is read as an alternative name or in another case.
    #[must_use]
    pub fn is_read_otherwise(&self, key: &KeyName) -> bool {
        self.read_otherwise.contains(&key.folded())
    }

    /// `X_FILE` stands for `X`, and the reverse.
    fn has_file_twin(&self, key: &KeyName) -> bool {
        match key.strip_suffix("_FILE") {
            Some(bare) => self.is_read(&KeyName::new(bare)),
            None => self.is_read(&KeyName::new(&format!("{key}_FILE"))),
        }
    }

    /// A place where something gives the key a value or documents it, under any spelling.
    #[must_use]
    pub fn set_or_documented(&self, key: &KeyName) -> Option<Location> {
        self.fact_at(self.summary(key)?.set?).map(Fact::at)
    }
}

/// The keys that values of any file refer to.
pub(super) fn references(index: &Index) -> std::collections::BTreeSet<KeyName> {
    let mut found = std::collections::BTreeSet::new();
    let mut add =
        |value: &Value| found.extend(value.references.iter().map(|reference| reference.key.clone()));
    for fact in index.facts() {
        match &fact.role {
            Role::Provides(provide) => add(&provide.value),
            Role::Documents(document) => document.example.iter().for_each(&mut add),
            Role::Reads(_) | Role::Observed => {}
        }
    }
    found
}

/// The keys, folded, that are read under an alternative name or by readers that fold case.
pub(super) fn read_otherwise(index: &Index) -> std::collections::BTreeSet<KeyName> {
    let mut found = std::collections::BTreeSet::new();
    for fact in index.facts() {
        let Role::Reads(read) = &fact.role else { continue };
        found.extend(read.alternatives.iter().map(KeyName::folded));
        if read.folds_case && fact.place == Place::Process {
            found.insert(fact.key.folded());
        }
    }
    found
}

/// The names that bundlers replace by values of other keys: `url` for `env: { url: process.env.A_URL }`.
pub(super) fn inlined(index: &Index) -> std::collections::BTreeSet<KeyName> {
    let mut found = std::collections::BTreeSet::new();
    for (_, structure) in index.structures() {
        let Structure::Script(script) = structure else { continue };
        for inlined in &script.inlined {
            let name = inlined.name.value.rsplit('.').next().unwrap_or("");
            if inlined.keys.iter().all(|key| *key.value != *name) {
                found.insert(KeyName::new(name));
            }
        }
    }
    found
}
