//! The shape of scripts: which files they run, read and write.

use super::logged::Logged;
use super::workflow::WorkflowFile;
use crate::key::KeyName;
use crate::text::{Span, Spanned};

/// What a script, a Makefile or a step of a workflow does with other files. Paths stand as written,
/// `$X` included; they are relative to wherever the script is run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CommandFile {
    /// The scripts and targets it runs, in order.
    pub runs: Vec<ScriptRun>,
    /// The files it takes variables from: `. file`, `source file`, `include file` of a Makefile.
    pub sources: Vec<Spanned<String>>,
    /// The dotenv files that it hands to `docker run --env-file`, which takes quotes for a part of a value.
    pub docker_env_files: Vec<Spanned<String>>,
    /// The dotenv files it writes to.
    pub writes: Vec<DotenvWrite>,
    /// The files it copies, where either end is a dotenv file.
    pub copies: Vec<FileCopy>,
    /// The images that it builds, in order.
    pub builds: Vec<CommandBuild>,
    /// What it asks compose to do, in order.
    pub compose_calls: Vec<ComposeCall>,
    /// Flags that stand where a command begins (`--build-arg` behind a line without a `\\` at its end).
    pub stray_flags: Vec<Spanned<String>>,
    /// Variables in single quotes of data that `curl` sends, where no shell expands them (`-d '{"id": $ID}'`).
    pub quoted_variables: Vec<Spanned<String>>,
    /// Variables that it names in single quotes alone, in arguments of programs that expand none
    /// (`git commit -m '${TITLE}'`).
    pub only_quoted: Vec<Spanned<String>>,
    /// Words that are the name of a variable which the script sets and never expands.
    pub bare_variables: Vec<Spanned<String>>,
    /// The programs of the tree that it has an interpreter run (`python scripts/report.py`), in order.
    pub programs: Vec<Spanned<String>>,
    /// Its calls of `gh`, in order.
    pub github_calls: Vec<GithubCall>,
    /// What a script prints that may be secret, in the order of the text; of files that are one script.
    pub logged: Vec<Logged>,
}

/// An image that a script builds: `docker build -f Dockerfile.api ./api`. Paths stand as written.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CommandBuild {
    /// The context.
    pub context: Spanned<String>,
    /// `-f`; without it the `Dockerfile` of the context.
    pub file: Option<Spanned<String>>,
    /// The names of the arguments that `--build-arg` passes, where they are written down.
    pub args: Vec<Spanned<String>>,
    /// The names that `-t` gives to the image, as [`crate::syntax::image_name::name_of`] has them.
    pub images: Vec<String>,
    /// `--target`, in small letters.
    pub target: Option<String>,
    /// The file beside the context that says what is built, where the command does not: the `fly.toml` of
    /// `fly deploy`.
    pub configured_by: Option<&'static str>,
    /// The port on which the platform that runs the image will ask it.
    pub asked_port: Option<Spanned<u16>>,
}

/// A call of compose: `docker compose -f base.yml up -d db`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ComposeCall {
    /// What it does: `up`, `exec`.
    pub verb: &'static str,
    /// Where that stands.
    pub span: Span,
    /// The files of `-f`, as written.
    pub files: Vec<String>,
    /// The services it names.
    pub services: Vec<Spanned<String>>,
    /// Whether it takes variables from another dotenv than the one beside its files (`--env-file`).
    pub has_env_file: bool,
    /// Whether the script may be in another folder by then, or choose its compose files in another way.
    pub is_moved: bool,
}

/// A call of GitHub's program `gh`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct GithubCall {
    /// The name of the program.
    pub span: Span,
    /// Whether it asks GitHub about a repository that it is not told by name, by `-R` or by an address.
    pub needs_repository: bool,
    /// Whether it may make a token known to later calls: `gh auth login`.
    pub logs_in: bool,
    /// The variables that are set for it alone (`GH_TOKEN=value gh ...`).
    pub sets: Vec<KeyName>,
}

/// A script or target that a script runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ScriptRun {
    /// What runs it.
    pub by: Runner,
    /// The path of the script (`scripts/deploy.sh`), or the name of the target (`deploy`).
    pub name: Spanned<String>,
    /// The variables that are set for it alone (`KEY=value ./deploy.sh`).
    pub sets: Vec<KeyName>,
    /// Whether what it prints goes elsewhere than what the caller prints: into a file, a variable or another
    /// program.
    pub is_captured: bool,
    /// Whether it does not run in any case, or the caller copes where it fails: behind a test, inside of a
    /// block, before `||`.
    pub is_guarded: bool,
}

/// What runs a script or a target.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub enum Runner {
    /// A shell, or the system by the script's first line.
    #[default]
    Shell,
    /// `make`, by a target of the Makefile.
    Make,
    /// `just`, by a recipe of the justfile.
    Just,
    /// `npm run` and the like, by a script of the `package.json`.
    Package,
}

/// A dotenv file that a script writes to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DotenvWrite {
    /// The file.
    pub path: Spanned<String>,
    /// Whether it adds to what is there (`>>`), so that the last line there needs an end of its own.
    pub appends: bool,
    /// Whether what is added begins with a line's end.
    pub begins_with_newline: bool,
}

/// A file that a script copies.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FileCopy {
    /// From where.
    pub from: Spanned<String>,
    /// To where.
    pub to: Spanned<String>,
    /// Whether the script looks first whether it is there (`[ -f ... ] && cp`), or copes without.
    pub is_conditional: bool,
}

/// What the script of a step does.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StepScript {
    /// The number of the step in its job.
    pub step: usize,
    /// The value of `run:`.
    pub span: Span,
    /// `working-directory:` of the step or by default.
    pub folder: Option<Spanned<String>>,
    /// Whether the step has an `if:`.
    pub has_condition: bool,
    /// The example dotenv files that it copies or moves whether they are there or not, as seen from `folder`; only
    /// where the repository lies in the folder of the job and nothing else was brought there.
    pub examples: Vec<Spanned<String>>,
    /// What it does.
    pub does: CommandFile,
}

impl CommandFile {
    /// Whether it does nothing with other files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl WorkflowFile {
    /// What the scripts of all steps do.
    pub fn scripts(&self) -> impl Iterator<Item = &StepScript> {
        self.jobs.iter().flat_map(|job| &job.scripts)
    }

    /// What its steps do, each with the folder in which it runs, where that is written down.
    pub fn placed_scripts(&self) -> impl Iterator<Item = (Option<&str>, &CommandFile)> {
        self.scripts().map(|step| (step.folder.as_ref().map(|at| at.value.as_str()), &step.does))
    }
}
