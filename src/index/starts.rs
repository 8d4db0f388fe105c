//! Which scripts of the tree containers start with, and which ones steps of workflows run.

use std::collections::BTreeSet;

use super::relation::Relation;
use super::{BuildLink, Index, Site};
use crate::fact::{ComposeService, ScriptRun, StepScript, Structure, WorkflowJob};
use crate::text::{FileId, SourceFile, TreePath};

/// A step of a workflow that runs a script.
#[derive(Clone, Copy, Debug)]
pub struct StepRun<'a> {
    /// The workflow or action.
    pub file: FileId,
    /// The job.
    pub job: &'a WorkflowJob,
    /// What the step does.
    pub step: &'a StepScript,
    /// The command.
    pub run: &'a ScriptRun,
}

/// Scripts that one script runs, one after the other; honest ones stay far below.
const MOST_RUN: usize = 64;

impl Index {
    /// The services whose containers start with a script: it is mounted, or it is the one script of its name around the
    /// Dockerfile, in the nearest folder that has any.
    #[must_use]
    pub fn sites_starting(&self, script: FileId) -> Vec<&Site> {
        let Some(source) = self.files.get(script).filter(|_| self.script(script).is_some()) else {
            return Vec::new();
        };
        let mounting = std::iter::once(&source.path).cloned();
        let mounting = mounting.chain(source.path.folders().filter_map(TreePath::parse));
        let mounting = mounting.flat_map(|path| self.sites_mounting(&path).collect::<Vec<_>>());
        let dockerfiles = self.dockerfiles_meaning(source);
        let built = dockerfiles.iter().flat_map(|&dockerfile| self.sites_built(dockerfile));
        let is_named = |run: &ScriptRun| !run.is_captured && last_part(&run.name) == source.path.name();
        let runs = |dockerfile: FileId| {
            let stages = self.dockerfile(dockerfile).map_or(&[] as &[_], |file| file.stages.as_slice());
            !self.is_aside(dockerfile) && stages.iter().flat_map(|stage| &stage.runs).any(is_named)
        };
        let starts = |site: &&Site| {
            let dockerfile = match site.build {
                BuildLink::Dockerfile(file) => Some(file).filter(|file| dockerfiles.contains(file)),
                _ => None,
            };
            let own = self.compose_service(site).into_iter();
            let mut own = own.flat_map(|service| service.runs.iter().map(move |run| (service, run)));
            let is_own = own.any(|(service, run)| match self.mounted_script(site, service, run) {
                Some(mounted) => !run.is_captured && mounted == script,
                None => dockerfile.is_some() && is_named(run),
            });
            is_own || dockerfile.is_some_and(runs)
        };
        let mut found: Vec<&Site> = mounting.chain(built).filter(starts).collect();
        found.sort_by_key(|site| (site.file, site.position));
        found.dedup_by_key(|site| (site.file, site.position));
        found
    }

    /// The file of the tree that a service mounts where its command names a script.
    fn mounted_script(&self, site: &Site, service: &ComposeService, run: &ScriptRun) -> Option<FileId> {
        service.mounts.iter().find_map(|mount| {
            let below = run.name.strip_prefix(mount.target.trim_end_matches('/'))?;
            let source = self.path(site.file).folder().join(mount.source.trim_end_matches('/'))?;
            let path = source.join(below.trim_start_matches('/'))?;
            let path = if below.is_empty() { source } else { path };
            Some(self.files.at(&path)?.id)
        })
    }

    /// The Dockerfiles in which the name of a script means this one: those below the highest folder that has no other
    /// script of this name.
    fn dockerfiles_meaning(&self, script: &SourceFile) -> BTreeSet<FileId> {
        let same: Vec<&TreePath> = self
            .files
            .named(script.path.name())
            .filter(|file| self.script(file.id).is_some())
            .map(|file| &file.path)
            .collect();
        let is_only = |folder: &TreePath| same.iter().filter(|path| path.is_below(folder)).count() == 1;
        let folders = script.path.folders().filter_map(TreePath::parse);
        let Some(highest) = folders.take_while(is_only).last() else { return BTreeSet::new() };
        let below = self.files.below(&highest).map(|file| file.id);
        below.filter(|file| self.dockerfile(*file).is_some()).collect()
    }

    /// The steps of workflows that run a script, by themselves or by other scripts, so that the step's log shows what
    /// it prints.
    #[must_use]
    pub fn steps_running(&self, script: FileId) -> Vec<StepRun<'_>> {
        let mut found = Vec::new();
        for file in self.runners_of(script) {
            let Some(workflow) = self.workflow(file).filter(|workflow| !workflow.is_broken) else { continue };
            for job in &workflow.jobs {
                for step in &job.scripts {
                    let folder = step.folder.as_ref().map(|folder| folder.value.as_str());
                    for run in step.does.runs.iter().filter(|run| !run.is_captured) {
                        let first = self.script_run(file, folder, run);
                        if first.is_some_and(|first| self.run_from(first).contains(&script)) {
                            found.push(StepRun { file, job, step, run });
                        }
                    }
                }
            }
        }
        found
    }

    /// The workflows, actions and scripts that run a script, by themselves or by other scripts, in order.
    pub(super) fn runners_of(&self, script: FileId) -> BTreeSet<FileId> {
        let runs = self.runs.get_or_init(|| Relation::of_commands(self, |file| self.run_by(file)));
        let mut reached = BTreeSet::new();
        let mut open = vec![script];
        while let Some(at) = open.pop() {
            open.extend(runs.from(at).filter(|runner| reached.insert(*runner)));
        }
        reached
    }

    /// The scripts that a file runs by itself.
    fn run_by(&self, file: FileId) -> BTreeSet<FileId> {
        let jobs = self.workflow(file).map_or(&[] as &[_], |workflow| workflow.jobs.as_slice());
        let steps = jobs.iter().flat_map(|job| &job.scripts).flat_map(|step| {
            let folder = step.folder.as_ref().map(|folder| folder.value.as_str());
            step.does.runs.iter().map(move |run| (folder, run))
        });
        let own = self.script(file).map_or(&[] as &[_], |script| script.runs.as_slice());
        let own = own.iter().take(MOST_RUN).map(|run| (None, run));
        steps.chain(own).filter_map(|(folder, run)| self.script_run(file, folder, run)).collect()
    }

    /// Takes over that a file had the structure `old` and may run something else now.
    pub(super) fn renew_runs(&mut self, file: FileId, old: &Structure) {
        let Some(mut runs) = self.runs.take() else { return };
        // Which scripts there are counts for all.
        if matches!(old, Structure::Commands(_)) == self.script(file).is_some() {
            runs.set(file, self.run_by(file));
            self.runs = runs.into();
        }
    }

    /// A script and those that it runs, directly or not.
    fn run_from(&self, script: FileId) -> BTreeSet<FileId> {
        let mut reached = BTreeSet::from([script]);
        let mut open = vec![script];
        while let Some(at) = open.pop() {
            let runs = self.script(at).map(|does| does.runs.as_slice()).unwrap_or_default();
            for run in runs.iter().filter(|run| !run.is_captured).take(MOST_RUN) {
                let next = self.script_run(at, None, run).filter(|_| reached.len() < MOST_RUN);
                open.extend(next.filter(|next| reached.insert(*next)));
            }
        }
        reached
    }
}

/// The name of the file that a path means.
fn last_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
