//! Jobs and their steps.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::images::Named;
use super::inputs::Before;
use super::{
    Reader, Scope, availability, builds, inputs, misplaced, prepared, script, shape, sign_in, triggers,
};
use crate::fact::{ActionUse, Hidden, JobService, Machine, PassedSecrets, Place, StepScript, WorkflowJob};
use crate::key::is_secret_name;
use crate::sources::signs::{Words, any_of};
use crate::syntax::yaml::{Entry, Node};
use crate::text::{Span, Spanned};

/// Commands that bring the files of a repository.
static BRINGS_REPOSITORY: LazyLock<Words> =
    LazyLock::new(|| any_of(&["git clone", "git init", "git fetch", "checkout"]));

/// Commands that may make the names of containers known on the machine.
static MAKES_NETWORKS: LazyLock<Words> =
    LazyLock::new(|| any_of(&["docker", "podman", "compose", "/etc/hosts", "socat"]));

/// The variables that surround a step, each with the place that sets it.
pub(super) type Surroundings<'n> = BTreeMap<&'n str, Span>;

/// What `run:` is read by where a step does not say.
#[derive(Clone)]
struct Defaults<'n> {
    shell: Option<&'n str>,
    /// `working-directory:`
    folder: Option<Spanned<String>>,
    /// Whether the runner is surely a Windows one.
    is_windows: bool,
    /// Whether the runner is surely another one.
    is_unix: bool,
}

/// `defaults.run` of the whole workflow.
struct Outer<'n> {
    shell: Option<&'n str>,
    folder: Option<Spanned<String>>,
}

pub(super) fn read_workflow(reader: &mut Reader<'_>, document: &Node) {
    availability::workflow(reader, document);
    let scope = Scope::default();
    let mut surroundings = Surroundings::new();
    let mut jobs = None;
    for (name, entry) in reader.entries(document) {
        match name {
            "jobs" => {
                jobs = Some(&entry.value);
                continue;
            }
            "name" => reader.workflow.name = reader.spelled(&entry.value),
            "on" => triggers::read(reader, entry),
            "env" => set(reader, &entry.value, scope, &mut surroundings),
            _ => {}
        }
        reader.expressions(&entry.value, scope, 0);
    }
    let outer = Outer { shell: default_shell(document), folder: default_folder(reader, document) };
    let Some(jobs) = jobs else { return };
    for (id, entry) in reader.entries(jobs) {
        read_job(reader, id, entry, &surroundings, &outer);
    }
}

/// A composite action: steps that run in the job of whoever uses it.
pub(super) fn read_action(reader: &mut Reader<'_>, document: &Node, runs: &Node) {
    reader.workflow.is_action = true;
    reader.workflow.name = document.get("name").and_then(|name| reader.spelled(name));
    let inputs = document.get("inputs").map(|inputs| triggers::parameters(reader, inputs));
    reader.workflow.inputs = inputs.unwrap_or_default();
    reader.workflow.is_container = runs.get("using").and_then(Node::as_str) == Some("docker");
    let Some(steps) =
        runs.get("steps").filter(|_| runs.get("using").and_then(Node::as_str) == Some("composite"))
    else {
        return;
    };
    availability::action(reader, steps);
    let mut job = WorkflowJob::default();
    let defaults = Defaults { shell: None, folder: None, is_windows: false, is_unix: false };
    let around = (&Surroundings::new(), Named::default());
    read_steps(reader, steps, Scope::default(), around, defaults, &mut job);
    if let Some(outputs) = document.get("outputs") {
        reader.expressions(outputs, Scope::default(), 0);
    }
    reader.workflow.jobs.push(job);
}

