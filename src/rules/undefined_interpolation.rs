//! `undefined-interpolation`

mod sail;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Fix;
use crate::fact::{ComposeService, Fact, Fallback, Need, Role};
use crate::index::Index;
use crate::key::{KeyName, near_miss};
use crate::rule::repair::{Entry, document, known_of};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

crate::declare_rule! {
    /// Reports `${X}` without a default in a compose file whose dotenv documents its other variables but not this one.
    ///
    /// The rule asks the whole tree first: dotenv files (commented lines too), scripts, workflows, code
    /// and the matrix. It speaks only where a dotenv beside the compose file documents at least half
    /// of the variables that the file takes without a default, so that people may rely on it, and not of what a manual
    /// sets where it calls compose (`SITE=example.org docker compose up`).
    ///
    /// Under `--strict` it speaks of images, ports and other fields without such a dotenv, too. A variable that the file to
    /// which this one adds takes with a default is known to whoever wrote that.
    ///
    /// It also reports a command or a health check that takes a variable without the default which `environment:` of
    /// the same service gives it, or that takes one which nothing sets but that `environment:`.
    ///
    /// ## Why it matters
    ///
    /// Compose warns once and takes an empty text: an image tag vanishes, a password is empty, a
    /// volume is mounted at the wrong place.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   db:
    ///     image: postgres:${PG_VERSION}
    ///     environment:
    ///       POSTGRES_PASSWORD: ${DB_PASSWORD}
    /// ```
    ///
    /// `.env.example`
    /// ```sh
    /// DB_PASSWORD=changeme
    /// ```
    ///
    /// ```text
    /// warning[undefined-interpolation]: nothing defines `PG_VERSION`, which compose takes without a default
    /// ```
    ///
    /// ## What to do
    ///
    /// Add the variable to the dotenv's example, give it a default (`${PG_VERSION:-16}`), or demand it
    /// (`${PG_VERSION:?}`).
    pub struct UndefinedInterpolation = "undefined-interpolation", Missing, Warning, partly_strict, fixes, by_file;
}

impl UndefinedInterpolation {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let mut found: BTreeMap<KeyName, (Vec<Location>, Option<FileId>)> = BTreeMap::new();
        for (file, _) in index.compose_files() {
            let undefaulted = in_commands(index, file);
            undefaulted.iter().for_each(|found| tell(reporter, found));
            let literal = literal_in_environment(index, file);
            literal.iter().for_each(|found| tell_literal(reporter, found));
            if index.is_aside(file) {
                continue;
            }
            // Where the file demands it elsewhere (`${X:?}`), compose never goes on without it.
            let demanded: BTreeSet<&KeyName> = index
                .interpolations(file)
                .filter(|fact| matches!(&fact.role, Role::Reads(read) if read.need == Need::Required))
                .map(|fact| &fact.key)
                .collect();
            let mut bare: BTreeMap<KeyName, Location> = BTreeMap::new();
            for fact in index.interpolations(file) {
                let is_bare = matches!(&fact.role, Role::Reads(read) if read.need == Need::Unknown);
                if is_bare && !demanded.contains(&fact.key) {
                    bare.entry(fact.key.clone()).or_insert_with(|| fact.at());
                }
            }
            let told = undefaulted.iter().flatten().chain(&literal).map(|(key, _, _)| key);
            let told: BTreeSet<&KeyName> = told.collect();
            bare.retain(|key, _| !told.contains(key));
            bare.retain(|key, _| !index.may_be_hidden_from_compose(file, key));
            let dotenvs = index.project_dotenvs(file);
            let documented = bare.keys().filter(|key| {
                dotenvs.iter().any(|&dotenv| index.facts_in(dotenv).any(|fact| fact.key == **key))
            });
            if documented.count() * 2 < bare.len() {
                if !reporter.is_strict() {
                    continue;
                }
                bare.retain(|key, _| !is_passed_on(index, file, key));
            }
            let undefined = |key: &KeyName| {
                !index.is_defined_for_compose(key)
                    && !index.is_optional_for_compose(key)
                    && !sail::exports(index, file, key)
                    && !index.told_variables.contains(key)
                    && !has_default_beside(index, file, key)
            };
            for (key, at) in bare.into_iter().filter(|(key, _)| undefined(key)) {
                let entry = found.entry(key).or_default();
                entry.0.push(at);
                entry.1 = entry.1.or_else(|| documenting(index, &dotenvs));
            }
        }
        for (key, (places, dotenv)) in found {
            let Some(first) = places.first() else { continue };
            let message = format!("nothing defines `{key}`, which compose takes without a default");
            let mut finding = reporter.report(message, *first, "empty wherever nobody sets it").key(&key);
            for other in places.iter().skip(1).take(3) {
                finding = finding.label(*other, "taken here as well");
            }
            let dotenv_keys: Vec<KeyName> = dotenv
                .map(|file| index.facts_in(file).map(|fact| fact.key.clone()).collect())
                .unwrap_or_default();
            let near = dotenv_keys.iter().find(|known| near_miss(&key, known));
            let place = dotenv.map_or("the dotenv file", |file| index.files.path(file));
            let help = match near {
                Some(near) => format!("did you mean `{near}`, which {place} has?"),
                None => format!("add `{key}` to {place}, or write `${{{key}:-default}}` or `${{{key}:?}}`"),
            };
            let fix = dotenv.filter(|_| near.is_none()).and_then(|file| show(index, file, &key));
            finding.fix_if(fix).why("compose warns and goes on with an empty text").help(help);
        }
    }
}

