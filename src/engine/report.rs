//! What a run hands to the fronts: findings and masked texts, and nothing secret.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{Comparison, Judgement, Snapshot, judge, sensitive};
use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::fact::SourceKind;
use crate::matrix::MatrixOrigin;
use crate::secret::MaskedFile;
use crate::suppress::Cover;
use crate::text::{FileId, SourceFile, TreePath};

/// The result of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// The findings, in the order of places.
    pub diagnostics: Vec<Diagnostic>,
    /// A fingerprint per finding, at the same positions.
    pub fingerprints: Vec<String>,
    /// The same findings before those that are one fault were joined: what is counted and compared.
    pub apart: Vec<Diagnostic>,
    /// The findings that somebody decided to live with.
    pub covered: Vec<Covered>,
    /// What was compared with, if anything; the findings are then those that it does not have.
    pub comparison: Option<Comparison>,
    /// The files that findings point at, fit to be shown.
    pub files: BTreeMap<FileId, MaskedFile>,
    /// Files that should have been read and could not be, with the reason.
    pub unread: Vec<(TreePath, String)>,
    /// Figures about the run.
    pub statistics: Statistics,
}

/// A finding that is not reported.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Covered {
    /// The rule that spoke.
    pub rule: RuleId,
    /// By what it is covered.
    pub cover: Cover,
    /// The files that it points at, the one it belongs to first.
    pub paths: Vec<TreePath>,
}

/// Figures about a run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Statistics {
    /// Files read, by kind.
    pub files: BTreeMap<SourceKind, usize>,
    /// Keys that some file speaks about.
    pub keys: usize,
    /// Statements about keys.
    pub facts: usize,
    /// Environments of the matrix, by name.
    pub environments: Vec<String>,
    /// Services of the matrix, by name.
    pub services: Vec<String>,
    /// Whether a team wrote the matrix.
    pub matrix_is_declared: bool,
}

/// One file as the report of `envcheck files` shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileSummary {
    /// Its path.
    pub path: TreePath,
    /// As what it was read.
    pub kind: SourceKind,
    /// How many facts it holds.
    pub facts: usize,
    /// Why it could not be understood in full: lines and reasons.
    pub gaps: Vec<(u32, &'static str)>,
}

impl Report {
    pub(super) fn new(snapshot: &Snapshot, judgement: Judgement) -> Self {
        Self::with_known(snapshot, judgement, &BTreeMap::new())
    }

    /// The same, where some files are masked already and did not change since.
    pub(super) fn with_known(
        snapshot: &Snapshot,
        judgement: Judgement,
        known: &BTreeMap<FileId, MaskedFile>,
    ) -> Self {
        let index = &snapshot.index;
        let Judgement { diagnostics: apart, covered, .. } = judgement;
        let diagnostics = judge::joined(index, apart.clone());
        let path_of = |file: FileId| Some(index.files.get(file)?.path.clone());
        let covered = covered
            .into_iter()
            .map(|(found, cover)| Covered {
                rule: found.rule,
                cover,
                paths: found.labels.iter().filter_map(|label| path_of(label.at.file)).collect(),
            })
            .collect();
        let shown: BTreeSet<FileId> = diagnostics
            .iter()
            .chain(&apart)
            .flat_map(|diagnostic| {
                let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.at.file);
                diagnostic.labels.iter().map(|label| label.at.file).chain(edits)
            })
            .collect();
        let files: BTreeMap<FileId, MaskedFile> = shown
            .into_par_iter()
            .map(|file| (file, known.get(&file).cloned().unwrap_or_else(|| masked(snapshot, file))))
            .collect();
        let fingerprints =
            diagnostics.iter().map(|diagnostic| diagnostic.fingerprint(&index.files)).collect();
        let mut statistics = Statistics {
            keys: index.number_of_keys(),
            facts: index.number_of_facts(),
            environments: index
                .matrix
                .environments
                .iter()
                .map(|environment| environment.name.value.clone())
                .collect(),
            services: index.matrix.services.keys().cloned().collect(),
            matrix_is_declared: index.matrix.is_declared(),
            ..Statistics::default()
        };
        statistics.files.extend(index.numbers_of_kinds());
        for kind in snapshot.unread_files().into_iter().filter_map(|file| index.kind(file)) {
            if let Some(number) = statistics.files.get_mut(&kind) {
                *number -= 1;
            }
        }
        statistics.files.retain(|_, number| *number > 0);
        Self {
            diagnostics,
            fingerprints,
            apart,
            covered,
            comparison: None,
            files,
            unread: snapshot.unread.clone(),
            statistics,
        }
    }

    /// Leaves out the findings none of whose labels lies in or below `folder`.
    pub fn keep_below(&mut self, folder: &TreePath) {
        let is_below = |diagnostic: &Diagnostic| {
            let mut paths = diagnostic.labels.iter().filter_map(|label| self.files.get(&label.at.file));
            diagnostic.labels.is_empty() || paths.any(|file| file.path.is_below(folder))
        };
        let (diagnostics, fingerprints) = std::mem::take(&mut self.diagnostics)
            .into_iter()
            .zip(std::mem::take(&mut self.fingerprints))
            .filter(|(diagnostic, _): &(Diagnostic, String)| is_below(diagnostic))
            .unzip();
        self.apart = std::mem::take(&mut self.apart).into_iter().filter(is_below).collect();
        self.diagnostics = diagnostics;
        self.fingerprints = fingerprints;
        let is_below = |path: &TreePath| path.is_below(folder);
        self.covered.retain(|covered| covered.paths.is_empty() || covered.paths.iter().any(is_below));
    }

    /// How many findings are covered in this way.
    #[must_use]
    pub fn count_covered(&self, cover: Cover) -> usize {
        self.covered.iter().filter(|covered| covered.cover == cover).count()
    }

    /// How many findings are at least this severe.
    #[must_use]
    pub fn count_from(&self, severity: Severity) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity >= severity).count()
    }
}

