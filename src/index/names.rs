//! The names of all keys, for questions about how they are spelled.

use std::collections::BTreeSet;
use std::ops::Bound;

use foldhash::HashMap;

use super::Index;
use crate::key::{KeyName, OPPOSITES, digits, near_miss, resemblance, segments, written_for};

/// All keys by how they are spelled; made when the first question comes.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Spelled backwards, so that those with one end are neighbours.
    backwards: BTreeSet<String>,
    by_digits: ByDigits,
}

/// Names by the digits in them, in which no slip and what it is meant for differ.
#[derive(Debug, Default)]
pub(super) struct ByDigits(HashMap<Vec<u8>, BTreeSet<KeyName>>);

impl ByDigits {
    pub(super) fn add(&mut self, name: &KeyName) {
        self.0.entry(digits(name).collect()).or_default().insert(name.clone());
    }

    pub(super) fn remove(&mut self, name: &KeyName) {
        if let Some(alike) = self.0.get_mut(&digits(name).collect::<Vec<u8>>()) {
            alike.remove(name);
        }
    }

    /// Those that may be slips of the pen for `name`, or the reverse, in order.
    pub(super) fn near(&self, name: &KeyName) -> impl Iterator<Item = &KeyName> {
        self.alike(name).filter(move |other| near_miss(other, name))
    }

    /// How many names have the digits of `name`.
    fn number_alike(&self, name: &str) -> usize {
        self.0.get(&digits(name).collect::<Vec<u8>>()).map_or(0, BTreeSet::len)
    }

    /// Those with the digits of `name`, in order.
    fn alike(&self, name: &str) -> impl Iterator<Item = &KeyName> {
        self.0.get(&digits(name).collect::<Vec<u8>>()).into_iter().flatten()
    }
}

/// So many names are looked at sooner than those that begin or end alike are looked for.
const FEW_ALIKE: usize = 1000;

impl Names {
    fn of<'a>(keys: impl Iterator<Item = &'a KeyName>) -> Self {
        let mut names = Self::default();
        keys.for_each(|key| names.add(key));
        names
    }

    pub(super) fn add(&mut self, key: &KeyName) {
        self.backwards.insert(backwards(key));
        self.by_digits.add(key);
    }

    pub(super) fn remove(&mut self, key: &KeyName) {
        self.backwards.remove(&backwards(key));
        self.by_digits.remove(key);
    }
}

fn backwards(name: &str) -> String {
    name.chars().rev().collect()
}

impl Index {
    /// The key of this name, if some fact is about it.
    #[must_use]
    pub fn known_key(&self, name: &str) -> Option<&KeyName> {
        self.by_key.known(name)
    }

    /// The keys that end in `end`.
    pub fn keys_ending_in<'a>(&'a self, end: &str) -> impl Iterator<Item = &'a KeyName> + use<'a> {
        let end = backwards(end);
        let from = (Bound::Included(end.clone()), Bound::Unbounded);
        let names = self.names().backwards.range(from).take_while(move |name| name.starts_with(&end));
        names.filter_map(|name| self.known_key(&backwards(name)))
    }

    /// All keys that may be other forms of the name `key`, in the order of names: with a prefix more or less, or a word
    /// for its opposite. Each is a form of the other.
    #[must_use]
    pub fn other_forms(&self, key: &str) -> BTreeSet<&KeyName> {
        let mut forms: BTreeSet<&KeyName> = ends(key).filter_map(|end| self.known_key(end)).collect();
        if segments(key).count() >= 2 {
            forms.extend(self.keys_ending_in(&format!("_{key}")));
        }
        let opposites = opposites(key).filter_map(|name| self.known_key(&name));
        forms.extend(opposites.filter(|form| form.as_str() != key));
        forms
    }

    /// The keys that may be slips of the pen for `name`, or the reverse, in order.
    pub(super) fn keys_near(&self, name: &KeyName) -> impl Iterator<Item = &KeyName> {
        self.names().by_digits.near(name)
    }

    /// All keys that resemble the name `key` in all words but one, in the order of names. Each resembles the other.
    #[must_use]
    pub fn resembling(&self, key: &str) -> BTreeSet<&KeyName> {
        let names = self.names();
        if names.by_digits.number_alike(key) <= FEW_ALIKE || digits(key).next().is_some() {
            let alike = names.by_digits.alike(key);
            return alike.filter(|other| resemblance(key, other).is_some()).collect();
        }
        // Of the words but one, either the first half is the same or the last.
        let words: Vec<&str> = segments(key).collect();
        let fewest = words.len().saturating_sub(1).max(2);
        let (first, last) = (fewest / 2, fewest.div_ceil(2));
        let begin = words.get(..first).unwrap_or_default().join("_");
        let end = words.get(words.len().saturating_sub(last)..).unwrap_or_default().join("_");
        let ending = self.keys_ending_in(&end);
        let all = self.keys_from(&begin).chain(ending).filter(|_| words.len() >= 2);
        all.filter(|other| resemblance(key, other).is_some()).collect()
    }

    /// All keys that may be meant by the name `key`: those that resemble it, and what people write for it. Each may be
    /// meant by the other.
    #[must_use]
    pub fn meant_by_name(&self, key: &str) -> BTreeSet<&KeyName> {
        let written = written_for(key).filter_map(|name| self.known_key(&name));
        self.resembling(key).into_iter().chain(written).collect()
    }

    /// Makes what questions about names need.
    pub fn prepare_names(&self) {
        self.names();
    }

    fn names(&self) -> &Names {
        self.names.get_or_init(|| Names::of(self.keys()))
    }
}

/// What stands behind each underscore of a name, if it is two words or more.
fn ends(key: &str) -> impl Iterator<Item = &str> {
    let ends = key.match_indices('_').filter_map(|(at, _)| key.get(at + 1..));
    ends.filter(|end| segments(end).count() >= 2)
}

/// The name with each of its words that has an opposite replaced by each of those.
fn opposites(key: &str) -> impl Iterator<Item = String> {
    let words: Vec<&str> = segments(key).collect();
    let places: Vec<usize> =
        words.iter().enumerate().filter(|(_, word)| OPPOSITES.contains(word)).map(|(at, _)| at).collect();
    let places =
        places.into_iter().flat_map(|place| OPPOSITES.iter().map(move |opposite| (place, *opposite)));
    places.map(move |(place, opposite)| {
        let other = words.iter().enumerate().map(|(at, word)| if at == place { opposite } else { *word });
        other.collect::<Vec<_>>().join("_")
    })
}
