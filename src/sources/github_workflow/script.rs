//! `run:`: what a shell reads and what it sets for later.

use super::{Reader, Scope, blotted, logged, writes};
use crate::fact::{Need, Value};
use crate::key::is_secret_name;
use crate::syntax::github_expression;
use crate::syntax::shell::{self, ShellOperator};
use crate::syntax::yaml::Node;

/// Whether a POSIX shell reads a `run:`. Without `shell:` that is bash, on Windows PowerShell.
pub(super) fn is_posix(shell: Option<&str>, is_windows: bool) -> bool {
    let Some(shell) = shell else { return !is_windows };
    let program = shell.split_whitespace().next().unwrap_or("");
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(name, "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh")
}

pub(super) fn read(reader: &mut Reader<'_>, run: &Node, scope: Scope<'_>, is_posix: bool) {
    let Some(placed) = reader.placed(run) else { return };
    if !is_posix || placed.text.contains("$env:") {
        return;
    }
    let expressions = github_expression::find(placed.text);
    let text = blotted(placed.text, &expressions);
    let script = shell::scan(&text);
    for found in &script.uses {
        let name = text.get(found.name.clone()).unwrap_or("");
        if !is_key(name) || script.sets(&text, found) {
            continue;
        }
        let need = match &found.operator {
            ShellOperator::Take => Need::Unknown,
            ShellOperator::Refuse { .. } => Need::Required,
            ShellOperator::Alternative => Need::Optional,
            ShellOperator::Default { text: default, .. } => {
                let span = placed.place(default);
                Need::Default(Value::literal(text.get(default.clone()).unwrap_or(""), span))
            }
        };
        reader.read(name, placed.place(&found.name), scope.place(), need);
    }
    for (name, values) in &script.assignments {
        for value in values.iter().filter(|value| !value.is_empty() && is_secret_name(name)) {
            if text.get(value.clone()).is_some_and(|value| !value.contains('$')) {
                reader.workflow.hidden.push(placed.place(value));
            }
        }
    }
    logged::note(reader, &placed, &text, &script, &expressions, scope);
    writes::read(reader, &placed, &text, &expressions, scope);
}

/// Whether a name may be one of somebody's configuration: in capitals, and not the runner's or the
/// shell's own.
fn is_key(name: &str) -> bool {
    const OF_THE_RUNNER: &[&str] = &["GITHUB_", "RUNNER_", "ACTIONS_", "BASH"];
    const OF_THE_SHELL: &[&str] = &[
        "PATH",
        "HOME",
        "PWD",
        "OLDPWD",
        "USER",
        "SHELL",
        "IFS",
        "RANDOM",
        "SECONDS",
        "LINENO",
        "REPLY",
        "OPTARG",
        "OPTIND",
        "UID",
        "EUID",
        "PPID",
        "HOSTNAME",
        "PIPESTATUS",
        "TMPDIR",
        "CI",
    ];
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && !name.bytes().any(|b| b.is_ascii_lowercase())
        && !OF_THE_RUNNER.iter().any(|start| name.starts_with(start))
        && !OF_THE_SHELL.contains(&name)
}
