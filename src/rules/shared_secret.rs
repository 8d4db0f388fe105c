//! `shared-secret`

use std::collections::BTreeMap;

use crate::index::{HeldKind, Index};
use crate::key::KeyName;
use crate::matrix::{Environment, Kind, Tier};
use crate::rule::{Reporter, enumerate};
use crate::secret::tells_no_secret;
use crate::text::Location;

crate::declare_rule! {
    /// Reports a declared secret that has the same value in staging or production and in an environment of another tier.
    ///
    /// Values are compared by a hash that is keyed anew in each run; none is shown or stored.
    ///
    /// ## Why it matters
    ///
    /// Whoever gets into staging is in production, and a secret that also serves development machines
    /// is known to everybody who ever worked there.
    ///
    /// ## Example
    ///
    /// `envs/matrix.yaml`
    /// ```yaml
    /// version: 1
    /// services: { api: {} }
    /// keys: { SESSION_SECRET: { kind: secret, service: api } }
    /// environments:
    ///   staging: { sources: [{ dotenv: deploy/staging.env }] }
    ///   production: { sources: [{ dotenv: deploy/production.env }] }
    /// ```
    ///
    /// `deploy/staging.env`
    /// ```dotenv
    /// SESSION_SECRET=8Jk2mQ7vT4xZ
    /// ```
    ///
    /// `deploy/production.env`
    /// ```dotenv
    /// SESSION_SECRET=8Jk2mQ7vT4xZ
    /// ```
    ///
    /// ```text
    /// error[shared-secret]: `production` and `staging` share one value of the secret `SESSION_SECRET`
    /// ```
    ///
    /// ## What to do
    ///
    /// Issue a secret for each environment.
    pub struct SharedSecret = "shared-secret", Secret, Error, needs_matrix;
}

/// Who holds a value: the environment, the place, and whether it is only an example's.
#[derive(Clone, Copy)]
struct Holder<'a> {
    environment: &'a Environment,
    at: Location,
    is_example: bool,
}

impl SharedSecret {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut holders: BTreeMap<(&KeyName, u64), Vec<Holder<'_>>> = BTreeMap::new();
        for (environment, supply) in index.supplied() {
            let is_secret =
                index.matrix.keys.get(&supply.key).is_some_and(|spec| spec.kind.value == Kind::Secret);
            let Some((held, at)) = supply.held().zip(supply.at()).filter(|_| is_secret) else { continue };
            let Some(text) = held.text().filter(|text| !tells_no_secret(text.reveal())) else { continue };
            let is_example = matches!(held.kind, HeldKind::Example(_));
            let entry = holders.entry((&supply.key, text.fingerprint())).or_default();
            if entry.iter().all(|known| known.environment.name != environment.name) {
                entry.push(Holder { environment, at, is_example });
            }
        }
        // Without the hashes, whose order differs from run to run.
        let mut shared: Vec<(&KeyName, Location, Vec<Holder<'_>>)> = Vec::new();
        for ((key, _), mut holders) in holders {
            // The environment closest to users first.
            holders.sort_by_key(|holder| (std::cmp::Reverse(holder.environment.tier.value), holder.at));
            if let Some(first) = holders.first().copied()
                && is_shared(&first, &holders)
            {
                shared.push((key, first.at, holders));
            }
        }
        shared.sort_by_key(|(key, at, _)| (*key, *at));
        for (key, at, holders) in shared {
            let names: Vec<String> =
                holders.iter().map(|holder| holder.environment.name.value.clone()).collect();
            let at_place = |place: Location| -> Vec<&str> {
                let here = holders.iter().filter(|holder| holder.at == place);
                here.map(|holder| holder.environment.name.value.as_str()).collect()
            };
            let message = format!("{} share one value of the secret `{key}`", enumerate(&names));
            let mut finding =
                reporter.report(message, at, format!("supplied to {}", enumerate(&at_place(at)))).key(key);
            let mut shown = vec![at];
            for holder in &holders {
                if !shown.contains(&holder.at) {
                    shown.push(holder.at);
                    let names = enumerate(&at_place(holder.at));
                    let label = if holder.is_example {
                        format!("the same value, shown to everybody who sets up {names}")
                    } else {
                        format!("the same value, supplied to {names}")
                    };
                    finding = finding.label(holder.at, label);
                }
            }
            finding
                .environments(names)
                .why("whoever has it from one environment has it for the others")
                .help("issue a secret for each environment");
        }
    }
}

/// Whether a value that `first` holds must not be held by the others too: `first` is for users, and another
/// tier has the value from another place. One place that serves several environments is one literal, and
/// `secret-in-plain-text` speaks of it.
fn is_shared(first: &Holder<'_>, holders: &[Holder<'_>]) -> bool {
    first.environment.tier.value >= Tier::Staging
        && !first.is_example
        && holders
            .iter()
            .any(|other| other.environment.tier.value != first.environment.tier.value && other.at != first.at)
}
