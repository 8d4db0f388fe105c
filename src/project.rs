//! What each service of a compose project receives: its environment and build arguments, merged from
//! all files of the project as compose merges them.
//!
//! The rules are those of compose-go 2.4 (`loader`, `override`, `interpolation`, `dotenv`); a test holds
//! them against the real program. Deliberately not modelled: what compose refuses by its schema, remote
//! files (`oci://`, `https://`), `label_file`, and `--project-directory`.
//!
//! What is not in the tree stays unknown, with the reason; it is never guessed.

mod extends;
mod holes;
mod include;
mod load;
mod merge;
mod model;
mod paths;
mod read;
mod reset;
mod services;
mod variables;

use std::collections::BTreeMap;

use crate::secret::Secret;
use crate::text::{Location, SourceFile, TreePath};

/// A compose project, as somebody calls it.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// The compose files in order, as with `-f a -f b`. If there are none, `COMPOSE_FILE` is asked, then
    /// the names that compose looks for in the root.
    pub files: Vec<TreePath>,
    /// The `--env-file`s in order, later ones winning; none means the `.env` beside the first file.
    pub env_files: Vec<TreePath>,
    /// The active profiles; none means those of `COMPOSE_PROFILES`. `*` stands for all.
    pub profiles: Vec<String>,
    /// The project's name, where it is known.
    pub name: Option<String>,
}

/// Where a project's files and variables come from.
pub trait World {
    /// What stands at a path.
    fn file(&self, path: &TreePath) -> Found<'_>;

    /// A variable of whoever calls compose; it wins over every file.
    fn variable(&self, name: &str) -> Variable;

    /// Why a variable that neither the caller nor a file is known to set may be set all the same.
    fn hidden(&self, name: &str) -> Option<String>;
}

/// What stands at a path.
#[derive(Clone, Debug)]
pub enum Found<'a> {
    /// This file.
    File(&'a SourceFile),
    /// A file that people make from this example: its keys are known, its values are not.
    Example(&'a SourceFile),
    /// Nothing.
    Absent,
    /// Nobody can tell, for this reason.
    Unknown(String),
}

/// What a variable has.
#[derive(Clone, Debug)]
pub enum Variable {
    /// This value.
    Is(Secret),
    /// A value that is not in the tree, for this reason.
    Outside(String),
    /// None.
    Unset,
}

/// All that the services of a project receive.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The services by name, inactive ones included.
    pub services: BTreeMap<String, ServiceReceives>,
    /// Why compose refuses the project, as far as it is modelled.
    pub refusals: Vec<Refused>,
    /// Why there may be more services, or more for each of them, than was found.
    pub open: Option<String>,
}

/// Something for which compose refuses a project.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Where it stands.
    pub at: Option<Location>,
    /// What is wrong, in a few words for users.
    pub reason: String,
}

/// What one service receives.
#[derive(Clone, Debug, Default)]
pub struct ServiceReceives {
    /// Whether the active profiles start it.
    pub is_active: bool,
    /// The environment of its container, without that of its image.
    pub environment: BTreeMap<String, Given>,
    /// Its build arguments.
    pub args: BTreeMap<String, Given>,
    /// The dotenv files it is given, in order; later ones win.
    pub env_files: Vec<TreePath>,
    /// The secrets it mounts, by their top-level names.
    pub secrets: Vec<String>,
    /// The configs it mounts, by their top-level names.
    pub configs: Vec<String>,
    /// Why it may receive more than is listed.
    pub open: Option<String>,
}

/// One variable that a service is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// Its value.
    pub value: GivenValue,
    /// The entry that gives it: the key of a mapping, the item of a list, the key in a dotenv file.
    pub at: Location,
    /// Who gives it.
    pub by: GivenBy,
}

/// The value of a variable that a service is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GivenValue {
    /// This one.
    Is(Secret),
    /// None: the entry passes on what nobody sets.
    Unset,
    /// One that is not in the tree, for this reason.
    Outside(String),
    /// Perhaps one, perhaps none, for this reason.
    Unknown(String),
}

/// Which entry of a service gives a variable.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GivenBy {
    /// `environment:` or `build.args:`.
    Entry,
    /// A dotenv file under `env_file:`.
    EnvFile,
}

/// Computes what each service of `project` receives. Never fails: what compose would refuse is listed,
/// and what it cannot know is open.
#[must_use]
pub fn receive(project: &Project, world: &dyn World) -> Received {
    services::receive(project, world)
}
