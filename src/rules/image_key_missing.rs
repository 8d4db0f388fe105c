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
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   db:
    ///     image: postgres:16
    ///     environment:
    ///       POSTGRES_DB: app
    /// ```
    ///
    /// ```text
    /// warning[image-key-missing]: `db` runs postgres:16, which does not start without `POSTGRES_PASSWORD`, `POSTGRES_PASSWORD_FILE` or `POSTGRES_HOST_AUTH_METHOD`
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
            let mut groups = image_requirements(name);
            // An override file, an extended service, a secret mount or an own entrypoint may bring it.
            let is_whole = service.build.is_none()
                && service.extends.is_none()
                && service.commands.iter().all(|command| keeps_entrypoint(command));
            if index.is_aside(site.file) {
                continue;
            }
            if !is_whole || is_override(index, site) {
                continue;
            }
            groups.retain(|keys| !site_may_have(index, site, keys));
            if groups.is_empty() {
                continue;
            }
            let message = format!(
                "`{}` runs {}, which does not start without {}",
                service.name.value,
                name,
                each_of(&groups)
            );
            let mut finding = reporter.report(
                message,
                Location::new(site.file, image.span),
                "refuses to start with an empty volume",
            );
            if let Some(span) = service.environment {
                finding = finding.label(Location::new(site.file, span), "none of them is given here");
            }
            finding.why(why(&groups)).help(format!("add {} to the service's environment", firsts(&groups)));
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
                let mut groups = image_requirements(name);
                let is_given = |keys: &[&str]| {
                    index.facts_in(file).any(|fact| {
                        matches!(&fact.place, Place::JobService { job: owner, service: own }
                        if *owner == job.id.value && *own == service.name.value)
                            && keys.contains(&fact.key.as_str())
                    })
                };
                groups.retain(|keys| !is_given(keys));
                if groups.is_empty() {
                    continue;
                }
                let message = format!(
                    "`{}` runs {name}, which does not start without {}",
                    service.name.value,
                    each_of(&groups)
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
                    .why(why(&groups))
                    .help(format!("add {} to the `env` of the service", firsts(&groups)));
            }
        }
    }
}

/// Whether a `command:` only gives options to the server that the image starts anyway.
fn keeps_entrypoint(command: &str) -> bool {
    let first = command.split_whitespace().next().unwrap_or("");
    first.starts_with('-') || matches!(first, "postgres" | "mysqld" | "mariadbd")
}

/// "`A` or `B`, and without `C`", of groups of which one key each is needed.
fn each_of(groups: &[&[&str]]) -> String {
    groups.iter().map(|keys| one_of(keys)).collect::<Vec<_>>().join(", and without ")
}

/// The keys that are best given, one of each group.
fn firsts(groups: &[&[&str]]) -> String {
    enumerate(&groups.iter().filter_map(|keys| keys.first().copied()).collect::<Vec<_>>())
}

fn why(groups: &[&[&str]]) -> &'static str {
    if groups.iter().any(|keys| keys.contains(&"ACCEPT_EULA")) {
        "the server stops at its start until somebody accepts its licence and gives its administrator a password"
    } else {
        "the image's entrypoint stops when it has to initialise a database without a password"
    }
}

/// So many keys of a group are named.
const NAMED: usize = 4;

fn one_of(keys: &[&str]) -> String {
    match keys {
        [first, second, others @ ..] if keys.len() > NAMED => {
            format!("`{first}`, `{second}` or one of {} others", others.len())
        }
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
    let hidden = !index.is_read_whole(site.file);
    given
        || hidden
        || site.env_files.iter().any(|link| match link {
            EnvFileLink::File(file) | EnvFileLink::Example(file) => {
                index.facts_in(*file).any(|fact| keys.contains(&fact.key.as_str()))
            }
            EnvFileLink::Missing(_) | EnvFileLink::Unseen => true,
        })
}
