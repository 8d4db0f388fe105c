//! `vault-path-not-granted`.

mod pattern;

use crate::declare_rule;
use crate::fact::{PolicyPath, VaultPolicy, VaultRead};
use crate::index::Index;
use crate::rule::Reporter;
use crate::text::{FileId, Location, Span};

use pattern::{Grant, grants};

declare_rule! {
    /// Reports a secret that a template reads and the Vault policy beside it does not grant.
    ///
    /// Only a policy in the template's own folder counts, and only where all of it was understood.
    /// Variable parts of a path are taken to match a placeholder (`{{env}}`), `+` and `*` of the policy.
    ///
    /// ## Why it matters
    ///
    /// Vault answers 403, the agent renders nothing of the whole template, and every key in it is
    /// missing, not only those of the new path.
    ///
    /// ## Example
    ///
    /// `secrets.ctmpl`
    /// ```text
    /// {{ with secret (printf "secret/data/app/%s/redis" (env "ENV")) }}
    /// REDIS_PASSWORD={{ .Data.data.password }}
    /// {{ end }}
    /// ```
    ///
    /// `vault-policy.hcl`
    /// ```hcl
    /// path "secret/data/app/{{env}}/postgres" { capabilities = ["read"] }
    /// ```
    ///
    /// ```text
    /// error[vault-path-not-granted]: the template reads `secret/data/app/*/redis`, which the policy beside it does not grant
    /// ```
    ///
    /// ## What to do
    ///
    /// Grant `read` on the path in the policy, and apply the policy before the template is deployed.
    pub struct VaultPathNotGranted = "vault-path-not-granted", Missing, Error, by_file;
}

impl VaultPathNotGranted {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, template) in index.templates() {
            let Some(source) = index.files.get(file) else { continue };
            let policies: Vec<(FileId, &VaultPolicy)> = index.policies_in(&source.path.folder()).collect();
            if policies.is_empty() {
                continue;
            }
            if !policies.iter().all(|&(policy, _)| index.is_read_whole(policy)) {
                continue;
            }
            for read in &template.vault_reads {
                judge(file, read, &policies, reporter);
            }
        }
    }
}

/// Reports a read that no policy grants.
fn judge(file: FileId, read: &VaultRead, policies: &[(FileId, &VaultPolicy)], reporter: &mut Reporter<'_>) {
    let pattern = read.pattern();
    // An action inside of a path is for `template-syntax`.
    if pattern.contains("{{") {
        return;
    }
    let mut denied: Option<(FileId, &PolicyPath)> = None;
    for (policy_file, policy) in policies {
        for path in &policy.paths {
            match grants(path, read) {
                Grant::Reads => return,
                Grant::Other => denied = denied.or(Some((*policy_file, path))),
                Grant::Nothing => {}
            }
        }
    }
    let Some((policy_file, policy)) = policies.first() else { return };
    let finding = reporter.report(
        format!("the template reads `{pattern}`, which the policy beside it does not grant"),
        Location::new(file, read.span),
        "read here",
    );
    let (at, label) = match denied {
        Some((file, path)) => (
            Location::new(file, path.path.span),
            format!("granted here without `read`: {}", path.capabilities.join(", ")),
        ),
        None => match pattern::nearest(policy, &pattern) {
            Some(path) => {
                (Location::new(*policy_file, path.path.span), "the nearest path that is granted".to_owned())
            }
            None => {
                let span = policy.paths.first().map_or(Span::at(0), |path| path.path.span);
                (Location::new(*policy_file, span), "the policy grants other paths only".to_owned())
            }
        },
    };
    let finding = finding.label(at, label);
    finding.why("Vault answers 403, and the agent renders nothing of the whole template").help(format!(
        "add `path \"{}\" {{ capabilities = [\"read\"] }}` to the policy",
        suggested(policy, &pattern)
    ));
}

/// The path to grant, with the placeholder that the policy uses elsewhere.
fn suggested(policy: &VaultPolicy, pattern: &str) -> String {
    let placeholder = policy.paths.iter().find_map(|path| {
        let start = path.path.find("{{")?;
        let end = path.path.get(start..)?.find("}}")? + start + 2;
        path.path.get(start..end)
    });
    pattern.replace('*', placeholder.unwrap_or("+"))
}
