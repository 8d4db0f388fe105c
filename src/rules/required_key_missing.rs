//! `required-key-missing`

mod image;
mod variable;

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{Fact, Need, Read, is_tool};
use crate::index::{Index, LinkState, Outcome, Route, Supply};
use crate::key::KeyName;
use crate::matrix::{Environment, KeySpec, Kind};
use crate::rule::{Reporter, enumerate};
use crate::text::Location;

crate::declare_rule! {
    /// Reports a key that an environment requires and that none of its sources supplies.
    ///
    /// A key is required where the matrix says so, or where the settings class of a service has no
    /// default for it, or where the compose files of the environment stop without it (`KEY: ${KEY:?}`). It is missing only if every source of the environment was seen through and
    /// none holds it; where a source hides something, this rule says nothing.
    ///
    /// ## Why it matters
    ///
    /// The service stops at its first start in that environment, or runs with an empty value. The
    /// other environments work, so no test shows it.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services:
    ///   backend: { root: backend }
    /// keys:
    ///   REDIS_URL: { kind: secret, service: backend, required: deployed }
    /// ```
    ///
    /// `envs/staging.yaml`
    /// ```yaml
    /// tier: staging
    /// sources: [{ vault: { template: secrets.ctmpl, env: { ENV: staging } } }]
    /// ```
    ///
    /// `envs/production.yaml`
    /// ```yaml
    /// tier: production
    /// sources: [{ vault: { template: secrets.ctmpl, env: { ENV: production } } }]
    /// ```
    ///
    /// `secrets.ctmpl`
    /// ```text
    /// {{- $env := env "ENV" }}
    /// {{- with secret "secret/data/app" }}
    /// {{- if eq $env "staging" }}
    /// REDIS_URL={{ .Data.data.REDIS_URL }}
    /// {{- end }}
    /// {{- end }}
    /// ```
    ///
    /// `backend/config.py`
    /// ```python
    /// class Settings(BaseSettings):
    ///     redis_url: str
    /// ```
    ///
    /// ```text
    /// error[required-key-missing]: `REDIS_URL` is required in `production` and nothing supplies it there
    /// ```
    ///
    /// ## What to do
    ///
    /// Supply the key in the source that the finding names, or say in the matrix where it is required.
    pub struct RequiredKeyMissing = "required-key-missing", Missing, Error, needs_matrix;
}

/// Where a key is missing, for one finding per key.
#[derive(Default)]
struct Absence<'a> {
    environments: Vec<String>,
    services: Vec<String>,
    /// Whether the matrix demands it in one of the environments.
    is_declared: bool,
    routes: Vec<(&'a str, &'a Route)>,
}

/// With more labels than this, a finding is no longer read.
const MOST_LINKS: usize = 4;

impl RequiredKeyMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut missing: BTreeMap<&KeyName, Absence<'_>> = BTreeMap::new();
        for (environment, supply) in index.supplied() {
            let declared = is_declared(index, environment, supply);
            let is_missing = supply.route.outcome == Outcome::Missing
                && (declared || is_demanded(index, environment, supply));
            if is_missing {
                let absence = missing.entry(&supply.key).or_default();
                push_once(&mut absence.environments, &environment.name);
                push_once(&mut absence.services, &supply.service);
                absence.is_declared |= declared;
                absence.routes.push((environment.name.as_str(), &supply.route));
            }
        }
        let told: BTreeSet<&KeyName> = missing.keys().copied().collect();
        for (key, absence) in missing {
            speak(index, reporter, key, absence);
        }
        image::ask(index, reporter);
        variable::ask(index, reporter, &told);
    }
}

fn push_once(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_owned());
    }
}

/// Whether a key of this kind is supplied to processes at all.
fn travels(spec: &KeySpec) -> bool {
    matches!(spec.kind.value, Kind::Config | Kind::Secret)
}

/// Whether the matrix demands the key for the service in the environment.
fn is_declared(index: &Index, environment: &Environment, supply: &Supply) -> bool {
    index
        .matrix
        .keys
        .get(&supply.key)
        .is_some_and(|spec| travels(spec) && spec.serves(&supply.service) && spec.is_required_in(environment))
}

