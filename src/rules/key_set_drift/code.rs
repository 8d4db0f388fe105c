//! The keys that code reads, by service.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::place::{Kind, Place};
use crate::fact::{Fact, Place as Where, Read, Role, SourceKind, is_aside, is_tool};
use crate::index::Index;
use crate::key::KeyName;
use crate::text::FileId;

/// What the files of one service, or of none, name.
#[derive(Default)]
struct Named {
    names: HashSet<KeyName>,
    files: Vec<FileId>,
}

/// The code of each service of the matrix.
pub(super) fn places(index: &Index) -> Vec<Place<'_>> {
    let mut named: BTreeMap<&str, Named> = BTreeMap::new();
    for file in index.files.iter() {
        let Some(said) = index.extraction(file.id) else { continue };
        if is_aside(&file.path) || !is_code(index, file.id) {
            continue;
        }
        let owner = index.service_at(&file.path).map_or("", |service| service.name.value.as_str());
        let known = named.entry(owner).or_default();
        if !said.gaps.is_empty() {
            known.files.push(file.id);
        }
        let uses =
            |fact: &&Fact| matches!(fact.role, Role::Reads(_) | Role::Observed) || fact.is_set_by_code();
        known.names.extend(said.facts.iter().filter(uses).map(|fact| fact.key.clone()));
        let is_prose =
            [".md", ".mdx", ".rst", ".txt", ".adoc"].iter().any(|end| file.path.name().ends_with(end));
        if !is_prose {
            known.names.extend(said.mentions.iter().map(|mention| mention.key.clone()));
        }
    }
    let mut read: BTreeMap<&str, Vec<(&Fact, &Read)>> = BTreeMap::new();
    for service in index.matrix.services.keys() {
        read.insert(service, index.reads_of_service(service).collect());
    }
    for (fact, said) in index.build_reads().filter(|(fact, _)| !index.is_inlined(&fact.key)) {
        let owner = index.service_at(&index.path(fact.file));
        if let Some(reads) = owner.and_then(|service| read.get_mut(service.name.value.as_str())) {
            reads.push((fact, said));
        }
    }
    let everywhere = named.remove("").unwrap_or_default();
    let rumours = Arc::new(everywhere.names);
    read.into_iter()
        .filter_map(|(service, reads)| {
            let mut place = Place::new(Kind::Code, format!("the code of `{service}`"), [service]);
            let own = named.remove(service).unwrap_or_default();
            place.files = own.files;
            place.files.extend(&everywhere.files);
            place.knows = own.names;
            place.rumours = Arc::clone(&rumours);
            for (fact, read) in reads {
                let is_asked = !is_tool(&index.path(fact.file)) && index.is_asked_of_others(fact);
                if !is_asked || !fact.key.is_identifier() {
                    place.knows.insert(fact.key.clone());
                    continue;
                }
                place.add(&fact.key, fact.at(), false);
                place.knows.extend(read.alternatives.iter().cloned());
                if read.folds_case {
                    place.knows.insert(fact.key.folded());
                    place.knows.extend(index.small_spellings(&fact.key).cloned());
                }
            }
            place.end = settings(index, &place);
            (!place.has.is_empty()).then_some(place)
        })
        .collect()
}

/// Whether what stands in a file may be read by a program, and is no list of keys by itself.
fn is_code(index: &Index, file: FileId) -> bool {
    let lists = [
        "dotenv",
        "compose",
        "consul-template",
        "env-template",
        "github-workflow",
        "turbo",
        "vault-policy",
        "vault-agent",
    ];
    let is_list = index.kind(file).is_none_or(|SourceKind(kind)| lists.contains(&kind));
    !is_list && !index.path(file).name().ends_with(".d.ts")
}

/// The class that lists most of the keys.
fn settings(index: &Index, place: &Place<'_>) -> Option<crate::text::Location> {
    let mut listed: BTreeMap<FileId, usize> = BTreeMap::new();
    for (key, entry) in &place.has {
        let is_listed = |fact: &Fact| {
            fact.key == *key
                && fact.place == Where::Process
                && matches!(&fact.role, Role::Reads(read) if read.settings.is_some())
        };
        if index.facts_in(entry.at.file).any(is_listed) {
            *listed.entry(entry.at.file).or_default() += 1;
        }
    }
    let (file, _) = listed.into_iter().max_by_key(|(_, count)| *count)?;
    match &index.extraction(file)?.structure {
        crate::fact::Structure::Settings(classes) => {
            classes.first().map(|class| crate::text::Location::new(file, class.name.span))
        }
        _ => None,
    }
}
