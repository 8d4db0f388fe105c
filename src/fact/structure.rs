//! What files say about other files.

use super::commands::{CommandFile, ScriptRun};
use super::manifest::ManifestFile;
use super::script::ScriptFile;
use super::task_runner::TaskRunnerFile;
use super::value::Reference;
use super::workflow::WorkflowFile;
use crate::text::{Span, Spanned};

/// The shape of one file, for joining it with others.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Structure {
    /// The file says nothing about other files.
    #[default]
    None,
    /// A compose file.
    Compose(ComposeFile),
    /// A Dockerfile.
    Dockerfile(Dockerfile),
    /// A dotenv file.
    Dotenv(DotenvFile),
    /// A template that an agent renders.
    Template(TemplateFile),
    /// An agent's configuration: which template goes where.
    Agent(AgentFile),
    /// What an agent may read.
    Policy(VaultPolicy),
    /// Code with classes or structs that declare all their keys.
    Settings(Vec<SettingsClass>),
    /// A workflow or composite action.
    Workflow(Box<WorkflowFile>),
    /// A script, a Makefile or a list of commands.
    Commands(Box<CommandFile>),
    /// Kubernetes objects.
    Manifest(ManifestFile),
    /// TypeScript or JavaScript.
    Script(ScriptFile),
    /// The tasks of a task runner, with the keys it hands to them.
    TaskRunner(TaskRunnerFile),
}

/// The names by which compose finds its file without `-f`, in its order (`cli.DefaultFileNames` of compose-go).
pub const COMPOSE_NAMES: &[&str] =
    &["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// A compose file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ComposeFile {
    /// Its top-level `name:`, as written.
    pub project: Option<Spanned<String>>,
    /// Its services, in order.
    pub services: Vec<ComposeService>,
    /// The paths under its top-level `include:`, as written.
    pub includes: Vec<Spanned<String>>,
    /// Its top-level volumes, networks, secrets and configs.
    pub resources: Vec<ComposeResource>,
}

/// A top-level volume, network, secret or config of a compose file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ComposeResource {
    /// `volume`, `network`, `secret` or `config`.
    pub kind: &'static str,
    /// What the file calls it.
    pub key: Spanned<String>,
    /// Its explicit `name:`, as written.
    pub name: Option<Spanned<String>>,
    /// Whether it is `external`, so that somebody else names it.
    pub external: bool,
}

/// A service of a compose file. Texts stand as written, `${...}` included.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ComposeService {
    /// Its name.
    pub name: Spanned<String>,
    /// Its `image:`.
    pub image: Option<Spanned<String>>,
    /// Its `build:`.
    pub build: Option<ComposeBuild>,
    /// Its `env_file:` entries, in order; later ones win.
    pub env_files: Vec<EnvFile>,
    /// The span of the `environment` key, if the service lists its environment.
    pub environment: Option<Span>,
    /// Its `profiles:`.
    pub profiles: Vec<Spanned<String>>,
    /// Its `container_name:`.
    pub container_name: Option<Spanned<String>>,
    /// Ports inside the container that `ports:` and `expose:` name, where they are constant.
    pub container_ports: Vec<u16>,
    /// The ports on the host that `ports:` publishes, where both ends are constant.
    pub published_ports: Vec<PublishedPort>,
    /// What it names besides that compose looks for in the whole project.
    pub names: Vec<ComposeName>,
    /// Whether it says what runs: an image, a build, another service, or a program on the host.
    pub is_complete: bool,
    /// The networks it joins; empty means the default network.
    pub networks: Vec<String>,
    /// Its volumes.
    pub mounts: Vec<ComposeMount>,
    /// `extends:` as `(file, service)`; without a file, a service of this file.
    pub extends: Option<(Option<Spanned<String>>, Spanned<String>)>,
    /// The texts of `command:` and `entrypoint:`, for what they source and run.
    pub commands: Vec<Spanned<String>>,
    /// The texts of `healthcheck.test:`.
    pub checks: Vec<Spanned<String>>,
    /// The scripts that `command:` and `entrypoint:` run, by their paths in the container.
    pub runs: Vec<ScriptRun>,
}

