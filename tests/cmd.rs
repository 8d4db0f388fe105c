//! The command as users meet it: the real program on trees in temporary folders.

mod add_built;
mod add_code;
mod add_places;
mod add_reads;
mod add_sources;
mod against;
mod baseline;
mod canary;
mod colour;
mod exits;
mod fix;
mod formats;
mod init;
mod keys;
mod left_out;
mod look;
mod pages;
mod remove;
mod rename;
mod roots;
mod settings;
mod suppress;
mod tracked;

use std::path::{Path, PathBuf};

/// A folder with files that goes away with the test.
struct Tree {
    folder: tempfile::TempDir,
}

impl Tree {
    /// A git repository (so that nothing above it is looked at) with these files.
    fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir(tree.path().join(".git")).unwrap();
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// What lies directly in the tree.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The program, standing in this folder, with `line` as arguments.
    fn run(&self, line: &str) -> Ran {
        self.run_with(line, &[])
    }

    fn run_with(&self, line: &str, variables: &[(&str, &str)]) -> Ran {
        run_in(self.path(), line, variables)
    }
}

/// What a run left behind.
#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn program() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_envcheck"))
}

/// The variables of this process that could change what is printed are taken away.
fn is_scrubbed(name: &str) -> bool {
    ["CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM", "LANG"].contains(&name)
        || ["GITHUB_", "CLICOLOR", "ENVCHECK_", "LC_"].iter().any(|prefix| name.starts_with(prefix))
}

fn run_in(folder: &Path, line: &str, variables: &[(&str, &str)]) -> Ran {
    let mut command = assert_cmd::Command::new(program());
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(is_scrubbed) {
            command.env_remove(name);
        }
    }
    command.envs(variables.iter().copied()).current_dir(folder).args(line.split_whitespace());
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A tree with one warning: `A` is set twice.
const TWICE: &[(&str, &str)] = &[(".env", "A=1\nB=2\nA=1\n")];
/// The rule that finds it.
const RULE: &str = "duplicate-key";
