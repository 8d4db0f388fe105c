//! Whether a policy's path covers the path that a template reads.

use crate::fact::{PolicyPath, VaultPolicy, VaultRead};

/// What a policy's path says about a read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Grant {
    /// It may grant it.
    Reads,
    /// It covers the path with other capabilities only.
    Other,
    /// It is about other paths.
    Nothing,
}

/// What `path` says about `read`. Where a part of either is variable, they are taken to match.
pub(super) fn grants(path: &PolicyPath, read: &VaultRead) -> Grant {
    let pattern = read.pattern();
    let asked = normal(&pattern);
    // consul-template puts the `data/` of a KV2 mount into paths that lack it.
    let with_data = asked.split_once('/').map(|(mount, rest)| format!("{mount}/data/{rest}"));
    let granted = normal(&path.path);
    let covers = covers(granted, asked) || with_data.is_some_and(|asked| covers(granted, &asked));
    let reads = |capability: &String| {
        matches!(capability.as_str(), "read" | "write" | "sudo" | "root" | "create" | "update")
            && (capability != "create" && capability != "update" || is_written(read))
    };
    match (covers, path.capabilities.iter().any(reads)) {
        (false, _) => Grant::Nothing,
        (true, true) if !path.capabilities.iter().any(|capability| capability == "deny") => Grant::Reads,
        (true, _) => Grant::Other,
    }
}

/// Whether the path is one that answers to a write (`pki/issue`, dynamic secrets with parameters).
fn is_written(read: &VaultRead) -> bool {
    !read.pattern().contains("/data/")
}

/// The path without its query and outer slashes.
fn normal(path: &str) -> &str {
    path.split('?').next().unwrap_or(path).trim_matches('/')
}

/// Whether the policy's `granted` matches some value of `asked`, in which `*` stands for any text.
fn covers(granted: &str, asked: &str) -> bool {
    let (granted, is_open) = match granted.strip_suffix('*') {
        Some(prefix) => (prefix, true),
        None => (granted, false),
    };
    let asked_parts: Vec<&str> = asked.split('/').collect();
    let granted_parts: Vec<&str> = granted.split('/').collect();
    // A variable may hold slashes; then how many parts there are is not known.
    let may_be_longer = asked_parts.last().is_some_and(|last| last.contains('*'));
    for (position, granted) in granted_parts.iter().enumerate() {
        let is_last = position + 1 == granted_parts.len();
        let Some(asked) = asked_parts.get(position) else { return may_be_longer };
        let matches = match (is_last && is_open, *granted) {
            (_, "+") => true,
            (true, prefix) => starts_alike(prefix, asked),
            (false, part) => alike(part, asked),
        };
        if !matches {
            return false;
        }
    }
    is_open
        || asked_parts.len() == granted_parts.len()
        || may_be_longer && asked_parts.len() < granted_parts.len()
}

/// Whether two parts may be one text: `*` and `{{..}}` stand for anything.
fn alike(granted: &str, asked: &str) -> bool {
    let (before, after) = fixed_ends(granted, "{{", "}}");
    let (asked_before, asked_after) = fixed_ends(asked, "*", "*");
    if before.is_none() && asked_before.is_none() {
        return granted == asked;
    }
    let (before, after) = (before.unwrap_or(granted), after.unwrap_or(granted));
    let (asked_before, asked_after) = (asked_before.unwrap_or(asked), asked_after.unwrap_or(asked));
    (before.starts_with(asked_before) || asked_before.starts_with(before))
        && (after.ends_with(asked_after) || asked_after.ends_with(after))
}

fn starts_alike(prefix: &str, asked: &str) -> bool {
    let prefix = fixed_ends(prefix, "{{", "}}").0.unwrap_or(prefix);
    let asked = fixed_ends(asked, "*", "*").0.unwrap_or(asked);
    prefix.starts_with(asked) || asked.starts_with(prefix)
}

/// What stands before the first `open` and behind the last `close`, if there is one.
fn fixed_ends<'a>(part: &'a str, open: &str, close: &str) -> (Option<&'a str>, Option<&'a str>) {
    (part.split_once(open).map(|(before, _)| before), part.rsplit_once(close).map(|(_, after)| after))
}

/// The path of the policy that has most parts in common with `pattern`, if it has any.
pub(super) fn nearest<'a>(policy: &'a VaultPolicy, pattern: &str) -> Option<&'a PolicyPath> {
    let parts: Vec<&str> = normal(pattern).split('/').collect();
    policy
        .paths
        .iter()
        .map(|path| {
            let own = normal(&path.path).split('/');
            (own.zip(&parts).take_while(|(own, asked)| alike(own, asked)).count(), path)
        })
        .filter(|(common, _)| *common > 1)
        .rev()
        .max_by_key(|(common, _)| *common)
        .map(|(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn patterns_of_policies() {
        for (granted, asked) in [
            ("secret/data/app/{{env}}/db", "secret/data/app/*/db"),
            ("secret/data/app/+/db", "secret/data/app/prod/db"),
            ("secret/data/app/*", "secret/data/app/prod/db"),
            ("secret/data/+/*", "secret/data/app/*/db"),
            ("secret/data/app-*", "secret/data/app-x/db"),
            ("secret/data/app/prod/db", "secret/data/app/*/db"),
            ("secret/data/app-{{env}}/db", "secret/data/app-*/db"),
            ("secret/data/a/b/c", "secret/data/*"),
            ("*", "secret/data/a"),
        ] {
            assert!(covers(granted, asked), "{granted} {asked}");
        }
        for (granted, asked) in [
            ("secret/data/app/{{env}}/db", "secret/data/app/*/redis"),
            ("secret/metadata/app/*", "secret/data/app/x"),
            ("secret/data/app", "secret/data/app/db"),
            ("secret/data/app/+", "secret/data/app/prod/db"),
            ("secret/data/app-{{env}}/db", "secret/data/web-*/db"),
            ("secret/data/app/db/x", "secret/data/app/db"),
        ] {
            assert!(!covers(granted, asked), "{granted} {asked}");
        }
    }
}
