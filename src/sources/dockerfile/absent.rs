//! What commands of an image call and the image surely does not have: a program that its base leaves out, a script that
//! was copied to another folder.
//!
//! What bases bring along is known of a few families only, from their Dockerfiles. Whatever may bring a program (a
//! package manager, a script, a copy of a folder of programs) ends the certainty.

use std::sync::LazyLock;

use regex::Regex;

use super::script::{self, Command};
use crate::fact::{Dockerfile, HEALTH_TOOLS, Problem, ProblemKind, asks_with, health_tool};
use crate::syntax::dockerfile::{Arguments, Document, Instruction, Joined, Keyword, path_in_image};
use crate::syntax::shell::{self, Item};
use crate::text::Span;

#[expect(clippy::expect_used, reason = "a constant pattern; tests use it")]
static INSTALLS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x-u)\b(?:apk\b(?u:[^&;|])*\b(?:add|--root)|(?:apt|apt-get|aptitude)\b(?u:[^&;|])*\binstall
        |yum|dnf|microdnf|tdnf|zypper|pacman|dpkg|rpm|conda|mamba|micromamba|brew|nix-env|nix|busybox|install-[a-z]
        |setup_[a-z]+|eatmydata|ansible)\b|\.sh\b|\|\s*(?:ba|da)?sh\b",
    )
    .expect("constant pattern")
});

/// What is known of a stage, up to the instruction that is read.
#[derive(Clone, Default)]
struct Layer {
    /// The tools that are surely not there.
    lacks: Vec<&'static str>,
    /// The working directory, where it is known.
    folder: Option<String>,
    /// Folders that hold all of the build context.
    wholes: Vec<String>,
    /// Files copied by their names: the name, the folder, the word.
    copied: Vec<(String, String, Span)>,
    /// Folders into which something was copied that may hold any file.
    open: Vec<String>,
    /// The texts of `RUN`, for the names in them.
    runs: String,
    /// Whether commands may be looked for in other folders than usual, or handed to a program of the base.
    is_led: bool,
    /// Whether a program of its own takes what `CMD` says.
    has_entrypoint: bool,
}

/// The tools that each stage lacks in the end, and what its commands call in vain.
pub(super) fn find(
    document: &Document,
    dockerfile: &Dockerfile,
    images: &[Option<String>],
) -> (Vec<Vec<&'static str>>, Vec<Problem>) {
    let mut layers: Vec<Layer> = Vec::new();
    let mut commands: Vec<(usize, &Instruction)> = Vec::new();
    for instruction in &document.instructions {
        if instruction.keyword == Some(Keyword::From) {
            let number = layers.len();
            let Some(stage) = dockerfile.stages.get(number) else { break };
            let image = images.get(number).and_then(Option::as_deref);
            let layer = match stage.base_stage.and_then(|base| layers.get(base)) {
                Some(base) => base.clone(),
                None => image.map(of_image).unwrap_or_default(),
            };
            layers.push(layer);
            continue;
        }
        let Some(number) = layers.len().checked_sub(1) else { continue };
        if let Some(Keyword::Healthcheck | Keyword::Cmd | Keyword::Entrypoint) = instruction.keyword {
            commands.push((number, instruction));
        }
        let whole = source_wholes(instruction, dockerfile, &layers);
        if let Some(layer) = layers.last_mut() {
            layer.follow(instruction, &whole);
        }
    }
    let mut problems = Vec::new();
    for (number, instruction) in commands {
        // A stage that starts from this one may add what is missing, or be the one that runs.
        let is_base = dockerfile.stages.iter().any(|stage| stage.base_stage == Some(number));
        let Some(layer) = layers.get(number).filter(|_| !is_base) else { continue };
        problems.extend(judge(instruction, layer));
    }
    (layers.into_iter().map(|layer| layer.lacks).collect(), problems)
}

