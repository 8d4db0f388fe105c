//! The folders that Dockerfiles are built in, and what surely is not there.

use std::collections::BTreeSet;

use super::Index;
use super::sites::{BuildLink, Site};
use crate::fact::ImageBuild;
use crate::text::{FileId, TreePath};

/// One build of a Dockerfile.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BuiltIn {
    /// The context; `None` for one that the tree does not show.
    pub context: Option<TreePath>,
    /// Whether it holds nothing but what the tree does: no step before may have made anything.
    pub is_as_checked_out: bool,
}

/// What a step of a workflow or a command builds.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct BuildOfStep {
    /// The Dockerfile.
    pub dockerfile: FileId,
    /// Where it is built; `None` for a command.
    pub built_in: Option<BuiltIn>,
    /// The stage, if one is named.
    pub target: Option<String>,
}

impl Index {
    /// What the steps and commands of a file build of the tree.
    pub fn builds_of_steps(&self, file: FileId) -> impl Iterator<Item = BuildOfStep> {
        let workflow = self.workflow(file).into_iter();
        let steps = workflow.flat_map(move |workflow| self.step_builds_in(file, workflow));
        let steps = steps.filter_map(move |step| {
            let BuildLink::Dockerfile(dockerfile) = step.link else { return None };
            let target = step.build.target.as_ref().map(|target| target.value.clone());
            Some(BuildOfStep { dockerfile, built_in: Some(self.built_in(file, step.build)), target })
        });
        let commands = self.command_builds_in(file);
        steps.chain(commands.map(|(build, dockerfile)| BuildOfStep {
            dockerfile,
            built_in: None,
            target: build.target.clone(),
        }))
    }

    /// The contexts of all builds of a Dockerfile, by compose and by steps of workflows.
    fn builds_of(&self, dockerfile: FileId) -> BTreeSet<BuiltIn> {
        // Who only runs the image builds it nowhere.
        let builds = |site: &&Site| self.compose_service(site).is_some_and(|service| service.build.is_some());
        let built = self.sites_built(dockerfile).filter(builds);
        let by_compose =
            built.map(|site| BuiltIn { context: self.context_of(site), is_as_checked_out: true });
        let workflows = self.builders_of(dockerfile).filter_map(|file| Some((file, self.workflow(file)?)));
        let steps = workflows.flat_map(|(file, workflow)| self.step_builds_in(file, workflow));
        let of_it = steps.filter(|step| step.link == BuildLink::Dockerfile(dockerfile));
        by_compose.chain(of_it.map(|step| self.built_in(step.file, step.build))).collect()
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
    pub fn contexts_of(&self, dockerfile: FileId) -> (Vec<TreePath>, bool) {
        let known = self.builds_of(dockerfile);
        if known.iter().any(|built| built.is_as_checked_out) {
            let known: Option<Vec<TreePath>> = known.into_iter().map(|built| built.context).collect();
            if let Some(known) = known {
                return (known, true);
            }
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
        self.dockerfiles().flat_map(|(file, _)| self.unread_copies_of(file)).collect()
    }

    /// The same of one Dockerfile.
    #[must_use]
    pub fn unread_copies_of(&self, file: FileId) -> BTreeSet<TreePath> {
        let mut found = BTreeSet::new();
        let Some(dockerfile) = self.dockerfile(file) else { return found };
        let copies = dockerfile.stages.iter().flat_map(|stage| &stage.copies);
        let mut copied = copies.filter_map(|copied| copied.as_file()).peekable();
        if copied.peek().is_none() {
            return found;
        }
        let (folders, is_known) = self.contexts_of(file);
        for written in copied {
            let paths: Vec<TreePath> = folders.iter().filter_map(|folder| folder.join(written)).collect();
            // Of known contexts each is for some build the only one.
            let is_open = |path: &TreePath| self.files.at(path).is_none();
            if is_known || paths.iter().all(is_open) {
                found.extend(paths.into_iter().filter(is_open));
            }
        }
        found
    }

    /// The compose files that others include or extend and that were not read.
    #[must_use]
    pub fn unread_composes(&self) -> BTreeSet<TreePath> {
        let mut found = BTreeSet::new();
        for (file, compose) in self.all_composes() {
            let extended = compose.services.iter().filter_map(|service| service.extends.as_ref()?.0.as_ref());
            let mut named = compose.includes.iter().chain(extended).peekable();
            if named.peek().is_none() {
                continue;
            }
            let folder = self.path(file).folder();
            let paths = named.filter_map(|path| folder.join(path));
            found.extend(paths.filter(|path| self.files.at(path).is_none()));
        }
        found
    }
}
