//! Compose services without a `build:` whose image this tree builds elsewhere: another compose file, a step of a
//! workflow or a command.

use foldhash::{HashMap, HashSet};

use super::sites::{BuildLink, Site};
use super::{Index, is_aside};
use crate::fact::{Fact, NamedImage, Place, Role, Structure};
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
struct Source {
    build: BuildLink,
    target: Option<String>,
    code: Option<TreePath>,
}

/// The images that the tree builds, by their names.
#[derive(Default)]
struct Built {
    /// By the last part of a name, where that is told.
    by_last: HashMap<String, Vec<(String, Source)>>,
    /// The others.
    open: Vec<(String, Source)>,
    known: HashSet<(String, Option<FileId>, Option<String>)>,
}

impl Built {
    fn add(&mut self, name: &str, source: Source) {
        let file = match source.build {
            BuildLink::Dockerfile(file) => Some(file),
            _ => None,
        };
        if !self.known.insert((name.to_owned(), file, source.target.clone())) {
            return;
        }
        let last = last_part(name);
        if last.contains('*') {
            if self.open.len() < MOST_OPEN {
                self.open.push((name.to_owned(), source));
            }
        } else {
            self.by_last.entry(last.to_owned()).or_default().push((name.to_owned(), source));
        }
    }

    /// What an image is built from, and how sure that is; `None` where several things are built under its name.
    fn source_of(&self, run: &str) -> Option<(&Source, Likeness)> {
        let last = last_part(run);
        let told = self.by_last.get(last).into_iter().flatten();
        let of_open_run = last.contains('*').then(|| self.by_last.values().flatten().take(MOST_OPEN));
        let all = told.chain(of_open_run.into_iter().flatten()).chain(&self.open);
        let mut found: Vec<(&Source, Likeness)> =
            all.filter_map(|(name, source)| Some((source, likeness(name, run)?))).collect();
        let best = found.iter().map(|(_, likeness)| *likeness).max()?;
        found.retain(|(_, likeness)| *likeness == best);
        let (first, others) = found.split_first()?;
        others.iter().all(|(other, _)| *other == first.0).then_some(*first)
    }
}

/// Ties services without a `build:` to what is built under the name of their image, or beside them under their own name.
pub(super) fn share(index: &Index, sites: &mut [Site]) {
    let (built, written) = of_tree(index, sites);
    let named = built_by_name(index, sites);
    for site in sites.iter_mut().filter(|site| site.build == BuildLink::None) {
        let Some(service) = index.compose_service(site) else { continue };
        let Some(image) = service.image.as_ref() else { continue };
        if let Some(source) = written.get(image.as_str()) {
            take(site, source.clone());
            continue;
        }
        let name = name_of(image);
        match name.as_deref().and_then(|name| built.source_of(name)) {
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

/// The images that the tree builds: by name, and those of compose services by their names as written.
fn of_tree(index: &Index, sites: &[Site]) -> (Built, HashMap<String, Source>) {
    let mut built = Built::default();
    let mut written: HashMap<String, Source> = HashMap::default();
    for site in sites {
        let image = index.compose_service(site).and_then(|service| service.image.as_ref());
        let (BuildLink::Dockerfile(_) | BuildLink::Unseen, Some(image)) = (&site.build, image) else {
            continue;
        };
        let source =
            Source { build: site.build.clone(), target: site.target.clone(), code: site.code.clone() };
        if let (BuildLink::Dockerfile(_), Some(name)) = (&site.build, name_of(image)) {
            built.add(&name, source.clone());
        }
        written.entry(image.value.clone()).or_insert(source);
    }
    for (file, workflow) in index.workflows() {
        let root = TreePath::root(index.path(file).root_name());
        for image in workflow.jobs.iter().flat_map(|job| &job.images) {
            if let Some(source) = source_of(index, &root, image) {
                built.add(&image.name, source);
            }
        }
    }
    for (file, build, dockerfile) in index.command_builds() {
        let root = TreePath::root(index.path(file).root_name());
        for name in &build.images {
            let context =
                root.join(&build.context).filter(|context| index.path(dockerfile).is_below(context));
            let code = Some(code_of(&index.path(dockerfile).folder(), context));
            let build_link = BuildLink::Dockerfile(dockerfile);
            built.add(name, Source { build: build_link, target: build.target.clone(), code });
        }
    }
    (built, written)
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
    let stages = index.dockerfile(file).map(|dockerfile| dockerfile.stages.as_slice()).unwrap_or_default();
    stages.iter().filter(|stage| stage.base_stage.is_none()).any(|stage| {
        let base = name_of(&stage.base).unwrap_or_default();
        last_part(&base) == name
    })
}

impl Index {
    /// What is known about the image that a compose service names, if it is a well-known one; `${NAME:-default}` counts
    /// as its default.
    #[must_use]
    pub fn known_image(&self, site: &Site) -> Option<&'static KnownImage> {
        let image = self.compose_service(site)?.image.as_ref()?;
        known_image(expand_defaults(image).as_deref().unwrap_or(image))
    }

    /// Whether services have an image in common now that is built for one of them, or have it no more, so that they are
    /// built from the same or from different things; `old` is what the file said before, with the same services.
    pub(super) fn is_image_shared_otherwise(&self, file: FileId, old: &Structure) -> bool {
        let Structure::Compose(old) = old else { return false };
        let before = |site: &Site| old.services.get(site.position)?.image.as_ref();
        let now = |site: &Site| self.compose_service(site)?.image.as_ref();
        let own = self.sites_in(file);
        let changed: Vec<&Site> = own
            .iter()
            .filter(|site| before(site).map(|image| &image.value) != now(site).map(|image| &image.value))
            .collect();
        let images: HashSet<&str> = changed
            .iter()
            .flat_map(|site| [before(site), now(site)])
            .flatten()
            .map(|image| image.as_str())
            .collect();
        if images.is_empty() {
            return false;
        }
        let is_built = |site: &Site| site.build != BuildLink::None;
        let any_built = changed.iter().any(|site| is_built(site));
        let has_one = |site: &Site| now(site).is_some_and(|image| images.contains(image.as_str()));
        let mut others = self.all_sites().iter().filter(|site| {
            site.file != file || !changed.iter().any(|changed| changed.position == site.position)
        });
        let is_one_for_all = changed.len() > 1 && any_built;
        is_one_for_all || others.any(|site| (any_built || is_built(site)) && has_one(site))
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
