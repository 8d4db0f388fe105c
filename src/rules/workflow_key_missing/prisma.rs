//! Steps that run Prisma without a variable which its configuration demands.

use std::collections::BTreeSet;

use super::given::{Given, Level, given};
use crate::fact::{Machine, StepScript};
use crate::index::{Index, PrismaConfig, names_dotenv};
use crate::key::{KeyName, may_hold_secret};
use crate::rule::{Reporter, enumerate};
use crate::text::{Location, Span, TreePath};

/// Words of actions and programs that bring variables along.
const BRING: &[&str] = &[
    "load-secrets",
    "vault-action",
    "infisical",
    "doppler",
    "export-env",
    "sops",
    "aws-actions/aws-secretsmanager",
];

/// Reports the first step of each job that comes to a command of Prisma whose configuration calls `env("KEY")` of a variable
/// which no level sets.
pub(super) fn ask(index: &Index, reporter: &mut Reporter<'_>) {
    let configs = index.prisma_configs();
    if configs.is_empty() {
        return;
    }
    for (file, workflow) in
        index.workflows().filter(|(_, workflow)| !workflow.is_broken && !workflow.is_action)
    {
        let Some(source) = index.files.get(file) else { continue };
        if BRING.iter().any(|word| source.text.contains(word)) {
            continue;
        }
        let has_dotenv = names_dotenv(&source.text);
        let plain = |machine: Machine| machine == Machine::Plain;
        for job in workflow.jobs.iter().filter(|job| plain(job.machine) && job.container.is_none()) {
            let mut told: BTreeSet<&KeyName> = BTreeSet::new();
            for step in job.scripts.iter().filter(|step| !step.has_condition && step.does.sources.is_empty())
            {
                let level = Level { file, workflow, job, step: step.step, uses: None, inputs: &[] };
                for config in configs.iter().filter(|config| !(config.loads_dotenv && has_dotenv)) {
                    judge(index, reporter, level, step, config, &mut told);
                }
            }
        }
    }
}

fn judge<'a>(
    index: &'a Index,
    reporter: &mut Reporter<'_>,
    level: Level<'_>,
    step: &StepScript,
    config: &PrismaConfig<'a>,
    told: &mut BTreeSet<&'a KeyName>,
) {
    let root = TreePath::root(index.path(level.file).root_name());
    let folder = match &step.folder {
        Some(folder) => root.join(folder),
        None => Some(root),
    };
    let Some(source) = index.files.get(level.file).filter(|_| folder.as_ref() == Some(&config.folder)) else {
        return;
    };
    let written = source.text.get(step.span.range()).unwrap_or("");
    let begin = begin_of(written);
    let text = written.get(begin..).unwrap_or("");
    let Some(reached) = index.loads_prisma_config(config, text) else { return };
    let mut lacking = index.lacking_at(config, &reached, written);
    lacking.retain(|demand| {
        let key = &demand.key;
        !told.contains(key)
            && index.provision_gap(level.file, key).is_none()
            && matches!(given(index, &[level], step, None, key), Given::No)
    });
    told.extend(lacking.iter().map(|demand| &demand.key));
    let Some(first) = lacking.first() else { return };
    let command = reached.words.iter().take(2).map(String::as_str).collect::<Vec<_>>().join(" ");
    let names: Vec<String> = lacking.iter().map(|demand| demand.key.to_string()).collect();
    let message =
        format!("a step of `{}` runs `{command}` without {}", level.job.id.value, enumerate(&names));
    let start = step.span.range().start + begin;
    let at = Span::new(start + reached.range.start, start + reached.range.end);
    let mut finding = reporter
        .report(message, Location::new(level.file, at), "no level of the workflow sets it for this step")
        .key(&first.key);
    if let Some(at) = reached.at {
        finding = finding.label(at, "runs it");
    }
    finding = finding.label(first.at(), format!("stops without `{}`", first.key));
    let store = if may_hold_secret(&first.key) { "secrets" } else { "vars" };
    finding.why("Prisma loads its configuration for each command, and `env()` throws where the variable is missing").help(format!(
        "set `{0}` under `env:`, to a placeholder if nothing is asked of the database, else to `${{{{ {store}.{0} }}}}`",
        first.key
    ));
}

/// Where the commands of a `run:` begin: behind the mark of a block, or a quote.
fn begin_of(written: &str) -> usize {
    match written.as_bytes().first() {
        Some(b'|' | b'>') => written.find('\n').map_or(written.len(), |end| end + 1),
        Some(b'"' | b'\'') => 1,
        _ => 0,
    }
}
