//! Expressions that use a context which GitHub does not fill in at their position.

use super::{Reader, expression};
use crate::fact::{Problem, ProblemKind};
use crate::syntax::github_expression::{self, ContextUse};
use crate::syntax::yaml::{Node, Placed};

/// A position of a workflow, and the contexts that it has.
pub(super) struct Position {
    /// For users: "the `if` of a job".
    name: &'static str,
    pub(super) contexts: &'static [&'static str],
}

/// All contexts; other names are the business of `expression`.
pub(super) const CONTEXTS: &[&str] = &[
    "github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs",
    "inputs",
];

// GitHub's table "Context availability" in "Contexts reference"
// (docs.github.com/actions/reference/workflows-and-actions/contexts), row by row; read in November 2026.
static RUN_NAME: Position = Position { name: "`run-name`", contexts: &["github", "inputs", "vars"] };
static CONCURRENCY: Position =
    Position { name: "the workflow's `concurrency`", contexts: &["github", "inputs", "vars"] };
static CALL_INPUT: Position =
    Position { name: "the default of an input of `workflow_call`", contexts: &["github", "inputs", "vars"] };
static CALL_OUTPUT: Position = Position {
    name: "the value of an output of `workflow_call`",
    contexts: &["github", "jobs", "vars", "inputs"],
};
static ENV: Position =
    Position { name: "the workflow's `env`", contexts: &["github", "secrets", "inputs", "vars"] };
const BEFORE_RUNNER: &[&str] = &["github", "needs", "strategy", "matrix", "vars", "inputs"];
/// Fields of a job that are evaluated before it has a runner.
static JOB_FIELDS: &[(&str, Position)] = &[
    ("name", Position { name: "the `name` of a job", contexts: BEFORE_RUNNER }),
    ("runs-on", Position { name: "the `runs-on` of a job", contexts: BEFORE_RUNNER }),
    ("concurrency", Position { name: "the `concurrency` of a job", contexts: BEFORE_RUNNER }),
    ("timeout-minutes", Position { name: "the `timeout-minutes` of a job", contexts: BEFORE_RUNNER }),
    ("continue-on-error", Position { name: "the `continue-on-error` of a job", contexts: BEFORE_RUNNER }),
    ("with", Position { name: "the `with` of a job", contexts: BEFORE_RUNNER }),
    ("services", Position { name: "the `services` of a job", contexts: BEFORE_RUNNER }),
    ("environment", Position { name: "the `environment` of a job", contexts: BEFORE_RUNNER }),
];
static ENVIRONMENT: Position = Position { name: "the `environment` of a job", contexts: BEFORE_RUNNER };
static JOB_IF: Position =
    Position { name: "the `if` of a job", contexts: &["github", "needs", "vars", "inputs"] };
static STRATEGY: Position =
    Position { name: "the `strategy` of a job", contexts: &["github", "needs", "vars", "inputs"] };
static JOB_ENV: Position = Position {
    name: "the `env` of a job",
    contexts: &["github", "needs", "strategy", "matrix", "vars", "secrets", "inputs"],
};
static JOB_SECRETS: Position = Position { name: "the `secrets` of a job", contexts: JOB_ENV.contexts };
static DEFAULTS: Position = Position {
    name: "the `defaults` of a job",
    contexts: &["github", "needs", "strategy", "matrix", "env", "vars", "inputs"],
};
static SERVICES: Position = Position { name: "a container of a job", contexts: BEFORE_RUNNER };
static CREDENTIALS: Position = Position {
    name: "the `credentials` of a container",
    contexts: &["github", "needs", "strategy", "matrix", "env", "vars", "secrets", "inputs"],
};
static CONTAINER_ENV: Position = Position {
    name: "the `env` of a container",
    contexts: &["github", "needs", "strategy", "matrix", "job", "runner", "env", "vars", "secrets", "inputs"],
};
static ENVIRONMENT_URL: Position = Position {
    name: "the `url` of an `environment`",
    contexts: &["github", "needs", "strategy", "matrix", "job", "runner", "env", "vars", "steps", "inputs"],
};
static OUTPUTS: Position = Position {
    name: "the `outputs` of a job",
    contexts: &[
        "github", "needs", "strategy", "matrix", "job", "runner", "env", "vars", "secrets", "steps", "inputs",
    ],
};
static STEP: Position = Position { name: "a step", contexts: OUTPUTS.contexts };
static STEP_IF: Position = Position {
    name: "the `if` of a step",
    contexts: &["github", "needs", "strategy", "matrix", "job", "runner", "env", "vars", "steps", "inputs"],
};
// A composite action sees what its caller hands it; "Metadata syntax" tells to pass secrets as inputs.
static ACTION: Position = Position {
    name: "a composite action",
    contexts: &["github", "needs", "strategy", "matrix", "job", "runner", "env", "vars", "steps", "inputs"],
};

/// Looks at all expressions of a workflow.
pub(super) fn workflow(reader: &mut Reader<'_>, document: &Node) {
    for (name, entry) in reader.entries(document) {
        match name {
            "on" => {
                let call = entry.value.get("workflow_call");
                let fields = [("inputs", "default", &CALL_INPUT), ("outputs", "value", &CALL_OUTPUT)];
                for (list, field, position) in fields {
                    let list = call.and_then(|call| call.get(list)).map(Node::entries).unwrap_or_default();
                    for node in list.into_iter().filter_map(|entry| entry.value.get(field)) {
                        below(reader, node, position, 0);
                    }
                }
            }
            "run-name" => below(reader, &entry.value, &RUN_NAME, 0),
            "concurrency" => below(reader, &entry.value, &CONCURRENCY, 0),
            "env" => below(reader, &entry.value, &ENV, 0),
            "jobs" => {
                for (_, job) in reader.entries(&entry.value) {
                    self::job(reader, &job.value);
                }
            }
            _ => {}
        }
    }
}

