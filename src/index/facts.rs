//! Facts and problems by key, by file and by kind.

use std::collections::BTreeMap;

use super::Index;
use crate::fact::{Extraction, Fact, Problem, ProblemKind, Structure};
use crate::key::KeyName;
use crate::text::{FileId, TreePath};

/// Positions of facts and mentions by key.
#[derive(Debug, Default)]
pub(super) struct ByKey {
    facts: BTreeMap<KeyName, Vec<(u32, u32)>>,
    mentions: BTreeMap<KeyName, Vec<(u32, u32)>>,
    /// Spellings with small letters, by the name in capitals.
    small: BTreeMap<KeyName, Vec<KeyName>>,
}

impl ByKey {
    pub(super) fn build(extractions: &[Extraction]) -> Self {
        let mut by_key = Self::default();
        for (file, extraction) in (0..).zip(extractions) {
            for (position, fact) in (0..).zip(&extraction.facts) {
                by_key.facts.entry(fact.key.clone()).or_default().push((file, position));
            }
        }
        // Names that no fact is about cannot matter to any rule.
        for (file, extraction) in (0..).zip(extractions) {
            for (position, mention) in (0..).zip(&extraction.mentions) {
                if by_key.facts.contains_key(&mention.key) {
                    by_key.mentions.entry(mention.key.clone()).or_default().push((file, position));
                }
            }
        }
        for key in by_key.facts.keys() {
            let folded = key.folded();
            if folded != *key {
                by_key.small.entry(folded).or_default().push(key.clone());
            }
        }
        by_key
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
            .flatten()
            .filter_map(|&(file, position)| self.extractions.get(file as usize)?.facts.get(position as usize))
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

    /// Whether some other file names this path: a script that writes it, a workflow that copies it. A
    /// bare name that every project has (`.env`, `Dockerfile`) does not count, its path does. Neither do other
    /// compose files, which want the file too, nor a `cp` from a file that is not there.
    #[must_use]
    pub fn is_path_mentioned(&self, path: &TreePath, besides: FileId) -> bool {
        let name = path.name();
        let is_telling = !matches!(name, ".env" | "Dockerfile");
        let names = |text: &str| text.contains(path.within_root()) || (is_telling && text.contains(name));
        self.files
            .iter()
            .filter(|file| file.id != besides && self.compose(file.id).is_none() && names(&file.text))
            .any(|file| {
                let mut lines = file.text.lines().filter(|line| names(line));
                lines.any(|line| !self.copies_nothing(line, path.root_name()))
            })
    }

    /// The line of a script that copies from a path at which nothing stands, seen from the root of the tree.
    #[must_use]
    pub fn copies_nothing(&self, line: &str, root: Option<&str>) -> bool {
        let mut words = line.split_whitespace().skip_while(|word| *word != "cp").skip(1);
        let Some(source) = words.find(|word| !word.starts_with('-')) else { return false };
        let source = source.trim_matches(['"', '\'']);
        let is_plain = source.contains('/') && !source.starts_with('/') && !source.contains(['$', '*', '~']);
        is_plain && TreePath::root(root).join(source).is_some_and(|path| self.files.at(&path).is_none())
    }
}
