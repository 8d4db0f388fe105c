//! The shell text of an instruction.

use crate::syntax::dockerfile::{Arguments, Instruction, Joined};

/// What an instruction runs.
pub(super) enum Command {
    /// Text that a POSIX shell reads.
    Shell(Joined),
    /// Something else; what is written in it.
    Other(Vec<Joined>),
}

/// What a `RUN`, `CMD`, `ENTRYPOINT` or the command of a `HEALTHCHECK` runs, if its shell form is read
/// by a POSIX shell.
pub(super) fn command(instruction: &Instruction, arguments: &Arguments) -> Command {
    match arguments {
        Arguments::Text(text) => match instruction.heredocs.as_slice() {
            [] => Command::Shell(text.clone()),
            // A heredoc alone is the script itself.
            [only] if text.span() == only.name.span => {
                let first = only.body.as_str().lines().next().unwrap_or("");
                let is_shell = !first.starts_with("#!") || names_shell(first);
                if is_shell {
                    Command::Shell(only.body.clone())
                } else {
                    Command::Other(vec![only.body.clone()])
                }
            }
            heredocs => {
                let mut script = text.clone();
                for heredoc in heredocs {
                    // Nothing follows the line that ends the file.
                    if heredoc.body.as_str().is_empty() && heredoc.end.is_none() {
                        continue;
                    }
                    let start = heredoc.body.span().range();
                    script.push("\n", start.start.saturating_sub(1));
                    script.append(&heredoc.body);
                    // Without it the heredoc ends with the text, for the shell too.
                    if let Some(end) = heredoc.end {
                        script.push(&heredoc.name.value, end);
                    }
                }
                Command::Shell(script)
            }
        },
        Arguments::Exec(words) => exec(words),
        _ => Command::Other(Vec::new()),
    }
}

/// `["sh", "-c", "text"]` is read by a shell; any other list by nobody.
fn exec(words: &[Joined]) -> Command {
    let begins = words.first().is_some_and(|word| is_shell(word.as_str()));
    let flag = words.iter().position(|word| {
        let word = word.as_str();
        word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
    });
    match flag.and_then(|flag| words.get(flag + 1)) {
        Some(text) if begins => Command::Shell(text.clone()),
        _ => Command::Other(words.to_vec()),
    }
}

/// Whether a program is a POSIX shell.
pub(super) fn is_shell(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(name, "sh" | "bash" | "ash" | "dash" | "ksh" | "zsh" | "busybox")
}

fn names_shell(shebang: &str) -> bool {
    shebang.trim_start_matches("#!").split_whitespace().any(is_shell)
}
