//! Slips of the script of a step: what bash refuses, what has no effect, examples that are not there.

use super::Reader;
use super::availability::CONTEXTS;
use crate::fact::{Problem, ProblemKind};
use crate::syntax::shell::{self, Fault, Item, RedirectKind};
use crate::syntax::yaml::Placed;
use crate::text::{Span, Spanned};

/// Looks at the script of a step, `text` with its expressions blotted out and these commands; `precedes` says whether a
/// later step has one too. Returns the examples that it takes.
pub(super) fn read(
    reader: &mut Reader<'_>,
    placed: &Placed<'_>,
    text: &str,
    commands: &[Vec<Item>],
    precedes: bool,
) -> Vec<Spanned<String>> {
    refused(reader, placed, text);
    if let Some((command, range)) = without_effect(commands).filter(|_| precedes) {
        let place: Span = placed.place(&range);
        let message =
            format!("the step does nothing for those behind it: `{command}` changes its own shell only");
        let problem = Problem::new(ProblemKind::WorkflowStructure, place, message, "over with this step")
            .why("each step has a shell of its own, which begins in the folder of the job with the variables of the job");
        let help = match command {
            "cd" | "pushd" => {
                "give the steps that are meant a `working-directory:`, or put all of it into one script"
            }
            "export" => "write the variable to `$GITHUB_ENV`, or give the steps an `env:`",
            _ => "put all of it into one script",
        };
        reader.problem(problem.help(help));
    }
    examples(placed, text, commands)
}

/// What bash refuses; `text` is what `placed` holds, with its expressions blotted out.
fn refused(reader: &mut Reader<'_>, placed: &Placed<'_>, text: &str) {
    for fault in shell::faults(text) {
        let problem = match fault {
            Fault::Member(range) => {
                let written = text.get(range.clone()).unwrap_or("");
                let path = written.trim_start_matches("${");
                let context = path.split('.').next().unwrap_or("");
                if !CONTEXTS.contains(&context) {
                    continue;
                }
                let message =
                    format!("`{written}}}` is no expression: GitHub replaces `${{{{ ... }}}}` only");
                let place = placed.place(&range);
                Problem::new(ProblemKind::InterpolationSyntax, place, message, "left to the shell")
                    .why("bash takes the braces for a variable and stops with \"bad substitution\"")
                    .help(format!("write `${{{{ {path} }}}}`"))
            }
            Fault::OpenQuote(range) => {
                let sign = text.get(range.clone()).unwrap_or("'");
                let message = format!("nothing closes the `{sign}` of this script");
                Problem::new(ProblemKind::WorkflowStructure, placed.place(&range), message, "never closed")
                    .why(
                        "the shell reads to the end of the script for the other quote, and refuses all of it",
                    )
                    .help("close the quote where the text ends")
            }
            Fault::Substitution(range) => {
                let message = "`${` with a command is no substitution";
                let place = placed.place(&range);
                Problem::new(ProblemKind::InterpolationSyntax, place, message, "a blank behind the name")
                    .why("bash takes the braces for a variable and stops with \"bad substitution\"")
                    .help("write `$(...)` for the output of a command")
            }
        };
        reader.problem(problem);
    }
}

/// Commands that change nothing but the shell that runs them.
const OF_THE_SHELL: &[&str] = &["cd", "pushd", "export", "alias", "unset", "shopt"];

/// The command of a script that does nothing but change its own shell, which ends with the step.
fn without_effect(commands: &[Vec<Item>]) -> Option<(&'static str, std::ops::Range<usize>)> {
    let [items] = commands else { return None };
    let mut first = None;
    for item in items {
        let Item::Command(command) = item else { return None };
        let name = command.words.first()?;
        let known = OF_THE_SHELL.iter().copied().find(|known| name.is_plain && *known == name.text)?;
        // `cd x || exit` asks whether there is one.
        if !command.redirects.is_empty() || command.words.len() < 2 {
            return None;
        }
        first = first.or(Some((known, name.range.clone())));
    }
    first
}

/// The example dotenv files that a script copies or moves whether they are there or not, by their paths as seen from
/// where it begins.
fn examples(placed: &Placed<'_>, text: &str, commands: &[Vec<Item>]) -> Vec<Spanned<String>> {
    let mut found = Vec::new();
    let Some(items) = commands.first().filter(|_| !text.contains("git clone") && text.contains(".env"))
    else {
        return found;
    };
    let mut folder = String::new();
    let mut is_guarded = false;
    for item in items {
        let Item::Command(command) = item else { return found };
        let follows_test = std::mem::replace(&mut is_guarded, command.end == shell::End::And);
        let mut words = command.words.iter();
        let Some(program) = words.next().filter(|word| word.is_plain) else { return found };
        let operands: Vec<_> = words.filter(|word| !word.text.starts_with('-')).collect();
        match program.text.as_str() {
            "cd" => {
                let [target] = operands.as_slice() else { return found };
                if !target.is_plain || target.text.starts_with(['/', '~', '-']) {
                    return found;
                }
                folder = format!("{folder}{}/", target.text.trim_end_matches('/'));
                is_guarded = false;
            }
            "cp" | "mv" | "cat" => {
                let is_read = program.text == "cat"
                    && operands.len() == 1
                    && command
                        .redirects
                        .iter()
                        .any(|one| matches!(one.kind, RedirectKind::Write | RedirectKind::Append));
                let source =
                    operands.first().filter(|_| is_read || (program.text != "cat" && operands.len() == 2));
                let Some(source) = source.filter(|source| source.is_plain && is_example(&source.text)) else {
                    continue;
                };
                if !follows_test && command.end != shell::End::Or && !source.text.starts_with(['/', '~']) {
                    found.push(Spanned::new(format!("{folder}{}", source.text), placed.place(&source.range)));
                }
            }
            // What these do to files is known to be nothing.
            "echo" | "set" | "export" | "npm" | "yarn" | "pnpm" | "mkdir" | "sed" | "ls" => {}
            _ => return found,
        }
    }
    found
}

fn is_example(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.contains(".env")
        && ["example", "sample", "template"].iter().any(|word| name.contains(word))
        && !path.contains(['$', '*'])
}

#[cfg(test)]
mod tests {
    use crate::syntax::shell::commands;

    #[test]
    fn steps_without_effect() {
        let without_effect = |text| super::without_effect(&commands(text));
        assert_eq!(without_effect("cd ./api"), Some(("cd", 0..2)));
        assert_eq!(without_effect("export A=1\nexport B=2\n"), Some(("export", 0..6)));
        for other in
            ["cd api && make", "export A=$(make)", "cd x || exit 1", "export A=1 >> $GITHUB_ENV", "cd", ""]
        {
            assert_eq!(without_effect(other), None, "{other}");
        }
    }
}
