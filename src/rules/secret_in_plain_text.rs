//! `secret-in-plain-text`

mod anywhere;
mod login;

use std::collections::{BTreeMap, BTreeSet};

use super::secret_file_tracked::held_by;
use super::secret_outside_store::is_beside_store;
use crate::diagnostic::Diagnostic;
use crate::fact::{Fact, Need, Provision, Role, SourceKind, Structure, Value};
use crate::index::Index;
use crate::key::{public_prefix, segments};
use crate::matrix::{Environment, Kind};
use crate::rule::{Finding, Options, Reporter, by_fault, enumerate, shown_at_all};
use crate::secret::{Provider, Secret, provider_token, tells_no_secret};
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports a secret that stands in a file of the tree: a token in its issuer's own format, the password of a server
    /// that everybody can reach in an address of it, or the value of a declared secret for a deployed environment.
    ///
    /// A token is found wherever it stands in a file that is read: as the value of a key, in code, in a command, in a step of a
    /// workflow, in configuration.
    ///
    /// Randomness alone never counts. Examples, tests, placeholders, samples of tokens, publishable keys and
    /// files that the tree ignores are left out, and so are values for local and CI environments. Where an
    /// environment's secrets come from Vault, `secret-outside-store` speaks instead.
    ///
    /// ## Why it matters
    ///
    /// Whoever can read the repository, or ever could, has the secret.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: {} }
    /// keys: { S3_SECRET_KEY: { kind: secret, service: api } }
    /// environments:
    ///   production: { sources: [{ compose: deploy/compose.yaml }] }
    /// ```
    ///
    /// `deploy/compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     image: api
    ///     environment:
    ///       S3_SECRET_KEY: 8Jk2mQ7vT4xZ
    /// ```
    ///
    /// ```text
    /// error[secret-in-plain-text]: the secret `S3_SECRET_KEY` of `production` stands in plain text
    /// ```
    ///
    /// ## What to do
    ///
    /// Replace the secret where it was issued, then read it from outside the tree. Deleting the line
    /// leaves it in the history.
    pub struct SecretInPlainText = "secret-in-plain-text", Secret, Error, by_file => joined;
}

impl SecretInPlainText {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // Keys of facts and values of the matrix whose secret is told.
        let mut told: BTreeSet<Location> = BTreeSet::new();
        let mut told_whole: BTreeMap<FileId, bool> = BTreeMap::new();
        for (file, extraction) in index.in_focus().filter(|(file, _)| is_tracked_file(index, *file)) {
            // Of such a file `secret-file-tracked` speaks as a whole.
            let is_told = !held_by(index, file, Options::NONE).is_empty();
            told_whole.insert(file, is_told);
            let facts = extraction.facts.iter().filter(|_| !is_told);
            for (fact, (text, at)) in
                facts.flat_map(|fact| texts(fact).into_iter().map(move |text| (fact, text)))
            {
                if let Some(provider) = token(&fact.key, text)
                    && !(provider.may_be_public && configures_browsers(index, fact.file))
                    && told.insert(at)
                {
                    told.insert(fact.at());
                    let message =
                        format!("`{}` holds {} in plain text", fact.key, with_article(provider.name));
                    end(reporter.report(message, at, LABEL).key(&fact.key));
                } else if login::is_public(text.reveal()) && told.insert(at) {
                    told.insert(fact.at());
                    let message =
                        format!("`{}` holds the password of a public server in plain text", fact.key);
                    end(reporter.report(message, at, LABEL).key(&fact.key));
                }
            }
        }
        let mut is_told_whole =
            |file| *told_whole.entry(file).or_insert_with(|| !held_by(index, file, Options::NONE).is_empty());
        anywhere::ask(index, &told, &mut is_told_whole, reporter);
        for environment in &index.matrix.environments {
            for (key, said) in &environment.values {
                if let (Some(provider), Some(at)) = (token(key, said), said.at)
                    && told.insert(at)
                {
                    let message = format!("`{key}` holds {} in plain text", with_article(provider.name));
                    end(reporter.report(message, at, LABEL).key(key));
                }
            }
        }
        declared(index, &told, reporter);
    }
}

/// One secret is one fault, wherever it stands: it is replaced once.
fn joined(index: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let secret = |finding: &Diagnostic| {
        let at = finding.primary().filter(|label| label.message == LABEL)?.at;
        let text = index.files.get(at.file)?.slice(at.span).trim_matches(['"', '\'', '`']);
        // Of what stands there in another notation nothing is known.
        (text.len() >= LONG_ENOUGH).then(|| Secret::new(text).fingerprint())
    };
    let one_of = |group: Vec<Diagnostic>| {
        let places = group.len();
        let mut one = shown_at_all(group, "the same one")?;
        if places > 1 {
            one.message.push_str(&format!(", in {places} places"));
        }
        Some(one)
    };
    by_fault(found, secret).into_iter().filter_map(one_of).collect()
}

