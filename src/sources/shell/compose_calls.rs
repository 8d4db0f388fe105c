//! What a command asks of compose, and the services and files that it names: `docker compose -f base.yml up -d db cache`.

use super::said::Reading;
use crate::fact::ComposeCall;
use crate::syntax::shell::Word;
use crate::text::Spanned;

/// Flags before the verb whose value is the next word. Source: `docker compose --help`.
const GLOBAL: &[&str] = &[
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--profile",
    "--env-file",
    "--project-directory",
    "--ansi",
    "--parallel",
    "--progress",
];

/// A verb that takes names of services, its flags whose value is the next word, and those without a value.
struct Verb {
    name: &'static str,
    valued: &'static [&'static str],
    plain: &'static [&'static [&'static str]],
}

/// What `run` and `exec` are told of the terminal, alone and as people join it.
const TERMINAL: &[&str] =
    &["-d", "--detach", "-T", "--no-TTY", "-i", "--interactive", "-t", "--tty", "-it", "-ti"];

/// The verbs behind which services are named. Source: `docker compose VERB --help`.
const VERBS: &[Verb] = &[
    Verb {
        name: "up",
        valued: &[
            "--scale",
            "-t",
            "--timeout",
            "--exit-code-from",
            "--attach",
            "--no-attach",
            "--pull",
            "--wait-timeout",
        ],
        plain: &[&[
            "-d",
            "--detach",
            "--build",
            "--no-build",
            "--no-deps",
            "--no-start",
            "--force-recreate",
            "--no-recreate",
            "--remove-orphans",
            "-V",
            "--renew-anon-volumes",
            "--wait",
            "--quiet-pull",
            "--abort-on-container-exit",
            "--always-recreate-deps",
            "--attach-dependencies",
            "--no-color",
            "--no-log-prefix",
            "-w",
            "--watch",
            "-y",
            "--yes",
        ]],
    },
    Verb {
        name: "build",
        valued: &["--build-arg", "-m", "--memory", "--progress", "--ssh", "--builder"],
        plain: &[&[
            "--pull",
            "--no-cache",
            "--push",
            "-q",
            "--quiet",
            "--with-dependencies",
            "--parallel",
            "--force-rm",
        ]],
    },
    Verb {
        name: "logs",
        valued: &["-n", "--tail", "--since", "--until", "--index"],
        plain: &[&["-f", "--follow", "-t", "--timestamps", "--no-color", "--no-log-prefix"]],
    },
    Verb {
        name: "run",
        valued: &[
            "-e",
            "--env",
            "--env-from-file",
            "--entrypoint",
            "--name",
            "-u",
            "--user",
            "-v",
            "--volume",
            "-w",
            "--workdir",
            "-p",
            "--publish",
            "-l",
            "--label",
            "--cap-add",
            "--cap-drop",
            "--pull",
        ],
        plain: &[
            TERMINAL,
            &[
                "--rm",
                "--no-deps",
                "--build",
                "--service-ports",
                "--use-aliases",
                "-P",
                "-q",
                "--quiet",
                "--quiet-pull",
                "--remove-orphans",
            ],
        ],
    },
    Verb {
        name: "exec",
        valued: &["-e", "--env", "--index", "-u", "--user", "-w", "--workdir"],
        plain: &[TERMINAL, &["--privileged"]],
    },
    Verb { name: "start", valued: &["--wait-timeout"], plain: &[&["--wait"]] },
    Verb { name: "stop", valued: &["-t", "--timeout"], plain: &[] },
    Verb { name: "restart", valued: &["-t", "--timeout"], plain: &[&["--no-deps"]] },
    Verb {
        name: "pull",
        valued: &["--policy"],
        plain: &[&["-q", "--quiet", "--include-deps", "--ignore-buildable", "--ignore-pull-failures"]],
    },
    Verb {
        name: "rm",
        valued: &[],
        plain: &[&["-f", "--force", "-s", "--stop", "-v", "--volumes", "-fsv", "-sf", "-fs"]],
    },
];

/// Notes a call of compose, by its program and the words behind.
pub(super) fn note(reading: &mut Reading<'_>, program: &str, arguments: &[Word]) {
    let arguments = match (program, arguments) {
        ("docker" | "podman", [verb, rest @ ..]) if verb.text == "compose" => rest,
        ("docker-compose" | "podman-compose", all) => all,
        _ => return,
    };
    let call = call(reading, arguments);
    reading.said.script.compose_calls.extend(call);
}

/// What a call asks for; `None` where a word of it is not understood.
fn call(reading: &Reading<'_>, arguments: &[Word]) -> Option<ComposeCall> {
    let is_told = |word: &Word| !word.text.contains(['$', '`', '{']) && !reading.is_computed(&word.range);
    let mut files = Vec::new();
    let mut has_env_file = false;
    let mut words = arguments.iter();
    let verb = loop {
        let word = words.next()?;
        let (flag, joined) =
            word.text.split_once('=').map_or((word.text.as_str(), None), |(f, v)| (f, Some(v)));
        if !flag.starts_with('-') {
            break word;
        }
        // Another folder than that of the command counts.
        GLOBAL.iter().find(|known| **known == flag && **known != "--project-directory")?;
        let is_file = matches!(flag, "-f" | "--file");
        let (value, holder) = match joined {
            Some(value) => (value, word),
            None => words.next().map(|word| (word.text.as_str(), word))?,
        };
        // Which project it is changes nothing of what it has.
        (matches!(flag, "-p" | "--project-name") || joined.is_some() && !is_file || is_told(holder))
            .then_some(())?;
        if is_file {
            files.push(value.to_owned());
        }
        has_env_file |= flag == "--env-file";
    };
    let span = (reading.source.place)(&verb.range);
    let verb = VERBS.iter().find(|known| known.name == verb.text)?;
    let mut services = Vec::new();
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let flag = text.split('=').next().unwrap_or(text);
        if !is_told(word) {
            return None;
        } else if text.len() > 1 && text.starts_with('-') {
            let is_valued = verb.valued.contains(&flag);
            if is_valued && !text.contains('=') {
                words.next()?;
            }
            (is_valued || verb.plain.iter().any(|flags| flags.contains(&flag))).then_some(())?;
        } else {
            let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
            (!text.is_empty() && text.bytes().all(is_name)).then_some(())?;
            services.push(Spanned::new(text.to_owned(), (reading.source.place)(&word.range)));
            // What follows is the command in the container.
            if matches!(verb.name, "run" | "exec") {
                break;
            }
        }
    }
    let is_moved = ["cd ", "pushd ", "COMPOSE_FILE", "git clone", "ssh "]
        .iter()
        .any(|sign| reading.source.text.contains(sign));
    Some(ComposeCall { verb: verb.name, span, files, services, has_env_file, is_moved })
}
