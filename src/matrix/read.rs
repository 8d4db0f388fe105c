//! Reading a matrix from its files.
//!
//! YAML and TOML become one small tree (`tree`), and the model is read from that tree once, by hand:
//! a derived reader would lose the places and could not suggest what was meant. What the files may
//! say is described a second time, for editors, in [`super::schema()`]; a test holds the two together.

mod environments;
mod keys;
pub(crate) mod reader;
mod references;
mod sources;
pub(crate) mod tree;
mod types;

use environments::Described;
use reader::{Reader, suggestion};
use tree::{Content, Kind, Tree};

use super::model::{Matrix, MatrixOrigin, Said};
use crate::text::{Location, SourceFile, Span, TreePath};

/// Something wrong with the matrix.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MatrixProblem {
    /// Where.
    pub at: Location,
    /// What is wrong, in one line.
    pub message: String,
    /// What is to be seen at `at`.
    pub label: String,
    /// What to do: "did you mean `required`?".
    pub help: Option<String>,
    /// Another place that belongs to it, with its label.
    pub related: Option<(Location, String)>,
}

impl MatrixProblem {
    /// A problem with a message and a label, and nothing else yet.
    pub(crate) fn new(at: Location, message: impl Into<String>, label: impl Into<String>) -> Self {
        Self { at, message: message.into(), label: label.into(), help: None, related: None }
    }

    /// The same problem with advice; an empty one is none.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        let help = help.into();
        self.help = (!help.is_empty()).then_some(help);
        self
    }

    /// The same problem, pointing at one more place.
    pub(crate) fn related(mut self, at: Location, label: impl Into<String>) -> Self {
        self.related = Some((at, label.into()));
        self
    }
}

/// The version of the format that this program reads.
const VERSION: i128 = 1;

/// The endings of matrix files.
const ENDINGS: [&str; 3] = [".yaml", ".yml", ".toml"];

/// The folder of a matrix that has one file per environment.
const FOLDER: &str = "envs";

/// The name, without its ending, of the file beside the environments.
const MAIN_IN_FOLDER: &str = "matrix";

/// The names, without their ending, of a matrix in one file.
const SINGLE: [&str; 2] = ["envcheck", ".envcheck"];

/// What the file that holds the matrix itself may say.
const TOP: [&str; 12] = [
    "version",
    "project",
    "services",
    "keys",
    "environments",
    "naming",
    "complete",
    "ascii",
    "documents",
    "exclude",
    SETTINGS,
    "about",
];

/// The entry of a matrix that holds what a team asks of the rules; whoever reads settings reads it.
pub(crate) const SETTINGS: &str = "lint";

/// The name of a matrix file without its ending; `None` for other files.
fn stem(path: &TreePath) -> Option<&str> {
    ENDINGS.iter().find_map(|ending| path.name().strip_suffix(ending)).filter(|stem| !stem.is_empty())
}

/// The folder below that of the matrix in which its own schemas lie, for editors.
pub const SCHEMA_FOLDER: &str = ".schema";

/// Whether `path` is one of the schemas that lie beside a matrix: they are made, and say nothing about any
/// project.
#[must_use]
pub fn is_schema_beside(path: &TreePath) -> bool {
    let folder = path.folder();
    folder.name() == SCHEMA_FOLDER && folder.folder().name() == FOLDER
}

/// The files of the matrix among the `paths` of a tree, in reading order; with `explicit`, the file
/// or folder that the operator named. Empty if there is no matrix.
///
/// A matrix is `envs/matrix.{yaml,yml,toml}` with one file per environment beside it, or one file
/// `envcheck.{yaml,yml,toml}` (or `.envcheck.*`) at the root. What the operator names may be a file or
/// a folder of either shape; where nothing is found there, the name itself is handed back, so that
/// reading it tells the operator.
#[must_use]
pub fn matrix_paths(paths: &[TreePath], explicit: Option<&TreePath>) -> Vec<TreePath> {
    let Some(named) = explicit else {
        let root = TreePath::root(None);
        let mut found = root.join(FOLDER).map_or_else(Vec::new, |folder| in_folder(paths, &folder));
        found.extend(single_in(paths, &root));
        return found;
    };
    if stem(named) == Some(MAIN_IN_FOLDER) {
        let folder = named.folder();
        let mut found = vec![named.clone()];
        found.extend(environments_in(paths, &folder));
        return found;
    }
    if stem(named).is_some() || paths.contains(named) {
        return vec![named.clone()];
    }
    let mut found = in_folder(paths, named);
    if found.is_empty() {
        found = single_in(paths, named);
    }
    if found.is_empty() {
        found.push(named.clone());
    }
    found
}

fn children<'p>(paths: &'p [TreePath], folder: &TreePath) -> Vec<(&'p TreePath, &'p str)> {
    let mut found: Vec<_> = paths
        .iter()
        .filter(|path| path.folder() == *folder)
        .filter_map(|path| Some((path, stem(path)?)))
        .collect();
    found.sort_unstable();
    found
}

