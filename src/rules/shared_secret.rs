//! `shared-secret`

use std::collections::BTreeMap;

use crate::index::Index;
use crate::key::KeyName;
use crate::matrix::{Kind, Tier};
use crate::rule::{Reporter, enumerate};
use crate::text::Location;

crate::declare_rule! {
    /// Reports a declared secret that has the same value in a deployed environment and in another one.
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
    /// ```sh
    /// # deploy/staging.env and deploy/production.env
    /// SESSION_SECRET=...the same...
    /// ```
    ///
    /// ## What to do
    ///
    /// Issue a secret for each environment.
    pub struct SharedSecret = "shared-secret", Secret, Error, needs_matrix;
}

/// An environment that holds a value: its name, its tier, and where it is supplied.
type Holder<'a> = (&'a str, Tier, Location);

impl SharedSecret {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut holders: BTreeMap<(&KeyName, u64), Vec<Holder<'_>>> = BTreeMap::new();
        for (environment, supply) in index.supplied() {
            let is_secret =
                index.matrix.keys.get(&supply.key).is_some_and(|spec| spec.kind.value == Kind::Secret);
            let Some((held, at)) = supply.held().zip(supply.at()).filter(|_| is_secret) else { continue };
            let Some(text) = held.text().filter(|text| !text.is_empty()) else { continue };
            if held.is_placeholder() {
                continue;
            }
            let entry = holders.entry((&supply.key, text.fingerprint())).or_default();
            if !entry.iter().any(|(name, _, _)| *name == environment.name.value) {
                entry.push((environment.name.value.as_str(), environment.tier.value, at));
            }
        }
        let mut found: Vec<(&KeyName, Vec<Holder<'_>>)> =
            holders.into_iter().map(|((key, _), holders)| (key, holders)).collect();
        found.sort();
        for (key, mut holders) in found {
            holders.sort_by_key(|(_, tier, _)| std::cmp::Reverse(*tier));
            let Some(&(_, tier, at)) = holders.first() else { continue };
            if holders.len() < 2 || tier < Tier::Preview {
                continue;
            }
            let names: Vec<&str> = holders.iter().map(|(name, _, _)| *name).collect();
            let message = format!("{} share one value of the secret `{key}`", enumerate(&names));
            let mut finding = reporter.report(
                message,
                at,
                format!("supplied to `{}`", names.first().copied().unwrap_or("")),
            );
            let mut shown = vec![at];
            for (name, _, other) in holders.iter().skip(1) {
                if !shown.contains(other) {
                    shown.push(*other);
                    finding = finding.label(*other, format!("the same value, supplied to `{name}`"));
                }
            }
            finding
                .key(key)
                .environments(names.iter().map(|name| (*name).to_owned()))
                .why("whoever has it from one environment has it for the other")
                .help("issue a secret for each environment");
        }
    }
}
