//! Facts and problems by key, by file and by kind.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use foldhash::{HashMap, HashMapExt};

use super::Index;
use super::scope::FactAt;
use crate::fact::{Extraction, Fact, Mention, Need, Place, Role};
use crate::key::KeyName;
use crate::text::{FileId, TreePath};

/// Positions of facts and mentions by key.
#[derive(Debug, Default)]
pub(super) struct ByKey {
    facts: HashMap<KeyName, Stated>,
    /// The keys of `facts`, in order.
    keys: BTreeSet<KeyName>,
    mentions: HashMap<KeyName, Vec<FactAt>>,
    /// Spellings with small letters, by the name in capitals.
    small: BTreeMap<KeyName, Vec<KeyName>>,
    /// How many statements there are.
    statements: usize,
}

/// What is stated about one key.
#[derive(Debug, Default)]
struct Stated {
    /// All statements, in the order of files.
    places: Vec<FactAt>,
    /// Those among them by which code sets the variable for itself.
    set_by_code: Vec<FactAt>,
    summary: Summary,
}

/// Answers that thousands of files may ask for about one key, so that nobody walks through all statements
/// again. Figures count statements; places are the first of their sort.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Summary {
    /// Reads and names that are observed; what GitHub holds is another set of names.
    read: u32,
    /// Dotenv, templates, scripts and workflows that set it, so that compose may be given it.
    defined: u32,
    /// Compose files that take it with an empty default.
    optional: u32,
    /// What stands elsewhere than in a dotenv.
    outside: u32,
    /// What gives it a value in places from which containers may take it.
    given: u32,
    /// Code that reads it by this very name, in capitals and small letters as written.
    read_as_written: u32,
    /// Something gives it a value or documents it.
    set: Option<FactAt>,
    /// A dotenv gives it a value that is not empty.
    filled: Option<FactAt>,
}

impl Summary {
    fn add(&mut self, fact: &Fact, at: FactAt) {
        self.read += u32::from(is_read(fact));
        self.defined += u32::from(is_defined(fact));
        self.optional += u32::from(is_optional(fact));
        self.outside += u32::from(fact.place != Place::Dotenv);
        self.given += u32::from(may_be_given(fact));
        self.read_as_written += u32::from(is_read_as_written(fact));
        for (first, holds) in [(&mut self.set, is_set(fact)), (&mut self.filled, is_filled(fact))] {
            if holds && first.is_none_or(|known| at < known) {
                *first = Some(at);
            }
        }
    }

    /// Takes away a statement of a file. Places in that file are looked for again by the caller.
    fn remove(&mut self, fact: &Fact) {
        self.read -= u32::from(is_read(fact));
        self.defined -= u32::from(is_defined(fact));
        self.optional -= u32::from(is_optional(fact));
        self.outside -= u32::from(fact.place != Place::Dotenv);
        self.given -= u32::from(may_be_given(fact));
        self.read_as_written -= u32::from(is_read_as_written(fact));
    }

    /// Whether more statements than so many read the key.
    pub(super) fn read_more_than(&self, number: usize) -> bool {
        self.read as usize > number
    }

    /// What is answered with yes or no.
    pub(super) fn answers(&self) -> [bool; 8] {
        let Self { read, defined, optional, outside, given, read_as_written, set, filled } = self;
        let counted = [read, defined, optional, outside, given, read_as_written];
        let [read, defined, optional, outside, given, as_written] = counted.map(|number| *number > 0);
        [read, defined, optional, outside, given, as_written, set.is_some(), filled.is_some()]
    }
}

fn is_read(fact: &Fact) -> bool {
    is_use(fact) && !matches!(fact.place, Place::GithubSecrets | Place::GithubVariables)
}

/// Whether a statement uses the variable that it names. Code that sets a variable does so for somebody: a library,
/// a program that it starts.
pub(super) fn is_use(fact: &Fact) -> bool {
    matches!(fact.role, Role::Reads(_) | Role::Observed) || fact.is_set_by_code()
}

fn is_defined(fact: &Fact) -> bool {
    match fact.place {
        Place::Dotenv | Place::Rendered | Place::Written(_) => true,
        Place::Process | Place::Job { .. } | Place::Script | Place::Workload(_) => {
            !matches!(fact.role, Role::Reads(_))
        }
        _ => false,
    }
}

fn is_optional(fact: &Fact) -> bool {
    fact.place == Place::Interpolation
        && matches!(&fact.role, Role::Reads(read)
            if matches!(&read.need, Need::Default(value) if value.text.reveal().is_empty()))
}

/// Whether a statement gives a value elsewhere than to the build of an image.
fn may_be_given(fact: &Fact) -> bool {
    let is_of_build = matches!(
        fact.place,
        Place::BuildArg(_) | Place::BuildArgs(_) | Place::StepBuildArgs { .. } | Place::Stage(_)
    );
    matches!(fact.role, Role::Provides(_)) && !is_of_build && !fact.is_set_by_tests()
}