impl ComposeService {
    /// Whether it says neither what it is built from nor which image it runs, nor which other service it extends, so that
    /// it adds to one of another file.
    #[must_use]
    pub fn only_adds(&self) -> bool {
        self.build.is_none() && self.image.is_none() && self.extends.is_none()
    }
}

/// A name in a compose service that compose looks for in the whole project.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ComposeName {
    /// `service`, `volume`, `secret` or `config`.
    pub kind: &'static str,
    /// The field it stands in, as people write it: `depends_on`, `network_mode`.
    pub field: &'static str,
    /// The name, where it is constant.
    pub name: Spanned<String>,
}

/// A port of a container that is published to the host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PublishedPort {
    /// The port on the host.
    pub host: u16,
    /// The port in the container.
    pub container: u16,
    /// The entry of `ports:`.
    pub span: Span,
}

/// A `build:` of a compose service.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ComposeBuild {
    /// The span of the `build` key.
    pub span: Span,
    /// The context folder; `.`, with an empty span, if none is written.
    pub context: Spanned<String>,
    /// The Dockerfile, relative to the context; `None` means `Dockerfile`.
    pub dockerfile: Option<Spanned<String>>,
    /// Whether the Dockerfile is written inline.
    pub inline: bool,
    /// The stage to build.
    pub target: Option<Spanned<String>>,
    /// The span of the `args` key, if there is one.
    pub args: Option<Span>,
}

impl ComposeBuild {
    /// Whether it says what is built. If not, it may add to a build that another compose file describes.
    #[must_use]
    pub fn names_source(&self) -> bool {
        !self.context.span.is_empty() || self.dockerfile.is_some() || self.inline
    }
}

/// One `env_file:` entry.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EnvFile {
    /// The path as written.
    pub path: Spanned<String>,
    /// `required:`, true unless said otherwise.
    pub required: bool,
    /// Whether `format: raw` is set: no quoting, no interpolation.
    pub raw: bool,
}

/// One volume of a service.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ComposeMount {
    /// A named volume or a path on the host, as written.
    pub source: Spanned<String>,
    /// The path in the container.
    pub target: String,
}

impl ComposeMount {
    /// Whether it gives a database one script for its first start, in the folder where its image looks for such scripts.
    #[must_use]
    pub fn is_first_script(&self) -> bool {
        let is_script = |name: &str| [".sql", ".sh", ".js"].iter().any(|ending| name.ends_with(ending));
        let name = self.target.strip_prefix("/docker-entrypoint-initdb.d/");
        name.is_some_and(is_script) && is_script(&self.source)
    }
}

/// A Dockerfile.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dockerfile {
    /// Its stages, in order.
    pub stages: Vec<Stage>,
}

impl Dockerfile {
    /// The number of the stage that `--from=` names: by its name, else by the number itself.
    #[must_use]
    pub fn stage_from(&self, from: &str) -> Option<usize> {
        let is_called =
            |stage: &Stage| stage.name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(from));
        self.stages.iter().position(is_called).or_else(|| from.parse().ok())
    }
}

/// A stage of a Dockerfile.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Stage {
    /// `AS name`, lower-cased.
    pub name: Option<Spanned<String>>,
    /// The image or stage it starts from, as written.
    pub base: Spanned<String>,
    /// The stage it starts from, if that is one of this file.
    pub base_stage: Option<usize>,
    /// The whole stage, from `FROM` to the line before the next.
    pub span: Span,
    /// Whether it copies files from the build context (`COPY`/`ADD` without `--from`).
    pub copies_source: bool,
    /// What it copies from the build context, in order, where the path is constant or follows from defaults.
    pub copies: Vec<CopiedPath>,
    /// Whether it may take more from the build context than `copies` says: by a pattern, a mount, a flag.
    pub copies_more: bool,
    /// Stages it copies from or mounts (`--from=`), by number.
    pub uses_stages: Vec<usize>,
    /// Ports that `EXPOSE` names, where they are constant.
    pub exposed_ports: Vec<u16>,
    /// The programs among [`HEALTH_TOOLS`](super::HEALTH_TOOLS) that its image surely does not have.
    pub lacks: Vec<&'static str>,
    /// The scripts that its `ENTRYPOINT` and `CMD` run, by their paths in the container.
    pub runs: Vec<ScriptRun>,
}

