//! Which file writes comments how.

use crate::fact::SourceKind;
use crate::syntax::comments::Notation;
use crate::text::TreePath;

/// How the file at `path`, read as `kind`, writes comments. Files of the matrix have no kind.
#[must_use]
pub fn notation(path: &TreePath, kind: Option<SourceKind>) -> Notation {
    match kind.map(|kind| kind.0) {
        Some("dotenv") => Notation::Dotenv,
        Some("dockerfile") => Notation::Dockerfile,
        Some("consul-template") => Notation::Template,
        Some("vault-agent" | "vault-policy" | "bake") => Notation::Hcl,
        // Around the lines of a key any text may stand; `#` is what people put before it.
        Some("private-key") => Notation::Shell,
        Some("compose" | "github-workflow" | "gitlab-ci" | "kubernetes" | "woodpecker") => Notation::Yaml,
        Some("shell" | "makefile" | "justfile" | "env-template") => Notation::Shell,
        Some("terraform") => Notation::Hcl,
        // Units of systemd and lists of commands have no extension that tells.
        Some("platform" | "command-list") => match by_name(path.name()) {
            Notation::Lines => Notation::Shell,
            told => told,
        },
        Some("cargo") => Notation::Toml,
        Some("rust") => Notation::Rust,
        Some("python") => Notation::Python,
        // `turbo.json` may hold comments.
        Some("turbo") => Notation::Script,
        Some("prisma") => Notation::Go,
        _ => by_name(path.name()),
    }
}

/// Names that tell the notation by themselves.
const NAMES: &[(&str, Notation)] = &[
    ("dockerfile", Notation::Dockerfile),
    ("containerfile", Notation::Dockerfile),
    ("makefile", Notation::Shell),
    ("justfile", Notation::Shell),
    ("gemfile", Notation::Python),
    ("rakefile", Notation::Python),
    ("jenkinsfile", Notation::Go),
    // `//registry/:_authToken=` is an entry.
    (".npmrc", Notation::Shell),
    // JSON with comments.
    ("tsconfig.json", Notation::Script),
    ("jsconfig.json", Notation::Script),
];

/// The notation that a file's name tells.
fn by_name(name: &str) -> Notation {
    let name = name.to_ascii_lowercase();
    if let Some((_, notation)) = NAMES.iter().find(|(known, _)| *known == name) {
        return *notation;
    }
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "json" | "ipynb" | "lock" | "map" => Notation::None,
        "yaml" | "yml" => Notation::Yaml,
        "toml" => Notation::Toml,
        "hcl" | "tf" | "tfvars" | "nomad" => Notation::Hcl,
        "ctmpl" | "tpl" | "tmpl" | "gotmpl" => Notation::Template,
        "sh" | "bash" | "zsh" | "ksh" | "envrc" | "mk" | "bats" => Notation::Shell,
        "properties" => Notation::Properties,
        "py" | "pyi" | "rb" | "rake" | "ru" | "gemspec" | "jbuilder" | "ex" | "exs" | "r" | "pl" => {
            Notation::Python
        }
        "rs" => Notation::Rust,
        "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" | "jsonc" | "json5" => Notation::Script,
        "vue" | "svelte" | "astro" => Notation::Component,
        "go" | "java" | "kt" | "kts" | "scala" | "groovy" | "gradle" | "c" | "h" | "cc" | "cpp" | "hpp"
        | "cs" | "swift" | "dart" | "proto" | "prisma" => Notation::Go,
        "php" => Notation::Php,
        "html" | "htm" | "xml" | "md" | "markdown" | "mdx" | "svg" => Notation::Markup,
        _ => Notation::Lines,
    }
}

#[cfg(test)]
mod tests {
    use super::{by_name, notation};
    use crate::fact::SourceKind;
    use crate::sources;
    use crate::syntax::comments::Notation;
    use crate::text::TreePath;

    #[test]
    fn names_tell() {
        for (name, expected) in [
            ("a.json", Notation::None),
            ("matrix.toml", Notation::Toml),
            ("x.test.tsx", Notation::Script),
            ("Makefile", Notation::Shell),
            ("nginx.conf", Notation::Lines),
            (".npmrc", Notation::Shell),
            ("application.properties", Notation::Properties),
            ("tsconfig.json", Notation::Script),
        ] {
            assert_eq!(by_name(name), expected, "{name}");
        }
    }

    /// A kind that is not known here falls back to names, which must not be the loosest notation for a file
    /// that has a reader of its own.
    #[test]
    fn every_kind_has_its_notation() {
        for source in sources::ALL.iter().filter(|source| source.kind() != SourceKind::MENTION) {
            let kind = source.kind();
            let names = [
                "a.ts",
                "a.go",
                "a.tf",
                "a.sh",
                "a.yaml",
                "a.json",
                "a.toml",
                "x",
                "a.php",
                "a.java",
                "a.cs",
                "a.ex",
                "a.rb",
                "application.properties",
                "turbo.json",
                "schema.prisma",
            ];
            let paths = names.map(|name| TreePath::parse(name).unwrap());
            let told = paths.iter().filter(|path| source.claims(path)).map(|path| notation(path, Some(kind)));
            let told: Vec<Notation> = told.chain([notation(&paths[7], Some(kind))]).collect();
            assert!(
                told.iter().any(|&notation| notation != Notation::Lines),
                "{}: tell its comments",
                kind.0
            );
        }
    }
}
