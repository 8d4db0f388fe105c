//! Compose services without a `build:` whose image this tree builds elsewhere: another compose file, a step of a
//! workflow or a command.

use std::collections::{BTreeMap, BTreeSet};

use foldhash::HashMap;

use super::sites::{BuildLink, Site, SiteAt};
use super::{Index, is_aside};
use crate::fact::{Dockerfile, Fact, NamedImage, Place, Role};
use crate::key::{KnownImage, is_tool_key, known_image};
use crate::syntax::image_name::{Likeness, last_part, likeness, name_of};
use crate::syntax::interpolation::expand_defaults;
use crate::text::{FileId, TreePath};

/// Where likeness of names alone says what a service runs, it has to be given so many keys that this code reads.
const ENOUGH_KEYS: usize = 3;

/// And so many percent of all that it lists.
const ENOUGH_PERCENT: usize = 60;

/// Of names that are not told as a whole at most so many are compared with each image that is run.
const MOST_OPEN: usize = 256;

/// What an image is built from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Source {
    build: BuildLink,
    target: Option<String>,
    code: Option<TreePath>,
}

/// Who builds an image, in the order in which they are heard: the services of compose files, then steps and commands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Builder {
    Site(SiteAt),
    Step(StepAt),
}

/// A step of a workflow that names what it builds, else a command; and its file and position among those.
type StepAt = (StepKind, FileId, usize);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum StepKind {
    Step,
    CommandOfStep,
    Command,
}

/// An image by its name, Dockerfile and stage.
type ImageId = (String, Option<FileId>, Option<String>);

/// What an image is built from, by who does, in order; of several builders the first counts. Mostly there is one.
type Sources<B> = Vec<(B, Source)>;

/// What images are built from, in the order of their names.
type Built = Vec<(ImageId, Sources<Builder>)>;

/// The images that the tree builds, and the services that run some without building them.
#[derive(Debug, Default)]
pub(super) struct Images {
    /// By the last part of a name, where that is told.
    by_last: BTreeMap<String, Built>,
    /// The others.
    open: Built,
    /// Those of compose services, by their names as written.
    written: HashMap<String, Sources<SiteAt>>,
    /// What each compose service that builds an image calls it, and what it is built from.
    of_sites: HashMap<SiteAt, (String, Source)>,
    /// What each file with steps or commands that build images calls them, and what they are built from.
    of_steps: HashMap<FileId, Vec<(String, StepAt, Source)>>,
    /// The services that run what they do not build, by the last part of the image's name.
    run: BTreeMap<String, BTreeSet<SiteAt>>,
}

impl Images {
    /// Those that steps of workflows and commands build.
    pub(super) fn of_steps(index: &Index) -> Self {
        let mut images = Self::default();
        let workflows = index.workflows().map(|(file, _)| file);
        for file in workflows.chain(index.scripts().map(|(file, _)| file)) {
            images.set_steps(file, steps_of(index, file));
        }
        images
    }

    fn set_steps(&mut self, file: FileId, steps: Vec<(String, StepAt, Source)>) {
        for (name, step, source) in &steps {
            self.insert(name, Builder::Step(*step), source.clone());
        }
        if !steps.is_empty() {
            self.of_steps.insert(file, steps);
        }
    }

    /// Takes over what the steps and commands of a file build now, and tells the names under which they build something
    /// else than before.
    pub(super) fn renew_steps(&mut self, index: &Index, file: FileId) -> BTreeSet<String> {
        let before = self.of_steps.remove(&file).unwrap_or_default();
        let now = steps_of(index, file);
        let others = |steps: &[(String, StepAt, Source)], than: &[(String, StepAt, Source)]| -> Vec<String> {
            steps.iter().filter(|step| !than.contains(step)).map(|(name, ..)| name.clone()).collect()
        };
        let changed = others(&before, &now).into_iter().chain(others(&now, &before)).collect();
        for (name, step, source) in &before {
            self.take_away(name, Builder::Step(*step), source);
        }
        self.set_steps(file, now);
        changed
    }

