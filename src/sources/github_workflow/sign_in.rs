//! Steps that cannot go on without what signs them in.

use crate::syntax::yaml::{Entry, Node};
use crate::text::Span;

/// Actions that fail without one of these inputs, whatever else they are given. Source: the code of each.
const NEEDED: &[(&str, &[&str])] = &[
    ("1password/load-secrets-action/configure", &["service-account-token"]),
    ("actions/create-github-app-token", &["app-id", "private-key"]),
    ("aws-actions/configure-aws-credentials", &["aws-access-key-id", "aws-secret-access-key"]),
    ("azure/login", &["creds"]),
    ("digitalocean/action-doctl", &["token"]),
    ("docker/login-action", &["username", "password"]),
    ("google-github-actions/auth", &["credentials_json"]),
    ("webfactory/ssh-agent", &["ssh-private-key"]),
];

/// Where a step is given what it signs in with, if it always runs and its failure fails the job.
pub(super) fn spans(action: &str, step: &[(&str, &Entry)], with: &Node) -> Vec<Span> {
    let is_free = step.iter().any(|(name, _)| matches!(*name, "if" | "continue-on-error"));
    let Some((_, inputs)) = NEEDED.iter().find(|(known, _)| *known == action).filter(|_| !is_free) else {
        return Vec::new();
    };
    inputs.iter().filter_map(|input| Some(with.get(input)?.span)).collect()
}
