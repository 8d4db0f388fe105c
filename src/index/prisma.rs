//! Configurations of Prisma, and what its commands demand that load them.

mod image;

pub use image::{BesideConfig, PrismaRun};

use std::collections::BTreeSet;

use super::Index;
use super::tasks::Reached;
use crate::fact::{Fact, Need, Place, Role, SourceKind, Structure};
use crate::key::KeyName;
use crate::syntax::shell::Word;
use crate::text::{FileId, TreePath};

/// A configuration of Prisma, which every command of it loads that runs in the folder.
#[derive(Clone, Debug)]
pub struct PrismaConfig<'a> {
    /// The file.
    pub file: FileId,
    /// Its folder.
    pub folder: TreePath,
    /// The reads without which it cannot be loaded, of each variable one.
    pub demands: Vec<&'a Fact>,
    /// Whether it reads a dotenv file first.
    pub loads_dotenv: bool,
}

/// The names of Prisma's configuration.
const CONFIGS: &[&str] = &[
    "prisma.config.ts",
    "prisma.config.mts",
    "prisma.config.cts",
    "prisma.config.js",
    "prisma.config.mjs",
    "prisma.config.cjs",
];

impl Index {
    /// The folders with a configuration of Prisma.
    #[must_use]
    pub fn prisma_folders(&self) -> BTreeSet<TreePath> {
        CONFIGS.iter().flat_map(|name| self.files.named(name)).map(|file| file.path.folder()).collect()
    }

    /// The configurations of Prisma that demand variables.
    #[must_use]
    pub fn prisma_configs(&self) -> Vec<PrismaConfig<'_>> {
        let mut found = Vec::new();
        // Others were found to read nothing.
        let code = self.files_of_kind(SourceKind("typescript"));
        for file in code.filter(|file| CONFIGS.contains(&file.path.name()) && !self.is_aside(file.id)) {
            let mut demands: Vec<&Fact> = Vec::new();
            for fact in self.facts_in(file.id).filter(|fact| is_demand(fact, &file.text)) {
                if demands.iter().all(|known| known.key != fact.key) {
                    demands.push(fact);
                }
            }
            // What the file itself sets is not asked of others.
            demands.retain(|demand| self.set_by_its_code(demand).is_none());
            if !demands.is_empty() {
                let loads_dotenv =
                    ["dotenv", "loadEnv", "env-core"].iter().any(|word| file.text.contains(word));
                found.push(PrismaConfig { file: file.id, folder: file.path.folder(), demands, loads_dotenv });
            }
        }
        found
    }

    /// The demands of a configuration that a command comes to without: of which neither the way to it nor `written`, what
    /// is written around the command, says anything, and which no dotenv file of the tree holds.
    #[must_use]
    pub fn lacking_at<'a>(
        &self,
        config: &PrismaConfig<'a>,
        reached: &Reached,
        written: &str,
    ) -> Vec<&'a Fact> {
        let is_lacking = |demand: &&Fact| {
            let key = &demand.key;
            !reached.sets.contains(key.as_str())
                && !written.contains(key.as_str())
                && !self.stands_in_dotenv(key)
        };
        config.demands.iter().copied().filter(is_lacking).collect()
    }

    /// The command of Prisma that a text, run in the folder of a configuration, comes to, if it loads that.
    #[must_use]
    pub fn loads_prisma_config(&self, config: &PrismaConfig<'_>, text: &str) -> Option<Reached> {
        let found = self.comes_to(&config.folder, text, &is_prisma)?;
        (found.folder == config.folder).then_some(found)
    }

    /// Whether a dotenv file of the tree, which is no example, holds the key.
    fn stands_in_dotenv(&self, key: &KeyName) -> bool {
        self.facts_of(key).any(|fact| {
            let structure = self.extraction(fact.file).map(|extraction| &extraction.structure);
            fact.place == Place::Dotenv
                && matches!(structure, Some(Structure::Dotenv(dotenv)) if !dotenv.is_example)
        })
    }
}

/// Whether a read is `env("KEY")` of Prisma where it is called in any case.
fn is_demand(fact: &Fact, text: &str) -> bool {
    let before = text.get(..fact.span.start as usize).unwrap_or("").trim_end_matches(['"', '\'', '`']);
    matches!(&fact.role, Role::Reads(read) if read.need == Need::Required)
        && before.trim_end().ends_with("env(")
}

/// Whether the words of a command are one of Prisma's that loads its configuration.
fn is_prisma(words: &[Word]) -> bool {
    let [name, verb, rest @ ..] = words else { return false };
    name.text == "prisma"
        && matches!(verb.text.as_str(), "generate" | "migrate" | "db" | "validate")
        && rest.iter().all(|word| {
            word.text != "--config" && !word.text.starts_with("--config=") && word.text != "--help"
        })
}