    /// Adds those of compose services, given without what others build for them.
    pub(super) fn add(&mut self, index: &Index, sites: &[Site]) {
        for site in sites {
            let Some(image) = index.compose_service(site).and_then(|service| service.image.as_ref()) else {
                continue;
            };
            let at = site.at();
            if site.build == BuildLink::None {
                self.run.entry(last_of(image)).or_default().insert(at);
            }
            if !matches!(site.build, BuildLink::Dockerfile(_) | BuildLink::Unseen) {
                continue;
            }
            let source =
                Source { build: site.build.clone(), target: site.target.clone(), code: site.code.clone() };
            if let (BuildLink::Dockerfile(_), Some(name)) = (&site.build, name_of(image)) {
                self.insert(&name, Builder::Site(at), source.clone());
            }
            put(self.written.entry(image.value.clone()).or_default(), at, source.clone());
            self.of_sites.insert(at, (image.value.clone(), source));
        }
    }

    fn insert(&mut self, name: &str, builder: Builder, source: Source) {
        let id = id_of(name, &source);
        let built = self.named(name);
        match built.binary_search_by(|(known, _)| known.cmp(&id)) {
            Ok(at) => {
                built.get_mut(at).into_iter().for_each(|(_, sources)| put(sources, builder, source.clone()))
            }
            Err(at) => built.insert(at, (id, vec![(builder, source)])),
        }
    }

    /// The images whose names are told as far as this one.
    fn named(&mut self, name: &str) -> &mut Built {
        let last = last_part(name);
        if last.contains('*') { &mut self.open } else { self.by_last.entry(last.to_owned()).or_default() }
    }

    /// Takes away what services build and run; each with the image that it named.
    pub(super) fn remove<'s>(&mut self, sites: impl Iterator<Item = (SiteAt, Option<&'s str>)>) {
        for (at, image) in sites {
            if let Some(image) = image
                && let Some(run) = self.run.get_mut(&last_of(image))
            {
                run.remove(&at);
            }
            let Some((image, source)) = self.of_sites.remove(&at) else { continue };
            if let Some(name) = name_of(&image) {
                self.take_away(&name, Builder::Site(at), &source);
            }
            if let Some(sources) = self.written.get_mut(&image) {
                sources.retain(|(builder, _)| *builder != at);
            }
        }
    }

    fn take_away(&mut self, name: &str, builder: Builder, source: &Source) {
        let id = id_of(name, source);
        let built = self.named(name);
        for (_, sources) in built.iter_mut().filter(|(known, _)| *known == id) {
            sources.retain(|(other, _)| *other != builder);
        }
        built.retain(|(_, sources)| !sources.is_empty());
    }

    /// By which names and from what some services build images.
    pub(super) fn built_by(&self, sites: &[Site]) -> Vec<(String, Source)> {
        sites.iter().filter_map(|site| self.of_sites.get(&site.at()).cloned()).collect()
    }

    /// The services that may run an image that is named so and that others build; `None` where its name is not told.
    pub(super) fn running(&self, image: &str) -> Option<impl Iterator<Item = SiteAt>> {
        let last = last_of(image);
        let open = self.run.iter().filter(|(name, _)| name.contains('*')).flat_map(|(_, sites)| sites);
        let told = self.run.get(&last).into_iter().flatten();
        (!last.contains('*')).then(|| told.chain(open).copied())
    }

    /// The services that run what they do not build, from images that are called so behind the last slash.
    fn run_as(&self, last: &str) -> impl Iterator<Item = SiteAt> {
        self.run.get(last).into_iter().flatten().copied()
    }

    /// What an image is built from, and how sure that is; `None` where several things are built under its name.
    fn source_of(&self, run: &str) -> Option<(&Source, Likeness)> {
        let last = last_part(run);
        let told = self.by_last.get(last).into_iter().flatten();
        let of_open_run = last.contains('*').then(|| self.by_last.values().flatten().take(MOST_OPEN));
        let all = told.chain(of_open_run.into_iter().flatten()).chain(self.open.iter().take(MOST_OPEN));
        let named = all.filter_map(|((name, ..), sources)| Some((&sources.first()?.1, likeness(name, run)?)));
        let mut found: Vec<(&Source, Likeness)> = named.collect();
        let best = found.iter().map(|(_, likeness)| *likeness).max()?;
        found.retain(|(_, likeness)| *likeness == best);
        let (first, others) = found.split_first()?;
        others.iter().all(|(other, _)| *other == first.0).then_some(*first)
    }
}

