//! Measures how long a report takes after one file was edited: `cargo run --release --example recheck -- FOLDER [PATH ...]`.
//!
//! Each path, by default one file of every name but for digits, thirty at most, is edited back and forth: a line that says
//! something is added and taken away again. Files are edited in further ways, which change how they hang together, and each
//! is left in the middle of a line. Nothing is written to disk. Prints the medians
//! and the worst times in milliseconds.

#![expect(clippy::print_stdout, reason = "this program exists to print times")]

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Instant;

use envcheck::engine::{Asked, Settings, Workspace};
use envcheck::system::{MemorySystem, OsSystem, ReadError, System};
use envcheck::text::TreePath;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often each file is edited and restored.
const ROUNDS: usize = 10;
/// And how often, where that takes longer than half a second.
const ROUNDS_OF_LONG: usize = 2;
/// So many files are edited where none are named.
const MOST: usize = 30;

/// A tree on disk with edited files over it, as an editor holds them.
struct Edited {
    tree: OsSystem,
    edits: MemorySystem,
}

impl System for Edited {
    fn walk(&self) -> Vec<TreePath> {
        self.tree.walk()
    }

    fn read(&self, path: &TreePath) -> Result<Vec<u8>, ReadError> {
        self.edits.read(path).or_else(|_| self.tree.read(path))
    }

    fn exists(&self, path: &TreePath) -> bool {
        self.tree.exists(path)
    }
}