/// Whether a compose file of the same folder, to which this one adds, takes the variable with a default: who wrote that
/// knows of it, and wants a value where this file is used.
fn has_default_beside(index: &Index, file: FileId, key: &KeyName) -> bool {
    let folder = index.path(file).folder();
    let beside = index
        .compose_paths_in(&folder)
        .filter_map(|path| index.files.at(&path))
        .filter(|other| other.id != file);
    let with_default = |fact: &Fact| {
        fact.key == *key && matches!(&fact.role, Role::Reads(read) if matches!(read.need, Need::Default(_)))
    };
    !index.is_whole_project(file)
        && beside.into_iter().any(|other| index.interpolations(other.id).any(with_default))
}

/// Of the dotenv files of a compose file the one that tells people what to set: the first example, else the first.
fn documenting(index: &Index, dotenvs: &[FileId]) -> Option<FileId> {
    dotenvs.iter().find(|file| index.is_example(**file)).or(dotenvs.first()).copied()
}

/// A line for the variable in the dotenv. What it is to hold only people know.
fn show(index: &Index, dotenv: FileId, key: &KeyName) -> Option<Fix> {
    let entry = Entry { is_required: true, ..known_of(index, key) };
    let edit = document(index, dotenv, &entry, true)?;
    Fix::unsafe_if_any(format!("show `{key}` in {}", index.files.path(dotenv)), vec![edit])
}

/// Whether the file only hands the variable on to containers, which may do without it.
fn is_passed_on(index: &Index, file: FileId, key: &KeyName) -> bool {
    let provided: BTreeSet<_> = index
        .facts_in(file)
        .filter_map(|fact| match &fact.role {
            Role::Provides(provide) => Some(provide.value.references.iter().map(|reference| reference.span)),
            _ => None,
        })
        .flatten()
        .collect();
    index.interpolations(file).filter(|fact| fact.key == *key).all(|fact| provided.contains(&fact.span))
}

/// A variable that a command takes without a default, with its place and that of the default.
type Undefaulted = (KeyName, Location, Location);

