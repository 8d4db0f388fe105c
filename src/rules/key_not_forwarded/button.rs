//! `app.json` of Heroku and `render.yaml`: the list of what a new app gets, without a key that its code requires.

use std::collections::{BTreeMap, BTreeSet};

use super::{demands, start};
use crate::fact::{Fact, Place, Read, SourceKind};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, TreePath};

/// So many keys that one file of code requires have to be on the list, so that it is known to be a list for that code.
const LISTED: usize = 2;

/// Endings of the keys that an add-on brings along (`DATABASE_URL`, `REDISCLOUD_URL`).
const OF_ADD_ONS: &[&str] = &["_URL", "_URI", "_DSN"];

/// Of the keys that a blueprint lists, so many percent have to be read by code, so that it lists them for code as it is.
const READ_PERCENT: usize = 75;

/// Reports lists that leave out what the code below their folder requires.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    apps(index, reporter);
    blueprints(index, reporter);
}

/// What Heroku's `app.json` asks for.
fn apps(index: &Index, reporter: &mut Reporter<'_>) {
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
                let help = |key: &KeyName| {
                    format!("add `{key}` to `env`, with a `generator` where it is a secret of the app's own")
                };
                speak(index, reporter, first, &missing, &help);
            }
        }
    }
}

/// What Render's `render.yaml` gives its services.
fn blueprints(index: &Index, reporter: &mut Reporter<'_>) {
    let of_platforms = index.files_of_kind(SourceKind("platform"));
    let is_blueprint = |name: &str| matches!(name, "render.yaml" | "render.yml");
    let lists = of_platforms.filter(|file| is_blueprint(file.path.name()) && !index.is_aside(file.id));
    for file in lists {
        // A group that the file does not define is kept on the platform.
        if file.text.contains("fromGroup:") {
            continue;
        }
        let listed = index.facts_in(file.id).filter(|fact| matches!(fact.place, Place::Workload(_)));
        let listed: BTreeMap<&KeyName, &Fact> = listed.map(|fact| (&fact.key, fact)).collect();
        let Some(first) = listed.values().min_by_key(|fact| fact.span) else { continue };
        let folder = file.path.folder();
        let mut read_in: BTreeMap<&KeyName, BTreeSet<TreePath>> = BTreeMap::new();
        for key in listed.keys().filter(|key| !is_tool_key(key)) {
            let readers = index.code_reads_of(key).filter(|(fact, _)| !index.is_aside(fact.file));
            let packages = readers.map(|(fact, _)| index.package_of(&index.path(fact.file)));
            read_in.insert(key, packages.collect());
        }
        let read = read_in.values().filter(|packages| !packages.is_empty()).count();
        if read < 2 * LISTED || read * 100 < read_in.len() * READ_PERCENT {
            continue;
        }
        let mut missing: BTreeMap<&KeyName, &Fact> = BTreeMap::new();
        for (fact, read) in index.code_reads().filter(|(fact, read)| stops(index, fact, read)) {
            let path = index.path(fact.file);
            let mut names = std::iter::once(&fact.key).chain(&read.alternatives);
            if !path.is_below(&folder)
                || index.is_aside(fact.file)
                || names.any(|name| listed.contains_key(name))
            {
                continue;
            }
            // Other packages may belong to apps that run elsewhere.
            let package = index.package_of(&path);
            if read_in.values().filter(|packages| packages.contains(&package)).count() >= LISTED {
                missing.entry(&fact.key).or_insert(fact);
            }
        }
        if !missing.is_empty() && missing.len() < read {
            let help = |key: &KeyName| {
                format!("add `- key: {key}` to `envVars`, with `generateValue: true` or `sync: false`")
            };
            speak(index, reporter, first, &missing, &help);
        }
    }
}

/// Whether a program that comes to this read stops where the variable is missing.
fn stops(index: &Index, fact: &Fact, read: &Read) -> bool {
    demands(index, fact, read)
        || start::refuses_in_module(index, fact, read) && super::is_of_application(index, fact)
}

fn is_of_app(fact: &Fact) -> bool {
    matches!(&fact.place, Place::Workload(app) if app == "heroku")
}

fn speak(
    index: &Index,
    reporter: &mut Reporter<'_>,
    first: &Fact,
    missing: &BTreeMap<&KeyName, &Fact>,
    help: &dyn Fn(&KeyName) -> String,
) {
    let names: Vec<&str> = missing.keys().map(|key| key.as_str()).collect();
    let Some(key) = missing.keys().next() else { return };
    let path = index.path(first.file);
    let name = path.name();
    let verb = if name == "app.json" { "ask for" } else { "list" };
    let mut finding = reporter.report(
        format!("the code requires {}, and {name} does not {verb} it", enumerate(&names)),
        first.at(),
        format!("lists the keys of a new app without `{key}`"),
    );
    for (key, read) in missing.iter().take(3) {
        finding = finding.label(read.at(), format!("`{key}` is read here, with no default"));
    }
    let keys: Vec<KeyName> = missing.keys().map(|key| (*key).clone()).collect();
    finding
        .keys(&keys)
        .why("an app that is made from this file is given these keys alone, and does not start")
        .help(help(key));
}
