//! Keys of one file that differ from what is read in the same way are one fault: their writer had other names in mind.

use super::{READ, SET_NOWHERE};
use crate::diagnostic::{Diagnostic, Fix, Label};
use crate::index::Index;
use crate::rule::{by_fault, enumerate, enumerate_some, of_several_keys};
use crate::text::FileId;

/// So many keys are pointed at.
const SHOWN: usize = 3;

/// What several findings have in common if they are one fault: the file, why it matters, and what the names have and
/// lack; where that is no whole word, also what stands before it.
type Fault = (FileId, Option<String>, String, String, String);

/// One finding for all keys of a file that are wrong in the same way.
pub(super) fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    by_fault(found, fault_of).into_iter().flat_map(one_of).collect()
}

fn fault_of(finding: &Diagnostic) -> Option<Fault> {
    let (key, meant) = (finding.key.as_ref()?, meant_by(finding)?);
    let (before, has, lacks) = difference(key.as_str(), meant);
    let is_word =
        |text: &str| text.is_empty() || text.len() > 2 && (text.starts_with('_') || text.ends_with('_'));
    let stem = if is_word(has) && is_word(lacks) { "" } else { before };
    let file = finding.primary()?.at.file;
    Some((file, finding.why.clone(), has.to_owned(), lacks.to_owned(), stem.to_owned()))
}

/// The key that is read, of findings that say that it is set nowhere.
fn meant_by(finding: &Diagnostic) -> Option<&str> {
    let read = finding.labels.get(1).filter(|_| finding.message.ends_with(SET_NOWHERE))?;
    read.message.strip_prefix('`')?.strip_suffix(READ)?.strip_suffix('`')
}

/// What two names begin with alike, and what one and the other have behind that before they end alike.
fn difference<'a>(a: &'a str, b: &'a str) -> (&'a str, &'a str, &'a str) {
    let alike = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let start = alike(&mut a.chars().zip(b.chars()));
    let (before, a) = a.split_at_checked(start).unwrap_or((a, ""));
    let b = b.get(start..).unwrap_or("");
    let end = alike(&mut a.chars().rev().zip(b.chars().rev()));
    let middle = |text: &'a str| text.get(..text.len() - end).unwrap_or("");
    (before, middle(a), middle(b))
}

fn one_of(group: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some((keys, mut one)) = of_several_keys(&group) else { return group };
    let meant: Vec<&str> = group.iter().filter_map(meant_by).collect();
    let (some, meant) = (enumerate_some(&meant), enumerate(&meant));
    one.message = format!("nobody reads {}; {some}, which are read, are set nowhere", enumerate_some(&keys));
    let shown = group.iter().take(SHOWN);
    let others = shown.clone().skip(1).filter_map(Diagnostic::primary);
    one.labels.truncate(1);
    one.labels.extend(others.map(|label| Label { message: "nor for this one".to_owned(), ..label.clone() }));
    one.labels.extend(shown.filter_map(|found| found.labels.get(1).cloned()));
    one.help = Some(format!("did you mean {meant}?"));
    let fixes: Option<Vec<&Fix>> = group.iter().map(|found| found.fix.as_ref()).collect();
    one.fix = fixes.zip(one.fix.as_ref()).map(|(fixes, fix)| Fix {
        title: format!("rename them to {meant}"),
        edits: fixes.iter().flat_map(|fix| fix.edits.clone()).collect(),
        applicability: fix.applicability,
    });
    vec![one]
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn names_differ_by_what_one_has_more() {
        assert_eq!(difference("A_CLIENT_ID", "A_ID"), ("A_", "CLIENT_", ""));
        assert_eq!(difference("FORTYTWO_ID", "FORTY_TWO_ID"), ("FORTY", "", "_"));
        assert_eq!(difference("AA", "AAA"), ("AA", "", "A"));
        assert_eq!(difference("É_X", "É_Y"), ("É_", "X", "Y"));
        assert_eq!(difference("A", "A"), ("A", "", ""));
    }
}
