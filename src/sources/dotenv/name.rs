//! Which paths are dotenv files, and what their names say.

use crate::syntax::dotenv::{Document, PieceKind};
use crate::text::TreePath;

/// How sure a name is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Claim {
    /// No dotenv file.
    No,
    /// The text has to be asked.
    Maybe,
    /// A dotenv file, however broken.
    ByName,
}

/// Words in names of files that show how to write the real one.
const EXAMPLE: &[&str] = &[
    "example", "examples", "sample", "samples", "template", "tmpl", "tpl", "dist", "default", "defaults",
    "schema", "skel", "skeleton", "stub",
];

/// Words in names that name an environment.
const ENVIRONMENTS: &[&str] = &[
    "production",
    "prod",
    "preproduction",
    "preprod",
    "nonprod",
    "staging",
    "stage",
    "stg",
    "development",
    "develop",
    "dev",
    "local",
    "test",
    "tests",
    "testing",
    "ci",
    "preview",
    "review",
    "qa",
    "uat",
    "sandbox",
    "demo",
    "canary",
    "integration",
    "acceptance",
    "e2e",
];

/// Endings of files about dotenv, encrypted ones and copies that no program reads.
const OTHER_KINDS: &[&str] = &[
    "md",
    "mdx",
    "rst",
    "adoc",
    "txt",
    "html",
    "ts",
    "tsx",
    "mts",
    "cts",
    "js",
    "jsx",
    "mjs",
    "cjs",
    "py",
    "pyi",
    "rb",
    "rs",
    "go",
    "java",
    "kt",
    "php",
    "cs",
    "vue",
    "svelte",
    "json",
    "json5",
    "jsonc",
    "yaml",
    "yml",
    "toml",
    "xml",
    "ini",
    "lock",
    "patch",
    "diff",
    "sh",
    "bash",
    "zsh",
    "fish",
    "ps1",
    "bat",
    "cmd",
    "j2",
    "jinja",
    "jinja2",
    "erb",
    "ejs",
    "hbs",
    "mustache",
    "gotmpl",
    "ctmpl",
    "tftpl",
    "enc",
    "encrypted",
    "age",
    "gpg",
    "asc",
    "sops",
    "vault",
    "bak",
    "backup",
    "old",
    "orig",
    "rej",
    "swp",
    "tmp",
    "log",
    "map",
    "snap",
    "svg",
    "png",
    "sql",
    "conf",
    "service",
];

fn is_example_word(word: &str) -> bool {
    EXAMPLE.contains(&word)
}

fn is_environment_word(word: &str) -> bool {
    ENVIRONMENTS.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '-', '_']).filter(|word| !word.is_empty())
}

/// Folders whose files are dotenv files whatever their names are.
fn collection(path: &TreePath) -> Option<Vec<&str>> {
    let parts: Vec<&str> = path.parts().collect();
    let at = parts.iter().position(|part| matches!(*part, ".envs" | "env.d" | ".env.d"))?;
    parts.get(at + 1..).map(<[&str]>::to_vec).filter(|rest| !rest.is_empty())
}

/// Whether the path may be a dotenv file's.
pub(super) fn claim(path: &TreePath) -> Claim {
    let name = path.name().to_ascii_lowercase();
    let ending = name.rsplit('.').next().unwrap_or("");
    if name.ends_with('~') || (name.contains('.') && OTHER_KINDS.contains(&ending)) {
        return Claim::No;
    }
    if matches!(name.as_str(), ".env" | ".flaskenv" | ".dev.vars") {
        return Claim::ByName;
    }
    let says = |rest: &str| {
        words(rest).last().is_some_and(is_example_word)
            || words(rest).all(|word| is_environment_word(word) || is_example_word(word))
    };
    if let Some(rest) = name.strip_prefix(".env.").or_else(|| name.strip_prefix(".dev.vars.")) {
        return if rest.is_empty() { Claim::No } else { Claim::ByName };
    }
    if name.strip_prefix(".env-").or_else(|| name.strip_prefix(".env_")).is_some_and(says) {
        return Claim::ByName;
    }
    if name.ends_with(".env") {
        return if words(&name).any(|word| is_environment_word(word) || is_example_word(word)) {
            Claim::ByName
        } else {
            Claim::Maybe
        };
    }
    let behind = name.split_once(".env.").map(|(_, rest)| rest);
    let plain =
        ["env.", "env-", "env_", "dotenv.", "dotenv-"].iter().find_map(|start| name.strip_prefix(start));
    if behind.or(plain).is_some_and(says) || collection(path).is_some() {
        return Claim::Maybe;
    }
    Claim::No
}

/// Whether a text has an assignment, or nothing but comments.
pub(super) fn looks_like_dotenv(text: &str) -> bool {
    // The first lines suffice; a text may be long, and most tell it at once.
    let (like, unlike) = counted(text, 512);
    if like > unlike + 12 {
        return true;
    }
    let (like, unlike) = counted(text, 4096);
    like > unlike || (like, unlike) == (0, 0)
}

