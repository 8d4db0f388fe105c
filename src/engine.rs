//! One run: discover, read, extract, join, judge, report. The only pipeline there is; every front
//! goes through it. [`Workspace`] runs it again after edits, as far as they reach.

mod baseline;
mod compare;
mod compose_samples;
mod declared;
mod discover;
mod elsewhere;
mod ignores;
mod judge;
mod kept_out;
mod manuals;
mod modules;
mod mounts;
mod report;
mod sensitive;
mod surroundings;
mod told_variables;
mod unmade;
mod workspace;

pub use baseline::BaselineFrom;
pub use compare::{Comparison, Earlier};
pub use declared::{Asked, SettingsFrom};
pub(crate) use discover::decode;
pub use judge::{Judgement, Settings};
pub use report::{Covered, FileSummary, Report, Statistics};
pub use workspace::Workspace;

use rayon::prelude::*;

use crate::fact::{Extraction, Gap, Hidden};
use crate::index::Index;
use crate::infer::{infer, propose};
use crate::matrix::{Matrix, MatrixOrigin};
use crate::settings::TeamSettings;
use crate::sources;
use crate::suppress::{Baseline, Growth, Update};
use crate::system::System;
use crate::text::{FileId, Files, MOST_SIGNS, Span, TreePath, end_of_reading};

/// Everything that is known about a tree before rules are asked.
#[derive(Debug)]
pub struct Snapshot {
    /// The joined facts.
    pub index: Index,
    /// Files that should have been read and could not be, with the reason.
    pub unread: Vec<(TreePath, String)>,
    /// Files that are no text, though their names promise one, with the reason.
    pub binary: Vec<(TreePath, String)>,
    /// Files that are data or written by tools or other people, though their names are of files that are read, with
    /// the reason.
    pub left_out: Vec<(TreePath, String)>,
    /// What the team asks of the rules.
    pub settings: TeamSettings,
    /// The baseline, if the tree has one or the operator named one.
    pub baseline: Option<Baseline>,
}

impl Snapshot {
    /// Reads the tree that `system` holds. `matrix` names the matrix's file or folder, where it is
    /// not to be looked for.
    #[must_use]
    pub fn take(system: &dyn System, matrix: Option<&TreePath>) -> Self {
        Self::open(system, &Asked { matrix: matrix.cloned(), ..Asked::default() })
    }

    /// Reads the tree that `system` holds, with the matrix and the settings that were asked for.
    #[must_use]
    pub fn open(system: &dyn System, asked: &Asked) -> Self {
        let (walked, tracking) = rayon::join(|| system.walk(), || system.tracking());
        let said = declared::read(system, &walked, asked);
        let (declared, mut unread) = (said.matrix, said.unread);
        let claimed = discover::claimed(system, walked, &tracking, &declared, &said.settings.exclude);
        unread.extend(claimed.unread);

        let mut all: Vec<discover::Found> = claimed.found;
        // What the team declares comes first, so that the locations in it stay true.
        let mut files = said.files;
        let baseline = baseline::read(system, &asked.baseline, &said.settings, &mut files);
        let mut declared_paths: Vec<TreePath> = files.iter().map(|file| file.path.clone()).collect();
        // Also where it is not asked for: the keys that a baseline names are not mentioned by it.
        declared_paths.push(baseline::usual(&said.settings));
        let mut settings_problems = said.settings_problems;
        if baseline.is_none() {
            settings_problems.extend(baseline::missing(&said.settings, &asked.baseline));
        }
        all.retain(|found| !declared_paths.contains(&found.path));
        let mut kinds = vec![None; files.len()];
        kinds.reserve_exact(all.len());
        files.reserve_exact(all.len());
        let mut ignored = std::collections::BTreeSet::new();
        let mut unseen = std::collections::BTreeSet::new();
        for found in all {
            let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
            kinds.push(Some(found.extractor));
            if found.is_unread {
                unseen.insert(id);
            }
            if found.is_ignored {
                ignored.insert(id);
            }
            files.push(crate::text::SourceFile::new(id, found.path, found.text));
        }
        let extractions = extract_all(&files, |file, at| match kinds.get(at).copied().flatten() {
            Some(_) if unseen.contains(&file.id) => unseen_extraction(),
            Some(extractor) => sources::read(sources::ALL[extractor], file),
            None => Extraction::default(),
        });
        let read = files.iter().zip(&kinds).filter(|(_, kind)| kind.is_some()).map(|(file, _)| file);
        unread.extend(read.filter_map(too_large));
        let files = Files::new(files);
        let kinds =
            kinds.into_iter().map(|kind| kind.map(|extractor| sources::ALL[extractor].kind())).collect();
        let matrix = |files: &Files, extractions: &[Extraction]| match declared.origin {
            MatrixOrigin::Declared(_) => declared,
            MatrixOrigin::Inferred => infer(files, extractions),
        };
        let mut index = Index::build_with(files, matrix, said.matrix_problems, extractions, kinds);
        index.settings_problems = settings_problems;
        index.ignored = ignored;
        index.tracking = tracking;
        surroundings::look_around(&mut index, system);
        let (binary, left_out) = (claimed.binary, claimed.left_out);
        Self { index, unread, binary, left_out, settings: said.settings, baseline }
    }

