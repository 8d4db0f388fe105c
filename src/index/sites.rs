//! Compose services as the index knows them: with the Dockerfile they are built from, the dotenv files
//! they are given, and the code that runs in them.

use std::collections::{BTreeMap, BTreeSet};

use super::Index;
use crate::fact::{ComposeFile, ComposeService, Dockerfile, Structure};
use crate::matrix::Service;
use crate::syntax::interpolation::expand_defaults;
use crate::text::{FileId, Location, Spanned, TreePath};

/// A service of a compose file, with what it refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Site {
    /// The compose file.
    pub file: FileId,
    /// The service's position in the file.
    pub position: usize,
    /// The name of the matrix's service that it runs, if it runs one.
    pub service: Option<String>,
    /// What it is built from.
    pub build: BuildLink,
    /// The dotenv files it is given, in order; later ones win.
    pub env_files: Vec<EnvFileLink>,
    /// The folder of the code that runs in it, if it is built from the tree.
    pub code: Option<TreePath>,
}

/// What a compose service is built from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BuildLink {
    /// Nothing: the service only names an image that nothing in the tree builds.
    None,
    /// This Dockerfile.
    Dockerfile(FileId),
    /// A Dockerfile that is not there, though its context is.
    Missing(TreePath),
    /// Something that the tree does not show: a remote context, a computed path, code elsewhere.
    Unseen,
}

/// A dotenv file that a compose service is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EnvFileLink {
    /// This file.
    File(FileId),
    /// A file that people make from this example.
    Example(FileId),
    /// A file that is not there and has no example.
    Missing(TreePath),
    /// A path that cannot be told, lies outside the tree, or need not exist.
    Unseen,
}

/// Everything about compose services that is computed once.
#[derive(Debug, Default)]
pub(super) struct Sites {
    all: Vec<Site>,
}

impl Index {
    /// All services of all compose files, in the order of files.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites.all
    }

    /// The sites that run the matrix's service of this name.
    pub fn sites_of(&self, service: &str) -> impl Iterator<Item = &Site> {
        self.sites.all.iter().filter(move |site| site.service.as_deref() == Some(service))
    }

    /// What the compose file says about the service of a site.
    #[must_use]
    pub fn compose_service(&self, site: &Site) -> Option<&ComposeService> {
        self.compose(site.file)?.services.get(site.position)
    }

    /// The place where a site's name stands.
    #[must_use]
    pub fn site_at(&self, site: &Site) -> Option<Location> {
        Some(Location::new(site.file, self.compose_service(site)?.name.span))
    }

    /// The shape of a compose file.
    #[must_use]
    pub fn compose(&self, file: FileId) -> Option<&ComposeFile> {
        match &self.extraction(file)?.structure {
            Structure::Compose(compose) => Some(compose),
            _ => None,
        }
    }

    /// The shape of a Dockerfile.
    #[must_use]
    pub fn dockerfile(&self, file: FileId) -> Option<&Dockerfile> {
        match &self.extraction(file)?.structure {
            Structure::Dockerfile(dockerfile) => Some(dockerfile),
            _ => None,
        }
    }

    /// The Dockerfile of a site and the number of the stage that becomes its image.
    #[must_use]
    pub fn image_stage(&self, site: &Site) -> Option<(FileId, usize)> {
        let BuildLink::Dockerfile(file) = site.build else { return None };
        let stages = &self.dockerfile(file)?.stages;
        let target = self.compose_service(site)?.build.as_ref().and_then(|build| build.target.as_ref());
        let named = target.and_then(|target| {
            let wanted = target.to_ascii_lowercase();
            stages.iter().position(|stage| stage.name.as_ref().is_some_and(|name| name.value == wanted))
        });
        Some((file, named.unwrap_or(stages.len().checked_sub(1)?)))
    }

    /// The stages whose instructions run when `stage` is built: itself, those it starts from and those
    /// it copies from, in order.
    #[must_use]
    pub fn stages_behind(&self, file: FileId, stage: usize) -> BTreeSet<usize> {
        let mut behind = BTreeSet::new();
        let Some(dockerfile) = self.dockerfile(file) else { return behind };
        let mut open = vec![stage];
        while let Some(number) = open.pop() {
            if let Some(stage) = dockerfile.stages.get(number)
                && behind.insert(number)
            {
                open.extend(stage.base_stage);
                open.extend(&stage.uses_stages);
            }
        }
        behind
    }

    /// Whether nothing in the tree builds what this site runs, so that it may consume any key.
    #[must_use]
    pub fn is_sink(&self, site: &Site) -> bool {
        match site.build {
            BuildLink::None => site.code.is_none(),
            BuildLink::Dockerfile(_) => self
                .image_stage(site)
                .and_then(|(file, stage)| {
                    let dockerfile = self.dockerfile(file)?;
                    let copies = self
                        .stages_behind(file, stage)
                        .into_iter()
                        .filter_map(|number| dockerfile.stages.get(number))
                        .any(|stage| stage.copies_source);
                    Some(!copies)
                })
                .unwrap_or(false),
            BuildLink::Missing(_) | BuildLink::Unseen => false,
        }
    }
}

