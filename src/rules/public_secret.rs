//! `public-secret`

use std::collections::BTreeMap;

use crate::fact::{Fact, Role, Value};
use crate::index::Index;
use crate::key::{KeyName, public_prefix, segments};
use crate::matrix::Kind;
use crate::rule::Reporter;
use crate::secret::provider_token;

crate::declare_rule! {
    /// Reports a secret under a prefix whose keys are built into code that browsers download.
    ///
    /// Keys that are meant to be public are left out: publishable and anonymous keys, client and site
    /// ids, DSNs, analytics tokens, logins for demonstrations, and what the matrix declares with `kind: public`.
    ///
    /// ## Why it matters
    ///
    /// The bundler copies the value of `NEXT_PUBLIC_…`, `VITE_…` and their kin into the JavaScript that
    /// every visitor receives. A secret there is published.
    ///
    /// ## Example
    ///
    /// `.env.example`
    /// ```dotenv
    /// NEXT_PUBLIC_PAYMENT_SECRET=
    /// ```
    ///
    /// ```text
    /// error[public-secret]: `NEXT_PUBLIC_PAYMENT_SECRET` is named like a secret, and `NEXT_PUBLIC_` publishes it to every browser
    /// ```
    ///
    /// ## What to do
    ///
    /// Drop the prefix and read the key on the server only; then replace the secret, if it was ever
    /// deployed.
    pub struct PublicSecret = "public-secret", Secret, Error, by_file;
}

impl PublicSecret {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<&KeyName, Vec<&Fact>> = BTreeMap::new();
        for key in index.keys_in_focus().filter(|key| prefix_of(index, key).is_some()) {
            let facts: Vec<&Fact> = index.facts_of(key).filter(|fact| !index.is_aside(fact.file)).collect();
            if !facts.is_empty() {
                found.insert(key, facts);
            }
        }
        for (key, facts) in found {
            let Some(prefix) = prefix_of(index, key) else { continue };
            // A guessed matrix knows no more than the name.
            let spec = index.matrix.keys.get(key).filter(|_| index.matrix.is_declared());
            let declared = spec.filter(|spec| spec.kind.value == Kind::Secret);
            let token = facts.iter().find(|fact| holds_token(fact));
            let is_named = spec.is_none_or(|spec| spec.kind.value != Kind::Public)
                && says_secret(prefix, key.strip_prefix(prefix).unwrap_or(key))
                && !facts.iter().any(|fact| holds_no_secret(fact));
            if declared.is_none() && token.is_none() && !is_named {
                continue;
            }
            // Where a value is given is the place to mend; a read or a name alone is the next best.
            let given = facts.iter().find(|fact| matches!(fact.role, Role::Provides(_)));
            let Some(first) = token.or(given).or(facts.first()) else { continue };
            let what = if token.is_some() || declared.is_some() { "holds" } else { "is named like" };
            let message = format!("`{key}` {what} a secret, and `{prefix}` publishes it to every browser");
            let label = match first.role {
                Role::Reads(_) => "whatever is read under this name is built into what browsers download",
                _ => "built into what browsers download",
            };
            let mut finding = reporter.report(message, first.at(), label).key(key);
            if let Some(at) = declared.and_then(|spec| spec.kind.at) {
                finding = finding.label(at, "declared as a secret here");
            }
            let others = facts.iter().filter(|fact| fact.file != first.file);
            if let Some(read) = others.clone().find(|fact| matches!(fact.role, Role::Reads(_))) {
                finding = finding.label(read.at(), "read here");
            } else if let Some(other) = others.clone().next() {
                finding = finding.label(other.at(), "also here");
            }
            let bare = key.strip_prefix(prefix).unwrap_or(key);
            finding
                .why("bundlers copy the values of keys with this prefix into the code they build")
                .help(format!("rename it to `{bare}`, read it on the server only, and replace it if it was ever deployed"));
        }
    }
}

/// The prefix by which a key's value reaches browsers.
fn prefix_of<'a>(index: &'a Index, key: &str) -> Option<&'a str> {
    let declared = || index.public_prefixes().find(|prefix| !prefix.is_empty() && key.starts_with(prefix));
    public_prefix(key).or_else(declared)
}

/// Whether a name without its prefix can only mean a secret: `CLIENT_SECRET`, `ADMIN_PASSWORD`. What is
/// public by design, shown to visitors on purpose, or only about passwords is none.
fn says_secret(prefix: &str, name: &str) -> bool {
    let parts: Vec<&str> = segments(name).collect();
    let about = [
        "PUBLISHABLE",
        "PUBLIC",
        "ANON",
        "DEMO",
        "SAMPLE",
        "EXAMPLE",
        "TEST",
        "GUEST",
        "ENABLE",
        "DISABLE",
        "SHOW",
        "HIDE",
        "ALLOW",
        "REQUIRE",
        "RESET",
        "FORGOT",
        "HAS",
        "USE",
    ];
    // `PUBLIC_` is a word before it is a prefix: `PUBLIC_KEY_PASSWORD` has nothing to do with browsers.
    let is_word = prefix == "PUBLIC_" && parts.first() == Some(&"KEY");
    let ends = matches!(
        parts.as_slice(),
        [.., "SECRET" | "PASSWORD" | "PASSWD" | "PASSPHRASE"]
            | [.., "SECRET" | "PRIVATE", "KEY"]
            | [.., "SERVICE", "ROLE", "KEY"]
            | [.., "SECRET", "ACCESS", "KEY"]
            | [.., "SECRET", "TOKEN"]
    );
    ends && !is_word && !about.iter().any(|word| parts.contains(word))
}

fn values(fact: &Fact) -> Option<&Value> {
    match &fact.role {
        Role::Provides(provide) => Some(&provide.value),
        Role::Documents(document) => document.example.as_ref(),
        Role::Reads(_) | Role::Observed => None,
    }
}

fn holds_token(fact: &Fact) -> bool {
    values(fact).and_then(Value::plain).and_then(provider_token).is_some_and(|token| !token.may_be_public)
}

/// Whether the value shows that the key is a switch or a number, whatever its name says.
fn holds_no_secret(fact: &Fact) -> bool {
    values(fact).and_then(Value::plain).is_some_and(|text| {
        matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "yes" | "no" | "on" | "off" | "0" | "1"
        )
    })
}
