//! What a workflow or script writes for compose, and compose hands to nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::fact::{Fact, Place, Role};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

/// So many keys of the written dotenv must be variables of the compose file for it to be written for that.
const ENOUGH: usize = 4;

/// What files write, by the file and the path that it writes to.
pub(super) type WrittenDotenvs<'a> = BTreeMap<(FileId, &'a str), Vec<&'a Fact>>;

/// The dotenv files that workflows, pipelines and scripts write.
pub(super) fn dotenvs(index: &Index) -> WrittenDotenvs<'_> {
    let mut written = WrittenDotenvs::new();
    for fact in index.facts() {
        if let (Place::Written(path), Role::Provides(_)) = (&fact.place, &fact.role)
            && !path.is_empty()
        {
            written.entry((fact.file, path)).or_default().push(fact);
        }
    }
    written
}

/// Reports keys of a written dotenv that code reads and the compose file it is written for does not take.
pub(super) fn ask(index: &Index, dotenvs: &WrittenDotenvs<'_>, reporter: &mut Reporter<'_>) {
    for ((_, path), facts) in dotenvs {
        let keys: BTreeSet<&KeyName> = facts.iter().map(|fact| &fact.key).collect();
        let Some(compose) = written_for(index, &keys) else { continue };
        let Some((service, listing)) = lists_environment(index, compose) else { continue };
        let mut lost: BTreeMap<&KeyName, (&Fact, Location)> = BTreeMap::new();
        for fact in facts {
            let key = &fact.key;
            let read = index.code_reads_of(key).map(|(read, _)| read.at()).next();
            let is_taken = index.facts_of(key).any(|fact| fact.file == compose);
            if let (Some(read), false, false) = (read, is_taken, is_tool_key(key)) {
                lost.entry(key).or_insert((fact, read));
            }
        }
        let names: Vec<&str> = lost.keys().map(|key| key.as_str()).collect();
        let Some((key, (fact, read))) = lost.first_key_value() else { continue };
        let verb = if names.len() == 1 { "is" } else { "are" };
        let passed = if names.len() == 1 { "it" } else { "them" };
        let mut finding = reporter
            .report(
                format!(
                    "{} {verb} written to {path}, and compose does not pass {passed} on",
                    enumerate(&names)
                ),
                fact.at(),
                "reaches no container",
            )
            .label(listing, format!("lists the environment of `{service}` without `{key}`"))
            .label(*read, "read here")
            .key(key);
        for (other, (fact, _)) in lost.iter().skip(1).take(2) {
            finding = finding.label(fact.at(), format!("nor does `{other}`"));
        }
        finding
            .why("compose takes from its dotenv only what the file refers to")
            .help(format!("add `{key}: ${{{key}:-}}` to `environment:`"));
    }
}

/// The one compose file that takes most of the keys.
fn written_for(index: &Index, keys: &BTreeSet<&KeyName>) -> Option<FileId> {
    let mut takes: BTreeMap<FileId, usize> = BTreeMap::new();
    for key in keys {
        let files: BTreeSet<FileId> = index
            .facts_of(key)
            .filter(|fact| fact.place == Place::Interpolation && !index.is_aside(fact.file))
            .map(|fact| fact.file)
            .collect();
        files.into_iter().for_each(|file| *takes.entry(file).or_default() += 1);
    }
    let (&file, &taken) = takes.iter().max_by_key(|(_, taken)| **taken)?;
    let is_alone = takes.values().filter(|other| **other == taken).count() == 1;
    // A service with an `env_file` may be given the dotenv as a whole.
    let is_listed = index.compose(file)?.services.iter().all(|service| service.env_files.is_empty());
    (is_alone && is_listed && taken >= ENOUGH && taken * 2 >= keys.len()).then_some(file)
}

/// The first service of a compose file that is built from the tree and lists its environment.
fn lists_environment(index: &Index, compose: FileId) -> Option<(&str, Location)> {
    index.sites_in(compose).iter().filter(|site| !index.is_sink(site)).find_map(|site| {
        let service = index.compose_service(site)?;
        Some((service.name.as_str(), Location::new(compose, service.environment?)))
    })
}