/// Shorter ones may be the same by accident.
const LONG_ENOUGH: usize = 8;

const LABEL: &str = "readable for everybody who has the repository";

/// Values of declared secrets that supply deployed environments.
fn declared(index: &Index, told: &BTreeSet<Location>, reporter: &mut Reporter<'_>) {
    for held in index.held_texts(Environment::is_deployed) {
        if tells_no_secret(held.text.reveal())
            || index.ignored.contains(&held.at.file)
            || told.contains(&held.at)
        {
            continue;
        }
        let secret = held.uses.iter().find_map(|&(key, service)| {
            let spec = index.matrix.keys.get(key).filter(|spec| spec.kind.value == Kind::Secret)?;
            Some((key, service, spec))
        });
        let Some((key, service, spec)) = secret else { continue };
        let names: Vec<String> = held
            .environments
            .iter()
            .filter(|environment| !is_beside_store(index, environment, service, held.at.file))
            .map(|environment| environment.name.value.clone())
            .collect();
        if names.is_empty() {
            continue;
        }
        let message = format!("the secret `{key}` of {} stands in plain text", enumerate(&names));
        let mut finding = reporter.report(message, held.at, LABEL).key(key);
        if let Some(at) = spec.kind.at.or(spec.name.at) {
            finding = finding.label(at, "declared as a secret here");
        }
        end(finding.environments(names));
    }
}

fn end(finding: Finding<'_>) {
    finding
        .why("it stays in the history after the line is deleted")
        .help("replace it where it was issued, and read the new one from outside the repository");
}

/// The issuer of a token that is no sample and not meant for browsers.
fn token(key: &str, text: &Secret) -> Option<Provider> {
    let provider = provider_token(text.reveal())?;
    let upper = key.to_ascii_uppercase();
    let is_for_browsers = public_prefix(&upper).is_some()
        || segments(&upper).any(|part| matches!(part, "FIREBASE" | "MAPS" | "BROWSER" | "PUBLIC" | "WEB"));
    (!provider.may_be_public || !is_for_browsers).then_some(provider)
}

/// Words of Firebase's configuration for browsers, whose key only says which project is meant.
/// <https://firebase.google.com/docs/projects/api-keys>
const OF_FIREBASE: &[&str] =
    &["authDomain", "messagingSenderId", "AUTH_DOMAIN", "MESSAGING_SENDER_ID", "firebaseapp.com"];

/// Whether a file configures something of Google's that browsers talk to.
fn configures_browsers(index: &Index, file: FileId) -> bool {
    index.files.get(file).is_some_and(|file| OF_FIREBASE.iter().any(|word| file.text.contains(word)))
}

/// Whether the token in `text` is told as such, or is one that browsers hold: nothing else need be said of it.
pub(super) fn settles(index: &Index, fact: &Fact, text: &str) -> bool {
    is_tracked_file(index, fact.file) && provider_token(text).is_some()
}

/// Whether a file speaks for the application, or is a workflow, and is no example.
fn is_tracked_file(index: &Index, file: FileId) -> bool {
    let is_example = index.extraction(file).is_some_and(
        |extraction| matches!(&extraction.structure, Structure::Dotenv(dotenv) if dotenv.is_example),
    );
    let is_workflow = || {
        let path = index.path(file);
        index.kind(file) == Some(SourceKind("github-workflow")) && path.within_root().starts_with(".github/")
    };
    !is_example && !index.ignored.contains(&file) && (!index.is_aside(file) || is_workflow())
}

/// The texts that a fact gives to its key, defaults of references among them, with their places.
fn texts(fact: &Fact) -> Vec<(&Secret, Location)> {
    let values: Vec<&Value> = match &fact.role {
        Role::Provides(provide) => match &provide.provision {
            Provision::OrElse(other) => vec![&provide.value, other],
            _ => vec![&provide.value],
        },
        Role::Reads(read) => match &read.need {
            Need::Default(value) => vec![value],
            _ => Vec::new(),
        },
        Role::Documents(_) | Role::Observed => Vec::new(),
    };
    values
        .into_iter()
        .flat_map(|value| value.texts().filter(|(text, _)| value.is_plain() || !text.reveal().contains('$')))
        .map(|(text, span)| (text, Location::new(fact.file, span)))
        .collect()
}

/// "a GitHub token", "an AWS access key id".
fn with_article(name: &str) -> String {
    let is_vowel = name.starts_with(['A', 'O']) || name.starts_with("npm");
    format!("{} {name}", if is_vowel { "an" } else { "a" })
}
