//! Jobs that deploy with compose and leave an address of the local machine to the `.env` that is part of the tree.

use std::collections::{BTreeMap, BTreeSet};

use super::leads_here;
use crate::fact::{ComposeCall, Fact, Place, Role, StepScript, WorkflowJob, names_deployed_stage};
use crate::index::{Index, Sieve, names_dotenv};
use crate::key::KeyName;
use crate::rule::{Reporter, enumerate_some};
use crate::system::Tracking;
use crate::text::{FileId, Location, TreePath};

/// So many of the variables that compose takes have to be set by the job: it means to set what production needs.
const SET_BY_JOB: usize = 3;

/// Reports an address in a tracked `.env` that compose hands to a container where a job deploys. Where a matrix says what
/// supplies each environment, that is asked.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    if index.matrix.is_declared() {
        return;
    }
    let mut told: BTreeMap<Location, Left<'_>> = BTreeMap::new();
    for (file, workflow) in index.sifted_workflows(&DEPLOYING) {
        let Some(source) = index.files.get(file) else { continue };
        for job in &workflow.jobs {
            let Some(stage) = stage_of(&source.path, job) else { continue };
            // Another dotenv may be put in the place of the one in the tree.
            if names_dotenv(&source.text) {
                continue;
            }
            for step in &job.scripts {
                for call in step.does.compose_calls.iter().filter(|call| is_of_tree(call)) {
                    for left in left_to_dotenv(index, file, job, step, call) {
                        told.entry(left.supplied.at()).or_insert(left).stages.insert(stage.clone());
                    }
                }
            }
        }
    }
    for left in told.into_values() {
        speak(reporter, &left);
    }
}

static DEPLOYING: Sieve = Sieve::Workflow(|source, workflow| {
    let calls =
        |job: &WorkflowJob| job.scripts.iter().flat_map(|step| &step.does.compose_calls).any(is_of_tree);
    let deploys = |job: &WorkflowJob| calls(job) && stage_of(&source.path, job).is_some();
    !workflow.is_broken && !workflow.is_action && workflow.jobs.iter().any(deploys)
});

/// An address that a job leaves to the `.env`.
struct Left<'a> {
    supplied: &'a Fact,
    taken: &'a Fact,
    call: Location,
    /// What the job sets, of all that compose takes.
    set: Vec<&'a KeyName>,
    stages: BTreeSet<String>,
}

/// The stage that a job deploys to, by its environment, else by the name of its workflow.
fn stage_of(path: &TreePath, job: &WorkflowJob) -> Option<String> {
    let environment = job.environment.as_ref().map(|name| name.value.as_str());
    let name = path.name().rsplit_once('.').map_or("", |(name, _)| name);
    let deploys = name.contains("deploy") || job.id.value.contains("deploy");
    environment.or(Some(name).filter(|_| deploys)).filter(|name| names_deployed_stage(name)).map(|name| {
        let words = name.split(['-', '_', '.']).find(|word| names_deployed_stage(word));
        words.unwrap_or(name).to_owned()
    })
}

/// Whether a call starts what compose files of the tree say, with the `.env` beside them.
fn is_of_tree(call: &ComposeCall) -> bool {
    call.verb == "up" && !call.is_moved && !call.has_env_file
}

fn left_to_dotenv<'a>(
    index: &'a Index,
    file: FileId,
    job: &'a WorkflowJob,
    step: &StepScript,
    call: &ComposeCall,
) -> Vec<Left<'a>> {
    let folder = step.folder.as_ref().map(|folder| folder.value.as_str());
    let composes = composes_of(index, file, folder, call).unwrap_or_default();
    if composes.iter().any(|compose| index.has_shared_network(*compose)) {
        return Vec::new();
    }
    let Some(beside) = composes.first().map(|first| index.path(*first).folder()) else { return Vec::new() };
    let dotenv =
        beside.join(".env").and_then(|path| index.files.at(&path)).filter(|dotenv| match &index.tracking {
            Tracking::Known(tracked) => tracked.contains(&dotenv.path),
            _ => true,
        });
    let Some(dotenv) = dotenv else { return Vec::new() };
    let taken: Vec<&Fact> =
        composes.iter().flat_map(|compose| index.facts_in(*compose)).filter(is_taken).collect();
    let set: BTreeSet<&KeyName> =
        index.facts_in(file).filter(|fact| sees(fact, job, step)).map(|fact| &fact.key).collect();
    let names: BTreeSet<&KeyName> = taken.iter().map(|fact| &fact.key).collect();
    let set: Vec<&KeyName> = set.intersection(&names).copied().collect();
    let workflow = index.files.get(file).map_or("", |source| source.text.as_str());
    if set.len() < SET_BY_JOB {
        return Vec::new();
    }
    let supplied = index.facts_in(dotenv.id).filter(|fact| is_address(fact));
    supplied
        .filter(|fact| {
            !workflow.contains(fact.key.as_str()) && index.provision_gap(file, &fact.key).is_none()
        })
        .filter_map(|supplied| {
            let taken = taken
                .iter()
                .copied()
                .find(|fact| fact.key == supplied.key && reaches_container(index, &composes, fact))?;
            let call = Location::new(file, call.span);
            Some(Left { supplied, taken, call, set: set.clone(), stages: BTreeSet::new() })
        })
        .collect()
}

