//! What the matrix says about one key.

use super::environment::{Environment, Tier};
use super::model::Said;
use crate::key::KeyName;
use crate::secret::Secret;
use crate::value_type::ValueType;

/// A declared key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeySpec {
    /// Its name.
    pub name: Said<KeyName>,
    /// What kind of value it holds.
    pub kind: Said<Kind>,
    /// The services that use it; empty means all.
    pub services: Vec<Said<String>>,
    /// The type of its value.
    pub value_type: Option<Said<ValueType>>,
    /// Where it must be supplied.
    pub required: Said<Required>,
    /// The value that stands where nothing is supplied, by declaration.
    pub default: Option<Said<Secret>>,
    /// Older names that code still accepts.
    pub aliases: Vec<Said<KeyName>>,
    /// Who looks after it.
    pub owner: Option<String>,
    /// Set if it is on its way out.
    pub deprecated: Option<Said<Deprecation>>,
    /// What it is for.
    pub about: Option<String>,
    /// How its value relates to those of other keys.
    pub relations: Vec<Said<Relation>>,
}

/// What kind of value a key holds, which decides how it may travel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Kind {
    /// Plain configuration, read at run time.
    #[default]
    Config,
    /// A secret, which comes from the store.
    Secret,
    /// Read by code that browsers download; baked in at build time.
    Public,
    /// Read while the image is built.
    Build,
    /// Consumed by the platform, an image or a tool; no code of the tree reads it.
    Platform,
}

/// In which environments a key must be supplied.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Required {
    /// In none.
    #[default]
    Never,
    /// In each.
    All,
    /// In those whose tier is preview, staging or production.
    Deployed,
    /// In those named.
    In(Vec<Said<String>>),
}

/// A key on its way out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deprecation {
    /// What people should know.
    pub message: String,
    /// The key to use instead.
    pub replacement: Option<KeyName>,
}

/// A relation between the values of two keys in one environment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relation {
    /// Which relation.
    pub kind: RelationKind,
    /// The other key.
    pub other: KeyName,
}

/// Which relation a key's value has to another's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RelationKind {
    /// The same text.
    Equals,
    /// Not the same text.
    Differs,
    /// Begins with the other's text.
    StartsWith,
    /// Ends with the other's text.
    EndsWith,
    /// Contains the other's text.
    Contains,
}

impl KeySpec {
    /// Whether the key must be supplied in `environment`.
    #[must_use]
    pub fn is_required_in(&self, environment: &Environment) -> bool {
        match &self.required.value {
            Required::Never => false,
            Required::All => true,
            Required::Deployed => environment.tier.value >= Tier::Preview,
            Required::In(names) => names.iter().any(|name| **name == *environment.name),
        }
    }

    /// Whether the key is for the service of this name.
    #[must_use]
    pub fn serves(&self, service: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|name| **name == service)
    }
}
