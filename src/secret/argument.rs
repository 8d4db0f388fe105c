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

/// What is given: a text in quotes, which may stand in quotes itself, or a word.
const GIVEN: &str =
    r#"(?:\\?"([^"\n]{3,}?)\\?"|\\?'([^'\n]{3,}?)\\?'|([^ \t\r\n"'\\,;&|\]][^ \t\r\n"',;&|\]]{2,}))"#;

/// What stands between an option and that: blanks, a line that is continued, or the words of a list.
const THEN: &str = r#"(?:["'](?-u:\s)*,(?-u:\s)*|(?:\\\r?\n|(?-u:\s))+)"#;

/// What stands between the name of a command and an option of it.
const BETWEEN: &str = r#"(?:\\\r?\n|[^\n|;&])*?[ \t\r\n"']"#;

/// Also in lists of words: `--requirepass X`, `["--token", "X"]`, `mysql -pX`, `docker login -p X`, `curl -u user:X`.
static ARGUMENTS: [Argument; 6] = [
    Argument {
        is_hinted: names_option,
        pattern: LazyLock::new(|| {
            const NAMES: &str = "(?i-u:[a-z0-9-]*(?:password|passwd|passphrase|secret|token|api-?key|access-?key|private-?key|requirepass|masterauth))";
            compiled(&format!("(?:^|[^a-zA-Z0-9_-])--?{NAMES}{THEN}{GIVEN}"))
        }),
    },
    Argument {
        is_hinted: |text| has_any(text, &["mysql", "mariadb"]),
        pattern: LazyLock::new(|| {
            const NAMES: &str = "(?:mysql|mysqladmin|mysqldump|mysqlpump|mariadb|mariadb-admin|mariadb-dump)";
            compiled(&format!(r"(?-u:\b){NAMES}(?-u:\b){BETWEEN}-p{GIVEN}"))
        }),
    },
    Argument {
        is_hinted: |text| has_any(text, &["login", "sshpass", "mongo"]) && text.contains("-p"),
        pattern: LazyLock::new(|| {
            const NAMES: &str =
                "(?:login|sshpass|mongosh|mongo|mongodump|mongorestore|mongoexport|mongoimport)";
            compiled(&format!(r"(?-u:\b){NAMES}(?-u:\b){BETWEEN}-p{THEN}{GIVEN}"))
        }),
    },
    Argument {
        is_hinted: |text| text.contains("redis-cli"),
        pattern: LazyLock::new(|| compiled(&format!(r"(?-u:\b)redis-cli(?-u:\b){BETWEEN}-a{THEN}{GIVEN}"))),
    },
    Argument {
        is_hinted: passes_user,
        pattern: LazyLock::new(|| {
            const OPTION: &str = "(?:-u|--user|-a|--auth|-A)";
            const USER: &str = r#"[^ \t\r\n"':,/$]*:"#;
            compiled(&format!(
                r#"(?-u:\b)(?:curl|wget|http|https|xh|ab)(?-u:\b){BETWEEN}{OPTION}(?:["'](?-u:\s)*,(?-u:\s)*|(?:\\\r?\n|[ \t\r\n=])*)(?:\\?"{USER}([^"\n]{{3,}}?)\\?"|\\?'{USER}([^'\n]{{3,}}?)\\?'|{USER}([^ \t\r\n"',;&|\]]{{3,}}))"#
            ))
        }),
    },
    Argument {
        is_hinted: |text| text.contains("alias"),
        pattern: LazyLock::new(|| {
            compiled(&format!(
                r"(?-u:\b)alias(?-u:\s)+set(?-u:\s)+\S+(?-u:\s)+\S+(?-u:\s)+\S+(?-u:\s)+{GIVEN}"
            ))
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
    let given = hinted
        .flat_map(|argument| argument.pattern.captures_iter(text))
        .filter_map(|found| found.iter().skip(1).flatten().next());
    given.filter(|given| is_given_here(given.as_str())).map(|given| given.range()).collect()
}

/// Whether an argument is itself what is given: no other option, no reference, no file, and not the name of what docker
/// mounts (`--secret id=npm`).
fn is_given_here(argument: &str) -> bool {
    !argument.starts_with(['-', '$', '{', '(', '<', '`', '%', '/', '.'])
        && !argument.starts_with("id=")
        && !is_placeholder(argument)
}

#[cfg(test)]
mod tests {
    use super::passwords_of_commands;

    #[test]
    fn what_commands_are_given() {
        for (text, given) in [
            ("redis-server --requirepass q7zq7z", "q7zq7z"),
            (r#"["redis-server", "--requirepass", "q7z;q7z"]"#, "q7z;q7z"),
            ("x --token 'q7z,q|7&z' y", "q7z,q|7&z"),
            (r#"command: "x --token \"q7z;q7z\" y""#, "q7z;q7z"),
            ("x --token \\\n  q7zq7z", "q7zq7z"),
            ("mysql -h db -pq7zq7z", "q7zq7z"),
            ("mysql -h db -p'q7z;q7z'", "q7z;q7z"),
            ("docker login -u a \\\n  -p q7zq7z", "q7zq7z"),
            ("redis-cli -h a -a q7zq7z ping", "q7zq7z"),
            ("curl -s -u user:q7zq7z https://x", "q7zq7z"),
            ("curl -s \\\n  -u user:q7zq7z https://x", "q7zq7z"),
            ("curl -u 'user:q7z;q7z' https://x", "q7z;q7z"),
            (r#"curl --user="user:q7z&q7z" https://x"#, "q7z&q7z"),
            ("mc alias set a http://b user q7zq7z", "q7zq7z"),
            ("an access-token q7zq7z is text", ""),
            ("x --token $TOKEN", ""),
            ("x --token \"${TOKEN}\" --name q7zq7z", ""),
            ("mysql -p\"$PASSWORD\" q7zq7z", ""),
            ("curl -u \"$USER:$PASSWORD\" https://x", ""),
            ("x --token --name q7zq7z", ""),
            ("curl -s https://x && y -u a:q7zq7z", ""),
        ] {
            let found: Vec<&str> =
                passwords_of_commands(text).into_iter().filter_map(|range| text.get(range)).collect();
            assert_eq!(found.join(" "), given, "{text}");
        }
    }
}
