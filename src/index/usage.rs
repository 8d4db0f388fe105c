//! Whether anybody uses a key at all.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;

use foldhash::HashMap;

use super::Index;
use crate::fact::{Extraction, Fact, Place, Role, Value};
use crate::key::{KeyName, is_library_key, is_tool_key};
use crate::text::{FileId, Location};

impl Index {
    /// Whether something in the tree reads `key`, or may do so: a read of any kind and phase, a
    /// reference from another value, a name that occurs where it is not understood, a reader that
    /// computes names, a tool or SDK.
    #[must_use]
    pub fn may_be_read(&self, key: &KeyName) -> bool {
        self.may_be_read_besides(key, &[])
    }

    /// The same, where the names that make up the statements `own` count for nothing. A workflow that writes a
    /// dotenv mentions what it writes.
    #[must_use]
    pub fn may_be_read_besides(&self, key: &KeyName, own: &[&Fact]) -> bool {
        self.is_named_besides(key, own) || self.may_hide_read(key)
    }

    /// The same, where readers that compute their names count for nothing.
    #[must_use]
    pub fn is_named_besides(&self, key: &KeyName, own: &[&Fact]) -> bool {
        is_tool_key(key)
            || is_library_key(key)
            || self.is_read_besides(key, own)
            || self.used.references.contains_key(key)
            || self.mentions_of(key).any(|at| !self.is_stated_only(key, at.file, own))
            || self.has_file_twin(key)
    }

    /// Whether something may read `key`, where texts that only give the key a value count for nothing: the tasks of a runner, a test that sets
    /// it. With `is_plain`, readers that compute their names count for nothing either.
    #[must_use]
    pub fn may_be_read_by_others(&self, key: &KeyName, is_plain: bool) -> bool {
        let hides = |key: &KeyName| {
            if is_plain { self.has_prefix_gap(key) } else { self.may_hide_read(key) }
        };
        is_tool_key(key)
            || is_library_key(key)
            || self.is_read(key)
            || self.used.references.contains_key(key)
            || self.mentions_of(key).any(|at| !self.is_only_given(key, at.file))
            || self.has_file_twin(key)
            || hides(key)
    }

    /// Whether all that a file does with a name is to give it a value: `NAME: value` in a line of YAML,
    /// `setenv("NAME", ..)`, `environ["NAME"] = ..`.
    fn is_only_given(&self, key: &KeyName, file: FileId) -> bool {
        let Some(source) = self.files.get(file) else { return false };
        let is_yaml = [".yml", ".yaml"].iter().any(|ending| source.path.name().ends_with(ending));
        let mut named = named(&source.text, key).peekable();
        named.peek().is_some()
            && named.all(|at| {
                let (Some(before), Some(behind)) = (source.text.get(..at), source.text.get(at + key.len()..))
                else {
                    return false;
                };
                // What GitHub keeps under a name is no variable of it.
                if ["secrets.", "vars."].iter().any(|store| before.ends_with(store)) {
                    return true;
                }
                let line = before.rsplit('\n').next().unwrap_or("").trim_start();
                let is_entry =
                    is_yaml && matches!(line, "" | "- ") && behind.trim_start_matches(' ').starts_with(": ");
                let call = before.trim_end_matches(['"', '\'']);
                let is_set = call.len() < before.len()
                    && (["setenv(", "setEnv(", "set_env(", "Setenv("]
                        .iter()
                        .any(|name| call.ends_with(name))
                        || call.ends_with("environ[") && {
                            let behind = behind.trim_start_matches(['"', '\'', ']', ' ']);
                            behind.starts_with('=') && !behind.starts_with("==")
                        });
                is_entry || is_set
            })
    }

    /// Whether the name stands in the file nowhere but in `own`.
    fn is_stated_only(&self, key: &KeyName, file: FileId, own: &[&Fact]) -> bool {
        let stated = own.iter().filter(|fact| fact.file == file).count();
        if stated == 0 {
            return false;
        }
        let text = self.files.get(file).map_or("", |file| file.text.as_str());
        named(text, key).count() == stated
    }

    /// Whether a read of the key is known, under this name, an alternative one or in another case.
    #[must_use]
    pub fn is_read(&self, key: &KeyName) -> bool {
        self.is_read_so(key) || self.used.read_otherwise.contains_key(&*key.in_capitals())
    }

    /// The same, where the statements `own` count for nothing: a container that takes a key out of an object for a
    /// variable of this name.
    fn is_read_besides(&self, key: &KeyName, own: &[&Fact]) -> bool {
        let own = own.iter().filter(|fact| fact.key == *key && super::facts::is_use(fact)).count();
        self.summary(key).is_some_and(|summary| summary.read_more_than(own))
            || self.used.read_otherwise.contains_key(&*key.in_capitals())
    }

    /// Whether a value of any file refers to the key.
    #[must_use]
    pub fn is_referenced(&self, key: &KeyName) -> bool {
        self.used.references.contains_key(key)
    }

    /// Whether the key is read as an alternative name or in another case.
    #[must_use]
    pub fn is_read_otherwise(&self, key: &KeyName) -> bool {
        self.used.read_otherwise.contains_key(&*key.in_capitals())
    }