/// Variables that a command of each service takes without a default, though the environment of the same service takes
/// them with one, and no dotenv sets them.
fn in_commands(index: &Index, file: FileId) -> Vec<Vec<Undefaulted>> {
    let is_set = |key: &KeyName| {
        index.project_dotenvs(file).into_iter().any(|dotenv| {
            index.facts_in(dotenv).any(|fact| fact.key == *key && matches!(fact.role, Role::Provides(_)))
        })
    };
    let mut found = Vec::new();
    for site in index.sites_in(file) {
        let Some(service) = index.compose_service(site) else { continue };
        let mut own: BTreeMap<&KeyName, Undefaulted> = BTreeMap::new();
        for fact in index.environment_of(site) {
            let Role::Provides(provide) = &fact.role else { continue };
            let [reference] = provide.value.references.as_slice() else { continue };
            let has_default = matches!(&reference.fallback,
                Fallback::Default { text, .. } if !text.reveal().is_empty());
            if !has_default || own.contains_key(&reference.key) || is_set(&reference.key) {
                continue;
            }
            let bare = index.interpolations(file).find(|fact| {
                fact.key == reference.key
                    && matches!(&fact.role, Role::Reads(read) if read.need == Need::Unknown)
                    && is_in_command(service, fact)
            });
            if let Some(bare) = bare {
                let at = Location::new(file, reference.span);
                own.insert(&reference.key, (reference.key.clone(), bare.at(), at));
            }
        }
        found.push(own.into_values().collect());
    }
    found
}

/// Whether a statement stands in a command or a health check of the service.
fn is_in_command(service: &ComposeService, fact: &Fact) -> bool {
    service.commands.iter().chain(&service.checks).any(|text| text.span.contains(fact.span))
}

/// Variables that only commands take, without a default, and that nothing sets but the environment of the same
/// service, to a fixed text: compose does not look there.
fn literal_in_environment(index: &Index, file: FileId) -> Vec<Undefaulted> {
    let mut taken: BTreeMap<&KeyName, Vec<&Fact>> = BTreeMap::new();
    for fact in index.interpolations(file) {
        taken.entry(&fact.key).or_default().push(fact);
    }
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for site in index.sites_in(file).iter().filter(|_| !taken.is_empty()) {
        let Some(service) = index.compose_service(site) else { continue };
        for fact in index.environment_of(site) {
            let Role::Provides(provide) = &fact.role else { continue };
            let is_fixed = provide.value.plain().is_some_and(|value| !value.is_empty());
            let Some(uses) = taken.get(&fact.key).filter(|_| is_fixed) else { continue };
            // Whoever takes it elsewhere too, or with a default, sets it from outside.
            let is_bare_command = |used: &&Fact| {
                matches!(&used.role, Role::Reads(read) if read.need == Need::Unknown)
                    && is_in_command(service, used)
            };
            let is_only_there = uses.len() <= MOST_USES && uses.iter().all(is_bare_command);
            let first = uses.first().filter(|_| {
                is_only_there
                    && !index.is_defined_for_compose(&fact.key)
                    && !index.may_be_hidden_from_compose(file, &fact.key)
            });
            if let Some(first) = first.filter(|first| told.insert(first.span)) {
                found.push((fact.key.clone(), first.at(), fact.at()));
            }
        }
    }
    found
}

/// A command that takes a variable more often than this is not looked at.
const MOST_USES: usize = 8;

fn tell_literal(reporter: &mut Reporter<'_>, (key, bare, set): &Undefaulted) {
    reporter
        .report(
            format!("compose does not know `{key}`, which only the container has"),
            *bare,
            "empty: compose fills this in before",
        )
        .label(*set, "set inside of the container")
        .key(key)
        .why("compose puts the values into the command itself: what `environment:` says does not count there")
        .help(format!("write `$${key}`, and let a shell in the container look it up"));
}

fn tell(reporter: &mut Reporter<'_>, found: &[Undefaulted]) {
    let Some((key, bare, defaulted)) = found.first() else { return };
    let names: Vec<&str> = found.iter().map(|(key, _, _)| key.as_str()).collect();
    let verb = if names.len() == 1 { "has a default" } else { "have defaults" };
    let mut finding = reporter
        .report(
            format!(
                "{} {verb} in the environment of the service, and none in its command",
                enumerate(&names)
            ),
            *bare,
            "empty wherever nobody sets it",
        )
        .label(*defaulted, "a default is given here")
        .key(key);
    for (other, bare, _) in found.iter().skip(1).take(2) {
        finding = finding.label(*bare, format!("and `{other}`"));
    }
    finding
        .why("compose puts the values into the command itself: what `environment:` says does not count there")
        .help(format!(
            "give it the same default, or write `$${key}` and let the shell of the container look it up"
        ));
}