fn read_job<'n>(
    reader: &mut Reader<'_>,
    id: &'n str,
    entry: &'n Entry,
    surroundings: &Surroundings<'n>,
    outer: &Outer<'n>,
) {
    let scope = Scope { job: Some(id), step: None };
    let mut surroundings = surroundings.clone();
    let mut job = WorkflowJob { id: Spanned::new(id.to_owned(), entry.key.span), ..WorkflowJob::default() };
    let node = &entry.value;
    for (name, field) in reader.entries(node) {
        let value = &field.value;
        match name {
            "steps" => continue,
            "env" => set(reader, value, scope, &mut surroundings),
            "environment" => {
                let named = if value.is_mapping() { value.get("name") } else { Some(value) };
                job.environment = named.and_then(|named| reader.spelled(named));
            }
            "uses" => job.uses = reader.spelled(value),
            "with" => {
                job.inputs = names(reader, value);
                hide_literals(reader, value);
            }
            "secrets" => job.secrets = passed(reader, value),
            "strategy" => {
                job.matrix = value.get("matrix").map(|matrix| names(reader, matrix)).unwrap_or_default()
            }
            // Steps run in this container, with its variables.
            "container" => {
                job.container = Some(field.key.span);
                let options = value.get("options").and_then(Node::as_str).unwrap_or("");
                job.makes_networks |= options.contains("net");
                if let Some(env) = value.get("env") {
                    set(reader, env, scope, &mut surroundings);
                }
            }
            "services" => {
                for (service, entry) in reader.entries(value) {
                    let container = self::service(reader, service, entry);
                    job.services.push(container);
                    if let Some(env) = entry.value.get("env") {
                        let place = Place::JobService { job: id.to_owned(), service: service.to_owned() };
                        reader.env(env, &place);
                    }
                }
            }
            _ => {}
        }
        // What stands under a key that a job does not have belongs elsewhere, and asks for what is there.
        if !shape::is_of_job(name) {
            continue;
        }
        misplaced::condition(reader, name, value, &surroundings, false);
        reader.expressions(value, scope, 0);
        condition(reader, name, value, scope);
    }
    let shell = default_shell(node).or(outer.shell);
    let folder = default_folder(reader, node).or_else(|| outer.folder.clone());
    let runner = node.get("runs-on");
    job.machine = machine(runner, node.get("container").is_some());
    let says_windows =
        |node: &Node| node.as_str().is_some_and(|text| text.to_ascii_lowercase().contains("windows"));
    let is_windows = runner.is_some_and(|node| says_windows(node) || node.items().iter().any(says_windows));
    // Containers of jobs run on Linux only.
    let is_unix = job.container.is_some() || job.machine == Machine::Plain && !is_windows;
    if let Some(steps) = node.get("steps") {
        let defaults = Defaults { shell, folder, is_windows, is_unix };
        let named = Named::of(reader, node.get("strategy"));
        read_steps(reader, steps, scope, (&surroundings, named), defaults, &mut job);
        if ["if", "continue-on-error"].iter().any(|free| node.get(free).is_some()) {
            job.sign_ins.clear();
        }
    }
    reader.workflow.jobs.push(job);
}

/// A service container.
fn service(reader: &mut Reader<'_>, name: &str, entry: &Entry) -> JobService {
    let node = &entry.value;
    let field = |name: &str| node.get(name);
    let options = field("options").and_then(Node::as_str).unwrap_or("");
    let gives = options.split_whitespace().any(|word| {
        word == "-e" || word.starts_with("--env") || word.starts_with("--entrypoint") || word.starts_with('$')
    });
    let is_computed = field("env").is_some_and(|env| !env.is_mapping() && !env.is_null());
    let mut published = Vec::new();
    for port in field("ports").map(Node::items).unwrap_or_default() {
        let ends = port.as_str().and_then(|port| port.split_once(':'));
        let number = |text: &str| text.split('/').next().and_then(|text| text.parse::<u16>().ok());
        if let Some((host, container)) = ends
            && let (Some(host), Some(container)) = (number(host), number(container))
        {
            published.push((host, container));
        }
    }
    JobService {
        name: Spanned::new(name.to_owned(), entry.key.span),
        image: field("image").and_then(|image| reader.spelled(image)),
        env: node.entry("env").map(|env| env.key.span),
        is_open: gives || is_computed || field("command").or(field("entrypoint")).is_some(),
        published,
    }
}

