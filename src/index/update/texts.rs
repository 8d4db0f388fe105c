//! The texts that compose gives to containers, by key: what may be of another type than code asks for.

use std::collections::BTreeSet;

use foldhash::{HashMap, HashMapExt};

use super::asked::spellings;
use crate::fact::{Fact, Place, Value};
use crate::index::Index;
use crate::key::KeyName;
use crate::secret::Secret;
use crate::text::FileId;

/// Texts that are not empty, each with the files that give it, by the folded names of keys that were asked about. Thousands of
/// files give few.
#[derive(Debug, Default)]
pub(in crate::index) struct Texts(HashMap<KeyName, HashMap<Secret, BTreeSet<FileId>>>);

impl Texts {
    /// Has all of a key.
    pub(super) fn know(&mut self, index: &Index, key: &KeyName) {
        if self.0.contains_key(&key.folded()) {
            return;
        }
        let mut texts: HashMap<Secret, BTreeSet<FileId>> = HashMap::new();
        for fact in spellings(index, key).iter().flat_map(|name| index.facts_of(name)) {
            given_in(fact).for_each(|text| texts.entry(text.clone()).or_default().extend([fact.file]));
        }
        self.0.insert(key.folded(), texts);
    }

    /// Takes over that a file says `new` instead of `old`.
    pub(super) fn replace(&mut self, file: FileId, old: &[Fact], new: &[Fact]) {
        if self.0.is_empty() {
            return;
        }
        for fact in old {
            let Some(texts) = self.0.get_mut(&fact.key.folded()) else { continue };
            for text in given_in(fact) {
                if let Some(files) = texts.get_mut(text) {
                    files.remove(&file);
                }
            }
        }
        for fact in new {
            let Some(texts) = self.0.get_mut(&fact.key.folded()) else { continue };
            given_in(fact).for_each(|text| texts.entry(text.clone()).or_default().extend([file]));
        }
    }

    /// The files that give a text to a key for which `is_right` does not hold.
    pub(super) fn files_with_other(
        &self,
        key: &KeyName,
        is_right: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = FileId> {
        let texts = self.0.get(&key.folded()).into_iter().flatten();
        texts.filter(move |(text, _)| !is_right(text.reveal())).flat_map(|(_, files)| files).copied()
    }
}

/// The texts that a statement gives to a container.
fn given_in(fact: &Fact) -> impl Iterator<Item = &Secret> {
    let values = if matches!(fact.place, Place::Container(_)) { fact.values() } else { Vec::new() };
    values
        .into_iter()
        .filter(|value| value.is_plain())
        .map(|value: &Value| &value.text)
        .filter(|text| !text.reveal().is_empty())
}
