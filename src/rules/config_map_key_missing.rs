//! `config-map-key-missing`

use std::collections::BTreeMap;

use crate::fact::{KeyStore, Place, Role, StoreKind, StoreUse};
use crate::index::Index;
use crate::key::{KeyName, near_miss};
use crate::rule::Reporter;
use crate::text::{FileId, Location, Spanned};

crate::declare_rule! {
    /// Reports a container of Kubernetes that takes a key which the `ConfigMap` or `Secret` of that name lacks.
    ///
    /// The rule speaks only where the tree holds the object and all its keys: not where a template, a
    /// generator with files or a store outside may add some, and not about `optional: true`.
    ///
    /// ## Why it matters
    ///
    /// The pod stays in `CreateContainerConfigError`: it never starts, and the old one goes on serving
    /// until somebody looks.
    ///
    /// ## Example
    ///
    /// `k8s/api.yaml`
    /// ```yaml
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: { name: api }
    /// data: { LOG_LEVEL: info }
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: { name: api }
    /// spec:
    ///   containers:
    ///     - name: api
    ///       image: api
    ///       env:
    ///         - name: API_LOG_LEVEL
    ///           valueFrom: { configMapKeyRef: { name: api, key: LOG_LVL } }
    /// ```
    ///
    /// ```text
    /// warning[config-map-key-missing]: the ConfigMap `api` has no key `LOG_LVL`, which a container takes from it
    /// ```
    ///
    /// ## What to do
    ///
    /// Correct the key, add it to the object, or say `optional: true`.
    pub struct ConfigMapKeyMissing = "config-map-key-missing", Missing, Warning;
}

impl ConfigMapKeyMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut stores: BTreeMap<(StoreKind, &str), Vec<(FileId, &KeyStore)>> = BTreeMap::new();
        for (file, manifest) in index.manifests() {
            for store in &manifest.stores {
                stores.entry((store.kind, &store.name)).or_default().push((file, store));
            }
        }
        for (file, manifest) in index.manifests().filter(|(file, _)| !index.is_aside(*file)) {
            for taken in manifest.containers.iter().flat_map(|container| &container.takes) {
                if let Some(known) = stores.get(&(taken.kind, taken.name.as_str())) {
                    ask_store(index, reporter, file, taken, known);
                }
            }
        }
    }
}

fn ask_store(
    index: &Index,
    reporter: &mut Reporter<'_>,
    file: FileId,
    taken: &StoreUse,
    known: &[(FileId, &KeyStore)],
) {
    let Some(key) = taken.key.as_ref().filter(|key| !taken.is_optional && !key.contains("{{")) else {
        return;
    };
    let is_open = |(file, store): &(FileId, &KeyStore)| {
        let has_gap = |file: FileId| index.provision_gap(file, key).is_some();
        let is_unread = |path: &Spanned<String>| index.env_file(*file, path).is_none_or(has_gap);
        store.is_open || has_gap(*file) || store.env_files.iter().any(is_unread)
    };
    if known.iter().any(is_open) || !KeyName::new(key).is_identifier() {
        return;
    }
    let place = match taken.kind {
        StoreKind::ConfigMap => Place::ConfigMap(taken.name.value.clone()),
        StoreKind::Secret => Place::KubernetesSecret(taken.name.value.clone()),
    };
    let held: Vec<&KeyName> = known
        .iter()
        .flat_map(|(file, _)| index.facts_in(*file))
        .filter(|fact| fact.place == place)
        .chain(known.iter().flat_map(|(file, store)| index.files_of(*file, store)))
        .filter(|fact| matches!(fact.role, Role::Provides(_)))
        .map(|fact| &fact.key)
        .collect();
    let Some((store_file, store)) = known.first() else { return };
    if held.is_empty() || held.iter().any(|held| held.as_str() == key.as_str()) {
        return;
    }
    let kind = match taken.kind {
        StoreKind::ConfigMap => "ConfigMap",
        StoreKind::Secret => "Secret",
    };
    let name = KeyName::new(key);
    let message =
        format!("the {kind} `{}` has no key `{name}`, which a container takes from it", taken.name.value);
    let finding = reporter
        .report(message, Location::new(file, key.span), "taken here")
        .label(Location::new(*store_file, store.name.span), format!("the {kind} lacks it"))
        .key(&name)
        .why("the pod stays in `CreateContainerConfigError` and never starts");
    match held.iter().find(|held| near_miss(held, &name)) {
        Some(near) => finding.help(format!("did you mean `{near}`, which it has?")),
        None => finding.help(format!("add `{name}` to the {kind}, or say `optional: true`")),
    };
}
