//! `app.json` of Heroku: the list of what a new app asks for, without a key that its code requires.

use std::collections::BTreeMap;

use super::demands;
use crate::fact::{Fact, Place, SourceKind};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

/// So many keys that one file of code requires have to be on the list, so that it is known to be a list for that code.
const LISTED: usize = 2;

/// Endings of the keys that an add-on brings along (`DATABASE_URL`, `REDISCLOUD_URL`).
const OF_ADD_ONS: &[&str] = &["_URL", "_URI", "_DSN"];

/// Reports lists that leave out what the code below their folder requires.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let of_platforms = index.files_of_kind(SourceKind("platform"));
    let lists = of_platforms.filter(|file| file.path.name() == "app.json" && !index.is_aside(file.id));
    for file in lists {
        let listed = index.facts_in(file.id).filter(|fact| is_of_app(fact));
        let listed: BTreeMap<&KeyName, &Fact> = listed.map(|fact| (&fact.key, fact)).collect();
        let Some(first) = listed.values().min_by_key(|fact| fact.span) else { continue };
        let folder = file.path.folder();
        let has_add_ons = file.text.contains("\"addons\"");
        // By the file that declares what is required: other apps below the folder have their own.
        let mut required: BTreeMap<FileId, BTreeMap<&KeyName, (&Fact, bool)>> = BTreeMap::new();
        for (fact, read) in index.code_reads().filter(|(fact, read)| demands(index, fact, read)) {
            if !index.path(fact.file).is_below(&folder) || index.is_aside(fact.file) {
                continue;
            }
            let mut names = std::iter::once(&fact.key).chain(&read.alternatives);
            let is_listed = names.any(|name| listed.contains_key(name));
            let is_brought = has_add_ons && OF_ADD_ONS.iter().any(|ending| fact.key.ends_with(ending));
            if is_listed || !is_brought {
                required.entry(fact.file).or_default().entry(&fact.key).or_insert((fact, is_listed));
            }
        }
        for of_file in required.into_values() {
            let all = of_file.len();
            let missing = of_file.into_iter().filter(|(_, (_, is_listed))| !is_listed);
            let missing: BTreeMap<&KeyName, &Fact> = missing.map(|(key, (fact, _))| (key, fact)).collect();
            let known = all - missing.len();
            if known >= LISTED && known > missing.len() {
                speak(reporter, file.id, first, &missing);
            }
        }
    }
}

fn is_of_app(fact: &Fact) -> bool {
    matches!(&fact.place, Place::Workload(app) if app == "heroku")
}

fn speak(reporter: &mut Reporter<'_>, file: FileId, first: &Fact, missing: &BTreeMap<&KeyName, &Fact>) {
    let names: Vec<&str> = missing.keys().map(|key| key.as_str()).collect();
    let Some(key) = missing.keys().next() else { return };
    let mut finding = reporter.report(
        format!("the code requires {}, and app.json does not ask for it", enumerate(&names)),
        Location::new(file, first.span),
        format!("lists the keys of a new app without `{key}`"),
    );
    for (key, read) in missing.iter().take(3) {
        finding = finding.label(read.at(), format!("`{key}` is read here, with no default"));
    }
    let keys: Vec<KeyName> = missing.keys().map(|key| (*key).clone()).collect();
    finding
        .keys(&keys)
        .why("an app that is made from this file is given these keys alone, and does not start")
        .help(format!("add `{key}` to `env`, with a `generator` where it is a secret of the app's own"));
}
