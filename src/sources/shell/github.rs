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

/// What `gh` with these arguments is, if it asks GitHub or logs in. `sets` are the variables set for it alone.
pub(super) fn call(arguments: &[Word], sets: &[KeyName]) -> Option<GithubCall> {
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
    // These take neither a number nor an address, so that nothing else tells the repository.
    let verb = words.get(1).copied().unwrap_or("");
    let is_about_repository = matches!(
        (group, verb),
        ("issue" | "label" | "release" | "pr", "list" | "create") | ("run" | "workflow" | "cache", "list")
    );
    Some(GithubCall {
        needs_repository: is_about_repository && !arguments.iter().any(is_told),
        logs_in,
        sets: sets.to_vec(),
        ..GithubCall::default()
    })
}
