//! Compose services that run images which the project builds elsewhere: in a workflow, or from a repository
//! of its own.

use std::collections::BTreeMap;

use foldhash::HashSet;

use crate::infer::Tree;
use crate::matrix::{Said, Service};
use crate::syntax::interpolation::scan;
use crate::text::Location;

/// Adds them: to a service that is known, else as one whose code is not in the tree.
pub(super) fn add(tree: &Tree<'_>, project: Option<&str>, services: &mut BTreeMap<String, Service>) {
    let mut known = names_of(services);
    for (file, compose) in tree.composes() {
        for candidate in &compose.services {
            let Some(image) = candidate.image.as_ref().filter(|_| candidate.build.is_none()) else {
                continue;
            };
            let name = &candidate.name.value;
            if known.contains(name) {
                continue;
            }
            let said = Said::at(name.clone(), Location::new(file.id, candidate.name.span));
            let part = own_part(&image.value, project);
            let is_only = services.len() == 1;
            let owner = match part {
                Some("") if is_only => services.values_mut().next(),
                Some(part) => services.get_mut(part),
                None if is_stamped(&image.value) => None,
                None => continue,
            };
            match owner {
                Some(service) if is_only && part == Some("") && has_default_name(service) => {
                    service.compose = vec![said];
                    known = names_of(services);
                }
                Some(service) => {
                    known.insert(name.clone());
                    service.compose.push(said);
                }
                None => {
                    known.insert(name.clone());
                    let service = Service { name: said.clone(), compose: vec![said], ..Service::default() };
                    services.insert(name.clone(), service);
                }
            }
        }
    }
}

/// Whether the project may build an image elsewhere, so that what runs it is a service of its own.
pub(in crate::infer) fn may_be_own_image(image: &str, project: Option<&str>) -> bool {
    own_part(image, project).is_some() || is_stamped(image)
}

/// Which part of the project an image is by its name: `""` for the project itself, `web` for `project-web`.
pub(in crate::infer) fn own_part<'a>(image: &'a str, project: Option<&str>) -> Option<&'a str> {
    part_of(last_part(image), project?)
}

/// All names that compose files give to services.
fn names_of(services: &BTreeMap<String, Service>) -> HashSet<String> {
    services.values().flat_map(|service| &service.compose).map(|name| name.value.clone()).collect()
}

/// Whether no compose file has named the service yet: a Dockerfile alone made it.
fn has_default_name(service: &Service) -> bool {
    matches!(service.compose.as_slice(), [only] if only.at == service.name.at) && service.dockerfile.is_some()
}

/// The last part of an image's name, without tag and digest.
pub(super) fn last_part(image: &str) -> &str {
    let image = image.split(['@', '$']).next().unwrap_or(image);
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split(':').next().unwrap_or(name)
}

/// `""` for the image of the project itself, the rest for one of its parts: `web` of `project-web`.
fn part_of<'a>(image: &'a str, project: &str) -> Option<&'a str> {
    let rest = image.strip_prefix(project)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix(['-', '_']) }
}

/// Whether whoever deploys chooses the image's tag, and has the latest otherwise: nobody runs another
/// team's image so.
fn is_stamped(image: &str) -> bool {
    let Some((name, tag)) = image.rsplit_once(":${").or_else(|| image.rsplit_once(":$")) else {
        return false;
    };
    if !name.contains('/') {
        return false;
    }
    let text = if tag.ends_with('}') { format!("${{{tag}") } else { format!("${tag}") };
    let found = scan(&text);
    let Some(variable) = found.variables.first() else { return false };
    matches!(variable.argument_in(&text), "" | "latest" | "main") || variable.argument_in(&text).contains(' ')
}
