//! `half-renamed-key`

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::misspelled_key::{is_deployed, meant_by};
use crate::fact::{Fact, Place, Role, SourceKind, is_tool};
use crate::index::Index;
use crate::key::{KeyName, OPPOSITES, is_tool_key, near_miss, segments};
use crate::rule::Reporter;
use crate::text::{FileId, Location};

/// So many keys that a file of a platform gives have to be read by code of the tree.
const READ_BESIDES: usize = 2;

crate::declare_rule! {
    /// Reports a file that still sets or shows a key by a name that nobody uses, while the code uses another form of it.
    ///
    /// Another form is the same name with or without a prefix that other keys have too (`NEXT_PUBLIC_`, `APP_`),
    /// or with a word turned into its opposite (`ALLOW_SIGNUP`, `DISABLE_SIGNUP`). A slip of the pen is for
    /// `misspelled-key`.
    ///
    /// ## Why it matters
    ///
    /// A rename reaches the code, the example and the manual, and misses one file of the chain. Whoever uses
    /// that file sets a value that no program asks for any more.
    ///
    /// ## Example
    ///
    /// `.env.example`
    /// ```sh
    /// SHOP_PUBLIC_BASE_ADDRESS=http://localhost
    /// SHOP_PUBLIC_THEME=dark
    /// SHOP_PUBLIC_ALLOW_SIGNUP=true
    /// ```
    ///
    /// `app.py`
    /// ```python
    /// import os
    ///
    /// if os.environ.get("ALLOW_SIGNUP") == "true":
    ///     print(os.environ["SHOP_PUBLIC_BASE_ADDRESS"], os.environ["SHOP_PUBLIC_THEME"])
    /// ```
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   app:
    ///     image: python:3.13
    ///     volumes: ['./:/app']
    ///     environment:
    ///       - ALLOW_SIGNUP=true
    /// ```
    ///
    /// ```text
    /// warning[half-renamed-key]: nobody uses `SHOP_PUBLIC_ALLOW_SIGNUP`; the code reads `ALLOW_SIGNUP`
    /// ```
    ///
    /// ## What to do
    ///
    /// Rename the one that was left behind.
    pub struct HalfRenamedKey = "half-renamed-key", Drift, Warning, by_file;
}

impl HalfRenamedKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        // The forms that the code reads of each key that nobody uses. A key is set in as many files as there are
        // services: each is asked about once.
        let mut left: HashMap<&KeyName, Vec<(&KeyName, Location)>> = HashMap::new();
        let mut told = BTreeSet::new();
        for (file, facts) in set_for_code(index) {
            let here = index.keys_in(file);
            for fact in facts {
                let key = &fact.key;
                let known = left.entry(key).or_insert_with(|| forms_read(index, key));
                let Some((new, read)) = the_only_one(known, &here) else { continue };
                if !told.insert((key.clone(), file)) {
                    continue;
                }
                let message = format!("nobody uses `{key}`; the code reads `{new}`");
                let path = index.files.path(file);
                let mut finding = reporter
                    .report(message, fact.at(), "no program asks for this name")
                    .label(read, format!("`{new}` is read here"))
                    .key(key);
                if let Some(set) = set_elsewhere(index, new, file) {
                    finding = finding.label(set, format!("`{new}` is set here"));
                }
                if let Some(declared) = index.declared_only_at(key) {
                    finding = finding.label(declared, "declared, which sets and reads nothing");
                }
                finding
                    .why(format!("who uses {path} gives a value to a name that was left behind"))
                    .help(format!("rename `{key}` to `{new}` in {path}, or `{new}` in the code"));
            }
        }
    }
}

/// The name that this rule says was meant by a key that `file` gives to code.
pub(super) fn new_name_of<'a>(index: &'a Index, key: &KeyName, file: FileId) -> Option<&'a KeyName> {
    the_only_one(&forms_read(index, key), &index.keys_in(file)).map(|(new, _)| new)
}