impl Snapshot {
    /// A file of the run as it may be shown.
    #[must_use]
    pub fn masked(&self, file: FileId) -> MaskedFile {
        masked(self, file)
    }

    /// The files of which not even the beginning could be read. They are in the index, too, so that nobody takes them
    /// for missing.
    fn unread_files(&self) -> BTreeSet<FileId> {
        let unread = self.unread.iter().filter_map(|(path, _)| self.index.files.at(path));
        unread.filter(|file| file.text.is_empty()).map(|file| file.id).collect()
    }

    /// The files that could be read, at least their beginning.
    fn read_files(&self) -> impl Iterator<Item = &SourceFile> {
        let unread = self.unread_files();
        self.index.files.iter().filter(move |file| !unread.contains(&file.id))
    }

    /// Every file that was read, in the order of paths, with what it yielded. Files of the matrix are
    /// of the kind `matrix`, settings of the kind `settings`, a baseline of the kind `baseline`.
    #[must_use]
    pub fn files(&self) -> Vec<FileSummary> {
        let mut files: Vec<FileSummary> = self
            .read_files()
            .map(|file| {
                let extraction = self.index.extraction(file.id);
                let is_matrix = matches!(&self.index.matrix.origin, MatrixOrigin::Declared(ids) if ids.contains(&file.id));
                let is_baseline = self.baseline.as_ref().is_some_and(|baseline| baseline.file == file.id);
                let declared = match (is_matrix, is_baseline) {
                    (true, _) => SourceKind("matrix"),
                    (false, true) => SourceKind("baseline"),
                    (false, false) => SourceKind("settings"),
                };
                FileSummary {
                    path: file.path.clone(),
                    kind: self.index.kind(file.id).unwrap_or(declared),
                    facts: extraction.map_or(0, |extraction| extraction.facts.len()),
                    gaps: extraction
                        .into_iter()
                        .flat_map(|extraction| &extraction.gaps)
                        .map(|gap| (file.line_column(gap.span.start).line, gap.reason))
                        .collect(),
                }
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files
    }
}

/// The file as it may be shown.
fn masked(snapshot: &Snapshot, file: FileId) -> MaskedFile {
    let index = &snapshot.index;
    let spans = sensitive::sensitive_spans(index, file);
    match index.files.get(file) {
        Some(source) => MaskedFile::new(source.path.clone(), &source.text, &spans),
        None => MaskedFile::new(TreePath::root(None), "", &[]),
    }
}
