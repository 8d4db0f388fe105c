//! `documented-key-not-forwarded`

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Fix, Label};
use crate::fact::{Fact, Role};
use crate::index::{Index, Site};
use crate::key::{KeyName, is_tool_key, segments};
use crate::rule::repair::{add_variable, all_of};
use crate::rule::{Reporter, by_fault, enumerate, enumerate_some, of_several_keys};
use crate::text::{FileId, Location, TreePath};

crate::declare_rule! {
    /// Reports a key that the example tells users to set, that the code reads, and that compose does not hand to the container, though it hands over the keys around it.
    ///
    /// "Around it" means two or more keys with the same first word, or one with the same three, in the same example: a service that is
    /// given `SMTP_HOST` and `SMTP_PORT` and not `SMTP_IGNORE_TLS`.
    ///
    /// ## Why it matters
    ///
    /// The user finds the key in the example, sets it in `.env`, and nothing changes: a container sees
    /// only what `environment:` lists.
    ///
    /// ## Example
    ///
    /// `.env.example`
    /// ```dotenv
    /// SMTP_HOST=mail.example.com
    /// SMTP_PORT=587
    /// SMTP_IGNORE_TLS=false
    /// SMTP_USER=shop
    /// DATABASE_URL=postgres://localhost/shop
    /// LOG_LEVEL=info
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   app:
    ///     build: .
    ///     environment:
    ///       - SMTP_HOST=${SMTP_HOST}
    ///       - SMTP_PORT=${SMTP_PORT}
    ///       - SMTP_USER=${SMTP_USER}
    ///       - DATABASE_URL=${DATABASE_URL}
    ///       - LOG_LEVEL=${LOG_LEVEL}
    /// ```
    ///
    /// `Dockerfile`
    /// ```dockerfile
    /// FROM python:3.13
    /// COPY . .
    /// CMD ["python", "app.py"]
    /// ```
    ///
    /// `app.py`
    /// ```python
    /// import os
    /// mail(os.environ["SMTP_HOST"], os.environ["SMTP_PORT"], os.environ["SMTP_USER"], os.environ.get("SMTP_IGNORE_TLS"))
    /// start(os.environ["DATABASE_URL"], os.environ["LOG_LEVEL"])
    /// ```
    ///
    /// ```text
    /// warning[documented-key-not-forwarded]: `SMTP_IGNORE_TLS` is documented and read, and compose does not hand it to `app`
    /// ```
    ///
    /// ## What to do
    ///
    /// Add `SMTP_IGNORE_TLS=${SMTP_IGNORE_TLS}`.
    pub struct DocumentedKeyNotForwarded = "documented-key-not-forwarded", Missing, Strict, fixes => joined;
}

/// So many keys of the service's list must be taken from outside for it to be a list of what users may set.
const ENOUGH_FORWARDED: usize = 5;

/// So many documented keys with the same first words must be handed over.
const ENOUGH_NEIGHBOURS: usize = 2;

/// What is said of one key that is not handed over, before the services, and of several.
const NOT_HANDED: &str = " is documented and read, and compose does not hand it to ";
const NONE_HANDED: &str = " are documented and read, and compose does not hand them to ";

/// What is said of further services.
const NOR_IS: &str = "nor is ";

/// So many keys are pointed at.
const SHOWN: usize = 3;

/// Names of services, each with the entry beside which a key is missing, and with where its environment is listed.
type Services = Vec<(String, Location, Location)>;

impl DocumentedKeyNotForwarded {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<(FileId, KeyName), (Location, Services)> = BTreeMap::new();
        for site in index.sites() {
            let Some(service) = index.compose_service(site) else { continue };
            let Some(listing) = service.environment.map(|span| Location::new(site.file, span)) else {
                continue;
            };
            if index.is_aside(site.file) || !service.env_files.is_empty() {
                continue;
            }
            let given = index.given_to(site);
            let forwarded: Vec<&Fact> =
                index.environment_of(site).filter(|fact| fact.role.forwards()).collect();
            if given.is_open || forwarded.len() < ENOUGH_FORWARDED || !runs_own_code(index, site, &forwarded)
            {
                continue;
            }
            let Some(example) = example_for(index, site, &forwarded) else { continue };
            for shown in index.facts_in(example) {
                let Role::Documents(document) = &shown.role else { continue };
                if document.commented
                    || given.has(&shown.key, false)
                    || is_tool_key(&shown.key)
                    || index.interpolations(site.file).any(|fact| fact.key == shown.key)
                {
                    continue;
                }
                let Some(neighbour) = neighbour(index, &shown.key, &forwarded, example) else { continue };
                if !is_read(index, &shown.key) {
                    continue;
                }
                let (_, places) =
                    found.entry((example, shown.key.clone())).or_insert_with(|| (shown.at(), Vec::new()));
                places.push((service.name.value.clone(), neighbour.at(), listing));
            }
        }
        for ((example, key), (shown, places)) in found {
            let Some((first, at, _)) = places.first() else { continue };
            let mut names: Vec<&str> = places.iter().map(|(name, ..)| name.as_str()).collect();
            names.dedup();
            let mut finding = reporter
                .report(
                    format!("`{key}`{NOT_HANDED}{}", enumerate(&names)),
                    *at,
                    format!("`{first}` is given its neighbour, and not `{key}`"),
                )
                .label(shown, "people are told to set it here");
            if let Some(read) = index.user_of(&key) {
                finding = finding.label(read, "used here");
            }
            for (name, other, _) in places.iter().skip(1).take(2) {
                finding = finding.label(*other, format!("{NOR_IS}`{name}`"));
            }
            let value = format!("${{{key}:-}}");
            let edits: Option<Vec<_>> = places
                .iter()
                .map(|(.., listing)| add_variable(index, *listing, &key, value.as_str()))
                .collect();
            finding
                .key(&key)
                .fix_if(edits.and_then(|edits| Fix::unsafe_if_any(format!("pass `{key}` on"), edits)))
                .why(format!(
                    "what people set after {} does not reach the container",
                    index.files.path(example)
                ))
                .help(format!("add `{key}: ${{{key}:-}}` to `environment:`"));
        }
    }
}

