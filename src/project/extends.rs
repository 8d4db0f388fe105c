//! `extends:`: services that are made from others, of the same file or another.

use std::collections::BTreeMap;

use super::load::{Loader, Place, Steps};
use super::model::{Extends, Model, Service};
use super::paths;
use super::reset::Resets;
use crate::text::{SourceFile, TreePath};

/// Services that extend each other in one chain.
const LONGEST_CHAIN: usize = 32;

type Services = BTreeMap<String, Option<Service>>;

/// A chain of services that extend each other, and what its files take away.
#[derive(Clone, Default)]
struct Chain {
    links: Vec<(String, String)>,
    resets: Vec<Resets>,
}

impl Loader<'_> {
    /// Lays every service over the one that it extends.
    pub(super) fn apply_extends(
        &self,
        file: &SourceFile,
        model: &mut Model,
        place: Place<'_>,
        resets: &Resets,
    ) {
        let names: Vec<String> = model.services.keys().cloned().collect();
        for name in names {
            let chain = Chain { links: Vec::new(), resets: vec![resets.clone()] };
            let merged = self.extended(file.path.as_str(), &name, &mut model.services, place, chain);
            model.services.insert(name, merged);
        }
    }

    /// The service `name` of `services`, laid over what it extends.
    fn extended(
        &self,
        file: &str,
        name: &str,
        services: &mut Services,
        place: Place<'_>,
        mut chain: Chain,
    ) -> Option<Service> {
        let service = services.get(name)?.clone()?;
        let Some(extends) = service.extends.clone() else { return Some(service) };
        let link = (extends.file.clone().unwrap_or_else(|| file.to_owned()), name.to_owned());
        if chain.links.contains(&link) || chain.links.len() >= LONGEST_CHAIN {
            self.refuse(Some(extends.at), "services extend each other in a circle");
            return Some(unseen(service, "it extends itself"));
        }
        chain.links.push(link);
        let mut other: Services;
        let (bases, base_place) = match &extends.file {
            Some(path) => match self.other_file(path, &extends, place) {
                Some((found, resets)) => {
                    other = found;
                    chain.resets.push(resets);
                    (&mut other, place)
                }
                None => return Some(unseen(service, "the service that it extends is not in the tree")),
            },
            None => (services, place),
        };
        if !bases.contains_key(&extends.service) {
            self.refuse(Some(extends.at), "the service that is extended is not there");
            return Some(unseen(service, "the service that it extends is not there"));
        }
        let resets = chain.resets.clone();
        let Some(mut base) = self.extended(file, &extends.service, bases, base_place, chain) else {
            return Some(service);
        };
        for reset in &resets {
            reset.apply_to(name, &mut base);
        }
        base.extends = None;
        let mut merged = base.merge(service);
        merged.extends = None;
        bases.insert(name.to_owned(), Some(merged.clone()));
        Some(merged)
    }

    /// The services of another file, their paths made relative to the project's folder.
    fn other_file(&self, path: &str, extends: &Extends, place: Place<'_>) -> Option<(Services, Resets)> {
        let file = self.compose_file(place.folder, path, Some(extends.at))?;
        let mut model = Model::default();
        let resets = self.file(file, place, Steps::Raw, &mut model);
        let folder: TreePath = file.path.folder();
        Self::resolve_paths(&mut model, &paths::relative(place.folder, &folder));
        Some((model.services, resets))
    }
}

fn unseen(mut service: Service, reason: &str) -> Service {
    service.extends = None;
    service.open.get_or_insert_with(|| reason.to_owned());
    service
}
