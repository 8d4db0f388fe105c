//! What an occurrence of a key's name is for: a use of the value, or a mere declaration of the name.

use std::collections::BTreeSet;

use super::Index;
use super::facts::is_use;
use super::scope::FactAt;
use crate::fact::{ComposeService, Fact, Place, Read};
use crate::key::{KeyName, is_tool_key};
use crate::text::{FileId, Location, TreePath};

/// Words in names of compose files that start everything for tests.
const TESTS: &[&str] = &["test", "tests", "testing", "ci", "e2e", "integration"];

/// Whether a file only declares names of keys, for a compiler or a task runner, and never uses a value.
#[must_use]
fn only_declares(path: &TreePath) -> bool {
    let name = path.name();
    name.ends_with(".d.ts")
        || matches!(name, "turbo.json" | "turbo.jsonc" | "nx.json" | "env.schema.json")
        || path.parts().any(|part| part == ".github")
}

impl Index {
    /// Whether anything in the tree uses the value of `key`, or may do so: code, a script, a compose file, the
    /// configuration of a server, a tool. Type declarations, lists of task runners and workflows do not.
    #[must_use]
    pub fn is_used(&self, key: &KeyName) -> bool {
        is_tool_key(key) || self.is_used_beyond_tools(key)
    }

    /// The same, for who knows better than that a tool may read it.
    #[must_use]
    pub fn is_used_beyond_tools(&self, key: &KeyName) -> bool {
        self.is_referenced(key) || self.user_of(key).is_some() || self.hides_read_here(key)
    }

    /// Whether anything but compose files uses the value of `key`, or may do so. What a compose file
    /// interpolates is no use of the key that it sets by it.
    #[must_use]
    pub fn is_used_beyond_compose(&self, key: &KeyName) -> bool {
        let uses = |fact: &Fact| {
            is_use(fact)
                && !matches!(fact.place, Place::Interpolation | Place::GithubSecrets | Place::GithubVariables)
                && !only_declares(&self.path(fact.file))
        };
        let stem = key.strip_suffix("_FILE").map(str::to_owned);
        let twin = KeyName::new(&stem.unwrap_or_else(|| format!("{key}_FILE")));
        is_tool_key(key)
            || self.facts_of(key).chain(self.facts_of(&twin)).any(uses)
            || self.is_read_otherwise(key)
            || self.mentions_of(key).any(|at| !only_declares(&self.path(at.file)))
            || self.hides_read_here(key)
    }

    /// Where the value of `key` is used, under any spelling that its readers accept.
    #[must_use]
    pub fn user_of(&self, key: &KeyName) -> Option<Location> {
        let uses = |fact: &&Fact| {
            is_use(fact)
                && !matches!(fact.place, Place::GithubSecrets | Place::GithubVariables)
                && !only_declares(&self.path(fact.file))
        };
        let stem = key.strip_suffix("_FILE").map(str::to_owned);
        let twin = KeyName::new(&stem.unwrap_or_else(|| format!("{key}_FILE")));
        self.facts_of(key)
            .chain(self.facts_of(&twin))
            .find(uses)
            .map(Fact::at)
            .or_else(|| self.mentions_of(key).find(|at| !only_declares(&self.path(at.file))))
            .or_else(|| {
                self.is_read_otherwise(key).then(|| self.facts_of(key).next().map(Fact::at)).flatten()
            })
    }

    /// Where a file that only declares names, or a workflow, names `key`.
    #[must_use]
    pub fn declared_only_at(&self, key: &KeyName) -> Option<Location> {
        let by_fact = self.facts_of(key).map(Fact::at);
        self.mentions_of(key).chain(by_fact).find(|at| only_declares(&self.path(at.file)))
    }

    /// The reads of the application's code that concern `key`, under this name or as an alternative.
    pub fn code_reads_of<'a>(&'a self, key: &'a KeyName) -> impl Iterator<Item = (&'a Fact, &'a Read)> {
        let folded = key.folded();
        let spelled = [key, &folded].into_iter().chain(self.small_spellings(key));
        let names: BTreeSet<&KeyName> = spelled.chain(self.used.reads_with(key)).collect();
        let mut places: Vec<FactAt> = names.into_iter().flat_map(|name| self.places_of(name)).collect();
        places.sort();
        let reads = places.into_iter().filter_map(|place| self.read_at(place));
        reads
            .filter(|(fact, _)| self.is_asked_by_code(fact))
            .filter(move |(fact, read)| read.takes(&fact.key, key))
    }

    /// The dotenv files that show people which keys there are, with what they show: examples, and dotenv files
    /// that are part of the tree. Those that do not speak for the application are left out.
    pub fn documents(&self) -> impl Iterator<Item = FileId> {
        self.dotenv_files().map(|(file, _)| file).filter(|file| !self.is_aside(*file))
    }

    /// Whether a compose file can be used alone: all its services name an image or a build, and its name does
    /// not say that it adds to another one of its folder (`compose.prod.yaml` beside `compose.yaml`).
    #[must_use]
    pub fn is_whole_project(&self, file: FileId) -> bool {
        let path = self.path(file);
        let name = path.name();
        let adds = || {
            if name.split('.').count() == 2 {
                return Some(false);
            }
            let (stem, ending) = (name.split('.').next()?, name.rsplit('.').next()?);
            let plain = path.folder().join(&format!("{stem}.{ending}"))?;
            Some(plain != path && self.files.at(&plain).is_some())
        };
        let is_complete = |service: &ComposeService| {
            service.image.is_some() || service.build.is_some() || service.extends.is_some()
        };
        // Complete files for tests are started alone, whatever they are called.
        let is_for_tests = name.split(['.', '-', '_']).any(|word| TESTS.contains(&word));
        !name.contains("override")
            && (is_for_tests || !adds().unwrap_or(true))
            && self.compose(file).is_some_and(|compose| {
                !compose.services.is_empty() && compose.services.iter().all(is_complete)
            })
    }
}
