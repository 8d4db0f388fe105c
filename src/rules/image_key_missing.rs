//! `image-key-missing`

use crate::fact::{Place, Role};
use crate::index::{EnvFileLink, Index, Site};
use crate::key::image_requirements;
use crate::rule::{Reporter, enumerate};
use crate::syntax::interpolation::expand_defaults;
use crate::text::Location;

crate::declare_rule! {
    /// Reports a service of an official image that refuses to start without a key nobody gives it, in compose files and
    /// among the service containers of a workflow.
    ///
    /// ## Why it matters
    ///
    /// The entrypoints of `postgres`, `mysql` and their kin stop at once when no password is
    /// configured. It shows only with an empty volume, that is, on somebody else's machine.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// services:
    ///   db:
    ///     image: postgres:16
    ///     environment:
    ///       POSTGRES_DB: app
    /// ```
    ///
    /// ## What to do
    ///
    /// Give the service one of the keys that the finding names.
    pub struct ImageKeyMissing = "image-key-missing", Missing, Warning, by_file;
}

impl ImageKeyMissing {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for site in index.sites() {
            let Some(service) = index.compose_service(site) else { continue };
            let Some(image) = &service.image else { continue };
            let name = expand_defaults(&image.value).unwrap_or_else(|| image.value.clone());
            // A tag that nobody knows does not change what the image demands.
            let name = name.split_once(":$").map_or(name.as_str(), |(name, _)| name);
            let Some(keys) = image_requirements(name) else { continue };
            // An override file, an extended service, a secret mount or an own entrypoint may bring it.
            let is_whole = service.build.is_none()
                && service.extends.is_none()
                && service.commands.iter().all(|command| keeps_entrypoint(command));
            if index.is_aside(site.file) {
                continue;
            }
            if !is_whole || is_override(index, site) || site_may_have(index, site, keys) {
                continue;
            }
            let message = format!(
                "`{}` runs {}, which does not start without {}",
                service.name.value,
                name,
                one_of(keys)
            );
            let mut finding = reporter.report(
                message,
                Location::new(site.file, image.span),
                "refuses to start with an empty volume",
            );
            if let Some(span) = service.environment {
                finding = finding.label(Location::new(site.file, span), "none of them is given here");
            }
            finding
                .why("the image's entrypoint stops when it has to initialise a database without a password")
                .help(format!(
                    "add `{}` to the service's environment",
                    keys.first().copied().unwrap_or_default()
                ));
        }
        in_jobs(index, reporter);
    }
}

/// The service containers of workflows, which are always new, and so always begin with an empty volume.
fn in_jobs(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, workflow) in index.workflows() {
        if workflow.is_broken {
            continue;
        }
        for job in &workflow.jobs {
            for service in job.services.iter().filter(|service| !service.is_open) {
                let Some(image) = &service.image else { continue };
                let name = image.split_once(":$").map_or(image.as_str(), |(name, _)| name);
                let Some(keys) = image_requirements(name) else { continue };
                let is_given = index.facts_in(file).any(|fact| {
                    matches!(&fact.place, Place::JobService { job: owner, service: own }
                        if *owner == job.id.value && *own == service.name.value)
                        && keys.contains(&fact.key.as_str())
                });
                if is_given {
                    continue;
                }
                let message = format!(
                    "`{}` runs {name}, which does not start without {}",
                    service.name.value,
                    one_of(keys)
                );
                let mut finding = reporter.report(
                    message,
                    Location::new(file, image.span),
                    "stops at once, and the job with it",
                );
                if let Some(span) = service.env {
                    finding = finding.label(Location::new(file, span), "none of them is given here");
                }
                finding
                    .why("the image's entrypoint stops when it has to initialise a database without a password")
                    .help(format!("add `{}` to the `env` of the service", keys.first().copied().unwrap_or_default()));
            }
        }
    }
}

/// Whether a `command:` only gives options to the server that the image starts anyway.
fn keeps_entrypoint(command: &str) -> bool {
    let first = command.split_whitespace().next().unwrap_or("");
    first.starts_with('-') || matches!(first, "postgres" | "mysqld" | "mariadbd")
}

fn one_of(keys: &[&str]) -> String {
    match keys {
        [others @ .., last] if !others.is_empty() => {
            let others: Vec<String> = others.iter().map(|key| format!("`{key}`")).collect();
            format!("{} or `{last}`", others.join(", "))
        }
        _ => enumerate(keys),
    }
}

/// Whether the file only adds to another compose file of its folder that has a service of this name.
fn is_override(index: &Index, site: &Site) -> bool {
    index.twins(site).next().is_some()
}

fn site_may_have(index: &Index, site: &Site, keys: &[&str]) -> bool {
    let Some(service) = index.compose_service(site) else { return true };
    let given = index.facts_in(site.file).any(|fact| {
        matches!(&fact.place, Place::Container(owner) if *owner == service.name.value)
            && matches!(fact.role, Role::Provides(_))
            && keys.contains(&fact.key.as_str())
    });
    let hidden = index.extraction(site.file).is_none_or(|extraction| !extraction.gaps.is_empty());
    given
        || hidden
        || site.env_files.iter().any(|link| match link {
            EnvFileLink::File(file) | EnvFileLink::Example(file) => {
                index.facts_in(*file).any(|fact| keys.contains(&fact.key.as_str()))
            }
            EnvFileLink::Missing(_) | EnvFileLink::Unseen => true,
        })
}