/// What an image brings along.
fn of_image(image: &str) -> Layer {
    let image = image.split('@').next().unwrap_or(image);
    let (name, tag) = match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (image, ""),
    };
    let name = name.strip_prefix("docker.io/").unwrap_or(name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let is_language = matches!(name, "node" | "python" | "ruby");
    let lacks: Vec<&'static str> = match name {
        "scratch" => HEALTH_TOOLS.to_vec(),
        "debian" | "ubuntu" => HEALTH_TOOLS.to_vec(),
        "alpine" => vec!["curl"],
        _ if is_language && tag.contains("alpine") => vec!["curl"],
        _ if is_language && tag.contains("slim") => HEALTH_TOOLS.to_vec(),
        "golang" if tag.contains("alpine") => vec!["curl"],
        _ if name.starts_with("gcr.io/distroless/") && !tag.contains("debug") => HEALTH_TOOLS.to_vec(),
        _ => Vec::new(),
    };
    let at_root = is_language || matches!(name, "scratch" | "debian" | "ubuntu" | "alpine");
    // What a tool or an image of shells makes of a name is its own.
    let is_led = matches!(name, "bash" | "scratch");
    Layer { lacks, folder: at_root.then(|| "/".to_owned()), is_led, ..Layer::default() }
}

/// The folders of the stage that an instruction copies from which hold the whole context.
fn source_wholes(
    instruction: &Instruction,
    dockerfile: &Dockerfile,
    layers: &[Layer],
) -> Option<Vec<String>> {
    let from = instruction.flag("--from")?.as_str();
    let number = dockerfile.stage_from(from);
    // Of a strange image nothing is known, and it is no place for a file of the context.
    Some(number.and_then(|number| layers.get(number)).map(|layer| layer.wholes.clone()).unwrap_or_default())
}

