//! `forbidden-scheme`.

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::index::{HeldKind, Index};
use crate::key::KeyName;
use crate::matrix::{Environment, Said};
use crate::rule::Reporter;
use crate::secret::Secret;
use crate::text::Location;
use crate::value_type::url::Url;

declare_rule! {
    /// Reports URLs that supply an environment with a scheme which the matrix forbids there.
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
    }
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