/// The compose files that a call uses: those that it names, else the one that compose finds and its override.
fn composes_of(index: &Index, file: FileId, folder: Option<&str>, call: &ComposeCall) -> Option<Vec<FileId>> {
    let starts = index.starts_of(file, folder)?;
    // A workflow starts at the root of the tree, where nothing is said.
    let start = starts.first()?;
    let mut found = index.composes_called(start, call, &|_, _| true)?;
    if call.files.is_empty() {
        let own = index.path(*found.first()?);
        let (stem, ending) = own.name().rsplit_once('.')?;
        let more = start.join(&format!("{stem}.override.{ending}")).and_then(|path| index.files.at(&path));
        found.extend(more.map(|file| file.id).filter(|file| index.compose(*file).is_some()));
    }
    Some(found)
}

/// Whether a variable is one that compose puts into its files.
fn is_taken(fact: &&Fact) -> bool {
    fact.place == Place::Interpolation && matches!(fact.role, Role::Reads(_))
}

/// Whether a variable that a workflow sets is seen by a step.
fn sees(fact: &Fact, job: &WorkflowJob, step: &StepScript) -> bool {
    let Place::Job { job: owner, step: at } = &fact.place else { return false };
    matches!(fact.role, Role::Provides(_))
        && owner.as_ref().is_none_or(|owner| *owner == job.id.value)
        && at.is_none_or(|at| at == step.step)
}

/// Whether a line of a dotenv names the local machine as the address of something.
fn is_address(fact: &Fact) -> bool {
    let Role::Provides(provide) = &fact.role else { return false };
    provide.value.plain().is_some_and(|text| leads_here(&fact.key, text))
}

/// Whether what compose takes stands in a value that a container is given, and that no later file replaces.
fn reaches_container(index: &Index, composes: &[FileId], taken: &Fact) -> bool {
    let takes = |fact: &Fact| {
        fact.value().is_some_and(|value| value.references.iter().any(|one| one.key == taken.key))
    };
    let later = composes.iter().skip_while(|compose| **compose != taken.file).skip(1);
    let later: Vec<&Fact> = later.flat_map(|compose| index.facts_in(*compose)).collect();
    index.facts_in(taken.file).filter(|fact| matches!(fact.place, Place::Container(_)) && takes(fact)).any(
        |fact| {
            let mut same = later.iter().filter(|other| other.place == fact.place && other.key == fact.key);
            same.all(|other| takes(other))
        },
    )
}

fn speak(reporter: &mut Reporter<'_>, left: &Left<'_>) {
    let key = &left.supplied.key;
    let stages: Vec<&str> = left.stages.iter().map(String::as_str).collect();
    let set: Vec<&str> = left.set.iter().map(|key| key.as_str()).collect();
    reporter
        .report(
            format!("`{key}` points to the local machine in {}", enumerate_some(&stages)),
            left.supplied
                .value()
                .map_or(left.supplied.at(), |value| Location::new(left.supplied.file, value.span)),
            "the only value that the deployment finds",
        )
        .label(left.call, format!("the job sets {}, and not this one", enumerate_some(&set)))
        .label(left.taken.at(), "compose takes it here")
        .key(key)
        .why("`localhost` is whatever machine or container asks, and no server that others share")
        .help(format!("set `{key}` in the `env:` of the job as well"));
}