    /// The matrix that a team could begin with, whatever is declared already.
    #[must_use]
    pub fn proposal(&self) -> Matrix {
        propose(&self.index.files, self.index.extractions())
    }

    /// Where the baseline of this tree lies, if nobody says otherwise.
    #[must_use]
    pub fn baseline_path(&self) -> TreePath {
        baseline::usual(&self.settings)
    }

    /// Asks the rules, and holds what they say against the exceptions.
    #[must_use]
    pub fn judge(&self, settings: &Settings) -> Judgement {
        judge::judge(self, settings)
    }

    /// Asks the rules and makes the report.
    #[must_use]
    pub fn report(&self, settings: &Settings) -> Report {
        Report::new(self, self.judge(settings))
    }

    /// The baseline that counts what the rules say today. What comments except is not counted.
    #[must_use]
    pub fn updated_baseline(&self, settings: &Settings, growth: Growth) -> Update {
        let judgement = self.judge(settings);
        let counted = judgement.countable();
        Update::new(self.baseline.as_ref(), counted, &self.index.files, &judgement.asked, growth)
    }
}

/// What `extract` tells of each file and its position, in the order of files.
///
/// Long files are begun first, so that no processor is left with one while the others have nothing more to do.
fn extract_all(
    files: &[crate::text::SourceFile],
    extract: impl Fn(&crate::text::SourceFile, usize) -> Extraction + Sync,
) -> Vec<Extraction> {
    let mut by_length: Vec<(usize, &crate::text::SourceFile)> = files.iter().enumerate().collect();
    by_length.sort_by_key(|(_, file)| std::cmp::Reverse(file.text.len()));
    let mut told: Vec<(usize, Extraction)> =
        by_length.into_par_iter().with_max_len(1).map(|(at, file)| (at, extract(file, at))).collect();
    // Each step lays one down where it belongs. Sorting would move each many times, and they are large.
    for place in 0..told.len() {
        while let Some(&(at, _)) = told.get(place).filter(|(at, _)| *at != place) {
            told.swap(place, at);
        }
    }
    told.into_iter().map(|(_, extraction)| extraction).collect()
}

/// What is known of a file that could not be read: that there is one.
fn unseen_extraction() -> Extraction {
    let gap = Gap { span: Span::at(0), hides: Hidden::Anything, reason: "the file could not be read" };
    Extraction { gaps: vec![gap], ..Extraction::default() }
}

/// A file of which only the beginning was read, with the reason.
fn too_large(file: &crate::text::SourceFile) -> Option<(TreePath, String)> {
    let end = end_of_reading(&file.text)?;
    let line = file.line_column(u32::try_from(end).unwrap_or(u32::MAX)).line;
    Some((
        file.path.clone(),
        format!("it has more than {MOST_SIGNS} words and signs; what stands from line {line} on is left out"),
    ))
}
