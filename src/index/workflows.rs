//! Workflows as the index knows them: who calls whom, and what their steps build.

use super::{BuildLink, Index};
use crate::fact::{CommandBuild, Fact, ImageBuild, Place, Structure, WorkflowFile, WorkflowJob};
use crate::syntax::shell::may_change_folder;
use crate::text::{FileId, TreePath};

/// A step of a workflow that builds an image of this tree.
#[derive(Clone, Debug)]
pub struct StepBuild<'a> {
    /// The workflow or action.
    pub file: FileId,
    /// The job.
    pub job: &'a WorkflowJob,
    /// The step.
    pub build: &'a ImageBuild,
    /// What it builds.
    pub link: BuildLink,
}

impl Index {
    /// The shape of a workflow or action.
    #[must_use]
    pub fn workflow(&self, file: FileId) -> Option<&WorkflowFile> {
        match &self.extraction(file)?.structure {
            Structure::Workflow(workflow) => Some(workflow),
            _ => None,
        }
    }

    /// The workflow of this tree that a job calls with `uses: ./.github/workflows/x.yml`.
    #[must_use]
    pub fn called_by(&self, caller: FileId, job: &WorkflowJob) -> Option<(FileId, &WorkflowFile)> {
        let uses = job.uses.as_ref()?;
        let path = uses.strip_prefix("./").filter(|path| !path.contains(['@', '$']))?;
        let path = TreePath::root(self.path(caller).root_name()).join(path)?;
        let file = self.files.at(&path)?.id;
        Some((file, self.workflow(file)?))
    }

    /// The action of this tree that a step uses with `uses: ./path`.
    #[must_use]
    pub fn action(&self, workflow: FileId, uses: &str) -> Option<FileId> {
        let folder = TreePath::root(self.path(workflow).root_name()).join(uses)?;
        let at = |name| Some(self.files.at(&folder.join(name)?)?.id);
        at("action.yml").or_else(|| at("action.yaml"))
    }

    /// The steps that build images, with their Dockerfiles.
    #[must_use]
    pub fn step_builds(&self) -> Vec<StepBuild<'_>> {
        self.workflows().flat_map(|(file, workflow)| self.step_builds_in(file, workflow)).collect()
    }

    /// The same of one workflow.
    pub(super) fn step_builds_in<'a>(
        &'a self,
        file: FileId,
        workflow: &'a WorkflowFile,
    ) -> impl Iterator<Item = StepBuild<'a>> {
        workflow.jobs.iter().flat_map(move |job| {
            let link = move |build| self.dockerfile_of(file, build);
            job.builds.iter().map(move |build| StepBuild { file, job, build, link: link(build) })
        })
    }

    /// The commands that build images of this tree, in steps of workflows, scripts and lists of commands, each with its
    /// file and the Dockerfile that it builds. What goes into another folder first is left out, and so are scripts of
    /// tests and examples.
    pub fn command_builds(&self) -> impl Iterator<Item = (FileId, &CommandBuild, FileId)> {
        let files = self.workflows().map(|(file, _)| file).chain(self.scripts().map(|(file, _)| file));
        files.flat_map(|file| {
            self.command_builds_in(file).map(move |(build, dockerfile)| (file, build, dockerfile))
        })
    }

    /// The same of one file.
    pub fn command_builds_in(&self, file: FileId) -> impl Iterator<Item = (&CommandBuild, FileId)> {
        let workflow = self.workflow(file);
        let script = self.script(file).filter(|script| !script.builds.is_empty() && !self.is_aside(file));
        let steps = workflow.into_iter().flat_map(move |workflow| {
            let root = TreePath::root(self.path(file).root_name());
            let building = workflow.scripts().filter(|step| !step.does.builds.is_empty());
            building.flat_map(move |step| {
                let folder = step.folder.as_ref().map_or(Some(root.clone()), |folder| root.join(folder));
                let said = self.files.get(file).map_or("", |source| source.slice(step.span));
                let builds = step.does.builds.iter().filter(move |_| !may_change_folder(said));
                builds.filter_map(move |build| Some((build, vec![folder.clone()?])))
            })
        });
        let scripts = script.into_iter().flat_map(move |script| {
            let path = self.path(file);
            let folders = vec![TreePath::root(path.root_name()), path.folder()];
            let said = self.files.get(file).map_or("", |source| source.text.as_str());
            let builds = script.builds.iter().filter(move |_| !may_change_folder(said));
            builds.map(move |build| (build, folders.clone()))
        });
        steps.chain(scripts).filter_map(move |(build, folders)| {
            let mut found = folders.iter().filter_map(|folder| self.dockerfile_of_command(folder, build));
            let first = found.next()?;
            found.all(|other| other == first).then_some((build, first))
        })
    }

    /// The Dockerfile that a command builds in a folder.
    fn dockerfile_of_command(&self, folder: &TreePath, build: &CommandBuild) -> Option<FileId> {
        if let Some(name) = build.configured_by {
            let configuration = self.files.at(&folder.join(&build.context)?.join(name)?)?.id;
            let told =
                self.script(configuration)?.builds.first().filter(|told| told.configured_by.is_none())?;
            return self.dockerfile_of_command(folder, told);
        }
        let path = match &build.file {
            Some(file) => folder.join(file),
            None => folder.join(&format!("{}/Dockerfile", build.context.trim_end_matches('/'))),
        };
        let file = self.files.at(&path?)?.id;
        self.dockerfile(file).map(|_| file)
    }

    /// The arguments that a step passes to its build.
    pub fn step_build_args<'a>(&'a self, of: &'a StepBuild<'_>) -> impl Iterator<Item = &'a Fact> {
        self.facts_in(of.file).filter(|fact| {
            matches!(&fact.place, Place::StepBuildArgs { job, step }
                if *step == of.build.step && job.as_deref().unwrap_or("") == of.job.id.as_str())
        })
    }

    /// The Dockerfile of a step, as `docker/build-push-action` resolves it: `file` from the root of the
    /// repository, else `Dockerfile` in the context; without a context the repository itself.
    pub(super) fn dockerfile_of(&self, workflow: FileId, build: &ImageBuild) -> BuildLink {
        let root = TreePath::root(self.path(workflow).root_name());
        let is_computed = |text: &str| text.contains("${{") || text.contains("{{") || text.contains("://");
        let texts = [&build.context, &build.file];
        if build.is_elsewhere || texts.iter().any(|text| text.as_ref().is_some_and(|text| is_computed(text)))
        {
            return BuildLink::Unseen;
        }
        let path = match (&build.file, &build.context) {
            (Some(file), _) => root.join(file),
            (None, Some(context)) => root.join(context).and_then(|context| context.join("Dockerfile")),
            (None, None) => root.join("Dockerfile"),
        };
        match path.and_then(|path| self.files.at(&path)) {
            Some(file) if self.dockerfile(file.id).is_some() => BuildLink::Dockerfile(file.id),
            _ => BuildLink::Unseen,
        }
    }
}
