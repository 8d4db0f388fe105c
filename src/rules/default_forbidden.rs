//! `default-forbidden`

use std::collections::BTreeMap;

use crate::fact::{Need, Role};
use crate::index::{HeldKind, Index, LinkState, Outcome, Route};
use crate::key::KeyName;
use crate::matrix::{Defaults, Environment, Kind};
use crate::rule::{Reporter, enumerate};
use crate::text::Location;

crate::declare_rule! {
    /// Reports a declared key that would run on a code default in an environment whose matrix forbids that.
    ///
    /// ## Why it matters
    ///
    /// Defaults in code are chosen for a developer's machine. Where the matrix says
    /// `defaults: forbidden`, a missing value must stop the deployment instead of silently taking
    /// `localhost` or a sample password.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services:
    ///   api: { root: app }
    /// keys:
    ///   S3_BUCKET: { service: api }
    /// ```
    ///
    /// `envs/production.yaml`
    /// ```yaml
    /// tier: production
    /// defaults: forbidden
    /// sources: [{ compose: compose.yaml }]
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   api:
    ///     build: app
    ///     environment:
    ///       LOG_LEVEL: info
    /// ```
    ///
    /// `app/Dockerfile`
    /// ```dockerfile
    /// FROM python:3.13
    /// COPY . .
    /// CMD ["python", "config.py"]
    /// ```
    ///
    /// `app/config.py`
    /// ```python
    /// class Settings(BaseSettings):
    ///     log_level: str
    ///     s3_bucket: str = "statements"
    /// settings = Settings()
    /// ```
    ///
    /// ```text
    /// error[default-forbidden]: `S3_BUCKET` would run on a default in `production`, where defaults are forbidden
    /// ```
    ///
    /// A required key of `kind: platform` that only compose takes is asked for as well: where the files of a
    /// source `deploy` never set `TRAEFIK_ENABLE`, `${TRAEFIK_ENABLE:-false}` leaves a site without a route.
    ///
    /// ## What to do
    ///
    /// Supply the key in the environment's sources, declare a `default` for it in the matrix if the
    /// default is right everywhere, or allow defaults in that environment.
    pub struct DefaultForbidden = "default-forbidden", Missing, Error, needs_matrix;
}

/// A key that would run on a default.
struct Reliance<'a> {
    environments: Vec<String>,
    /// The default.
    place: Location,
    /// Where the first of the environments forbids it.
    forbidden: Option<Location>,
    routes: Vec<(&'a str, &'a Route)>,
}

/// With more labels than this, a finding is no longer read.
const MOST_LINKS: usize = 3;

impl DefaultForbidden {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<&KeyName, Reliance<'_>> = BTreeMap::new();
        let variables = of_compose(index);
        for (environment, key, place, route) in &variables {
            let reliance = found.entry(key).or_insert_with(|| Reliance {
                environments: Vec::new(),
                place: *place,
                forbidden: environment.defaults.at,
                routes: Vec::new(),
            });
            reliance.environments.push(environment.name.value.clone());
            reliance.routes.push((environment.name.as_str(), route));
        }
        for (environment, supply) in index.supplied() {
            let Some(spec) = index.matrix.keys.get(&supply.key) else { continue };
            let travels = matches!(spec.kind.value, Kind::Config | Kind::Secret) && spec.default.is_none();
            if !travels || environment.defaults.value != Defaults::Forbidden || !spec.serves(&supply.service)
            {
                continue;
            }
            let place = match &supply.route.outcome {
                Outcome::Default => default_in_code(index, &supply.service, &supply.key),
                // The same default, written once more in compose, is still a developer's default.
                Outcome::Supplied(held) => held.at.filter(|_| {
                    matches!(&held.kind, HeldKind::FileDefault(text) if !text.is_empty())
                        && spec.is_required_in(environment)
                }),
                _ => None,
            };
            let Some(place) = place else { continue };
            let reliance = found.entry(&supply.key).or_insert_with(|| Reliance {
                environments: Vec::new(),
                place,
                forbidden: environment.defaults.at,
                routes: Vec::new(),
            });
            if !reliance.environments.contains(&environment.name.value) {
                reliance.environments.push(environment.name.value.clone());
            }
            reliance.routes.push((environment.name.as_str(), &supply.route));
        }
        for (key, reliance) in found {
            let spec = index.matrix.keys.get(key);
            let is_variable = spec.is_some_and(|spec| spec.kind.value == Kind::Platform);
            let names = enumerate(&reliance.environments);
            let message = format!("`{key}` would run on a default in {names}, where defaults are forbidden");
            let mut finding =
                reporter.report(message, reliance.place, "this default would stand in").key(key);
            if let Some(at) = reliance.forbidden {
                finding = finding.label(at, "forbidden here");
            }
            if let Some(at) = spec.and_then(|spec| spec.name.at) {
                finding = finding.label(at, "declared here, without a default");
            }
            let mut told: Vec<Location> = Vec::new();
            let broken = reliance.routes.iter().flat_map(|(_, route)| &route.links);
            for link in broken.filter(|link| link.state == LinkState::Broken) {
                let at = link.at.filter(|at| is_variable && !told.contains(at) && told.len() < MOST_LINKS);
                if let Some(at) = at {
                    finding = finding.label(at, link.what.clone());
                    told.push(at);
                }
            }
            let from_store = spec.is_some_and(|spec| spec.kind.value == Kind::Secret);
            let help = index
                .advice(key, from_store, &reliance.routes)
                .unwrap_or_else(|| format!("supply `{key}` in a source of {names}"));
            finding
                .environments(reliance.environments)
                .why("nothing supplies the key there, so a value chosen for development would be used")
                .help(help);
        }
    }
}

/// The required keys of `kind: platform` that compose itself takes and that would run on the defaults of
/// compose files, in the environments that forbid that.
fn of_compose(index: &Index) -> Vec<(&Environment, &KeyName, Location, Route)> {
    let mut found = Vec::new();
    let is_strict = |environment: &&Environment| environment.defaults.value == Defaults::Forbidden;
    for environment in index.matrix.environments.iter().filter(is_strict) {
        for (key, spec) in &index.matrix.keys {
            let is_wanted = spec.kind.value == Kind::Platform
                && spec.default.is_none()
                && spec.is_required_in(environment);
            let Some((taken, route)) = is_wanted.then(|| index.compose_variable(environment, key)).flatten()
            else {
                continue;
            };
            let place = taken.iter().find_map(|fact| match &fact.role {
                Role::Reads(read) => match &read.need {
                    Need::Default(value) if value.span.is_empty() => Some(fact.at()),
                    Need::Default(value) => Some(Location::new(fact.file, value.span)),
                    _ => None,
                },
                _ => None,
            });
            if let (Outcome::Default, Some(place)) = (&route.outcome, place) {
                found.push((environment, key, place, route));
            }
        }
    }
    found
}

/// The default that the code of a service falls back to.
fn default_in_code(index: &Index, service: &str, key: &KeyName) -> Option<Location> {
    let names = index.names_of(index.matrix.services.get(service)?, key);
    index
        .reads_of_service(service)
        .find(|(fact, read)| {
            matches!(read.need, Need::Default(_))
                && names
                    .iter()
                    .any(|name| fact.key == *name || (read.folds_case && fact.key.folded() == name.folded()))
        })
        .map(|(fact, read)| match &read.need {
            Need::Default(value) if !value.span.is_empty() => Location::new(fact.file, value.span),
            _ => fact.at(),
        })
}
