//! Code that says which type a value must have.

use foldhash::HashMap;

use super::Index;
use super::scope::FactAt;
use crate::fact::{Fact, Phase, Place, Read, Role};
use crate::key::KeyName;
use crate::text::{FileId, TreePath};
use crate::value_type::ValueType;

/// The reads of code that say which type their values have, found once.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// By folded name, those under alternative names too, in the order of files.
    pub(super) reads: HashMap<KeyName, Readers>,
    /// Every folder below which code reads keys, with the number of files that do.
    folders: HashMap<String, u32>,
    /// What the files of these reads hold that bears on values, by number.
    marks: HashMap<u32, Marks>,
}

/// What a file holds that may convert or judge values before their types count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Marks {
    /// It takes JSON in a way of its own.
    pub(super) converts_json: bool,
    /// It converts values before their types count.
    pub(super) converts: bool,
    /// It has validators.
    pub(super) has_validators: bool,
    /// It may take an empty value for none.
    pub(super) ignores_empty: bool,
    /// It converts every value that is set, an empty one as well: kelseyhightower/envconfig, where `LookupEnv` decides;
    /// envalid, where `undefined` does. (caarlos0/env passes over empty values.)
    pub(super) converts_empty: bool,
}

/// Ways of pydantic around JSON for all fields of a class. `NoDecode` is told field by field, by whoever reads the class.
const OF_JSON: &[&str] = &["enable_decoding", "parse_env_var", "EnvSettingsSource", "prepare_field_value"];

/// Validators in the annotations of pydantic that see a value before its type counts. Those that are methods of the
/// class are told field by field, by whoever reads the class.
const BEFORE_TYPES: &[&str] = &["BeforeValidator", "PlainValidator", "WrapValidator"];

impl Marks {
    pub(super) fn of(text: &str) -> Self {
        let has = |mark: &&str| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some();
        Self {
            converts_json: OF_JSON.iter().any(has),
            converts: BEFORE_TYPES.iter().any(has),
            has_validators: has(&"validator"),
            ignores_empty: has(&"env_ignore_empty"),
            converts_empty: has(&"kelseyhightower/envconfig") || has(&"envalid") && !has(&"zod"),
        }
    }
}

/// The reads of one key, in the order of files.
#[derive(Debug, Default)]
pub(super) struct Readers {
    pub(super) places: Vec<FactAt>,
    /// By the service of the matrix whose folder holds the code; those of none under the empty name.
    pub(super) by_owner: HashMap<String, Vec<FactAt>>,
    /// The types that they ask for, each once; of more than [`FEW_TYPES`] the rest is left out. After an edit one may be here
    /// that no read asks for any more.
    types: Vec<ValueType>,
}

/// A key that is read as more types has its readers looked at one by one.
const FEW_TYPES: usize = 4;

impl Readers {
    /// Whether a value is right for every reader, wherever it is given.
    pub(super) fn all_take(&self, text: &str) -> bool {
        // Of durations it is the language of the reader that tells whether they need a unit.
        let takes = |asked: &ValueType| *asked != ValueType::Duration && asked.check(text).is_ok();
        self.types.len() <= FEW_TYPES && self.types.iter().all(takes)
    }
}

impl Typed {
    pub(super) fn build(index: &Index) -> Self {
        let mut typed = Self::default();
        for file in index.files.iter() {
            typed.add(index, file.id.0);
        }
        typed
    }

    /// Adds what a file says.
    pub(super) fn add(&mut self, index: &Index, file: u32) {
        let facts = index.facts_in(FileId(file)).enumerate();
        let mut reads = facts.filter(|(_, fact)| is_process_read(fact)).peekable();
        if reads.peek().is_none() {
            return;
        }
        let path = index.path(FileId(file));
        let owner = index.service_at(&path).map_or("", |service| service.name.value.as_str());
        for folder in path.folders() {
            *self.folders.entry(folder.to_owned()).or_default() += 1;
        }
        for (position, fact) in reads {
            for name in typed_names(fact) {
                let text = || index.files.get(FileId(file)).map_or("", |file| &file.text);
                self.marks.entry(file).or_insert_with(|| Marks::of(text()));
                let readers = self.reads.entry(name).or_default();
                let place = (file, u32::try_from(position).unwrap_or(u32::MAX));
                if let Role::Reads(read) = &fact.role
                    && let Some(asked) = &read.value_type
                    && readers.types.len() <= FEW_TYPES
                    && !readers.types.contains(asked)
                {
                    readers.types.push(asked.clone());
                }
                let own = readers.by_owner.entry(owner.to_owned()).or_default();
                for places in [&mut readers.places, own] {
                    let at = places.partition_point(|&(other, _)| other <= file);
                    places.insert(at, place);
                }
            }
        }
    }

    /// Takes away what a file said before.
    pub(super) fn remove(&mut self, file: u32, path: &TreePath, facts: &[Fact]) {
        self.marks.remove(&file);
        if !facts.iter().any(is_process_read) {
            return;
        }
        for folder in path.folders() {
            if let Some(files) = self.folders.get_mut(folder) {
                *files -= 1;
                if *files == 0 {
                    self.folders.remove(folder);
                }
            }
        }
        for name in facts.iter().filter(|fact| is_process_read(fact)).flat_map(typed_names) {
            let Some(readers) = self.reads.get_mut(&name) else { continue };
            readers.places.retain(|&(other, _)| other != file);
            readers.by_owner.values_mut().for_each(|places| places.retain(|&(other, _)| other != file));
        }
    }

    /// What the file of a typed read holds that bears on values.
    pub(super) fn marks(&self, file: FileId) -> Marks {
        self.marks.get(&file.0).copied().unwrap_or_default()
    }

    /// Whether code below a folder reads keys.
    pub(super) fn has_code_below(&self, folder: &str) -> bool {
        self.folders.contains_key(folder)
    }
}

fn is_process_read(fact: &Fact) -> bool {
    matches!((&fact.role, &fact.place), (Role::Reads(_), Place::Process)) && fact.phase != Phase::Test
}

/// The names, folded, under which a read with a type takes its value.
fn typed_names(fact: &Fact) -> impl Iterator<Item = KeyName> {
    let read = match &fact.role {
        Role::Reads(read) if read.value_type.is_some() => Some(read),
        _ => None,
    };
    read.into_iter()
        .flat_map(|read| std::iter::once(&fact.key).chain(&read.alternatives).map(KeyName::folded))
}

impl Index {
    /// Of places in the order of files, the part that holds all those below a folder, and little else: files
    /// are numbered in the order of their paths, and those of the matrix, which come first, hold no reads.
    pub(super) fn near<'a>(&self, places: &'a [FactAt], folder: &TreePath) -> &'a [FactAt] {
        if folder.within_root().is_empty() {
            return places;
        }
        let numbers = self.files.numbers_below(folder);
        let before = |end: FileId| places.partition_point(|&(file, _)| file < end.0);
        places.get(before(numbers.start)..before(numbers.end)).unwrap_or_default()
    }

    /// The reads at places that are known by number.
    pub(super) fn facts_at(&self, places: Vec<FactAt>) -> impl Iterator<Item = (&Fact, &Read)> {
        places.into_iter().filter_map(|place| self.read_at(place))
    }
}