/// Where the steps of a job run, as its `runs-on:` tells.
fn machine(runner: Option<&Node>, has_container: bool) -> Machine {
    let Some(runner) = runner else { return Machine::Unknown };
    let labels: Vec<String> = std::iter::once(runner)
        .chain(runner.items())
        .filter_map(|label| Some(label.as_str()?.to_ascii_lowercase()))
        .collect();
    let is_of_github =
        |label: &String| ["ubuntu", "macos", "windows"].iter().any(|system| label.contains(system));
    if has_container || labels.iter().any(|label| label.contains("self-hosted")) {
        Machine::Own
    } else if !runner.is_mapping() && labels.iter().any(is_of_github) {
        Machine::Plain
    } else {
        Machine::Unknown
    }
}

fn read_steps<'n>(
    reader: &mut Reader<'_>,
    steps: &'n Node,
    scope: Scope<'_>,
    (surroundings, mut named): (&Surroundings<'n>, Named),
    defaults: Defaults<'n>,
    job: &mut WorkflowJob,
) {
    let mut is_elsewhere = false;
    // Whether the tree lies in the folder of the job, and no script has spoken of dotenv files yet.
    let (mut is_here, mut speaks_of_env) = (false, false);
    let mut before = Before::default();
    for (number, step) in steps.items().iter().enumerate() {
        let scope = Scope { step: Some(number), ..scope };
        if !reader.take(32 * surroundings.len()) {
            return;
        }
        let mut surroundings = surroundings.clone();
        let fields = reader.entries(step);
        let field =
            |wanted: &str| fields.iter().find(|(name, _)| *name == wanted).map(|(_, entry)| &entry.value);
        if let Some(env) = field("env") {
            set(reader, env, scope, &mut surroundings);
        }
        if let Some(run) = field("run") {
            job.has_repository |= run.as_str().is_some_and(|text| BRINGS_REPOSITORY.stand_in(text));
            job.makes_networks |= run.as_str().is_none_or(|text| MAKES_NETWORKS.stand_in(text));
            let shell = field("shell").and_then(Node::as_str).or(defaults.shell);
            let is_posix = script::is_posix(shell, defaults.is_windows);
            let is_certain = is_posix && (shell.is_some() || defaults.is_unix);
            let precedes = steps.items().iter().skip(number + 1).any(|step| step.get("run").is_some());
            let shell = script::Shell { is_posix, is_certain, precedes };
            let script::Does { files: mut does, mut examples } =
                script::read(reader, run, scope, shell, &surroundings);
            if is_posix && field("working-directory").is_none() && defaults.folder.is_none() {
                let text = run.as_str().unwrap_or("");
                let paths = inputs::built_by_script(reader, text, &does.builds, &before);
                job.build_paths.extend(paths);
            }
            if !is_here || is_elsewhere {
                does.builds.clear();
            }
            before.script(run);
            if !is_here || is_elsewhere || speaks_of_env {
                examples.clear();
            }
            speaks_of_env |= run.as_str().is_none_or(|text| text.contains(".env"));
            if is_posix {
                let folder = field("working-directory").and_then(|folder| reader.spelled(folder));
                let folder = folder.or_else(|| defaults.folder.clone());
                let has_condition = field("if").is_some();
                let span = run.span;
                job.scripts.push(StepScript { step: number, span, folder, has_condition, examples, does });
            }
        }
        if let Some(uses) = field("uses").and_then(|uses| reader.spelled(uses)) {
            let with = field("with");
            if let Some(with) = with {
                hide_literals(reader, with);
                misplaced::inputs(reader, &uses, with, &surroundings);
            }
            let action = uses.split('@').next().unwrap_or("");
            job.makes_networks |= action.contains("docker:");
            job.has_repository |= action.contains("checkout") || action.starts_with("./");
            if action == "actions/checkout" {
                is_elsewhere |=
                    with.is_some_and(|with| with.get("path").or(with.get("repository")).is_some());
                let is_other = |with: &Node| with.get("ref").or(with.get("submodules")).is_some();
                is_here |= !with.is_some_and(is_other);
            }
            before.action(action, is_elsewhere);
            if let Some(with) = with.filter(|_| job.machine == Machine::Plain) {
                prepared::check(reader, action, with, &before);
            }
            if let Some(with) = with.filter(|_| !action.starts_with("./")) {
                job.sign_ins.extend(sign_in::spans(action, &fields, with));
                let paths = inputs::build_paths(reader, action, with, &before);
                job.build_paths.extend(paths);
                inputs::swallowed(reader, action, with);
                inputs::account(reader, &uses, with);
            }
            let images = named.step(reader, action, (field("id"), with), scope);
            job.images.extend(images.into_iter().filter(|_| !is_elsewhere));
            if exports_variables(action) {
                let reason = "an action exports variables whose names it gets elsewhere";
                reader.gap(uses.span, Hidden::Provisions, reason);
            }
            if action.starts_with("./") {
                let inputs = with.map(|with| names(reader, with)).unwrap_or_default();
                let has_condition = field("if").is_some();
                job.actions.push(ActionUse { step: number, uses, inputs, has_condition });
            } else if action.ends_with("/build-push-action") {
                let build =
                    builds::read(reader, uses, with, scope, number, (is_elsewhere, before.may_make_any()));
                job.builds.push(build);
            }
        }
        for (name, entry) in &fields {
            misplaced::condition(reader, name, &entry.value, &surroundings, true);
            reader.expressions(&entry.value, scope, 0);
            condition(reader, name, &entry.value, scope);
        }
    }
}