fn is_within(path: &str, folder: &str) -> bool {
    folder == "/" || path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

impl Layer {
    fn follow(&mut self, instruction: &Instruction, source_wholes: &Option<Vec<String>>) {
        match (instruction.keyword, &instruction.arguments) {
            (Some(Keyword::Workdir), Arguments::Text(text)) => {
                let below = self.folder.as_deref().or(text.as_str().starts_with('/').then_some("/"));
                self.folder = below
                    .and_then(|folder| path_in_image(folder, text.as_str().trim().trim_matches(['"', '\''])));
            }
            (Some(Keyword::Run), arguments) => {
                let mut text = match arguments {
                    Arguments::Text(text) => text.as_str().to_owned(),
                    Arguments::Exec(words) => words.iter().map(Joined::as_str).collect::<Vec<_>>().join(" "),
                    _ => String::new(),
                };
                for heredoc in &instruction.heredocs {
                    text.push('\n');
                    text.push_str(heredoc.body.as_str());
                }
                if INSTALLS.is_match(&text) || text.contains('$') && text.contains("install") {
                    self.lacks.clear();
                }
                self.lacks.retain(|tool| !text.contains(tool));
                self.runs.push_str(&text);
                self.runs.push('\n');
            }
            (Some(Keyword::Copy | Keyword::Add), Arguments::Words(words) | Arguments::Exec(words)) => {
                self.copy(instruction, words, source_wholes);
            }
            (Some(Keyword::Shell) | None, _) => self.lacks.clear(),
            (Some(Keyword::Entrypoint), _) => self.has_entrypoint = true,
            (Some(Keyword::Env), Arguments::Pairs(pairs)) => {
                self.is_led |= pairs.iter().any(|pair| pair.key.as_str() == "PATH");
            }
            _ => {}
        }
    }

    fn copy(&mut self, instruction: &Instruction, words: &[Joined], source_wholes: &Option<Vec<String>>) {
        let Some((target, sources)) = words.split_last() else { return };
        let target_text = target.as_str();
        let folder = self.folder.clone();
        let below = folder.as_deref().or(target_text.starts_with('/').then_some("/"));
        let place = below.and_then(|folder| path_in_image(folder, target_text));
        self.lacks.retain(|tool| words.iter().all(|word| !word.as_str().contains(tool)));
        let is_program_folder = |path: &str| {
            let path = path.trim_end_matches('/');
            matches!(path, "" | "/usr" | "/usr/local" | "/opt")
                || path.ends_with("/bin")
                || path.ends_with("/sbin")
        };
        for source in sources {
            let text = source.as_str();
            let name = text.trim_end_matches('/').rsplit('/').next().unwrap_or("");
            // A name with an ending is one file; `.`, a folder and a pattern may hold anything.
            let is_file = name.trim_start_matches('.').contains('.')
                && !text.contains(['*', '?', '$'])
                && !text.ends_with('/');
            let is_archive =
                instruction.keyword == Some(Keyword::Add) && (text.contains("://") || text.contains(".t"));
            let is_binary = source_wholes.is_some()
                && !is_file
                && place.as_deref().is_some_and(|place| place.rsplit('/').next() == Some(name))
                && !is_program_folder(text);
            let into_programs = place.as_deref().is_none_or(is_program_folder);
            if !is_file && !is_binary && (into_programs || is_program_folder(text)) || is_archive {
                self.lacks.clear();
            }
            let Some(place) = &place else {
                self.open.push("/".to_owned());
                continue;
            };
            if is_file && !is_archive {
                let into_folder = target_text.ends_with('/')
                    || sources.len() > 1
                    || !target_text.rsplit('/').next().is_some_and(|last| last.contains('.'))
                    || matches!(target_text, "." | "./" | "..");
                let (folder, name) = match place.rsplit_once('/') {
                    Some((folder, name)) if !into_folder => {
                        (if folder.is_empty() { "/" } else { folder }, name)
                    }
                    _ => (place.as_str(), name),
                };
                self.copied.push((name.to_owned(), folder.to_owned(), source.span()));
                continue;
            }
            // What was made in another stage holds files of the context only where all of it was copied there.
            let may_hold = source_wholes.as_ref().is_none_or(|wholes| {
                path_in_image("/", text).is_none_or(|from| {
                    wholes.iter().any(|whole| is_within(&from, whole) || is_within(whole, &from))
                })
            });
            if may_hold || is_archive {
                self.open.push(place.clone());
            }
            if source_wholes.is_none() && matches!(text, "." | "./" | "/")
                || may_hold && source_wholes.is_some()
            {
                self.wholes.push(place.clone());
            }
        }
    }
}

fn judge(instruction: &Instruction, layer: &Layer) -> Option<Problem> {
    let is_check = instruction.keyword == Some(Keyword::Healthcheck);
    let arguments = match &instruction.arguments {
        Arguments::Check(_, command) => command,
        other => other,
    };
    let command = script::command(instruction, arguments);
    let (words, script): (Vec<(String, Span)>, Option<&str>) = match &command {
        Command::Shell(script) => {
            let items = shell::commands(script.as_str());
            let first = items.first().and_then(|items| {
                items.iter().find_map(|item| match item {
                    Item::Command(command) => Some(command),
                    _ => None,
                })
            });
            let words = first.map(|command| command.words.as_slice()).unwrap_or_default();
            let words = words.iter().map(|word| (word.text.clone(), script.span_of(word.range.clone())));
            (words.collect(), Some(script.as_str()))
        }
        Command::Other(texts) => {
            (texts.iter().map(|text| (text.as_str().to_owned(), text.span())).collect(), None)
        }
    };
    let first = words.first()?;
    if is_check {
        let tool = match script {
            Some(script) => asks_with(script),
            None => health_tool(&first.0),
        };
        if let Some(tool) = tool.filter(|tool| layer.lacks.contains(tool)) {
            let at = words
                .iter()
                .find(|(word, _)| health_tool(word) == Some(tool))
                .map_or(first.1, |(_, span)| *span);
            return Some(missing_tool(tool, at));
        }
    }
    let by_shell = script::is_shell(&first.0);
    let (path, at) = if by_shell { words.get(1)? } else { first };
    let is_handed_over = instruction.keyword == Some(Keyword::Cmd) && layer.has_entrypoint;
    let is_searched = !by_shell && !is_check && !is_handed_over;
    let unsearched = || unsearched(path, *at, layer).filter(|_| is_searched);
    misplaced(path, *at, layer).or_else(unsearched)
}

/// The finding about a health check that asks with a tool which is not there.
fn missing_tool(tool: &'static str, at: Span) -> Problem {
    let message = format!("the health check runs `{tool}`, which the image does not have");
    Problem::new(ProblemKind::CommandNotInImage, at, message, "its base brings none, and nothing installs it")
        .why("the check fails each time, so the container counts as unhealthy, and what waits for it never starts")
        .help(format!("install `{tool}` in the last stage, or ask with what the image has"))
}

/// A script by a relative path, which a `COPY` put elsewhere than the last `WORKDIR`.
fn misplaced(path: &str, at: Span, layer: &Layer) -> Option<Problem> {
    let name =
        path.strip_prefix("./").filter(|name| name.contains('.') && !name.contains(['/', '$', ' ']))?;
    let folder = layer.folder.as_deref()?;
    let mut named = layer.copied.iter().filter(|(copied, ..)| copied == name);
    let (Some((_, other, word)), None) = (named.next(), named.next()) else { return None };
    let may_be_there = layer.open.iter().any(|open| is_within(folder, open)) || layer.runs.contains(name);
    if other == folder || may_be_there {
        return None;
    }
    let message = format!("`./{name}` is looked for in `{folder}`, and was copied to `{other}`");
    let problem =
        Problem::new(ProblemKind::CommandNotInImage, at, message, "no such file in the working directory");
    let whole = if other == "/" { format!("/{name}") } else { format!("{other}/{name}") };
    Some(
        problem
            .related(*word, format!("goes to `{other}`"))
            .why("commands of a container start in its last `WORKDIR`, wherever it stood when the file was copied")
            .help(format!("write `{whole}`")),
    )
}

/// A script by its bare name, which a `COPY` put where no command is looked for.
fn unsearched(name: &str, at: Span, layer: &Layer) -> Option<Problem> {
    if !name.ends_with(".sh") || name.contains(['/', '$', ' ', '*']) || layer.is_led {
        return None;
    }
    let mut named = layer.copied.iter().filter(|(copied, ..)| copied == name);
    let (Some((_, folder, word)), None) = (named.next(), named.next()) else { return None };
    let moves = |line: &str| {
        let mut words = line.split(|c: char| c.is_whitespace() || matches!(c, ';' | '&' | '|'));
        words.any(|word| matches!(word, "mv" | "cp" | "ln" | "install")) || line.contains("PATH")
    };
    let is_elsewhere = layer.runs.lines().any(|line| line.contains(name) && moves(line));
    if folder.ends_with("/bin") || folder.ends_with("/sbin") || is_elsewhere {
        return None;
    }
    let is_here = layer.folder.as_ref() == Some(folder);
    let whole = match folder.as_str() {
        _ if is_here => format!("./{name}"),
        "/" => format!("/{name}"),
        folder => format!("{folder}/{name}"),
    };
    let message = format!("`{name}` is looked for in the folders of `PATH`, and was copied to `{folder}`");
    let problem = Problem::new(ProblemKind::CommandNotInImage, at, message, "no such command in the image");
    Some(
        problem
            .related(*word, format!("goes to `{folder}`"))
            .why("a name without a slash is no path: the container ends at once with `not found`")
            .help(format!("write `{whole}`")),
    )
}

#[cfg(test)]
mod tests {
    use super::of_image;
    use crate::fact::asks_with;

    #[test]
    fn bases() {
        assert_eq!(of_image("node:22-alpine").lacks, ["curl"]);
        assert_eq!(of_image("docker.io/library/python:3.13-slim").lacks, ["curl", "wget"]);
        assert_eq!(of_image("gcr.io/distroless/nodejs22").lacks, ["curl", "wget"]);
        for unknown in
            ["node:22", "nginx:alpine", "php:8-alpine", "acme/alpine", "gcr.io/distroless/base:debug"]
        {
            assert!(of_image(unknown).lacks.is_empty(), "{unknown}");
        }
    }

    #[test]
    fn checks() {
        assert_eq!(asks_with("curl -f http://localhost || exit 1"), Some("curl"));
        assert_eq!(asks_with("/usr/bin/wget -q -O - localhost | grep ok"), Some("wget"));
        for none in ["curl -f x || wget x", "command -v curl && curl x", "node check.js", ""] {
            assert_eq!(asks_with(none), None, "{none}");
        }
    }
}