/// The text with a line more, in the ways that a file of this name can be edited; each with what the line is about.
fn edits(name: &str, text: &str) -> Vec<(&'static str, String)> {
    let mut reaching: Vec<(&'static str, String)> = REACHING
        .iter()
        .filter(|(_, from, _)| text.contains(from))
        .map(|&(about, from, to)| (about, text.replacen(from, to, 1)))
        .collect();
    let (line, half) = match name.rsplit('.').next() {
        Some("py") => ("import os; os.environ[\"RECHECK_KEY\"]\n", "recheck = f(\n"),
        Some("ts" | "tsx") => ("export const recheck = process.env.RECHECK_KEY;\n", "const recheck = {\n"),
        Some("go") => ("var recheck = os.Getenv(\"RECHECK_KEY\")\n", "var recheck = f(\n"),
        Some("rs") => ("fn recheck() { let _ = std::env::var(\"RECHECK_KEY\"); }\n", "fn recheck() {\n"),
        Some("sh") => ("echo \"$RECHECK_KEY\"\n", "echo \"$RECHECK_KEY\n"),
        Some("ctmpl" | "tmpl") => ("RECHECK_KEY={{ .Data.data.recheck_key }}\n", "RECHECK_KEY={{ .Data\n"),
        Some("yml" | "yaml") => {
            let mut edits = vec![("variable", with_variable(text))];
            let others = IN_COMPOSE.iter().filter(|(_, from, _)| text.contains(from));
            edits.extend(others.map(|&(about, from, to)| (about, text.replacen(from, to, 1))));
            edits.push(("half a line", format!("{text}recheck: [\n")));
            edits.append(&mut reaching);
            return edits;
        }
        _ if name.contains("Dockerfile") => {
            let lines = [
                ("variable", "ENV RECHECK_KEY=1\n"),
                ("copy", "COPY recheck /recheck\n"),
                ("half a line", "CMD [\"recheck\n"),
            ];
            let mut edits: Vec<_> =
                lines.iter().map(|&(about, line)| (about, format!("{text}{line}"))).collect();
            edits.push(("no copy", text.replacen("COPY . .\n", "COPY .\n", 1)));
            edits.append(&mut reaching);
            return edits;
        }
        _ if name.contains("env") => ("RECHECK_KEY=1\n", "RECHECK_KEY='\n"),
        _ => ("# recheck\n", "# recheck"),
    };
    reaching.extend(
        [("variable", line), ("half a line", half)].map(|(about, line)| (about, format!("{text}{line}"))),
    );
    reaching
}

/// Edits by a word or a line that reach further than the file: what each is about, and what becomes what. Of these every fitting one
/// is tried, whatever sort the file is of.
const REACHING: &[(&str, &str, &str)] = &[
    ("given", "    environment:\n      D", "    env_file: [.env.example]\n    environment:\n      D"),
    ("project", "services:\n  c", "name: recheck\nservices:\n  c"),
    ("extends", "    build:\n      c", "    extends: db\n    build:\n      c"),
    ("secret", "    build:\n      c", "    secrets: [recheck]\n    build:\n      c"),
    ("secrets", "volumes:\n  data", "secrets:\n  recheck: { environment: X }\nvolumes:\n  data"),
    ("container", "    build:\n      c", "    container_name: recheck\n    build:\n      c"),
    ("include", "services:\n  c", "include: [../cart-00019/compose.yaml]\nservices:\n  c"),
    ("include of nothing", "services:\n  c", "include: [recheck.yaml]\nservices:\n  c"),
    ("base", "FROM debian:13 A", "FROM debian:14 A"),
    ("last base", "FROM debian:13-slim\n", "FROM node:22\n"),
    ("told apart", "{{- with", "{{ if eq (env \"ENV\") \"production\" }}A=1{{ end }}\n{{- with"),
    ("other environment", "{{- with", "{{ if eq (env \"ENV\") \"staging\" }}A=1{{ end }}\n{{- with"),
    ("deploys", "    runs-on:", "    environment: production\n    runs-on:"),
    ("context", "context: services/", "context: servic/"),
    ("image", "tags: registry.example.com/shop/", "tags: registry.example.com/shop/a-"),
    ("env file", "env_file=\".env\"", "env_file=\".env.local\""),
    (
        "sets unseen",
        "def describe",
        "def recheck(name: str):\n    import os\n    os.environ[name] = '1'\n\n\ndef describe",
    ),
    (
        "reads all",
        "def describe",
        "def recheck():\n    import os\n    return dict(os.environ)\n\n\ndef describe",
    ),
    ("type", "timeout: int", "timeout: bool"),
    ("sourced", "set -eu\n", "set -eu\n. ./.env\n"),
    ("compose call", "set -eu\n", "set -eu\ndocker compose -f recheck.yaml up\n"),
    ("docker build", "set -eu\n", "set -eu\ndocker build -t recheck .\n"),
    ("for browsers", "export const env", "export const a = process.env.NEXT_PUBLIC_A;\nexport const env"),
    ("compose files", "LOG_LEVEL=", "COMPOSE_FILE=a.yaml\nLOG_LEVEL="),
    ("project name", "\"name\": \"shop", "\"name\": \"sho"),
];

/// Edits of compose files that change how files hang together: what each is about, and what becomes what.
const IN_COMPOSE: &[(&str, &str, &str)] = &[
    ("service", "services:\n", "services:\n  recheck:\n    image: redis:8\n"),
    ("dotenv", "    environment:\n", "    env_file: [.env.recheck]\n    environment:\n"),
    ("mount", "    environment:\n", "    volumes: [\"./recheck:/recheck\"]\n    environment:\n"),
    ("build", "services:\n", "services:\n  recheck:\n    build: .\n"),
    ("elsewhere", "services:\n", "services:\n  recheck:\n    build: ./recheck\n"),
    ("target", "      context: .\n", "      context: .\n      target: recheck\n"),
    ("renamed", "services:\n  ", "services:\n  re-"),
    ("folder", "      context: .\n", "      context: ./recheck\n"),
    ("no build", "    build:\n", "    buil:\n"),
    ("half a service", "services:\n", "services:\n  recheck:\n"),
    ("neighbour", "services:\n", "services:\n  recheck:\n    build: ../cart-00003\n"),
    ("fault", "    environment:\n", "    environment:\n   x\n"),
];

/// The text with a variable more in its first list of them: `env:` of a workflow, `environment:` of a compose file.
fn with_variable(text: &str) -> String {
    let lists = ["env:\n", "environment:\n"];
    let Some(start) = lists.iter().filter_map(|list| Some(text.find(list)? + list.len())).min() else {
        return format!("{text}# recheck\n");
    };
    let (before, behind) = text.split_at(start);
    let indent = &behind[..behind.len() - behind.trim_start().len()];
    format!("{before}{indent}RECHECK_KEY: again\n{behind}")
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("usage: recheck FOLDER [PATH ...]")?;
    let mut system = Edited { tree: OsSystem::new(Path::new(&folder), &[])?, edits: MemorySystem::default() };
    let begun = Instant::now();
    let mut workspace = Workspace::open(&system, Asked::default(), Settings::default());
    drop(workspace.report());
    println!("opened in {:.2} s", begun.elapsed().as_secs_f64());
    let mut paths: Vec<TreePath> = arguments.filter_map(|path| TreePath::parse(&path)).collect();
    if paths.is_empty() {
        let mut names = BTreeSet::new();
        let files = workspace.snapshot().index.files.iter().map(|file| file.path.clone());
        let sort = |path: &TreePath| path.name().replace(|c: char| c.is_ascii_digit(), "");
        paths = files.filter(|path| names.insert(sort(path))).take(MOST).collect();
    }
    for path in paths {
        let original = system.tree.read(&path).map_err(|_| format!("cannot read {path}"))?;
        for (about, edited) in edits(path.name(), &String::from_utf8_lossy(&original)) {
            let edited = edited.into_bytes();
            let mut times = Vec::new();
            for text in std::iter::repeat_n([&edited, &original], ROUNDS).flatten() {
                if times.len() >= 2 * ROUNDS_OF_LONG && times.iter().all(|time| *time > 500.0) {
                    break;
                }
                system.edits.insert(path.clone(), text.clone());
                let begun = Instant::now();
                workspace.change(&system, std::slice::from_ref(&path));
                drop(workspace.report());
                times.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
            times.sort_by(f64::total_cmp);
            let median = times.get(times.len() / 2).copied().unwrap_or(0.0);
            let worst = times.last().copied().unwrap_or(0.0);
            println!("{median:8.1} ms, at worst {worst:8.1} ms  {path}  {about}");
        }
    }
    Ok(())
}