fn in_folder(paths: &[TreePath], folder: &TreePath) -> Vec<TreePath> {
    let mut found: Vec<TreePath> = children(paths, folder)
        .into_iter()
        .filter(|(_, stem)| *stem == MAIN_IN_FOLDER)
        .map(|(path, _)| path.clone())
        .collect();
    if !found.is_empty() {
        found.extend(environments_in(paths, folder));
    }
    found
}

fn environments_in(paths: &[TreePath], folder: &TreePath) -> Vec<TreePath> {
    children(paths, folder)
        .into_iter()
        .filter(|(_, stem)| *stem != MAIN_IN_FOLDER && !SINGLE.contains(stem) && !stem.starts_with('.'))
        .map(|(path, _)| path.clone())
        .collect()
}

fn single_in(paths: &[TreePath], folder: &TreePath) -> Vec<TreePath> {
    children(paths, folder)
        .into_iter()
        .filter(|(_, stem)| SINGLE.contains(stem))
        .map(|(path, _)| path.clone())
        .collect()
}

/// Whether `path` has the name of a file at the root that may hold a matrix, settings or both:
/// `envcheck.{yaml,yml,toml}` or `.envcheck.*`.
#[must_use]
pub fn is_single(path: &TreePath) -> bool {
    path.folder().within_root().is_empty() && stem(path).is_some_and(|stem| SINGLE.contains(&stem))
}

/// Whether the file says something that only a matrix says.
pub(crate) fn says_matrix(tree: &Tree) -> bool {
    tree.entries().iter().any(|entry| is_matrix_word(&entry.key))
}

/// Whether only a matrix has an entry of this name.
pub(crate) fn is_matrix_word(name: &str) -> bool {
    TOP.contains(&name) && !["exclude", "about"].contains(&name)
}

/// Whether a pattern has a `[` without an end.
fn is_open(glob: &str) -> bool {
    let mut rest = glob;
    while let Some(at) = rest.find(['\\', '[']) {
        let behind = rest.get(at + 1..).unwrap_or("");
        if rest.get(at..).is_some_and(|here| here.starts_with('\\')) {
            rest = behind.get(behind.chars().next().map_or(0, char::len_utf8)..).unwrap_or("");
            continue;
        }
        // A bracket that stands first is one of the letters.
        let letters = behind.trim_start_matches(['!', '^']);
        let letters = letters.strip_prefix(']').unwrap_or(letters);
        match letters.split_once(']') {
            Some((_, behind)) => rest = behind,
            None => return true,
        }
    }
    false
}

/// The file, of a matrix's files, that holds everything but, perhaps, the environments.
pub(crate) fn main_file<'f>(files: &[&'f SourceFile]) -> Option<&'f SourceFile> {
    files.get(main_position(files)).copied()
}

fn is_main(file: &SourceFile) -> bool {
    stem(&file.path).is_some_and(|stem| stem == MAIN_IN_FOLDER || SINGLE.contains(&stem))
}

fn main_position(files: &[&SourceFile]) -> usize {
    // A single file that the operator named may be called as they like.
    files.iter().position(|file| is_main(file)).unwrap_or(0)
}

/// Reads the matrix from its files. Never fails: what is not valid is left out and told.
#[must_use]
pub fn read(files: &[&SourceFile]) -> (Matrix, Vec<MatrixProblem>) {
    let mut matrix = Matrix::default();
    if files.is_empty() {
        return (matrix, Vec::new());
    }
    matrix.origin = MatrixOrigin::Declared(files.iter().map(|file| file.id).collect());
    let mut reader = Reader::default();
    let mut faults = Vec::new();
    let main = main_position(files);
    let mut described = Vec::new();
    for (position, file) in files.iter().enumerate() {
        if position != main && is_main(file) {
            reader.second_matrix(files.get(main).copied(), file);
            continue;
        }
        let tree = tree::parse(file, &mut faults, &mut reader.problems);
        if position == main {
            reader.top(file, tree.as_ref(), &mut matrix, &mut described);
        } else {
            let name = stem(&file.path).unwrap_or_default().to_owned();
            let at = environments::name_in_file(file.id, tree.as_ref());
            let whole = Location::new(file.id, Span::at(0));
            if tree.is_none() {
                let message = format!("the file of the environment `{name}` is empty");
                reader.tell(MatrixProblem::new(whole, message, "nothing here"));
            }
            let tree = tree.unwrap_or(Tree { at: whole, content: Content::Null });
            described.push(Described { name: Said::at(name, at), tree });
        }
    }
    matrix.environments = reader.environments(&described);
    reader.check_references(&matrix);
    // What else seems wrong may follow from a file that is not read as it was meant.
    let mut problems = if faults.is_empty() { reader.problems } else { faults };
    // What several environments take over from one is told once.
    problems.sort_by(|a, b| (a.at, &a.message).cmp(&(b.at, &b.message)));
    problems.dedup();
    (matrix, problems)
}

