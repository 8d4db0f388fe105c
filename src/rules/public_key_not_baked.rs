//! `public-key-not-baked`

mod joined;
mod left_out;
mod unnamed;
mod workflow;

use std::collections::BTreeSet;

use self::joined::joined;
use crate::diagnostic::Fix;
use crate::fact::{ComposeBuild, ComposeService, Fact, Need, Origin, Place, Role, Runs, Structure};
use crate::index::{BuildLink, Index, Site};
use crate::key::{KeyName, PUBLIC_PREFIXES, public_prefix};
use crate::rule::Reporter;
use crate::rule::repair::pass_build_args;
use crate::text::{FileId, Location, Span, TreePath};

/// Why it matters where the image declares the key.
const DEFAULT: &str =
    "the bundler writes the value into the code while it builds, so browsers keep the default of the `ARG`";

/// Why it matters where the image knows nothing of the key.
const NONE: &str = "the bundler writes the value into the code while it builds, so browsers get none";

/// Why it matters where nothing gives a key to the image.
const LEFT_OUT: &str = "the bundler writes the value into the code while it builds, and has none for this";

/// Why it matters where a step builds the image.
const STEP: &str = "the bundler writes the value into the code while it builds";

crate::declare_rule! {
    /// Reports a browser key (`NEXT_PUBLIC_`, `VITE_` ...) that reaches a service only at run time, or never, though its
    /// bundle is built before.
    ///
    /// Either the image declares the key as `ARG` and is not given it, or browser code reads the key and the image
    /// takes other keys of this kind and not this one, or none at all while nothing in it fills in values when it starts.
    ///
    /// It also reports a key that the example shows with a value and browser code reads, where the image takes most of the
    /// other browser keys of that example as `ARG`, and nothing sets this one.
    ///
    /// Under `--strict` it also reports a step of a workflow that leaves out what compose passes to the same Dockerfile.
    ///
    /// ## Why it matters
    ///
    /// The bundler replaces such keys by their values while it builds. What a container is given later
    /// changes nothing that browsers load: the bundle keeps the default it was built with.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     build: ./web
    ///     environment:
    ///       NEXT_PUBLIC_API_URL: https://api.example.com   # too late
    /// ```
    ///
    /// `web/Dockerfile`
    /// ```dockerfile
    /// FROM node:22
    /// ARG NEXT_PUBLIC_API_URL=http://localhost:8000
    /// COPY . .
    /// RUN npm run build
    /// ```
    ///
    /// ```text
    /// warning[public-key-not-baked]: `NEXT_PUBLIC_API_URL` reaches `web` only at run time, when its bundle is already built
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass the key under `build.args`, and declare it as `ARG` in the stage that builds.
    pub struct PublicKeyNotBaked = "public-key-not-baked", Build, Warning, fixes, partly_strict, by_file + among_files => joined;
}

impl PublicKeyNotBaked {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = BTreeSet::new();
        for site in index.sites() {
            if index.is_aside(site.file) {
                continue;
            }
            let Some((dockerfile, stage)) = index.image_stage(site) else { continue };
            let Some(service) = index.compose_service(site) else { continue };
            let Some(build) = &service.build else { continue };
            if is_for_development(index, dockerfile, stage, service) {
                continue;
            }
            let passed: BTreeSet<&KeyName> = std::iter::once(site)
                .chain(index.twins(site).filter(|twin| !is_variant(index, twin)))
                .flat_map(|part| index.build_args_of(part))
                .map(|fact| &fact.key)
                .collect();
            for fact in index.environment_of(site).filter(|fact| is_public(index, site, &fact.key)) {
                if passed.contains(&fact.key) {
                    continue;
                }
                let behind = index.stages_behind(dockerfile, stage);
                let declared = index.facts_in(dockerfile).find(|other| {
                    other.key == fact.key
                        && matches!(other.role, Role::Reads(_))
                        && matches!(other.place, Place::BuildArg(Some(number)) if behind.contains(&number))
                });
                // Without an `ARG` nothing proves that the bundle is built in this image with it.
                let Some(declared) = declared else { continue };
                if is_same(fact, declared)
                    || is_replaced_at_start(index, &fact.key)
                    || !told.insert(fact.at())
                {
                    continue;
                }
                speak(index, reporter, site, build.span, fact, declared);
            }
        }
    }
}

/// What code, workflows and containers tell together.
fn among_files(index: &Index, reporter: &mut Reporter<'_>) {
    if reporter.is_strict() {
        workflow::ask(index, reporter);
    }
    left_out::ask(index, reporter);
    let mut told = BTreeSet::new();
    // By the key: of all that browser code reads, few are given to containers and stand in no dotenv.
    for prefix in PUBLIC_PREFIXES.iter().filter(|prefix| **prefix != "PUBLIC_") {
        for key in index.keys_from(prefix).filter(|key| is_only_given_to_containers(index, key)) {
            for read in index.build_reads_of(key) {
                not_received(index, reporter, read, prefix, &mut told);
            }
        }
    }
}

