//! Making one finding of several that are one fault, wherever they stand.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Fix};
use crate::index::Index;
use crate::key::KeyName;

/// So many places besides its own are shown of a finding that stands for several.
const SHOWN: usize = 3;

/// The findings in groups, each of those that `fault` gives the same answer for; what it has no answer for is a
/// group by itself. The groups stand in the order of their first findings.
pub fn by_fault<F: Ord>(
    found: Vec<Diagnostic>,
    fault: impl Fn(&Diagnostic) -> Option<F>,
) -> Vec<Vec<Diagnostic>> {
    let mut groups: Vec<Vec<Diagnostic>> = Vec::new();
    let mut known: BTreeMap<F, usize> = BTreeMap::new();
    for finding in found {
        let at = fault(&finding).map(|fault| *known.entry(fault).or_insert(groups.len()));
        match at.and_then(|at| groups.get_mut(at)) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// One finding for all that `fault` gives the same answer for; those without an answer stay as they are. The first
/// speaks, points at the places of the others with `label`, and makes their repairs if all have the same one.
pub fn joined_by<F: Ord>(
    found: Vec<Diagnostic>,
    label: &str,
    fault: impl Fn(&Diagnostic) -> Option<F>,
) -> Vec<Diagnostic> {
    by_fault(found, fault).into_iter().filter_map(|group| shown_at_all(group, label)).collect()
}

/// One finding for a group of which each says the same: the first, about the keys and environments of all.
pub fn shown_at_all(group: Vec<Diagnostic>, label: &str) -> Option<Diagnostic> {
    let fix = repair_of_all(&group);
    let mut group = group.into_iter();
    let mut first = group.next()?;
    for (count, finding) in group.enumerate() {
        add_keys(&mut first, finding.keys().cloned());
        for environment in finding.environments {
            if !first.environments.contains(&environment) {
                first.environments.push(environment);
            }
        }
        if count < SHOWN
            && let Some(mut other) = finding.labels.into_iter().next()
        {
            label.clone_into(&mut other.message);
            first.labels.push(other);
        }
    }
    first.fix = fix;
    Some(first)
}

/// The repair of a group, if all of it have the same one: half of a repair would leave a finding that nobody was told of.
pub fn repair_of_all(group: &[Diagnostic]) -> Option<Fix> {
    let mut fixes = group.iter().map(|found| found.fix.as_ref());
    let mut all = fixes.next()??.clone();
    for fix in fixes {
        let fix = fix.filter(|fix| fix.title == all.title)?;
        all.edits.extend(fix.edits.iter().cloned());
    }
    // One place may lead to several of the findings.
    all.edits.sort_by(|a, b| (a.at, &a.replacement).cmp(&(b.at, &b.replacement)));
    all.edits.dedup();
    Some(all)
}

/// One finding for what files of the same name in several folders say alike: their messages are the same up to `between`,
/// behind which the paths differ, and the same is written in the places. `repair` words the repair of them all.
pub fn joined_copies(index: &Index, found: Vec<Diagnostic>, between: &str, repair: &str) -> Vec<Diagnostic> {
    let copy = |finding: &Diagnostic| {
        let (who, _) = finding.message.split_once(between)?;
        let label = finding.primary()?;
        let file = index.files.get(label.at.file)?;
        let written = file.slice(label.at.span).to_owned();
        Some((file.path.name().to_owned(), label.message.clone(), who.to_owned(), written))
    };
    let of_all = |mut group: Vec<Diagnostic>| {
        let others = group.len().saturating_sub(1);
        if others > 0 {
            for fix in group.iter_mut().filter_map(|found| found.fix.as_mut()) {
                repair.clone_into(&mut fix.title);
            }
        }
        let mut one = shown_at_all(group, "the same")?;
        match others {
            0 => {}
            1 => one.message.push_str("; the same in another folder"),
            _ => one.message.push_str(&format!("; the same in {others} other folders")),
        }
        Some(one)
    };
    by_fault(found, copy).into_iter().filter_map(of_all).collect()
}

/// The keys that a group is about, as text, each once, and the finding that is to speak for all of it: the first, with the
/// others' keys as further ones. `None` where only one of the group has a key.
pub fn of_several_keys(group: &[Diagnostic]) -> Option<(Vec<String>, Diagnostic)> {
    let with_key: Vec<&Diagnostic> = group.iter().filter(|found| found.key.is_some()).collect();
    let ([_, _, ..], Some((first, others))) = (with_key.as_slice(), group.split_first()) else { return None };
    let mut one = first.clone();
    add_keys(&mut one, others.iter().filter_map(|found| found.key.clone()));
    let mut keys: Vec<String> = Vec::new();
    for key in with_key.iter().filter_map(|found| found.key.as_ref()) {
        if !keys.iter().any(|known| known == key.as_str()) {
            keys.push(key.to_string());
        }
    }
    Some((keys, one))
}

/// Makes a finding speak of further keys, each once.
fn add_keys(finding: &mut Diagnostic, keys: impl Iterator<Item = KeyName>) {
    for key in keys {
        if finding.keys().all(|known| *known != key) {
            finding.further.push(key);
        }
    }
}