impl Reader {
    fn second_matrix(&mut self, first: Option<&SourceFile>, second: &SourceFile) {
        let beginning = |file: &SourceFile| {
            let line = file.lines().line_range(&file.text, 0);
            Location::new(file.id, Span::new(line.start, line.end))
        };
        let Some(first) = first else { return };
        self.tell(
            MatrixProblem::new(
                beginning(second),
                format!("there are two matrices, `{}` and `{}`", first.path, second.path),
                "not read",
            )
            .related(beginning(first), "read")
            .help("keep one of the two files"),
        );
    }

    /// Reads the file that holds everything but, perhaps, the environments.
    fn top(
        &mut self,
        file: &SourceFile,
        tree: Option<&Tree>,
        matrix: &mut Matrix,
        described: &mut Vec<Described>,
    ) {
        let beginning = Location::new(file.id, Span::at(0));
        let Some(tree) = tree else {
            let message = format!("the matrix `{}` is empty", file.path);
            self.tell(MatrixProblem::new(beginning, message, "nothing here").help("begin with `version: 1`"));
            return;
        };
        let mut has_version = tree.entry("version").is_some() || !matches!(tree.content, Content::Table(_));
        // Anchors for YAML may be kept in entries that begin with `x-`, as compose has them.
        let known: Vec<&str> = TOP
            .into_iter()
            .chain(tree.entries().iter().map(|entry| entry.key.as_str()).filter(|key| key.starts_with("x-")))
            .collect();
        for entry in self.fields("the matrix", tree, "a map", &known) {
            let value = &entry.value;
            match entry.key.as_str() {
                "version" => has_version = self.version(value),
                "project" => matrix.project = self.text("project", value),
                "services" => matrix.services = self.services(value),
                "keys" => matrix.keys = self.keys(value),
                "environments" => {
                    for entry in self.map("environments", value, "a map of environments") {
                        let name = Said::at(entry.key.clone(), entry.key_at);
                        if name.trim().is_empty() {
                            let message = "an environment needs a name";
                            self.tell(MatrixProblem::new(entry.key_at, message, "no name"));
                        } else {
                            described.push(Described { name, tree: entry.value.clone() });
                        }
                    }
                }
                "naming" => matrix.naming = self.naming(value),
                "complete" => matrix.complete = self.flag("complete", value).unwrap_or_default(),
                "ascii" => {
                    let is_asked = self.flag("ascii", value).unwrap_or_default();
                    matrix.ascii = is_asked.then(|| Said::at((), entry.key_at));
                }
                "documents" => matrix.documents = self.paths("documents", value),
                "exclude" => matrix.exclude = self.globs("exclude", value),
                "about" => _ = self.about(value),
                _ => {}
            }
        }
        if !has_version {
            let at = tree.entries().first().map_or(beginning, |entry| entry.key_at);
            let problem = MatrixProblem::new(at, "the matrix does not say its `version`", "begins here");
            let line = if file.path.name().ends_with(".toml") { "version = 1" } else { "version: 1" };
            self.tell(problem.help(format!("add `{line}` at the top")));
        }
    }

    /// Whether a version was said, if only a wrong one.
    fn version(&mut self, tree: &Tree) -> bool {
        match &tree.content {
            Content::Scalar(Kind::Int(VERSION), _) => {}
            Content::Scalar(Kind::Int(_), _) => {
                let message = "this version of the format is not supported";
                self.tell(
                    MatrixProblem::new(tree.at, message, "not 1")
                        .help("this envcheck reads version 1; a newer one may be needed"),
                );
            }
            _ => self.ill_typed("version", tree, "the number 1"),
        }
        true
    }

    /// One pattern in the syntax of .gitignore or a list of them.
    pub(crate) fn globs(&mut self, name: &str, tree: &Tree) -> Vec<Said<String>> {
        let mut globs = self.texts(name, tree);
        globs.retain(|glob| {
            let mut builder = ignore::gitignore::GitignoreBuilder::new("");
            // What is not closed is taken for a letter, and matches nothing that anybody meant.
            let holds = builder.add_line(None, glob).is_ok() && !is_open(glob);
            if let (false, Some(at)) = (holds, glob.at) {
                let message = format!("`{name}` must list patterns in the syntax of .gitignore");
                self.problems.push(MatrixProblem::new(at, message, "not a pattern"));
            }
            holds
        });
        globs
    }

    /// Tells that `name` at `at` is none of `known`, and what may have been meant.
    fn unknown_name(&mut self, what: &str, name: &str, at: Option<Location>, known: &[&str]) {
        let Some(at) = at else { return };
        let message = format!("no {what} is called `{name}`");
        let help = if known.is_empty() {
            format!("the matrix declares no {what}")
        } else {
            suggestion(name, known, "declared are")
        };
        self.tell(MatrixProblem::new(at, message, "nothing declares it").help(help));
    }
}