fn is_read_as_written(fact: &Fact) -> bool {
    fact.place == Place::Process && matches!(&fact.role, Role::Reads(read) if !read.folds_case)
}

fn is_set(fact: &Fact) -> bool {
    matches!(fact.role, Role::Provides(_) | Role::Documents(_)) && !fact.is_set_by_tests()
}

fn is_filled(fact: &Fact) -> bool {
    let written = match &fact.role {
        Role::Provides(provide) => Some(&provide.value),
        Role::Documents(document) if !document.commented => document.example.as_ref(),
        _ => None,
    };
    fact.place == Place::Dotenv && written.is_some_and(|value| !value.is_empty())
}

impl ByKey {
    pub(super) fn build(extractions: &[Extraction]) -> Self {
        // Keys are numbered as they come: files mostly hold them in some order, which is then there to sort by.
        let most = extractions.iter().map(|extraction| extraction.facts.len()).max().unwrap_or_default();
        let mut numbers: HashMap<&KeyName, usize> = HashMap::with_capacity(most);
        let mut stated: Vec<(&KeyName, Stated)> = Vec::with_capacity(most);
        for (file, extraction) in (0..).zip(extractions) {
            for (position, fact) in (0..).zip(&extraction.facts) {
                let number = *numbers.entry(&fact.key).or_insert_with(|| {
                    stated.push((&fact.key, Stated::default()));
                    stated.len() - 1
                });
                if let Some((_, known)) = stated.get_mut(number) {
                    known.places.push((file, position));
                    if fact.is_set_by_code() {
                        known.set_by_code.push((file, position));
                    }
                    known.summary.add(fact, (file, position));
                }
            }
        }
        // Names that no fact is about cannot matter to any rule.
        let mut mentions: HashMap<KeyName, Vec<FactAt>> = HashMap::new();
        for (file, extraction) in (0..).zip(extractions) {
            for (position, mention) in (0..).zip(&extraction.mentions) {
                if let Some((&key, _)) = numbers.get_key_value(&mention.key) {
                    mentions.entry(key.clone()).or_default().push((file, position));
                }
            }
        }
        let keys: BTreeSet<KeyName> = stated.iter().map(|(key, _)| (*key).clone()).collect();
        let facts: HashMap<KeyName, Stated> =
            stated.into_iter().map(|(key, stated)| (key.clone(), stated)).collect();
        let mut small: BTreeMap<KeyName, Vec<KeyName>> = BTreeMap::new();
        for key in &keys {
            let folded = key.folded();
            if folded != *key {
                small.entry(folded).or_default().push(key.clone());
            }
        }
        let statements = extractions.iter().map(|extraction| extraction.facts.len()).sum();
        Self { facts, keys, mentions, small, statements }
    }

    /// The key of this name, if some fact is about it.
    pub(super) fn known(&self, name: &str) -> Option<&KeyName> {
        self.facts.get_key_value(name).map(|(key, _)| key)
    }
}

/// Which keys a change is about.
#[derive(Debug, Default)]
pub(super) struct Changed {
    /// Keys with statements in the file before or after, with the answers before.
    pub(super) stated: BTreeMap<KeyName, [bool; 8]>,
    /// Those among them that the file speaks about now and did not before, or the reverse.
    pub(super) came_or_went: BTreeSet<KeyName>,
    /// Names that occur in the file now and did not before, or the reverse; with whether some file
    /// mentioned them before.
    pub(super) mentioned: BTreeMap<KeyName, bool>,
}

impl ByKey {
    /// Puts the facts and mentions of a file in the place of those that it had before. `extractions` are
    /// those after the change, `old` what the file said before.
    pub(super) fn replace(&mut self, file: u32, old: &Extraction, extractions: &[Extraction]) -> Changed {
        let mut changed = Changed::default();
        let empty = Extraction::default();
        let new = extractions.get(file as usize).unwrap_or(&empty);
        self.statements = (self.statements + new.facts.len()).saturating_sub(old.facts.len());
        for fact in old.facts.iter().chain(&new.facts) {
            if !changed.stated.contains_key(&fact.key) {
                let answers = self.facts.get(&fact.key).map(|stated| stated.summary.answers());
                changed.stated.insert(fact.key.clone(), answers.unwrap_or_default());
            }
        }
        let keys = |facts: &[Fact]| facts.iter().map(|fact| fact.key.clone()).collect::<BTreeSet<_>>();
        changed.came_or_went = &keys(&old.facts) ^ &keys(&new.facts);
        for fact in &old.facts {
            if let Some(stated) = self.facts.get_mut(&fact.key) {
                stated.summary.remove(fact);
            }
        }
        for key in changed.stated.keys() {
            self.restate(key, file, &new.facts, extractions);
        }
        self.replace_mentions(file, &old.mentions, &new.mentions, &mut changed);
        changed
    }

