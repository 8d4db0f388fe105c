//! Facts and problems by key, by file and by kind.

use std::collections::{BTreeMap, HashMap};

use super::Index;
use super::scope::FactAt;
use crate::fact::{Extraction, Fact, Need, Place, Problem, ProblemKind, Role, Structure};
use crate::key::KeyName;
use crate::text::FileId;

/// Positions of facts and mentions by key.
#[derive(Debug, Default)]
pub(super) struct ByKey {
    facts: BTreeMap<KeyName, Stated>,
    mentions: HashMap<KeyName, Vec<FactAt>>,
    /// Spellings with small letters, by the name in capitals.
    small: BTreeMap<KeyName, Vec<KeyName>>,
}

/// What is stated about one key.
#[derive(Debug, Default)]
struct Stated {
    /// All statements, in the order of files.
    places: Vec<FactAt>,
    summary: Summary,
}

/// Answers that thousands of files may ask for about one key, so that nobody walks through all statements
/// again. Places are the first of their sort.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Summary {
    /// Something reads it, or its name is observed; what GitHub holds is another set of names.
    pub(super) is_read: bool,
    /// Something gives it a value or documents it.
    pub(super) set: Option<FactAt>,
    /// A dotenv gives it a value that is not empty.
    pub(super) filled: Option<FactAt>,
    /// A dotenv, a template, a script or a workflow sets it, so that compose may be given it.
    pub(super) is_defined: bool,
    /// Some compose file takes it with an empty default.
    pub(super) is_optional: bool,
    /// Two different files that state something about it and are no dotenv.
    pub(super) outside_dotenv: [Option<u32>; 2],
}

impl Summary {
    fn add(&mut self, fact: &Fact, at: FactAt) {
        self.is_read |= matches!(fact.role, Role::Reads(_) | Role::Observed)
            && !matches!(fact.place, Place::GithubSecrets | Place::GithubVariables);
        if matches!(fact.role, Role::Provides(_) | Role::Documents(_)) {
            self.set.get_or_insert(at);
        }
        let written = match &fact.role {
            Role::Provides(provide) => Some(&provide.value),
            Role::Documents(document) if !document.commented => document.example.as_ref(),
            _ => None,
        };
        if fact.place == Place::Dotenv && written.is_some_and(|value| !value.is_empty()) {
            self.filled.get_or_insert(at);
        }
        self.is_defined |= match fact.place {
            Place::Dotenv | Place::Rendered => true,
            Place::Process | Place::Job { .. } => !matches!(fact.role, Role::Reads(_)),
            _ => false,
        };
        self.is_optional |= fact.place == Place::Interpolation
            && matches!(&fact.role, Role::Reads(read)
                if matches!(&read.need, Need::Default(value) if value.text.reveal().is_empty()));
        if fact.place != Place::Dotenv {
            match &mut self.outside_dotenv {
                [first @ None, _] => *first = Some(at.0),
                [Some(first), second @ None] if *first != at.0 => *second = Some(at.0),
                _ => {}
            }
        }
    }
}

impl ByKey {
    pub(super) fn build(extractions: &[Extraction]) -> Self {
        let mut stated: HashMap<&KeyName, Stated> = HashMap::new();
        for (file, extraction) in (0..).zip(extractions) {
            for (position, fact) in (0..).zip(&extraction.facts) {
                let known = stated.entry(&fact.key).or_default();
                known.places.push((file, position));
                known.summary.add(fact, (file, position));
            }
        }
        // Names that no fact is about cannot matter to any rule.
        let mut mentions: HashMap<KeyName, Vec<FactAt>> = HashMap::new();
        for (file, extraction) in (0..).zip(extractions) {
            for (position, mention) in (0..).zip(&extraction.mentions) {
                if let Some((&key, _)) = stated.get_key_value(&mention.key) {
                    mentions.entry(key.clone()).or_default().push((file, position));
                }
            }
        }
        let facts: BTreeMap<KeyName, Stated> =
            stated.into_iter().map(|(key, stated)| (key.clone(), stated)).collect();
        let mut small: BTreeMap<KeyName, Vec<KeyName>> = BTreeMap::new();
        for key in facts.keys() {
            let folded = key.folded();
            if folded != *key {
                small.entry(folded).or_default().push(key.clone());
            }
        }
        Self { facts, mentions, small }
    }
}

impl Index {
    /// All facts, by file and position.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        self.extractions.iter().flat_map(|extraction| &extraction.facts)
    }

    /// All keys that some fact is about, in order.
    pub fn keys(&self) -> impl Iterator<Item = &KeyName> {
        self.by_key.facts.keys()
    }

    /// Spellings of `key` with small letters that occur in the tree, as readers that fold case accept them.
    pub fn small_spellings(&self, key: &KeyName) -> impl Iterator<Item = &KeyName> {
        self.by_key.small.get(&key.folded()).into_iter().flatten()
    }

    /// The facts about `key`, spelled exactly so, in the order of files.
    pub fn facts_of(&self, key: &str) -> impl Iterator<Item = &Fact> {
        self.by_key
            .facts
            .get(key)
            .into_iter()
            .flat_map(|stated| &stated.places)
            .filter_map(|&place| self.fact_at(place))
    }

    /// What is stated about `key` in short.
    pub(super) fn summary(&self, key: &str) -> Option<&Summary> {
        self.by_key.facts.get(key).map(|stated| &stated.summary)
    }

    /// Whether a file other than `file` that is no dotenv states something about `key`.
    #[must_use]
    pub fn is_stated_outside_dotenv(&self, key: &str, file: FileId) -> bool {
        self.summary(key)
            .is_some_and(|summary| summary.outside_dotenv.iter().flatten().any(|&other| other != file.0))
    }

    /// The files in which the name occurs without being understood, with the place.
    pub fn mentions_of(&self, key: &str) -> impl Iterator<Item = crate::text::Location> {
        self.by_key.mentions.get(key).into_iter().flatten().filter_map(|&(file, position)| {
            let mention = self.extractions.get(file as usize)?.mentions.get(position as usize)?;
            Some(crate::text::Location::new(FileId(file), mention.span))
        })
    }

    /// The problems of one kind, with their files, in order.
    pub fn problems(&self, kind: ProblemKind) -> impl Iterator<Item = (FileId, &Problem)> {
        (0..).map(FileId).zip(&self.extractions).flat_map(move |(file, extraction)| {
            extraction
                .problems
                .iter()
                .filter(move |problem| problem.kind == kind)
                .map(move |problem| (file, problem))
        })
    }

    /// The files with their shapes, in order; those without one left out.
    pub fn structures(&self) -> impl Iterator<Item = (FileId, &Structure)> {
        (0..)
            .map(FileId)
            .zip(&self.extractions)
            .map(|(file, extraction)| (file, &extraction.structure))
            .filter(|(_, structure)| **structure != Structure::None)
    }
}
