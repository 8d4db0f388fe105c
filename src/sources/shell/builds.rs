//! What a command builds, which program it has an interpreter run, and flags that begin a command.

use super::said::Reading;
use crate::fact::CommandBuild;
use crate::syntax::image_name::name_of;
use crate::syntax::shell::{Command, Word};
use crate::text::Spanned;

/// Flags of `docker build` whose value is the next word. Source: `docker build --help`, `docker buildx build --help`.
const VALUED: &[&str] = &[
    "-t",
    "--tag",
    "-f",
    "--file",
    "--build-arg",
    "--target",
    "--platform",
    "--label",
    "--annotation",
    "--cache-from",
    "--cache-to",
    "--secret",
    "--ssh",
    "-o",
    "--output",
    "--network",
    "--progress",
    "--build-context",
    "--builder",
    "--add-host",
    "--iidfile",
    "--metadata-file",
    "--attest",
    "--shm-size",
    "--ulimit",
    "-m",
    "--memory",
];

/// Flags without a value.
const PLAIN: &[&str] = &[
    "--push",
    "--load",
    "--no-cache",
    "--pull",
    "--rm",
    "--force-rm",
    "--squash",
    "-q",
    "--quiet",
    "--compress",
    "--debug",
    "-D",
];

/// Programs that run one file.
const INTERPRETERS: &[&str] = &["python", "python3", "node", "ruby", "bun", "tsx", "ts-node"];

/// Notes what a command builds, by its program and the words behind.
pub(super) fn note(reading: &mut Reading<'_>, program: &str, arguments: &[Word]) {
    if matches!(program, "docker" | "podman" | "nerdctl") {
        let build = build(reading, arguments);
        reading.said.script.builds.extend(build);
    }
    if matches!(program, "fly" | "flyctl") {
        let build = deployed(reading, arguments);
        reading.said.script.builds.extend(build);
    }
    let (program, arguments) = match (program, arguments) {
        ("uv" | "poetry" | "pipenv" | "rye", [run, name, rest @ ..]) if run.text == "run" => {
            (super::name::base(&name.text), rest)
        }
        _ => (program, arguments),
    };
    if INTERPRETERS.contains(&program)
        && let Some(file) = arguments.first()
        && file.is_plain
        && [".py", ".js", ".mjs", ".cjs", ".ts", ".rb"].iter().any(|ending| file.text.ends_with(ending))
    {
        let file = reading.spelled(file);
        reading.said.script.programs.push(file);
    }
}

/// `docker build`, `docker buildx build`, `docker image build`; `None` where a word of it is not understood.
fn build(reading: &Reading<'_>, arguments: &[Word]) -> Option<CommandBuild> {
    let mut words = arguments.iter();
    let verb = words.next()?;
    if matches!(verb.text.as_str(), "buildx" | "image") {
        words.next().filter(|word| word.text == "build")?;
    } else if verb.text != "build" {
        return None;
    }
    let (mut file, mut context, mut args) = (None, None, Vec::new());
    let (mut images, mut target) = (Vec::new(), None);
    while let Some(word) = words.next() {
        let text = word.text.as_str();
        let (flag, joined) = text.split_once('=').map_or((text, None), |(flag, value)| (flag, Some(value)));
        if !text.starts_with('-') {
            context.replace(word).is_none().then_some(())?;
        } else if VALUED.contains(&flag) {
            let is_file = matches!(flag, "-f" | "--file");
            if flag == "--build-arg" && joined.is_some() {
                args.extend(argument(reading, word, "--build-arg=".len()));
            }
            // The place of a value that is joined to its flag is not kept.
            (!is_file || joined.is_none()).then_some(())?;
            let value = if joined.is_none() { words.next()? } else { word };
            match flag {
                "-t" | "--tag" => images.extend(image(reading, value, joined)),
                "--target" => target = Some(joined.unwrap_or(&value.text).to_ascii_lowercase()),
                _ => {}
            }
            if joined.is_none() {
                if is_file {
                    file = Some(value);
                } else if flag == "--build-arg" {
                    args.extend(argument(reading, value, 0));
                }
            }
        } else if !PLAIN.contains(&flag) {
            return None;
        }
    }
    let context = context?;
    let is_written = |word: &Word| word.is_plain && !reading.is_computed(&word.range);
    if !is_written(context) || !file.is_none_or(is_written) {
        return None;
    }
    let file = file.map(|file| reading.spelled(file));
    let context = reading.spelled(context);
    Some(CommandBuild { context, file, args, images, target, ..CommandBuild::default() })
}

/// `fly deploy`, which builds what the `fly.toml` of its folder says; `None` where the command names another one.
fn deployed(reading: &Reading<'_>, arguments: &[Word]) -> Option<CommandBuild> {
    let (verb, words) = arguments.split_first()?;
    let is_told = |word: &Word| {
        let flag = word.text.split('=').next().unwrap_or("");
        matches!(flag, "-c" | "--config" | "-i" | "--image" | "--dockerfile" | "--build-target")
    };
    let is_elsewhere = words.first().is_some_and(|word| !word.text.starts_with('-'));
    if verb.text != "deploy" || is_elsewhere || words.iter().any(is_told) {
        return None;
    }
    let joined = words.iter().filter(|word| word.text.starts_with("--build-arg="));
    let mut args: Vec<_> = joined.filter_map(|word| argument(reading, word, "--build-arg=".len())).collect();
    let apart = words.windows(2).filter_map(|pair| match pair {
        [flag, value] if flag.text == "--build-arg" => argument(reading, value, 0),
        _ => None,
    });
    args.extend(apart);
    let context = Spanned::new(".".to_owned(), (reading.source.place)(&verb.range));
    Some(CommandBuild { context, args, configured_by: Some("fly.toml"), ..CommandBuild::default() })
}

/// The name that a tag gives to an image; `joined` is what stands behind `--tag=`.
fn image(reading: &Reading<'_>, word: &Word, joined: Option<&str>) -> Option<String> {
    let written = if reading.is_computed(&word.range) {
        let written = reading.source.written.get(word.range.clone())?;
        written.strip_prefix("--tag=").unwrap_or(written).replace(['"', '\''], "")
    } else {
        joined.unwrap_or(&word.text).to_owned()
    };
    name_of(&reading.with_values(&written))
}

/// The name of the argument that `K=value` passes, written from `from` on in a word.
fn argument(reading: &Reading<'_>, word: &Word, from: usize) -> Option<Spanned<String>> {
    let (name, _) = word.text.get(from..)?.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    let range = word.place(&(from..from + name.len()));
    let is_written = reading.source.text.get(range.clone()) == Some(name) && !reading.is_computed(&range);
    (is_name && is_written).then(|| Spanned::new(name.to_owned(), (reading.source.place)(&range)))
}

/// Notes a flag that begins a line and a command.
pub(super) fn stray(reading: &mut Reading<'_>, command: &Command) {
    let Some(first) = command.words.first() else { return };
    let is_flag =
        first.text.strip_prefix("--").is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    if !is_flag || first.is_quoted || reading.is_computed(&first.range) {
        return;
    }
    let before = reading.source.text.get(..first.range.start).unwrap_or("");
    let mut lines = before.rsplit('\n');
    let is_begin = lines.next().is_some_and(|line| line.trim().is_empty());
    if is_begin && lines.any(|line| !line.trim().is_empty()) {
        let flag = reading.spelled(first);
        reading.said.script.stray_flags.push(flag);
    }
}
