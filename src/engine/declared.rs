//! What a team declares: its matrix, and what it asks of the rules.

use std::collections::BTreeSet;

use super::baseline::BaselineFrom;
use super::discover::read_as_they_are;
use crate::matrix::{self, Matrix, MatrixProblem, is_single, matrix_paths};
use crate::settings::{self, TeamSettings, is_settings};
use crate::system::System;
use crate::text::{FileId, SourceFile, TreePath};

/// Which declarations an operator asks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Asked {
    /// The matrix's file or folder; without one it is looked for.
    pub matrix: Option<TreePath>,
    /// The settings.
    pub settings: SettingsFrom,
    /// The baseline.
    pub baseline: BaselineFrom,
}

/// Where settings are taken from.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum SettingsFrom {
    /// From the file at the root of the tree, or else from the matrix.
    #[default]
    Tree,
    /// From this file.
    File(TreePath),
    /// From nowhere: rules have their own levels and options.
    Nowhere,
}

/// What was declared, with the files that say it.
pub(super) struct Declared {
    pub(super) files: Vec<SourceFile>,
    pub(super) matrix: Matrix,
    pub(super) matrix_problems: Vec<MatrixProblem>,
    pub(super) settings: TeamSettings,
    pub(super) settings_problems: Vec<MatrixProblem>,
    pub(super) unread: Vec<(TreePath, String)>,
}

/// As what a file was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Matrix,
    Settings,
}

/// Reads matrix and settings.
pub(super) fn read(system: &dyn System, walked: &[TreePath], asked: &Asked) -> Declared {
    let named = matrix_paths(walked, asked.matrix.as_ref());
    let mut paths = named.clone();
    paths.extend(walked.iter().filter(|path| is_single(path)).cloned());
    if let SettingsFrom::File(path) = &asked.settings {
        paths.push(path.clone());
    }
    let mut seen = BTreeSet::new();
    paths.retain(|path| seen.insert(path.clone()));
    let (found, unread) = read_as_they_are(system, &paths);
    let use_of = |file: &SourceFile| {
        let is_asked = matches!(&asked.settings, SettingsFrom::File(path) if *path == file.path);
        // A matrix that was asked for is read as one, whatever it is called.
        let is_told = asked.matrix.is_some() && named.contains(&file.path);
        if !is_told && (is_asked || is_single(&file.path) && is_settings(file)) {
            return Some(Use::Settings);
        }
        named.contains(&file.path).then_some(Use::Matrix)
    };
    let (mut uses, mut files) = (Vec::new(), Vec::new());
    for file in found {
        if let Some(one) = use_of(&file) {
            let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
            files.push(SourceFile::new(id, file.path, file.text));
            uses.push(one);
        }
    }
    let used_as = |wanted: Use| -> Vec<&SourceFile> {
        files.iter().zip(&uses).filter(|(_, used)| **used == wanted).map(|(file, _)| file).collect()
    };
    let (matrix_files, mut settings_files) = (used_as(Use::Matrix), used_as(Use::Settings));
    let (matrix, matrix_problems) = matrix::read(&matrix_files);
    let (settings, settings_problems) = match &asked.settings {
        SettingsFrom::Tree => settings::read(&settings_files, &matrix_files),
        SettingsFrom::File(path) => {
            settings_files.retain(|file| file.path == *path);
            settings::read(&settings_files, &[])
        }
        SettingsFrom::Nowhere => (TeamSettings::default(), Vec::new()),
    };
    Declared { matrix, matrix_problems, settings, settings_problems, unread, files }
}
