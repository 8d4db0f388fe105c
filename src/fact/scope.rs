//! Folders that do not speak for the application.

use crate::text::TreePath;

/// Whether a folder of this name is a scope of its own: what it says does not speak for the application.
fn is_folder_aside(name: &str) -> bool {
    matches!(
        name,
        "test"
            | "tests"
            | "__tests__"
            | "testing"
            | "e2e"
            | "e2e_regressions"
            | "spec"
            | "specs"
            | "fixtures"
            | "example"
            | "examples"
            | "sample"
            | "samples"
            | "docs"
            | "doc"
            | "documentation"
            | ".devcontainer"
            | ".github"
            | "benches"
            | "bench"
            | "benchmarks"
            | "playground"
            | "mocks"
            | "__mocks__"
            | "stories"
            | ".storybook"
            | "cypress"
            | "playwright"
    )
}

/// Whether a folder of this name holds tools that people run by hand.
fn is_folder_of_tools(name: &str) -> bool {
    matches!(
        name,
        "scripts"
            | "script"
            | "tools"
            | "tool"
            | "hack"
            | "dev"
            | "ci"
            | ".ci"
            | "bin"
            | "migrations"
            | "seeds"
            | "seeders"
    )
}

/// Whether a path lies in a scope of its own: tests, examples, documentation.
#[must_use]
pub fn is_aside(path: &TreePath) -> bool {
    path.folder_names().any(is_folder_aside) || is_test_file(path.name())
}

/// Whether a path lies where tools for people are kept, or has the name of what only such a tool runs.
#[must_use]
pub fn is_tool(path: &TreePath) -> bool {
    path.folder_names().any(is_folder_of_tools) || is_file_of_tools(path)
}

/// Whether a text names a stage that is deployed: what is built there only is needed all the same.
#[must_use]
pub fn names_deployed_stage(text: &str) -> bool {
    let small = text.to_ascii_lowercase();
    ["prod", "stag", "live"].iter().any(|stage| small.contains(stage))
}

/// Whether files of this name, without its ending, hold the settings of a program.
#[must_use]
pub fn is_name_of_settings(stem: &str) -> bool {
    matches!(
        stem,
        "settings"
            | "config"
            | "conf"
            | "configuration"
            | "env"
            | "environment"
            | "constants"
            | "base"
            | "common"
    )
}

/// Whether a file is the configuration of a tool that people start by hand, or fills a database for them.
fn is_file_of_tools(path: &TreePath) -> bool {
    let name = path.name();
    let mut parts = name.split('.');
    let (stem, next, ending) = (parts.next().unwrap_or(""), parts.next(), name.rsplit('.').next());
    let is_script = matches!(ending, Some("ts" | "mts" | "cts" | "js" | "mjs" | "cjs"));
    let is_configuration = is_script && next == Some("config") && CONFIGURED.contains(&stem);
    let is_seed = matches!(stem, "seed" | "seeds" | "seeder")
        && path.folder_names().any(|part| matches!(part, "prisma" | "drizzle" | "db" | "database"));
    is_configuration
        || is_seed
        || matches!(name, "locustfile.py" | "noxfile.py" | "fabfile.py" | "codegen.ts")
}

/// Tools that only developers start, by the names of their configurations. Prisma's is read where images start, too.
const CONFIGURED: &[&str] = &[
    "drizzle",
    "playwright",
    "cypress",
    "vitest",
    "jest",
    "wdio",
    "codegen",
    "release-it",
    "commitlint",
    "eslint",
];

fn is_test_file(name: &str) -> bool {
    name.starts_with("test_")
        || name == "conftest.py"
        || has_inner_part(name, &["test", "spec"])
        || name.ends_with("_test.go")
        || name.ends_with("_test.py")
}

/// Whether one of `parts` stands between two dots of a name.
fn has_inner_part(name: &str, parts: &[&str]) -> bool {
    let mut inner = name.split('.');
    inner.next();
    inner.next_back();
    inner.any(|part| parts.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::{is_aside, is_tool};
    use crate::text::TreePath;

    #[test]
    fn tests_and_examples_stand_aside() {
        let aside = |path: &str| is_aside(&TreePath::parse(path).unwrap());
        for path in ["tests/a.py", "a/.github/workflows/b.yml", "a.test.ts", "x/a.b.spec.js", "a_test.go"] {
            assert!(aside(path), "{path}");
        }
        let tool = |path: &str| is_tool(&TreePath::parse(path).unwrap());
        for path in ["prisma/seed.ts", "apps/a/drizzle.config.ts", "db/seeds/a.rb", "load/locustfile.py"] {
            assert!(tool(path), "{path}");
        }
        for path in [
            "src/seed.ts",
            "prisma.config.ts",
            "src/drizzle.ts",
            "src/config/playwright.ts",
            "next.config.js",
        ] {
            assert!(!tool(path), "{path}");
        }
        for path in ["a.ts", "test.ts", ".test", "spec", "a/b.test", "src/contest.ts", "a.testing.ts"] {
            assert!(!aside(path), "{path}");
        }
    }
}
