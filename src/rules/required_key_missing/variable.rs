//! Keys that the matrix requires and that only compose itself takes.

use std::collections::BTreeMap;

use crate::fact::Fact;
use crate::index::{Index, LinkState, Outcome, Route};
use crate::key::KeyName;
use crate::matrix::Kind;
use crate::rule::{Reporter, enumerate};
use crate::text::Location;

use super::MOST_LINKS;

/// Where a variable is missing.
#[derive(Default)]
struct Absence<'a> {
    environments: Vec<String>,
    taken: Vec<&'a Fact>,
    routes: Vec<(&'a str, Route)>,
}

/// Reports a required key of `kind: platform` that the compose files of an environment take without a
/// default, and that nothing sets there.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let mut missing: BTreeMap<&KeyName, Absence<'_>> = BTreeMap::new();
    for (key, spec) in index.matrix.keys.iter().filter(|(_, spec)| spec.kind.value == Kind::Platform) {
        let environments = index.matrix.environments.iter();
        for environment in environments.filter(|environment| spec.is_required_in(environment)) {
            let Some((taken, route)) = index.compose_variable(environment, key) else { continue };
            if route.outcome == Outcome::Missing && spec.default.is_none() {
                let absence = missing.entry(key).or_default();
                absence.environments.push(environment.name.value.clone());
                absence.taken.extend(taken);
                absence.routes.push((environment.name.as_str(), route));
            }
        }
    }
    for (key, absence) in missing {
        let declared = index.matrix.keys.get(key).and_then(|spec| spec.name.at);
        let Some(primary) = declared.or_else(|| absence.taken.first().map(|fact| fact.at())) else {
            continue;
        };
        let environments = enumerate(&absence.environments);
        let message = format!("`{key}` is required in {environments}, and nothing gives it to compose there");
        let mut finding = reporter.report(message, primary, "required here").key(key);
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
            .why("compose warns at most, and goes on with an empty text")
            .help(help);
    }
}
