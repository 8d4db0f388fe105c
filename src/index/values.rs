//! Every value that is given to a key, with who gives it and the environments it surely supplies.

use std::collections::BTreeMap;

use super::Index;
use super::supply::HeldKind;
use crate::fact::{Fact, Need, Origin, Phase, Place, Provision, Read, Role, Value};
use crate::key::KeyName;
use crate::matrix::Environment;
use crate::secret::Secret;
use crate::text::Location;

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
    pub fn given_values(&self) -> impl Iterator<Item = Given<'_>> {
        let supplied = self.supplied_from();
        let by_matrix = self.matrix.environments.iter().flat_map(|environment| {
            environment.values.iter().filter_map(move |(key, said)| {
                let environments = vec![environment];
                Some(Given { key, text: said, is_plain: true, at: said.at?, by: Giver::Matrix, environments })
            })
        });
        let by_files = self.facts().flat_map(move |fact| {
            // Most trees have no environment that is known to run with anything.
            let known = if supplied.is_empty() { None } else { supplied.get(&(&fact.key, fact.at())) };
            given_by(fact, known.cloned().unwrap_or_default(), self.matrix.is_declared())
        });
        by_matrix.chain(by_files)
    }

    /// The environments that run with a text of the tree, by key and place of supply.
    fn supplied_from(&self) -> BTreeMap<(&KeyName, Location), Vec<&Environment>> {
        let mut found: BTreeMap<(&KeyName, Location), Vec<&Environment>> = BTreeMap::new();
        for (environment, supply) in self.supplied() {
            let is_text = supply.held().is_some_and(|held| matches!(held.kind, HeldKind::Text(_)));
            if let (true, Some(at)) = (is_text, supply.at()) {
                let environments = found.entry((&supply.key, at)).or_default();
                if environments.iter().all(|known| known.name != environment.name) {
                    environments.push(environment);
                }
            }
        }
        found
    }
}

/// The values that a statement gives, two at most.
fn given_by<'a>(
    fact: &'a Fact,
    environments: Vec<&'a Environment>,
    is_declared: bool,
) -> impl Iterator<Item = Given<'a>> {
    let mut given = [None, None];
    if fact.phase != Phase::Test {
        add(fact, environments, is_declared, &mut given);
    }
    given.into_iter().flatten()
}

fn add<'a>(
    fact: &'a Fact,
    environments: Vec<&'a Environment>,
    is_declared: bool,
    given: &mut [Option<Given<'a>>; 2],
) {
    let [first, second] = given;
    let one = |value: &'a Value, by, environments| {
        let is_written = value.origin == Origin::Literal && !value.span.is_empty();
        let at = if is_written { Location::new(fact.file, value.span) } else { fact.at() };
        Given { key: &fact.key, text: &value.text, is_plain: value.is_plain(), at, by, environments }
    };
    match &fact.role {
        Role::Provides(_) if fact.is_set_by_tests() => {}
        Role::Provides(provide) => {
            let by = match &fact.place {
                Place::Dotenv => Giver::Dotenv,
                Place::Container(service) => Giver::Container(service),
                Place::BuildArgs(_) | Place::BuildArg(_) => Giver::BuildArg,
                Place::Stage(_) => Giver::Image,
                Place::Rendered => Giver::Template,
                Place::Process => Giver::Process,
                // What a workflow's steps run with is the application's only where the matrix says so.
                Place::Job { .. } if !environments.is_empty() => Giver::Process,
                // What a workflow builds need not be the project's own, unless the team says which keys are.
                Place::StepBuildArgs { .. } if is_declared => Giver::BuildArg,
                // Names of other spaces: what is given there is no value of an application's key.
                Place::Interpolation
                | Place::Agent
                | Place::Vault(_)
                | Place::Job { .. }
                | Place::JobService { .. }
                | Place::StepBuildArgs { .. }
                | Place::Script
                | Place::Written(_)
                | Place::Workload(_)
                | Place::ConfigMap(_)
                | Place::KubernetesSecret(_)
                | Place::GithubSecrets
                | Place::GithubVariables => return,
            };
            match &provide.provision {
                Provision::Always => *first = Some(one(&provide.value, by, environments)),
                Provision::OrElse(other) => {
                    *first = Some(one(&provide.value, by, environments));
                    *second = Some(one(other, by, Vec::new()));
                }
                Provision::Conditional(_) => *first = Some(one(&provide.value, by, Vec::new())),
            }
        }
        // A commented line is prose as often as it is a value.
        Role::Documents(document) if !document.commented => {
            *first = document.example.as_ref().map(|value| one(value, Giver::Example, Vec::new()));
        }
        Role::Reads(read) => {
            if let Need::Default(value) = &read.need {
                *first = Some(one(value, Giver::Code(read), Vec::new()));
            }
        }
        Role::Documents(_) | Role::Observed => {}
    }
}
