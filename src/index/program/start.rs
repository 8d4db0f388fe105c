//! What a container starts with may give it keys: a loader of secrets, a script that exports, a dotenv file in a
//! folder that is mounted.

use super::super::{BuildLink, Index, Site};
use super::{name_in_path, words_of};
use crate::text::{SourceFile, TreePath};

/// Words by which a command shows that it takes variables from a file or a store.
const LOADERS: &[&str] = &[
    "set -a",
    "dotenv",
    "doppler",
    "infisical",
    "op run",
    "vault",
    "chamber",
    "--env-file",
    "envconsul",
    "aws-env",
    "sops ",
    "summon",
    "berglas",
    "teller",
    "ejson",
    "cross-env",
    "env-cmd",
    "envdir",
    "with-contenv",
    "secrets-init",
    "conjur",
    "akeyless",
    "phase run",
    "esc run",
    "eval ",
    "printenv",
];

/// Programs that start another one and give it nothing.
const INITS: &[&str] = &[
    "tini",
    "dumb-init",
    "catatonit",
    "gosu",
    "su-exec",
    "exec",
    "nice",
    "time",
    "timeout",
    "sh",
    "bash",
    "ash",
    "env",
    "sudo",
];

/// Files by which a package shows what it uses.
const MANIFESTS: &[&str] =
    &["package.json", "pyproject.toml", "Cargo.toml", "go.mod", "Gemfile", "composer.json"];

/// What loads the dotenv file of its folder by itself.
const BY_THEMSELVES: &[&str] = &[
    "dotenv",
    "\"next\"",
    "\"nuxt\"",
    "\"vite\"",
    "\"astro\"",
    "\"@nestjs/config\"",
    "laravel/framework",
    "figaro",
];

/// Who writes so many keys down for a container means all that it needs; beside a dotenv file stands what is other in
/// the container.
const WHOLE: usize = 8;

/// What a container starts with.
#[derive(Clone, Copy)]
pub(super) struct Start<'a> {
    pub(super) index: &'a Index,
    pub(super) site: &'a Site,
}

impl<'a> Start<'a> {
    /// Whether a command, or the script that it runs, gives the key or may do so.
    pub(super) fn gives(self, start: &str, key: &str) -> bool {
        if takes_from_elsewhere(start) || assigns(start, key) {
            return true;
        }
        let mut words = words_of(start).filter(|word| !word.starts_with('-'));
        let Some(program) = words.find(|word| !INITS.contains(&name_in_path(word))) else {
            return false;
        };
        if matches!(program, "npm" | "pnpm" | "yarn" | "bun") {
            let task = words.find(|word| !matches!(*word, "run" | "exec"));
            return task.is_some_and(|task| self.task_gives(task, key));
        }
        let name = name_in_path(program);
        let is_script = name.ends_with(".sh")
            || ["entrypoint", "entry", "init", "secret", "start", "run"]
                .iter()
                .any(|word| name.contains(word) && program.contains('/') && !name.contains('.'));
        if !is_script {
            return false;
        }
        let mut scripts = self.scripts_named(name).peekable();
        if scripts.peek().is_none() {
            // What is not in the tree may do anything, but where the tree is what is mounted, or a base image has it.
            return name != "docker-entrypoint.sh" && !self.site.mounts_code;
        }
        scripts.any(|script| script_gives(&script.text, key))
    }

    /// The files of this name around the code and the Dockerfile of a site.
    fn scripts_named(self, name: &str) -> impl Iterator<Item = &'a SourceFile> {
        let dockerfile = match self.site.build {
            BuildLink::Dockerfile(file) => Some(self.index.path(file).folder()),
            _ => None,
        };
        let folders: Vec<TreePath> = self.site.code.iter().cloned().chain(dockerfile).collect();
        let files = &self.index.files;
        let mut found: Vec<&SourceFile> = Vec::new();
        for folder in folders {
            let above = folder.folders().filter_map(TreePath::parse).filter_map(|above| above.join(name));
            found.extend(above.filter_map(|path| files.at(&path)));
            found.extend(files.named_below(name, &folder));
        }
        found.into_iter()
    }

    /// Whether a script of a `package.json` gives the key.
    fn task_gives(self, task: &str, key: &str) -> bool {
        let Some(code) = &self.site.code else { return false };
        self.index.files.named_below("package.json", code).any(|manifest| {
            let read: Option<serde_json::Value> = serde_json::from_str(&manifest.text).ok();
            let does = read.as_ref().and_then(|read| read.get("scripts")?.get(task)?.as_str());
            does.is_some_and(|does| takes_from_elsewhere(does) || assigns(does, key))
        })
    }

    /// Whether a folder is mounted in which the program looks for a dotenv file, which each machine has its own of.
    pub(super) fn mounts_dotenv(self) -> bool {
        let Self { index, site } = self;
        let (Some(service), Some(code)) = (index.compose_service(site), &site.code) else { return false };
        if index.environment_of(site).count() >= WHOLE {
            return false;
        }
        let folder = index.path(site.file).folder();
        let mut mounted = service.mounts.iter().filter(|mount| mount.source.starts_with('.'));
        let is_mounted = mounted.any(|mount| {
            folder.join(&mount.source).is_some_and(|source| {
                (code.is_below(&source) || source.is_below(code))
                    && index.files.at(&source).is_none()
                    && !is_folder_of_data(&source)
            })
        });
        is_mounted
            && (index.dotenv_loaders_below(code.as_str()).next().is_some()
                || MANIFESTS
                    .iter()
                    .filter_map(|name| index.files.at(&code.join(name)?))
                    .any(|manifest| BY_THEMSELVES.iter().any(|word| manifest.text.contains(word))))
    }
}

/// Whether a folder is for what a program writes, so that no code lies in it.
fn is_folder_of_data(folder: &TreePath) -> bool {
    matches!(
        folder.name(),
        "data"
            | "logs"
            | "log"
            | "uploads"
            | "media"
            | "storage"
            | "backups"
            | "tmp"
            | "certs"
            | "static"
            | "public"
    )
}

/// Whether a command reads variables from a file or a store before it starts the program.
pub(in crate::index) fn takes_from_elsewhere(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let sources = words.windows(2).any(|pair| matches!(pair[0], "." | "source") && !pair[1].starts_with('-'));
    sources || LOADERS.iter().any(|word| command.contains(word))
}

/// Whether a text sets a variable of this name.
fn assigns(text: &str, key: &str) -> bool {
    text.match_indices(key).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let behind = text.get(at + key.len()..).unwrap_or("");
        behind.starts_with('=') && !before.is_some_and(|sign| sign.is_ascii_alphanumeric() || sign == '_')
    })
}

/// Whether a script sets the variable, or variables whose names it computes.
fn script_gives(text: &str, key: &str) -> bool {
    let computes =
        ["export \"$", "export $", "export `", "export \"`"].iter().any(|start| text.contains(start));
    computes || takes_from_elsewhere(text) || assigns(text, key)
}
