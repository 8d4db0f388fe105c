//! Scripts as the index knows them: which file a command runs, and what it demands.

use std::collections::BTreeSet;

use super::{Index, Sieve};
use crate::fact::{
    COMPOSE_NAMES, CommandFile, ComposeCall, ComposeFile, Fact, Need, Place, Role, Runner, ScriptRun,
    Structure,
};
use crate::text::{FileId, TreePath};

/// Scripts that call compose.
static CALLING_SCRIPTS: Sieve = Sieve::Commands(|_, script| !script.compose_calls.is_empty());

/// Workflows whose steps do.
static CALLING_WORKFLOWS: Sieve = Sieve::Workflow(|_, workflow| {
    workflow.placed_scripts().any(|(_, script)| !script.compose_calls.is_empty())
});

impl Index {
    /// The shape of a script, Makefile or list of commands.
    #[must_use]
    pub fn script(&self, file: FileId) -> Option<&CommandFile> {
        match &self.extraction(file)?.structure {
            Structure::Commands(script) => Some(script),
            _ => None,
        }
    }

    /// What scripts, Makefiles and lists of commands do, and steps of workflows, each with its file.
    pub fn command_files(&self) -> impl Iterator<Item = (FileId, &CommandFile)> {
        self.placed_commands().map(|(file, _, script)| (file, script))
    }

    /// What scripts, Makefiles and lists of commands do, and steps of workflows, each with its file and the folder in
    /// which it runs, where that is written down (`working-directory:`).
    pub fn placed_commands(&self) -> impl Iterator<Item = (FileId, Option<&str>, &CommandFile)> {
        let steps = self.workflows().flat_map(|(file, workflow)| {
            workflow.placed_scripts().map(move |(folder, does)| (file, folder, does))
        });
        self.scripts().map(|(file, script)| (file, None, script)).chain(steps)
    }

    /// The folders from which paths in the commands of a file may be meant: `folder`, where that is known, else the root of
    /// the tree and the folder of the file. `None` where `folder` leads out of the tree.
    #[must_use]
    pub fn starts_of(&self, file: FileId, folder: Option<&str>) -> Option<Vec<TreePath>> {
        let root = TreePath::root(self.path(file).root_name());
        Some(match folder {
            Some(folder) => vec![root.join(folder)?],
            None => vec![root, self.path(file).folder()],
        })
    }

    /// The compose files that a call uses from a folder: those that it names, if all are fit; else the first by the names
    /// that compose looks for which is. `None` where the tree holds none of that kind.
    #[must_use]
    pub fn composes_called(
        &self,
        start: &TreePath,
        call: &ComposeCall,
        is_fit: &dyn Fn(FileId, &ComposeFile) -> bool,
    ) -> Option<Vec<FileId>> {
        let fit = |path: &str| {
            let file = self.files.at(&start.join(path)?)?.id;
            self.compose(file).filter(|compose| is_fit(file, compose)).map(|_| file)
        };
        if call.files.is_empty() {
            return COMPOSE_NAMES.iter().find_map(|name| fit(name)).map(|file| vec![file]);
        }
        call.files.iter().map(|path| fit(path)).collect()
    }

    /// The scripts and workflows with commands that may call compose with this file.
    pub(super) fn callers_of_compose(&self, compose: FileId) -> BTreeSet<FileId> {
        let path = self.path(compose);
        let folder = path.folder();
        let calls = |file: FileId, placed: Option<&str>, script: &CommandFile| {
            let starts = self.starts_of(file, placed).unwrap_or_default();
            script.compose_calls.iter().any(|call| match call.files.is_empty() {
                true => starts.contains(&folder),
                false => starts.iter().any(|start| {
                    call.files.iter().any(|name| start.join(name).is_some_and(|named| named == path))
                }),
            })
        };
        let scripts =
            self.sifted_scripts(&CALLING_SCRIPTS).filter(|&(file, script)| calls(file, None, script));
        let workflows = self.sifted_workflows(&CALLING_WORKFLOWS).filter(|(file, workflow)| {
            workflow.placed_scripts().any(|(placed, script)| calls(*file, placed, script))
        });
        scripts.map(|(file, _)| file).chain(workflows.map(|(file, _)| file)).collect()
    }

    /// The script of this tree that a command in `file` runs. A relative path is looked for in `folder`,
    /// where that is known (`working-directory:`), else at the root of the tree and beside the file.
    #[must_use]
    pub fn script_run(&self, file: FileId, folder: Option<&str>, run: &ScriptRun) -> Option<FileId> {
        if run.by != Runner::Shell || run.name.contains(['$', '`']) {
            return None;
        }
        let found =
            self.starts_of(file, folder)?.iter().find_map(|start| self.files.at(&start.join(&run.name)?));
        found.map(|file| file.id).filter(|file| self.script(*file).is_some())
    }

    /// The variables that a script demands from whoever runs it, with the place of the demand.
    pub fn demanded_by_script(&self, file: FileId) -> impl Iterator<Item = &Fact> {
        self.facts_in(file).filter(|fact| {
            matches!(&fact.role, Role::Reads(read) if read.need == Need::Required)
                && matches!(fact.place, Place::Script | Place::Process)
        })
    }
}
