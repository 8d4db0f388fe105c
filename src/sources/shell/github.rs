//! Calls of GitHub's own program.

use crate::fact::GithubCall;
use crate::key::KeyName;
use crate::syntax::shell::Word;

/// The commands that ask GitHub, and so need a token.
const ASKING: &[&str] = &[
    "api",
    "attestation",
    "cache",
    "issue",
    "label",
    "pr",
    "project",
    "release",
    "repo",
    "run",
    "search",
    "secret",
    "variable",
    "workflow",
];

/// What `gh` with these arguments is, if it asks GitHub or logs in. `sets` are the variables set for it alone, `written`
/// tells a word as it is written.
pub(super) fn call<'t>(
    arguments: &[Word],
    sets: &[KeyName],
    written: impl Fn(&Word) -> &'t str,
) -> Option<GithubCall> {
    let words: Vec<&str> =
        arguments.iter().map(|word| word.text.as_str()).filter(|word| !word.starts_with('-')).collect();
    let group = words.first().copied()?;
    let logs_in = group == "auth";
    let is_help = arguments.iter().any(|word| matches!(word.text.as_str(), "--help" | "--version"));
    if is_help || !logs_in && !ASKING.contains(&group) {
        return None;
    }
    let is_told = |word: &Word| {
        ["-R", "--repo"].iter().any(|flag| word.text.starts_with(flag)) || word.text.contains("://")
    };
    // These take no address, so that nothing else tells the repository.
    let verb = words.get(1).copied().unwrap_or("");
    let is_about_repository = match (group, verb) {
        ("issue" | "label" | "release" | "pr", "list" | "create")
        | ("run" | "workflow" | "cache", "list")
        | ("release", "view" | "upload" | "edit" | "delete" | "download")
        | ("run", "cancel" | "download" | "rerun" | "watch")
        | ("workflow", "run" | "enable" | "disable")
        | ("label", "edit" | "delete")
        | ("cache", "delete") => true,
        // These take either a number or an address.
        (
            "issue" | "pr",
            "close" | "comment" | "delete" | "edit" | "lock" | "ready" | "reopen" | "unlock" | "view",
        )
        | ("issue", "pin" | "unpin" | "transfer")
        | ("pr", "checks" | "diff" | "merge" | "review") => {
            arguments.iter().any(|word| is_number(written(word)))
        }
        _ => false,
    };
    Some(GithubCall {
        needs_repository: is_about_repository && !arguments.iter().any(is_told),
        logs_in,
        sets: sets.to_vec(),
        ..GithubCall::default()
    })
}

/// Whether a word is the number of an issue or a pull request, or surely stands for one: `12`, `"$PR_NUMBER"`,
/// `${{ github.event.issue.number }}`.
fn is_number(written: &str) -> bool {
    let bare = written.trim_matches(['"', '\'', '#']);
    let name = match bare.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) {
        Some(expression) => expression,
        None => match bare.strip_prefix('$') {
            Some(name) => name.trim_matches(['{', '}']),
            None => return !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()),
        },
    };
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let name = name.trim();
    name.chars().all(is_path) && name.to_ascii_lowercase().ends_with("number")
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn numbers_of_issues() {
        for word in ["12", "'12'", "$NUMBER", "\"${PR_NUMBER}\"", "${{ github.event.issue.number }}"] {
            assert!(is_number(word), "{word}");
        }
        for word in
            ["", "$URL", "$1", "${{ github.event.issue.html_url }}", "${{ a.number || b.url }}", "x12", "--x"]
        {
            assert!(!is_number(word), "{word}");
        }
    }
}