    /// Renews what is known of one key, of which a file's statements are those of `facts` now.
    fn restate(&mut self, key: &KeyName, file: u32, facts: &[Fact], extractions: &[Extraction]) {
        let is_new = !self.facts.contains_key(key);
        if is_new {
            self.keys.insert(key.clone());
        }
        let stated = self.facts.entry(key.clone()).or_default();
        let start = stated.places.partition_point(|&(other, _)| other < file);
        let end = stated.places.partition_point(|&(other, _)| other <= file);
        let own = (0..).zip(facts).filter(|(_, fact)| fact.key == *key);
        let places: Vec<FactAt> = own.clone().map(|(position, _)| (file, position)).collect();
        stated.places.splice(start..end, places);
        stated.set_by_code.retain(|&(other, _)| other != file);
        let set = own.clone().filter(|(_, fact)| fact.is_set_by_code());
        stated.set_by_code.extend(set.map(|(position, _)| (file, position)));
        stated.set_by_code.sort_unstable();
        let summary = &mut stated.summary;
        let fact_at =
            |&(file, position): &FactAt| extractions.get(file as usize)?.facts.get(position as usize);
        let first = |is: fn(&Fact) -> bool| {
            stated.places.iter().find(|place| fact_at(place).is_some_and(is)).copied()
        };
        if summary.set.is_some_and(|(other, _)| other == file) {
            summary.set = first(is_set);
        }
        if summary.filled.is_some_and(|(other, _)| other == file) {
            summary.filled = first(is_filled);
        }
        for (position, fact) in own {
            summary.add(fact, (file, position));
        }
        let is_gone = stated.places.is_empty();
        if is_gone {
            self.facts.remove(key);
            self.keys.remove(key);
            self.mentions.remove(key);
        }
        let folded = key.folded();
        if folded != *key && (is_new || is_gone) {
            let small = self.small.entry(folded).or_default();
            match small.binary_search(key) {
                Err(at) if !is_gone => small.insert(at, key.clone()),
                Ok(at) if is_gone => drop(small.remove(at)),
                _ => {}
            }
        }
        if is_new && !is_gone {
            // Nobody kept the mentions of a name that no fact was about.
            let mut places = Vec::new();
            for (other, extraction) in (0..).zip(extractions) {
                let own = (0..).zip(&extraction.mentions).filter(|(_, mention)| mention.key == *key);
                places.extend(own.map(|(position, _)| (other, position)));
            }
            if !places.is_empty() {
                self.mentions.insert(key.clone(), places);
            }
        }
    }

    fn replace_mentions(&mut self, file: u32, old: &[Mention], new: &[Mention], changed: &mut Changed) {
        let names: BTreeSet<&KeyName> = old.iter().chain(new).map(|mention| &mention.key).collect();
        let before: HashMap<&KeyName, usize> =
            old.iter().enumerate().map(|(at, mention)| (&mention.key, at)).collect();
        let after: HashMap<&KeyName, u32> = (0..).zip(new).map(|(at, mention)| (&mention.key, at)).collect();
        for name in names.into_iter().filter(|name| self.facts.contains_key(*name)) {
            let places = self.mentions.entry(name.clone()).or_default();
            if before.contains_key(name) != after.contains_key(name) {
                changed.mentioned.insert(name.clone(), !places.is_empty());
            }
            let start = places.partition_point(|&(other, _)| other < file);
            let end = places.partition_point(|&(other, _)| other <= file);
            places.splice(start..end, after.get(name).map(|&position| (file, position)));
        }
    }
}

impl Index {
    /// All keys that some fact is about, in order.
    pub fn keys(&self) -> impl Iterator<Item = &KeyName> {
        self.by_key.keys.iter()
    }

    /// How many keys some fact is about.
    #[must_use]
    pub fn number_of_keys(&self) -> usize {
        self.by_key.facts.len()
    }

    /// How many statements about keys there are.
    #[must_use]
    pub fn number_of_facts(&self) -> usize {
        self.by_key.statements
    }

