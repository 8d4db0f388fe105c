//! `--from=` with a name that is nearly that of a stage: BuildKit takes it for an image and finds none.

use super::refusal;
use crate::fact::Problem;
use crate::sources::dockerfile::names::quoted;
use crate::sources::dockerfile::stages::{mount_option, name_of_stage};
use crate::syntax::dockerfile::{Document, Instruction, Keyword};
use crate::text::{Span, Spanned};

/// Fewer letters resemble too many names of images.
const SHORTEST: usize = 5;

/// Official images with names of a word, which a stage may resemble by chance.
const IMAGES: &[&str] = &[
    "alpine",
    "amazonlinux",
    "busybox",
    "caddy",
    "clojure",
    "composer",
    "consul",
    "debian",
    "docker",
    "elixir",
    "erlang",
    "fedora",
    "golang",
    "gradle",
    "haproxy",
    "haskell",
    "httpd",
    "julia",
    "mariadb",
    "maven",
    "memcached",
    "mongo",
    "mysql",
    "nginx",
    "perl",
    "postgres",
    "python",
    "rabbitmq",
    "redis",
    "registry",
    "ruby",
    "swift",
    "tomcat",
    "traefik",
    "ubuntu",
    "vault",
];

pub(super) fn check(document: &Document, problems: &mut Vec<Problem>) {
    let mut stages: Vec<Spanned<String>> = Vec::new();
    let all: Vec<Spanned<String>> = document.instructions.iter().filter_map(name_of_stage).collect();
    for instruction in &document.instructions {
        stages.extend(name_of_stage(instruction));
        for (from, span) in sources(instruction) {
            let name = from.to_ascii_lowercase();
            let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
            let is_number = name.bytes().all(|b| b.is_ascii_digit());
            if !is_plain
                || is_number
                || IMAGES.contains(&name.as_str())
                || stages.iter().any(|stage| stage.value == name)
            {
                continue;
            }
            let near: Vec<_> = stages.iter().filter(|stage| is_near(&stage.value, &name)).collect();
            let later = all.iter().find(|stage| stage.value == name);
            let (Some(near), None) = (near.last(), later) else { continue };
            let problem = refusal(span, format!("no stage is called {}", quoted(&name)), "no such stage")
                .related(near.span, format!("this one is called {}", quoted(&near.value)))
                .help(format!("did you mean {}?", quoted(&near.value)));
            problems.push(problem.why(
                "BuildKit takes a name that is no stage for an image, and the build ends because there is none",
            ));
        }
    }
}

/// What an instruction takes files from.
fn sources(instruction: &Instruction) -> Vec<(&str, Span)> {
    match instruction.keyword {
        Some(Keyword::Copy) => {
            instruction.flag("--from").map(|from| (from.as_str(), from.span())).into_iter().collect()
        }
        Some(Keyword::Run) => {
            let mounts = instruction.flags.iter().filter(|flag| flag.name.value == "--mount");
            let values = mounts.filter_map(|flag| flag.value.as_ref());
            values.filter_map(|value| Some((mount_option(value.as_str(), "from")?, value.span()))).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether both mean the same: other signs between the words, a word left out in front, one slip.
fn is_near(stage: &str, name: &str) -> bool {
    let (stage, name) = (stage.replace('_', "-"), name.replace('_', "-"));
    if name.len() < SHORTEST || stage.len() < SHORTEST {
        return false;
    }
    let is_part =
        stage.strip_suffix(name.as_str()).is_some_and(|front| front.ends_with('-') && name.contains('-'));
    stage == name || is_part || strsim::osa_distance(&stage, &name) == 1
}
