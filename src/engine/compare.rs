//! What is new since another tree.

use std::collections::BTreeMap;

use super::Report;
use super::judge::joined;
use crate::diagnostic::Diagnostic;
use crate::index::Index;
use crate::text::{Files, TreePath};

/// What a report was compared with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comparison {
    /// What the operator called it.
    pub reference: String,
    /// The commit that was looked at.
    pub commit: String,
    /// How many findings it has.
    pub before: usize,
    /// How many of them are still there; they are not reported.
    pub known: usize,
}

/// What an earlier tree has, to hold a later one against.
#[derive(Debug)]
pub struct Earlier {
    /// What is found in it.
    pub report: Report,
    /// Its files.
    pub files: Files,
    /// What the operator called it.
    pub reference: String,
    /// The commit that was looked at.
    pub commit: String,
}

/// A finding as far as two runs can tell that it is the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Trace {
    fingerprint: String,
    message: String,
    /// Its first line, masked, without the white space around it.
    line: String,
    path: Option<TreePath>,
    /// The finding without its path, for files that moved.
    elsewhere: (&'static str, String, Vec<String>),
}

impl Report {
    /// Leaves only the findings that `earlier` does not have. `index` is that of this run. As many
    /// findings of one fingerprint are known as there were; those whose message and line are the same are
    /// taken first, so that what remains is most likely what is new. A file that moved takes its findings along.
    /// Faults are compared one by one, and joined behind that: a block that gained a line tells that line.
    pub fn leave_new(&mut self, index: &Index, earlier: &Earlier) {
        let files = &index.files;
        let before = earlier.report.traces(&earlier.files);
        let mut before: Vec<Option<Trace>> = before.into_iter().map(Some).collect();
        let now = self.traces(files);
        let mut is_known = vec![false; now.len()];
        let gone = |trace: &Trace| trace.path.as_ref().is_some_and(|path| files.at(path).is_none());
        let came = |trace: &Trace| trace.path.as_ref().is_some_and(|path| earlier.files.at(path).is_none());
        let mut pass = |name: &dyn Fn(&Trace, bool) -> Option<Vec<String>>| {
            let mut known: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
            for (position, trace) in before.iter().enumerate().rev() {
                if let Some(name) = trace.as_ref().and_then(|trace| name(trace, true)) {
                    known.entry(name).or_default().push(position);
                }
            }
            for (trace, is_known) in now.iter().zip(&mut is_known).filter(|(_, is_known)| !**is_known) {
                let taken = name(trace, false).and_then(|name| known.get_mut(&name)?.pop());
                if let Some(position) = taken {
                    *is_known = true;
                    if let Some(place) = before.get_mut(position) {
                        *place = None;
                    }
                }
            }
        };
        pass(&|trace, _| Some(vec![trace.fingerprint.clone(), trace.message.clone(), trace.line.clone()]));
        pass(&|trace, _| Some(vec![trace.fingerprint.clone(), trace.line.clone()]));
        pass(&|trace, _| Some(vec![trace.fingerprint.clone()]));
        pass(&|trace, is_before| {
            let has_moved = if is_before { gone(trace) } else { came(trace) };
            let (rule, key, environments) = &trace.elsewhere;
            has_moved
                .then(|| vec![(*rule).to_owned(), key.clone(), environments.join(","), trace.line.clone()])
        });
        let (known, new): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.apart).into_iter().zip(is_known).partition(|(_, is_known)| *is_known);
        let found = |some: Vec<(Diagnostic, bool)>| some.into_iter().map(|(found, _)| found).collect();
        self.apart = found(new);
        self.diagnostics = joined(index, self.apart.clone());
        self.fingerprints = self.diagnostics.iter().map(|found| found.fingerprint(files)).collect();
        self.comparison = Some(Comparison {
            reference: earlier.reference.clone(),
            commit: earlier.commit.clone(),
            before: earlier.report.diagnostics.len(),
            known: joined(index, found(known)).len(),
        });
    }

    fn traces(&self, files: &Files) -> Vec<Trace> {
        let trace = |found: &Diagnostic| {
            let file = found.primary().and_then(|label| Some((label, self.files.get(&label.at.file)?)));
            let line = file.map_or("", |(label, file)| {
                let line = file.lines.line_of(label.at.span.start);
                file.text.get(file.lines.line_range(&file.text, line)).unwrap_or("")
            });
            Trace {
                fingerprint: found.fingerprint(files),
                message: found.message.clone(),
                line: line.trim().to_owned(),
                path: file.map(|(_, file)| file.path.clone()),
                elsewhere: (
                    found.rule.0,
                    found.keys().map(ToString::to_string).collect::<Vec<_>>().join(" "),
                    found.environments.clone(),
                ),
            }
        };
        self.apart.iter().map(trace).collect()
    }
}
