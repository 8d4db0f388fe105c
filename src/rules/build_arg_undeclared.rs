//! `build-arg-undeclared`

mod steps;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::fact::{Fact, Place, ProblemKind, Role, Value};
use crate::index::{BuildLink, Index};
use crate::key::{KeyName, is_tool_key, near_miss, resemblance};
use crate::rule::repair::{building_stage, declare_arg};
use crate::rule::{Reporter, joined_by};
use crate::text::{FileId, Location, Span, TreePath};

crate::declare_rule! {
    /// Reports a build argument that compose, a workflow or a command (`docker build --build-arg`) passes and that the
    /// Dockerfile does not declare.
    ///
    /// ## Why it matters
    ///
    /// An argument without an `ARG` is dropped. The build succeeds with whatever the Dockerfile has
    /// instead, often a default for development.
    ///
    /// ## Example
    ///
    /// `compose.yaml`
    /// ```yaml
    /// services:
    ///   web:
    ///     build:
    ///       context: ./web
    ///       args:
    ///         API_URL: https://api.example.com
    /// ```
    ///
    /// `web/Dockerfile`
    /// ```dockerfile
    /// FROM node:22
    /// ARG APP_URL
    /// ```
    ///
    /// ```text
    /// warning[build-arg-undeclared]: web/Dockerfile does not declare the build argument `API_URL`
    /// ```
    ///
    /// ## What to do
    ///
    /// Declare the argument in the stage that uses it, or stop passing it.
    pub struct BuildArgUndeclared = "build-arg-undeclared", Build, Warning, fixes, by_file => joined;
}

/// Arguments that BuildKit knows without a declaration.
const PREDEFINED: &[&str] = &["BUILDKIT_", "SOURCE_DATE_EPOCH"];

/// One argument that a Dockerfile drops.
struct Dropped<'a> {
    at: Location,
    dockerfile: FileId,
    /// A declared argument that may have been meant.
    near: Option<&'a Fact>,
    /// Where the stage that is built begins.
    stage: Option<Location>,
    /// Its number.
    built: Option<usize>,
    /// All places that pass it to this Dockerfile.
    all: Vec<Location>,
}

impl BuildArgUndeclared {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        let accepted = accepted(index);
        let mut found: BTreeMap<(TreePath, &KeyName, FileId), Dropped<'_>> = BTreeMap::new();
        for site in index.sites() {
            let BuildLink::Dockerfile(dockerfile) = site.build else { continue };
            if !index.is_read_whole(dockerfile) || index.is_aside(site.file) {
                continue;
            }
            for arg in index.build_args_of(site) {
                // Arguments that several builds share through an anchor are for those that declare them.
                if accepted.contains(&arg.at()) || is_taken(index, dockerfile, &arg.key) {
                    continue;
                }
                let id = (index.path(site.file).folder(), &arg.key, dockerfile);
                if let Some(known) = found.get_mut(&id) {
                    known.all.push(arg.at());
                    continue;
                }
                let user = index
                    .image_stage(site)
                    .map(|(file, stage)| (file, user_of(index, file, stage, &arg.key)));
                let stage = user.and_then(|(file, stage)| {
                    Some(Location::new(file, index.dockerfile(file)?.stages.get(stage)?.base.span))
                });
                let near = declared(index, dockerfile).find(|fact| is_near(&arg.key, &fact.key));
                let built = index.image_stage(site).map(|(_, stage)| stage);
                let all = vec![arg.at()];
                found.insert(id, Dropped { at: arg.at(), dockerfile, near, stage, built, all });
            }
        }
        for ((_, key, _), dropped) in found {
            speak(index, reporter, key, &dropped);
        }
        steps::ask(index, reporter);
    }
}

/// Where a Dockerfile finds the argument empty that it does not declare.
fn empty_at(index: &Index, dockerfile: FileId, key: &KeyName) -> Option<Location> {
    let source = index.files.get(dockerfile)?;
    let problems = &index.extraction(dockerfile)?.problems;
    let mut empty = problems.iter().filter(|problem| problem.kind == ProblemKind::UndefinedInStage);
    let empty = empty.find(|problem| source.slice(problem.span) == key.as_str())?;
    Some(Location::new(dockerfile, empty.span))
}