/// Whether one of the service's settings classes demands the key.
fn is_demanded(index: &Index, environment: &Environment, supply: &Supply) -> bool {
    !environment.sources.is_empty()
        && index.matrix.keys.get(&supply.key).is_none_or(travels)
        && index.reads_of_service(&supply.service).any(|(fact, read)| {
            fact.key == supply.key
                && read.settings.is_some()
                && read.need == Need::Required
                && index.is_asked_in(environment, read)
                && index.is_asked_of_others(fact)
                && !is_tool(&index.path(fact.file))
        })
}

/// The read that shows best what becomes of the services.
fn reader<'a>(index: &'a Index, key: &KeyName, services: &'a [String]) -> Option<(&'a Fact, &'a Read)> {
    let rank = |read: &Read| match read.need {
        Need::Required if read.settings.is_some() => 0,
        Need::Required => 1,
        Need::Default(_) => 2,
        Need::Optional | Need::Unknown => 3,
    };
    services
        .iter()
        .filter_map(|name| index.matrix.services.get(name))
        .flat_map(|service| {
            let names = index.names_of(service, key);
            index.reads_of_service(&service.name.value).filter(move |(fact, read)| {
                names
                    .iter()
                    .any(|name| fact.key == *name || (read.folds_case && fact.key.folded() == name.folded()))
            })
        })
        .min_by_key(|(_, read)| rank(read))
}

fn speak(index: &Index, reporter: &mut Reporter<'_>, key: &KeyName, absence: Absence<'_>) {
    let spec = index.matrix.keys.get(key);
    let declared = spec.and_then(|spec| spec.name.at);
    let reader = reader(index, key, &absence.services);
    let (primary, label) = match (declared.filter(|_| absence.is_declared), reader) {
        (Some(at), _) => (at, "required here"),
        (None, Some((fact, read))) => (fact.at(), index.told_at(fact, read)),
        (None, None) => return,
    };
    let environments = enumerate(&absence.environments);
    let whom = whom(index, spec, &absence.services);
    let message = format!("`{key}` is required in {environments} and nothing supplies it{whom} there");
    let mut finding = reporter.report(message, primary, label).key(key);
    if let Some(at) = declared.filter(|at| *at != primary) {
        finding = finding.label(at, "declared here");
    }
    let mut told: Vec<(&str, Location)> = Vec::new();
    for link in absence.routes.iter().flat_map(|(_, route)| &route.links) {
        let Some(at) = link.at.filter(|_| link.state == LinkState::Broken) else { continue };
        // One template named by three environments is one broken link.
        let is_known = told.iter().any(|(what, place)| *what == link.what || *place == at);
        if !is_known && told.len() < MOST_LINKS {
            finding = finding.label(at, link.what.clone());
            told.push((&link.what, at));
        }
    }
    let why = match reader {
        Some((fact, read)) => {
            if fact.at() != primary {
                finding = finding.label(fact.at(), "read here");
            }
            let place = format!("`{}`", index.files.spell(fact.at()));
            let key = if fact.key == *key { "it".to_owned() } else { format!("it as `{}`", fact.key) };
            match &read.need {
                Need::Required if index.is_listed_as_required(fact, read) => {
                    format!("{place} lists {key} as required")
                }
                Need::Required if read.settings.is_some() => {
                    format!("{place} reads {key} with no default, so the service would not start")
                }
                Need::Required => format!("{place} reads {key} and fails without it"),
                Need::Default(_) => {
                    format!("{place} would take its own default, which the matrix does not declare")
                }
                Need::Optional | Need::Unknown => {
                    format!("{place} reads {key} and would go on without it, which the matrix rules out")
                }
            }
        }
        None => "the matrix demands it; no code of the tree is known to read it".to_owned(),
    };
    let from_store = spec.is_some_and(|spec| spec.kind.value == Kind::Secret);
    let help = index
        .advice(key, from_store, &absence.routes)
        .unwrap_or_else(|| format!("supply `{key}` in a source of {environments}"));
    finding.environments(absence.environments).why(why).help(help);
}

/// " to `backend`", unless the declaration says so already.
fn whom(index: &Index, spec: Option<&KeySpec>, services: &[String]) -> String {
    let is_said = spec.is_some_and(|spec| {
        spec.services.len() == services.len() && services.iter().all(|name| spec.serves(name))
    });
    if is_said || index.matrix.services.len() == 1 {
        String::new()
    } else {
        format!(" to {}", enumerate(services))
    }
}
