//! `secret-in-build-arg`.

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::fact::{Fact, Need, Place, Role, Value};
use crate::index::Index;
use crate::key::{KeyName, is_secret_name, segments};
use crate::matrix::Kind;
use crate::rule::Reporter;
use crate::secret::{has_url_credentials, provider_token};
use crate::text::{FileId, TreePath};

declare_rule! {
    /// Reports a secret that a Dockerfile takes as `ARG` or bakes into an image with `ENV`.
    ///
    /// ## Why it matters
    ///
    /// The values of build arguments are recorded: in the history of the image for the stage it ends with,
    /// in the build cache and in provenance attestations for every stage. An `ENV` is set in each container
    /// and readable by `docker inspect`. Deleting it in a later layer takes nothing back.
    ///
    /// Values that are plainly made up for a build step (`dummy`, `changeme`, `build`), empty ones, and
    /// keys that are public by design are left alone.
    ///
    /// ## Example
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM node:22
    /// ARG NPM_TOKEN
    /// RUN npm ci
    /// ```
    ///
    /// ```text
    /// warning[secret-in-build-arg]: `NPM_TOKEN` is a secret, and the build takes it as an `ARG`
    /// ```
    ///
    /// ## What to do
    ///
    /// Mount it for the one command that needs it, and pass it with `docker build --secret id=NPM_TOKEN`
    /// (in compose, `build.secrets`):
    ///
    /// ```dockerfile
    /// RUN --mount=type=secret,id=NPM_TOKEN,env=NPM_TOKEN npm ci
    /// ```
    ///
    /// What only the running program needs belongs into the environment of the container.
    pub struct SecretInBuildArg = "secret-in-build-arg", Secret, Warning, by_file;
}

/// What one Dockerfile says about one secret.
#[derive(Default)]
struct Said<'a> {
    /// Its `ARG`s inside stages.
    arguments: Vec<&'a Fact>,
    /// `ENV`s that give it a literal value.
    literals: Vec<&'a Fact>,
    /// `ENV`s that give it the value of a build argument.
    forwards: Vec<&'a Fact>,
    /// Whether the build mounts it as it should.
    is_mounted: bool,
}

impl SecretInBuildArg {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, _) in index.dockerfiles() {
            for (key, said) in gather(index, file) {
                report(key, &said, reporter);
            }
        }
    }
}

/// The secrets of a Dockerfile, by name.
fn gather(index: &Index, file: FileId) -> BTreeMap<&KeyName, Said<'_>> {
    let mut secrets: BTreeMap<&KeyName, Said<'_>> = BTreeMap::new();
    let Some(extraction) = index.extraction(file) else { return secrets };
    let is_for_work = index.files.get(file).is_some_and(|file| is_for_development(&file.path));
    // Arguments by name, whether one of them has a default that is made up.
    let mut arguments: BTreeMap<&KeyName, bool> = BTreeMap::new();
    for fact in &extraction.facts {
        if let (Place::BuildArg(_), Role::Reads(read)) = (&fact.place, &fact.role) {
            let is_made_up = matches!(&read.need, Need::Default(value) if value.plain().is_some_and(|text| !text.is_empty()));
            *arguments.entry(&fact.key).or_default() |= is_made_up;
        }
    }
    for fact in extraction.facts.iter().filter(|fact| is_secret(index, &fact.key)) {
        match (&fact.place, &fact.role) {
            (Place::BuildArg(Some(_)), Role::Reads(read)) => match &read.need {
                Need::Default(value) if value.plain().is_some_and(|text| !text.is_empty()) => {
                    if !is_for_work && is_real(&fact.key, value) {
                        secrets.entry(&fact.key).or_default().literals.push(fact);
                    }
                }
                // An address is a secret only with a password in it, which is not to be seen here.
                _ if is_address(&fact.key) => {}
                _ => secrets.entry(&fact.key).or_default().arguments.push(fact),
            },
            (Place::Stage(_), Role::Provides(provide)) => {
                let value = &provide.value;
                if value.origin == crate::fact::Origin::Unknown {
                    secrets.entry(&fact.key).or_default().is_mounted = true;
                } else if value.is_plain() {
                    if !is_for_work && is_real(&fact.key, value) {
                        secrets.entry(&fact.key).or_default().literals.push(fact);
                    }
                } else if !is_address(&fact.key)
                    && value.references.iter().any(|reference| arguments.get(&reference.key) == Some(&false))
                {
                    secrets.entry(&fact.key).or_default().forwards.push(fact);
                }
            }
            _ => {}
        }
    }
    secrets
}

fn report(key: &KeyName, said: &Said<'_>, reporter: &mut Reporter<'_>) {
    let mount = format!(
        "mount it where it is needed: `RUN --mount=type=secret,id={key},env={key} ...`, and build with `--secret id={key}`"
    );
    for literal in &said.literals {
        let (message, label) = match literal.place {
            Place::Stage(_) => {
                (format!("`{key}` is written into the image"), "the secret stands in this `ENV`")
            }
            _ => (format!("`{key}` has a secret as its default"), "the secret stands in this `ARG`"),
        };
        reporter
            .report(message, literal.at(), label)
            .key(key)
            .why("whoever can read the repository or the image has it, and a later layer takes nothing back")
            .help("take it out and replace it at its issuer; give it to the container when it starts, or mount it for the build");
    }
    let first = said.arguments.first().filter(|_| !said.is_mounted).or(said.forwards.first());
    let Some(first) = first else { return };
    let message = match first.place {
        Place::Stage(_) => format!("`{key}` is baked into the image from a build argument"),
        _ => format!("`{key}` is a secret, and the build takes it as an `ARG`"),
    };
    let label = match first.place {
        Place::Stage(_) => "set in every container",
        _ => "its value is recorded with the build",
    };
    let mut finding = reporter
        .report(message, first.at(), label)
        .key(key)
        .why("values of build arguments stay in the image's history, the build cache and provenance attestations")
        .help(mount);
    for forward in said.forwards.iter().filter(|forward| forward.at() != first.at()).take(3) {
        finding = finding.label(forward.at(), "and set in every container");
    }
    drop(finding);
}

