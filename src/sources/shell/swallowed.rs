//! Lines that begin a command and belong to the one above, which goes on behind a `\`.

use crate::fact::{Problem, ProblemKind};
use crate::syntax::shell::{Command, Item, Word};
use crate::text::Span;

/// Programs that take no command as an argument.
const PLAIN: &[&str] = &[
    "apt", "apt-get", "apk", "pip", "pip3", "npm", "yarn", "pnpm", "curl", "wget", "tar", "unzip", "rm",
    "mkdir", "chmod", "chown", "cp", "mv", "ln", "git", "sed", "useradd", "groupadd", "adduser", "addgroup",
    "make", "cd", "dpkg", "bash", "sh",
];

/// Whether two words that follow one another begin a command: neither is a package or a file by such names.
fn begins_command(program: &str, first: &str) -> bool {
    let is_flag = first.len() > 1 && first.starts_with('-');
    match program {
        "apt" | "apt-get" => {
            matches!(first, "update" | "install" | "upgrade" | "clean" | "autoremove" | "purge")
        }
        "apk" => matches!(first, "add" | "del" | "update" | "upgrade"),
        "pip" | "pip3" => first == "install",
        "npm" | "yarn" | "pnpm" => matches!(first, "install" | "ci" | "run" | "build" | "cache"),
        "rm" | "mkdir" | "curl" | "wget" | "ln" | "useradd" | "groupadd" | "adduser" | "addgroup" => is_flag,
        "tar" => is_flag || first.starts_with(['x', 'c']),
        "chmod" => is_flag || first.starts_with('+') || first.bytes().all(|byte| byte.is_ascii_digit()),
        "chown" => is_flag || first.contains(':'),
        "git" => matches!(first, "clone" | "checkout" | "config"),
        "cd" => first.starts_with('/'),
        _ => false,
    }
}

/// The commands that others take for arguments. `follows_break` tells of two neighbours whether they stand on lines
/// that a `\` joins, `place` where a word stands.
pub(in crate::sources) fn swallowed<'c>(
    commands: &'c [Vec<Item>],
    follows_break: impl Fn(&Word, &Word) -> bool + 'c,
    place: impl Fn(&Word) -> Span + 'c,
) -> impl Iterator<Item = Problem> + 'c {
    let all = commands.iter().flatten().filter_map(|item| match item {
        Item::Command(command) => Some(command),
        _ => None,
    });
    all.filter_map(move |command| {
        let (taker, word, first) = taken(command, &follows_break)?;
        let message = format!("`{} {}` is an argument of `{}`", word.text, first.text, taker.text);
        let problem = Problem::new(ProblemKind::SwallowedCommand, place(word), message, "never runs")
            .related(place(taker), "this command goes on to the next line")
            .help("end the line above with `&& \\`");
        Some(problem)
    })
}

/// The program of a command, and the two words with which another begins on a line of its own.
fn taken(command: &Command, follows_break: impl Fn(&Word, &Word) -> bool) -> Option<(&Word, &Word, &Word)> {
    let words = command.call();
    let (taker, arguments) = words.split_first()?;
    let name = taker.text.rsplit('/').next().unwrap_or("");
    let runs_text = arguments.iter().any(|word| word.text.starts_with('-') && word.text.ends_with('c'));
    if !PLAIN.contains(&name) || runs_text && matches!(name, "sh" | "bash") {
        return None;
    }
    words.windows(3).find_map(|three| {
        let [before, word, first] = three else { return None };
        let is_bare = word.is_plain && !word.is_quoted && !first.is_quoted;
        // Behind `--exec` or `--` a command may well be meant.
        let may_begin = is_bare && before.text != "--" && !before.text.contains("exec");
        (may_begin && begins_command(&word.text, &first.text) && follows_break(before, word))
            .then_some((taker, word, first))
    })
}
