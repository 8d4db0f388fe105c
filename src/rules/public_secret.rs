//! `public-secret`

use std::collections::BTreeMap;

use crate::fact::{Fact, Role, Value, is_aside};
use crate::index::Index;
use crate::key::{KeyName, public_prefix, segments};
use crate::matrix::Kind;
use crate::rule::Reporter;
use crate::secret::provider_token;

crate::declare_rule! {
    /// Reports a secret under a prefix whose keys are built into code that browsers download.
    ///
    /// Keys that are meant to be public are left out: publishable and anonymous keys, client and site
    /// ids, DSNs, analytics tokens.
    ///
    /// ## Why it matters
    ///
    /// The bundler copies the value of `NEXT_PUBLIC_…`, `VITE_…` and their kin into the JavaScript that
    /// every visitor receives. A secret there is published.
    ///
    /// ## Example
    ///
    /// ```sh
    /// NEXT_PUBLIC_PAYMENT_SECRET=...
    /// ```
    ///
    /// ## What to do
    ///
    /// Drop the prefix and read the key on the server only; then replace the secret, if it was ever
    /// deployed.
    pub struct PublicSecret = "public-secret", Secret, Error;
}

impl PublicSecret {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<&KeyName, Vec<&Fact>> = BTreeMap::new();
        for fact in index.facts() {
            if public_prefix(&fact.key).is_some() && !is_aside(&index.path(fact.file)) {
                found.entry(&fact.key).or_default().push(fact);
            }
        }
        for (key, facts) in found {
            let Some(prefix) = public_prefix(key) else { continue };
            let declared = index.matrix.keys.get(key).filter(|spec| spec.kind.value == Kind::Secret);
            let token = facts.iter().find(|fact| holds_token(fact));
            if declared.is_none() && token.is_none() && !says_secret(key.strip_prefix(prefix).unwrap_or(key))
            {
                continue;
            }
            let Some(first) = token.or(facts.first()) else { continue };
            let message = format!("`{key}` holds a secret, and `{prefix}` publishes it to every browser");
            let mut finding =
                reporter.report(message, first.at(), "built into what browsers download").key(key);
            if let Some(at) = declared.and_then(|spec| spec.kind.at) {
                finding = finding.label(at, "declared as a secret here");
            }
            if let Some(other) = facts.iter().find(|fact| fact.file != first.file) {
                finding = finding.label(other.at(), "also here");
            }
            finding
                .why("the bundler replaces keys with this prefix by their values")
                .help(format!("rename it without `{prefix}` and read it on the server only"));
        }
    }
}

/// Whether a name without its prefix can only mean a secret.
fn says_secret(name: &str) -> bool {
    let parts: Vec<&str> = segments(name).collect();
    let has = |word: &str| parts.contains(&word);
    let about = [
        "PUBLISHABLE",
        "PUBLIC",
        "ANON",
        "CLIENT",
        "SITE",
        "ENABLED",
        "NAME",
        "HINT",
        "LENGTH",
        "MIN",
        "MAX",
        "REGEX",
        "RESET",
        "FORGOT",
        "URL",
        "PATH",
    ];
    !about.iter().any(|word| has(word))
        && (has("SECRET")
            || has("PASSWORD")
            || has("PASSWD")
            || name.contains("PRIVATE_KEY")
            || name.contains("SERVICE_ROLE"))
}

fn holds_token(fact: &Fact) -> bool {
    let value = match &fact.role {
        Role::Provides(provide) => Some(&provide.value),
        Role::Documents(document) => document.example.as_ref(),
        Role::Reads(_) | Role::Observed => None,
    };
    // Google's browser keys are public by design.
    value.and_then(Value::plain).and_then(provider_token).is_some_and(|token| token.name != "Google API key")
}
