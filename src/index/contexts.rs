//! The folders that Dockerfiles are built in, and what surely is not there.

use std::collections::{BTreeMap, BTreeSet};

use super::Index;
use super::sites::{BuildLink, Site};
use crate::fact::{ImageBuild, Structure};
use crate::text::{FileId, TreePath};

/// One build of a Dockerfile.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BuiltIn {
    /// The context; `None` for one that the tree does not show.
    pub context: Option<TreePath>,
    /// Whether it holds nothing but what the tree does: no step before may have made anything.
    pub is_as_checked_out: bool,
}

/// The builds of each Dockerfile.
pub type Contexts = BTreeMap<FileId, BTreeSet<BuiltIn>>;

impl Index {
    /// The contexts of all builds by compose and by steps of workflows, whatever the focus.
    #[must_use]
    pub fn build_contexts(&self) -> Contexts {
        let mut found = Contexts::new();
        for site in self.all_sites() {
            let BuildLink::Dockerfile(dockerfile) = site.build else { continue };
            // Who only runs the image builds it nowhere.
            if self.compose_service(site).is_none_or(|service| service.build.is_none()) {
                continue;
            }
            let context = self.context_of(site);
            found.entry(dockerfile).or_default().insert(BuiltIn { context, is_as_checked_out: true });
        }
        for (number, extraction) in (0..).zip(self.extractions()) {
            let Structure::Workflow(workflow) = &extraction.structure else { continue };
            for build in workflow.jobs.iter().flat_map(|job| &job.builds) {
                let BuildLink::Dockerfile(dockerfile) = self.dockerfile_of(FileId(number), build) else {
                    continue;
                };
                found.entry(dockerfile).or_default().insert(self.built_in(FileId(number), build));
            }
        }
        found
    }

    /// The context that a compose file names for the build of a site, where it is in the tree and constant.
    #[must_use]
    pub fn context_of(&self, site: &Site) -> Option<TreePath> {
        let build = self.compose_service(site)?.build.as_ref()?;
        let is_constant = !build.context.contains(['$', '{', ':', '#']);
        is_constant.then(|| self.path(site.file).folder().join(&build.context)).flatten()
    }

    fn built_in(&self, workflow: FileId, build: &ImageBuild) -> BuiltIn {
        let root = TreePath::root(self.path(workflow).root_name());
        let context = match &build.context {
            None => Some(root),
            Some(context) => root.join(context),
        };
        BuiltIn { context, is_as_checked_out: !build.follows_others }
    }

    /// The folders in which a Dockerfile may find what it copies, and whether the tree says which they are: those of
    /// its builds, else its own folder and all above it.
    #[must_use]
    pub fn contexts_of(&self, dockerfile: FileId, contexts: &Contexts) -> (Vec<TreePath>, bool) {
        let known =
            contexts.get(&dockerfile).filter(|known| known.iter().any(|built| built.is_as_checked_out));
        let known: Option<Vec<TreePath>> =
            known.and_then(|known| known.iter().map(|built| built.context.clone()).collect());
        if let Some(known) = known {
            return (known, true);
        }
        let own = self.path(dockerfile).folder();
        let root = TreePath::root(own.root_name());
        let mut folders = vec![own.clone()];
        // The folders are spelled in full, with the name of their root.
        folders.extend(own.folders().filter_map(TreePath::parse));
        folders.push(root);
        folders.dedup();
        (folders, false)
    }

    /// The paths, in the contexts of their Dockerfiles, of files that are copied and that were not read.
    #[must_use]
    pub fn unread_copies(&self) -> BTreeSet<TreePath> {
        let mut found = BTreeSet::new();
        let contexts = self.build_contexts();
        for (number, extraction) in (0..).zip(self.extractions()) {
            let Structure::Dockerfile(dockerfile) = &extraction.structure else { continue };
            let (folders, is_known) = self.contexts_of(FileId(number), &contexts);
            for copied in dockerfile.stages.iter().flat_map(|stage| &stage.copies) {
                let Some(written) = copied.as_file() else { continue };
                let paths: Vec<TreePath> = folders.iter().filter_map(|folder| folder.join(written)).collect();
                // Of known contexts each is for some build the only one.
                let is_open = |path: &TreePath| self.files.at(path).is_none();
                if is_known || paths.iter().all(is_open) {
                    found.extend(paths.into_iter().filter(is_open));
                }
            }
        }
        found
    }

    /// The compose files that others include or extend and that were not read.
    #[must_use]
    pub fn unread_composes(&self) -> BTreeSet<TreePath> {
        let mut found = BTreeSet::new();
        for (file, compose) in self.all_composes() {
            let folder = self.path(file).folder();
            let extended = compose.services.iter().filter_map(|service| service.extends.as_ref()?.0.as_ref());
            let paths = compose.includes.iter().chain(extended).filter_map(|path| folder.join(path));
            found.extend(paths.filter(|path| self.files.at(path).is_none()));
        }
        found
    }
}
