//! Whether people wrote a file, and why one that they did not write is left out.

use super::{Mentions, may_mention};
use crate::fact::Extractor;
use crate::text::TreePath;

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

/// Endings of files that programs write, too: where one is huge or has hardly any lines, it is data or what a
/// compiler or bundler made, and nobody's configuration. Others are read whatever their size.
const MADE_BY_PROGRAMS: &[&str] = &[
    "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "vue", "svelte", "html", "htm", "json", "jsonc",
    "json5", "xml", "plist", "sql", "c", "h", "cc", "cpp", "hpp",
];

/// Files above this size, in bytes, are not written by hand.
const MAX_BYTES: usize = 1 << 20;

/// Files with lines longer than this on average, in bytes, are minified.
const MAX_MEAN_LINE: usize = 400;

/// Files below this size, in bytes, may be a single line.
const MAX_ONE_LINE: usize = 16 << 10;

/// Whether a file lies in a folder of code that somebody else wrote or a tool made.
pub(in crate::sources) fn is_foreign(path: &TreePath) -> bool {
    let folder = path.within_root().rsplit_once('/').map_or("", |(folder, _)| folder);
    folder.split('/').any(|part| FOREIGN_FOLDERS.contains(&part))
}

/// Why a file of this path is not even searched for names, though its name is one of files that are.
pub(in crate::sources) fn why_passed_over(path: &TreePath) -> Option<&'static str> {
    if !may_mention(path) {
        return None;
    }
    if is_written_by_a_tool(path.name()) {
        return Some("a tool wrote it");
    }
    is_foreign(path).then_some("its folder is one of code that others wrote or a tool made")
}

/// Why a file of this path with this text is not even searched for names.
pub(in crate::sources) fn why_not_searched(path: &TreePath, text: &str) -> Option<&'static str> {
    if let Some(reason) = why_passed_over(path) {
        return Some(reason);
    }
    if !Mentions.claims(path) || Mentions.confirms(path, text) || !path.name().contains('.') {
        return None;
    }
    Some(match text.len() {
        0..=MAX_BYTES => "its lines are so long that a program must have written it",
        _ => "it is larger than 1 MiB, and so data or written by a program",
    })
}

/// Whether a tool writes files of this name.
pub(super) fn is_written_by_a_tool(name: &str) -> bool {
    WRITTEN_BY_TOOLS.contains(&name) || name.contains(".min.") || name.contains(".bundle.")
}

/// Whether a text whose file's name ends so is data or minified code.
pub(super) fn is_made_by_a_program(ending: &str, text: &str) -> bool {
    let may_be = MADE_BY_PROGRAMS.iter().any(|known| ending.eq_ignore_ascii_case(known));
    may_be && !is_written_by_hand(text)
}

fn is_written_by_hand(text: &str) -> bool {
    // Most texts have so many lines in their beginning already.
    let fewest = text.len() / (MAX_MEAN_LINE + 1);
    let has_lines = || memchr::memchr_iter(b'\n', text.as_bytes()).take(fewest).count() >= fewest;
    text.len() <= MAX_BYTES && (text.len() <= MAX_ONE_LINE || has_lines())
}

#[cfg(test)]
mod tests {
    use super::{why_not_searched, why_passed_over};
    use crate::text::TreePath;

    fn path(text: &str) -> TreePath {
        TreePath::parse(text).unwrap()
    }

    #[test]
    fn what_is_left_out_is_told_with_the_reason() {
        let told = |name: &str| why_passed_over(&path(name)).map(|reason| reason.len() > 10);
        for name in ["vendor/a.go", "pnpm-lock.yaml", "a.min.js", "x/target/a.rs"] {
            assert_eq!(told(name), Some(true), "{name}");
        }
        for name in ["a.go", "LICENSE", "vendor/a.png", "Cargo.lock"] {
            assert_eq!(told(name), None, "{name}");
        }
        let (long, huge) = ("a=1;".repeat(10_000), "a=1;\n".repeat(300_000));
        assert!(why_not_searched(&path("a.js"), &long).is_some_and(|reason| reason.contains("lines")));
        assert!(why_not_searched(&path("a.json"), &huge).is_some_and(|reason| reason.contains("1 MiB")));
        assert_eq!(why_not_searched(&path("a.js"), "a=1;\n"), None);
        assert_eq!(why_not_searched(&path("README.md"), &huge), None);
        assert_eq!(why_not_searched(&path("data/words"), &huge), None);
    }
}
