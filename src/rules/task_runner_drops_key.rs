//! `task-runner-drops-key`

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::fact::{Fact, Phase, Place, Role, Structure, TaskRunnerFile, is_aside, is_tool};
use crate::index::Index;
use crate::key::{KeyName, is_tool_key, public_prefix};
use crate::rule::{Reporter, by_fault, enumerate, enumerate_some, of_several_keys};
use crate::text::{FileId, Location, TreePath};

crate::declare_rule! {
    /// Reports a key that code takes while it is built and that `turbo.json` does not list for its tasks.
    ///
    /// Where it lists almost all keys that code reads, what servers read and it does not list is reported as well.
    ///
    /// Turborepo finds the public keys of common frameworks by itself, so one of them is reported only where the
    /// configuration lists others with the same prefix by name.
    ///
    /// ## Why it matters
    ///
    /// In strict mode a task sees only the keys that are listed: the build goes on without the value. In any mode a
    /// key that is not listed does not tell builds apart, and a cached one keeps an old value.
    ///
    /// ## Example
    ///
    /// `turbo.json`
    /// ```json
    /// { "globalEnv": ["NEXT_PUBLIC_API_URL", "NEXT_PUBLIC_NAME", "SLACK_CLIENT_ID"], "pipeline": { "build": {} } }
    /// ```
    ///
    /// `web/popup.tsx`
    /// ```tsx
    /// "use client";
    /// const id = process.env.NEXT_PUBLIC_SLACK_CLIENT_ID;
    /// ```
    ///
    /// ```text
    /// warning[task-runner-drops-key]: `NEXT_PUBLIC_SLACK_CLIENT_ID` is read while code is built, and turbo.json does not list it
    /// ```
    ///
    /// ## What to do
    ///
    /// Add the key to `globalEnv`, or to `env` of the task that reads it.
    pub struct TaskRunnerDropsKey = "task-runner-drops-key", Build, Strict => joined;
}

/// So many keys are pointed at where they are read.
const SHOWN: usize = 3;

/// Keys that one list lacks are one fault of that list.
fn joined(_: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let fault = |finding: &Diagnostic| {
        let key = format!("`{}`", finding.key.as_ref()?);
        Some((finding.primary()?.at, finding.why.clone(), finding.message.replacen(&key, "", 1)))
    };
    by_fault(found, fault).into_iter().flat_map(one_of).collect()
}

fn one_of(group: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let Some((keys, mut one)) = of_several_keys(&group) else { return group };
    let (Some(first), Some(key)) = (group.first(), keys.first()) else { return group };
    let names = enumerate_some(&keys);
    let read =
        first.message.strip_prefix(&format!("`{key}` is read")).and_then(|rest| rest.strip_suffix(" it"));
    if let Some(rest) = read {
        one.message = format!("{names} are read{rest} them");
    }
    if let Some(list) = one.labels.first_mut().filter(|label| label.message.contains(&format!("`{key}`"))) {
        "lists keys without these".clone_into(&mut list.message);
    }
    let others = group.iter().skip(1).take(SHOWN - 1);
    one.labels.extend(others.flat_map(|found| found.labels.iter().skip(1).cloned()));
    one.help =
        Some(format!("add {} to `globalEnv`, or to `env` of the task that reads them", enumerate(&keys)));
    vec![one]
}

impl TaskRunnerDropsKey {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        for (file, runner) in index.task_runners() {
            // Configurations of single packages add to that of the root.
            if runner.extends || index.is_aside(file) {
                continue;
            }
            let lists = Lists::of(index, file, runner);
            let folder = index.path(file).folder();
            let built = built_in(index, &folder);
            for (key, read) in &built {
                if !lists.has(key) && lists.would_list(key) {
                    speak(index, reporter, file, runner, &lists, read);
                }
            }
            for (key, read) in run_with(index, &folder, &lists) {
                if !built.contains_key(key) {
                    speak(index, reporter, file, runner, &lists, read);
                }
            }
        }
    }
}

/// The keys that code below a folder takes while it is built, each with its first read.
fn built_in<'a>(index: &'a Index, folder: &TreePath) -> BTreeMap<&'a KeyName, &'a Fact> {
    let mut found = BTreeMap::new();
    for fact in index.facts() {
        let path = index.path(fact.file);
        let is_read = matches!(fact.role, Role::Reads(_)) && fact.place == Place::Process;
        let is_built = fact.phase == Phase::Build
            || (fact.phase == Phase::Run
                && public_prefix(&fact.key).is_some_and(|prefix| prefix != "PUBLIC_"));
        if is_read && is_built && path.is_below(folder) && !is_aside(&path) && !is_tool_key(&fact.key) {
            found.entry(&fact.key).or_insert(fact);
        }
    }
    found
}

