//! Questions that few files pass, asked of each file once.
//!
//! A rule that asks the whole tree after each edit begins with what is rare. Where nothing else tells what that is, a
//! sieve does: it looks at one file alone, so that after an edit only the edited file is looked at again.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Index;
use super::structures::Sort;
use crate::fact::{CommandFile, ComposeFile, Structure, WorkflowFile};
use crate::text::{FileId, SourceFile};

/// A question about one file of a sort: whether it passes. Nothing but its text and structure may count.
#[derive(Debug)]
pub enum Sieve {
    /// Asked of compose files.
    Compose(fn(&SourceFile, &ComposeFile) -> bool),
    /// Asked of workflows and actions.
    Workflow(fn(&SourceFile, &WorkflowFile) -> bool),
    /// Asked of scripts and lists of commands.
    Commands(fn(&SourceFile, &CommandFile) -> bool),
}

impl Sieve {
    fn sort(&self) -> Sort {
        match self {
            Self::Compose(_) => Sort::Compose,
            Self::Workflow(_) => Sort::Workflow,
            Self::Commands(_) => Sort::Commands,
        }
    }

    fn lets_pass(&self, index: &Index, file: FileId) -> bool {
        let known = index.files.get(file).zip(index.extraction(file));
        known.is_some_and(|(source, extraction)| match (self, &extraction.structure) {
            (Self::Compose(passes), Structure::Compose(compose)) => passes(source, compose),
            (Self::Workflow(passes), Structure::Workflow(workflow)) => passes(source, workflow),
            (Self::Commands(passes), Structure::Commands(commands)) => passes(source, commands),
            _ => false,
        })
    }
}

/// What each sieve let pass, in the order of files.
#[derive(Debug, Default)]
pub(super) struct Sifted(Mutex<Vec<(&'static Sieve, Vec<FileId>)>>);

impl Sifted {
    fn known(&self) -> MutexGuard<'_, Vec<(&'static Sieve, Vec<FileId>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Index {
    /// The files that pass a sieve, in order, whatever is in focus.
    pub fn sifted(&self, sieve: &'static Sieve) -> Vec<FileId> {
        let remembered = |known: &[(&'static Sieve, Vec<FileId>)]| {
            known.iter().find(|(one, _)| std::ptr::eq(*one, sieve)).map(|(_, files)| files.clone())
        };
        if let Some(files) = remembered(&self.sifted.known()) {
            return files;
        }
        let files: Vec<FileId> =
            self.all_of(sieve.sort()).iter().copied().filter(|&file| sieve.lets_pass(self, file)).collect();
        let mut known = self.sifted.known();
        if remembered(&known).is_none() {
            known.push((sieve, files.clone()));
        }
        files
    }

    /// The compose files that pass a sieve, with their structure.
    pub fn sifted_composes(&self, sieve: &'static Sieve) -> impl Iterator<Item = (FileId, &ComposeFile)> {
        self.sifted(sieve).into_iter().filter_map(|file| Some((file, self.compose(file)?)))
    }

    /// The workflows and actions that pass a sieve, with their structure.
    pub fn sifted_workflows(&self, sieve: &'static Sieve) -> impl Iterator<Item = (FileId, &WorkflowFile)> {
        self.sifted(sieve).into_iter().filter_map(|file| Some((file, self.workflow(file)?)))
    }

    /// The scripts and lists of commands that pass a sieve, with their structure.
    pub fn sifted_scripts(&self, sieve: &'static Sieve) -> impl Iterator<Item = (FileId, &CommandFile)> {
        self.sifted(sieve).into_iter().filter_map(|file| Some((file, self.script(file)?)))
    }

    /// Asks again about one file whose text or structure changed.
    pub(super) fn sift_anew(&mut self, file: FileId) {
        let mut sifted = std::mem::take(&mut self.sifted);
        for (sieve, files) in sifted.0.get_mut().unwrap_or_else(PoisonError::into_inner) {
            let place = files.binary_search(&file);
            let passes = sieve.lets_pass(self, file);
            match (place, passes) {
                (Ok(at), false) => drop(files.remove(at)),
                (Err(at), true) => files.insert(at, file),
                _ => {}
            }
        }
        self.sifted = sifted;
    }
}
