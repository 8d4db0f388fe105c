//! Keys that only compose itself takes: required by the matrix, or by the compose files (`${KEY:?}`).

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{Fact, Need, Place, Role};
use crate::index::{Index, LinkState, Outcome, Route};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment, Kind};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location, Span};

use super::MOST_LINKS;

/// Where a variable is missing.
#[derive(Default)]
struct Absence<'a> {
    environments: Vec<String>,
    taken: Vec<&'a Fact>,
    routes: Vec<(&'a str, Route)>,
    /// Whether the compose files demand it, and the matrix says nothing of it.
    is_undeclared: bool,
}

impl<'a> Absence<'a> {
    fn add(&mut self, environment: &'a Environment, taken: Vec<&'a Fact>, route: Route) {
        self.environments.push(environment.name.value.clone());
        self.taken.extend(taken);
        self.routes.push((environment.name.as_str(), route));
    }
}

/// Reports a required key of `kind: platform` that the compose files of an environment take without a
/// default, and one that they demand for a container, that nothing sets there; `told` are those that are reported already.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>, told: &BTreeSet<&KeyName>) {
    let mut missing: BTreeMap<&KeyName, Absence<'_>> = BTreeMap::new();
    for (key, spec) in index.matrix.keys.iter().filter(|(_, spec)| spec.kind.value == Kind::Platform) {
        let environments = index.matrix.environments.iter();
        for environment in environments.filter(|environment| spec.is_required_in(environment)) {
            let Some((taken, route)) = index.compose_variable(environment, key) else { continue };
            if route.outcome == Outcome::Missing && spec.default.is_none() {
                missing.entry(key).or_default().add(environment, taken, route);
            }
        }
    }
    if index.matrix.is_declared() {
        for environment in &index.matrix.environments {
            demanded(index, environment, &mut missing);
        }
    }
    missing.retain(|key, _| !told.contains(key));
    for (key, absence) in missing {
        let declared = index.matrix.keys.get(key).and_then(|spec| spec.name.at);
        let Some(primary) = declared.or_else(|| absence.taken.first().map(|fact| fact.at())) else {
            continue;
        };
        let environments = enumerate(&absence.environments);
        let message = format!("`{key}` is required in {environments}, and nothing gives it to compose there");
        let label = if absence.is_undeclared { "compose stops here without it" } else { "required here" };
        let mut finding = reporter.report(message, primary, label).key(key);
        let mut told: Vec<Location> = vec![primary];
        let mut labels: Vec<(Location, String)> = Vec::new();
        labels
            .extend(absence.taken.iter().take(1).map(|fact| (fact.at(), "compose takes it here".to_owned())));
        for link in absence.routes.iter().flat_map(|(_, route)| &route.links) {
            if let Some(at) = link.at.filter(|_| link.state == LinkState::Broken) {
                labels.push((at, link.what.clone()));
            }
        }
        for (at, what) in labels {
            if !told.contains(&at) && told.len() <= MOST_LINKS {
                finding = finding.label(at, what);
                told.push(at);
            }
        }
        let routes: Vec<(&str, &Route)> =
            absence.routes.iter().map(|(environment, route)| (*environment, route)).collect();
        let help = index
            .advice(key, false, &routes)
            .unwrap_or_else(|| format!("supply `{key}` in a source of {environments}"));
        finding
            .environments(absence.environments)
            .why(match absence.is_undeclared {
                true => "compose stops with an error where a variable of `${..:?}` is not set",
                false => "compose warns at most, and goes on with an empty text",
            })
            .help(help);
    }
}

/// Adds the keys that the compose files of an environment demand for a container (`KEY: ${KEY:?}`), of which the
/// matrix says nothing and which its sources lack. Only where they supply another key that is demanded in this way: else
/// the variables come from elsewhere.
fn demanded<'a>(
    index: &'a Index,
    environment: &'a Environment,
    missing: &mut BTreeMap<&'a KeyName, Absence<'a>>,
) {
    let files = environment.sources.iter().filter_map(|source| match &source.value {
        EnvSource::Compose { files, .. } => Some(files),
        _ => None,
    });
    let files = files.flatten().filter_map(|path| Some(index.files.at(&path.value)?.id));
    let keys: BTreeSet<&KeyName> = files
        .flat_map(|file| {
            let own = of_containers(index, file);
            index.interpolations(file).filter(move |fact| own.contains(&fact.span))
        })
        .filter(|fact| matches!(&fact.role, Role::Reads(read) if read.need == Need::Required))
        .map(|fact| &fact.key)
        .collect();
    let mut lacking = Vec::new();
    let mut has_supplied = false;
    for key in keys {
        let Some((taken, route)) = index.compose_variable(environment, key) else { continue };
        has_supplied |= matches!(route.outcome, Outcome::Supplied(_));
        if route.outcome == Outcome::Missing && !index.matrix.keys.contains_key(key) {
            lacking.push((key, taken, route));
        }
    }
    for (key, taken, route) in lacking.into_iter().filter(|_| has_supplied) {
        let absence = missing.entry(key).or_default();
        absence.is_undeclared = true;
        absence.add(environment, taken, route);
    }
}

/// Where a compose file hands variables to containers under their own names.
fn of_containers(index: &Index, file: FileId) -> BTreeSet<Span> {
    let given = index.facts_in(file).filter(|fact| matches!(fact.place, Place::Container(_)));
    given
        .filter_map(|fact| match &fact.role {
            Role::Provides(provide) => Some((fact, provide)),
            _ => None,
        })
        .flat_map(|(fact, provide)| {
            provide.value.references.iter().filter(|reference| reference.key == fact.key)
        })
        .map(|reference| reference.span)
        .collect()
}
