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
        "scripts" | "script" | "tools" | "tool" | "hack" | "dev" | "ci" | ".ci" | "bin" | "migrations"
    )
}

/// Whether a path lies in a scope of its own: tests, examples, documentation.
#[must_use]
pub fn is_aside(path: &TreePath) -> bool {
    folder_parts(path).any(is_folder_aside) || is_test_file(path.name())
}

/// Whether a path lies where tools for people are kept.
#[must_use]
pub fn is_tool(path: &TreePath) -> bool {
    folder_parts(path).any(is_folder_of_tools)
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

fn folder_parts(path: &TreePath) -> impl Iterator<Item = &str> {
    let folder = path.within_root().rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.split('/')
}

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
    use super::is_aside;
    use crate::text::TreePath;

    #[test]
    fn tests_and_examples_stand_aside() {
        let aside = |path: &str| is_aside(&TreePath::parse(path).unwrap());
        for path in ["tests/a.py", "a/.github/workflows/b.yml", "a.test.ts", "x/a.b.spec.js", "a_test.go"] {
            assert!(aside(path), "{path}");
        }
        for path in ["a.ts", "test.ts", ".test", "spec", "a/b.test", "src/contest.ts", "a.testing.ts"] {
            assert!(!aside(path), "{path}");
        }
    }
}