/// Puts a source among others in the order of those who build.
fn put<B: Ord>(sources: &mut Sources<B>, builder: B, source: Source) {
    let at = sources.partition_point(|(known, _)| *known < builder);
    sources.insert(at, (builder, source));
}

fn id_of(name: &str, source: &Source) -> ImageId {
    let file = match source.build {
        BuildLink::Dockerfile(file) => Some(file),
        _ => None,
    };
    (name.to_owned(), file, source.target.clone())
}

/// The last part of an image's name, as far as it is told; the name as it is written where it cannot be told at all.
fn last_of(image: &str) -> String {
    name_of(image).map_or_else(|| image.to_owned(), |name| last_part(&name).to_owned())
}

/// Ties services without a `build:` to what is built under the name of their image, or beside them under their own name.
/// Of each folder `sites` are all or none.
pub(super) fn share(index: &Index, images: &Images, sites: &mut [Site]) {
    let named = built_by_name(index, sites);
    for site in sites.iter_mut().filter(|site| site.build == BuildLink::None) {
        let Some(service) = index.compose_service(site) else { continue };
        let Some(image) = service.image.as_ref() else { continue };
        if let Some(source) = images.written.get(image.as_str()).and_then(|sources| sources.first()) {
            take(site, source.1.clone());
            continue;
        }
        let name = name_of(image);
        match name.as_deref().and_then(|name| images.source_of(name)) {
            Some((source, Likeness::Certain)) => take(site, source.clone()),
            Some((source, Likeness::Likely)) => lean(index, site, source.clone()),
            None => {
                let folder = index.path(site.file).folder();
                let beside = named.get(&(folder, service.name.value.as_str()));
                let is_own = name.as_deref().is_some_and(|name| name.contains('/'));
                if let Some(source) = beside.filter(|_| is_own).and_then(Option::as_ref)
                    && !starts_from(index, source, last_part(name.as_deref().unwrap_or_default()))
                {
                    lean(index, site, source.clone());
                }
            }
        }
    }
}

fn take(site: &mut Site, source: Source) {
    site.build = source.build;
    site.target = source.target;
    site.code = site.code.take().or(source.code);
}

fn lean(index: &Index, site: &mut Site, source: Source) {
    let BuildLink::Dockerfile(file) = source.build else { return };
    if is_aside(&index.path(file)) != is_aside(&index.path(site.file)) {
        return;
    }
    site.likely = Some(file);
    site.target = source.target;
    site.code = site.code.take().or(source.code);
}

/// What the steps and commands of a file build, by the names that they give it.
fn steps_of(index: &Index, file: FileId) -> Vec<(String, StepAt, Source)> {
    let root = TreePath::root(index.path(file).root_name());
    let workflow = index.workflow(file);
    let images = workflow.into_iter().flat_map(|workflow| &workflow.jobs).flat_map(|job| &job.images);
    let mut found: Vec<(String, StepAt, Source)> = Vec::new();
    for image in images {
        if let Some(source) = source_of(index, &root, image) {
            found.push((image.name.clone(), (StepKind::Step, file, found.len()), source));
        }
    }
    let kind = if workflow.is_some() { StepKind::CommandOfStep } else { StepKind::Command };
    for (build, dockerfile) in index.command_builds_in(file) {
        let folder = index.path(dockerfile).folder();
        for name in &build.images {
            let context =
                root.join(&build.context).filter(|context| index.path(dockerfile).is_below(context));
            let code = Some(code_of(&folder, context));
            let source =
                Source { build: BuildLink::Dockerfile(dockerfile), target: build.target.clone(), code };
            found.push((name.clone(), (kind, file, found.len()), source));
        }
    }
    found
}

/// What a step builds under a name.
fn source_of(index: &Index, root: &TreePath, image: &NamedImage) -> Option<Source> {
    let context = root.join(&image.context)?;
    let path = match &image.file {
        Some(file) => root.join(file)?,
        None => context.join("Dockerfile")?,
    };
    let file = index.files.at(&path)?.id;
    index.dockerfile(file)?;
    let code = Some(code_of(&path.folder(), Some(context)));
    Some(Source { build: BuildLink::Dockerfile(file), target: image.target.clone(), code })
}

