//! Workflows that start the containers of a service and give compose its variables one by one.

use super::{groups, sites_of};
use crate::fact::{Fact, Phase, Place};
use crate::index::Index;
use crate::matrix::Service;
use crate::text::FileId;

/// The workflows in which a step has compose do one of `verbs` with a service, each with the statements that give that step, its
/// job or the dotenv beside it most of what the service takes: what compose files interpolate comes from there.
pub(super) fn workflows<'i>(
    index: &'i Index,
    service: &Service,
    verbs: &[&str],
) -> Vec<(FileId, Vec<&'i Fact>)> {
    let sites = sites_of(index, service);
    let mut own = index.keys_of_service(service);
    own.extend(sites.iter().flat_map(|site| index.build_args_of(site)).map(|fact| fact.key.clone()));
    own.extend(sites.iter().flat_map(|site| index.interpolations(site.file)).map(|fact| fact.key.clone()));
    let names: Vec<&str> =
        sites.into_iter().filter_map(|site| Some(index.compose_service(site)?.name.value.as_str())).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (file, workflow) in index.workflows() {
        let mut best: Option<(usize, Vec<&Fact>)> = None;
        for job in &workflow.jobs {
            for script in &job.scripts {
                let is_asked = script.does.compose_calls.iter().any(|call| {
                    let is_meant = call.services.is_empty()
                        || call.services.iter().any(|name| names.contains(&name.value.as_str()));
                    verbs.contains(&call.verb) && !call.has_env_file && is_meant
                });
                if !is_asked {
                    continue;
                }
                let is_seen = |place: &Place| match place {
                    Place::Job { job: of, step } => {
                        of.as_deref().is_none_or(|of| of == job.id.value.as_str())
                            && step.is_none_or(|step| step == script.step)
                    }
                    Place::Written(_) => true,
                    _ => false,
                };
                let given =
                    index.facts_in(file).filter(|fact| fact.phase == Phase::Run && is_seen(&fact.place));
                for group in groups(given.collect()) {
                    let known = group.iter().filter(|fact| own.contains(&fact.key)).count();
                    if known > best.as_ref().map_or(0, |(most, _)| *most) {
                        best = Some((known, group));
                    }
                }
            }
        }
        found.extend(best.map(|(_, group)| (file, group)));
    }
    found
}
