//! Names that programs from elsewhere read: they go on reading the old one.

use super::Rename;
use crate::fact::{Fact, Place, Role};
use crate::fix::plan::Plan;
use crate::index::{EnvFileLink, Index, Site};
use crate::key::{KeyName, consumer_of, known_image};
use crate::text::Location;

/// Whether a statement gives the key to a container of a well-known image that reads keys of its kind.
pub(super) fn is_read_by_image(index: &Index, fact: &Fact) -> bool {
    if !matches!(fact.role, Role::Provides(_)) {
        return false;
    }
    match &fact.place {
        Place::Container(name) => {
            site_called(index, fact, name).is_some_and(|site| reads(index, site, &fact.key))
        }
        Place::JobService { job, service } => {
            let jobs = index.workflow(fact.file).map_or(&[] as &[_], |workflow| &workflow.jobs);
            let mut services = jobs.iter().filter(|of| of.id.value == *job).flat_map(|job| &job.services);
            let image = services.find(|of| of.name.value == *service).and_then(|of| of.image.as_ref());
            image.and_then(|image| known_image(&image.value)).is_some_and(|image| image.may_read(&fact.key))
        }
        _ => false,
    }
}

/// The service of this name in the compose file of a statement.
fn site_called<'i>(index: &'i Index, fact: &Fact, name: &str) -> Option<&'i Site> {
    let is_it = |site: &&Site| index.compose_service(site).is_some_and(|service| service.name.value == name);
    index.sites_in(fact.file).iter().find(is_it)
}

/// Whether a service runs a well-known image from elsewhere that reads keys of this kind.
fn reads(index: &Index, site: &Site, key: &KeyName) -> bool {
    site.service.is_none()
        && index.is_sink(site)
        && index.known_image(site).is_some_and(|image| image.may_read(key))
}

/// What is to be done where an image takes the key without a value of its own: what compose runs in has it under the
/// new name only.
pub(super) fn to_do(index: &Index, wanted: &Rename, at: Location) -> Option<String> {
    let fact = index.facts_in(at.file).find(|fact| fact.at() == at)?;
    let Role::Provides(provide) = &fact.role else { return None };
    // Written as `KEY` alone: the value stands where the key does.
    let is_bare = provide.value.span.is_empty() || provide.value.span == fact.span;
    let (old, new) = (&wanted.old, &wanted.new);
    is_bare.then(|| format!("the image reads `{old}`: give it `${{{new}}}` under that name"))
}

/// Says who else reads the key under its old name.
pub(super) fn tell(index: &Index, wanted: &Rename, plan: &mut Plan) {
    let (old, new) = (&wanted.old, &wanted.new);
    for site in index.sites().iter().filter(|site| reads(index, site, old)) {
        let Some(service) = index.compose_service(site) else { continue };
        for (entry, link) in service.env_files.iter().zip(&site.env_files) {
            let (EnvFileLink::File(file) | EnvFileLink::Example(file)) = link else { continue };
            if index.facts_in(*file).any(|fact| fact.key == *old) {
                plan.leave(
                    index.files.spell(Location::new(site.file, entry.path.span)),
                    format!(
                        "`{}` is given `{old}` from here: if its image reads it, pass it `{old}: ${{{new}}}`",
                        service.name.value
                    ),
                );
            }
        }
    }
    if let Some(consumer) = consumer_of(old) {
        plan.leave("", format!("others know `{old}` as well ({}): they keep that name", consumer.0));
    }
}
