//! Files by the sort of structure that they have, so that nobody goes through the whole tree for those of one sort.

use super::Index;
use crate::fact::{
    AgentFile, CommandFile, ComposeFile, Dockerfile, DotenvFile, Extraction, ManifestFile, ScriptFile,
    SettingsClass, Structure, TaskRunnerFile, TemplateFile, VaultPolicy, WorkflowFile,
};
use crate::text::FileId;

/// The files of each sort, in order; at the position of the sort.
#[derive(Debug, Default)]
pub(super) struct Structures {
    files: [Vec<FileId>; SORTS],
}

impl Structures {
    pub(super) fn of(extractions: &[Extraction]) -> Self {
        let mut found = Self::default();
        for (file, extraction) in (0..).map(FileId).zip(extractions) {
            if let Some(files) = found.like(&extraction.structure) {
                files.push(file);
            }
        }
        found
    }

    /// Takes over that a file had the structure `old` and has `new`.
    pub(super) fn replace(&mut self, file: FileId, old: &Structure, new: &Structure) {
        if sort(old) == sort(new) {
            return;
        }
        if let Some(files) = self.like(old) {
            files.retain(|known| *known != file);
        }
        if let Some(files) = self.like(new) {
            files.insert(files.partition_point(|known| *known < file), file);
        }
    }

    fn like(&mut self, structure: &Structure) -> Option<&mut Vec<FileId>> {
        self.files.get_mut(sort(structure)?)
    }
}

impl Index {
    /// The configurations of agents that render templates, in order, whatever is in focus.
    pub fn all_agents(&self) -> impl Iterator<Item = (FileId, &AgentFile)> {
        self.all_of(Sort::Agent).iter().filter_map(|&file| match &self.extraction(file)?.structure {
            Structure::Agent(agent) => Some((file, agent)),
            _ => None,
        })
    }

    /// The compose files, in order, whatever is in focus.
    pub fn all_composes(&self) -> impl Iterator<Item = (FileId, &ComposeFile)> {
        self.all_of(Sort::Compose).iter().filter_map(|&file| Some((file, self.compose(file)?)))
    }

    /// The files with a structure of this sort, in order, whatever is in focus.
    pub(super) fn all_of(&self, sort: Sort) -> &[FileId] {
        self.structures.files.get(sort as usize).map_or(&[], Vec::as_slice)
    }

    /// The files with a structure of the sort at this position, in order; those in focus only.
    fn of_sort(&self, sort: usize) -> impl Iterator<Item = (FileId, &Structure)> {
        let all = self.structures.files.get(sort).filter(|_| self.focus.is_none()).into_iter().flatten();
        let all = all.filter_map(|&file| Some((file, &self.extraction(file)?.structure)));
        let some = self.focus.as_ref().map(|_| self.in_focus()).into_iter().flatten();
        all.chain(some.map(|(file, extraction)| (file, &extraction.structure)))
    }
}

macro_rules! sorts {
    ($($(#[doc = $doc:literal])+ $method:ident: $variant:ident($structure:ty),)+) => {
        /// The sorts of structures.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Sort { $($variant),+ }

        const SORTS: usize = [$(Sort::$variant as usize),+].len();

        fn sort(structure: &Structure) -> Option<usize> {
            match structure {
                Structure::None => None,
                $(Structure::$variant(_) => Some(Sort::$variant as usize),)+
            }
        }

        impl Index {
            $($(#[doc = $doc])+
            pub fn $method(&self) -> impl Iterator<Item = (FileId, &$structure)> {
                self.of_sort(Sort::$variant as usize).filter_map(|(file, structure)| match structure {
                    Structure::$variant(shape) => {
                        // Large ones are boxed.
                        let shape: &$structure = shape;
                        Some((file, shape))
                    }
                    _ => None,
                })
            })+
        }
    };
}

sorts! {
    /// The compose files in focus, in order.
    compose_files: Compose(ComposeFile),
    /// The Dockerfiles in focus, in order.
    dockerfiles: Dockerfile(Dockerfile),
    /// The dotenv files in focus, examples included, in order.
    dotenv_files: Dotenv(DotenvFile),
    /// The templates in focus that an agent renders, in order.
    templates: Template(TemplateFile),
    /// The configurations in focus of agents that render templates, in order.
    agents: Agent(AgentFile),
    /// What agents may read, of the files in focus, in order.
    policies: Policy(VaultPolicy),
    /// The files in focus with classes or structs that declare all their keys, in order.
    settings_files: Settings(Vec<SettingsClass>),
    /// The workflows and composite actions in focus, in the order of files.
    workflows: Workflow(WorkflowFile),
    /// The scripts, Makefiles and lists of commands in focus, in order.
    scripts: Commands(CommandFile),
    /// The Kubernetes manifests in focus, in order.
    manifests: Manifest(ManifestFile),
    /// The files in focus of TypeScript or JavaScript that have a structure, in order.
    typescript_files: Script(ScriptFile),
    /// The files in focus with the tasks of a task runner, in order.
    task_runners: TaskRunner(TaskRunnerFile),
}
