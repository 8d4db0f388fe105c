//! Names that nobody reads, in files which leave out what is read by nearly the same name.

use std::collections::{BTreeMap, BTreeSet};

use super::{deployed, is_set_for_code, meant_by};
use crate::diagnostic::{Applicability, Edit, Fix};
use crate::fact::{Fact, Phase, Place, Read, Role};
use crate::index::{Index, Site};
use crate::key::{KeyName, Resemblance, is_tool_key, public_prefix, resemblance};
use crate::rule::Reporter;
use crate::text::{FileId, TreePath};

/// Of the other keys of an image, so many must be read by code of the tree, or its program is another one.
const ENOUGH_READ: usize = 5;

/// Of the keys of an image, so many percent.
const READ_PERCENT: usize = 75;

pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    for (file, extraction) in index.in_focus() {
        for (fact, meant) in all_slips(index, file, &extraction.facts) {
            tell(index, reporter, fact, meant);
        }
    }
}

/// The keys of a file of which [`MisspelledKey`](super::MisspelledKey) says here what was meant.
pub(in crate::rules) fn told_in(index: &Index, file: FileId) -> BTreeSet<&KeyName> {
    let extraction = index.extraction(file);
    extraction.map_or_else(BTreeSet::new, |extraction| {
        all_slips(index, file, &extraction.facts).into_iter().map(|(fact, _)| &fact.key).collect()
    })
}

fn all_slips<'a>(index: &'a Index, file: FileId, facts: &'a [Fact]) -> Vec<(&'a Fact, &'a Fact)> {
    let mut found = slips(index, facts);
    found.extend(deployed::left_out(index, file, facts));
    found
}

/// Statements of one file that give a value to nobody, each with the read that was meant.
fn slips<'a>(index: &'a Index, facts: &'a [Fact]) -> Vec<(&'a Fact, &'a Fact)> {
    let mut found = Vec::new();
    // A key is asked about once for each service, and told once in a file.
    let mut asked: BTreeSet<(&KeyName, &str)> = BTreeSet::new();
    let mut told = BTreeSet::new();
    let mut read_by_others: BTreeMap<(&KeyName, bool), bool> = BTreeMap::new();
    let mut here: Option<BTreeSet<&KeyName>> = None;
    let mut own: BTreeMap<&str, bool> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| matches!(fact.role, Role::Provides(_) | Role::Documents(_))) {
        let key = &fact.key;
        // Most keys are read, which is told soonest.
        let is_read = index.is_read(key) || index.is_referenced(key);
        let service = if let Place::Container(name) = &fact.place { name.as_str() } else { "" };
        let is_done = is_read || told.contains(key) || asked.contains(&(key, service));
        if is_done || deployed::is_deployed(fact) || !is_given(index, fact, &mut own) {
            continue;
        }
        asked.insert((key, service));
        let near: Vec<&KeyName> =
            index.resembling(key).into_iter().filter(|other| !is_tool_key(other)).collect();
        if near.is_empty() || index.is_declared(key) || meant_by(index, key).is_some() {
            continue;
        }
        let here = here.get_or_insert_with(|| facts.iter().map(|fact| &fact.key).collect());
        let read = near.into_iter().filter(|other| !here.contains(*other));
        let mut read = read.filter_map(|other| read_for(index, fact, other, here));
        let (Some(meant), None) = (read.next(), read.next()) else { continue };
        let is_letter = resemblance(key, &meant.key) == Some(Resemblance::Letter);
        let is_job = matches!(fact.place, Place::Job { .. });
        // Bundlers replace names that are written out, so that of their keys none is computed.
        let is_of_bundle = is_job && public_prefix(key).is_some();
        // Where the code names nearly all that it is given, it computes no names for the rest.
        let is_plain =
            is_letter || is_of_bundle || site_of(index, fact).is_some_and(|site| runs_code(index, site));
        // What a step is given may be for any program.
        let is_open = is_job && !is_of_bundle;
        if (!is_letter && is_open)
            || *read_by_others.entry((key, is_plain)).or_insert_with(|| {
                index.may_be_read_by_others(key, is_plain) || is_given_to_others(index, key)
            })
        {
            continue;
        }
        told.insert(key.clone());
        found.push((fact, meant));
    }
    found
}

/// Whether a statement gives a key to programs of the tree. `own` keeps which services run them.
fn is_given<'a>(index: &'a Index, fact: &'a Fact, own: &mut BTreeMap<&'a str, bool>) -> bool {
    match &fact.place {
        Place::Written(_) => false,
        Place::Job { .. } => {
            matches!(fact.role, Role::Provides(_)) && fact.key.is_identifier() && is_entry(index, fact)
        }
        Place::Container(name) if matches!(fact.role, Role::Provides(_)) && !index.is_aside(fact.file) => {
            is_set_for_code(index, fact)
                || fact.key.is_identifier()
                    && *own.entry(name).or_insert_with(|| {
                        let mut sites = index.sites_in(fact.file).iter();
                        sites.any(|site| is_called(index, site, name) && runs_code(index, site))
                    })
        }
        _ => is_set_for_code(index, fact),
    }
}

