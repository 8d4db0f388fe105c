//! Guessing services and environments anew.

use std::collections::BTreeSet;

use super::Others;
use super::services::{ServiceChange, is_same};
use crate::infer::bare::{bare_environment, bare_service};
use crate::infer::{Tree, environments, project, services};
use crate::matrix::{EnvSource, Environment};

/// Edits after which more services than this are others reach through the whole tree.
const MOST: usize = 64;

/// What becomes of the services of the guess, and its environments; `None` where the project is called otherwise, or where
/// environments differ in more than the dotenv files that supply them and the services that templates are for. What keys there are it does not tell.
#[must_use]
pub fn guess_again(others: &Others<'_>) -> Option<(ServiceChange, Vec<Environment>)> {
    let tree = Tree::new(others.files, others.extractions);
    let project = project::guess(&tree);
    if project.as_ref().map(|name| name.value.as_str()) != others.project() {
        return None;
    }
    let services = services::without_prefixes(&tree, project.as_ref());
    let names: BTreeSet<String> = services.keys().cloned().collect();
    let mut environments = environments::guess(&tree, &services);
    environments.iter_mut().for_each(bare_environment);
    let known = &others.matrix.environments;
    let is_alike = environments.len() == known.len()
        && environments.iter().zip(known).all(|(now, before)| are_alike(now, before));
    if !is_alike {
        return None;
    }
    let before = &others.matrix.services;
    let (mut gone, mut come) = (Vec::new(), Vec::new());
    for (name, mut service) in services {
        bare_service(&mut service);
        match before.get(&name) {
            Some(known) if is_same(known, &service) => {}
            known => {
                gone.extend(known.cloned());
                come.push(service);
            }
        }
    }
    gone.extend(before.values().filter(|known| !names.contains(&known.name.value)).cloned());
    if gone.len().max(come.len()) > MOST {
        return None;
    }
    Some((others.change(gone, come), environments))
}

/// Whether two environments differ in nothing but the dotenv files that supply them, and the services that templates are
/// for, of which no rule asks a guess file by file.
fn are_alike(one: &Environment, other: &Environment) -> bool {
    let bare = |environment: &Environment| {
        let mut bare = environment.clone();
        bare.sources.retain_mut(|source| match &mut source.value {
            EnvSource::Dotenv { .. } | EnvSource::Platform { .. } => false,
            EnvSource::Vault { services, .. } => {
                services.clear();
                true
            }
            _ => true,
        });
        bare
    };
    bare(one) == bare(other)
}
