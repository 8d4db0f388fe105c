//! Names: of variables, of commands that end a script, of files.

use crate::syntax::shell::{Command, Word};

/// Whether a name may be one of somebody's configuration: in capitals, and not the runner's or the
/// shell's own.
pub(in crate::sources) fn is_key(name: &str) -> bool {
    const OF_THE_RUNNER: &[&str] = &["GITHUB_", "RUNNER_", "ACTIONS_", "BASH", "COMP_"];
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
        "FUNCNAME",
        "DIRSTACK",
        "SHLVL",
        "OSTYPE",
        "MACHTYPE",
        "HOSTTYPE",
        "MAPFILE",
        "TERM",
        "LINES",
        "COLUMNS",
        "EPOCHSECONDS",
        "EPOCHREALTIME",
        "ZSH_VERSION",
    ];
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && !OF_THE_RUNNER.iter().any(|start| name.starts_with(start))
        && !OF_THE_SHELL.contains(&name)
}

/// Whether a command ends the script with a failure.
pub(super) fn fails(command: &Command) -> bool {
    const FAILURES: &[&str] =
        &["die", "fail", "abort", "fatal", "bail", "panic", "error_exit", "exit_with_error"];
    let call = command.call();
    let Some(name) = call.first() else { return false };
    match name.text.as_str() {
        "exit" | "return" => call.get(1).is_some_and(|status| status.text != "0"),
        name => FAILURES.contains(&name),
    }
}

/// The last part of a path.
pub(super) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a program is a shell that can run a script.
pub(in crate::sources) fn is_shell(program: &str) -> bool {
    matches!(base(program), "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh")
}

/// Whether a word names a dotenv file: by its name, or by a variable that says so (`$ENV_FILE`).
pub(super) fn is_dotenv(word: &Word) -> bool {
    let name = base(&word.text);
    let variable = name.strip_prefix('$').map(|name| name.trim_matches(['{', '}']));
    match variable {
        Some(variable) => {
            let variable = variable.to_ascii_uppercase();
            variable.contains("ENV") && (variable.contains("FILE") || variable.contains("PATH"))
                || matches!(variable.as_str(), "GITHUB_ENV" | "DOTENV")
        }
        None => crate::sources::dotenv::is_dotenv_name(name),
    }
}

/// The place of the name and value in a line `NAME=value` of a dotenv, relative to the line; what stands
/// before is at most `export`.
pub(super) fn assignment(line: &str) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let trimmed = line.trim_start();
    let trimmed = trimmed.strip_prefix("export ").map_or(trimmed, str::trim_start);
    let begin = line.len() - trimmed.len();
    let length = trimmed.bytes().take_while(|&b| b.is_ascii_alphanumeric() || b == b'_').count();
    let is_name = trimmed.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_assigned = trimmed.get(length..).is_some_and(|rest| rest.starts_with('='));
    let end = line.trim_end().len().max(begin + length + 1);
    (is_name && is_assigned).then(|| (begin..begin + length, begin + length + 1..end.min(line.len())))
}