/// How many pieces among the first `most` bytes of a text are like those of a dotenv, and how many are not.
fn counted(text: &str, most: usize) -> (usize, usize) {
    let head = text.get(..text.floor_char_boundary(most)).unwrap_or(text);
    let document = Document::parse(head);
    let (mut like, mut unlike) = (0, 0);
    for piece in &document.pieces {
        match &piece.kind {
            PieceKind::Assignment(_) => like += 1,
            PieceKind::Bare(bare) if head.get(bare.key.range()).is_some_and(is_upper_snake) => like += 1,
            PieceKind::Bare(_) | PieceKind::Junk(_) => unlike += 1,
            PieceKind::Blank | PieceKind::Comment(_) => {}
        }
    }
    (like, unlike)
}

/// Whether a word is a key as people write keys; a word in lower case is rather a slip or prose.
pub(super) fn is_upper_snake(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether the file documents keys and sets nothing.
pub(super) fn is_example(path: &TreePath) -> bool {
    let name = path.name().to_ascii_lowercase();
    match name.strip_suffix(".env") {
        // `default.env` is loaded as often as not.
        Some(stem) => words(stem)
            .any(|word| is_example_word(word) && !matches!(word, "default" | "defaults" | "schema")),
        None => words(&name).any(is_example_word),
    }
}

/// The environment that the path says, in lower case.
pub(super) fn environment(path: &TreePath) -> Option<String> {
    let name = path.name().to_ascii_lowercase();
    let folders = collection(path).unwrap_or_default();
    // `.envs/.production/.django`
    for folder in folders.iter().rev().skip(1) {
        let folder = folder.trim_start_matches('.').to_ascii_lowercase();
        if is_environment_word(&folder) {
            return Some(folder);
        }
    }
    if name == ".dev.vars" || name.starts_with(".dev.vars.") {
        return name.strip_prefix(".dev.vars.").filter(|rest| !is_example_word(rest)).map(str::to_owned);
    }
    if let Some(rest) = name.strip_prefix(".env.") {
        // `.env.staging-eu`, `.env.production.local`
        return rest.split('.').find_map(|part| {
            let kept: Vec<&str> = part.split(['-', '_']).filter(|word| !is_example_word(word)).collect();
            kept.first().copied().filter(|word| is_environment_word(word))?;
            Some(kept.join("-"))
        });
    }
    let found: Vec<&str> = words(&name).filter(|word| is_environment_word(word)).collect();
    match found.as_slice() {
        [one] => Some((*one).to_owned()),
        [one, "local"] => Some((*one).to_owned()),
        _ => None,
    }
}

/// Whether the file serves tests.
pub(super) fn is_test(path: &TreePath) -> bool {
    let folder = path.folder();
    let below = folder.parts().any(|part| {
        let part = part.to_ascii_lowercase();
        matches!(
            part.as_str(),
            "test"
                | "tests"
                | "__tests__"
                | "spec"
                | "specs"
                | "fixtures"
                | "testdata"
                | "cypress"
                | "playwright"
        ) || part == "e2e"
            || part.starts_with("e2e-")
            || part.starts_with("e2e_")
    });
    below
        || environment(path).is_some_and(|name| matches!(name.as_str(), "test" | "tests" | "testing" | "e2e"))
}

#[cfg(test)]
mod tests {
    use super::{Claim, claim, environment, is_example, is_test};
    use crate::text::TreePath;

    fn path(text: &str) -> TreePath {
        TreePath::parse(text).unwrap()
    }

    #[test]
    fn knows_dotenv_files_by_name() {
        for name in [
            ".env",
            ".env.local",
            ".env.production.example",
            "dev.env",
            "env.sample",
            "env.example",
            "variables.env",
            "docker-compose.env",
            ".envs/.production/.django",
            "example.env",
            ".env-example",
            "sample.env",
            ".env.docker",
            "env.d/development/common.dist",
            "app.env.template",
            ".flaskenv",
            ".env.schema",
            "env_example",
            ".dev.vars",
            "dotenv.example",
        ] {
            assert_ne!(claim(&path(name)), Claim::No, "{name}");
        }
        for name in [
            ".envrc",
            "Env.vue",
            ".env.patch",
            ".env.ts",
            ".env.d.ts",
            "env.py",
            ".env.md",
            "env",
            "env.rs",
            "environment",
            ".env.vault",
            ".env.bak",
            ".env~",
            "test_env.py",
            ".env.example.md",
            "env.setup",
            ".env-cmdrc",
            ".envs/README.md",
        ] {
            assert_eq!(claim(&path(name)), Claim::No, "{name}");
        }
    }

    #[test]
    fn knows_environments_and_examples() {
        for (name, expected, example) in [
            (".env", None, false),
            (".env.production", Some("production"), false),
            (".env.production.local", Some("production"), false),
            (".env.local", Some("local"), false),
            (".env.staging-eu", Some("staging-eu"), false),
            (".env.example", None, true),
            (".env.prod.example", Some("prod"), true),
            (".env.prod-example", Some("prod"), true),
            (".env.backend", None, false),
            ("dev.env", Some("dev"), false),
            ("docker-compose.env", None, false),
            ("default.env", None, false),
            ("example.env", None, true),
            ("env.sample", None, true),
            (".envs/.production/.django", Some("production"), false),
            ("env.d/development/common.dist", Some("development"), true),
            ("config/.env.dist", None, true),
            (".dev.vars.example", None, true),
        ] {
            assert_eq!(environment(&path(name)).as_deref(), expected, "{name}");
            assert_eq!(is_example(&path(name)), example, "{name}");
        }
        assert!(is_test(&path("e2e/.env")) && is_test(&path(".env.test")) && !is_test(&path("latest/.env")));
    }
}
