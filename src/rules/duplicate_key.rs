//! `duplicate-key`

use crate::declare_rule;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::{Reporter, enumerate_some};

declare_rule! {
    /// Reports a key that is set more than once in one file; an error if the values differ.
    ///
    /// ## Why it matters
    ///
    /// One of the values never has an effect: readers of dotenv files take the last, and a loader that does
    /// not override takes the first. Whoever edits the other one wonders why nothing changes.
    ///
    /// ## Example
    ///
    /// `.env`
    /// ```dotenv
    /// LOG_LEVEL=debug
    /// WORKERS=4
    /// LOG_LEVEL=info
    /// ```
    ///
    /// ```text
    /// error[duplicate-key]: `LOG_LEVEL` is set twice to different values
    /// ```
    ///
    /// Three keys or more of one block that was copied are one finding.
    ///
    /// ## What to do
    ///
    /// Keep one line. Comment the alternatives out.
    pub struct DuplicateKey = "duplicate-key", Syntax, Warning, fixes, by_file => joined;
}

impl DuplicateKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::DuplicateKey,
            "the values agree today; whoever changes one of the lines may change the one without effect",
            "keep one of the lines",
        );
        for (file, problem) in index.problems(ProblemKind::ContradictingDuplicate) {
            reporter.problem(file, problem, CONTRADICTION, KEEP).severity(Severity::Error);
        }
    }
}

const CONTRADICTION: &str =
    "only one of the values has an effect, and which one is not what a reader of the file expects";

const KEEP: &str = "keep the value that is meant, and comment out or remove the other";

/// Lines of one block that were copied stand no farther apart than this, at either end.
const NEAR: usize = 8;

/// Two keys that stand together twice may do so by chance, and are told one by one.
const BLOCK: usize = 3;

/// So many further lines of a block are shown.
const SHOWN: usize = 3;

/// Makes one finding of the keys of a block that was copied.
fn joined(index: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut joined: Vec<Diagnostic> = Vec::new();
    let mut block: Vec<Diagnostic> = Vec::new();
    for finding in found {
        if block.last().is_some_and(|last| !are_copied(index, last, &finding)) {
            joined.extend(one_of(std::mem::take(&mut block)));
        }
        block.push(finding);
    }
    joined.extend(one_of(block));
    joined
}

/// Whether two keys that stand twice in a file were copied together.
fn are_copied(index: &Index, a: &Diagnostic, b: &Diagnostic) -> bool {
    let ([later, first], [other_later, other_first]) = (a.labels.as_slice(), b.labels.as_slice()) else {
        return false;
    };
    let Some(source) = index.files.get(later.at.file).filter(|_| later.at.file == other_later.at.file) else {
        return false;
    };
    let line = |label: &Label| source.lines().line_of(label.at.span.start);
    let is_near = |a: &Label, b: &Label| line(a).abs_diff(line(b)) <= NEAR;
    let has_contradiction = a.severity.max(b.severity) == Severity::Error;
    let trust = |found: &Diagnostic| found.fix.as_ref().map(|fix| fix.applicability);
    // A copy begins behind what was copied. What can be mended for sure does not wait for what cannot.
    other_first.at.span < later.at.span
        && is_near(first, other_first)
        && is_near(later, other_later)
        && (has_contradiction || trust(a) == trust(b))
}

fn one_of(mut block: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let differs = |found: &Diagnostic| found.message.ends_with("different values");
    let names = |found: &mut dyn Iterator<Item = &Diagnostic>| -> Vec<String> {
        found.flat_map(|found| found.key.as_ref().map(ToString::to_string)).collect()
    };
    let (all, differing) =
        (names(&mut block.iter()), names(&mut block.iter().filter(|found| differs(found))));
    let severity = block.iter().map(|found| found.severity).max();
    let (Some(severity), true) = (severity, block.len() >= BLOCK) else { return block };
    let others = block.split_off(1);
    let Some(mut one) = block.pop() else { return others };
    let message = match differing.len() {
        0 => format!("{} are set twice to the same values", enumerate_some(&all)),
        number if number == all.len() => {
            format!("{} are set twice to different values", enumerate_some(&all))
        }
        _ => format!(
            "{} are set twice, {} to different values",
            enumerate_some(&all),
            enumerate_some(&differing)
        ),
    };
    one.message = message;
    one.severity = severity;
    one.further = others.iter().filter_map(|other| other.key.clone()).collect();
    one.labels.extend(others.iter().take(SHOWN).filter_map(|other| other.labels.first().cloned()));
    if differing.is_empty() {
        one.help = Some("keep one of the blocks".to_owned());
        let fixes: Option<Vec<&Fix>> = others.iter().map(|other| other.fix.as_ref()).collect();
        let edits = fixes.iter().flatten().flat_map(|fix| fix.edits.clone());
        // Half of a block is not deleted.
        one.fix = one.fix.filter(|_| fixes.is_some());
        if let Some(fix) = &mut one.fix {
            fix.title = "delete the later lines".to_owned();
            fix.edits.extend(edits);
        }
    } else {
        // Of a block that is half repaired the other half would have to be told anew.
        one.fix = None;
        (one.why, one.help) = (Some(CONTRADICTION.to_owned()), Some(KEEP.to_owned()));
    }
    vec![one]
}