/// The other forms of a key that nobody uses which the application's code reads, and where.
fn forms_read<'a>(index: &'a Index, key: &KeyName) -> Vec<(&'a KeyName, Location)> {
    let near = index.other_forms(key).into_iter();
    let near = near.filter(|other| is_other_form(index, key, other) && !near_miss(key, other));
    let near: Vec<_> = near.filter_map(|other| Some((other, read_by_code(index, other)?))).collect();
    let is_spoken_for = || index.is_used(key) || index.is_declared(key) || meant_by(index, key).is_some();
    if near.is_empty() || is_spoken_for() { Vec::new() } else { near }
}

/// The one form that a file does not have as well.
fn the_only_one<'a>(
    forms: &[(&'a KeyName, Location)],
    here: &BTreeSet<&KeyName>,
) -> Option<(&'a KeyName, Location)> {
    let mut others = forms.iter().filter(|(other, _)| !here.contains(other));
    let one = others.next().copied();
    one.filter(|_| others.next().is_none())
}

/// Where the application's code reads the key first.
fn read_by_code(index: &Index, key: &KeyName) -> Option<Location> {
    let mut reads = index.code_reads_named(key).filter(|_| !is_tool_key(key));
    let is_own = |fact: &Fact| index.files.get(fact.file).is_some_and(|file| !is_tool(&file.path));
    reads.find(|(fact, _)| is_own(fact)).map(|(fact, _)| fact.at())
}

/// The keys that each dotenv, each compose file and each file of a platform gives to the application's code.
fn set_for_code(index: &Index) -> BTreeMap<FileId, Vec<&Fact>> {
    let mut found: BTreeMap<FileId, Vec<&Fact>> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for (file, _) in index.dotenv_files() {
        if !index.is_aside(file) {
            let live = index.facts_in(file).filter(|fact| match &fact.role {
                Role::Provides(_) => fact.place == Place::Dotenv,
                Role::Documents(document) => !document.commented,
                _ => false,
            });
            found.entry(file).or_default().extend(live);
        }
    }
    for site in index.sites().iter().filter(|site| !index.is_sink(site) && !index.is_aside(site.file)) {
        // An anchor that several services merge is written once.
        let known = found.entry(site.file).or_default();
        known.extend(index.environment_of(site).filter(|fact| told.insert(fact.at())));
    }
    let is_of_app = |fact: &&Fact| matches!(fact.place, Place::Workload(_)) && is_deployed(fact);
    for (file, extraction) in index.in_focus() {
        if index.kind(file) == Some(SourceKind("platform")) && !index.is_aside(file) {
            let given: Vec<&Fact> = extraction.facts.iter().filter(is_of_app).collect();
            let keys: BTreeSet<&KeyName> = given.iter().map(|fact| &fact.key).collect();
            let mut read = keys.into_iter().filter(|key| read_by_code(index, key).is_some());
            // Another app may run there, of which the tree holds nothing.
            if read.nth(READ_BESIDES - 1).is_some() {
                found.entry(file).or_default().extend(given);
            }
        }
    }
    found
}

/// Another file that gives `key` a value or shows it.
fn set_elsewhere(index: &Index, key: &KeyName, besides: FileId) -> Option<Location> {
    index
        .facts_of(key)
        .filter(|fact| fact.file != besides && !index.is_aside(fact.file))
        .find(|fact| matches!(fact.role, Role::Provides(_) | Role::Documents(_)))
        .map(Fact::at)
}

/// Whether two names are forms of one: a prefix more or less that other keys have too, or a word for its
/// opposite.
fn is_other_form(index: &Index, a: &KeyName, b: &KeyName) -> bool {
    let (long, short) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if let Some(prefix) = long.strip_suffix(short.as_str()).filter(|prefix| prefix.ends_with('_')) {
        let is_telling = segments(short).count() >= 2;
        return is_telling
            && !prefix.bytes().any(|byte| byte.is_ascii_digit())
            && index.keys_from(prefix).take(3).count() > 2;
    }
    let (left, right): (Vec<&str>, Vec<&str>) = (segments(a).collect(), segments(b).collect());
    let different: Vec<(&&str, &&str)> = left.iter().zip(&right).filter(|(x, y)| x != y).collect();
    left.len() == right.len()
        && left.len() >= 2
        && matches!(different.as_slice(), [(x, y)] if OPPOSITES.contains(x) && OPPOSITES.contains(y))
}
