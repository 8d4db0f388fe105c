//! What files say about keys, in the words that all kinds of files share.
//!
//! An [`Extractor`] turns one file into one [`Extraction`]: facts, problems and coverage. It sees
//! nothing but that file, does no I/O and cannot fail. What a file says about *other files* (this
//! service is built from that Dockerfile) is its [`Structure`]; the index joins structures.

mod commands;
mod extraction;
mod health;
mod image;
mod logged;
mod manifest;
mod reference;
mod scope;
mod script;
mod statement;
mod structure;
mod task_runner;
mod value;
mod workflow;

pub use commands::{
    CommandBuild, CommandFile, ComposeCall, DotenvWrite, FileCopy, GithubCall, Runner, ScriptRun, StepScript,
};
pub use extraction::{Extraction, Extractor, Gap, Hidden, Mention, Problem, ProblemKind, SourceKind};
pub use health::{HEALTH_TOOLS, asks_with, health_tool};
pub use image::NamedImage;
pub use logged::{
    LOGS_OF_CONTAINERS, Log, Logged, LoggedHow, LoggedSecret, LoggedWhat, SecretVariables,
    must_not_be_printed,
};
pub use manifest::{KeyStore, ManifestContainer, ManifestFile, StoreKind, StoreUse};
pub use scope::{is_aside, is_name_of_settings, is_tool, names_deployed_stage};
pub use script::{Bundler, Inlined, RelayList, Runs, SchemaHalf, SchemaKey, ScriptFile, Unreplaced};
pub use statement::{
    Condition, Document, Fact, Need, OnlyWhere, Phase, Place, Provide, Provision, Read, Role,
};
pub use structure::{
    AgentFile, AgentTemplate, COMPOSE_NAMES, ComposeBuild, ComposeFile, ComposeMount, ComposeName,
    ComposeResource, ComposeService, CopiedPath, Dockerfile, DotenvFile, EnvFile, PathPart, PolicyPath,
    PublishedPort, SettingsClass, Stage, Structure, TemplateFile, VaultPolicy, VaultRead,
};
pub use task_runner::{Task, TaskRunnerFile};
pub use value::{Fallback, Origin, Reference, Value, VaultField};
pub use workflow::{
    ActionUse, BuildPath, BuildPathOf, CallParameter, ImageBuild, JobService, Machine, PassedSecrets,
    WorkflowCall, WorkflowFile, WorkflowJob, WorkflowTrigger,
};
