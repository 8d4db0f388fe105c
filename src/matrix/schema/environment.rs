//! An environment, in a file of its own or below `environments:`.

use std::collections::BTreeMap;

use schemars::JsonSchema;

use super::key::KeyText;
use super::word::{OneOrMore, Path, Scalar, Scheme, Text};

/// A place where the services run.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Environment {
    /// How close to users it is; where it is not said, the environment's name must tell.
    pub tier: Option<Tier>,
    /// Where it can be reached: `https://…`.
    pub url: Option<Text>,
    /// What deploys it.
    pub trigger: Option<Trigger>,
    /// What runs there; `source` by default.
    pub runtime: Option<Runtime>,
    /// What its resource names end with, which patterns write as `{suffix}`.
    pub suffix: Option<String>,
    /// What supplies it, highest precedence first.
    pub sources: Option<Vec<Source>>,
    /// Whether code defaults may be relied on here; `allowed` by default.
    pub defaults: Option<Defaults>,
    /// Values that whoever deploys it sets, by the team's word. No secrets.
    pub values: Option<BTreeMap<KeyText, Scalar>>,
    /// Patterns for names, where they differ from the matrix's.
    pub naming: Option<Naming>,
    /// Checks at run time.
    pub gates: Option<Gates>,
    /// URL schemes that no value may have here.
    pub forbidden_schemes: Option<OneOrMore<Scheme>>,
    /// The services that run here; all by default.
    pub services: Option<OneOrMore<Text>>,
    /// The environment that this one completes: what is not said here is said there.
    pub extends: Option<Text>,
    /// What people should know about it.
    pub about: Option<String>,
}

/// How close to users an environment is.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Tier {
    /// A developer's machine.
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
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Trigger {
    /// The workflow file.
    pub workflow: Option<Path>,
    /// The event, in GitHub's words: `push`, `pull_request`, `release`, `workflow_dispatch`.
    pub on: Option<Text>,
    /// The branches.
    pub branches: Option<OneOrMore<Text>>,
}

/// What runs in an environment.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Runtime {
    /// The source tree, by a developer's tools.
    Source,
    /// Images.
    Image,
}

/// Whether code defaults may be relied on.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Defaults {
    /// Yes.
    Allowed,
    /// No: whatever the code reads must be supplied.
    Forbidden,
}

/// Something that supplies keys to an environment: one entry, its kind.
#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Source {
    /// A dotenv file that processes load or that compose is given.
    Dotenv(DotenvSource),
    /// Compose files, merged in order.
    Compose(ComposeSource),
    /// A template that an agent renders from Vault.
    Vault(VaultSource),
    /// A workflow whose `env:` reaches the services.
    Workflow(WorkflowSource),
    /// A file that whoever deploys goes by: a script that sets an app's variables, a platform's own file.
    Deploy(DeploySource),
    /// Whoever deploys, from outside the tree; without keys, nobody knows which.
    Platform(Option<PlatformSource>),
}

/// A dotenv file.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum DotenvSource {
    /// The file.
    File(Path),
    /// The file and who loads it.
    Map(DotenvMap),
}

/// A dotenv file and who loads it.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DotenvMap {
    /// The file.
    pub file: Path,
    /// The services that load it; all by default.
    pub services: Option<OneOrMore<Text>>,
}

/// Compose files.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum ComposeSource {
    /// The file.
    File(Path),
    /// The files, merged in order.
    Files(#[schemars(length(min = 1))] Vec<Path>),
    /// The files and how compose is called.
    Map(ComposeMap),
}

/// Compose files and how compose is called.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ComposeMap {
    /// The files, merged in order.
    pub files: Files,
    /// The active profiles.
    pub profiles: Option<OneOrMore<Text>>,
    /// Files given as `--env-file`; by default the `.env` beside the first file.
    pub env_files: Option<OneOrMore<Path>>,
}

/// One file or several.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub enum Files {
    /// One.
    One(Path),
    /// Several.
    More(#[schemars(length(min = 1))] Vec<Path>),
}

