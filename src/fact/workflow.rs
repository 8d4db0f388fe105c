//! The shape of workflows and composite actions.

use super::commands::StepScript;
use super::image::NamedImage;
use crate::text::{Span, Spanned};

/// A workflow of GitHub Actions, or a composite action. Texts stand as written, `${{ }}` included.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkflowFile {
    /// Its `name:`.
    pub name: Option<Spanned<String>>,
    /// Whether it is an `action.yml`: its steps are those of one job without a name.
    pub is_action: bool,
    /// The span of the `on` key.
    pub on: Option<Span>,
    /// The events it fires on, in order; `workflow_call` is not among them.
    pub triggers: Vec<WorkflowTrigger>,
    /// `workflow_call`: what it takes from workflows that call it.
    pub call: Option<WorkflowCall>,
    /// Its jobs, in order.
    pub jobs: Vec<WorkflowJob>,
    /// Whether parts of it could not be read, so that nothing can be said about what it lacks.
    pub is_broken: bool,
    /// Parts that may be secret though no plain value of a fact covers them.
    pub hidden: Vec<Span>,
    /// The inputs of an action.
    pub inputs: Vec<CallParameter>,
    /// Whether it is an action that runs in a container of its own.
    pub is_container: bool,
}

/// One event under `on:`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkflowTrigger {
    /// Its name: `push`, `pull_request`, `workflow_dispatch`.
    pub event: Spanned<String>,
    /// `branches:`, patterns in order; empty if there is no such filter.
    pub branches: Vec<Spanned<String>>,
    /// `branches-ignore:`.
    pub branches_ignore: Vec<Spanned<String>>,
    /// Whether it filters by tags (`tags:` or `tags-ignore:`).
    pub filters_tags: bool,
    /// `paths:`.
    pub paths: Vec<Spanned<String>>,
    /// `types:`.
    pub types: Vec<Spanned<String>>,
    /// `workflows:` of `workflow_run`: the names of the workflows it follows.
    pub workflows: Vec<Spanned<String>>,
}

/// `on: workflow_call`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkflowCall {
    /// The span of the `workflow_call` key.
    pub span: Span,
    /// Its inputs.
    pub inputs: Vec<CallParameter>,
    /// Its secrets.
    pub secrets: Vec<CallParameter>,
}

/// An input or secret of a reusable workflow.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CallParameter {
    /// Its name.
    pub name: Spanned<String>,
    /// Whether a caller must pass it: `required: true` and no default.
    pub required: bool,
    /// Whether it has a default; without one it is empty where nobody passes it.
    pub has_default: bool,
}

/// A job.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct WorkflowJob {
    /// Its id; of a composite action empty.
    pub id: Spanned<String>,
    /// `environment:`, the deployment environment whose secrets and variables it sees.
    pub environment: Option<Spanned<String>>,
    /// `uses:` of a job that calls a reusable workflow.
    pub uses: Option<Spanned<String>>,
    /// Inputs under `with:` of such a job.
    pub inputs: Vec<Spanned<String>>,
    /// What such a job passes under `secrets:`.
    pub secrets: PassedSecrets,
    /// The variables of its `strategy.matrix`.
    pub matrix: Vec<Spanned<String>>,
    /// The service containers it starts.
    pub services: Vec<JobService>,
    /// Its `container:`, in which its steps run; the span of the key.
    pub container: Option<Span>,
    /// Whether a step or an option may join networks or start containers of its own, so that hosts are not those that
    /// GitHub sets up: `docker run`, `--network host`, a change of `/etc/hosts`.
    pub makes_networks: bool,
    /// Where its steps run.
    pub machine: Machine,
    /// Whether a step may bring a repository: one that checks out, clones or uses an action of this repository.
    pub has_repository: bool,
    /// Actions of this repository that its steps use.
    pub actions: Vec<ActionUse>,
    /// Where its steps are given what they sign in with: a step that always runs, and that fails the job without it.
    pub sign_ins: Vec<Span>,
    /// The images that its steps build.
    pub builds: Vec<ImageBuild>,
    /// The names of those images, with what each is built from.
    pub images: Vec<NamedImage>,
    /// The Dockerfiles and contexts that its steps name to actions, in order.
    pub build_paths: Vec<BuildPath>,
    /// The steps whose `run:` a POSIX shell reads, with what their scripts do with other files, in order.
    pub scripts: Vec<StepScript>,
}

/// A service container of a job.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct JobService {
    /// Its id, which is its host on the network of containers.
    pub name: Spanned<String>,
    /// Its `image:`, as written.
    pub image: Option<Spanned<String>>,
    /// The span of its `env` key.
    pub env: Option<Span>,
    /// Whether it may be given more than its `env:` lists, or started in another way: a computed `env:`, `-e` among its
    /// `options:`, a command of its own.
    pub is_open: bool,
    /// The ports of the machine that `ports:` publishes, each with the one in the container.
    pub published: Vec<(u16, u16)>,
}

/// Where the steps of a job run.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Machine {
    /// On a machine that GitHub sets up, outside of containers: it has no variables of the team's own.
    Plain,
    /// In a container, or on a machine of the team's own.
    Own,
    /// The file does not tell.
    #[default]
    Unknown,
}

/// A step that uses an action of this repository.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ActionUse {
    /// The number of the step in its job.
    pub step: usize,
    /// `uses:`, as written: `./.github/actions/setup`.
    pub uses: Spanned<String>,
    /// The inputs under `with:`.
    pub inputs: Vec<Spanned<String>>,
    /// Whether the step has an `if:`.
    pub has_condition: bool,
}

/// What a job passes to a reusable workflow under `secrets:`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum PassedSecrets {
    /// Nothing.
    #[default]
    None,
    /// All that it has itself.
    Inherit,
    /// These, by the names that the called workflow gives them.
    Listed(Vec<Spanned<String>>),
    /// Something that the file does not tell.
    Unseen,
}

/// A step that builds an image with `docker/build-push-action` or a likeness of it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ImageBuild {
    /// The number of the step in its job.
    pub step: usize,
    /// `uses:`.
    pub uses: Spanned<String>,
    /// `context:`; without one the repository at the commit.
    pub context: Option<Spanned<String>>,
    /// `file:`; without one the `Dockerfile` of the context.
    pub file: Option<Spanned<String>>,
    /// `target:`.
    pub target: Option<Spanned<String>>,
    /// Whether an earlier step checked out another repository, or this one into another folder, so that
    /// paths may not be those of this tree.
    pub is_elsewhere: bool,
    /// Whether an earlier step runs commands or takes in files, so that the context may hold what the tree lacks.
    pub follows_others: bool,
}

/// A path of this tree that a step hands to an action which builds an image.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BuildPath {
    /// What it is the path of.
    pub of: BuildPathOf,
    /// The path, as written.
    pub path: Spanned<String>,
    /// Other folders from which an action that is not known may take it, as written.
    pub folders: Vec<String>,
    /// Whether an earlier step may have made what lies there.
    pub may_be_made: bool,
}

/// What a path that is handed to an action leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BuildPathOf {
    /// A Dockerfile.
    Dockerfile,
    /// The Dockerfile that an action looks for where none is named: the path of the context is what is written.
    UsualDockerfile,
    /// The folder that is the context of the build.
    Context,
}
