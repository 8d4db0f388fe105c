//! A tree that is checked again and again while it is edited.
//!
//! After an edit only the edited file is read, its facts take the place of the old ones in the index, and only
//! the files whose answers may differ are asked again. Reports are those of a run from scratch, to the byte.
//!
//! Some edits reach further than the index can follow in place. Where environments of the guessed matrix may come or go,
//! or most of its services, and where the team declares a matrix, everything is joined anew from what is known of the files;
//! where files that are read come or go, and where the matrix or the settings change, everything is read anew.

use std::collections::{BTreeMap, BTreeSet};

mod answers;

use rayon::prelude::*;

use answers::{Answers, ByRule, Pending};

use super::judge::{Wishes, conclude, sort};
use super::manuals::is_prose;
use super::surroundings::{Named, is_told_otherwise, look_again, look_around};
use super::{Asked, Report, Settings, Snapshot, discover};
use crate::diagnostic::Diagnostic;
use crate::fact::{Extraction, SourceKind, Structure};
use crate::index::Index;
use crate::infer::{infer, shape};
use crate::rule::Rule;
use crate::rules;
use crate::secret::MaskedFile;
use crate::sources;
use crate::suppress::{Exceptions, may_have_comments};
use crate::system::{System, text_of};
use crate::text::{FileId, SourceFile, TreePath, end_of_reading};

/// A checked tree with all that is known about it.
#[derive(Debug)]
pub struct Workspace {
    asked: Asked,
    user: Settings,
    snapshot: Snapshot,
    answers: Answers,
    /// Files that may hold ignore comments.
    commented: BTreeSet<FileId>,
    /// Files as the last report showed them.
    masked: BTreeMap<FileId, MaskedFile>,
}

/// How many files are asked about together before it is looked closer which of them has a fault.
const CHUNK: usize = 64;

impl Workspace {
    /// Reads the tree that `system` holds. `asked` and `user` are as for [`Snapshot::open`] and
    /// [`Snapshot::report`].
    #[must_use]
    pub fn open(system: &dyn System, asked: Asked, user: Settings) -> Self {
        let snapshot = Snapshot::open(system, &asked);
        let answers = Answers::none(&snapshot.index);
        Self { asked, user, snapshot, answers, commented: BTreeSet::new(), masked: BTreeMap::new() }
    }

    /// What is known about the tree.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Takes over what changed at `paths`: texts, and files that came or went.
    pub fn change(&mut self, system: &dyn System, paths: &[TreePath]) {
        for path in paths {
            if self.take_over(system, path).is_none() {
                self.snapshot = Snapshot::open(system, &self.asked);
                self.forget();
                return;
            }
        }
    }

    fn forget(&mut self) {
        self.answers = Answers::none(&self.snapshot.index);
        self.masked.clear();
    }

    /// Takes over one file's text; `None` if the tree has to be read anew.
    fn take_over(&mut self, system: &dyn System, path: &TreePath) -> Option<()> {
        let index = &self.snapshot.index;
        let Some(old) = index.files.at(path) else { return self.take_over_prose(system, path) };
        let (id, kind) = (old.id, index.kind(old.id)?);
        let is_unread = self.snapshot.unread.iter().any(|(unread, _)| unread == path);
        let is_declared = index.matrix.is_declared();
        if index.ignored.contains(&id) && !is_declared || is_unread {
            return None;
        }
        let text = discover::decode(system.read(path).ok().and_then(text_of)?);
        if text == old.text {
            return Some(());
        }
        let extractor = sources::ALL.get(discover::extractor_of(path, &text)?)?;
        if extractor.kind() != kind && !(kind.is_code() && extractor.kind().is_code()) {
            return None;
        }
        let source = SourceFile::new(id, path.clone(), text);
        // What is told of a file that is read in part stands beside the index.
        if [&old.text, &source.text].into_iter().any(|text| end_of_reading(text).is_some()) {
            return None;
        }
        let extraction = sources::read(*extractor, &source);
        if is_declared {
            self.join_anew(system, Some((source, extraction, extractor.kind())));
            return Some(());
        }
        let is_same_shape = shape(old, index.extraction(id)?) == shape(&source, &extraction);
        let is_joined = |said: Option<&Extraction>| said.is_some_and(|said| names_others(&said.structure));
        let is_joined = is_joined(Some(&extraction)) || is_joined(index.extraction(id));
        let named = is_joined.then(|| Named::by(&mut self.snapshot.index, system, id));
        let asked = self.snapshot.index.replace(source, extraction, extractor.kind());
        let is_looked_at = || {
            let index = &mut self.snapshot.index;
            named.is_none_or(|named| look_again(index, system, id, &named).is_some())
        };
        match asked {
            Ok(files) if is_same_shape && is_looked_at() => {
                files.iter().for_each(|file| drop(self.masked.remove(file)));
                self.answers.ask_again(&self.snapshot.index, &files);
            }
            _ => self.join_anew(system, None),
        }
        Some(())
    }

