//! What can be asked for about single keys: `add`, `rename` and `remove`.

use clap::{Args, ValueEnum};

use super::Tree;

/// Whether a plan is carried out.
#[derive(Args, Debug)]
pub(in crate::cli) struct Consent {
    /// Change the files without asking
    #[arg(long, short = 'y', conflicts_with = "dry_run")]
    pub(in crate::cli) yes: bool,
    /// Show the plan and change nothing
    #[arg(long, short = 'n')]
    pub(in crate::cli) dry_run: bool,
}

/// Arguments of `add`.
#[derive(Args, Debug)]
#[command(after_help = ADD_AFTER_HELP)]
pub(in crate::cli) struct Add {
    /// The key
    #[arg(value_name = "KEY")]
    pub(in crate::cli) key: String,
    /// What kind of key it is, which decides the files
    #[arg(long, value_name = "KIND")]
    pub(in crate::cli) kind: AddKind,
    /// The service that reads it; not needed where only one can be meant
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) service: Option<String>,
    /// The type of its value
    #[arg(long = "type", value_name = "TYPE", default_value = "string")]
    pub(in crate::cli) value_type: AddType,
    /// The value that stands in where none is set
    #[arg(long, value_name = "VALUE", conflicts_with = "required")]
    pub(in crate::cli) default: Option<String>,
    /// Nothing runs without it
    #[arg(long)]
    pub(in crate::cli) required: bool,
    /// What it is for, in one sentence
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) about: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) consent: Consent,
    #[command(flatten)]
    pub(in crate::cli) tree: Tree,
}

const ADD_AFTER_HELP: &str = "\
  frontend  example file, `ARG` and `ENV` of the Dockerfile, `args` of compose; needs the public prefix
  backend   example file, settings class or other place that reads the keys, `environment` of compose
  secret    the same, and template or `environment`; the example file shows a placeholder if it is required

The plan is shown with all differences, then you are asked. What cannot be edited well is listed as \"by hand\".

Exit codes:
  0  carried out, declined, or only shown
  2  not possible, or nobody to ask: add --yes

Examples:
  envcheck add PAGE_SIZE --kind backend --type int --default 20 --about \"Rows per page\"
  envcheck add NEXT_PUBLIC_API_URL --kind frontend --type url --required
  envcheck add STRIPE_API_KEY --kind secret --service backend --required --yes";

/// The kinds of keys that can be added.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum AddKind {
    /// Read by code that browsers download, baked in at build time
    Frontend,
    /// Read by a program when it runs
    Backend,
    /// The same, and its values are secret
    Secret,
}

/// The types that can be asked for.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum AddType {
    /// Any text
    String,
    /// A whole number
    Int,
    /// A number with a fraction
    Float,
    /// A truth value
    Bool,
    /// A URL
    Url,
    /// A TCP or UDP port
    Port,
}

/// Arguments of `rename`.
#[derive(Args, Debug)]
#[command(after_help = "\
Refused where NEW is there already, and where the check would find what it does not find now, unless --force says so.
Documentation is listed, not changed; what cannot be told from the tree is listed as \"by hand\". What programs write
is never changed.

Exit codes:
  0  carried out, declined, or only shown
  2  refused, or nobody to ask: add --yes

Examples:
  envcheck rename REDIS_URL CACHE_URL
  envcheck rename S3_KEY S3_ACCESS_KEY --vault-field --yes")]
pub(in crate::cli) struct Rename {
    /// The name it has
    #[arg(value_name = "OLD")]
    pub(in crate::cli) old: String,
    /// The name it gets
    #[arg(value_name = "NEW")]
    pub(in crate::cli) new: String,
    /// Also the field of this name in Vault, as templates read it
    #[arg(long)]
    pub(in crate::cli) vault_field: bool,
    /// Also the secret or variable of this name at GitHub, as workflows read it
    #[arg(long)]
    pub(in crate::cli) github_name: bool,
    /// Also the key of this name in an object of Kubernetes that no file of the tree makes
    #[arg(long)]
    pub(in crate::cli) kubernetes_key: bool,
    /// Change the files although the check finds more then
    #[arg(long)]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) consent: Consent,
    #[command(flatten)]
    pub(in crate::cli) tree: Tree,
}

/// Arguments of `remove`.
#[derive(Args, Debug)]
#[command(after_help = "\
Code that reads the key is listed, not changed. Where the check would find what it does not find now, for example that
a service lacks the key, nothing is changed unless --force says so. What programs write is never changed.

Exit codes:
  0  carried out, declined, or only shown
  2  refused, or nobody to ask: add --yes

Examples:
  envcheck remove LEGACY_TOKEN --dry-run
  envcheck remove LEGACY_TOKEN --yes
  envcheck remove LEGACY_TOKEN --yes --force")]
pub(in crate::cli) struct Remove {
    /// The key
    #[arg(value_name = "KEY")]
    pub(in crate::cli) key: String,
    /// Change the files although the check finds more then
    #[arg(long)]
    pub(in crate::cli) force: bool,
    #[command(flatten)]
    pub(in crate::cli) consent: Consent,
    #[command(flatten)]
    pub(in crate::cli) tree: Tree,
}
