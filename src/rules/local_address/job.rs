//! Addresses of service containers in the jobs of workflows.
//!
//! GitHub puts service containers on a network of their own. A job in a `container:` is on it and finds each by its
//! id; a job on the machine itself is not, and finds their published ports at `localhost` ("Communicating with Docker
//! service containers").

use super::{SERVERS, is_local};
use crate::fact::{Fact, JobService, Machine, Place, Role, WorkflowJob};
use crate::index::Index;
use crate::key::segments;
use crate::rule::Reporter;
use crate::text::{FileId, Location};
use crate::value_type::url::Url;

pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, workflow) in index.workflows() {
        if workflow.is_broken {
            continue;
        }
        for job in &workflow.jobs {
            if job.services.is_empty() || job.makes_networks || job.scripts.is_empty() {
                continue;
            }
            for fact in index.facts_in(file).filter(|fact| is_seen_by_scripts(fact, job)) {
                let Role::Provides(provide) = &fact.role else { continue };
                let Some(text) = provide.value.plain() else { continue };
                let at = Location::new(file, provide.value.span);
                if job.container.is_some() {
                    in_container(reporter, file, job, fact, text, at);
                } else if job.machine == Machine::Plain {
                    on_machine(reporter, file, job, fact, text, at);
                }
            }
        }
    }
}

/// Whether a variable is one of the job or of a step whose script sees it.
fn is_seen_by_scripts(fact: &Fact, job: &WorkflowJob) -> bool {
    let Place::Job { job: Some(owner), step } = &fact.place else { return false };
    *owner == job.id.value && step.is_none_or(|step| job.scripts.iter().any(|script| script.step == step))
}

/// The host and port that a value names: those of an address, or the value of `DB_HOST` itself.
fn host<'v>(fact: &Fact, text: &'v str) -> Option<(&'v str, Option<u16>)> {
    if let Some(url) = Url::parse(text) {
        return Some((url.host, url.port));
    }
    let last = segments(&fact.key).last().unwrap_or("");
    matches!(last, "HOST" | "HOSTNAME" | "PGHOST").then_some((text, None))
}

fn on_machine(
    reporter: &mut Reporter<'_>,
    file: FileId,
    job: &WorkflowJob,
    fact: &Fact,
    text: &str,
    at: Location,
) {
    let Some((host, port)) = host(fact, text) else { return };
    let Some(service) = job.services.iter().find(|service| service.name.value == host) else { return };
    let mut published = service.published.iter();
    let both = published.find(|(_, container)| port.is_none_or(|port| port == *container));
    let Some(&(on_host, _)) = both else { return };
    reporter
        .report(
            format!("`{}` asks for the host `{host}`, which is none on the machine of the job", fact.key),
            at,
            "the job runs in no container",
        )
        .label(Location::new(file, service.name.span), "its port is published to the machine")
        .key(&fact.key)
        .why("service containers have their names on a network of their own; a job without `container:` is not on it")
        .help(format!("write `localhost`, with port {on_host}"));
}

fn in_container(
    reporter: &mut Reporter<'_>,
    file: FileId,
    job: &WorkflowJob,
    fact: &Fact,
    text: &str,
    at: Location,
) {
    let Some(url) = Url::parse(text).filter(|url| is_local(url.host)) else { return };
    let Some(server) = SERVERS.iter().find(|server| server.schemes.contains(&url.base_scheme())) else {
        return;
    };
    let runs = |service: &&JobService| {
        service.image.as_ref().is_some_and(|image| {
            let name = image.rsplit('/').next().unwrap_or(image);
            let name = name.split([':', '@']).next().unwrap_or(name);
            server.images.contains(&name)
        })
    };
    let (Some(service), Some(container)) = (job.services.iter().find(runs), job.container) else { return };
    let name = &service.name.value;
    reporter
        .report(
            format!("`{}` looks for `{name}` in the container of the job", fact.key),
            at,
            "here, this is the container of the job itself",
        )
        .label(Location::new(file, service.name.span), "the server runs in this one")
        .label(Location::new(file, container), "the steps run in this one")
        .key(&fact.key)
        .why("each container has its own `localhost`")
        .help(format!("write `{name}` for the host"));
}