/// Looks at the steps of a composite action.
pub(super) fn action(reader: &mut Reader<'_>, steps: &Node) {
    for step in steps.items() {
        below(reader, step, &ACTION, 0);
        if let Some(condition) = step.get("if") {
            bare(reader, condition, &ACTION);
        }
    }
}

fn job(reader: &mut Reader<'_>, job: &Node) {
    for (name, entry) in reader.entries(job) {
        let value = &entry.value;
        match name {
            "if" => condition(reader, value, &JOB_IF),
            "env" => below(reader, value, &JOB_ENV, 0),
            "secrets" => below(reader, value, &JOB_SECRETS, 0),
            "strategy" => below(reader, value, &STRATEGY, 0),
            "defaults" => below(reader, value, &DEFAULTS, 0),
            "outputs" => below(reader, value, &OUTPUTS, 0),
            "container" => container(reader, value),
            "services" if value.is_mapping() => {
                for (_, service) in reader.entries(value) {
                    container(reader, &service.value);
                }
            }
            "environment" if value.is_mapping() => {
                for (field, entry) in reader.entries(value) {
                    let position = if field == "url" { &ENVIRONMENT_URL } else { &ENVIRONMENT };
                    below(reader, &entry.value, position, 0);
                }
            }
            "steps" => {
                for step in value.items() {
                    for (field, entry) in reader.entries(step) {
                        match field {
                            "if" => condition(reader, &entry.value, &STEP_IF),
                            "name" | "run" | "with" | "env" | "timeout-minutes" | "continue-on-error"
                            | "working-directory" => below(reader, &entry.value, &STEP, 0),
                            _ => {}
                        }
                    }
                }
            }
            name => {
                if let Some((_, position)) = JOB_FIELDS.iter().find(|(field, _)| *field == name) {
                    below(reader, value, position, 0);
                }
            }
        }
    }
}

fn container(reader: &mut Reader<'_>, node: &Node) {
    if !node.is_mapping() {
        return below(reader, node, &SERVICES, 0);
    }
    for (field, entry) in reader.entries(node) {
        let position = match field {
            "env" => &CONTAINER_ENV,
            "credentials" => &CREDENTIALS,
            _ => &SERVICES,
        };
        below(reader, &entry.value, position, 0);
    }
}

fn condition(reader: &mut Reader<'_>, node: &Node, position: &Position) {
    bare(reader, node, position);
    below(reader, node, position, 0);
}

/// An `if` without braces is an expression as a whole.
fn bare(reader: &mut Reader<'_>, node: &Node, position: &Position) {
    if let Some(placed) = reader.placed(node)
        && !placed.text.contains("${{")
    {
        let found = github_expression::read(placed.text, 0..placed.text.len());
        if !placed.text.trim().is_empty() && !node.is_null() {
            expression::check(reader, &placed, &found, position);
            judge(reader, &placed, &found.uses, position);
        }
    }
}

/// The expressions of all texts below a node.
fn below(reader: &mut Reader<'_>, node: &Node, position: &Position, depth: usize) {
    if depth > super::MAX_DEPTH || !reader.take(0) {
        return;
    }
    for item in node.items() {
        below(reader, item, position, depth + 1);
    }
    for entry in node.raw_entries() {
        below(reader, &entry.value, position, depth + 1);
    }
    if node.as_str().is_some_and(|text| text.contains("${{"))
        && let Some(placed) = reader.placed(node)
    {
        let all = github_expression::find(placed.text);
        for found in &all {
            expression::check(reader, &placed, found, position);
            judge(reader, &placed, &found.uses, position);
        }
        expression::third_brace(reader, &placed, &all);
        expression::unclosed(reader, &placed);
    }
}

fn judge(reader: &mut Reader<'_>, placed: &Placed<'_>, uses: &[ContextUse], position: &Position) {
    for used in uses {
        let name = placed.text.get(used.name.clone()).unwrap_or("").to_ascii_lowercase();
        if !CONTEXTS.contains(&name.as_str()) || position.contexts.contains(&name.as_str()) {
            continue;
        }
        let span = placed.place(&used.name);
        let message = format!("{} has no `{name}` context", position.name);
        let known: Vec<String> = position.contexts.iter().map(|context| format!("`{context}`")).collect();
        let help = match name.as_str() {
            "secrets" if std::ptr::eq(position, &ACTION) => {
                "declare an input, and let the workflow pass the secret with `with:`".to_owned()
            }
            "secrets" if std::ptr::eq(position, &STEP_IF) => {
                "give the secret to a variable in the `env` of the job, and test `env.NAME != ''`".to_owned()
            }
            "secrets" if std::ptr::eq(position, &JOB_IF) => {
                "let an earlier job test the secret and set an output, and test `needs.<job>.outputs.<name>`"
                    .to_owned()
            }
            "env" | "secrets" => {
                format!(
                    "it has {}; what stands in `env` may be a variable of the repository (`vars`) or an input",
                    known.join(", ")
                )
            }
            _ => format!("it has {}", known.join(", ")),
        };
        reader.problem(
            Problem::new(ProblemKind::UnavailableContext, span, message, "not known here").help(help),
        );
    }
}
