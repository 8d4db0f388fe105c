//! Which scripts of the tree containers start with, and which ones steps of workflows run.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{BuildLink, Index, Site};
use crate::fact::{ScriptRun, StepScript, WorkflowJob};
use crate::text::FileId;

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
    /// The scripts that containers start with, each with the services that do.
    #[must_use]
    pub fn container_starts(&self) -> BTreeMap<FileId, Vec<&Site>> {
        let named = Named::of(self);
        let mut built: HashMap<FileId, Vec<&Site>> = HashMap::new();
        let mut found: BTreeMap<FileId, Vec<&Site>> = BTreeMap::new();
        for site in self.all_sites() {
            if let BuildLink::Dockerfile(file) = site.build {
                built.entry(file).or_default().push(site);
            }
            let Some(service) = self.compose_service(site) else { continue };
            for run in service.runs.iter().filter(|run| !run.is_captured) {
                let mounted = service.mounts.iter().find_map(|mount| {
                    let below = run.name.strip_prefix(mount.target.trim_end_matches('/'))?;
                    let source = self.path(site.file).folder().join(mount.source.trim_end_matches('/'))?;
                    let path = source.join(below.trim_start_matches('/'))?;
                    let path = if below.is_empty() { source } else { path };
                    Some(self.files.at(&path)?.id)
                });
                let script = mounted.or_else(|| match site.build {
                    BuildLink::Dockerfile(file) => named.nearest(self, file, &run.name),
                    _ => None,
                });
                if let Some(script) = script {
                    found.entry(script).or_default().push(site);
                }
            }
        }
        for (file, dockerfile) in self.dockerfiles() {
            if self.is_aside(file) {
                continue;
            }
            for run in dockerfile.stages.iter().flat_map(|stage| &stage.runs).filter(|run| !run.is_captured) {
                if let Some(script) = named.nearest(self, file, &run.name) {
                    let sites = built.get(&file).into_iter().flatten().copied();
                    found.entry(script).or_default().extend(sites);
                }
            }
        }
        found
    }

    /// The scripts that steps of workflows run, by themselves or by other scripts, so that the step's log shows
    /// what they print.
    #[must_use]
    pub fn step_runs(&self) -> BTreeMap<FileId, Vec<StepRun<'_>>> {
        let mut found: BTreeMap<FileId, Vec<StepRun<'_>>> = BTreeMap::new();
        for (file, workflow) in self.workflows().filter(|(_, workflow)| !workflow.is_broken) {
            for job in &workflow.jobs {
                for step in &job.scripts {
                    let folder = step.folder.as_ref().map(|folder| folder.value.as_str());
                    for run in step.does.runs.iter().filter(|run| !run.is_captured) {
                        let Some(script) = self.script_run(file, folder, run) else { continue };
                        for script in self.run_from(script) {
                            found.entry(script).or_default().push(StepRun { file, job, step, run });
                        }
                    }
                }
            }
        }
        found
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

/// Scripts by each folder that they lie below and the last part of their paths; of several two.
struct Named<'a>(HashMap<(&'a str, &'a str), Vec<FileId>>);

impl<'a> Named<'a> {
    fn of(index: &'a Index) -> Self {
        let mut named: HashMap<(&str, &str), Vec<FileId>> = HashMap::new();
        for file in index.scripts().filter_map(|(file, _)| index.files.get(file)) {
            for folder in file.path.folders() {
                let same = named.entry((folder, file.path.name())).or_default();
                if same.len() < 2 {
                    same.push(file.id);
                }
            }
        }
        Self(named)
    }

    /// The script that a path in an image means: the only one of its name in the Dockerfile's folder or the
    /// nearest one above.
    fn nearest(&self, index: &Index, dockerfile: FileId, path: &str) -> Option<FileId> {
        let name = path.rsplit('/').next().filter(|name| !name.is_empty())?;
        let from = &index.files.get(dockerfile)?.path;
        match from.folders().find_map(|folder| self.0.get(&(folder, name)))?.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }
}
