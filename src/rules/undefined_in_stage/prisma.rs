//! Stages that run Prisma without a variable which its configuration demands.

use crate::fact::{Fact, is_aside};
use crate::index::{BesideConfig, Index, PrismaConfig, PrismaRun};
use crate::rule::{Reporter, enumerate};
use crate::text::{FileId, Location};

/// Reports a `RUN` that comes to a command of Prisma whose configuration calls `env("KEY")` of a variable that the stage does
/// not define. Where a dotenv that a developer has may be copied along, only under `--strict`.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let configs = index.prisma_configs();
    if configs.is_empty() {
        return;
    }
    for (file, dockerfile) in index.dockerfiles() {
        if index.files.get(file).is_none_or(|source| is_aside(&source.path)) {
            continue;
        }
        for config in &configs {
            for run in index.prisma_in_image(file, dockerfile, config) {
                let mut lacking = index.lacking_at(config, &run.reached, &run.text);
                lacking.retain(|demand| !run.defined.contains(demand.key.as_str()));
                let is_told = match run.dotenv {
                    BesideConfig::Named => false,
                    BesideConfig::Maybe => !config.loads_dotenv || reporter.is_strict(),
                    BesideConfig::None => true,
                };
                if is_told && let Some((first, others)) = lacking.split_first() {
                    let name = dockerfile.stages.get(run.stage).and_then(|stage| stage.name.as_ref());
                    let stage = name
                        .map_or_else(|| format!("stage {}", run.stage), |name| format!("stage `{}`", **name));
                    speak(index, reporter, (file, &stage), &run, config, first, others);
                }
            }
        }
    }
}

fn speak(
    index: &Index,
    reporter: &mut Reporter<'_>,
    (file, stage): (FileId, &str),
    run: &PrismaRun,
    config: &PrismaConfig<'_>,
    first: &Fact,
    others: &[&Fact],
) {
    let command = run.reached.words.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(" ");
    let names: Vec<String> =
        std::iter::once(first).chain(others.iter().copied()).map(|one| one.key.to_string()).collect();
    let message = format!("{stage} runs `{command}` without {}", enumerate(&names));
    let label = match run.reached.at {
        Some(_) => format!("comes to `{command}`"),
        None => "stops the build".to_owned(),
    };
    let mut finding = reporter.report(message, Location::new(file, run.at), label).key(&first.key);
    if let Some(at) = run.reached.at {
        finding = finding.label(at, "runs it");
    }
    finding = finding.label(first.at(), format!("stops without `{}`", first.key));
    let config = index.path(config.file);
    finding.why("Prisma loads its configuration for each command, and `env()` throws where the variable is missing").help(format!(
        "define `ENV {0}=...` above with a placeholder if nothing is asked of the database, or take `process.env.{0}` in {config}",
        first.key
    ));
}
