//! Every value that is given to a key, with who gives it and the environments it surely supplies.

use std::collections::{BTreeMap, BTreeSet};

use super::Index;
use crate::fact::{
    ComposeService, Fact, Need, Origin, Phase, Place, Provision, Read, Role, Structure, Value,
};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment};
use crate::secret::Secret;
use crate::text::{FileId, Location};

/// A value that is given to a key.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// The key, as the giver spells it.
    pub key: &'a KeyName,
    /// The value; empty where it is not written down.
    pub text: &'a Secret,
    /// Whether the value is written down in full, without references.
    pub is_plain: bool,
    /// The value's place; the key's where the value is not written down.
    pub at: Location,
    /// Who gives it.
    pub by: Giver<'a>,
    /// The environments that surely run with it; empty if none does or it is not known.
    pub environments: Vec<&'a Environment>,
}

/// Who gives a value to a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Giver<'a> {
    /// An environment of the matrix.
    Matrix,
    /// A dotenv file that is loaded.
    Dotenv,
    /// An example that people copy.
    Example,
    /// A compose file, for the container of this service.
    Container(&'a str),
    /// Something that gives build arguments.
    BuildArg,
    /// A Dockerfile's `ENV`.
    Image,
    /// A template.
    Template,
    /// Code, as its default.
    Code(&'a Read),
    /// Whatever else sets the environment of a process.
    Process,
}

impl Given<'_> {
    /// The value, if it is written down in full and somebody meant it: no reference, not empty, no
    /// placeholder.
    #[must_use]
    pub fn meant(&self) -> Option<&str> {
        let text = self.text.reveal();
        (self.is_plain && !text.is_empty() && !crate::secret::is_placeholder(text)).then_some(text)
    }

    /// The names of the environments it supplies.
    #[must_use]
    pub fn environment_names(&self) -> Vec<String> {
        self.environments.iter().map(|environment| environment.name.value.clone()).collect()
    }

    /// " in `staging` and `production`", or nothing.
    #[must_use]
    pub fn in_environments(&self) -> String {
        let names: Vec<String> =
            self.environments.iter().map(|environment| format!("`{}`", *environment.name)).collect();
        match names.as_slice() {
            [] => String::new(),
            [only] => format!(" in {only}"),
            [rest @ .., last] => format!(" in {} and {last}", rest.join(", ")),
        }
    }
}

impl Index {
    /// Every value that is given to a key outside of tests: what files provide, what examples show,
    /// what code falls back to and what the matrix says of its environments.
    #[must_use]
    pub fn given_values(&self) -> Vec<Given<'_>> {
        let effective = self.effective();
        let mut given = Vec::new();
        for environment in &self.matrix.environments {
            for (key, said) in &environment.values {
                let Some(at) = said.at else { continue };
                let environments = vec![environment];
                given.push(Given { key, text: said, is_plain: true, at, by: Giver::Matrix, environments });
            }
        }
        for file in self.files.iter() {
            let Some(extraction) = self.extraction(file.id) else { continue };
            for (position, fact) in extraction.facts.iter().enumerate() {
                let environments =
                    effective.get(&(file.id, position)).map_or_else(Vec::new, |names| names.clone());
                add(fact, environments, &mut given);
            }
        }
        given
    }

    /// The environments that surely run with what a fact provides, by file and position: its file is
    /// one of the environment's sources, and neither the environment's own values nor a source of
    /// higher precedence nor a later compose file of the same source gives the key another value.
    fn effective(&self) -> BTreeMap<(FileId, usize), Vec<&Environment>> {
        let mut effective: BTreeMap<(FileId, usize), Vec<&Environment>> = BTreeMap::new();
        for environment in &self.matrix.environments {
            let mut taken: BTreeSet<&KeyName> = environment.values.keys().collect();
            for source in &environment.sources {
                let mut provided: BTreeMap<(&KeyName, &Place), (FileId, usize)> = BTreeMap::new();
                for (file, fact, position) in self.provisions(&source.value) {
                    if is_active(self, file, fact, environment, &source.value) {
                        // A later assignment, and a later file, wins.
                        provided.insert((&fact.key, &fact.place), (file, position));
                    }
                }
                let keys: BTreeSet<&KeyName> = provided.keys().map(|(key, _)| *key).collect();
                for ((key, _), place) in provided {
                    if !taken.contains(key) {
                        effective.entry(place).or_default().push(environment);
                    }
                }
                if !is_for_some_services(&source.value) {
                    taken.extend(keys);
                }
            }
        }
        effective
    }

    /// What the files of a source provide, in the order of files.
    fn provisions(&self, source: &EnvSource) -> Vec<(FileId, &Fact, usize)> {
        let paths = match source {
            EnvSource::Dotenv { file, .. } => vec![file],
            EnvSource::Compose { files, .. } => files.iter().collect(),
            EnvSource::Vault { template, .. } => vec![template],
            EnvSource::Workflow { .. } | EnvSource::Platform { .. } => Vec::new(),
        };
        let files = paths.into_iter().filter_map(|path| self.files.at(path));
        files
            .filter_map(|file| Some((file.id, self.extraction(file.id)?)))
            .flat_map(|(file, extraction)| {
                let facts = extraction.facts.iter().enumerate();
                facts.map(move |(position, fact)| (file, fact, position))
            })
            .filter(|(_, fact, _)| matches!(fact.role, Role::Provides(_)) && fact.phase == Phase::Run)
            .collect()
    }

    /// The compose service of this name in a file.
    #[must_use]
    pub fn service_named(&self, file: FileId, name: &str) -> Option<&ComposeService> {
        match &self.extraction(file)?.structure {
            Structure::Compose(compose) => compose.services.iter().find(|service| *service.name == name),
            _ => None,
        }
    }
}