/// So many keys have to be listed, and so many of ten that code reads, for a list to be one of all keys.
const LISTED: usize = 10;
const OF_TEN: usize = 8;

/// The keys that scripts below a folder read and that are not listed, where the team lists almost all that they
/// read, whenever that is: `globalEnv` and `globalPassThroughEnv` are for tasks that run servers, too.
fn run_with<'a>(index: &'a Index, folder: &TreePath, lists: &Lists<'_>) -> BTreeMap<&'a KeyName, &'a Fact> {
    let mut found: BTreeMap<&KeyName, &Fact> = BTreeMap::new();
    if lists.keys.len() < LISTED {
        return found;
    }
    for fact in index.facts() {
        let is_read = matches!(fact.role, Role::Reads(_)) && fact.place == Place::Process;
        if !is_read || fact.phase == Phase::Test || is_tool_key(&fact.key) {
            continue;
        }
        let path = index.path(fact.file);
        let is_script = matches!(
            index.extraction(fact.file).map(|extraction| &extraction.structure),
            Some(Structure::Script(_))
        );
        // Configurations of tools at the root are no part of a package.
        if is_script
            && path.is_below(folder)
            && path.folder() != *folder
            && !is_aside(&path)
            && !is_tool(&path)
        {
            found.entry(&fact.key).or_insert(fact);
        }
    }
    let number = found.len();
    found.retain(|key, _| !lists.has(key));
    if (number - found.len()) * 10 < number * OF_TEN {
        found.clear();
    }
    found
}

/// All that a configuration lists, those of single packages included.
struct Lists<'a> {
    keys: Vec<(&'a KeyName, Location)>,
    is_strict: bool,
}

impl<'a> Lists<'a> {
    fn of(index: &'a Index, file: FileId, runner: &'a TaskRunnerFile) -> Self {
        let folder = index.path(file).folder();
        let mut keys = Vec::new();
        for (other, part) in index.task_runners() {
            if other == file || (part.extends && index.path(other).is_below(&folder)) {
                let all = part.global.iter().chain(part.tasks.iter().flat_map(|task| &task.env));
                keys.extend(all.map(|key| (&key.value, Location::new(other, key.span))));
            }
        }
        Self { keys, is_strict: runner.is_strict }
    }

    fn has(&self, key: &str) -> bool {
        self.keys.iter().any(|(listed, _)| match listed.split_once('*') {
            Some((start, end)) => {
                key.len() >= start.len() + end.len() && key.starts_with(start) && key.ends_with(end)
            }
            None => listed.as_str() == key,
        })
    }

    /// Whether the team lists keys like this one by name.
    fn would_list(&self, key: &str) -> bool {
        match public_prefix(key) {
            Some(prefix) => self.keys.iter().filter(|(listed, _)| listed.starts_with(prefix)).count() >= 2,
            None => self.is_strict && !self.keys.is_empty(),
        }
    }
}

fn speak(
    index: &Index,
    reporter: &mut Reporter<'_>,
    file: FileId,
    runner: &TaskRunnerFile,
    lists: &Lists<'_>,
    read: &Fact,
) {
    let key = &read.key;
    let path = index.path(file);
    let bare = public_prefix(key).and_then(|prefix| key.strip_prefix(prefix));
    let near = bare.and_then(|bare| lists.keys.iter().find(|(listed, _)| listed.as_str() == bare));
    let (at, label) = match (near, runner.global_span) {
        (Some((listed, at)), _) => (*at, format!("lists `{listed}`, without the prefix")),
        (None, Some(span)) => (Location::new(file, span), format!("lists keys without `{key}`")),
        (None, None) => {
            let Some((_, at)) = lists.keys.first() else { return };
            (*at, format!("lists keys, `{key}` is not among them"))
        }
    };
    let is_built = read.phase == Phase::Build || public_prefix(key).is_some();
    let when = if is_built { " while code is built" } else { "" };
    let why = if lists.is_strict && !is_built {
        "in strict mode a task sees only the keys that are listed, so what it starts goes without it"
    } else if lists.is_strict {
        "in strict mode a task sees only the keys that are listed, so the build goes on without it"
    } else {
        "a key that is not listed does not tell builds apart, so a cached one keeps an old value"
    };
    reporter
        .report(format!("`{key}` is read{when}, and {path} does not list it"), at, label)
        .label(read.at(), "read here")
        .key(key)
        .why(why)
        .help(format!("add `{key}` to `globalEnv`, or to `env` of the task that reads it"));
}
