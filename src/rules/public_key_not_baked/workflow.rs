//! Images that a workflow builds without a public key that compose passes to the same Dockerfile.

use std::collections::BTreeSet;

use super::{STEP, is_replaced_at_start};
use crate::fact::{Fact, Need, Place, Role};
use crate::index::{BuildLink, Index, Site};
use crate::key::{KeyName, public_prefix};
use crate::rule::Reporter;
use crate::text::Location;

/// Reports steps that leave a public key out, where browsers would get an empty text or an address of their own
/// machine. An image for all environments may be built so on purpose, so this speaks under `--strict` only.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for step in index.step_builds() {
        let BuildLink::Dockerfile(file) = step.link else { continue };
        let passed: BTreeSet<&KeyName> = index.step_build_args(&step).map(|fact| &fact.key).collect();
        let sites: Vec<&Site> = index
            .sites()
            .iter()
            .filter(|site| site.build == BuildLink::Dockerfile(file) && !index.is_aside(site.file))
            .collect();
        let mut told = BTreeSet::new();
        for taken in index.facts_in(file).filter(|fact| is_empty_argument(fact)) {
            let key = &taken.key;
            let in_compose =
                sites.iter().flat_map(|site| index.build_args_of(site)).find(|fact| fact.key == *key);
            let read = index.build_reads().find(|(fact, read)| {
                fact.key == *key
                    && match &read.need {
                        Need::Default(value) => value.plain().is_some_and(is_local),
                        Need::Required | Need::Optional | Need::Unknown => true,
                    }
            });
            let (Some(given), Some((read, _))) = (in_compose, read) else { continue };
            if passed.contains(key) || is_replaced_at_start(index, key) || !told.insert(key) {
                continue;
            }
            reporter
                .report(
                    format!("a step builds {} without `{key}`", index.files.path(file)),
                    Location::new(step.file, step.build.uses.span),
                    "browsers get what the code falls back to",
                )
                .label(given.at(), "compose passes it to the same build")
                .label(read.at(), "read here, in code that is bundled")
                .key(key)
                .why(STEP)
                .help(format!("pass `{key}` under `build-args:` as well"));
        }
    }
}

/// Whether a fact is an `ARG` of a public key without a value of its own.
fn is_empty_argument(fact: &Fact) -> bool {
    let Role::Reads(read) = &fact.role else { return false };
    let is_empty = match &read.need {
        Need::Default(value) => value.is_empty(),
        Need::Required | Need::Optional | Need::Unknown => true,
    };
    matches!(fact.place, Place::BuildArg(Some(_))) && is_empty && public_prefix(&fact.key).is_some()
}

fn is_local(text: &str) -> bool {
    ["localhost", "127.0.0.1", "0.0.0.0"].iter().any(|host| text.contains(host))
}
