//! Scripts as the index knows them: which file a command runs, and what it demands.

use super::Index;
use crate::fact::{CommandFile, Fact, FileCopy, Need, Place, Role, Runner, ScriptRun, Structure};
use crate::text::{FileId, Location, TreePath};

impl Index {
    /// The shape of a script, Makefile or list of commands.
    #[must_use]
    pub fn script(&self, file: FileId) -> Option<&CommandFile> {
        match &self.extraction(file)?.structure {
            Structure::Commands(script) => Some(script),
            _ => None,
        }
    }

    /// The script of this tree that a command in `file` runs. A relative path is looked for in `folder`,
    /// where that is known (`working-directory:`), else at the root of the tree and beside the file.
    #[must_use]
    pub fn script_run(&self, file: FileId, folder: Option<&str>, run: &ScriptRun) -> Option<FileId> {
        if run.by != Runner::Shell || run.name.contains(['$', '`']) {
            return None;
        }
        let root = TreePath::root(self.path(file).root_name());
        let starts = match folder {
            Some(folder) => vec![root.join(folder)?],
            None => vec![root, self.path(file).folder()],
        };
        let found = starts.iter().find_map(|start| self.files.at(&start.join(&run.name)?));
        found.map(|file| file.id).filter(|file| self.script(*file).is_some())
    }

    /// The variables that a script demands from whoever runs it, with the place of the demand.
    pub fn demanded_by_script(&self, file: FileId) -> impl Iterator<Item = &Fact> {
        self.facts_in(file).filter(|fact| {
            matches!(&fact.role, Role::Reads(read) if read.need == Need::Required)
                && matches!(fact.place, Place::Script | Place::Process)
        })
    }

    /// A command that makes the file `path` by copying one that is not there, with the place of that one's
    /// name. Only a script whose other copies find their files is believed, since paths are relative to
    /// wherever it is run.
    #[must_use]
    pub fn copied_from_nowhere(&self, path: &TreePath) -> Option<Location> {
        self.structures().find_map(|(file, structure)| {
            let Structure::Commands(script) = structure else { return None };
            let starts = [TreePath::root(path.root_name()), self.path(file).folder()];
            starts.iter().find_map(|start| {
                let is_there = |copy: &FileCopy| {
                    start.join(&copy.from).is_some_and(|from| self.files.at(&from).is_some())
                };
                let copy = script.copies.iter().find(|copy| {
                    !copy.is_conditional
                        && start.join(&copy.to).as_ref() == Some(path)
                        && !copy.from.contains(['$', '*'])
                })?;
                let is_believed = script.copies.iter().any(is_there);
                (is_believed && !is_there(copy)).then(|| Location::new(file, copy.from.span))
            })
        })
    }

    /// A command that appends to the dotenv file `path`, or to the copy that a script makes of it, where what
    /// it appends does not begin with a line's end of its own.
    #[must_use]
    pub fn appended_to(&self, path: &TreePath) -> Option<Location> {
        self.structures().find_map(|(file, structure)| {
            let Structure::Commands(script) = structure else { return None };
            let starts = [TreePath::root(path.root_name()), self.path(file).folder()];
            starts.iter().find_map(|start| {
                let mut written: Vec<TreePath> = vec![path.clone()];
                let copies =
                    script.copies.iter().filter(|copy| start.join(&copy.from).as_ref() == Some(path));
                written.extend(copies.filter_map(|copy| start.join(&copy.to)));
                // Only the first write finds the file as it was.
                let mut writes = script.writes.iter();
                let first = writes
                    .find(|write| start.join(&write.path).is_some_and(|target| written.contains(&target)))?;
                (first.appends && !first.begins_with_newline).then(|| Location::new(file, first.path.span))
            })
        })
    }
}
