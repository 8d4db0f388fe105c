//! Keys that one build lacks in the same way are one fault: nobody has kept its list of arguments.

use super::{DEFAULT, LEFT_OUT, NONE, STEP, value_for_build};
use crate::diagnostic::{Diagnostic, Edit, Fix, Label};
use crate::fact::Fact;
use crate::index::Index;
use crate::rule::repair::pass_build_args;
use crate::rule::{by_fault, enumerate, enumerate_some, of_several_keys};
use crate::text::Location;

/// So many keys are pointed at where they are given.
const SHOWN: usize = 3;

/// What several findings have in common if they are one fault: why they are one, the build that lacks the keys,
/// and what is said of it, without the key.
type Fault = (String, Location, String);

/// One finding for all keys that a build lacks in the same way.
pub(super) fn joined(index: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    by_fault(found, fault_of).into_iter().flat_map(|group| one_of(index, group)).collect()
}

fn fault_of(finding: &Diagnostic) -> Option<Fault> {
    let why = finding.why.clone()?;
    let is_said_first = why == STEP || why == LEFT_OUT;
    let build = if is_said_first { finding.labels.first() } else { finding.labels.last() }?;
    let key = format!("`{}`", finding.key.as_ref()?);
    Some((why, build.at, finding.message.replacen(&key, "", 1)))
}

fn one_of(index: &Index, group: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some((keys, mut one)) = of_several_keys(&group) else { return group };
    let (Some(first), Some(key)) = (group.first(), keys.first()) else { return group };
    let names = enumerate_some(&keys);
    one.message = match first.message.strip_prefix(&format!("`{key}` reaches ")) {
        Some(whom) => format!("{names} reach {whom}"),
        None => first.message.replacen(&format!("`{key}`"), &names, 1),
    };
    let all = enumerate(&keys);
    match first.why.as_deref() {
        Some(DEFAULT) => {
            one.labels = labels(&group, &["nor does this", "and with this one"]);
            one.labels.extend(last(first, "the build is given none of them"));
            one.fix = fix_of(index, &group);
            one.help = Some(format!("pass {all} under `build.args` as well"));
        }
        Some(NONE) => {
            one.labels = labels(&group, &["nor does this", "and this one here"]);
            let takes = first.labels.last().and_then(|label| label.message.split_once(", and has no `ARG"));
            let message = takes.map(|(takes, _)| format!("{takes}, and has no `ARG` for these"));
            one.labels.extend(last(first, &message.unwrap_or_default()));
            one.help = Some(format!(
                "declare {all} as `ARG` in the stage that builds, and pass them under `build.args`"
            ));
        }
        Some(LEFT_OUT) => {
            let reads = group.iter().filter_map(|found| found.labels.get(1)).take(SHOWN).cloned();
            one.labels = first.labels.first().cloned().into_iter().chain(reads).collect();
            one.labels.extend(last(first, "shown here with a value, and so are the others"));
            one.help = Some(format!(
                "declare {all} as `ARG` in the stage that builds, and pass them where the image is built"
            ));
        }
        _ => {
            one.labels = first.labels.first().cloned().into_iter().collect();
            let others = group.iter().take(SHOWN);
            one.labels.extend(others.flat_map(|found| found.labels.iter().skip(1).cloned()));
            one.help = Some(format!("pass {all} under `build-args:` as well"));
        }
    }
    vec![one]
}

/// The labels of the first finding but its last, and behind each what stands there in the others, with its words.
fn labels(group: &[Diagnostic], words: &[&str]) -> Vec<Label> {
    let Some((first, others)) = group.split_first() else { return Vec::new() };
    let mut found = Vec::new();
    for (position, (label, word)) in first.labels.iter().zip(words).enumerate() {
        found.push(label.clone());
        let others = others.iter().take(SHOWN - 1).filter_map(|other| other.labels.get(position));
        found.extend(others.map(|label| Label { message: (*word).to_owned(), ..label.clone() }));
    }
    found
}

fn last(finding: &Diagnostic, message: &str) -> Option<Label> {
    finding.labels.last().map(|label| Label { message: message.to_owned(), ..label.clone() })
}

/// One repair of all: the build is rewritten once.
fn fix_of(index: &Index, group: &[Diagnostic]) -> Option<Fix> {
    let build = group.first()?.labels.last()?.at;
    let site = index.sites_in(build.file).iter().find(|site| {
        let service = index.compose_service(site);
        service.and_then(|service| service.build.as_ref()).is_some_and(|found| found.span == build.span)
    })?;
    let given = |found: &Diagnostic| -> Option<&Fact> {
        let at = found.primary()?.at;
        index.facts_in(at.file).find(|fact| fact.at() == at && Some(&fact.key) == found.key.as_ref())
    };
    let given: Vec<(&Fact, String)> = group
        .iter()
        .map(|found| given(found).map(|fact| (fact, value_for_build(fact))))
        .collect::<Option<_>>()?;
    let arguments: Vec<(&str, &str)> =
        given.iter().map(|(fact, value)| (fact.key.as_str(), value.as_str())).collect();
    let edits: Vec<Edit> = pass_build_args(index, site, &arguments).into_iter().collect();
    Fix::unsafe_if_any("pass them to the build as well", edits)
}
