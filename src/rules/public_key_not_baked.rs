//! `public-key-not-baked`

use std::collections::BTreeSet;

use crate::fact::{ComposeService, Fact, Need, Place, Role, is_aside};
use crate::index::{Index, Site};
use crate::key::{KeyName, public_prefix};
use crate::rule::Reporter;
use crate::text::{FileId, Location, Span};

crate::declare_rule! {
    /// Reports a browser key (`NEXT_PUBLIC_`, `VITE_` ...) that a service gets at run time only, though its image is built with it.
    ///
    /// ## Why it matters
    ///
    /// The bundler replaces such keys by their values while it builds. What a container is given later
    /// changes nothing that browsers load: the bundle keeps the default it was built with.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// services:
    ///   web:
    ///     build: ./web
    ///     environment:
    ///       NEXT_PUBLIC_API_URL: https://api.example.com   # too late
    /// ```
    ///
    /// ```dockerfile
    /// ARG NEXT_PUBLIC_API_URL=http://localhost:8000
    /// RUN npm run build
    /// ```
    ///
    /// ## What to do
    ///
    /// Pass the key under `build.args`, and declare it as `ARG` in the stage that builds.
    pub struct PublicKeyNotBaked = "public-key-not-baked", Build, Warning, by_file;
}

impl PublicKeyNotBaked {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut told = BTreeSet::new();
        for site in index.sites() {
            if is_aside(&index.path(site.file)) {
                continue;
            }
            let Some((dockerfile, stage)) = index.image_stage(site) else { continue };
            let Some(service) = index.compose_service(site) else { continue };
            let Some(build) = &service.build else { continue };
            if is_for_development(index, dockerfile, stage, service) {
                continue;
            }
            let passed: BTreeSet<&KeyName> = std::iter::once(site)
                .chain(index.twins(site))
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
fn is_replaced_at_start(index: &Index, key: &KeyName) -> bool {
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
    reporter
        .report(message, fact.at(), "has no effect on what browsers load")
        .label(declared.at(), "the image is built with this one")
        .label(Location::new(site.file, build), format!("the build is not given `{}`", fact.key))
        .key(&fact.key)
        .why("the bundler writes the value into the code while it builds, so browsers keep the default of the `ARG`")
        .help(format!("pass `{}` under `build.args` as well", fact.key));
}
