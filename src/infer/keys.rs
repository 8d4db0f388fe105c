//! Keys: what the code of the services reads, with the kind, type and text that the code tells.

use std::collections::BTreeMap;

use super::Tree;
use crate::fact::{Need, Phase, Place, Role};
use crate::key::{KeyName, is_secret_name, is_tool_key, public_prefix};
use crate::matrix::{KeySpec, Kind, Said, Service};

/// The keys that the services' code reads, or that the tree documents.
pub(super) fn guess(tree: &Tree<'_>, services: &BTreeMap<String, Service>) -> BTreeMap<KeyName, KeySpec> {
    let mut keys: BTreeMap<KeyName, KeySpec> = BTreeMap::new();
    for (file, extraction) in tree.own() {
        let owner = services
            .values()
            .filter_map(|service| Some((service, service.root.as_ref()?)))
            .filter(|(_, root)| file.path.is_below(root))
            .max_by_key(|(_, root)| root.as_str().len())
            .map(|(service, _)| service.name.value.clone());
        for fact in &extraction.facts {
            let Role::Reads(read) = &fact.role else { continue };
            let is_code = fact.place == Place::Process && fact.phase == Phase::Run;
            if !is_code || is_tool_key(&fact.key) || !fact.key.is_identifier() {
                continue;
            }
            let spec = keys.entry(fact.key.clone()).or_insert_with(|| KeySpec {
                name: Said::inferred(fact.key.clone()),
                kind: Said::inferred(kind_of(&fact.key)),
                ..KeySpec::default()
            });
            if read.is_secret {
                spec.kind = Said::inferred(Kind::Secret);
            }
            if let Some(owner) =
                owner.as_ref().filter(|owner| !spec.services.iter().any(|known| known.value == **owner))
            {
                spec.services.push(Said::inferred(owner.clone()));
            }
            spec.about = spec.about.take().or_else(|| read.about.clone());
            spec.value_type = spec.value_type.take().or_else(|| read.value_type.clone().map(Said::inferred));
            for alternative in &read.alternatives {
                if !spec.aliases.iter().any(|known| known.value == *alternative) {
                    spec.aliases.push(Said::inferred(alternative.clone()));
                }
            }
            if let (Need::Default(value), Kind::Config) = (&read.need, spec.kind.value)
                && spec.default.is_none()
                && let Some(text) =
                    value.plain().filter(|text| crate::secret::is_plainly_public(text) && !text.is_empty())
            {
                spec.default = Some(Said::inferred(crate::secret::Secret::new(text)));
            }
        }
    }
    // An alternative name is no key of its own.
    let aliases: Vec<KeyName> =
        keys.values().flat_map(|spec| spec.aliases.iter().map(|alias| alias.value.clone())).collect();
    for alias in aliases {
        keys.remove(&alias);
    }
    keys
}

fn kind_of(key: &str) -> Kind {
    if public_prefix(key).is_some() {
        Kind::Public
    } else if is_secret_name(key) {
        Kind::Secret
    } else {
        Kind::Config
    }
}