    /// Takes over that prose changed, which is not read but where it may tell of missing files; `None` if the tree has to be
    /// read anew.
    fn take_over_prose(&mut self, system: &dyn System, path: &TreePath) -> Option<()> {
        if !is_prose(path) {
            return None;
        }
        let text = discover::decode(system.read(path).ok().and_then(text_of)?);
        if discover::extractor_of(path, &text).is_some() {
            return None;
        }
        if is_told_otherwise(&mut self.snapshot.index, system, path) {
            self.forget();
        }
        Some(())
    }

    /// Joins the files anew, with the matrix that is declared or with another guess. `edited` is what is still to be taken
    /// over.
    fn join_anew(&mut self, system: &dyn System, edited: Option<(SourceFile, Extraction, SourceKind)>) {
        let mut old = std::mem::take(&mut self.snapshot.index);
        let (ignored, tracking) = (std::mem::take(&mut old.ignored), std::mem::take(&mut old.tracking));
        let problems = std::mem::take(&mut old.settings_problems);
        let matrix_problems = std::mem::take(&mut old.matrix_problems);
        let matrix = std::mem::take(&mut old.matrix);
        let (mut files, mut extractions, mut kinds) = old.into_parts();
        if let Some((source, extraction, kind)) = edited {
            let at = source.id.0 as usize;
            if let (Some(said), Some(known)) = (extractions.get_mut(at), kinds.get_mut(at)) {
                (*said, *known) = (extraction, Some(kind));
            }
            files.replace(source);
        }
        let matrix = if matrix.is_declared() { matrix } else { infer(&files, &extractions) };
        let mut index = Index::build(files, matrix, matrix_problems, extractions, kinds);
        (index.ignored, index.tracking, index.settings_problems) = (ignored, tracking, problems);
        look_around(&mut index, system);
        self.snapshot.index = index;
        self.forget();
    }

    /// Asks what has to be asked, and makes the report.
    #[must_use]
    pub fn report(&mut self) -> Report {
        let pending = std::mem::replace(&mut self.answers.pending, Pending::Files(BTreeSet::new()));
        let Self { user, snapshot, commented, .. } = self;
        let answers = &mut self.answers.by_rule;
        let wishes = Wishes { user, team: &snapshot.settings };
        let index = &mut snapshot.index;
        let wanted: Vec<(usize, &dyn Rule)> = rules::ALL
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, rule)| wishes.wants(rule.meta(), index))
            .collect();
        let all: Vec<&dyn Rule> = wanted.iter().map(|(_, rule)| *rule).collect();
        let is_guessed = !index.matrix.is_declared();
        let (by_file, whole): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|(_, rule)| rule.meta().by_file && is_guessed);
        match pending {
            Pending::Everything => {
                answers.clear();
                let files = index.files.iter().filter(|file| may_have_comments(&file.text));
                *commented = files.map(|file| file.id).collect();
                for (at, found) in ask_each(&by_file, |rule| wishes.ask_by_file(rule, index)) {
                    answers.entry(at).or_default().found = found;
                }
                let faulty: Vec<_> = by_file
                    .iter()
                    .copied()
                    .filter(|(at, _)| answers.get(at).is_some_and(|answer| !answer.found.is_empty()))
                    .collect();
                let files: Vec<FileId> = index.files.iter().map(|file| file.id).collect();
                for chunk in files.chunks(CHUNK) {
                    ask_files(&wishes, index, &faulty, chunk, answers);
                }
            }
            Pending::Files(files) if files.is_empty() => {}
            Pending::Files(files) => {
                let files: Vec<FileId> = files.into_iter().collect();
                for file in files.iter().filter_map(|&file| index.files.get(file)) {
                    if may_have_comments(&file.text) {
                        commented.insert(file.id);
                    } else {
                        commented.remove(&file.id);
                    }
                }
                let touched = |answers: &ByRule| -> BTreeSet<usize> {
                    let touched = answers.iter().filter(|(_, answer)| answer.is_about(&files));
                    touched.map(|(at, _)| *at).collect()
                };
                let before = touched(answers);
                for chunk in files.chunks(CHUNK) {
                    ask_files(&wishes, index, &by_file, chunk, answers);
                }
                let after = touched(answers);
                for (at, rule) in by_file.iter().filter(|(at, _)| before.contains(at) || after.contains(at)) {
                    let Some(answer) = answers.get_mut(at) else { continue };
                    index.set_focus(Some(answer.files.iter().copied().collect()));
                    let is_any = !answer.files.is_empty();
                    answer.found = if is_any { wishes.ask_by_file(*rule, index) } else { Vec::new() };
                }
            }
        }
        index.set_focus(None);
        let besides = by_file.iter().filter(|(_, rule)| rule.meta().whole.is_some());
        let besides: Vec<_> = besides.copied().collect();
        let (besides, whole) = rayon::join(
            || ask_each(&besides, |rule| wishes.ask_besides(rule, index)),
            || ask_each(&whole, |rule| wishes.ask(rule, index)),
        );
        besides.into_iter().for_each(|(at, found)| answers.entry(at).or_default().besides = found);
        whole.into_iter().for_each(|(at, found)| answers.entry(at).or_default().found = found);

        let heard = answers.iter().filter_map(|(at, answer)| Some((rules::ALL.get(*at)?.meta(), answer)));
        let mut diagnostics: Vec<Diagnostic> = heard
            .flat_map(|(meta, answer)| {
                answer.found.iter().chain(&answer.besides).map(move |found| (meta, found))
            })
            .filter_map(|(meta, found)| wishes.heard(meta, found.clone(), index))
            .collect();
        sort(&mut diagnostics, index);
        let files = commented.iter().filter_map(|&file| index.files.get(file));
        let exceptions = Exceptions::find_in(index, snapshot.baseline.clone(), files);
        let judgement = conclude(index, &wishes, &all, diagnostics, exceptions);
        let report = Report::with_known(&self.snapshot, judgement, &self.masked);
        self.masked.clone_from(&report.files);
        report
    }
}

