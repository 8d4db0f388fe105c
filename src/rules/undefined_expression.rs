//! Expressions of workflows that nothing gives a value.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Label};
use crate::fact::ProblemKind;
use crate::index::Index;
use crate::rule::{Reporter, by_fault, enumerate, repair_of_all};
use crate::text::{FileId, Location};

/// What is said of one name that a list lacks, up to the name, and of several.
const LACKS: &[(&str, &str)] = &[
    (" writes no output ", " writes none of the outputs "),
    (" has no output ", " has none of the outputs "),
    ("the matrix of the job has no ", "the matrix of the job has none of "),
    ("the job has no matrix that gives ", "the job has no matrix that gives "),
];

/// So many more places are shown of a finding that stands for several.
const SHOWN: usize = 3;

crate::declare_rule! {
    /// Reports an expression of a workflow that asks for what the workflow never gives: an output that a job does
    /// not have, a step without that id, an output that the script of a step does not write, a name that the matrix
    /// lacks, an input that nobody declares, a field that no event has, a secret or variable whose name GitHub keeps to
    /// itself; and a condition on the repository that still
    /// names the one of an example.
    ///
    /// ## Why it matters
    ///
    /// GitHub takes it for an empty text and goes on. An image is tagged `app:`, a condition is never true, a
    /// deployment gets an empty address.
    ///
    /// ## Example
    ///
    /// `.github/workflows/build.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   build:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - id: image
    ///         uses: docker/build-push-action@v6
    ///       - run: cosign sign "app@${{ steps.image.digest }}"
    /// ```
    ///
    /// ```text
    /// warning[undefined-expression]: a step has no `digest`
    /// ```
    ///
    /// ## What to do
    ///
    /// Declare what is asked for, or ask for what is declared: outputs of a step are `steps.<id>.outputs.<name>`, those
    /// of another job `needs.<job>.outputs.<name>`, and both jobs have to say so, the one in `outputs:`, the
    /// other in `needs:`.
    ///
    /// Lists that are computed, such as a matrix from `fromJSON`, and the outputs of actions and reusable
    /// workflows are not judged.
    pub struct UndefinedExpression = "undefined-expression", Missing, Warning, fixes, by_file => joined;
}

/// What several findings have in common if they are one fault: the list that lacks what is asked for, and what is said
/// of it; for all others, their file and what they say.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Lacks { list: Location, advice: Option<String> },
    Said { file: FileId, message: String },
}

/// Names that one list lacks are one fault of that list, and a name that is asked for several times is one fault, too.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    by_fault(found, fault_of).into_iter().filter_map(one_of).collect()
}

fn fault_of(finding: &Diagnostic) -> Option<Fault> {
    let place = finding.labels.last()?.at;
    let is_of_list = finding.labels.len() > 1 && LACKS.iter().any(|(one, _)| finding.message.contains(one));
    Some(match is_of_list {
        true => Fault::Lacks { list: place, advice: finding.help.clone() },
        false => Fault::Said { file: place.file, message: finding.message.clone() },
    })
}

fn one_of(group: Vec<Diagnostic>) -> Option<Diagnostic> {
    let mut one = group.first()?.clone();
    let mut named = BTreeSet::new();
    let mut names: Vec<&str> = group.iter().filter_map(|found| name_of(found)).collect();
    names.retain(|name| named.insert(name.to_ascii_lowercase()));
    let lacks = LACKS.iter().find_map(|(begin, several)| Some((one.message.split_once(begin)?.0, several)));
    if let (Some((who, several)), [_, _, ..]) = (lacks, names.as_slice()) {
        one.message = format!("{who}{several}{}", enumerate(&names));
    }
    let more = group.iter().skip(1).take(SHOWN).filter_map(Diagnostic::primary);
    let more: Vec<Label> =
        more.map(|label| Label { message: "and here".to_owned(), ..label.clone() }).collect();
    one.labels.splice(1..1, more);
    one.fix = repair_of_all(&group);
    Some(one)
}

/// The name that a finding is about, which ends what it says.
fn name_of(finding: &Diagnostic) -> Option<&str> {
    finding.message.strip_suffix('`')?.rsplit('`').next()
}

impl UndefinedExpression {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::UndefinedExpression,
            "GitHub puts an empty text in its place and goes on",
            "declare what is asked for",
        );
    }
}
