//! What can be asked for.

mod keys;

pub(super) use keys::{Add, AddKind, AddType, Consent, Remove, Rename};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{CheckSettings, MatrixSettings, OutputSettings, TeamFile};

/// A linter for deployment environments
///
/// Reads what code, dotenv files, compose files, Dockerfiles and Vault templates say about configuration keys,
/// joins it per environment and service, and names the broken link.
#[derive(Parser, Debug)]
#[command(
    name = "envcheck",
    version,
    max_term_width = 100,
    override_usage = "envcheck [OPTIONS] [PATH]\n       envcheck [OPTIONS] <COMMAND>",
    subcommand_required = true,
    after_help = ROOT_AFTER_HELP
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) output: OutputSettings,
}

const ROOT_AFTER_HELP: &str = "\
Without a command, `envcheck [PATH]` is `envcheck check [PATH]`; `envcheck check --help` tells its options.

Examples:
  envcheck                          Check the repository around the current folder
  envcheck --format concise | less  One line per finding
  envcheck explain duplicate-key    What a rule reports, and what to do
  envcheck files                    Which files are read, and as what
  envcheck init                     Write down which environments need which keys";

/// The commands.
#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Check a tree and report what is broken (the default)
    Check(Check),
    /// Follow a key through an environment, link by link, up to the broken one
    Trace(Trace),
    /// Show which environment has which key, and how
    Matrix(Matrix),
    /// List the files that are read, as what, and what in them cannot be seen through
    Files(Files),
    /// Write a first matrix, guessed from the tree, for the team to own
    Init(Init),
    /// Add a key to every file that has to know it
    Add(Add),
    /// Give a key another name, in every file that mentions it
    Rename(Rename),
    /// Take a key out of every file that sets it, passes it on or documents it
    Remove(Remove),
    /// Explain a rule: what it reports, why it matters, what to do
    Explain(Explain),
    /// List all rules
    Rules(Rules),
    /// Print a JSON Schema
    Schema(Schema),
}

/// The tree to look at.
#[derive(Args, Debug)]
pub(super) struct Tree {
    /// The folder to check
    ///
    /// Without it, the tree is the folder at or above the current one that holds a matrix or settings, else
    /// the repository around the current folder, else the current folder. With it, the folder is the tree;
    /// but where a folder above it in the same repository holds a matrix or settings, that folder is the tree,
    /// and only findings that touch PATH are reported. Paths in the output are relative to the tree.
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    #[command(flatten)]
    pub(super) matrix: MatrixSettings,
    #[command(flatten)]
    pub(super) team: TeamFile,
    /// A second tree, which the matrix calls `NAME:path`; may be repeated
    ///
    /// For example the repository that holds the deployed compose files and templates.
    #[arg(long = "root", value_name = "NAME=PATH", value_parser = super::root::named_root, help_heading = "Input")]
    pub(super) roots: Vec<(String, PathBuf)>,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
#[command(after_help = CHECK_AFTER_HELP)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) tree: Tree,
    /// Run only these rules, whatever their level; comma-separated, may be repeated
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub(super) select: Vec<String>,
    /// Do not run these rules; comma-separated, may be repeated
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub(super) ignore: Vec<String>,
    #[command(flatten)]
    pub(super) repair: Repair,
    #[command(flatten)]
    pub(super) settings: CheckSettings,
    #[command(flatten)]
    pub(super) living: Living,
}

/// How a check treats findings that are known.
#[derive(Args, Debug)]
#[command(next_help_heading = "Living with findings")]
pub(super) struct Living {
    /// Report only what is new since a commit, which nothing has to check out
    ///
    /// Compared is with the newest commit that it and HEAD have in common. Findings are known again though lines
    /// or files moved. Named roots are the same on both sides. With --fix and --diff, only what is new is mended.
    #[arg(long, value_name = "REF", conflicts_with = "update_baseline")]
    pub(super) against: Option<String>,
    /// The baseline: findings that are counted there are not reported
    ///
    /// By default `envcheck.baseline.json` at the root of the tree, if it is there. Counts that are too high are
    /// reported, so that they only fall.
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub(super) baseline: Option<PathBuf>,
    /// Take no baseline; report also what one would cover
    #[arg(long)]
    pub(super) no_baseline: bool,
    /// Write the baseline instead of reporting
    #[arg(
        long,
        value_name = "HOW",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "all",
        conflicts_with = "no_baseline"
    )]
    pub(super) update_baseline: Option<UpdateBaseline>,
}

/// What an update of the baseline takes in.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum UpdateBaseline {
    /// Whatever is found now
    All,
    /// Only what was counted before and is still found
    Shrink,
}

/// What `check` mends.
#[derive(Args, Debug)]
pub(super) struct Repair {
    /// Mend what can be mended without a change of meaning; report the rest
    ///
    /// Each repair is checked before anything is written: its finding is gone, no other came up, every edited
    /// file can still be read. All files are written, or none. What a comment, a baseline or --against excuses
    /// stays as it is.
    #[arg(long, help_heading = "Repairs")]
    pub(super) fix: bool,
    /// With --fix or --diff: also repairs that may change what a program does
    #[arg(long, help_heading = "Repairs")]
    pub(super) unsafe_fixes: bool,
    /// Print what --fix would change, write nothing, and exit with 1 if there is something
    #[arg(long, conflicts_with = "fix", help_heading = "Repairs")]
    pub(super) diff: bool,
}

