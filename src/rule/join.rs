//! Making one finding of several that are one fault, wherever they stand.

use crate::diagnostic::Diagnostic;

/// So many places besides its own are shown of a finding that stands for several.
const SHOWN: usize = 3;

/// One finding for all that `fault` gives the same answer for; those without an answer stay as they are. The first
/// speaks, points at the places of the others with `label`, and makes their repairs if all have the same one.
pub fn joined_by<F: PartialOrd + Ord>(
    found: Vec<Diagnostic>,
    label: &str,
    fault: impl Fn(&Diagnostic) -> Option<F>,
) -> Vec<Diagnostic> {
    let mut joined: Vec<Diagnostic> = Vec::new();
    // Where each fault stands in `joined`, and how many places were added to it.
    let mut known: std::collections::BTreeMap<F, (usize, usize)> = std::collections::BTreeMap::new();
    for finding in found {
        let Some(fault) = fault(&finding) else {
            joined.push(finding);
            continue;
        };
        let Some((at, count)) = known.get_mut(&fault) else {
            known.insert(fault, (joined.len(), 0));
            joined.push(finding);
            continue;
        };
        let Some(first) = joined.get_mut(*at) else { continue };
        *count += 1;
        if *count <= SHOWN
            && let Some(mut other) = finding.labels.into_iter().next()
        {
            label.clone_into(&mut other.message);
            first.labels.push(other);
        }
        match (&mut first.fix, finding.fix) {
            (Some(fix), Some(other)) if fix.title == other.title => fix.edits.extend(other.edits),
            // Half of a repair would leave a finding that nobody was told of.
            (fix, _) => *fix = None,
        }
    }
    // One place may lead to several of the findings.
    for fix in joined.iter_mut().filter_map(|finding| finding.fix.as_mut()) {
        fix.edits.sort_by(|a, b| (a.at, &a.replacement).cmp(&(b.at, &b.replacement)));
        fix.edits.dedup();
    }
    joined
}
