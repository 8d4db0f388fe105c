//! Folders that do not speak for the application.

use crate::text::TreePath;

/// Folders that are scopes of their own: what they say does not speak for the application.
const ASIDE: &[&str] = &[
    "test",
    "tests",
    "__tests__",
    "testing",
    "e2e",
    "e2e_regressions",
    "spec",
    "specs",
    "fixtures",
    "example",
    "examples",
    "sample",
    "samples",
    "docs",
    "doc",
    "documentation",
    ".devcontainer",
    ".github",
    "benches",
    "bench",
    "benchmarks",
    "playground",
    "mocks",
    "__mocks__",
    "stories",
    ".storybook",
    "cypress",
    "playwright",
];

/// Folders of tools that people run by hand.
const TOOLS: &[&str] =
    &["scripts", "script", "tools", "tool", "hack", "dev", "ci", ".ci", "bin", "migrations"];

/// Whether a path lies in a scope of its own: tests, examples, documentation.
#[must_use]
pub fn is_aside(path: &TreePath) -> bool {
    folder_parts(path).any(|part| ASIDE.contains(&part)) || is_test_file(path.name())
}

/// Whether a path lies where tools for people are kept.
#[must_use]
pub fn is_tool(path: &TreePath) -> bool {
    folder_parts(path).any(|part| TOOLS.contains(&part))
}

fn folder_parts(path: &TreePath) -> impl Iterator<Item = &str> {
    let folder = path.within_root().rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.split('/')
}

fn is_test_file(name: &str) -> bool {
    name.starts_with("test_")
        || name == "conftest.py"
        || name.contains(".test.")
        || name.contains(".spec.")
        || name.ends_with("_test.go")
        || name.ends_with("_test.py")
}