    /// The keys that begin with `start`, in order.
    pub fn keys_from<'a>(&'a self, start: &str) -> impl Iterator<Item = &'a KeyName> + use<'a> {
        let from = (Bound::Included(start), Bound::Unbounded);
        let keys = self.by_key.keys.range::<str, _>(from);
        let start = start.to_owned();
        keys.take_while(move |key| key.starts_with(&start))
    }

    /// Spellings of `key` with small letters that occur in the tree, as readers that fold case accept them.
    pub fn small_spellings(&self, key: &KeyName) -> impl Iterator<Item = &KeyName> {
        self.by_key.small.get(&key.folded()).into_iter().flatten()
    }

    /// The facts about `key`, spelled exactly so, in the order of files.
    pub fn facts_of(&self, key: &str) -> impl Iterator<Item = &Fact> {
        self.places_of(key).filter_map(|place| self.fact_at(place))
    }

    /// Those in files at or below a folder. A key that all services of a tree have occurs in thousands of files.
    pub fn facts_below<'a>(&'a self, key: &str, folder: &'a TreePath) -> impl Iterator<Item = &'a Fact> {
        let stated = self.by_key.facts.get(key).map_or(&[] as &[_], |stated| &stated.places);
        let near = self.near(stated, folder).iter().filter_map(|&place| self.fact_at(place));
        near.filter(|fact| self.files.get(fact.file).is_some_and(|file| file.path.is_below(folder)))
    }

    /// Whether the name occurs in a file at or below a folder without being understood.
    #[must_use]
    pub fn is_mentioned_below(&self, key: &str, folder: &TreePath) -> bool {
        let all = self.by_key.mentions.get(key).map_or(&[] as &[_], Vec::as_slice);
        let mut near = self.near(all, folder).iter().filter_map(|&(file, _)| self.files.get(FileId(file)));
        near.any(|file| file.path.is_below(folder))
    }

    /// The statements by which code sets the variable `key` for itself, in the order of files.
    pub(super) fn set_by_code(&self, key: &str) -> impl Iterator<Item = &Fact> {
        let stated = self.by_key.facts.get(key).into_iter();
        stated.flat_map(|stated| &stated.set_by_code).filter_map(|&place| self.fact_at(place))
    }

    /// The places of all statements about `key`.
    pub(super) fn places_of(&self, key: &str) -> impl Iterator<Item = FactAt> {
        self.by_key.facts.get(key).into_iter().flat_map(|stated| &stated.places).copied()
    }

    /// What is stated about `key` in short.
    pub(super) fn summary(&self, key: &str) -> Option<&Summary> {
        self.by_key.facts.get(key).map(|stated| &stated.summary)
    }

    /// Whether a known statement reads the key or observes its name.
    pub(super) fn is_read_so(&self, key: &str) -> bool {
        self.summary(key).is_some_and(|summary| summary.read > 0)
    }

    /// Whether something other than compose files sets the key.
    pub(super) fn is_set_for_compose(&self, key: &str) -> bool {
        self.summary(key).is_some_and(|summary| summary.defined > 0)
    }

    /// Whether some compose file takes `key` with an empty default, so that nobody needs to set it.
    #[must_use]
    pub fn is_optional_for_compose(&self, key: &str) -> bool {
        self.summary(key).is_some_and(|summary| summary.optional > 0)
    }

    /// Whether something gives the key a value elsewhere than to the build of an image, so that containers may have it.
    #[must_use]
    pub fn may_be_given(&self, key: &str) -> bool {
        self.summary(key).is_some_and(|summary| summary.given > 0)
    }

    /// Whether code reads a key by this very name, in capitals and small letters as written.
    #[must_use]
    pub fn is_read_as_written(&self, key: &str) -> bool {
        self.summary(key).is_some_and(|summary| summary.read_as_written > 0)
    }

    /// The first statement that gives the key a value or documents it.
    pub(super) fn first_set(&self, key: &str) -> Option<&Fact> {
        self.fact_at(self.summary(key)?.set?)
    }

    /// The first dotenv line that gives the key a value that is not empty.
    pub(super) fn first_filled(&self, key: &str) -> Option<&Fact> {
        self.fact_at(self.summary(key)?.filled?)
    }

    /// Whether a file other than `file` that is no dotenv states something about `key`.
    #[must_use]
    pub fn is_stated_outside_dotenv(&self, key: &str, file: FileId) -> bool {
        let Some(stated) = self.by_key.facts.get(key).filter(|stated| stated.summary.outside > 0) else {
            return false;
        };
        let start = stated.places.partition_point(|&(other, _)| other < file.0);
        let own = stated.places.iter().skip(start).take_while(|&&(other, _)| other == file.0);
        let own = own.filter(|&&place| self.fact_at(place).is_some_and(|fact| fact.place != Place::Dotenv));
        stated.summary.outside as usize > own.count()
    }

    /// How many statements there are about `key`.
    #[must_use]
    pub fn number_of_facts_of(&self, key: &str) -> usize {
        self.by_key.facts.get(key).map_or(0, |stated| stated.places.len())
    }

    /// The files in which the name occurs without being understood, with the place.
    pub fn mentions_of(&self, key: &str) -> impl Iterator<Item = crate::text::Location> {
        self.by_key.mentions.get(key).into_iter().flatten().filter_map(|&(file, position)| {
            let mention = self.extractions.get(file as usize)?.mentions.get(position as usize)?;
            Some(crate::text::Location::new(FileId(file), mention.span))
        })
    }
}
