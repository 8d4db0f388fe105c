//! `envs/<environment>.yaml`.

use std::fmt::Write;

use super::Writer;
use super::yaml::{list, one_or_more, scalar};
use crate::matrix::{EnvSource, Environment, Runtime, Said, Tier};
use crate::text::TreePath;

pub(super) fn text(writer: &Writer<'_>, environment: &Environment) -> String {
    let mut out = writer.schema_line("environment");
    let tier = environment.tier.value;
    // Writing to a text cannot fail, here and below.
    let _ = writeln!(
        out,
        "\n# How close to users it is: local, ci, preview, staging or production.\ntier: {}{}",
        tier.word(),
        writer.from(environment.tier.at)
    );
    let runtime = match environment.runtime {
        Runtime::Source => "source",
        Runtime::Image => "image",
    };
    let _ = writeln!(out, "\n# What runs: the source tree (source), or images (image).\nruntime: {runtime}");
    if let Some(url) = &environment.url {
        let _ = writeln!(out, "\n# Where it can be reached.\nurl: {}{}", scalar(url), writer.from(url.at));
    }
    if let Some(trigger) = &environment.trigger
        && let Some(workflow) = &trigger.workflow
    {
        let path = scalar(workflow.as_str());
        let _ = writeln!(
            out,
            "\n# What deploys it; `on:` and `branches:` can be said too.\ntrigger: {{ workflow: {path} }}{}",
            writer.from(trigger.at)
        );
    }
    out.push_str("\n# What supplies its keys, highest precedence first.\n");
    if environment.sources.is_empty() {
        out.push_str("sources: []\n");
    } else {
        out.push_str("sources:\n");
    }
    for source in &environment.sources {
        write_source(writer, source, &mut out);
    }
    out.push_str(tail(tier));
    out
}

/// Entries that are worth knowing about, by tier.
fn tail(tier: Tier) -> &'static str {
    match tier {
        Tier::Local | Tier::Ci => {
            "
# What else can be said here:
#
# values: { LOG_LEVEL: debug }             # what whoever starts it sets; no secrets
"
        }
        Tier::Preview | Tier::Staging | Tier::Production => {
            "
# What else can be said here:
#
# url: https://app.example.com             # where it can be reached
# defaults: forbidden                      # defaults in code must not be relied on
# forbidden_schemes: [sqlite, http]        # what no URL may begin with
# suffix: \"-staging\"                       # what its containers, buckets and the like end with
# values: { LOG_LEVEL: info }              # what whoever deploys it sets; no secrets
"
        }
    }
}

fn paths(files: &[Said<TreePath>]) -> String {
    one_or_more(files.iter().map(|file| file.value.as_str()))
}

fn names(names: &[Said<String>]) -> String {
    list(names.iter().map(|name| name.value.as_str()))
}

fn write_source(writer: &Writer<'_>, source: &Said<EnvSource>, out: &mut String) {
    let mut from = writer.from(source.at);
    let line = match &source.value {
        EnvSource::Dotenv { file, services } => {
            from = made_from(writer, file).unwrap_or_default();
            if services.is_empty() {
                format!("dotenv: {}", scalar(file.as_str()))
            } else {
                format!("dotenv: {{ file: {}, services: {} }}", scalar(file.as_str()), names(services))
            }
        }
        EnvSource::Compose { files, profiles, env_files } => {
            from.clear();
            let mut fields = vec![format!("files: {}", list(files.iter().map(|file| file.value.as_str())))];
            if !profiles.is_empty() {
                fields.push(format!("profiles: {}", names(profiles)));
            }
            if !env_files.is_empty() {
                fields.push(format!("env_files: {}", paths(env_files)));
            }
            match fields.as_slice() {
                [_] => format!("compose: {}", paths(files)),
                _ => format!("compose: {{ {} }}", fields.join(", ")),
            }
        }
        EnvSource::Vault { template, agent, policy, env, services } => {
            from.clear();
            let mut fields = vec![format!("template: {}", scalar(template.as_str()))];
            fields.extend(agent.as_ref().map(|path| format!("agent: {}", scalar(path.as_str()))));
            fields.extend(policy.as_ref().map(|path| format!("policy: {}", scalar(path.as_str()))));
            if !env.is_empty() {
                let env: Vec<String> =
                    env.iter().map(|(key, word)| format!("{}: {}", scalar(key), scalar(word))).collect();
                fields.push(format!("env: {{ {} }}", env.join(", ")));
            }
            if !services.is_empty() {
                fields.push(format!("services: {}", names(services)));
            }
            match fields.as_slice() {
                [_] => format!("vault: {}", scalar(template.as_str())),
                _ => format!("vault: {{ {} }}", fields.join(", ")),
            }
        }
        EnvSource::Workflow { file, job } => match job {
            None => format!("workflow: {}", scalar(file.as_str())),
            Some(job) => format!("workflow: {{ file: {}, job: {} }}", scalar(file.as_str()), scalar(job)),
        },
        EnvSource::Deploy { file, into, services } => {
            let mut fields = vec![format!("file: {}", scalar(file.as_str()))];
            fields.extend(into.as_ref().map(|into| format!("into: {}", scalar(into))));
            if !services.is_empty() {
                fields.push(format!("services: {}", names(services)));
            }
            match fields.as_slice() {
                [_] => format!("deploy: {}", scalar(file.as_str())),
                _ => format!("deploy: {{ {} }}", fields.join(", ")),
            }
        }
        EnvSource::Platform { keys, .. } if keys.is_empty() => {
            out.push_str(OPEN);
            return;
        }
        EnvSource::Platform { keys, services } if services.is_empty() => {
            format!("platform: {}", list(keys.iter().map(|key| key.value.as_str())))
        }
        EnvSource::Platform { keys, services } => format!(
            "platform: {{ keys: {}, services: {} }}",
            list(keys.iter().map(|key| key.value.as_str())),
            names(services)
        ),
    };
    let _ = writeln!(out, "  - {line}{from}");
}

const OPEN: &str = "  \
  # Whoever starts it may set more than these files tell, so nothing is called missing yet. List those keys,
  # or take the entry away if there are none: `- platform: [DATABASE_URL, SECRET_KEY]`.
  - platform:
";

/// The comment for a dotenv file that people make themselves.
fn made_from(writer: &Writer<'_>, file: &Said<TreePath>) -> Option<String> {
    let example = writer.place(file.at)?;
    (example != file.as_str()).then(|| format!(" # made from {example}"))
}
