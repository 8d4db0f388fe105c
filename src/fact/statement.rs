//! One statement of one file about one key.

use std::fmt;

use super::value::Value;
use crate::key::KeyName;
use crate::text::{FileId, Location, Span};
use crate::value_type::ValueType;

/// A statement of a file about a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fact {
    /// The key, as the file spells it.
    pub key: KeyName,
    /// The file.
    pub file: FileId,
    /// The key's name in the file; where the name is not written (a field `db_url` of a settings
    /// class that reads `DB_URL`), the field.
    pub span: Span,
    /// Where the key lives, in terms of this file.
    pub place: Place,
    /// When the statement holds.
    pub phase: Phase,
    /// What is said.
    pub role: Role,
}

impl Fact {
    /// The fact with its read, if it is one.
    #[must_use]
    pub fn as_read(&self) -> Option<(&Self, &Read)> {
        match &self.role {
            Role::Reads(read) => Some((self, read)),
            _ => None,
        }
    }

    /// The value that is written down: the one that is given, shown as an example or taken by default.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match &self.role {
            Role::Provides(provide) => Some(&provide.value),
            Role::Documents(document) => document.example.as_ref(),
            Role::Reads(read) => match &read.need {
                Need::Default(value) => Some(value),
                _ => None,
            },
            Role::Observed => None,
        }
    }

    /// All values that are written down: also what is taken where the given one is missing.
    #[must_use]
    pub fn values(&self) -> Vec<&Value> {
        let other = match &self.role {
            Role::Provides(provide) => match &provide.provision {
                Provision::OrElse(value) => Some(value.as_ref()),
                _ => None,
            },
            _ => None,
        };
        self.value().into_iter().chain(other).collect()
    }

    /// Whether the code of a program sets the variable for itself, for what it uses and starts.
    #[must_use]
    pub fn is_set_by_code(&self) -> bool {
        self.place == Place::Process && matches!(self.role, Role::Provides(_))
    }

    /// Whether tests set the variable for themselves, which gives it to nobody else.
    #[must_use]
    pub fn is_set_by_tests(&self) -> bool {
        self.phase == Phase::Test && self.is_set_by_code()
    }

    /// The place of the key's name.
    #[must_use]
    pub fn at(&self) -> Location {
        Location::new(self.file, self.span)
    }
}

/// The set of variables that a key belongs to, in terms of the file that speaks. The index knows
/// which process, image or template that is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// The environment of the process whose code this file is.
    Process,
    /// The environment of the container of a compose service of this file.
    Container(String),
    /// The build arguments that a compose service of this file passes to its Dockerfile.
    BuildArgs(String),
    /// The variables that this compose file is interpolated with.
    Interpolation,
    /// The build arguments of this Dockerfile before its first stage (`None`) or in a stage.
    BuildArg(Option<usize>),
    /// The environment inside a stage of this Dockerfile.
    Stage(usize),
    /// The assignments of this dotenv file.
    Dotenv,
    /// The dotenv text that this template renders.
    Rendered,
    /// The environment of the agent that renders this template.
    Agent,
    /// The fields of a Vault secret, by path with `*` for what is not constant.
    Vault(String),
    /// The environment of the steps of this workflow: of all jobs (`job` is `None`) or one, of all its
    /// steps (`step` is `None`) or one, by number. A composite action has no job.
    Job {
        /// The job's id.
        job: Option<String>,
        /// The step's number in its job.
        step: Option<usize>,
    },
    /// The environment of a service container that a job of this workflow starts.
    JobService {
        /// The job's id.
        job: String,
        /// The service's name.
        service: String,
    },
    /// The build arguments that a step of this workflow passes to the Dockerfile it builds.
    StepBuildArgs {
        /// The job's id; `None` in a composite action.
        job: Option<String>,
        /// The step's number in its job.
        step: usize,
    },
    /// The environment of whoever runs this script, Makefile, pipeline or plan.
    Script,
    /// The assignments of a dotenv that this script writes, by its path as written; empty where the
    /// script does not tell.
    Written(String),
    /// The environment of a container, function or app that this manifest describes or this command
    /// starts, by its name there.
    Workload(String),
    /// The keys of a `ConfigMap` of Kubernetes, by its name.
    ConfigMap(String),
    /// The keys of a `Secret` of Kubernetes, by its name.
    KubernetesSecret(String),
    /// The secrets that GitHub holds for the repository and hands to workflows.
    GithubSecrets,
    /// The configuration variables that GitHub holds for the repository.
    GithubVariables,
}

/// When a statement holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Phase {
    /// While an image or bundle is built.
    Build,
    /// While the program runs.
    Run,
    /// While tests run.
    Test,
}