/// A template that an agent renders from Vault.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum VaultSource {
    /// The template.
    File(Path),
    /// The template and its surroundings.
    Map(VaultMap),
}

/// A template and its surroundings.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct VaultMap {
    /// The template.
    pub template: Path,
    /// The agent's configuration; by default the `vault-agent.hcl` beside the template.
    pub agent: Option<Path>,
    /// The policy; by default the `vault-policy.hcl` beside the template.
    pub policy: Option<Path>,
    /// Values of the agent's own environment.
    pub env: Option<BTreeMap<KeyText, Scalar>>,
    /// The services that load what is rendered; all by default.
    pub services: Option<OneOrMore<Text>>,
}

/// A workflow whose `env:` reaches the services.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum WorkflowSource {
    /// The workflow file.
    File(Path),
    /// The workflow file and a job.
    Map(WorkflowMap),
}

/// A workflow file and a job.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct WorkflowMap {
    /// The workflow file.
    pub file: Path,
    /// The job; each by default.
    pub job: Option<Text>,
}

/// A file that sets what the services get.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum DeploySource {
    /// The file.
    File(Path),
    /// The file and what it fills.
    Map(DeployMap),
}

/// A file that sets what the services get, and what it fills.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DeployMap {
    /// The script, workflow, manifest or file of a platform.
    pub file: Path,
    /// What it fills, where it fills several: the dotenv it writes, the app or container.
    pub into: Option<Text>,
    /// The services that receive the keys; all by default.
    pub services: Option<OneOrMore<Text>>,
}

/// Keys that whoever deploys supplies.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum PlatformSource {
    /// The keys.
    Keys(OneOrMore<KeyText>),
    /// The keys and who receives them.
    Map(PlatformMap),
}

/// Keys that whoever deploys supplies, and who receives them.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PlatformMap {
    /// The keys.
    pub keys: Option<OneOrMore<KeyText>>,
    /// The services that receive them; all by default.
    pub services: Option<OneOrMore<Text>>,
}

/// Patterns for names. Between braces: `{project}`, `{service}`, `{environment}`, `{suffix}`,
/// `{number}`, `{any}`.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Naming {
    /// The style of keys.
    pub key: Option<KeyStyle>,
    /// Container names.
    pub container: Option<NamePattern>,
    /// Database names.
    pub database: Option<NamePattern>,
    /// Bucket names.
    pub bucket: Option<NamePattern>,
    /// Network names.
    pub network: Option<NamePattern>,
    /// Volume names.
    pub volume: Option<NamePattern>,
}

/// A style of keys.
#[derive(JsonSchema)]
pub enum KeyStyle {
    /// Capitals, digits and `_`.
    #[schemars(rename = "UPPER_SNAKE")]
    UpperSnake,
}

/// A name with holes: `{project}-{service}{suffix}`.
#[derive(JsonSchema)]
#[schemars(inline)]
pub struct NamePattern(
    #[schemars(regex(
        pattern = r"^(?=.*\S)([^{]|\{(project|service|environment|suffix|number|pr|any)\})*$"
    ))]
    pub String,
);

/// Checks at run time, per moment.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Gates {
    /// Before anything runs, in CI.
    #[schemars(rename = "static")]
    pub static_checks: Option<Vec<Check>>,
    /// While a service starts.
    pub startup: Option<Vec<Check>>,
    /// While a service runs.
    pub health: Option<Vec<Check>>,
}

/// A check.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Check {
    /// Its name.
    Name(CheckName),
    /// Its name and its settings.
    Settings(
        #[schemars(extend("minProperties" = 1, "maxProperties" = 1))] BTreeMap<CheckName, serde_json::Value>,
    ),
}

/// The name of a check.
#[derive(JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[schemars(rename_all = "lowercase")]
pub enum CheckName {
    /// The database answers.
    Database,
    /// All migrations have run.
    Migrations,
    /// Redis answers.
    Redis,
    /// The bucket can be read.
    S3,
    /// An address answers.
    Http,
    /// An address answers in time.
    Latency,
    /// A port is open.
    Tcp,
}