const CHECK_AFTER_HELP: &str = "\
Exit codes:
  0  no finding of the severity that --fail-on names; with --fix, none that remains
  1  findings; with --diff, changes
  2  could not run, or nothing was there to compare

A flag wins over its variable; an empty variable is one that is not set.

A comment `# envcheck: ignore[RULE] reason`, in the notation of its file, covers its line; alone on a line, the next
one. `# envcheck: ignore-file[RULE] reason` covers its file. What covers nothing is reported.

Examples:
  envcheck check                                   The repository around the current folder
  envcheck check --select duplicate-key,key-style  Two rules only
  envcheck check --root infra=../infra             With a second repository beside it
  envcheck check --against origin/main             Only what this branch brings
  envcheck check --update-baseline                 Live with what there is, and report only what comes
  envcheck check --update-baseline=shrink          Take what was mended out of the baseline
  envcheck check --diff --unsafe-fixes             What could be mended
  envcheck check --fix                             Mend what is safe to mend
  envcheck check --format json --fail-on never     For programs";

/// Arguments of `trace`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  envcheck trace DATABASE_URL
  envcheck trace DATABASE_URL --env production --service backend")]
pub(super) struct Trace {
    /// The key
    #[arg(value_name = "KEY")]
    pub(super) key: String,
    /// Only in this environment; may be repeated
    #[arg(long = "env", value_name = "NAME", value_delimiter = ',', help_heading = "Input")]
    pub(super) environment: Vec<String>,
    /// Only to this service; may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Input")]
    pub(super) service: Vec<String>,
    #[command(flatten)]
    pub(super) tree: Tree,
    /// How the routes are printed
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(super) format: TraceFormat,
}

/// How routes are printed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TraceFormat {
    /// For people
    Text,
    /// An array of routes
    Json,
}

/// Arguments of `matrix`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  envcheck matrix
  envcheck matrix --format markdown > docs/environments.md")]
pub(super) struct Matrix {
    #[command(flatten)]
    pub(super) tree: Tree,
    /// How the table is printed
    #[arg(long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    pub(super) format: TableFormat,
}

/// How the table is printed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TableFormat {
    /// Columns, with a legend
    Table,
    /// One Markdown table per service
    Markdown,
    /// An object
    Json,
}

/// Arguments of `files`.
#[derive(Args, Debug)]
pub(super) struct Files {
    #[command(flatten)]
    pub(super) tree: Tree,
    /// How the list is printed
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(super) format: FilesFormat,
}

/// How the files are printed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FilesFormat {
    /// For people
    Text,
    /// An object: what was read, and what was not and why
    Json,
}

/// Arguments of `init`.
#[derive(Args, Debug)]
#[command(after_help = INIT_AFTER_HELP)]
pub(super) struct Init {
    /// The folder of the project
    ///
    /// Without it, the repository around the current folder, else the current folder.
    #[arg(value_name = "PATH")]
    pub(super) path: Option<PathBuf>,
    /// Print what would be written, and write nothing
    #[arg(long, short = 'n', help_heading = "Output")]
    pub(super) dry_run: bool,
    /// A second tree, which the matrix calls `NAME:path`; may be repeated
    ///
    /// For example the repository that holds the deployed compose files and templates.
    #[arg(long = "root", value_name = "NAME=PATH", value_parser = super::root::named_root, help_heading = "Input")]
    pub(super) roots: Vec<(String, PathBuf)>,
}

const INIT_AFTER_HELP: &str = "\
Writes envs/matrix.yaml, one envs/<environment>.yaml per environment, and JSON Schemas for editors below
envs/.schema. A file that is there is never changed, and where the tree has a matrix nothing is written. Values of
secrets are not written.

Exit codes:
  0  written, or there already
  2  could not be written, or there is nothing to guess from

Examples:
  envcheck init --dry-run                  What would be written
  envcheck init                            The repository around the current folder
  envcheck init apps/shop                  A project below it
  envcheck init --root infra=../infra      With a second repository beside it";

/// Arguments of `explain`.
#[derive(Args, Debug)]
#[command(after_help = "On a terminal the page is set for reading; into a pipe it goes as Markdown.

Examples:
  envcheck explain duplicate-key
  envcheck explain --all > rules.md")]
pub(super) struct Explain {
    /// The rule
    #[arg(value_name = "RULE", required_unless_present = "all")]
    pub(super) rule: Option<String>,
    /// All rules, one page after the other
    #[arg(long, conflicts_with = "rule")]
    pub(super) all: bool,
}

/// Arguments of `rules`.
#[derive(Args, Debug)]
pub(super) struct Rules {
    /// How the list is printed
    #[arg(long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    pub(super) format: ListFormat,
}

/// How lists are printed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ListFormat {
    /// Columns
    Table,
    /// One Markdown table per group
    Markdown,
    /// An array of objects
    Json,
}

/// Arguments of `schema`.
#[derive(Args, Debug)]
pub(super) struct Schema {
    /// Of what
    #[arg(value_name = "NAME")]
    pub(super) name: SchemaName,
}

/// What has a schema.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SchemaName {
    /// A matrix: `envs/matrix.yaml`, or `envcheck.yaml` with all in one file
    Matrix,
    /// One environment in a file of its own: `envs/production.yaml`
    Environment,
    /// What the team asks of the rules: `envcheck.toml`, or the entry `lint` of a matrix
    Settings,
    /// What `envcheck check --format json` prints
    Report,
    /// What `envcheck files --format json` prints
    Files,
    /// What `envcheck check --update-baseline` writes
    Baseline,
}