/// Whether containers are given the key, no dotenv holds it and no server reads it.
fn is_only_given_to_containers(index: &Index, key: &KeyName) -> bool {
    let mut is_given = false;
    for fact in index.facts_of(key) {
        let is_read_later = matches!(fact.role, Role::Reads(_))
            && fact.place == Place::Process
            && runs_on_server(index, fact.file);
        let is_in_dotenv = fact.place == Place::Dotenv && matches!(fact.role, Role::Provides(_));
        if is_read_later || is_in_dotenv {
            return false;
        }
        is_given |= (matches!(fact.place, Place::Container(_)) || is_given_by_example(index, fact))
            && !index.is_aside(fact.file);
    }
    is_given
}

/// Whether the key stands in an example of a dotenv that a container is given.
fn is_given_by_example(index: &Index, fact: &Fact) -> bool {
    matches!(&fact.role, Role::Documents(document) if !document.commented)
        && fact.place == Place::Dotenv
        && index.sites_given(fact.file).next().is_some()
}

/// Whether a compose file of the same folder builds the service by itself, so that it is used instead of another
/// and does not add to it.
fn is_variant(index: &Index, twin: &Site) -> bool {
    let name = index.path(twin.file).name().to_owned();
    let builds = index.compose_service(twin).and_then(|service| service.build.as_ref());
    builds.is_some_and(ComposeBuild::names_source) && !name.contains("override")
}

/// A key that browser code reads, that its image is built without, though other public keys are passed to it, and
/// that a container is given.
fn not_received(
    index: &Index,
    reporter: &mut Reporter<'_>,
    read: &Fact,
    prefix: &str,
    told: &mut BTreeSet<Location>,
) {
    let key = &read.key;
    let builders = builders_of(index, &index.path(read.file));
    let takes_others = |(dockerfile, _): &(FileId, usize)| {
        index
            .facts_in(*dockerfile)
            .any(|fact| matches!(fact.place, Place::BuildArg(Some(_))) && fact.key.starts_with(prefix))
    };
    let names_it = |(dockerfile, _): &(FileId, usize)| {
        index.files.get(*dockerfile).is_none_or(|file| file.text.contains(key.as_str()))
    };
    if builders.iter().any(names_it) || is_replaced_at_start(index, key) {
        return;
    }
    let taking = builders.iter().find(|builder| takes_others(builder));
    // Without any `ARG` of this kind it has to be sure that nothing fills in the value later.
    let Some(&(dockerfile, stage)) = taking.or_else(|| unnamed::builder(index, read, &builders)) else {
        return;
    };
    let Some(stage) = index.dockerfile(dockerfile).and_then(|dockerfile| dockerfile.stages.get(stage)) else {
        return;
    };
    let given = index.facts_of(key).flat_map(|fact| {
        let compose = matches!(fact.place, Place::Container(_)).then_some(fact.file);
        let given = is_given_by_example(index, fact).then(|| index.sites_given(fact.file));
        compose.into_iter().chain(given.into_iter().flatten().map(|site| site.file))
    });
    let files: BTreeSet<FileId> = given.filter(|file| !index.is_aside(*file)).collect();
    let mut sites: Vec<&Site> = files.iter().flat_map(|&file| index.sites_in(file)).collect();
    // What a compose file says itself is nearer than what an example shows.
    sites.sort_by_key(|site| !index.environment_of(site).any(|fact| fact.key == *key));
    for site in sites {
        let is_of_app = match site.build {
            BuildLink::Dockerfile(file) => builders.iter().any(|(dockerfile, _)| *dockerfile == file),
            // Code that is mounted is built in the container, with what that is given.
            BuildLink::None => !site.mounts_code,
            BuildLink::Missing(_) | BuildLink::Unseen => false,
        };
        let given = index.environment_of(site).find(|fact| fact.key == *key).or_else(|| {
            index
                .values_for(site)
                .map(|(fact, _)| fact)
                .find(|fact| fact.key == *key && is_given_by_example(index, fact))
        });
        let (Some(given), true, Some(service)) = (given, is_of_app, index.compose_service(site)) else {
            continue;
        };
        let is_passed = || index.build_args_of(site).any(|fact| fact.key == *key);
        let builds_later = || service.commands.iter().any(|command| command.contains("build"));
        if service.commands.iter().any(|command| command.contains("dev"))
            || taking.is_none()
                && (is_passed() || builds_later() || unnamed::may_have_dotenv(index, key, site, dockerfile))
            || !told.insert(given.at())
        {
            return;
        }
        let name = &service.name.value;
        reporter
            .report(
                format!("`{key}` reaches `{name}` only at run time, when its bundle is already built"),
                given.at(),
                "has no effect on what browsers load",
            )
            .label(read.at(), "read here, in code that is bundled")
            .label(
                Location::new(dockerfile, stage.base.span),
                match taking {
                    Some(_) => format!(
                        "the stage that builds takes other keys with `{prefix}`, and has no `ARG {key}`"
                    ),
                    None => format!("the stage that builds has no `ARG {key}`"),
                },
            )
            .key(key)
            .why(NONE)
            .help(format!("declare `ARG {key}` in the stage that builds, and pass it under `build.args`"));
        return;
    }
}