/// Whether the key is a secret, by declaration or by its name; names of what is public by design and of
/// ids left out.
fn is_secret(index: &Index, key: &KeyName) -> bool {
    if let Some(spec) = index.matrix.keys.get(key) {
        return spec.kind.value == Kind::Secret;
    }
    let upper = key.to_ascii_uppercase();
    let parts: Vec<&str> = segments(&upper).collect();
    let has = |word: &str| parts.contains(&word);
    let is_public = ["DSN", "SITE", "POSTHOG", "MAPBOX", "MAPS", "FIREBASE", "SEGMENT", "WRITE", "CLIENT"]
        .iter()
        .any(|word| has(word) && !has("SECRET"))
        || parts.last().is_some_and(|last| NOT_SECRET_AT_THE_END.contains(last));
    is_secret_name(key) && !is_public && parts.len() > 1
}

/// Last words of names that are about a secret and hold none.
const NOT_SECRET_AT_THE_END: &[&str] = &[
    "ID",
    "IDS",
    "VERSION",
    "TYPE",
    "SALT",
    "USER",
    "EMAIL",
    "CHARS",
    "FINGERPRINT",
    "PATTERN",
    "DIR",
    "FORMAT",
];

/// Whether the key holds an address, which may have a password in it.
fn is_address(key: &str) -> bool {
    key.to_ascii_uppercase().ends_with("URL")
}

/// Whether a literal is a secret and not made up for a build step.
fn is_real(key: &str, value: &Value) -> bool {
    let Some(text) = value.plain() else { return false };
    if provider_token(text).is_some() {
        return true;
    }
    let secret = if is_address(key) { password_of(text) } else { Some(text) };
    let Some(secret) = secret else { return false };
    let lower = secret.to_ascii_lowercase();
    let plain = without_disguise(secret);
    let kinds = [
        secret.bytes().any(|b| b.is_ascii_digit()),
        secret.bytes().any(|b| b.is_ascii_lowercase()),
        secret.bytes().any(|b| b.is_ascii_uppercase()),
    ];
    let is_made_up = value.is_placeholder()
        || is_word_with_digits(secret)
        || (key.contains("SIGNING") && is_fingerprint(secret))
        || MADE_UP.iter().any(|word| lower.contains(word))
        || ["passw", "change", "admin"].iter().any(|word| plain.contains(word));
    secret.len() >= 8 && kinds.iter().filter(|kind| **kind).count() >= 2 && !is_made_up
}

/// `P@ssw0rd` as `password`.
fn without_disguise(text: &str) -> String {
    let plain = |c: char| match c.to_ascii_lowercase() {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '5' | '$' => 's',
        other => other,
    };
    text.chars().map(plain).collect()
}

/// `welcome1`, `redis1234`: what images document as their first password.
fn is_word_with_digits(text: &str) -> bool {
    let word = text.trim_end_matches('!').trim_end_matches(|c: char| c.is_ascii_digit());
    text.len() <= 12 && text.len() - word.len() <= 5 && word.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The id or fingerprint of a public key.
fn is_fingerprint(text: &str) -> bool {
    let hex = text.strip_prefix("0x").unwrap_or(text);
    matches!(hex.len(), 16 | 32 | 40 | 64) && hex.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Parts of values that somebody made up so that a build step finds one. A `/` makes it a path.
const MADE_UP: &[&str] = &[
    "dummy", "build", "place", "example", "test", "fake", "temp", "tmp", "change", "secure", "secret",
    "passw", "default", "local", "dev", "random", "unused", "not", "sample", "mock", "foo", "root", "admin",
    "12345", "00000", "xxxx", "your", "here", "define", "setto", "**", "$(", "`", "network", "none", "null",
    "value", "todo", "ignore", "key", "token", "/", "demo", "abc", "static", "collect",
];

/// The password in a URL that leads somewhere else than to this machine.
fn password_of(url: &str) -> Option<&str> {
    let (credentials, host) = url.split_once("://")?.1.split_once('@')?;
    let is_here = ["localhost", "127.0.0.1", "0.0.0.0"].iter().any(|name| host.starts_with(name));
    let password = credentials.split_once(':')?.1;
    (has_url_credentials(url) && !is_here).then_some(password)
}

/// Whether the file builds something that people work or test with, where literals are made up.
fn is_for_development(path: &TreePath) -> bool {
    let words = [
        "dev",
        "development",
        "test",
        "tests",
        "testing",
        "e2e",
        "example",
        "examples",
        "devcontainer",
        "local",
        "demo",
        "docs",
        "ci",
    ];
    path.parts()
        .any(|part| part.to_ascii_lowercase().split(['.', '-', '_']).any(|word| words.contains(&word)))
}
