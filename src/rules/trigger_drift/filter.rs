//! `branches:` and `branches-ignore:`, as GitHub's "Filter pattern cheat sheet" has them.

use crate::fact::WorkflowTrigger;

/// What a filter says of a branch.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Verdict {
    /// The workflow fires, or may fire.
    Fires,
    /// It does not.
    Refuses,
}

/// Whether a trigger's filters let `branch` through. Where a pattern is not understood, they do.
pub(super) fn judge(trigger: &WorkflowTrigger, branch: &str) -> Verdict {
    let fires = if !trigger.branches.is_empty() {
        // The last pattern that matches decides; `!` takes out.
        let mut fires = false;
        for pattern in &trigger.branches {
            match pattern.strip_prefix('!') {
                Some(taken_out) => fires &= matches(taken_out, branch) != Some(true),
                None => fires |= matches(pattern, branch) != Some(false),
            }
        }
        fires
    } else if !trigger.branches_ignore.is_empty() {
        !trigger.branches_ignore.iter().any(|pattern| matches(pattern, branch) == Some(true))
    } else {
        // A push with a filter for tags alone fires on no branch.
        !(trigger.filters_tags && *trigger.event == "push")
    };
    if fires { Verdict::Fires } else { Verdict::Refuses }
}

/// Whether a pattern matches a branch; `None` for patterns with `?`, `+`, `[]`, and for branches that are
/// patterns themselves.
fn matches(pattern: &str, branch: &str) -> Option<bool> {
    if pattern == branch {
        return Some(true);
    }
    if pattern.contains(['?', '+', '[', '\\', '!', '$']) || branch.contains(['*', '?', '[', '{', '$']) {
        return None;
    }
    // `reachable[i]`: the pattern so far matches the first `i` bytes of the branch.
    let branch = branch.as_bytes();
    let mut reachable = vec![false; branch.len() + 1];
    if let Some(first) = reachable.first_mut() {
        *first = true;
    }
    let mut rest = pattern.as_bytes();
    while let Some(&byte) = rest.first() {
        let is_star = byte == b'*';
        let is_double = rest.starts_with(b"**");
        rest = rest.get(1 + usize::from(is_double)..).unwrap_or_default();
        let mut next = vec![false; branch.len() + 1];
        let mut running = false;
        for (at, &was) in reachable.iter().enumerate() {
            let before = at.checked_sub(1).and_then(|at| branch.get(at).copied());
            let is_now = if is_star {
                running = was || (running && (is_double || before != Some(b'/')));
                running
            } else {
                before == Some(byte)
                    && at.checked_sub(1).and_then(|at| reachable.get(at)).copied().unwrap_or(false)
            };
            if let Some(slot) = next.get_mut(at) {
                *slot = is_now;
            }
        }
        reachable = next;
    }
    reachable.last().copied()
}

#[cfg(test)]
mod tests {
    use super::{Verdict, judge, matches};
    use crate::fact::WorkflowTrigger;
    use crate::text::{Span, Spanned};

    #[test]
    fn patterns_of_githubs_own_page() {
        for (pattern, branch, expected) in [
            ("main", "main", true),
            ("main", "main2", false),
            ("feature/*", "feature/my-branch", true),
            ("feature/*", "feature/a/b", false),
            ("feature/**", "feature/beta-a/my-branch", true),
            ("*", "all/the/branches", false),
            ("**", "all/the/branches", true),
            ("*feature", "mona-feature", true),
            ("v2*", "v2.0", true),
            ("**/é*", "a/éb", true),
            ("", "main", false),
        ] {
            assert_eq!(matches(pattern, branch), Some(expected), "{pattern} {branch}");
        }
        assert_eq!(matches("v[12].[0-9]+", "v1.9"), None);
        assert_eq!(matches("release/*", "release/*"), Some(true));
    }

    fn trigger(branches: &[&str], ignored: &[&str], filters_tags: bool) -> WorkflowTrigger {
        let say = |texts: &[&str]| {
            texts.iter().map(|text| Spanned::new((*text).to_owned(), Span::at(0))).collect::<Vec<_>>()
        };
        WorkflowTrigger {
            event: Spanned::new("push".to_owned(), Span::at(0)),
            branches: say(branches),
            branches_ignore: say(ignored),
            filters_tags,
            ..WorkflowTrigger::default()
        }
    }

    #[test]
    fn filters_work_in_order() {
        let fires = |trigger: &WorkflowTrigger, branch| judge(trigger, branch) == Verdict::Fires;
        assert!(fires(&trigger(&[], &[], false), "main"));
        assert!(!fires(&trigger(&[], &[], true), "main"));
        assert!(!fires(&trigger(&["releases/**", "!releases/**-alpha"], &[], false), "releases/10-alpha"));
        assert!(fires(&trigger(&["releases/**", "!releases/**-alpha"], &[], true), "releases/10"));
        assert!(!fires(&trigger(&[], &["main"], false), "main"));
        assert!(fires(&trigger(&[], &["dev"], false), "main"));
    }
}