    /// Whether a bundler replaces the name by a value that it makes of other keys.
    #[must_use]
    pub fn is_inlined(&self, key: &KeyName) -> bool {
        self.inlined.contains(key)
    }

    /// `X_FILE` stands for `X`, and the reverse.
    fn has_file_twin(&self, key: &KeyName) -> bool {
        match key.strip_suffix("_FILE") {
            Some(bare) => self.is_read_by(bare),
            None => self.is_read_by(&format!("{key}_FILE")),
        }
    }

    fn is_read_by(&self, name: &str) -> bool {
        self.is_read_so(name)
            || !self.used.read_otherwise.is_empty()
                && self.used.read_otherwise.contains_key(name.to_ascii_uppercase().as_str())
    }

    /// A place where something gives the key a value or documents it, under any spelling.
    #[must_use]
    pub fn set_or_documented(&self, key: &KeyName) -> Option<Location> {
        self.first_set(key).map(Fact::at)
    }
}

/// Where a name stands in a text, in bytes, and no longer name.
fn named<'a>(text: &'a str, key: &'a KeyName) -> impl Iterator<Item = usize> {
    let is_of_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let found = text.match_indices(key.as_str()).filter(move |(at, name)| {
        !text.get(..*at).is_some_and(|before| before.ends_with(is_of_name))
            && !text.get(at + name.len()..).is_some_and(|behind| behind.starts_with(is_of_name))
    });
    found.map(|(at, _)| at)
}

/// What is done with the statements of a file: they are counted, or no longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sign {
    Plus,
    Minus,
}

/// Keys that are used under another name than their statement's, with how often.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// By a value that refers to them.
    pub(super) references: HashMap<KeyName, u32>,
    /// Folded, by a read under an alternative name or of a reader that folds case.
    pub(super) read_otherwise: HashMap<KeyName, u32>,
    /// By a read under an alternative name: with the names of those reads.
    pub(super) alternatives: HashMap<KeyName, BTreeMap<KeyName, u32>>,
}

impl Used {
    pub(super) fn count(extractions: &[Extraction]) -> Self {
        let mut used = Self::default();
        for extraction in extractions {
            used.step(&extraction.facts, Sign::Plus);
        }
        used
    }

    /// Counts the statements of a file, or no longer.
    pub(super) fn step(&mut self, facts: &[Fact], sign: Sign) {
        let step = |counts: &mut HashMap<KeyName, u32>, key: KeyName| match sign {
            Sign::Plus => *counts.entry(key).or_default() += 1,
            Sign::Minus => {
                if let Entry::Occupied(mut entry) = counts.entry(key) {
                    *entry.get_mut() -= 1;
                    if *entry.get() == 0 {
                        entry.remove();
                    }
                }
            }
        };
        for fact in facts {
            referred_by(fact, &mut |key| step(&mut self.references, key.clone()));
            read_otherwise_by(fact, &mut |key| step(&mut self.read_otherwise, key));
            if let Role::Reads(read) = &fact.role {
                read.alternatives.iter().for_each(|name| self.step_alternative(name, &fact.key, sign));
            }
        }
    }
}

impl Used {
    fn step_alternative(&mut self, name: &KeyName, read_as: &KeyName, sign: Sign) {
        let reads = self.alternatives.entry(name.clone()).or_default();
        match (sign, reads.get_mut(read_as)) {
            (Sign::Plus, Some(count)) => *count += 1,
            (Sign::Plus, None) => drop(reads.insert(read_as.clone(), 1)),
            (Sign::Minus, Some(count)) if *count > 1 => *count -= 1,
            (Sign::Minus, _) => drop(reads.remove(read_as)),
        }
        if reads.is_empty() {
            self.alternatives.remove(name);
        }
    }

    /// The keys whose reads take `name` as well.
    pub(super) fn reads_with(&self, name: &KeyName) -> impl Iterator<Item = &KeyName> {
        self.alternatives.get(name).into_iter().flat_map(BTreeMap::keys)
    }
}

/// The keys that the values of a statement refer to.
pub(super) fn referred_by(fact: &Fact, found: &mut dyn FnMut(&KeyName)) {
    let mut add = |value: &Value| value.references.iter().for_each(|reference| found(&reference.key));
    match &fact.role {
        Role::Provides(provide) => add(&provide.value),
        Role::Documents(document) => document.example.iter().for_each(&mut add),
        Role::Reads(_) | Role::Observed => {}
    }
}

/// The keys, folded, that a statement reads besides its own.
pub(super) fn read_otherwise_by(fact: &Fact, found: &mut dyn FnMut(KeyName)) {
    let Role::Reads(read) = &fact.role else { return };
    read.alternatives.iter().for_each(|key| found(key.folded()));
    if read.folds_case && fact.place == Place::Process {
        found(fact.key.folded());
    }
}

/// The names that bundlers replace by values of other keys: `url` for `env: { url: process.env.A_URL }`.
pub(super) fn inlined(index: &Index) -> std::collections::BTreeSet<KeyName> {
    let mut found = std::collections::BTreeSet::new();
    for (_, script) in index.typescript_files() {
        for inlined in &script.inlined {
            let name = inlined.name.value.rsplit('.').next().unwrap_or("");
            if inlined.keys.iter().all(|key| *key.value != *name) {
                found.insert(KeyName::new(name));
            }
        }
    }
    found
}
