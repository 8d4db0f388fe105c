//! Environments: the main compose file is the local one; further ones by the names of dotenv files and
//! compose variants, by what templates tell apart, and by what workflows deploy to.

mod composes;
mod dotenvs;
mod templates;
mod words;
mod workflows;

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

pub(super) use composes::may_complete;
pub(super) use dotenvs::{given_by, is_source, live_path};
pub use templates::Template as ToldByTemplate;
pub(super) use templates::receives_all;
pub(super) use workflows::told_by_workflow;

use super::Tree;
use super::bare::bare_source;
use crate::matrix::{EnvSource, Environment, Runtime, Said, Service, Tier};
use crate::text::{Location, TreePath};

/// Environments that are being put together.
#[derive(Debug, Default)]
struct Drafts {
    found: BTreeMap<(Tier, String), Environment>,
    /// Positions of sources, by their environment and the path that tells most about them.
    known: HashMap<(Tier, String, Option<TreePath>), Vec<usize>>,
}

impl Drafts {
    /// The environment of this name, begun at `at` if it is new.
    fn named(&mut self, (name, tier): (&str, Tier), at: Option<Location>) -> &mut Environment {
        self.found.entry((tier, name.to_owned())).or_insert_with(|| Environment {
            name: Said { value: name.to_owned(), at },
            tier: Said { value: tier, at },
            runtime: if tier >= Tier::Preview { Runtime::Image } else { Runtime::Source },
            ..Environment::default()
        })
    }

    /// Adds a source below those that are known.
    fn add(&mut self, which: (&str, Tier), source: EnvSource, at: Option<Location>) {
        let mut bare = source.clone();
        bare_source(&mut bare);
        let place = (which.1, which.0.to_owned(), main_path(&source));
        let candidates = self.known.get(&place).cloned().unwrap_or_default();
        let environment = self.named(which, at);
        let is_known = |&position: &usize| {
            let known = environment.sources.get(position).map(|known| {
                let mut known = known.value.clone();
                bare_source(&mut known);
                known
            });
            known.as_ref() == Some(&bare)
        };
        if !candidates.iter().any(is_known) {
            let position = environment.sources.len();
            environment.sources.push(Said { value: source, at });
            self.known.entry(place).or_default().push(position);
        }
    }
}

/// Takes over that templates and dotenv files below some folders lie in those of other services. `has_composes` tells of a folder
/// whether compose files of the project's own lie in it, and `owner` whose folder a path lies in. There is more than one
/// service.
pub fn renew_receivers<'a>(
    environments: &mut [Environment],
    folders: &BTreeSet<TreePath>,
    has_composes: impl Fn(&TreePath) -> bool,
    owner: impl Fn(&TreePath) -> Option<&'a Service>,
) {
    let is_one = |path: &TreePath| folders.iter().any(|folder| path.is_below(folder));
    for source in environments.iter_mut().flat_map(|environment| &mut environment.sources) {
        match &mut source.value {
            EnvSource::Vault { template, services, .. }
                if is_one(template) && !has_composes(&template.folder()) =>
            {
                let owner = owner(&template.folder()).and_then(templates::receiver);
                *services = owner.map(Said::inferred).into_iter().collect();
            }
            // At the root they are for all services.
            EnvSource::Dotenv { file, services } if is_one(file) && !services.is_empty() => {
                *services = owner(file).map(|owner| owner.name.clone()).into_iter().collect();
            }
            _ => {}
        }
    }
}

/// The path that tells most about a source.
fn main_path(source: &EnvSource) -> Option<TreePath> {
    match source {
        EnvSource::Dotenv { file, .. }
        | EnvSource::Workflow { file, .. }
        | EnvSource::Deploy { file, .. } => Some(file.value.clone()),
        EnvSource::Compose { files, .. } => files.first().map(|file| file.value.clone()),
        EnvSource::Vault { template, .. } => Some(template.value.clone()),
        EnvSource::Platform { .. } => None,
    }
}

/// The environments of the tree, by tier; at least one, where developers work.
pub(super) fn guess(tree: &Tree<'_>, services: &BTreeMap<String, Service>) -> Vec<Environment> {
    let mut drafts = Drafts::default();
    composes::add(tree, &mut drafts);
    workflows::add(tree, &mut drafts);
    dotenvs::add(tree, services, &mut drafts);
    templates::add(tree, services, &mut drafts);
    if drafts.found.is_empty() && !services.is_empty() {
        drafts.named(("local", Tier::Local), None);
    }
    let mut environments: Vec<Environment> = drafts.found.into_values().collect();
    for environment in &mut environments {
        if !tells_all(environment) {
            let open = EnvSource::Platform { keys: Vec::new(), services: Vec::new() };
            environment.sources.push(Said::inferred(open));
        }
    }
    environments
}

/// Whether the files that supply an environment seem to be all that supplies it: a dotenv file that
/// developers have, a template with the secrets of a deployment. Elsewhere somebody sets the rest.
fn tells_all(environment: &Environment) -> bool {
    let has = |is: fn(&EnvSource) -> bool| environment.sources.iter().any(|source| is(&source.value));
    match environment.tier.value {
        Tier::Local => has(|source| matches!(source, EnvSource::Dotenv { .. })),
        _ => {
            has(|source| matches!(source, EnvSource::Vault { .. }))
                && !has(|source| matches!(source, EnvSource::Workflow { .. }))
        }
    }
}
