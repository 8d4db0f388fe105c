//! `default-forbidden`

use std::collections::BTreeMap;

use crate::index::{HeldKind, Index, LinkState, Outcome};
use crate::key::KeyName;
use crate::matrix::{Defaults, Kind};
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
    /// ```yaml
    /// # envs/production.yaml
    /// tier: production
    /// defaults: forbidden
    /// sources: [{ compose: compose.yaml }]
    /// ```
    ///
    /// ```python
    /// class Settings(BaseSettings):
    ///     s3_bucket: str = "statements"
    /// ```
    ///
    /// `compose.yaml` does not pass `S3_BUCKET`, so production would use the bucket `statements`.
    ///
    /// ## What to do
    ///
    /// Supply the key in the environment's sources, declare a `default` for it in the matrix if the
    /// default is right everywhere, or allow defaults in that environment.
    pub struct DefaultForbidden = "default-forbidden", Missing, Error, needs_matrix;
}

impl DefaultForbidden {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<KeyName, (Vec<String>, Location, Option<Location>)> = BTreeMap::new();
        for (environment, supply) in index.supplied() {
            let Some(spec) = index.matrix.keys.get(&supply.key) else { continue };
            let travels = matches!(spec.kind.value, Kind::Config | Kind::Secret) && spec.default.is_none();
            if !travels || environment.defaults.value != Defaults::Forbidden || !spec.serves(&supply.service)
            {
                continue;
            }
            let relies = match &supply.route.outcome {
                Outcome::Default => true,
                // The same default, written once more in compose, is still a developer's default.
                Outcome::Supplied(held) => {
                    matches!(&held.kind, HeldKind::FileDefault(text) if !text.is_empty())
                        && spec.is_required_in(environment)
                }
                _ => false,
            };
            let links = &supply.route.links;
            let fallback = links.iter().rev().find(|link| link.state == LinkState::FallsBack);
            let place = fallback.or_else(|| links.iter().find(|link| link.state == LinkState::Holds));
            if let (true, Some(place)) = (relies, place.and_then(|link| link.at)) {
                let entry = found
                    .entry(supply.key.clone())
                    .or_insert_with(|| (Vec::new(), place, environment.defaults.at));
                if !entry.0.contains(&environment.name.value) {
                    entry.0.push(environment.name.value.clone());
                }
            }
        }
        for (key, (environments, place, forbidden)) in found {
            let names = enumerate(&environments);
            let message = format!("`{key}` would run on a default in {names}, where defaults are forbidden");
            let mut finding = reporter.report(message, place, "this default would stand in").key(&key);
            if let Some(at) = forbidden {
                finding = finding.label(at, "forbidden here");
            }
            if let Some(at) = index.matrix.keys.get(&key).and_then(|spec| spec.name.at) {
                finding = finding.label(at, "declared here");
            }
            finding
                .environments(environments)
                .why("nothing supplies the key there, so a value chosen for development would be used")
                .help(format!("supply `{key}` in a source of {names}"));
        }
    }
}