/// What is to be seen where an argument that no `ARG` takes is used, or in the stage that would take it.
fn not_taken(
    index: &Index,
    dockerfile: FileId,
    key: &KeyName,
    stage: Option<Location>,
) -> Option<(Location, &'static str)> {
    let empty =
        empty_at(index, dockerfile, key).map(|at| (at, "empty here, as no `ARG` in this file takes it"));
    empty.or_else(|| Some((stage?, "no `ARG` in this file takes it")))
}

/// What is to be seen of an argument that nothing like it is declared for, and what to do. `own` is where the Dockerfile
/// sets the variable itself.
fn advice(
    index: &Index,
    dockerfile: FileId,
    key: &KeyName,
    own: Option<Location>,
    stage: Option<Location>,
) -> (Option<(Location, &'static str)>, String) {
    match own {
        Some(at) => (
            Some((at, "set here, whatever is passed")),
            format!(
                "stop passing it, or take it: `ARG {key}` in that stage, and `ENV {key}=${key}` behind it"
            ),
        ),
        None => (
            not_taken(index, dockerfile, key, stage),
            format!("add `ARG {key}` to the stage that uses it, or stop passing it"),
        ),
    }
}

/// Where a Dockerfile sets the variable itself, to what nobody passes: an `ARG` of that name would change nothing.
fn set_by_itself(index: &Index, dockerfile: FileId, key: &KeyName) -> Option<Location> {
    let sets = |fact: &&Fact| fact.key == *key && matches!(fact.place, Place::Stage(_));
    index
        .facts_in(dockerfile)
        .filter(sets)
        .find(|fact| fact.value().is_some_and(Value::is_plain))
        .map(Fact::at)
}

/// The first stage behind an image that expands the variable; the image's own if none does.
fn user_of(index: &Index, file: FileId, stage: usize, key: &KeyName) -> usize {
    let Some(source) = index.files.get(file) else { return stage };
    let forms = [format!("${{{key}}}"), format!("${{{key}:"), format!("${key}")];
    let uses = |number: &usize| {
        let span = index.dockerfile(file).and_then(|dockerfile| Some(dockerfile.stages.get(*number)?.span));
        let text = span.and_then(|span| source.text.get(span.range())).unwrap_or("");
        forms.iter().any(|form| {
            text.match_indices(form.as_str()).any(|(at, _)| {
                let behind = text.get(at + form.len()..).and_then(|rest| rest.chars().next());
                !form.ends_with(key.as_str())
                    || !behind.is_some_and(|c| c == '_' || c.is_ascii_alphanumeric())
            })
        })
    };
    let mut behind: Vec<usize> = index.stages_behind(file, stage).into_iter().collect();
    behind.sort_unstable();
    behind.into_iter().find(uses).unwrap_or(stage)
}

/// Whether a Dockerfile or BuildKit itself takes the argument.
fn is_taken(index: &Index, dockerfile: FileId, key: &KeyName) -> bool {
    PREDEFINED.iter().any(|start| key.starts_with(start))
        || is_tool_key(key) && key.to_ascii_lowercase().ends_with("_proxy")
        || declared(index, dockerfile).any(|fact| fact.key == *key)
}

/// The arguments that a Dockerfile declares.
fn declared(index: &Index, dockerfile: FileId) -> impl Iterator<Item = &Fact> {
    index
        .facts_in(dockerfile)
        .filter(|fact| matches!(fact.place, Place::BuildArg(_)) && matches!(fact.role, Role::Reads(_)))
}

/// Whether one name may be a slip for the other.
fn is_near(passed: &str, declared: &str) -> bool {
    near_miss(passed, declared) || resemblance(passed, declared).is_some()
}

/// The places of arguments that some Dockerfile they are passed to declares.
fn accepted(index: &Index) -> BTreeSet<Location> {
    let mut accepted = BTreeSet::new();
    for site in index.sites() {
        let BuildLink::Dockerfile(dockerfile) = site.build else { continue };
        let args = index.build_args_of(site);
        accepted.extend(
            args.filter(|arg| declared(index, dockerfile).any(|fact| fact.key == arg.key)).map(Fact::at),
        );
    }
    accepted
}

/// Passes the argument under the name that is declared.
fn renamed(places: impl Iterator<Item = Location>, key: &KeyName, near: &Fact) -> Option<Fix> {
    let places: BTreeSet<Location> = places.collect();
    let edits = places.into_iter().map(|at| {
        // In a list the name is the beginning of an item.
        let span = Span::new(at.span.start as usize, at.span.start as usize + key.len());
        Edit { at: Location::new(at.file, span), replacement: near.key.as_str().to_owned() }
    });
    Fix::unsafe_if_any(format!("pass it as `{}`", near.key), edits.collect())
}

/// Declares the argument in the stage that builds `built`, or the last one.
fn declared_in_stage(index: &Index, key: &KeyName, file: FileId, built: Option<usize>) -> Option<Fix> {
    let last = index.dockerfile(file)?.stages.len().checked_sub(1)?;
    let stage = building_stage(index, file, built.unwrap_or(last));
    let edits = declare_arg(index, file, stage, key, false)?;
    Fix::unsafe_if_any(format!("declare `ARG {key}` in the stage that builds"), edits)
}

/// What is to be seen where an argument is passed.
const PASSED: &str = "passed here, and dropped";

/// Between the path of the Dockerfile and the rest of what is said of it.
const DOES_NOT: &str = " does not declare the build argument ";

fn speak(index: &Index, reporter: &mut Reporter<'_>, key: &KeyName, dropped: &Dropped<'_>) {
    let path = index.files.path(dropped.dockerfile);
    let message = format!("{path}{DOES_NOT}`{key}`");
    let mut finding = reporter.report(message, dropped.at, PASSED).key(key);
    let is_setting = key.starts_with("DOCKER_") || key.starts_with("COMPOSE_");
    let own = set_by_itself(index, dropped.dockerfile, key);
    let help = match (dropped.near, dropped.stage) {
        (Some(near), _) => {
            finding = finding.label(near.at(), "this one is declared");
            format!("did you mean `{}`?", near.key)
        }
        (None, _) if is_setting => {
            "stop passing it: it is a setting of the `docker` command, read from its own environment"
                .to_owned()
        }
        (None, stage) => {
            let (seen, advice) = advice(index, dropped.dockerfile, key, own, stage);
            if let Some((at, label)) = seen {
                finding = finding.label(at, label);
            }
            advice
        }
    };
    let fix = match dropped.near {
        Some(near) => renamed(dropped.all.iter().copied(), key, near),
        None if is_setting || own.is_some() => None,
        None => declared_in_stage(index, key, dropped.dockerfile, dropped.built),
    };
    finding.fix_if(fix).why("BuildKit drops arguments that no `ARG` declares").help(help);
}

/// What one Dockerfile drops is one fault, whoever passes it; so is a habit that spreads over several builds of the
/// compose files of one folder.
fn joined(index: &Index, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let found = joined_by(found, "and here", |finding| {
        finding.primary().filter(|label| label.message == PASSED)?;
        Some(finding.message.clone())
    });
    let fault = |finding: &Diagnostic| {
        let label = finding.primary().filter(|label| label.message == PASSED)?;
        Some((index.path(label.at.file).folder(), finding.key.clone()?))
    };
    let path = |finding: &Diagnostic| finding.message.split(DOES_NOT).next().unwrap_or("").to_owned();
    // The Dockerfiles of each fault, as its findings name them.
    let mut named: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for finding in &found {
        if let Some(fault) = fault(finding) {
            named.entry(fault).or_default().push(path(finding));
        }
    }
    let mut joined = joined_by(found, "here as well", fault);
    for finding in &mut joined {
        let Some(key) = fault(finding).map(|(_, key)| key) else { continue };
        let paths = fault(finding).and_then(|fault| named.get(&fault)).map(Vec::as_slice).unwrap_or_default();
        match paths {
            [] | [_] => {}
            [first, second] => {
                finding.message = format!("neither {first} nor {second} declares the build argument `{key}`");
            }
            [first, others @ ..] => {
                let number = others.len();
                finding.message =
                    format!("{first} and {number} others do not declare the build argument `{key}`");
            }
        }
    }
    joined
}