/// Whether an action is one of those that load variables from a store or a file into the job.
fn exports_variables(action: &str) -> bool {
    const WORDS: &[&str] =
        &["secret", "dotenv", "vault", "env-file", "setenv", "set-env", "export-env", "load-env"];
    static ANY: LazyLock<Words> = LazyLock::new(|| any_of(WORDS));
    let name = action.rsplit('/').next().unwrap_or(action).to_ascii_lowercase();
    if !ANY.stand_in(&name) && !ANY.stand_in(action) {
        return false;
    }
    WORDS.iter().any(|word| {
        let is_folder = |(at, _)| action.get(at + word.len()..).is_some_and(|behind| behind.starts_with('/'));
        name.contains(word) || action.match_indices(word).any(is_folder)
    })
}

/// Reads an `env:` and notes its names.
fn set<'n>(reader: &mut Reader<'_>, node: &'n Node, scope: Scope<'_>, surroundings: &mut Surroundings<'n>) {
    misplaced::variables(reader, node, surroundings, scope.step.is_some());
    let names = reader.env(node, &scope.place());
    let spans: BTreeMap<&str, Span> =
        node.entries().iter().filter_map(|entry| Some((entry.key.as_str()?, entry.key.span))).collect();
    surroundings.extend(names.iter().filter_map(|name| Some((*name, *spans.get(name)?))));
}

/// `if:` of a job or step, which is an expression without braces.
fn condition(reader: &mut Reader<'_>, name: &str, node: &Node, scope: Scope<'_>) {
    if name == "if"
        && let Some(placed) = reader.placed(node)
        && !placed.text.contains("${{")
    {
        let uses = crate::syntax::github_expression::uses(placed.text, 0..placed.text.len());
        reader.contexts(&placed, &uses, scope);
    }
}

/// Inputs whose names say that they are secret and that are written down, in part at least.
fn hide_literals(reader: &mut Reader<'_>, with: &Node) {
    for (name, entry) in reader.entries(with) {
        let is_secret = is_secret_name(&name.replace('-', "_"));
        if is_secret && entry.value.as_str().is_some_and(|text| !text.starts_with('$')) {
            reader.workflow.hidden.push(entry.value.span);
        }
    }
}

fn passed(reader: &mut Reader<'_>, node: &Node) -> PassedSecrets {
    if node.is_mapping() {
        PassedSecrets::Listed(names(reader, node))
    } else if node.as_str() == Some("inherit") {
        PassedSecrets::Inherit
    } else if node.is_null() {
        PassedSecrets::None
    } else {
        PassedSecrets::Unseen
    }
}

fn names(reader: &mut Reader<'_>, node: &Node) -> Vec<Spanned<String>> {
    let entries = reader.entries(node);
    entries.into_iter().map(|(name, entry)| Spanned::new(name.to_owned(), entry.key.span)).collect()
}

fn default_folder(reader: &Reader<'_>, node: &Node) -> Option<Spanned<String>> {
    reader.spelled(node.get("defaults")?.get("run")?.get("working-directory")?)
}

fn default_shell(node: &Node) -> Option<&str> {
    node.get("defaults")?.get("run")?.get("shell")?.as_str()
}
