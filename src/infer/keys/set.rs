//! Keys that files set or document, for code whose reads are not understood.

use std::collections::{BTreeMap, BTreeSet};

use super::{Owners, kind_of};
use crate::fact::{Fact, Place, Role, is_tool};
use crate::infer::Tree;
use crate::infer::services::PACKAGING;
use crate::key::{KeyName, is_tool_key};
use crate::matrix::{KeySpec, Kind, Said, Service};
use crate::text::TreePath;

/// Adds keys that are set or documented and whose names occur in the code of some service, and those that
/// only compose files take, to hand them to images and to the project itself.
pub(super) fn add(
    tree: &Tree<'_>,
    services: &BTreeMap<String, Service>,
    keys: &mut BTreeMap<KeyName, KeySpec>,
) {
    let mut set: BTreeMap<&KeyName, Vec<&Fact>> = BTreeMap::new();
    let mut by_compose: BTreeSet<&KeyName> = BTreeSet::new();
    for (_, extraction) in tree.own() {
        for fact in &extraction.facts {
            match (&fact.role, &fact.place) {
                (Role::Provides(_) | Role::Documents(_), _) if fact.key.is_identifier() => {
                    set.entry(&fact.key).or_default().push(fact);
                }
                (Role::Reads(_), Place::Interpolation) => {
                    by_compose.insert(&fact.key);
                }
                _ => {}
            }
        }
    }
    for (key, facts) in &set {
        if let Some(spec) = keys.get_mut(*key).filter(|spec| spec.kind.value == Kind::Config)
            && facts.iter().any(|fact| shows_credentials(fact))
        {
            spec.kind.value = Kind::Secret;
            spec.default = None;
        }
    }
    let names: BTreeSet<KeyName> = keys
        .iter()
        .flat_map(|(key, spec)| std::iter::once(key).chain(spec.aliases.iter().map(|alias| &alias.value)))
        .map(KeyName::folded)
        .collect();
    set.retain(|key, facts| {
        !names.contains(&key.folded())
            && !is_tool_key(key)
            && facts.iter().any(|fact| is_offered(fact, services))
    });
    let mentioned = mentioned(tree, services, &|key| {
        set.contains_key(key) || keys.get(key).is_some_and(|spec| spec.kind.value == Kind::Public)
    });
    for (key, spec) in keys.iter_mut().filter(|(_, spec)| spec.kind.value == Kind::Public) {
        // Browser code reads it as well as the code that was understood.
        for name in mentioned.get(key).into_iter().flatten() {
            if !spec.services.iter().any(|known| known.value == *name) {
                spec.services.push(Said { value: (*name).to_owned(), at: spec.name.at });
            }
        }
    }
    for (key, facts) in set {
        let Some(first) = facts.iter().min_by_key(|fact| rank(fact)) else { continue };
        let in_dotenv = facts.iter().any(|fact| fact.place == Place::Dotenv);
        let mut spec = KeySpec {
            name: Said::at(key.clone(), first.at()),
            kind: Said::at(kind_of(key), first.at()),
            ..KeySpec::default()
        };
        if facts.iter().any(|fact| shows_credentials(fact)) && spec.kind.value == Kind::Config {
            spec.kind.value = Kind::Secret;
        }
        if let Some(owners) = mentioned.get(key) {
            let with_prefix = services.values().filter(|service| {
                service.public_prefix.as_ref().is_some_and(|prefix| key.starts_with(prefix.as_str()))
            });
            let owners: BTreeSet<&str> = match spec.kind.value {
                // Packages that applications share speak for those that publish such keys.
                Kind::Public if owners.is_empty() => {
                    with_prefix.map(|service| service.name.value.as_str()).collect()
                }
                _ => owners.clone(),
            };
            spec.services = owners.iter().map(|name| Said::at((*name).to_owned(), first.at())).collect();
            let is_build = facts
                .iter()
                .all(|fact| matches!(fact.place, Place::BuildArgs(_) | Place::BuildArg(_) | Place::Stage(_)));
            if is_build && spec.kind.value == Kind::Config {
                spec.kind.value = Kind::Build;
            }
        } else if in_dotenv && by_compose.contains(key) {
            spec.kind.value = Kind::Platform;
        } else {
            continue;
        }
        keys.insert(key.clone(), spec);
    }
}

/// Whether a fact offers its key to code of the project: a dotenv file, a template, or a container or build
/// of one of its services that gets the value from outside.
fn is_offered(fact: &Fact, services: &BTreeMap<String, Service>) -> bool {
    match &fact.place {
        Place::Dotenv | Place::Rendered => true,
        Place::Container(name) | Place::BuildArgs(name) => {
            fact.role.forwards()
                && services.values().any(|service| service.compose.iter().any(|own| own.value == *name))
        }
        _ => false,
    }
}

/// The place that explains a key best comes first: an example, another dotenv, compose, a template.
fn rank(fact: &Fact) -> (u8, crate::text::Location) {
    let rank = match (&fact.role, &fact.place) {
        (Role::Documents(_), _) => 0,
        (_, Place::Dotenv) => 1,
        (_, Place::Container(_) | Place::BuildArgs(_)) => 2,
        (_, Place::Rendered) => 3,
        _ => 4,
    };
    (rank, fact.at())
}

/// The services in whose files each key occurs without being understood.
fn mentioned<'a>(
    tree: &Tree<'_>,
    services: &'a BTreeMap<String, Service>,
    wanted: &dyn Fn(&KeyName) -> bool,
) -> BTreeMap<KeyName, BTreeSet<&'a str>> {
    let mut found: BTreeMap<KeyName, BTreeSet<&str>> = BTreeMap::new();
    let owners = Owners::of(services);
    for (file, extraction) in tree.own() {
        // A workspace's own code may lie beside its services, in packages that they share.
        if is_tool(&file.path) || !is_code(file.path.name()) {
            continue;
        }
        let owner = owners.at(&file.path);
        if owner.is_none() && is_packaging(&file.path) {
            continue;
        }
        for mention in extraction.mentions.iter().filter(|mention| wanted(&mention.key)) {
            let owners = found.entry(mention.key.clone()).or_default();
            owners.extend(owner.map(|owner| owner.name.value.as_str()));
        }
    }
    found
}

/// Whether a value that a fact shows is an address with a password in it.
fn shows_credentials(fact: &Fact) -> bool {
    let value = match &fact.role {
        Role::Documents(document) => document.example.as_ref(),
        Role::Provides(provide) => Some(&provide.value),
        Role::Reads(_) | Role::Observed => None,
    };
    value.is_some_and(|value| crate::secret::has_url_credentials(value.text.reveal()))
}

/// Whether a file that belongs to no service only builds, installs or starts them.
fn is_packaging(path: &TreePath) -> bool {
    let is_shell = [".sh", ".bash", ".ps1", ".bat"].iter().any(|ending| path.name().ends_with(ending));
    is_shell || path.folder().parts().any(|part| PACKAGING.contains(&part))
}

/// Whether a file holds code, and not settings of tools.
fn is_code(name: &str) -> bool {
    const SETTINGS: &[&str] =
        &["json", "jsonc", "json5", "yaml", "yml", "toml", "ini", "cfg", "tf", "tfvars", "hcl", "xml", "nix"];
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    !SETTINGS.contains(&ending) && !matches!(name, "Makefile" | "justfile" | "Justfile" | "Procfile")
}
