//! What the matrix says about one environment.

use std::collections::BTreeMap;

use super::model::Said;
use super::naming::Naming;
use crate::key::KeyName;
use crate::secret::Secret;
use crate::text::{Location, TreePath};

/// A place where the services run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Environment {
    /// Its name.
    pub name: Said<String>,
    /// How close to users it is.
    pub tier: Said<Tier>,
    /// Where it can be reached.
    pub url: Option<Said<String>>,
    /// What deploys it.
    pub trigger: Option<Said<Trigger>>,
    /// What runs there.
    pub runtime: Runtime,
    /// What its resource names end with.
    pub suffix: Option<Said<String>>,
    /// What supplies it, highest precedence first.
    pub sources: Vec<Said<EnvSource>>,
    /// Whether code defaults may be relied on here.
    pub defaults: Said<Defaults>,
    /// Values that whoever deploys it sets, by the team's word.
    pub values: BTreeMap<KeyName, Said<Secret>>,
    /// How things are called here, where it differs from the matrix's `naming`.
    pub naming: Naming,
    /// Checks at run time.
    pub gates: Gates,
    /// URL schemes that no value may have here, lower case.
    pub forbidden_schemes: Vec<Said<String>>,
    /// The services that run here; empty means all.
    pub services: Vec<Said<String>>,
}

/// How close to users an environment is, from the developer's machine outwards.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Tier {
    /// A developer's machine.
    #[default]
    Local,
    /// Where tests run.
    Ci,
    /// A deployment per pull request.
    Preview,
    /// A deployment like production.
    Staging,
    /// What users use.
    Production,
}

/// What deploys an environment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Trigger {
    /// The workflow file.
    pub workflow: Option<Said<TreePath>>,
    /// The event, in GitHub's words: `push`, `pull_request`, `release`, `workflow_dispatch`.
    pub on: Option<Said<String>>,
    /// The branches.
    pub branches: Vec<Said<String>>,
}

/// What runs in an environment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Runtime {
    /// The source tree, by a developer's tools.
    #[default]
    Source,
    /// Images.
    Image,
}

/// Whether code defaults may be relied on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Defaults {
    /// Yes.
    #[default]
    Allowed,
    /// No: whatever the code reads must be supplied.
    Forbidden,
}

/// Something that supplies keys to an environment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EnvSource {
    /// A dotenv file that processes load or that compose is given.
    Dotenv {
        /// The file.
        file: Said<TreePath>,
        /// The services that load it; empty means all.
        services: Vec<Said<String>>,
    },
    /// Compose files, merged in order.
    Compose {
        /// The files.
        files: Vec<Said<TreePath>>,
        /// The active profiles.
        profiles: Vec<Said<String>>,
        /// `--env-file`s; empty means the `.env` beside the first file.
        env_files: Vec<Said<TreePath>>,
    },
    /// A template that an agent renders from Vault.
    Vault {
        /// The template.
        template: Said<TreePath>,
        /// The agent's configuration; by default the `vault-agent.hcl` beside the template.
        agent: Option<Said<TreePath>>,
        /// The policy; by default the `vault-policy.hcl` beside the template.
        policy: Option<Said<TreePath>>,
        /// Values of the agent's own environment.
        env: BTreeMap<KeyName, Said<String>>,
        /// The services that load what is rendered; empty means all.
        services: Vec<Said<String>>,
    },
    /// A workflow whose `env:` reaches the services.
    Workflow {
        /// The workflow file.
        file: Said<TreePath>,
        /// The job; none means each.
        job: Option<Said<String>>,
    },
    /// A file that whoever deploys goes by: a script that sets an app's variables by a platform's API or
    /// command line, a workflow that does, a platform's own file, a manifest.
    Deploy {
        /// The file.
        file: Said<TreePath>,
        /// What it fills, where it fills several: the dotenv it writes, the app or container.
        into: Option<Said<String>>,
        /// The services that receive the keys; empty means all.
        services: Vec<Said<String>>,
    },
    /// Whoever deploys, from outside the tree.
    Platform {
        /// The keys it supplies; none means that nobody knows.
        keys: Vec<Said<KeyName>>,
        /// The services that receive them; empty means all.
        services: Vec<Said<String>>,
    },
}

/// Checks at run time, by name, per moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Gates {
    /// Before anything runs, in CI.
    pub static_checks: Vec<Said<String>>,
    /// While a service starts.
    pub startup: Vec<Said<String>>,
    /// While a service runs.
    pub health: Vec<Said<String>>,
}

impl Environment {
    /// Whether somebody other than the developer runs it: tier preview, staging or production.
    #[must_use]
    pub fn is_deployed(&self) -> bool {
        self.tier.value >= Tier::Preview
    }

    /// The template from which a service's secrets come here, with the place that says so.
    #[must_use]
    pub fn store_of(&self, service: &str) -> Option<(&Said<TreePath>, Option<Location>)> {
        self.sources.iter().find_map(|source| match &source.value {
            EnvSource::Vault { template, services, .. } => {
                let serves = services.is_empty() || services.iter().any(|name| **name == service);
                serves.then_some((template, template.at.or(source.at)))
            }
            _ => None,
        })
    }

    /// Whether the service of this name runs here.
    #[must_use]
    pub fn runs(&self, service: &str) -> bool {
        self.services.is_empty() || self.services.iter().any(|name| **name == service)
    }
}

impl Tier {
    /// The word for it in the matrix.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Ci => "ci",
            Self::Preview => "preview",
            Self::Staging => "staging",
            Self::Production => "production",
        }
    }
}
