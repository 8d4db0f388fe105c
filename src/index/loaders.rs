//! Code that loads dotenv files by itself.

use std::collections::{BTreeMap, HashMap};

use super::Index;
use crate::text::FileId;

/// By the kind of code, the words by which it shows that it loads dotenv files.
const WORDS: &[(&str, &[&str])] = &[
    ("python", &["dotenv", "env_file"]),
    ("rust", &["dotenvy::"]),
    ("typescript", &["dotenv"]),
    ("javascript", &["dotenv"]),
];

/// The number of such files below each folder, by their kind.
pub(super) type Loaders = HashMap<String, BTreeMap<&'static str, u32>>;

impl Index {
    /// The kinds of code below a folder that load dotenv files.
    pub fn dotenv_loaders_below(&self, folder: &str) -> impl Iterator<Item = &'static str> {
        let loaders = self.loaders.get_or_init(|| self.find_loaders());
        loaders.get(folder).into_iter().flat_map(|kinds| kinds.keys().copied())
    }

    fn find_loaders(&self) -> Loaders {
        let mut loaders = Loaders::new();
        for file in self.files.iter() {
            let Some(kind) = self.loads_dotenv(file.id, &file.text) else { continue };
            for folder in file.path.folders() {
                *loaders.entry(folder.to_owned()).or_default().entry(kind).or_default() += 1;
            }
        }
        loaders
    }

    /// The kind of a code file, if it loads dotenv files with this text.
    pub(super) fn loads_dotenv(&self, file: FileId, text: &str) -> Option<&'static str> {
        let kind = self.kind(file)?;
        let (kind, words) = WORDS.iter().find(|(code, _)| kind.0 == *code)?;
        words.iter().any(|word| text.contains(word)).then_some(*kind)
    }
}

/// Whether a text names a dotenv file: `.env`, `.env.example`, and not `process.env`.
#[must_use]
pub fn names_dotenv(text: &str) -> bool {
    text.match_indices(".env").any(|(at, name)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + name.len()..).and_then(|behind| behind.chars().next());
        let is_word = |sign: char| sign.is_alphanumeric() || matches!(sign, '_' | ')' | ']');
        !before.is_some_and(is_word) && !behind.is_some_and(|sign| sign.is_alphanumeric() || sign == '_')
    })
}