/// Keys that lack beside one and the same entry are one fault: nobody has kept that part of the list.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    by_fault(found, |finding| Some((places_of(finding), finding.why.clone())))
        .into_iter()
        .flat_map(one_of)
        .collect()
}

/// The entries beside which a key is missing.
fn places_of(finding: &Diagnostic) -> Vec<Location> {
    let further = finding.labels.iter().skip(1).filter(|label| label.message.starts_with(NOR_IS));
    finding.primary().into_iter().chain(further).map(|label| label.at).collect()
}

fn one_of(group: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some((keys, mut one)) = of_several_keys(&group) else { return group };
    let Some(first) = group.first() else { return group };
    let names = enumerate_some(&keys);
    if let Some((_, whom)) = first.message.split_once(NOT_HANDED) {
        one.message = format!("{names}{NONE_HANDED}{whom}");
    }
    let (own, nor): (Vec<&Label>, Vec<&Label>) =
        first.labels.iter().partition(|label| !label.message.starts_with(NOR_IS));
    let listed = own.first().and_then(|label| {
        let (whose, _) = label.message.split_once(" its neighbour, ")?;
        Some(Label { message: format!("{whose} their neighbour, and not these"), ..(*label).clone() })
    });
    let shown = group.iter().take(SHOWN);
    let told = shown.flat_map(|found| found.labels.iter().skip(1));
    let told = told.filter(|label| !label.message.starts_with(NOR_IS));
    one.labels = listed.into_iter().chain(told.cloned()).chain(nor.into_iter().cloned()).collect();
    one.fix = all_of(&group, "pass them on");
    let lines: Vec<String> = keys.iter().map(|key| format!("`{key}: ${{{key}:-}}`")).collect();
    one.help = Some(format!("add {} to `environment:`", lines.join(", ")));
    vec![one]
}

/// Whether the code of the tree runs in the site: it is built from it, or an image from elsewhere is given so many
/// keys of the tree's code that it can be no other.
fn runs_own_code(index: &Index, site: &Site, forwarded: &[&Fact]) -> bool {
    let read = forwarded.iter().filter(|fact| is_read(index, &fact.key)).count();
    !index.is_sink(site) || read >= ENOUGH_FORWARDED && read * 100 >= forwarded.len() * 60
}

/// Whether code, not only compose, uses the key.
fn is_read(index: &Index, key: &KeyName) -> bool {
    index.is_used_beyond_compose(key)
}

/// The example that shows most of what the service is given, beside the compose file or above it.
fn example_for(index: &Index, site: &Site, forwarded: &[&Fact]) -> Option<FileId> {
    let folder: TreePath = index.path(site.file).folder();
    index
        .documents()
        .filter(|file| folder.is_below(&index.path(*file).folder()) || index.path(*file).folder() == folder)
        .map(|file| {
            let shown = |fact: &&&Fact| index.facts_in(file).any(|shown| shown.key == fact.key);
            (forwarded.iter().filter(shown).count(), file)
        })
        .filter(|(shown, _)| *shown * 2 >= forwarded.len())
        .max()
        .map(|(_, file)| file)
}

/// The last handed-over key with the same first words that the example shows too, if there are enough.
fn neighbour<'a>(index: &Index, key: &KeyName, forwarded: &[&'a Fact], example: FileId) -> Option<&'a Fact> {
    let words: Vec<&str> = segments(key).collect();
    let stem = words.len().checked_sub(1).filter(|stem| *stem >= 1)?;
    // The longest stem that enough neighbours share; public and private prefixes alone are no stem.
    (1..=stem).rev().find_map(|length| {
        let stem = words.get(..length)?;
        if matches!(
            stem,
            ["NEXT"] | ["NEXT", "PUBLIC" | "PRIVATE"] | ["VITE"] | ["REACT"] | ["REACT", "APP"] | ["APP"]
        ) {
            return None;
        }
        let near: Vec<&&Fact> = forwarded
            .iter()
            .filter(|fact| segments(&fact.key).collect::<Vec<_>>().starts_with(stem))
            .filter(|fact| index.facts_in(example).any(|shown| shown.key == fact.key))
            .collect();
        // Three words in common are no chance.
        let enough = if length >= 3 { 1 } else { ENOUGH_NEIGHBOURS };
        (near.len() >= enough).then(|| near.last().map(|fact| **fact)).flatten()
    })
}