fn runs_on_server(index: &Index, file: FileId) -> bool {
    matches!(index.extraction(file).map(|extraction| &extraction.structure),
        Some(Structure::Script(script)) if script.runs == Runs::Server)
}

/// The Dockerfiles that build the code at `path`, each with the first stage that copies sources and builds: those
/// in the nearest folder around it that has any.
pub(super) fn builders_of(index: &Index, path: &TreePath) -> Vec<(FileId, usize)> {
    let builder = |&file: &FileId| {
        let text = index.files.get(file).map_or("", |file| file.text.as_str());
        let builds = |span: Span| {
            text.get(span.range()).is_some_and(|stage| {
                stage.lines().any(|line| line.trim_start().starts_with("RUN") && line.contains("build"))
                    || stage.contains("&& ") && stage.contains(" build")
            })
        };
        let stages = &index.dockerfile(file)?.stages;
        let stage = stages.iter().position(|stage| stage.copies_source && builds(stage.span))?;
        Some((file, stage))
    };
    let found =
        index.dockerfiles_around(path).map(|files| files.iter().filter_map(builder).collect::<Vec<_>>());
    let mut found = found.filter(|builders| !builders.is_empty());
    found.next().unwrap_or_default()
}

/// Whether a development server runs in the container, which reads the environment at each start.
fn is_for_development(index: &Index, file: FileId, stage: usize, service: &ComposeService) -> bool {
    let stage_name = index
        .dockerfile(file)
        .and_then(|dockerfile| dockerfile.stages.get(stage)?.name.as_ref())
        .map_or("", |name| name.value.as_str());
    stage_name.starts_with("dev")
        || service.commands.iter().any(|command| {
            command.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "dev" | "develop"))
        })
}

/// Whether the bundle is built with the value that the container is given.
fn is_same(given: &Fact, declared: &Fact) -> bool {
    let (Role::Provides(provide), Role::Reads(read)) = (&given.role, &declared.role) else { return false };
    matches!(&read.need, Need::Default(default)
        if default.plain().is_some() && default.plain() == provide.value.plain())
}

/// Whether a shell script names the key: entrypoints replace placeholders in finished bundles.
pub(super) fn is_replaced_at_start(index: &Index, key: &KeyName) -> bool {
    index.mentions_of(key).any(|at| index.path(at.file).name().ends_with(".sh"))
}

fn is_public(index: &Index, site: &Site, key: &KeyName) -> bool {
    let declared = site
        .service
        .as_ref()
        .and_then(|name| index.matrix.services.get(name))
        .and_then(|service| service.public_prefix.as_ref());
    public_prefix(key).is_some() || declared.is_some_and(|prefix| key.starts_with(prefix.value.as_str()))
}

fn speak(index: &Index, reporter: &mut Reporter<'_>, site: &Site, build: Span, fact: &Fact, declared: &Fact) {
    let name = index.compose_service(site).map_or("", |service| service.name.value.as_str());
    let message =
        format!("`{}` reaches `{name}` only at run time, when its bundle is already built", fact.key);
    let edits = pass_build_args(index, site, &[(&fact.key, &value_for_build(fact))]).into_iter().collect();
    reporter
        .report(message, fact.at(), "has no effect on what browsers load")
        .label(declared.at(), "the image is built with this one")
        .label(Location::new(site.file, build), format!("the build is not given `{}`", fact.key))
        .key(&fact.key)
        .fix_if(Fix::unsafe_if_any(format!("pass `{}` to the build as well", fact.key), edits))
        .why(DEFAULT)
        .help(format!("pass `{}` under `build.args` as well", fact.key));
}

/// What a build is to be given for a key that the container is given as `fact` says.
fn value_for_build(fact: &Fact) -> String {
    match &fact.role {
        Role::Provides(provide) if provide.value.origin == Origin::Literal => {
            provide.value.text.reveal().to_owned()
        }
        _ => format!("${{{}}}", fact.key),
    }
}