/// Whether an image of somebody else is given the key as well: it is a name of that one's.
fn is_given_to_others(index: &Index, key: &KeyName) -> bool {
    let given = index.facts_of(key).filter(|fact| matches!(fact.role, Role::Provides(_)));
    given.filter_map(|fact| site_of(index, fact)).any(|site| index.is_sink(site) && !runs_code(index, site))
}

pub(super) fn site_of<'a>(index: &'a Index, fact: &Fact) -> Option<&'a Site> {
    let Place::Container(service) = &fact.place else { return None };
    index.sites_in(fact.file).iter().find(|site| is_called(index, site, service))
}

fn is_called(index: &Index, site: &Site, name: &str) -> bool {
    index.compose_service(site).is_some_and(|service| service.name.value == name)
}

/// Whether an image of which the tree shows no build runs the tree's code all the same: it is given what that reads.
pub(super) fn runs_code(index: &Index, site: &Site) -> bool {
    let given: BTreeSet<&KeyName> = index.environment_of(site).map(|fact| &fact.key).collect();
    let given = given.into_iter().filter(|key| !is_tool_key(key));
    let (read, others): (Vec<&KeyName>, Vec<&KeyName>) = given.partition(|key| is_asked_for(index, key));
    read.len() >= ENOUGH_READ && read.len() * 100 >= (read.len() + others.len()) * READ_PERCENT
}

fn is_asked_for(index: &Index, key: &KeyName) -> bool {
    index.code_reads_named(key).next().is_some() || index.build_reads_of(key).next().is_some()
}

/// Whether a variable of a workflow stands under `env:`, and no command or action makes it.
fn is_entry(index: &Index, fact: &Fact) -> bool {
    let text = index.files.get(fact.file).map_or("", |source| source.text.as_str());
    let behind = text.get(fact.span.end as usize..).unwrap_or("");
    let before = text.get(..fact.span.start as usize).unwrap_or("");
    let line = before.rsplit('\n').next().unwrap_or("");
    line.trim().is_empty() && behind.starts_with(':')
}

/// The read of `name`, and of none of the names `here`, by a program that would see the statement.
fn read_for<'a>(
    index: &'a Index,
    fact: &Fact,
    name: &KeyName,
    here: &BTreeSet<&KeyName>,
) -> Option<&'a Fact> {
    let site = site_of(index, fact);
    // A dotenv is for the code of its folder, a service for what it is built from.
    let folder = match fact.place {
        Place::Dotenv | Place::Rendered => served_from(&index.path(fact.file).folder()),
        _ => TreePath::root(index.path(fact.file).root_name()),
    };
    if site.is_some_and(|site| index.given_to(site).has(name, false)) {
        return None;
    }
    let code = site.and_then(|site| site.code.as_ref()).unwrap_or(&folder);
    index.facts_of(name).find(|read| {
        let is_lacking = |read: &Read| read.alternatives.iter().all(|other| !here.contains(other));
        matches!(&read.role, Role::Reads(read) if is_lacking(read))
            && read.place == Place::Process
            && read.phase != Phase::Test
            && !index.is_aside(read.file)
            && index.path(read.file).is_below(code)
    })
}

/// The folder whose code a dotenv of this folder is for: that above those in which people only keep such files
/// (`.envs/.production`).
fn served_from(folder: &TreePath) -> TreePath {
    let is_keeper = |name: &str| name.starts_with('.') || matches!(name, "env" | "envs" | "environments");
    let mut served = folder.clone();
    let mut above = folder.clone();
    while !above.within_root().is_empty() {
        let is_one = is_keeper(above.name());
        above = above.folder();
        if is_one {
            served = above.clone();
        }
    }
    served
}

fn tell(index: &Index, reporter: &mut Reporter<'_>, fact: &Fact, meant: &Fact) {
    let key = &fact.key;
    let mut finding = reporter
        .report(
            format!("nobody reads `{key}`; the code reads `{}`, which is not set here", meant.key),
            fact.at(),
            "nobody asks for this name",
        )
        .label(meant.at(), format!("`{}` is read here", meant.key))
        .key(key);
    if let Some(set) = set_elsewhere(index, &meant.key, fact.file) {
        finding = finding.label(set.at(), format!("`{}` is set here", meant.key));
    }
    // What containers take out of an object by its name there stays as it is.
    let is_alike = |place: &Place| {
        !deployed::is_deployed(fact) || std::mem::discriminant(place) == std::mem::discriminant(&fact.place)
    };
    let same = index.facts_in(fact.file).filter(|other| other.key == *key);
    let edits = same
        .filter(|other| !matches!(other.role, Role::Reads(_)) && is_alike(&other.place))
        .map(|other| Edit { at: other.at(), replacement: meant.key.as_str().to_owned() })
        .collect();
    finding
        .why("the value never reaches the program, which goes on without it")
        .fix(Fix {
            title: format!("rename it to `{}`", meant.key),
            edits,
            applicability: Applicability::Unsafe,
        })
        .help(format!("did you mean `{}`?", meant.key));
}

/// Another file that gives `key` a value or shows it.
fn set_elsewhere<'a>(index: &'a Index, key: &KeyName, besides: FileId) -> Option<&'a Fact> {
    let others = index.facts_of(key).filter(|fact| fact.file != besides && !index.is_aside(fact.file));
    others.into_iter().find(|fact| matches!(fact.role, Role::Provides(_) | Role::Documents(_)))
}