impl Sites {
    pub(super) fn build(index: &Index) -> Self {
        let mut all = Vec::new();
        let folders = Folders::of(index);
        for (file, structure) in index.structures() {
            let Structure::Compose(compose) = structure else { continue };
            for (position, service) in compose.services.iter().enumerate() {
                let build = folders.build_link(index, file, service);
                all.push(Site {
                    file,
                    position,
                    service: matrix_service(index, file, service).map(|service| service.name.value.clone()),
                    code: code_folder(index, file, service, &build),
                    env_files: service
                        .env_files
                        .iter()
                        .map(|entry| folders.env_file_link(index, file, &entry.path, entry.required))
                        .collect(),
                    build,
                });
            }
        }
        share_images(index, &mut all);
        Self { all }
    }
}

/// The matrix's service that a compose service runs: by name; where the matrix names compose files, only
/// in those, so that a stranger's compose file in the tree does not count.
fn matrix_service<'a>(index: &'a Index, file: FileId, service: &ComposeService) -> Option<&'a Service> {
    let path = index.files.get(file)?.path.clone();
    let named = index.compose_sources();
    if index.matrix.is_declared() && !named.is_empty() && !named.contains(&path) {
        return None;
    }
    index
        .matrix
        .services
        .values()
        .find(|candidate| candidate.compose.iter().any(|name| **name == *service.name))
}

/// The folder whose code runs in a service: its root by the matrix, else where it is built.
fn code_folder(index: &Index, file: FileId, service: &ComposeService, build: &BuildLink) -> Option<TreePath> {
    if let Some(root) = matrix_service(index, file, service).and_then(|service| service.root.as_ref()) {
        return Some(root.value.clone());
    }
    let BuildLink::Dockerfile(dockerfile) = build else { return mounted_code(index, file, service) };
    let beside = index.files.get(*dockerfile)?.path.folder();
    let context = service.build.as_ref().and_then(|build| {
        let folder = index.files.get(file)?.path.folder();
        folder.join(&expand_defaults(&build.context)?)
    });
    match context {
        // A Dockerfile deeper than its context belongs to the application it lies in.
        Some(context) if !beside.is_below(&context) || beside == context => Some(context),
        _ => Some(beside),
    }
}

/// Images that hold a language and no program.
const RUNTIMES: &[&str] =
    &["node", "oven/bun", "denoland/deno", "python", "ruby", "php", "golang", "rust", "eclipse-temurin"];

/// The folder of the tree that is mounted into a container of a bare language, whose code runs there.
fn mounted_code(index: &Index, file: FileId, service: &ComposeService) -> Option<TreePath> {
    let image = service.image.as_ref().filter(|_| service.build.is_none())?;
    let name = image.split(['@', ':']).next().unwrap_or("");
    if !RUNTIMES.contains(&name) {
        return None;
    }
    let folder = index.files.get(file)?.path.folder();
    let mounts = service.mounts.iter().filter(|mount| mount.source.starts_with('.'));
    let mut folders = mounts.filter_map(|mount| folder.join(mount.source.trim_end_matches('/')));
    // A folder that holds a program says what it consists of.
    folders.find(|folder| {
        [
            "package.json",
            "pyproject.toml",
            "requirements.txt",
            "go.mod",
            "Cargo.toml",
            "Gemfile",
            "composer.json",
        ]
        .iter()
        .filter_map(|name| folder.join(name))
        .any(|path| index.files.at(&path).is_some())
    })
}

/// A service that only names the image which another service builds runs that one's code.
fn share_images(index: &Index, sites: &mut [Site]) {
    let mut built: BTreeMap<String, (BuildLink, Option<TreePath>)> = BTreeMap::new();
    let image_of = |site: &Site| {
        index
            .compose_service(site)
            .and_then(|service| service.image.as_ref())
            .map(|image| image.value.clone())
    };
    for site in sites.iter() {
        if let (BuildLink::Dockerfile(_) | BuildLink::Unseen, Some(image)) = (&site.build, image_of(site)) {
            built.entry(image).or_insert_with(|| (site.build.clone(), site.code.clone()));
        }
    }
    for site in sites.iter_mut().filter(|site| site.build == BuildLink::None) {
        if let Some((build, code)) = image_of(site).and_then(|image| built.get(&image)) {
            site.build = build.clone();
            site.code = site.code.take().or_else(|| code.clone());
        }
    }
}

/// The folders that hold files, for telling "not there" from "not in this tree".
struct Folders {
    known: BTreeSet<TreePath>,
    /// Folders that relative paths of a compose file may start from when it is not used alone.
    starts: BTreeSet<TreePath>,
}

