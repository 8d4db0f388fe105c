//! All other text that may mention keys: scripts, programs in languages without a reader of their own,
//! workflows, configuration of servers and build tools.
//!
//! Nothing is claimed about what such a file does with a key, only that its name occurs, so that no rule
//! calls a key unread that somebody uses. Prose is left out: a key that only a manual names is not used.

mod words;

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::fact::{Extraction, Extractor, Mention, SourceKind};
use crate::key::KeyName;
use crate::text::{SourceFile, Span, TreePath};

use words::words;

/// Looks for names of keys in any text.
#[derive(Debug)]
pub(crate) struct Mentions;

/// Endings of files that may mention keys, lower case.
const ENDINGS: &[&str] = &[
    // Shells
    "sh",
    "bash",
    "zsh",
    "fish",
    "ksh",
    "ps1",
    "psm1",
    "bat",
    "cmd",
    "envrc", // JavaScript and the like
    "js",
    "mjs",
    "cjs",
    "jsx",
    "ts",
    "mts",
    "cts",
    "tsx",
    "vue",
    "svelte",
    "astro",
    "html",
    "htm",
    "ejs",
    "hbs", // Other languages
    "py",
    "rs",
    "go",
    "rb",
    "rake",
    "erb",
    "gemspec",
    "php",
    "java",
    "kt",
    "kts",
    "groovy",
    "gradle",
    "scala",
    "clj",
    "cs",
    "fs",
    "vb",
    "razor",
    "cshtml",
    "csproj",
    "props",
    "targets",
    "ex",
    "exs",
    "eex",
    "heex",
    "erl",
    "lua",
    "pl",
    "pm",
    "r",
    "jl",
    "dart",
    "swift",
    "c",
    "h",
    "cc",
    "cpp",
    "hpp",
    "m",
    "mm",
    "zig",
    "nim",
    "cr",
    "hs",
    "ml",
    "sql",
    "prisma",
    "graphql", // Build and deployment
    "mk",
    "mak",
    "make",
    "just",
    "cmake",
    "bazel",
    "bzl",
    "star",
    "nix",
    "tf",
    "tfvars",
    "hcl",
    "nomad",
    "policy",
    "cue",
    "jsonnet",
    "libsonnet",
    "pkl",
    "rego",
    "dockerfile",
    "containerfile",
    "service",
    "timer",
    "ctmpl",
    "tmpl",
    "tpl",
    "gotmpl",
    "template",
    "j2",
    "jinja",
    "jinja2",
    "mustache", // Configuration
    "yaml",
    "yml",
    "json",
    "jsonc",
    "json5",
    "toml",
    "ini",
    "cfg",
    "conf",
    "cnf",
    "config",
    "properties",
    "xml",
    "plist",
    "desktop",
    "npmrc",
    "yarnrc",
];

/// Names of files without such an ending that may mention keys.
const NAMES: &[&str] = &[
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    ".justfile",
    "Procfile",
    "Jenkinsfile",
    "Vagrantfile",
    "Tiltfile",
    "Rakefile",
    "Gemfile",
    "Fastfile",
    "Caddyfile",
    "Earthfile",
    "Brewfile",
    "BUILD",
    "WORKSPACE",
    "Dockerfile",
    "Containerfile",
    ".envrc",
    ".babelrc",
    ".npmrc",
    ".profile",
    ".bashrc",
    ".zshrc",
];

/// Folders whose files without any ending are taken for scripts.
const SCRIPT_FOLDERS: &[&str] = &[
    "bin",
    "sbin",
    "script",
    "scripts",
    "hooks",
    ".husky",
    ".githooks",
    "entrypoint.d",
    "init.d",
    "cron",
    "tasks",
];

/// Folders of code that somebody else wrote or a tool made.
const FOREIGN_FOLDERS: &[&str] = &[
    "node_modules",
    "vendor",
    "target",
    "third_party",
    "__snapshots__",
    "__pycache__",
    ".venv",
    "venv",
    ".git",
];

/// Files that tools write: they pin versions and name no keys.
const WRITTEN_BY_TOOLS: &[&str] = &[
    "package-lock.json",
    "npm-shrinkwrap.json",
    "pnpm-lock.yaml",
    "packages.lock.json",
    "deno.lock",
    "go.sum",
];

/// Files above this size, in bytes, are data and not written by hand.
const MAX_BYTES: usize = 1 << 20;

/// Files with lines longer than this on average, in bytes, are minified.
const MAX_MEAN_LINE: usize = 400;

/// Files below this size, in bytes, may be a single line.
const MAX_ONE_LINE: usize = 16 << 10;

impl Extractor for Mentions {
    fn kind(&self) -> SourceKind {
        SourceKind("mention")
    }

    fn claims(&self, path: &TreePath) -> bool {
        let name = path.name();
        if WRITTEN_BY_TOOLS.contains(&name)
            || name.contains(".min.")
            || name.contains(".bundle.")
            || is_foreign(path)
        {
            return false;
        }
        if NAMES.contains(&name) {
            return true;
        }
        match name.rsplit_once('.') {
            Some((_, ending)) => is_known_ending(ending),
            None => path.folder().parts().any(|part| SCRIPT_FOLDERS.contains(&part)),
        }
    }