/// What a statement says about its key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Role {
    /// The file uses the key's value.
    Reads(Box<Read>),
    /// The file gives the key a value. Where the value has references or comes from the host or
    /// from Vault, the file *forwards* it; see [`Role::forwards`].
    Provides(Provide),
    /// The file tells people that the key exists, without setting it for anybody.
    Documents(Document),
    /// The key's name occurs; what is done with it is not known.
    Observed,
}

impl Role {
    /// Code that sets a variable of its own process, in any case or perhaps.
    #[must_use]
    pub fn set_by_code(value: Value, is_sure: bool) -> Self {
        let provision =
            if is_sure { Provision::Always } else { Provision::Conditional(vec![Condition::Opaque]) };
        Self::Provides(Provide { value, provision })
    }

    /// A read of which only the need is known.
    #[must_use]
    pub fn read(need: Need) -> Self {
        Self::Reads(Box::new(Read::with_need(need)))
    }

    /// Whether the statement passes on a value that it does not hold itself.
    #[must_use]
    pub fn forwards(&self) -> bool {
        matches!(self, Self::Provides(provide) if !provide.value.is_plain())
    }
}

/// How a key is read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    /// What happens without a value.
    pub need: Need,
    /// The type that the code reads it as, if it says so.
    pub value_type: Option<ValueType>,
    /// Other names that serve as well, in order of preference (pydantic `AliasChoices`, `A ?? B`).
    pub alternatives: Vec<KeyName>,
    /// Whether the reader folds case, so that `db_url` in the environment serves `DB_URL`.
    pub folds_case: bool,
    /// Whether the code says that the value is secret (`SecretStr`).
    pub is_secret: bool,
    /// Whether any text but the empty one counts as true: `Boolean(x)`, `!!x`, `bool(x)`, or a cast that only says so.
    pub takes_text_for_truth: bool,
    /// Whether an empty value is refused though the key may be left out: a validator sees the text as it is.
    pub refuses_empty: bool,
    /// The settings class or struct that declares the read, for one that declares all its keys.
    pub settings: Option<String>,
    /// What the code tells about the key: a field description or a doc comment.
    pub about: Option<String>,
    /// Under which condition the code looks at the key at all; `None` if under any, or under one that cannot be told.
    pub only_where: Option<Box<OnlyWhere>>,
}

/// A condition of code: one of some variables has one of some values (`os.getenv("ENV") in ("staging", "production")`).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OnlyWhere {
    /// The variables; empty where the code asks in words of its own (`settings.is_production`).
    pub keys: Vec<KeyName>,
    /// The values, in lower case.
    pub values: Vec<String>,
}

impl fmt::Display for OnlyWhere {
    /// Writes `where ENV is staging or production`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = self.keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" or ");
        let of = if whose.is_empty() { "it" } else { whose.as_str() };
        write!(f, "where {of} is {}", self.values.join(" or "))
    }
}

impl Read {
    /// Whether a variable called `key` serves the read, whose own name is `name`: as it is spelled, as another name for
    /// it, or in any case where the reader folds case.
    #[must_use]
    pub fn takes(&self, name: &KeyName, key: &KeyName) -> bool {
        name == key || self.alternatives.contains(key) || self.folds_case && name.folded() == key.folded()
    }

    /// A read of which only the need is known.
    #[must_use]
    pub fn with_need(need: Need) -> Self {
        Self {
            need,
            value_type: None,
            alternatives: Vec::new(),
            folds_case: false,
            is_secret: false,
            takes_text_for_truth: false,
            refuses_empty: false,
            settings: None,
            about: None,
            only_where: None,
        }
    }
}

/// What happens to a reader without a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Need {
    /// It fails.
    Required,
    /// It copes, with no value.
    Optional,
    /// It takes this default.
    Default(Value),
    /// The code does not say (`os.environ.get(k)` handed on, `$X` in a script).
    Unknown,
}

/// How a key is provided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Provide {
    /// The value.
    pub value: Value,
    /// Under which circumstances.
    pub provision: Provision,
}

/// Under which circumstances a value is provided.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Provision {
    /// In any case.
    Always,
    /// The value where its source has one, else this default (`with .. else ..` in a template).
    OrElse(Box<Value>),
    /// Only where all conditions hold.
    Conditional(Vec<Condition>),
}

/// A condition on the environment of whoever evaluates the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Condition {
    /// A variable equals (or, negated, does not equal) one of these words.
    Equals {
        /// The variable.
        key: KeyName,
        /// The words, any of which serves.
        any_of: Vec<String>,
        /// Whether the condition is the opposite.
        negated: bool,
    },
    /// Something that cannot be decided from the file.
    Opaque,
}

/// How a key is documented.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// The value shown, if any.
    pub example: Option<Value>,
    /// Whether the line is commented out, or declares the key optional (`KEY?: string`): the key exists and
    /// is optional.
    pub commented: bool,
    /// The comment above or behind it.
    pub about: Option<String>,
}
