//! Keys that one service lacks are one fault: nobody has kept its list.

use super::WHY;
use crate::diagnostic::{Diagnostic, Label};
use crate::index::Index;
use crate::rule::repair::all_of;
use crate::rule::{by_fault, enumerate_some, of_several_keys};
use crate::text::Location;

/// So many keys are pointed at where they are read.
const SHOWN: usize = 3;

/// One finding for all keys that the same services lack.
pub(super) fn joined(_index: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    by_fault(found, places_of).into_iter().flat_map(one_of).collect()
}

/// Where the services list their environments; `None` of what files of platforms and workflows leave out.
fn places_of(finding: &Diagnostic) -> Option<Vec<Location>> {
    let (_, listings) = finding.labels.split_last().filter(|_| finding.why.as_deref() == Some(WHY))?;
    Some(listings.iter().map(|label| label.at).collect())
}

fn one_of(group: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some((keys, mut one)) = of_several_keys(&group) else { return group };
    // Who requires them stands before the key.
    let first = keys.first().map(|key| format!(" `{key}`,"));
    let whose = first.and_then(|first| Some(one.message.split_once(&first)?.0.to_owned()));
    let Some(whose) = whose else { return group };
    one.message = format!("{whose} {}, and compose does not pass them on", enumerate_some(&keys));
    if let Some(listing) = one.labels.first_mut()
        && let Some((before, _)) = listing.message.rsplit_once(" without ")
    {
        listing.message = format!("{before} without them");
    }
    let reads: Vec<Label> = group
        .iter()
        .take(SHOWN)
        .filter_map(|found| {
            let (key, label) = (found.key.as_ref()?, found.labels.last()?);
            Some(Label { message: format!("`{key}` is {}", label.message), ..label.clone() })
        })
        .collect();
    one.labels.pop();
    one.labels.extend(reads);
    one.fix = all_of(&group, "pass them on");
    let lines: Vec<String> = keys.iter().map(|key| format!("`{key}: ${{{key}:?}}`")).collect();
    one.help = Some(format!("add {} to `environment:`", lines.join(", ")));
    vec![one]
}