impl Folders {
    fn of(index: &Index) -> Self {
        let mut known = BTreeSet::new();
        for file in index.files.iter() {
            let mut folder = file.path.folder();
            while known.insert(folder.clone()) && !folder.within_root().is_empty() {
                folder = folder.folder();
            }
        }
        let starts = index
            .structures()
            .filter(|(_, structure)| matches!(structure, Structure::Compose(_)))
            .filter_map(|(file, _)| Some(index.files.get(file)?.path.folder()))
            .collect();
        Self { known, starts }
    }

    /// Where a relative path of a compose file may lead: first from the file's own folder, then from
    /// those of the other compose files, whose project folder it may share.
    fn candidates(&self, index: &Index, file: FileId, relative: &str) -> Vec<TreePath> {
        let Some(own) = index.files.get(file).map(|file| file.path.folder()) else { return Vec::new() };
        let others =
            self.starts.iter().filter(|folder| folder.root_name() == own.root_name() && **folder != own);
        std::iter::once(&own).chain(others).filter_map(|folder| folder.join(relative)).collect()
    }

    fn build_link(&self, index: &Index, file: FileId, service: &ComposeService) -> BuildLink {
        let Some(build) = &service.build else { return BuildLink::None };
        let context = expand_defaults(&build.context);
        let name =
            build.dockerfile.as_ref().map_or(Some("Dockerfile".to_owned()), |name| expand_defaults(name));
        let (Some(context), Some(name)) = (context, name) else { return BuildLink::Unseen };
        if build.inline || context.contains("://") || context.starts_with("git@") || context.ends_with(".git")
        {
            return BuildLink::Unseen;
        }
        let contexts = self.candidates(index, file, &context);
        let found = contexts.iter().find_map(|context| {
            let path = context.join(&name)?;
            index.files.at(&path).filter(|file| index.dockerfile(file.id).is_some()).map(|file| file.id)
        });
        match (found, contexts.first()) {
            (Some(file), _) => BuildLink::Dockerfile(file),
            (None, Some(own)) if self.known.contains(own) => {
                own.join(&name).map_or(BuildLink::Unseen, |path| {
                    if index.files.at(&path).is_some() { BuildLink::Unseen } else { BuildLink::Missing(path) }
                })
            }
            _ => BuildLink::Unseen,
        }
    }

    fn env_file_link(
        &self,
        index: &Index,
        file: FileId,
        path: &Spanned<String>,
        required: bool,
    ) -> EnvFileLink {
        let Some(relative) = expand_defaults(path) else { return EnvFileLink::Unseen };
        let candidates = self.candidates(index, file, &relative);
        if let Some(found) = candidates.iter().find_map(|path| index.files.at(path)) {
            return EnvFileLink::File(found.id);
        }
        if let Some(example) = candidates.iter().find_map(|path| index.example_of(path)) {
            return EnvFileLink::Example(example);
        }
        match candidates.first() {
            Some(own) if required && self.known.contains(&own.folder()) => EnvFileLink::Missing(own.clone()),
            _ => EnvFileLink::Unseen,
        }
    }
}

impl Index {
    /// The example from which people make the dotenv file `path`, if one lies beside it.
    #[must_use]
    pub fn example_of(&self, path: &TreePath) -> Option<FileId> {
        let folder = path.folder();
        let name = path.name();
        let bare = name.trim_start_matches('.');
        let stem = name.strip_suffix(".env");
        let is_dotenv_name = name == ".env" || bare.starts_with("env") || stem.is_some();
        let beside = self.files.iter().filter(|file| file.path.folder() == folder).filter(|file| {
            matches!(self.extraction(file.id).map(|extraction| &extraction.structure),
                Some(Structure::Dotenv(dotenv)) if dotenv.is_example)
        });
        let mut fallback = None;
        for file in beside {
            let example = file.path.name();
            let plain = example
                .replace("-example", ".example")
                .replace("_example", ".example")
                .replace("-sample", ".sample")
                .replace("-template", ".template");
            let marks =
                [".example", ".sample", ".template", ".dist", ".defaults", ".default", ".tmpl", ".tpl"];
            let without = marks.iter().fold(plain, |text, mark| text.replace(mark, ""));
            if without == name || without.trim_start_matches('.') == bare {
                return Some(file.id);
            }
            if stem.is_some_and(|stem| without == stem) {
                return Some(file.id);
            }
            // `.env.local` and `.env.development` are made from `.env.example` where no closer one lies.
            if name.starts_with(".env.") && matches!(without.as_str(), ".env" | "env") {
                fallback = Some(file.id);
            }
            if name == ".env" && matches!(without.as_str(), "example" | "sample" | "template" | "default") {
                fallback = Some(file.id);
            }
        }
        fallback.filter(|_| is_dotenv_name)
    }
}
