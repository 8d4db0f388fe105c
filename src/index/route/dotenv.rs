//! Through a dotenv file, or the example that people make it from.

use super::{Journey, Link, LinkState, Remedy};
use crate::fact::{Role, Structure, Value};
use crate::index::supply::{Held, HeldKind};
use crate::index::{EnvFileLink, Site};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Said};
use crate::secret::Secret;
use crate::text::{FileId, TreePath};

impl Journey<'_> {
    /// What a dotenv file that the matrix names gives to processes.
    pub(super) fn via_dotenv_path(&mut self, name: &KeyName, path: &Said<TreePath>) -> Option<Held> {
        if let Some(file) = self.index.files.at(path) {
            let held = self.via_dotenv(name, file.id);
            if held.is_none() {
                let what = format!("{} does not set `{name}`", path.value);
                let remedy = Remedy::Dotenv(path.value.clone());
                self.links.push(Link::new(path.at, what, LinkState::Broken).mended_by(remedy));
            }
            return held;
        }
        let Some(example) = self.index.example_of(path) else {
            self.unseen.get_or_insert_with(|| format!("{} is not in the tree", path.value));
            return None;
        };
        let held = self.via_example(name, example);
        if held.is_none() {
            let what = format!(
                "{} is made from {}, which lacks `{name}`",
                path.value,
                self.index.files.path(example)
            );
            let remedy = Remedy::Dotenv(self.index.path(example));
            self.links.push(Link::new(path.at, what, LinkState::Broken).mended_by(remedy));
        }
        held
    }

    /// Whether a guess takes for a source of all what compose alone reads: the `.env` at the root, where the service runs
    /// in a container of the environment that is not given the file, and where none of its code loads one.
    pub(super) fn is_for_compose_alone(&self, path: &TreePath) -> bool {
        let root = self.service.root.as_ref().map(|root| &root.value);
        let is_at_root = path.name() == ".env" && path.folder().within_root().is_empty();
        let Some(root) = root.filter(|root| is_at_root && !root.within_root().is_empty()) else {
            return false;
        };
        if self.index.matrix.is_declared() || self.index.dotenv_loaders_below(root.as_str()).next().is_some()
        {
            return false;
        }
        let live = self.index.files.at(path).map(|file| file.id);
        let example = self.index.example_of(path);
        let is_given = |site: &Site| {
            site.env_files.iter().any(|link| match link {
                EnvFileLink::File(file) | EnvFileLink::Example(file) => {
                    Some(*file) == live || Some(*file) == example
                }
                EnvFileLink::Missing(other) => other == path,
                EnvFileLink::Unseen => true,
            })
        };
        let composes: Vec<&TreePath> = self
            .environment
            .sources
            .iter()
            .filter_map(|source| match &source.value {
                EnvSource::Compose { files, .. } => Some(files),
                _ => None,
            })
            .flatten()
            .map(|file| &file.value)
            .collect();
        let mut sites = self
            .index
            .sites_of(&self.service.name.value)
            .filter(|site| composes.contains(&&self.index.path(site.file)))
            .peekable();
        sites.peek().is_some() && !sites.any(is_given)
    }

    /// Says where the key stands in a file that is handed to no container.
    pub(super) fn not_passed_on(&mut self, name: &KeyName, path: &TreePath) -> Option<Held> {
        let file = self.index.files.at(path).map(|file| file.id).or_else(|| self.index.example_of(path))?;
        let fact = self.index.facts_in(file).find(|fact| fact.key == *name)?;
        let what = format!("compose reads {path} for itself, and hands it to no container");
        self.links.push(Link::new(fact.at(), what, LinkState::Broken));
        None
    }

    pub(super) fn via_dotenv(&mut self, name: &KeyName, file: FileId) -> Option<Held> {
        let is_example = matches!(self.index.extraction(file).map(|extraction| &extraction.structure),
            Some(Structure::Dotenv(dotenv)) if dotenv.is_example);
        if is_example {
            return self.via_example(name, file);
        }
        let fact = self
            .index
            .facts_in(file)
            .filter(|fact| fact.key == *name && matches!(fact.role, Role::Provides(_)))
            .last();
        let Some(fact) = fact else {
            self.note_gaps(file, name);
            return None;
        };
        self.links.push(Link::new(fact.at(), format!("the dotenv file sets `{name}`"), LinkState::Holds));
        self.provided(fact)
    }

    /// A dotenv that people make from an example has what the example shows; where they deploy, the same
    /// keys.
    pub(super) fn via_example(&mut self, name: &KeyName, file: FileId) -> Option<Held> {
        let (fact, document) = self.index.facts_in(file).find_map(|fact| match &fact.role {
            Role::Documents(document) if fact.key == *name && !document.commented => Some((fact, document)),
            _ => None,
        })?;
        self.links.push(Link::new(fact.at(), format!("the example shows `{name}`"), LinkState::Holds));
        // Whoever deploys makes the file from the example with values of their own.
        if self.environment.is_deployed() {
            return Some(Held::outside(fact.at()));
        }
        let text = document.example.as_ref().and_then(Value::plain).map(Secret::new);
        Some(Held { at: Some(fact.at()), kind: text.map_or(HeldKind::Outside, HeldKind::Example) })
    }
}
