//! `placeholder-in-deployed`

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{Fact, Fallback, Provide, Role, SourceKind};
use crate::index::Index;
use crate::key::{KeyName, is_secret_name};
use crate::matrix::{EnvSource, Environment};
use crate::rule::{OptionKind, OptionSpec, Reporter, enumerate};
use crate::secret::is_placeholder;
use crate::text::{Location, Span};

crate::declare_rule! {
    /// Reports a placeholder such as `changeme` or `<token>` that supplies a deployed environment.
    ///
    /// What an example file shows is left out: people replace it when they copy the file.
    ///
    /// ## Why it matters
    ///
    /// The key is there, so every check for presence passes. The service runs with a password that
    /// everybody can guess, or fails at the first use.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: {} }
    /// keys: { SESSION_SECRET: { kind: secret, service: api, required: deployed } }
    /// environments:
    ///   production: { sources: [{ compose: compose.yaml }] }
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     image: api
    ///     environment:
    ///       SESSION_SECRET: ${SESSION_SECRET:-changeme}
    /// ```
    ///
    /// ```text
    /// error[placeholder-in-deployed]: a placeholder supplies `SESSION_SECRET` in `production`
    /// ```
    ///
    /// ## What to do
    ///
    /// Supply the real value, or let compose demand it: `${SESSION_SECRET:?}`.
    pub struct PlaceholderInDeployed = "placeholder-in-deployed", Secret, Error, needs_matrix { options: [PLACEHOLDERS] };
}

const PLACEHOLDERS: OptionSpec = OptionSpec {
    name: "placeholders",
    kind: OptionKind::Patterns,
    about: "Further values that hold the place for a real one.",
};

impl PlaceholderInDeployed {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let texts = index.held_texts(Environment::is_deployed);
        let known: BTreeSet<Location> = texts.iter().map(|held| held.at).collect();
        in_images(index, reporter, &known);
        for held in texts {
            let text = held.text.reveal();
            if !is_placeholder(text) && !reporter.options().matches(&PLACEHOLDERS, text) {
                continue;
            }
            let key = held.key();
            let names = enumerate(&held.environment_names());
            let in_compose = index.kind(held.at.file) == Some(SourceKind("compose"));
            let (label, help) = if held.is_default {
                let label = "nothing else supplies it, so the default stands";
                (label, format!("supply the real value in {names}, and demand it here: `${{{key}:?}}`"))
            } else if in_compose {
                let help = format!(
                    "read it from outside instead: `${{{key}:?}}`, and supply the real value in {names}"
                );
                ("only holds the place for a value", help)
            } else {
                ("only holds the place for a value", format!("supply the real value in {names}"))
            };
            let mut finding = reporter
                .report(format!("a placeholder supplies `{key}` in {names}"), held.at, label)
                .key(key);
            if let Some(declared) = index.matrix.keys.get(key).and_then(|spec| spec.name.at) {
                finding = finding.label(declared, "declared here");
            }
            finding
                .environments(held.environment_names())
                .why("the key is set, so no check for presence notices")
                .help(help);
        }
    }
}

/// Secrets of images that nothing in the tree builds: no code says which keys they read, so what the compose files
/// of an environment give them counts as it stands.
fn in_images(index: &Index, reporter: &mut Reporter<'_>, known: &BTreeSet<Location>) {
    let followed: BTreeSet<(&str, &KeyName)> = index
        .supplied()
        .map(|(environment, supply)| (environment.name.value.as_str(), &supply.key))
        .collect();
    let mut found: BTreeMap<Location, (&KeyName, Vec<String>)> = BTreeMap::new();
    for environment in index.matrix.environments.iter().filter(|environment| environment.is_deployed()) {
        let sources = environment.sources.iter().filter_map(|source| match &source.value {
            EnvSource::Compose { files, .. } => Some(files),
            _ => None,
        });
        for file in sources.flatten().filter_map(|path| index.files.at(&path.value)) {
            for site in index.sites_in(file.id).iter().filter(|site| index.is_sink(site)) {
                for fact in index.environment_of(site).filter(|fact| is_secret_name(&fact.key)) {
                    // Keys that a service is known to read are followed to wherever they come from.
                    let is_followed = followed.contains(&(environment.name.value.as_str(), &fact.key));
                    let placeholder = placeholder_of(fact, environment).filter(|_| !is_followed);
                    let Some(at) = placeholder else { continue };
                    let at = Location::new(fact.file, at);
                    let (_, names) = found.entry(at).or_insert_with(|| (&fact.key, Vec::new()));
                    if !known.contains(&at) && !names.contains(&environment.name.value) {
                        names.push(environment.name.value.clone());
                    }
                }
            }
        }
    }
    for (at, (key, environments)) in found.into_iter().filter(|(_, (_, names))| !names.is_empty()) {
        let names = enumerate(&environments);
        reporter
            .report(
                format!("a placeholder supplies `{key}` in {names}"),
                at,
                "only holds the place for a value",
            )
            .key(key)
            .environments(environments)
            .why("the key is set, so no check for presence notices")
            .help(format!("demand the real value here (`${{X:?}}`), and supply it in {names}"));
    }
}

/// The place of a placeholder that an entry gives, or falls back to where the environment says nothing else.
fn placeholder_of(fact: &Fact, environment: &Environment) -> Option<Span> {
    let Role::Provides(Provide { value, .. }) = &fact.role else { return None };
    if let Some(text) = value.plain() {
        return is_placeholder(text).then_some(value.span).filter(|_| !text.is_empty());
    }
    let [reference] = value.references.as_slice() else { return None };
    let Fallback::Default { text, span, .. } = &reference.fallback else { return None };
    let is_set = environment.values.contains_key(&reference.key)
        || environment.sources.iter().any(|source| match &source.value {
            EnvSource::Platform { keys, .. } => {
                keys.is_empty() || keys.iter().any(|key| key.value == reference.key)
            }
            EnvSource::Compose { env_files, .. } => !env_files.is_empty(),
            EnvSource::Vault { .. } => false,
            EnvSource::Workflow { .. } | EnvSource::Dotenv { .. } | EnvSource::Deploy { .. } => true,
        });
    (!is_set && !text.reveal().is_empty() && is_placeholder(text.reveal())).then_some(*span)
}
