//! The environments of a matrix: tier, address, trigger, sources and gates.

use std::io::{self, Write};

use serde::Serialize;

use super::{Paint, Screen, clean};
use crate::matrix::{Defaults, EnvSource, Environment, Matrix, Runtime, Said};

/// An environment as it is shown.
#[derive(Serialize)]
pub(super) struct WireEnvironment<'a> {
    name: &'a str,
    tier: &'static str,
    runtime: &'static str,
    url: Option<&'a str>,
    suffix: Option<&'a str>,
    trigger: Option<String>,
    defaults: &'static str,
    sources: Vec<String>,
    gates: WireGates<'a>,
}

/// The gates of an environment, per moment.
#[derive(Serialize)]
struct WireGates<'a> {
    #[serde(rename = "static")]
    static_checks: Vec<&'a str>,
    startup: Vec<&'a str>,
    health: Vec<&'a str>,
}

/// The environments of `matrix`, in its order.
pub(super) fn wire(matrix: &Matrix) -> Vec<WireEnvironment<'_>> {
    matrix.environments.iter().map(wire_one).collect()
}

fn wire_one(environment: &Environment) -> WireEnvironment<'_> {
    fn names(gates: &[Said<String>]) -> Vec<&str> {
        gates.iter().map(|gate| gate.value.as_str()).collect()
    }
    WireEnvironment {
        name: &environment.name,
        tier: environment.tier.word(),
        runtime: match environment.runtime {
            Runtime::Source => "source",
            Runtime::Image => "image",
        },
        url: environment.url.as_ref().map(|url| url.value.as_str()),
        suffix: environment.suffix.as_ref().map(|suffix| suffix.value.as_str()),
        trigger: environment.trigger.as_ref().map(|trigger| {
            let workflow = trigger.workflow.as_ref().map(|workflow| workflow.value.to_string());
            let on = trigger.on.as_ref().map(|on| format!("on {}", on.value));
            let branches: Vec<&str> = trigger.branches.iter().map(|branch| branch.value.as_str()).collect();
            let branches = (!branches.is_empty()).then(|| format!("of {}", branches.join(", ")));
            [workflow, on, branches].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }),
        defaults: match environment.defaults.value {
            Defaults::Allowed => "allowed",
            Defaults::Forbidden => "forbidden",
        },
        sources: environment.sources.iter().map(|source| spell(&source.value)).collect(),
        gates: WireGates {
            static_checks: names(&environment.gates.static_checks),
            startup: names(&environment.gates.startup),
            health: names(&environment.gates.health),
        },
    }
}

/// A source in a few words.
fn spell(source: &EnvSource) -> String {
    fn list<T: std::fmt::Display>(items: &[Said<T>]) -> String {
        items.iter().map(|item| item.value.to_string()).collect::<Vec<_>>().join(", ")
    }
    fn also(word: &str, list: &str) -> String {
        if list.is_empty() { String::new() } else { format!(" ({word} {list})") }
    }
    match source {
        EnvSource::Dotenv { file, services } => {
            format!("dotenv {}{}", file.value, also("for", &list(services)))
        }
        EnvSource::Compose { files, profiles, env_files } => format!(
            "compose {}{}{}",
            list(files),
            also("profiles", &list(profiles)),
            also("variables from", &list(env_files))
        ),
        EnvSource::Vault { template, services, .. } => {
            format!("vault {}{}", template.value, also("for", &list(services)))
        }
        EnvSource::Workflow { file, job } => {
            let job = job.as_ref().map_or("", |job| job.value.as_str());
            format!("workflow {}{}", file.value, also("job", job))
        }
        EnvSource::Deploy { file, into, services } => {
            let into = into.as_ref().map_or("", |into| into.value.as_str());
            format!("deploy {}{}{}", file.value, also("into", into), also("for", &list(services)))
        }
        EnvSource::Platform { keys, .. } if keys.is_empty() => "platform (keys not listed)".to_owned(),
        EnvSource::Platform { keys, .. } => format!("platform {}", list(keys)),
    }
}

/// Writes the environments, each with what the matrix says about it.
///
/// # Errors
/// Those of `out`.
pub(super) fn environments(matrix: &Matrix, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    for environment in wire(matrix) {
        let head = [Some(environment.tier), Some(environment.runtime), environment.url, environment.suffix];
        let head: Vec<&str> = head.into_iter().flatten().filter(|word| !word.is_empty()).collect();
        let name = screen.paint(Paint::Frame, &clean(environment.name));
        writeln!(out, "{name}  {}", clean(&head.join("  ")))?;
        let mut line = |word: &str, text: &str| {
            if text.is_empty() { Ok(()) } else { writeln!(out, "  {word:8} {}", clean(text)) }
        };
        line("trigger", environment.trigger.as_deref().unwrap_or(""))?;
        for (position, source) in environment.sources.iter().enumerate() {
            line(if position == 0 { "sources" } else { "" }, source)?;
        }
        if environment.defaults == "forbidden" {
            line("defaults", "forbidden")?;
        }
        let gates = [
            ("static", &environment.gates.static_checks),
            ("startup", &environment.gates.startup),
            ("health", &environment.gates.health),
        ];
        let gates: Vec<String> = gates
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(moment, names)| format!("{moment}: {}", names.join(", ")))
            .collect();
        line("gates", &gates.join("; "))?;
    }
    Ok(())
}
