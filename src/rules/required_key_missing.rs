//! `required-key-missing`

use std::collections::BTreeMap;

use crate::fact::Need;
use crate::index::{Index, Link, LinkState, Outcome, Supply};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment, Kind};
use crate::rule::{Reporter, enumerate};
use crate::text::Location;

crate::declare_rule! {
    /// Reports a key that an environment requires and that none of its sources supplies.
    ///
    /// A key is required where the matrix says so, or where the settings class of a service has no
    /// default for it. It is missing only if every source of the environment was seen through and
    /// none holds it; where a source hides something, this rule says nothing.
    ///
    /// ## Why it matters
    ///
    /// The service stops at its first start in that environment, or runs with an empty value. The
    /// other environments work, so no test shows it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # envs/matrix.yaml
    /// keys:
    ///   REDIS_URL: { kind: secret, service: backend, required: deployed }
    /// ```
    ///
    /// ```text
    /// {{- if eq $env "staging" }}
    /// REDIS_URL={{ .Data.data.REDIS_URL }}
    /// {{- end }}
    /// ```
    ///
    /// `production` renders no `REDIS_URL`.
    ///
    /// ## What to do
    ///
    /// Supply the key in the source that the finding names, or say in the matrix where it is required.
    pub struct RequiredKeyMissing = "required-key-missing", Missing, Error, needs_matrix;
}

/// Where a key is missing, for one finding per key.
#[derive(Default)]
struct Absence {
    environments: Vec<String>,
    services: Vec<String>,
    broken: Vec<Link>,
    reader: Option<Location>,
    /// The template that should hold it: a secret belongs into the store of its environment.
    store: Option<String>,
}

impl RequiredKeyMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut missing: BTreeMap<KeyName, Absence> = BTreeMap::new();
        for (environment, supply) in index.supplied() {
            if supply.route.outcome != Outcome::Missing || !is_required(index, environment, supply) {
                continue;
            }
            let absence = missing.entry(supply.key.clone()).or_default();
            push_once(&mut absence.environments, &environment.name);
            push_once(&mut absence.services, &supply.service);
            let spec = index.matrix.keys.get(&supply.key);
            if spec.is_some_and(|spec| spec.kind.value == Kind::Secret) {
                absence.store = absence.store.take().or_else(|| template_for(environment, &supply.service));
            }
            for link in &supply.route.links {
                match link.state {
                    LinkState::Broken if !absence.broken.contains(link) => absence.broken.push(link.clone()),
                    LinkState::Holds if absence.reader.is_none() => absence.reader = link.at,
                    _ => {}
                }
            }
        }
        for (key, absence) in missing {
            speak(index, reporter, &key, absence);
        }
    }
}

/// The template from which a service gets its secrets.
fn template_for(environment: &Environment, service: &str) -> Option<String> {
    environment.sources.iter().find_map(|source| match &source.value {
        EnvSource::Vault { template, services, .. }
            if services.is_empty() || services.iter().any(|name| **name == *service) =>
        {
            Some(template.value.to_string())
        }
        _ => None,
    })
}

fn push_once(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// Whether the service must have the key in the environment: by declaration, or because one of its
/// settings classes demands it.
fn is_required(index: &Index, environment: &Environment, supply: &Supply) -> bool {
    if let Some(spec) = index.matrix.keys.get(&supply.key) {
        let travels = !matches!(spec.kind.value, Kind::Platform | Kind::Build | Kind::Public);
        if !travels || spec.is_required_in(environment) {
            return travels;
        }
    }
    !environment.sources.is_empty()
        && index.reads_of_service(&supply.service).any(|(fact, read)| {
            fact.key == supply.key && read.settings.is_some() && read.need == Need::Required
        })
}

fn speak(index: &Index, reporter: &mut Reporter<'_>, key: &KeyName, absence: Absence) {
    let spec = index.matrix.keys.get(key);
    let declared = spec.and_then(|spec| spec.required.at.or(spec.name.at));
    let Some(primary) = declared.or(absence.reader) else { return };
    let environments = enumerate(&absence.environments);
    let services = enumerate(&absence.services);
    let message =
        format!("`{key}` is required in {environments} and nothing supplies it to {services} there");
    let label = if declared.is_some() { "required here" } else { "read here, with no default" };
    let mut finding = reporter.report(message, primary, label);
    for link in absence.broken.iter().take(4) {
        if let Some(at) = link.at {
            finding = finding.label(at, link.what.clone());
        }
    }
    let mut why = String::new();
    if let Some(reader) = absence.reader.filter(|reader| *reader != primary) {
        finding = finding.label(reader, "read here");
        why =
            format!("{} reads it with no default, so the service would not start", index.files.spell(reader));
    }
    let listing = absence.broken.iter().rev().find_map(|link| link.at);
    let help = match (&absence.store, listing) {
        (Some(template), _) => format!("render `{key}` in {template}"),
        (None, Some(at)) => format!("supply `{key}` in {}", index.files.path(at.file)),
        (None, None) => format!("supply `{key}` in a source of {environments}"),
    };
    finding.key(key).environments(absence.environments).why(why).help(help);
}
