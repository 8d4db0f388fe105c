//! What code reads and nothing sets, documents or mentions.

use std::collections::{BTreeMap, BTreeSet};

use super::Index;
use super::names::ByDigits;
use super::scope::FactAt;
use crate::fact::{Fact, Need, Phase, Place, Read, Runs, Structure};
use crate::key::{KeyName, is_tool_key};
use crate::text::FileId;

/// The reads that nothing answers.
#[derive(Debug, Default)]
pub(super) struct Unset {
    /// The first read of each name.
    reads: BTreeMap<KeyName, FactAt>,
    by_digits: ByDigits,
}

impl Unset {
    fn find(index: &Index) -> Self {
        let mut unset = Self::default();
        for (place, fact, read) in index.code_reads_at().chain(other_reads_at(index)) {
            if !unset.reads.contains_key(&fact.key) && index.is_unanswered(fact, read) {
                unset.set(&fact.key, Some(place));
            }
        }
        unset
    }

    fn set(&mut self, key: &KeyName, place: Option<FactAt>) {
        match place {
            Some(place) => {
                self.reads.insert(key.clone(), place);
                self.by_digits.add(key);
            }
            None => {
                self.reads.remove(key);
                self.by_digits.remove(key);
            }
        }
    }
}

impl Index {
    /// What the application's code reads, by name, and nothing sets, documents or mentions, with the first
    /// read. In the order of names.
    pub fn unset_reads(&self) -> impl Iterator<Item = (&KeyName, &Fact)> {
        self.unset().reads.iter().filter_map(|(key, &place)| Some((key, self.fact_at(place)?)))
    }

    /// Those among them that `slip` may be a slip of the pen for, in the order of names.
    #[must_use]
    pub fn unset_reads_near(&self, slip: &KeyName) -> Vec<&Fact> {
        let unset = self.unset();
        unset.by_digits.near(slip).filter_map(|key| self.fact_at(*unset.reads.get(key)?)).collect()
    }

    fn unset(&self) -> &Unset {
        self.unset_reads.get_or_init(|| Unset::find(self))
    }

    /// Renews what is known of `keys`, about which something is said otherwise now, and names those whose slips may
    /// be told otherwise. With nothing known yet there is nothing to renew.
    pub(super) fn renew_unset(&mut self, keys: &BTreeSet<KeyName>) -> Vec<KeyName> {
        let Some(mut unset) = self.unset_reads.take() else { return Vec::new() };
        let mut told_otherwise = Vec::new();
        // A read is answered by its other names as well.
        let read_so = keys.iter().flat_map(|key| self.used.reads_with(key));
        for key in keys.iter().chain(read_so).collect::<BTreeSet<_>>() {
            let old = unset.reads.contains_key(key);
            let new = self.unset_read_of(key);
            unset.set(key, new);
            if old || new.is_some() {
                told_otherwise.push(key.clone());
            }
        }
        self.unset_reads = unset.into();
        told_otherwise
    }

    /// The first read of this name that nothing answers.
    fn unset_read_of(&self, key: &KeyName) -> Option<FactAt> {
        // What thousands of services read is set, and nobody has to look at their reads.
        if self.is_answered(key) {
            return None;
        }
        let unanswered = |place: &FactAt, is_asked: &dyn Fn(&Fact) -> bool| {
            let asked = self.read_at(*place).filter(|(fact, _)| is_asked(fact));
            asked.is_some_and(|(fact, read)| self.is_unanswered(fact, read))
        };
        let by_code =
            self.places_of(key).find(|place| unanswered(place, &|fact| self.is_asked_by_code(fact)));
        by_code.or_else(|| {
            self.places_of(key).find(|place| unanswered(place, &|fact| is_asked_otherwise(self, fact)))
        })
    }

    /// Whether a read asks for a value, and nothing sets, documents or mentions its name or one of its other names.
    fn is_unanswered(&self, fact: &Fact, read: &Read) -> bool {
        let is_answered = |name: &KeyName| self.is_answered(name);
        !matches!(read.need, Need::Unknown)
            && !is_answered(&fact.key)
            && !read.alternatives.iter().any(is_answered)
    }

    /// Whether something sets, documents or mentions a name.
    fn is_answered(&self, name: &KeyName) -> bool {
        self.first_set(name).is_some()
            || self.first_set(&name.in_capitals()).is_some()
            || self.is_declared(name)
            || self.mentions_of(name).next().is_some()
            || is_tool_key(name)
    }
}

/// Reads of public keys by code that is bundled, and variables that compose files take.
fn other_reads_at(index: &Index) -> impl Iterator<Item = (FactAt, &Fact, &Read)> {
    let own = (0..).zip(index.extractions()).filter(|(file, _)| may_ask_otherwise(index, FileId(*file)));
    own.flat_map(|(file, extraction)| {
        (0..).zip(&extraction.facts).filter_map(move |(position, fact)| {
            let (_, read) = fact.as_read().filter(|_| is_other_read(fact))?;
            Some(((file, position), fact, read))
        })
    })
}

/// Whether a fact is one of those.
fn is_asked_otherwise(index: &Index, fact: &Fact) -> bool {
    is_other_read(fact) && may_ask_otherwise(index, fact.file)
}

fn may_ask_otherwise(index: &Index, file: FileId) -> bool {
    let is_told = match index.extraction(file).map(|extraction| &extraction.structure) {
        Some(Structure::Script(script)) => script.runs != Runs::Server,
        Some(Structure::Compose(_)) => true,
        _ => false,
    };
    is_told && !index.is_aside(file)
}

/// Whether a read is one of compose, or one of a bundler's, which replaces it while it builds.
fn is_other_read(fact: &Fact) -> bool {
    fact.place == Place::Interpolation || fact.place == Place::Process && fact.phase == Phase::Build
}