    fn confirms(&self, _path: &TreePath, text: &str) -> bool {
        is_written_by_hand(text)
    }

    fn extract(&self, file: &SourceFile) -> Extraction {
        Extraction { mentions: all(&file.text), ..Extraction::default() }
    }
}

/// The names in `text` that look like keys, each once, at its first place.
pub(super) fn all(text: &str) -> Vec<Mention> {
    let mut seen: HashSet<&str> = HashSet::new();
    let mut mentions = Vec::new();
    for (start, name) in words(text) {
        let before = text.get(..start).unwrap_or("");
        if (name.contains('_') || name.len() >= 4 && is_variable_behind(before)) && seen.insert(name) {
            mentions.push(Mention { key: KeyName::new(name), span: Span::new(start, start + name.len()) });
        }
    }
    mentions
}

/// Whether a file lies in a folder of code that somebody else wrote or a tool made.
pub(super) fn is_foreign(path: &TreePath) -> bool {
    path.folder().parts().any(|part| FOREIGN_FOLDERS.contains(&part))
}

/// Whether a text is neither data nor minified.
pub(super) fn is_written_by_hand(text: &str) -> bool {
    // Most texts have so many lines in their beginning already.
    let fewest = text.len() / (MAX_MEAN_LINE + 1);
    let has_lines = || memchr::memchr_iter(b'\n', text.as_bytes()).take(fewest).count() >= fewest;
    text.len() <= MAX_BYTES && (text.len() <= MAX_ONE_LINE || has_lines())
}

fn is_known_ending(ending: &str) -> bool {
    static KNOWN: LazyLock<HashSet<&str>> = LazyLock::new(|| ENDINGS.iter().copied().collect());
    KNOWN.contains(ending) || ending.len() <= 16 && KNOWN.contains(ending.to_ascii_lowercase().as_str())
}

/// Whether what stands before a word makes it the name of a variable.
fn is_variable_behind(before: &str) -> bool {
    let before = before.strip_suffix(['"', '\'', '`']).unwrap_or(before);
    let call =
        ["getenv(", "Getenv(", "LookupEnv(", "GetEnvironmentVariable(", "env(", "get_env(", "fetch_env!("];
    let access = ["env.", "ENV[", "ENV.fetch(", "env[", "secrets.", "vars.", "$", "${", "$(", "$env:"];
    call.iter().chain(&access).any(|ending| before.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::{Mentions, words};
    use crate::fact::Extractor;
    use crate::text::{FileId, SourceFile, TreePath};
    use proptest::prelude::*;

    fn path(text: &str) -> TreePath {
        TreePath::parse(text).unwrap()
    }

    #[test]
    fn claims_what_may_mention_keys() {
        for yes in [
            "a.sh",
            "x/Makefile",
            "bin/start",
            "web/src/a.tsx",
            "nginx/default.conf.template",
            ".github/workflows/ci.yml",
            "main.tf",
            "a.PS1",
            "justfile",
            "src/keys.rs",
            ".envrc",
        ] {
            assert!(Mentions.claims(&path(yes)), "{yes}");
        }
        for no in [
            "README.md",
            "docs/a.rst",
            "a.txt",
            "Cargo.lock",
            "package-lock.json",
            "a.min.js",
            "a.svg",
            "a.css",
            "a.png",
            "node_modules/a/index.js",
            "LICENSE",
            "a.snap",
            "pnpm-lock.yaml",
            "x/vendor/a.go",
        ] {
            assert!(!Mentions.claims(&path(no)), "{no}");
        }
    }

    #[test]
    fn data_and_minified_code_are_left_out() {
        let line = "const a = process.env.APP_URL;";
        assert!(Mentions.confirms(&path("a.js"), line));
        assert!(Mentions.confirms(&path("a.js"), &format!("{line}\n").repeat(1_000)));
        assert!(!Mentions.confirms(&path("a.js"), &line.repeat(1_000)));
        assert!(!Mentions.confirms(&path("a.js"), &format!("{line}\n").repeat(50_000)));
    }

    proptest! {
        #[test]
        fn names_lie_in_the_text(text in "[A-C_a0é$\\\\{ \n]{0,60}") {
            for (start, word) in words(&text) {
                prop_assert_eq!(text.get(start..start + word.len()), Some(word));
            }
            let file = SourceFile::new(FileId(0), path("a.sh"), text);
            let found = Mentions.extract(&file).mentions;
            for mention in &found {
                prop_assert_eq!(file.slice(mention.span), mention.key.as_str());
            }
            let mut names: Vec<_> = found.iter().map(|mention| mention.key.clone()).collect();
            names.sort();
            names.dedup();
            prop_assert_eq!(names.len(), found.len());
        }

        #[test]
        fn random_text_never_panics(text in any::<String>()) {
            Mentions.extract(&SourceFile::new(FileId(0), path("a.sh"), text));
        }
    }
}