/// A file or folder of the build context that a Dockerfile copies; patterns are none.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CopiedPath {
    /// The path from the root of the context, with defaults for variables.
    pub path: Spanned<String>,
    /// The variables in it.
    pub variables: Vec<String>,
}

impl CopiedPath {
    /// The path without its leading `/`, if its name is that of a file. Without an ending it is a folder or a program as
    /// often as a file; what `.env` begins with is made on each machine.
    #[must_use]
    pub fn as_file(&self) -> Option<&str> {
        let path = self.path.trim_start_matches('/');
        let name = path.rsplit('/').next().unwrap_or("");
        let has_ending = name.get(1..).is_some_and(|rest| rest.contains('.')) && name != "..";
        (has_ending && !name.starts_with(".env")).then_some(path)
    }
}

/// A dotenv file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DotenvFile {
    /// Whether it is an example (`.env.example`), which documents and sets nothing.
    pub is_example: bool,
    /// The environment its name says (`.env.production` -> `production`), lower case.
    pub environment: Option<String>,
    /// Parts that may be secret though no plain value of a fact covers them: broken lines, passwords
    /// with a `$`.
    pub hidden: Vec<Span>,
}

/// A template that renders a dotenv.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TemplateFile {
    /// The Vault secrets it reads.
    pub vault_reads: Vec<VaultRead>,
}

/// One `with secret "path"` of a template.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VaultRead {
    /// The path as a sequence of constants and `env` variables.
    pub path: Vec<PathPart>,
    /// Where it stands.
    pub span: Span,
}

/// A constant text, a variable of the agent's environment, or something computed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PathPart {
    /// Text as it stands.
    Text(String),
    /// The value of an environment variable of the agent, with the fallback of `or (env "X") "y"`.
    Variable(Reference),
    /// Computed in a way the file does not tell.
    Unknown,
}

impl VaultRead {
    /// The path with `*` for every part that is not constant.
    #[must_use]
    pub fn pattern(&self) -> String {
        self.path
            .iter()
            .map(|part| match part {
                PathPart::Text(text) => text.as_str(),
                PathPart::Variable(_) | PathPart::Unknown => "*",
            })
            .collect()
    }
}

/// An agent's configuration.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AgentFile {
    /// Its `template` blocks.
    pub templates: Vec<AgentTemplate>,
}

/// A `template` block.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AgentTemplate {
    /// `source`, a path in the agent's container.
    pub source: Option<Spanned<String>>,
    /// `destination`, a path in the agent's container.
    pub destination: Option<Spanned<String>>,
}

/// A Vault policy.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct VaultPolicy {
    /// Its `path` blocks.
    pub paths: Vec<PolicyPath>,
}

/// A `path "..." { capabilities = [...] }` block.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PolicyPath {
    /// The path as written; `*` at the end, `+` for one part, `{{...}}` templated.
    pub path: Spanned<String>,
    /// Its capabilities.
    pub capabilities: Vec<String>,
}

/// A class or struct that declares all the keys it reads.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SettingsClass {
    /// Its name.
    pub name: Spanned<String>,
    /// The prefix of all its keys.
    pub prefix: String,
    /// Whether keys it does not declare are refused (`extra = "forbid"`).
    pub refuses_others: bool,
    /// The dotenv files it reads itself, as written.
    pub env_files: Vec<Spanned<String>>,
}
