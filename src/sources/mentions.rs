//! All other text that may mention keys: scripts, programs in languages without a reader of their own,
//! workflows, configuration of servers and build tools.
//!
//! Nothing is claimed about what such a file does with a key, only that its name occurs, so that no rule
//! calls a key unread that somebody uses. Prose is left out: a key that only a manual names is not used.

mod origin;
mod words;

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::fact::{Extraction, Extractor, Mention, SourceKind};
use crate::key::KeyName;
use crate::text::{SourceFile, Span, TreePath};

pub(super) use origin::{is_foreign, why_not_searched, why_passed_over};
use origin::{is_made_by_a_program, is_written_by_a_tool};
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
    "graphql",
    "ipynb", // Build and deployment
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

impl Extractor for Mentions {
    fn kind(&self) -> SourceKind {
        SourceKind("mention")
    }

    fn claims(&self, path: &TreePath) -> bool {
        !is_written_by_a_tool(path.name()) && !is_foreign(path) && may_mention(path)
    }

    fn confirms(&self, path: &TreePath, text: &str) -> bool {
        match path.name().rsplit_once('.') {
            Some((_, ending)) => !is_made_by_a_program(ending, text),
            None => NAMES.contains(&path.name()) || lies_among_scripts(path) || text.starts_with("#!"),
        }
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

/// Whether files of this name may mention keys, wherever they lie.
fn may_mention(path: &TreePath) -> bool {
    let name = path.name();
    match name.rsplit_once('.') {
        Some((_, ending)) => is_known_ending(ending) || NAMES.contains(&name),
        // `LICENSE` and `CODEOWNERS` are no scripts.
        None => NAMES.contains(&name) || !name.starts_with(|c: char| c.is_ascii_uppercase()),
    }
}

fn lies_among_scripts(path: &TreePath) -> bool {
    path.folder().parts().any(|part| SCRIPT_FOLDERS.contains(&part))
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
    use super::{Mentions, why_not_searched, words};
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
            "deploy/start",
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

    #[test]
    fn what_people_write_is_searched_whatever_its_size() {
        for name in ["a.conf", "a.yaml", "nginx.conf.tmpl", "a.tf", "a.rb", "Jenkinsfile", "bin/run"] {
            let lines = "set $APP_URL;\n".repeat(100_000);
            assert!(Mentions.confirms(&path(name), &lines), "{name}");
            assert!(Mentions.confirms(&path(name), &lines.replace('\n', " ")), "{name}");
            assert_eq!(why_not_searched(&path(name), &lines), None, "{name}");
        }
        assert!(Mentions.confirms(&path("deploy/start"), "#!/usr/bin/env ruby\n"));
        assert!(!Mentions.confirms(&path("data/words"), "APP_URL\n"));
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
