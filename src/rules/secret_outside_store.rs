//! `secret-outside-store`

use crate::index::{HeldKind, Index};
use crate::matrix::{EnvSource, Kind};
use crate::rule::Reporter;

crate::declare_rule! {
    /// Reports a declared secret that reaches an environment another way, although that environment's secrets come from Vault.
    ///
    /// ## Why it matters
    ///
    /// A value beside the store is not rotated, not audited and not revoked with the others, and where
    /// it takes precedence it keeps hiding the one in the store.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # envs/production.yaml
    /// sources:
    ///   - compose: compose.yaml        # sets S3_SECRET_KEY itself
    ///   - vault: secrets.ctmpl
    /// ```
    ///
    /// ## What to do
    ///
    /// Render the key in the template, and take it out of the other source.
    pub struct SecretOutsideStore = "secret-outside-store", Secret, Error, needs_matrix;
}

impl SecretOutsideStore {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = std::collections::BTreeSet::new();
        for (environment, supply) in index.supplied() {
            let Some(spec) =
                index.matrix.keys.get(&supply.key).filter(|spec| spec.kind.value == Kind::Secret)
            else {
                continue;
            };
            let store = environment.sources.iter().find_map(|source| match &source.value {
                EnvSource::Vault { template, .. } => Some((template, source.at)),
                _ => None,
            });
            let (Some((template, named)), Some(held), Some(at)) = (store, supply.held(), supply.at()) else {
                continue;
            };
            let elsewhere = match &held.kind {
                HeldKind::Text(text) | HeldKind::FileDefault(text) | HeldKind::Example(text) => {
                    !text.is_empty()
                }
                HeldKind::Vault { .. } | HeldKind::Outside => false,
            };
            let in_template = index.files.at(template).is_some_and(|file| file.id == at.file);
            if !elsewhere || in_template || held.is_placeholder() || !told.insert((supply.key.clone(), at)) {
                continue;
            }
            let message =
                format!("the secret `{}` reaches `{}` beside the store", supply.key, *environment.name);
            let mut finding = reporter.report(message, at, "supplied here").key(&supply.key);
            if let Some(named) = template.at.or(named) {
                finding = finding.label(named, format!("secrets of `{}` come from here", *environment.name));
            }
            if let Some(declared) = spec.kind.at {
                finding = finding.label(declared, "declared as a secret here");
            }
            finding
                .environments([environment.name.value.clone()])
                .why("what stands beside the store is neither rotated nor revoked with it")
                .help(format!("render `{}` in {}, and take it out here", supply.key, template.value));
        }
    }
}
