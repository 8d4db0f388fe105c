//! The files of a first matrix: `envs/matrix.yaml` and one file per environment, written for people who see
//! the format for the first time.
//!
//! What is guessed comes from [`crate::infer::propose`]; here it becomes text. Whatever is written reads
//! back as the same matrix without a problem.

mod environment;
mod keys;
mod matrix;
mod yaml;

use crate::matrix::{self as declared, Environment, Matrix, SCHEMA_FOLDER};
use crate::text::{Files, Location, TreePath};

/// A file that is to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewFile {
    /// Where.
    pub path: TreePath,
    /// Its text.
    pub text: String,
    /// What it is, in a few words for the user.
    pub what: String,
}

/// The folder of the matrix.
const FOLDER: &str = "envs";

/// The schemas in a tree that keeps them itself.
const OWN_SCHEMAS: &str = "schema";

/// The files that declare `proposal`, whose places lie in `files`, in the order in which people would read
/// them. Editors find the JSON Schemas below `envs/.schema`; with `has_schemas`, the tree itself keeps
/// them in `schema`.
#[must_use]
pub fn plan(proposal: &Matrix, files: &Files, has_schemas: bool) -> Vec<NewFile> {
    let schemas = if has_schemas { format!("../{OWN_SCHEMAS}") } else { SCHEMA_FOLDER.to_owned() };
    let writer = Writer { files, schemas };
    let mut planned = Vec::new();
    let mut add = |name: &str, text: String, what: String| {
        if let Some(path) = TreePath::root(None).join(&format!("{FOLDER}/{name}")) {
            planned.push(NewFile { path, text, what });
        }
    };
    let what = format!(
        "{} and {}",
        counted(proposal.services.len(), "service"),
        counted(proposal.keys.len(), "key")
    );
    add("matrix.yaml", matrix::text(&writer, proposal), what);
    for environment in proposal.environments.iter().filter(|environment| is_file_name(&environment.name)) {
        let what = summary(environment);
        add(&format!("{}.yaml", *environment.name), environment::text(&writer, environment), what);
    }
    if !has_schemas {
        let what = || "the format, for editors".to_owned();
        add(&format!("{SCHEMA_FOLDER}/matrix.json"), declared::schema(), what());
        add(&format!("{SCHEMA_FOLDER}/environment.json"), declared::environment_schema(), what());
    }
    planned
}

/// Where a tree that keeps the schemas itself has that of the matrix.
#[must_use]
pub fn own_schema() -> Option<TreePath> {
    TreePath::root(None).join(&format!("{OWN_SCHEMAS}/matrix.json"))
}

/// Whether an environment of this name can be a file of its own.
fn is_file_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && !matches!(name, "matrix" | "envcheck")
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn summary(environment: &Environment) -> String {
    let sources = environment.sources.iter().map(|source| match &source.value {
        declared::EnvSource::Dotenv { .. } => "dotenv",
        declared::EnvSource::Compose { .. } => "compose",
        declared::EnvSource::Vault { .. } => "vault",
        declared::EnvSource::Workflow { .. } => "workflow",
        declared::EnvSource::Deploy { .. } => "deploy",
        declared::EnvSource::Platform { .. } => "platform",
    });
    let mut kinds: Vec<&str> = Vec::new();
    for kind in sources {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    format!("supplied by {}", kinds.join(", "))
}

/// What all files of a matrix are written with.
struct Writer<'a> {
    files: &'a Files,
    /// The folder of the schemas, from that of the matrix.
    schemas: String,
}

impl Writer<'_> {
    /// The first line, by which editors find the schema.
    fn schema_line(&self, name: &str) -> String {
        format!("# yaml-language-server: $schema={}/{name}.json\n", self.schemas)
    }

    /// A place for a comment: `compose.yaml:12`, or the path alone for a file as a whole.
    fn place(&self, at: Option<Location>) -> Option<String> {
        let at = at?;
        let path = self.files.get(at.file)?.path.as_str();
        // Whoever chose the name of a file must not write lines of the matrix with it.
        if path.contains(char::is_control) {
            return None;
        }
        if at.span.is_empty() && at.span.start == 0 {
            Some(path.to_owned())
        } else {
            Some(self.files.spell(at))
        }
    }

    /// The comment behind an entry that tells where it comes from.
    fn from(&self, at: Option<Location>) -> String {
        self.place(at).map_or_else(String::new, |place| format!(" # {place}"))
    }
}
