//! Key x environment x service: the state of each cell, in one word.

use std::collections::{BTreeSet, HashMap};

use super::Index;
use super::supply::{HeldKind, Outcome};
use crate::key::{KeyName, is_tool_key};
use crate::matrix::{Matrix, Service};

/// The state of a key for a service in an environment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cell {
    /// A source supplies it.
    Supplied,
    /// Vault holds it.
    Vault,
    /// Only an example that people copy shows it.
    Example,
    /// A default of the code, of compose or of a template stands in.
    Default,
    /// It is supplied, and empty.
    Empty,
    /// It is supplied, with a value that only holds the place.
    Placeholder,
    /// Nothing supplies it, and nothing needs it.
    Unset,
    /// Nothing supplies it, and it is needed.
    Missing,
    /// Nobody can tell from the tree.
    Unseen,
    /// It does not concern the service there.
    NotApplicable,
}

impl Cell {
    /// Every state, best first.
    pub const ALL: [Self; 10] = [
        Self::Supplied,
        Self::Vault,
        Self::Example,
        Self::Default,
        Self::Empty,
        Self::Placeholder,
        Self::Unset,
        Self::Missing,
        Self::Unseen,
        Self::NotApplicable,
    ];

    /// The word in tables and JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Supplied => "supplied",
            Self::Vault => "vault",
            Self::Example => "example",
            Self::Default => "default",
            Self::Empty => "empty",
            Self::Placeholder => "placeholder",
            Self::Unset => "unset",
            Self::Missing => "missing",
            Self::Unseen => "unseen",
            Self::NotApplicable => "n/a",
        }
    }

    /// What the word says, for legends.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Supplied => "a source of the environment supplies it",
            Self::Vault => "it is read from Vault",
            Self::Example => "only the example file that people copy shows it",
            Self::Default => "a default stands in",
            Self::Empty => "it is supplied, but empty",
            Self::Placeholder => "it is supplied with a placeholder",
            Self::Unset => "nothing supplies it, and its readers cope",
            Self::Missing => "nothing supplies it, and it is needed",
            Self::Unseen => "the tree does not tell",
            Self::NotApplicable => "it does not concern the service there",
        }
    }

    /// What an outcome says, in the words of its state; a value that no file of the tree holds is told apart.
    #[must_use]
    pub fn told(outcome: &Outcome) -> &'static str {
        match outcome {
            Outcome::Supplied(held) if held.kind == HeldKind::Outside => {
                "its value comes from outside of the tree"
            }
            _ => Self::of(outcome).meaning(),
        }
    }

    /// The state that an outcome amounts to.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Supplied(held) if held.is_placeholder() => Self::Placeholder,
            Outcome::Supplied(held) => match &held.kind {
                HeldKind::Vault { .. } => Self::Vault,
                HeldKind::Example(_) => Self::Example,
                HeldKind::FileDefault(text) if text.is_empty() => Self::Empty,
                HeldKind::FileDefault(_) => Self::Default,
                HeldKind::Text(text) if text.is_empty() => Self::Empty,
                HeldKind::Text(_) | HeldKind::Outside => Self::Supplied,
            },
            Outcome::Default => Self::Default,
            Outcome::Unset => Self::Unset,
            Outcome::Missing => Self::Missing,
            Outcome::Unseen(_) => Self::Unseen,
            Outcome::NotApplicable => Self::NotApplicable,
        }
    }
}

/// The whole table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Table {
    /// The environments, in the matrix's order: the columns.
    pub environments: Vec<String>,
    /// The rows, by service, then key.
    pub rows: Vec<Row>,
}

/// One key of one service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The service.
    pub service: String,
    /// The key.
    pub key: KeyName,
    /// Whether the matrix declares it.
    pub is_declared: bool,
    /// The states, one per environment.
    pub cells: Vec<Cell>,
}

impl Index {
    /// The keys that concern a service: declared for it, or read by its code.
    #[must_use]
    pub fn keys_of_service(&self, service: &Service) -> BTreeSet<KeyName> {
        let served = self.served.get_or_init(|| served(&self.matrix));
        let named = served.get(&service.name.value).into_iter().chain(served.get(""));
        let declared = named.flatten().cloned();
        let read = self
            .reads_of_service(&service.name.value)
            .map(|(fact, _)| fact.key.clone())
            .filter(|key| !is_tool_key(key) && !self.aliases.contains(key));
        declared.chain(read).collect()
    }

    /// The state of every key that concerns a service, in every environment.
    #[must_use]
    pub fn table(&self) -> Table {
        let environments = &self.matrix.environments;
        let mut rows = Vec::new();
        for service in self.matrix.services.values() {
            for key in self.keys_of_service(service) {
                let cells: Vec<Cell> = environments
                    .iter()
                    .map(|environment| Cell::of(&self.route(environment, service, &key).outcome))
                    .collect();
                let is_declared = self.matrix.keys.contains_key(&key);
                rows.push(Row { service: service.name.value.clone(), key, is_declared, cells });
            }
        }
        let environments = environments.iter().map(|environment| environment.name.value.clone()).collect();
        Table { environments, rows }
    }
}

/// The keys of a matrix by the service they are declared for; those for all services under the empty name.
fn served(matrix: &Matrix) -> HashMap<String, Vec<KeyName>> {
    let mut served: HashMap<String, Vec<KeyName>> = HashMap::new();
    for spec in matrix.keys.values() {
        let key = &spec.name.value;
        if spec.services.is_empty() {
            served.entry(String::new()).or_default().push(key.clone());
        }
        for service in &spec.services {
            served.entry(service.value.clone()).or_default().push(key.clone());
        }
    }
    served
}
