//! What services receive, held against the real `docker compose config`.
//!
//! The program is `$ENVCHECK_TEST_COMPOSE`, `docker compose` or `docker-compose`; `.ci/install-compose`
//! installs it. Without it the tests say loudly that they were skipped.

mod generate;
mod program;
mod shapes;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use envcheck::project::{Found, GivenValue, Project, Received, Variable, World, receive};
use envcheck::secret::Secret;
use envcheck::text::{FileId, Files, SourceFile, TreePath};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::page::cases;

/// A project on disk, and how compose is called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Case {
    /// Path and text of every file.
    pub(crate) tree: Vec<(String, String)>,
    /// `-f`, in order.
    pub(crate) files: Vec<String>,
    /// `--env-file`, in order.
    pub(crate) env_files: Vec<String>,
    /// `--profile`.
    pub(crate) profiles: Vec<String>,
    /// The caller's environment.
    pub(crate) variables: Vec<(String, String)>,
}

struct Tree {
    files: Files,
    variables: BTreeMap<String, String>,
}

impl World for Tree {
    fn file(&self, path: &TreePath) -> Found<'_> {
        self.files.at(path).map_or(Found::Absent, Found::File)
    }

    fn variable(&self, name: &str) -> Variable {
        self.variables.get(name).map_or(Variable::Unset, |value| Variable::Is(Secret::new(value)))
    }

    fn hidden(&self, _name: &str) -> Option<String> {
        None
    }
}

fn path(text: &str) -> TreePath {
    TreePath::parse(text).unwrap()
}

fn ours(case: &Case) -> Received {
    let mut sorted = case.tree.clone();
    sorted.sort();
    let files = (0..).zip(sorted).map(|(id, (name, text))| SourceFile::new(FileId(id), path(&name), text));
    let tree =
        Tree { files: Files::new(files.collect()), variables: case.variables.iter().cloned().collect() };
    let project = Project {
        files: case.files.iter().map(|file| path(file)).collect(),
        env_files: case.env_files.iter().map(|file| path(file)).collect(),
        profiles: case.profiles.clone(),
        name: Some("demo".to_owned()),
    };
    receive(&project, &tree)
}

/// What compose refuses by its schema or its later checks, which are not modelled.
const NOT_MODELLED: &[&str] = &["validating ", "has neither an image nor a build context"];

type Services = BTreeMap<String, BTreeMap<String, Option<String>>>;

fn entries(
    found: &BTreeMap<String, envcheck::project::Given>,
    kind: &str,
    into: &mut BTreeMap<String, Option<String>>,
) {
    for (key, given) in found {
        let value = match &given.value {
            GivenValue::Is(text) => Some(text.reveal().to_owned()),
            GivenValue::Unset => None,
            other => Some(format!("<{other:?}>")),
        };
        into.insert(format!("{kind}.{key}"), value);
    }
}

fn table_of_ours(received: &Received) -> Services {
    let mut table = Services::new();
    for (name, service) in received.services.iter().filter(|(_, service)| service.is_active) {
        let row = table.entry(name.clone()).or_default();
        entries(&service.environment, "environment", row);
        entries(&service.args, "args", row);
        for (kind, names) in [("secret", &service.secrets), ("config", &service.configs)] {
            row.extend(names.iter().map(|name| (format!("{kind}.{name}"), None)));
        }
    }
    table
}

fn table_of_theirs(config: &Value) -> Services {
    let mut table = Services::new();
    for (name, service) in config["services"].as_object().into_iter().flatten() {
        let row = table.entry(name.clone()).or_default();
        for (kind, node) in [("environment", &service["environment"]), ("args", &service["build"]["args"])] {
            for (key, value) in node.as_object().into_iter().flatten() {
                row.insert(format!("{kind}.{key}"), value.as_str().map(str::to_owned));
            }
        }
        for (kind, node) in [("secret", &service["secrets"]), ("config", &service["configs"])] {
            let names = node.as_array().into_iter().flatten().filter_map(|grant| grant["source"].as_str());
            row.extend(names.map(|name| (format!("{kind}.{name}"), None)));
        }
    }
    table
}

/// Compares one project; `None` if both say the same.
fn difference(program: &program::Compose, case: &Case) -> Option<String> {
    let ours = ours(case);
    match program.config(case) {
        Ok(config) => {
            if let Some(refused) = ours.refusals.first() {
                return Some(format!("compose takes what we say it refuses: {}", refused.reason));
            }
            let (ours, theirs) = (table_of_ours(&ours), table_of_theirs(&config));
            (ours != theirs).then(|| unlike(&ours, &theirs))
        }
        Err(stderr) => {
            let known = NOT_MODELLED.iter().any(|part| stderr.contains(part));
            (!known && ours.refusals.is_empty()).then(|| format!("compose refuses what we take: {stderr}"))
        }
    }
}

