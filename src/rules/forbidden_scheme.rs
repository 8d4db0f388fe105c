//! `forbidden-scheme`.

use std::collections::{BTreeMap, BTreeSet};

use crate::declare_rule;
use crate::fact::{Fact, Place, Role};
use crate::index::{HeldKind, Index};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Environment, Said};
use crate::rule::Reporter;
use crate::secret::Secret;
use crate::text::{Location, TreePath};
use crate::value_type::url::Url;

declare_rule! {
    /// Reports URLs that supply an environment with a scheme which the matrix forbids there, builds and single steps of its
    /// workflows among them.
    ///
    /// ## Why it matters
    ///
    /// A `sqlite:` database in staging loses its data with the container, and an `http:` address in production
    /// sends passwords in the clear. Both work at first, so nobody notices.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: {} }
    /// keys: { DATABASE_URL: { service: api } }
    /// environments:
    ///   staging:
    ///     forbidden_schemes: [sqlite]
    ///     values: { DATABASE_URL: "sqlite:///./app.db" }
    /// ```
    ///
    /// ```text
    /// error[forbidden-scheme]: `DATABASE_URL` has the scheme `sqlite` in `staging`, which forbids it
    /// ```
    ///
    /// ## What to do
    ///
    /// Supply an address with an allowed scheme. A driver behind a `+` does not change the scheme:
    /// `sqlite+aiosqlite:` is forbidden with `sqlite`.
    pub struct ForbiddenScheme = "forbidden-scheme", Value, Error, needs_matrix;
}

impl ForbiddenScheme {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = BTreeSet::new();
        for environment in &index.matrix.environments {
            // What whoever deploys sets counts even where no declared service is known to use it.
            for (key, said) in &environment.values {
                if let Some(at) = said.at {
                    tell(reporter, environment, key, said, at, &mut told);
                }
            }
        }
        for (environment, supply) in index.supplied() {
            let text = supply.held().filter(|held| !matches!(held.kind, HeldKind::Example(_)));
            if let (Some(text), Some(at)) = (text.and_then(|held| held.text()), supply.at()) {
                tell(reporter, environment, &supply.key, text, at, &mut told);
            }
        }
        for environment in
            index.matrix.environments.iter().filter(|given| !given.forbidden_schemes.is_empty())
        {
            for fact in besides(index, environment) {
                if let Role::Provides(provide) = &fact.role
                    && provide.value.is_plain()
                {
                    tell(reporter, environment, &fact.key, &provide.value.text, fact.at(), &mut told);
                }
            }
        }
    }
}

/// What the sources of an environment give besides the variables that its services run with: arguments of builds, and
/// what single steps of a workflow have for themselves.
fn besides<'a>(index: &'a Index, environment: &'a Environment) -> Vec<&'a Fact> {
    let facts = |path: &Said<TreePath>| {
        index.files.at(path).map(|file| index.facts_in(file.id)).into_iter().flatten()
    };
    let mut found = Vec::new();
    for source in &environment.sources {
        match &source.value {
            EnvSource::Compose { files, .. } => {
                // Of several files the last that says an argument wins.
                let mut arguments: BTreeMap<(&KeyName, &Place), &Fact> = BTreeMap::new();
                let given =
                    files.iter().flat_map(facts).filter(|fact| matches!(fact.place, Place::BuildArgs(_)));
                arguments.extend(given.map(|fact| ((&fact.key, &fact.place), fact)));
                found.extend(arguments.into_values());
            }
            EnvSource::Workflow { file, job } => {
                let wanted = |of: &str| job.as_ref().is_none_or(|job| job.as_str() == of);
                found.extend(facts(file).filter(|fact| match &fact.place {
                    Place::Job { job: of, .. } | Place::StepBuildArgs { job: of, .. } => {
                        of.as_deref().is_some_and(wanted)
                    }
                    _ => false,
                }));
            }
            EnvSource::Dotenv { .. }
            | EnvSource::Vault { .. }
            | EnvSource::Deploy { .. }
            | EnvSource::Platform { .. } => {}
        }
    }
    found.retain(|fact| index.matrix.keys.contains_key(&fact.key));
    found
}

/// Speaks once per place and environment, however many services are supplied.
fn tell<'a>(
    reporter: &mut Reporter<'_>,
    environment: &'a Environment,
    key: &KeyName,
    text: &Secret,
    at: Location,
    told: &mut BTreeSet<(Location, &'a str)>,
) {
    let Some(url) = Url::parse(text.reveal().trim()) else { return };
    let scheme = url.scheme.to_ascii_lowercase();
    let Some(forbidden) = forbids(&environment.forbidden_schemes, &scheme) else { return };
    let name = environment.name.as_str();
    if !told.insert((at, name)) {
        return;
    }
    let mut finding = reporter
        .report(
            format!("`{key}` has the scheme `{scheme}` in `{name}`, which forbids it"),
            at,
            "supplied here",
        )
        .key(key)
        .why("the matrix forbids the scheme in this environment")
        .help("supply an address with another scheme")
        .environments([name.to_owned()]);
    if let Some(at) = forbidden.at {
        finding = finding.label(at, "forbidden here");
    }
    drop(finding);
}

fn forbids<'a>(forbidden: &'a [Said<String>], scheme: &str) -> Option<&'a Said<String>> {
    let base = scheme.split('+').next().unwrap_or(scheme);
    forbidden.iter().find(|word| word.as_str() == scheme || word.as_str() == base)
}
