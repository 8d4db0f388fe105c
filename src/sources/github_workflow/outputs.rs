//! The outputs that the script of a step writes, where all of them can be told.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::blotted;
use super::script::is_posix;
use crate::syntax::github_expression;
use crate::syntax::shell::{self, Item};
use crate::syntax::yaml::Node;

#[expect(clippy::expect_used, reason = "constant patterns; tests use them")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("constant pattern")
}

/// `echo "NAME=` or `echo "::set-output name=NAME::`.
static PRINTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?-u)(?:^|[\s;&|({])(?:echo|printf)\s+(?:-[neE]+\s+)*["']?(?:([A-Za-z_][A-Za-z0-9_-]*)=|::set-output\s+name=([A-Za-z_][A-Za-z0-9_-]*)::)"#,
    )
});

/// Programs that write no outputs of their own accord. Interpreters, runners of tasks and scripts are not among
/// them: what those run may write anything.
const KNOWN: &[&str] = &[
    "echo",
    "printf",
    "git",
    "cat",
    "grep",
    "egrep",
    "sed",
    "awk",
    "tr",
    "cut",
    "head",
    "tail",
    "jq",
    "yq",
    "curl",
    "wget",
    "date",
    "test",
    "[",
    "[[",
    "cd",
    "pushd",
    "popd",
    "mkdir",
    "rm",
    "cp",
    "mv",
    "ls",
    "find",
    "sort",
    "uniq",
    "wc",
    "basename",
    "dirname",
    "realpath",
    "readlink",
    "pwd",
    "set",
    "export",
    "unset",
    "exit",
    "sleep",
    "true",
    "false",
    ":",
    "gh",
    "aws",
    "az",
    "gcloud",
    "kubectl",
    "helm",
    "base64",
    "md5sum",
    "sha256sum",
    "sha1sum",
    "shasum",
    "uname",
    "id",
    "whoami",
    "hostname",
    "read",
    "local",
    "declare",
    "shift",
    "seq",
    "expr",
    "let",
    "touch",
    "chmod",
    "tar",
    "unzip",
    "zip",
    "gzip",
    "which",
    "command",
    "for",
    "case",
    "break",
    "continue",
    "return",
];

/// The names of all outputs that the script of a step writes; `None` where others may come from what it runs, or
/// where it is not plain what it writes.
pub(super) fn written(step: &Node) -> Option<BTreeSet<&str>> {
    let text = step.get("run")?.as_str()?;
    let shell = step.get("shell").and_then(Node::as_str);
    if step.get("uses").is_some() || !is_posix(shell, false) || text.contains("$env:") {
        return None;
    }
    let mut names = BTreeSet::new();
    for line in text.lines() {
        if !line.contains("GITHUB_OUTPUT") && !line.contains("set-output") {
            continue;
        }
        let found = PRINTS.captures_iter(line).filter_map(|found| found.get(1).or(found.get(2)));
        let found: Vec<&str> = found.map(|name| name.as_str()).collect();
        // Each write of the line has to be one of those.
        let writes = line.matches("GITHUB_OUTPUT").count() + line.matches("::set-output").count();
        if found.is_empty() || found.len() < writes {
            return None;
        }
        names.extend(found);
    }
    (!names.is_empty() && runs_known(text)).then_some(names)
}

/// Whether a text speaks of a name as a whole word: then it may write it in a way that is not seen.
pub(super) fn speaks_of(step: &Node, name: &str) -> bool {
    let text = step.get("run").and_then(Node::as_str).unwrap_or("").to_ascii_lowercase();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    text.split(|c| !is_part(c)).any(|word| word.eq_ignore_ascii_case(name))
}

fn runs_known(text: &str) -> bool {
    let blotted = blotted(text, &github_expression::find(text));
    let lists = shell::commands(&blotted);
    lists.iter().flatten().all(|item| {
        let command = match item {
            Item::Command(command) => command,
            Item::Function(_) => return false,
            _ => return true,
        };
        let is_assignment = |text: &str| {
            let name = text.split('=').next().unwrap_or("").trim_end_matches('+');
            text.contains('=')
                && !name.is_empty()
                && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let mut words = command.words.iter().skip_while(|word| is_assignment(&word.text) || word.text == "!");
        words.next().is_none_or(|first| first.is_plain && KNOWN.contains(&first.text.as_str()))
    })
}
