//! Through the image that a service runs: its `ENV`, and what it was built with.

use super::{Journey, Link, LinkState, Project, shown};
use crate::fact::{Fact, Need, Place, Role};
use crate::index::supply::{Held, HeldKind};
use crate::key::KeyName;
use crate::matrix::{EnvSource, Kind, Runtime};
use crate::text::FileId;

impl<'a> Journey<'a> {
    /// `ENV` of the image that the service runs.
    pub(super) fn via_image(&mut self, name: &KeyName) -> Option<Held> {
        if self.environment.runtime == Runtime::Source && !self.is_started_by_compose() {
            return None;
        }
        for (file, stage) in self.images() {
            let Some(fact) = self.index.stage_environment(file, stage, name) else { continue };
            let Role::Provides(provide) = &fact.role else { continue };
            let what = format!("the image sets `{name}`");
            self.links.push(Link::new(fact.at(), what, LinkState::Holds));
            return Some(match provide.value.plain() {
                Some(_) => Held::from_text(fact.at(), provide.value.text.clone()),
                None => Held::outside(fact.at()),
            });
        }
        None
    }

    /// Whether compose runs the service in this environment: a service with `profiles:` only where one
    /// of them is active.
    pub(super) fn is_started_by_compose(&self) -> bool {
        let index = self.index;
        self.environment.sources.iter().any(|source| {
            let EnvSource::Compose { files, profiles, .. } = &source.value else { return false };
            index.sites_of(&self.service.name.value).any(|site| {
                files.iter().any(|path| index.files.at(path).is_some_and(|file| file.id == site.file))
                    && index.compose_service(site).is_some_and(|service| {
                        let is_active = |name: &str| profiles.iter().any(|active| **active == *name);
                        service.profiles.is_empty()
                            || is_active("*")
                            || service.profiles.iter().any(|profile| is_active(&profile.value))
                    })
            })
        })
    }

    /// Whether the key was written into what the service runs while its image was built, so that
    /// nothing that the container is given changes it.
    pub(super) fn is_baked(&self, name: &KeyName) -> bool {
        let is_public = self.index.matrix.keys.get(name).is_some_and(|spec| spec.kind.value == Kind::Public);
        is_public
            && self.environment.runtime == Runtime::Image
            && self.images().into_iter().any(|image| self.argument(image, name).is_some())
    }

    /// What the build of the service's image was given: by compose, else the default of the `ARG`.
    pub(super) fn via_build(&mut self, name: &KeyName) -> Option<Held> {
        let index = self.index;
        for source in &self.environment.sources {
            let EnvSource::Compose { files, env_files, .. } = &source.value else { continue };
            let project = Project { files, env_files };
            let named =
                |file: FileId| files.iter().any(|path| index.files.at(path).is_some_and(|at| at.id == file));
            let passed = index
                .sites_of(&self.service.name.value)
                .filter(|site| named(site.file))
                .flat_map(|site| index.build_args_of(site))
                .filter(|fact| fact.key == *name)
                .last();
            if let Some(held) = passed.and_then(|fact| self.via_environment(fact, project)) {
                return Some(held);
            }
        }
        if let Some(mention) = index.mentions_of(name).find(|at| is_workflow(index.files.path(at.file))) {
            let what = format!("the workflow mentions `{name}` and may build the image with it");
            self.links.push(Link::new(mention, what, LinkState::Unseen));
            self.unseen.get_or_insert_with(|| format!("{} may supply it", index.files.path(mention.file)));
            return None;
        }
        let argument = self.images().into_iter().find_map(|image| self.argument(image, name))?;
        let Role::Reads(read) = &argument.role else { return None };
        let Need::Default(default) = &read.need else {
            let what = format!("the build takes `{name}`, and nothing passes it");
            self.links.push(Link::new(argument.at(), what, LinkState::Broken));
            return None;
        };
        let what = match default.plain() {
            Some(_) => format!("the image is built with {} for `{name}`", shown(name, &default.text)),
            None => format!("the image is built with a default for `{name}`"),
        };
        self.links.push(Link::new(argument.at(), what, LinkState::FallsBack));
        Some(match default.plain() {
            Some(_) => Held { at: Some(argument.at()), kind: HeldKind::FileDefault(default.text.clone()) },
            None => Held::outside(argument.at()),
        })
    }

    /// The Dockerfiles of the service, each with the stage that becomes its image.
    fn images(&self) -> Vec<(FileId, usize)> {
        let index = self.index;
        let declared =
            self.service.dockerfile.as_ref().and_then(|path| index.files.at(path)).map(|file| file.id);
        let by_path =
            declared.and_then(|file| Some((file, index.dockerfile(file)?.stages.len().checked_sub(1)?)));
        by_path
            .into_iter()
            .chain(index.sites_of(&self.service.name.value).filter_map(|site| index.image_stage(site)))
            .collect()
    }

    /// The `ARG` that takes a key in one of the stages that an image is made of.
    fn argument(&self, (file, stage): (FileId, usize), name: &KeyName) -> Option<&'a Fact> {
        let stages = self.index.stages_behind(file, stage);
        self.index.facts_in(file).find(|fact| {
            fact.key == *name
                && matches!(fact.role, Role::Reads(_))
                && matches!(fact.place, Place::BuildArg(Some(number)) if stages.contains(&number))
        })
    }
}

fn is_workflow(path: &str) -> bool {
    path.starts_with(".github/workflows/") || path.contains("/.github/workflows/")
}
