//! Passwords among the arguments of commands.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::placeholder::is_placeholder;
use super::provider::compiled;

/// How commands are given a password, compiled where a text has a hint of it: building all of them takes milliseconds,
/// and most texts that are shown call nothing of the kind.
struct Argument {
    is_hinted: fn(&str) -> bool,
    pattern: LazyLock<Regex>,
}

/// Also in lists of words: `--requirepass X`, `["--token", "X"]`, `mysql -pX`, `docker login -p X`, `curl -u user:X`.
static ARGUMENTS: [Argument; 6] = [
    Argument {
        is_hinted: names_option,
        pattern: LazyLock::new(|| {
            compiled(
                r#"--?(?i-u:[a-z0-9-]*(?:password|passwd|passphrase|secret|token|api-?key|access-?key|private-?key|requirepass|masterauth))(?:["'](?-u:\s)*,(?-u:\s)*["']|(?-u:\s)+["']?)([^ \t\r\n"',;&|\]]{3,})"#,
            )
        }),
    },
    Argument {
        is_hinted: |text| has_any(text, &["mysql", "mariadb"]),
        pattern: LazyLock::new(|| {
            compiled(
                r#"(?-u:\b)(?:mysql|mysqladmin|mysqldump|mysqlpump|mariadb|mariadb-admin|mariadb-dump)(?-u:\b)[^\n|;&]*?[ \t\r\n"']-p([^ \t\r\n"',;&|\]]{3,})"#,
            )
        }),
    },
    Argument {
        is_hinted: |text| has_any(text, &["login", "sshpass", "mongo"]) && text.contains("-p"),
        pattern: LazyLock::new(|| {
            compiled(
                r#"(?-u:\b)(?:login|sshpass|mongosh|mongo|mongodump|mongorestore|mongoexport|mongoimport)(?-u:\b)[^\n|;&]*?[ \t\r\n"']-p(?:["'](?-u:\s)*,(?-u:\s)*["']|(?-u:\s)+["']?)([^ \t\r\n"',;&|\]]{3,})"#,
            )
        }),
    },
    Argument {
        is_hinted: |text| text.contains("redis-cli"),
        pattern: LazyLock::new(|| {
            compiled(
                r#"(?-u:\b)redis-cli(?-u:\b)[^\n|;&]*?[ \t\r\n"']-a(?:["'](?-u:\s)*,(?-u:\s)*["']|(?-u:\s)+["']?)([^ \t\r\n"',;&|\]]{3,})"#,
            )
        }),
    },
    Argument {
        is_hinted: passes_user,
        pattern: LazyLock::new(|| {
            compiled(
                r#"(?-u:\b)(?:curl|wget|http|https|xh|ab)(?-u:\b)[^\n|;&]*?[ \t\r\n"'](?:-u|--user|-a|--auth|-A)(?:["'](?-u:\s)*,(?-u:\s)*["']|[ \t\r\n=]*["']?)[^ \t\r\n"':,/$]*:([^ \t\r\n"',;&|\]]{3,})"#,
            )
        }),
    },
    Argument {
        is_hinted: |text| text.contains("alias"),
        pattern: LazyLock::new(|| {
            compiled(
                r#"(?-u:\b)alias(?-u:\s)+set(?-u:\s)+\S+(?-u:\s)+\S+(?-u:\s)+\S+(?-u:\s)+["']?([^ \t\r\n"',;&|\]]{3,})"#,
            )
        }),
    },
];

fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.contains(word))
}

/// Whether a text names an option of a secret, as the first pattern has them.
fn names_option(text: &str) -> bool {
    const ENDS: &[&str] =
        &["password", "passwd", "passphrase", "secret", "token", "key", "requirepass", "masterauth"];
    let words = text.split(|c: char| c != '-' && !c.is_ascii_alphanumeric());
    words.filter(|word| word.contains('-')).any(|word| {
        ENDS.iter().any(|end| {
            let start = word.len().checked_sub(end.len());
            start.and_then(|start| word.get(start..)).is_some_and(|own| own.eq_ignore_ascii_case(end))
        })
    })
}

/// Whether a text has an option by which programs of HTTP are told a user.
fn passes_user(text: &str) -> bool {
    let options = text.match_indices("-u").chain(text.match_indices("-a")).chain(text.match_indices("-A"));
    options.into_iter().any(|(at, _)| {
        let before = text.get(..at).unwrap_or("");
        before.strip_suffix('-').unwrap_or(before).ends_with([' ', '\t', '\r', '\n', '"', '\''])
    })
}

/// The parts of `text` that commands take for passwords.
pub(super) fn passwords_of_commands(text: &str) -> Vec<Range<usize>> {
    let hinted = ARGUMENTS.iter().filter(|argument| (argument.is_hinted)(text));
    let given =
        hinted.flat_map(|argument| argument.pattern.captures_iter(text)).filter_map(|found| found.get(1));
    given.filter(|given| is_given_here(given.as_str())).map(|given| given.range()).collect()
}

/// Whether an argument is itself what is given: no other option, no reference, no file, and not the name of what docker
/// mounts (`--secret id=npm`).
fn is_given_here(argument: &str) -> bool {
    !argument.starts_with(['-', '$', '{', '(', '<', '`', '%', '/', '.'])
        && !argument.starts_with("id=")
        && !is_placeholder(argument)
}