/// The rows in which two tables differ.
fn unlike(ours: &Services, theirs: &Services) -> String {
    let flat = |table: &Services| -> BTreeMap<String, Option<String>> {
        let rows = table.iter().flat_map(|(service, row)| {
            let keys = row.iter().map(move |(key, value)| (format!("{service}.{key}"), value.clone()));
            std::iter::once((service.clone(), None)).chain(keys)
        });
        rows.collect()
    };
    let (ours, theirs) = (flat(ours), flat(theirs));
    let names: std::collections::BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let rows = names.into_iter().filter(|name| ours.get(*name) != theirs.get(*name));
    rows.map(|name| format!("{name}: ours {:?}, theirs {:?}\n", ours.get(name), theirs.get(name))).collect()
}

fn spelled(case: &Case) -> String {
    let mut text = format!(
        "-f {:?} --env-file {:?} --profile {:?} with {:?}\n",
        case.files, case.env_files, case.profiles, case.variables
    );
    for (name, content) in &case.tree {
        text.push_str(&format!("--- {name}\n{content}\n"));
    }
    text
}

#[test]
fn generated_projects_read_as_compose_reads_them() {
    let Some(program) = program::find() else { return };
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(250);
    let config = ProptestConfig {
        cases,
        max_shrink_iters: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let compared = std::cell::Cell::new((0_u32, 0_u32));
    let outcome = runner.run(&generate::cases(), |case| {
        let (taken, refused) = compared.get();
        let is_refused = !ours(&case).refusals.is_empty();
        compared.set((taken + u32::from(!is_refused), refused + u32::from(is_refused)));
        match difference(&program, &case) {
            None => Ok(()),
            Some(found) => Err(TestCaseError::fail(format!("{found}\n{}", spelled(&case)))),
        }
    });
    if let Err(error) = outcome {
        let text = match error {
            proptest::test_runner::TestError::Fail(reason, _) => reason.message().to_owned(),
            other => other.to_string(),
        };
        panic!("{text}");
    }
    let (taken, refused) = compared.get();
    assert!(taken > refused, "most projects are ones that compose takes: {taken} against {refused}");
}

/// The pages of `tests/data/compose`: projects with what the real program says about them. A file `call`
/// holds how compose is called, a word and its argument per line: `file`, `env-file`, `profile`, `set
/// NAME=value`. `UPDATE=1` rewrites the expectations by the real program; ours are held against them on
/// any machine.
#[test]
fn written_projects_read_as_compose_reads_them() {
    let program = program::find();
    let update = std::env::var_os("UPDATE").is_some() && program.is_some();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/compose");
    let mut pages: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for path in pages {
        let mut page = std::fs::read_to_string(&path).unwrap();
        for written in cases(&page).iter().rev() {
            let case = read_case(written);
            let (expected, range) = written.expected.as_ref().unwrap();
            let received = ours(&case);
            let found = if received.refusals.is_empty() {
                lines(&table_of_ours(&received))
            } else {
                REFUSED.to_owned()
            };
            let theirs = program.as_ref().map(|program| {
                program
                    .config(&case)
                    .map_or_else(|_| REFUSED.to_owned(), |config| lines(&table_of_theirs(&config)))
            });
            if update {
                page.replace_range(range.clone(), theirs.as_deref().unwrap());
            } else if theirs.as_ref().is_some_and(|theirs| theirs != expected) {
                wrong.push(format!("{}: the page is not what compose says", written.title));
            }
            let told = theirs.as_ref().filter(|_| update).unwrap_or(expected);
            if found != *told {
                wrong.push(format!("{}\n--- ours\n{found}--- theirs\n{told}", written.title));
            }
            compared += 1;
        }
        if update {
            std::fs::write(&path, page).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(compared > 20, "{compared}");
}

const REFUSED: &str = "refused\n";

/// A table as pages hold it.
fn lines(table: &Services) -> String {
    let mut text = String::new();
    for (service, row) in table {
        text.push_str(&format!("{service}\n"));
        for (key, value) in row {
            match value {
                Some(value) => text.push_str(&format!("  {key} = {value:?}\n")),
                None => text.push_str(&format!("  {key}\n")),
            }
        }
    }
    text
}

fn read_case(written: &crate::support::page::Case) -> Case {
    let mut case = Case::default();
    for (name, text) in &written.files {
        if name != "call" {
            case.tree.push((name.clone(), text.clone()));
            continue;
        }
        for line in text.lines() {
            let (word, rest) = line.split_once(' ').unwrap();
            let rest = rest.to_owned();
            match word {
                "file" => case.files.push(rest),
                "env-file" => case.env_files.push(rest),
                "profile" => case.profiles.push(rest),
                "set" => {
                    let (key, value) = rest.split_once('=').unwrap();
                    case.variables.push((key.to_owned(), value.to_owned()));
                }
                other => unreachable!("{other} in {}", written.title),
            }
        }
    }
    case
}