/// The folder whose code a Dockerfile in the folder `beside` builds: a Dockerfile deeper than its context belongs to the
/// application that it lies in.
pub(super) fn code_of(beside: &TreePath, context: Option<TreePath>) -> TreePath {
    match context {
        Some(context) if !beside.is_below(&context) || *beside == context => context,
        _ => beside.clone(),
    }
}

/// What services are built from, by the folder of the compose file and their name; `None` of names under which several
/// things are built.
fn built_by_name<'a>(index: &'a Index, sites: &[Site]) -> HashMap<(TreePath, &'a str), Option<Source>> {
    let mut named: HashMap<(TreePath, &str), Option<Source>> = HashMap::default();
    for site in sites {
        let (BuildLink::Dockerfile(_), Some(service)) = (&site.build, index.compose_service(site)) else {
            continue;
        };
        let build = service.build.as_ref().and_then(|build| expand_defaults(&build.context));
        if build.is_none() {
            continue;
        }
        let source =
            Source { build: site.build.clone(), target: site.target.clone(), code: site.code.clone() };
        let id = (index.path(site.file).folder(), service.name.value.as_str());
        named
            .entry(id)
            .and_modify(|known| {
                // The stage for developers and the one for all others are of one program.
                let is_same = known.as_ref().is_some_and(|known| known.build == source.build);
                if !is_same {
                    *known = None;
                } else if let Some(known) = known
                    && known.target != source.target
                {
                    known.target = None;
                }
            })
            .or_insert(Some(source));
    }
    named
}

/// Whether a Dockerfile adds something to an image of this name, so that what runs elsewhere is that image itself.
fn starts_from(index: &Index, source: &Source, name: &str) -> bool {
    let BuildLink::Dockerfile(file) = source.build else { return true };
    index.dockerfile(file).is_some_and(|dockerfile| bases(dockerfile).contains(name))
}

/// The images that the stages of a Dockerfile start from, by the last parts of their names.
pub(super) fn bases(dockerfile: &Dockerfile) -> BTreeSet<String> {
    let stages = dockerfile.stages.iter().filter(|stage| stage.base_stage.is_none());
    let names = stages.map(|stage| name_of(&stage.base).unwrap_or_default());
    names.map(|name| last_part(&name).to_owned()).collect()
}

impl Index {
    /// What is known about the image that a compose service names, if it is a well-known one; `${NAME:-default}` counts
    /// as its default.
    #[must_use]
    pub fn known_image(&self, site: &Site) -> Option<&'static KnownImage> {
        let image = self.compose_service(site)?.image.as_ref()?;
        known_image(expand_defaults(image).as_deref().unwrap_or(image))
    }

    /// Whether a service runs an image that is called so behind the last slash and that a build beside might make.
    pub(super) fn is_run_as_own(&self, last: &str) -> bool {
        let mut services = self
            .images()
            .run_as(last)
            .filter_map(|(file, position)| self.compose(file)?.services.get(position as usize));
        services.any(|service| service.image.as_ref().is_some_and(|image| image.contains('/')))
    }

    /// Whether a site that runs an image which is likely built from the tree is given what this code reads, so that it
    /// surely is.
    pub(super) fn is_given_to_code(&self, site: &Site) -> bool {
        let (Some(_), Some(code)) = (site.likely, &site.code) else { return false };
        let own = |fact: &&Fact| matches!(fact.place, Place::Container(_)) && !is_tool_key(&fact.key);
        let listed: Vec<&Fact> = self.environment_of(site).filter(own).collect();
        let is_read = |fact: &&&Fact| {
            let mut reads = self.facts_of(&fact.key);
            reads.any(|read| {
                matches!(read.role, Role::Reads(_))
                    && self.is_asked_by_code(read)
                    && self.path(read.file).is_below(code)
            })
        };
        let read = listed.iter().filter(is_read).count();
        read >= ENOUGH_KEYS && read * 100 >= listed.len() * ENOUGH_PERCENT
    }
}