fn is_for_some_services(source: &EnvSource) -> bool {
    match source {
        EnvSource::Dotenv { services, .. }
        | EnvSource::Vault { services, .. }
        | EnvSource::Platform { services, .. } => !services.is_empty(),
        EnvSource::Compose { .. } | EnvSource::Workflow { .. } => false,
    }
}

/// Whether what a fact of a source says reaches a process of the environment: its compose service is
/// in an active profile and runs there.
fn is_active(index: &Index, file: FileId, fact: &Fact, of: &Environment, source: &EnvSource) -> bool {
    let Place::Container(name) = &fact.place else { return true };
    if let EnvSource::Compose { profiles, .. } = source
        && let Some(service) = index.service_named(file, name)
        && !service.profiles.is_empty()
        && !service.profiles.iter().any(|own| profiles.iter().any(|active| active.value == own.value))
    {
        return false;
    }
    let mut declared = index.matrix.services_called(name).peekable();
    declared.peek().is_none() || declared.any(|service| of.runs(&service.name))
}

fn add<'a>(fact: &'a Fact, environments: Vec<&'a Environment>, given: &mut Vec<Given<'a>>) {
    if fact.phase == Phase::Test {
        return;
    }
    let one = |value: &'a Value, by, environments| {
        let is_written = value.origin == Origin::Literal && !value.span.is_empty();
        let at = if is_written { Location::new(fact.file, value.span) } else { fact.at() };
        Given { key: &fact.key, text: &value.text, is_plain: value.is_plain(), at, by, environments }
    };
    match &fact.role {
        Role::Provides(provide) => {
            let by = match &fact.place {
                Place::Dotenv => Giver::Dotenv,
                Place::Container(service) => Giver::Container(service),
                Place::BuildArgs(_) | Place::BuildArg(_) => Giver::BuildArg,
                Place::Stage(_) => Giver::Image,
                Place::Rendered => Giver::Template,
                Place::Process => Giver::Process,
                // Names of other spaces: what is given there is no value of an application's key.
                Place::Interpolation | Place::Agent | Place::Vault(_) => return,
            };
            match &provide.provision {
                Provision::Always => given.push(one(&provide.value, by, environments)),
                Provision::OrElse(other) => {
                    given.push(one(&provide.value, by, environments));
                    given.push(one(other, by, Vec::new()));
                }
                Provision::Conditional(_) => given.push(one(&provide.value, by, Vec::new())),
            }
        }
        // A commented line is prose as often as it is a value.
        Role::Documents(document) if !document.commented => {
            given.extend(document.example.iter().map(|value| one(value, Giver::Example, Vec::new())));
        }
        Role::Reads(read) => {
            if let Need::Default(value) = &read.need {
                given.push(one(value, Giver::Code(read), Vec::new()));
            }
        }
        Role::Documents(_) | Role::Observed => {}
    }
}