/// Whether a file of this shape may name others at which the system has to be asked.
fn names_others(structure: &Structure) -> bool {
    matches!(
        structure,
        Structure::Compose(_) | Structure::Dockerfile(_) | Structure::Workflow(_) | Structure::Commands(_)
    )
}

/// Asks rules, and tells what each found.
fn ask_each(
    rules: &[(usize, &dyn Rule)],
    ask: impl Fn(&dyn Rule) -> Vec<Diagnostic> + Sync,
) -> Vec<(usize, Vec<Diagnostic>)> {
    // One at a time: of neighbours in the list some take a thousand times as long as others.
    rules.par_iter().with_max_len(1).map(|(at, rule)| (*at, ask(*rule))).collect()
}

/// A rule with its position in [`rules::ALL`].
type Numbered<'r> = (usize, &'r dyn Rule);

/// Asks rules which of `files` have a fault.
fn ask_files(
    wishes: &Wishes<'_>,
    index: &mut Index,
    rules: &[Numbered<'_>],
    files: &[FileId],
    answers: &mut ByRule,
) {
    index.set_focus(Some(files.to_vec()));
    for (at, _) in rules {
        answers.entry(*at).or_default().files.retain(|file| files.binary_search(file).is_err());
    }
    let index_now = &*index;
    let ask = |&(at, rule): &(usize, _)| ((at, rule), wishes.ask_by_file(rule, index_now));
    let (faulty, found): (Vec<Numbered<'_>>, Vec<Vec<Diagnostic>>) =
        rules.par_iter().map(ask).filter(|(_, found)| !found.is_empty()).unzip();
    // A finding mostly has its fault where it points.
    let labels = found.iter().flatten().flat_map(|found| &found.labels).map(|label| label.at.file);
    let suspects: BTreeSet<FileId> = labels.filter(|file| files.binary_search(file).is_ok()).collect();
    match files {
        _ if faulty.is_empty() => {}
        [only] => {
            for (at, _) in faulty {
                answers.entry(at).or_default().files.insert(*only);
            }
        }
        _ if !suspects.is_empty() => {
            for &suspect in &suspects {
                ask_files(wishes, index, &faulty, &[suspect], answers);
            }
            let others: Vec<FileId> = files.iter().copied().filter(|file| !suspects.contains(file)).collect();
            if !others.is_empty() {
                ask_files(wishes, index, &faulty, &others, answers);
            }
        }
        _ => {
            let (first, second) = files.split_at(files.len() / 2);
            ask_files(wishes, index, &faulty, first, answers);
            ask_files(wishes, index, &faulty, second, answers);
        }
    }
}
