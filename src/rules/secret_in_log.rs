//! `secret-in-log`

use std::collections::BTreeSet;

use crate::declare_rule;
use crate::fact::{ProblemKind, is_aside};
use crate::index::Index;
use crate::key::{KeyName, is_secret_name};
use crate::rule::Reporter;
use crate::syntax::shell::{self, Outputs, Printed, Script, Target};
use crate::text::{Location, SourceFile, Span};

declare_rule! {
    /// Reports a workflow step or the entrypoint of a container that prints a secret into its log.
    ///
    /// In a workflow a variable counts as secret if `secrets.NAME` is put into it, in an entrypoint if its
    /// name says so and the script does not set it itself. What goes into a file (`>> "$GITHUB_ENV"`,
    /// `>> .env`), into another program (`echo "$TOKEN" | docker login --password-stdin`) or into a variable
    /// is not printed, nor is what a function prints for its caller.
    ///
    /// ## Why it matters
    ///
    /// Logs are read by more people than secrets are meant for, and are kept, copied and searched. GitHub
    /// masks a secret only where it stands whole and unchanged: encoded, cut, on several lines, or as a part
    /// of a URL it is readable. Logs of containers mask nothing.
    ///
    /// ## Example
    ///
    /// `.github/workflows/deploy.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   deploy:
    ///     runs-on: ubuntu-latest
    ///     env:
    ///       DEPLOY_TOKEN: ${{ secrets.DEPLOY_TOKEN }}
    ///     steps:
    ///       - run: echo "deploying with $DEPLOY_TOKEN"
    /// ```
    ///
    /// ```text
    /// warning[secret-in-log]: the secret `DEPLOY_TOKEN` is printed into the log of the job `deploy`
    /// ```
    ///
    /// ## What to do
    ///
    /// Do not print it. To see whether it is set, test it: `[ -n "$DEPLOY_TOKEN" ]`. Switch `set -x` off
    /// around commands that use secrets. A secret that stood in a log is to be replaced.
    pub struct SecretInLog = "secret-in-log", Secret, Warning, by_file;
}

const HELP: &str = "do not print it; to see whether it is set, test it with `[ -n ... ]`";

impl SecretInLog {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::SecretInLog,
            "GitHub masks a secret only where it stands whole and unchanged: encoded, cut or on several lines everybody \
             who may read the log may read it",
            HELP,
        );
        let files = index.in_focus().filter_map(|(file, _)| index.files.get(file));
        for file in files.filter(|file| is_entrypoint(file)) {
            judge(file, reporter);
        }
    }
}

/// Whether a file is the script that a container starts with.
fn is_entrypoint(file: &SourceFile) -> bool {
    let name = file.path.name().to_ascii_lowercase();
    let is_script = name.ends_with(".sh") || name.ends_with(".bash") || !name.contains('.');
    let is_named = name.contains("entrypoint") || file.path.folder().name().contains("entrypoint.d");
    let shebang = file.text.lines().next().filter(|line| line.starts_with("#!"));
    let is_shell = shebang.is_none_or(|line| line.ends_with("sh") || line.contains("sh "));
    is_script && is_named && is_shell && !is_aside(&file.path)
}

/// The most places that one finding points at besides its own.
const MOST_PLACES: usize = 3;

fn judge(file: &SourceFile, reporter: &mut Reporter<'_>) {
    let text = file.text.as_str();
    let (script, outputs) = (shell::scan(text), shell::outputs(text));
    let place = format!("the log of the container (`{}`)", file.path);
    let at = |range: &std::ops::Range<usize>| Location::new(file.id, Span::new(range.start, range.end));
    let mut told = BTreeSet::new();
    for print in outputs.prints.iter().filter(|print| print.to == Target::Log) {
        let found = match &print.what {
            Printed::Texts(parts) => parts.iter().flat_map(|part| secrets(text, &script, part)).collect(),
            Printed::Heredoc(number) => {
                outputs.heredocs.get(*number).map(|body| secrets(text, &script, body)).unwrap_or_default()
            }
            Printed::Variable(name) => vec![name.clone()],
            Printed::Environment | Printed::Files(_) => Vec::new(),
        };
        for name in found {
            let key = KeyName::new(text.get(name.clone()).unwrap_or(""));
            if !is_secret(&key) || !told.insert(key.clone()) {
                continue;
            }
            reporter
                .report(format!("the secret `{key}` is printed into {place}"), at(&name), "printed here")
                .key(&key)
                .why("logs of containers are kept and searched by more people than the secret is meant for")
                .help(format!("do not print it; to see whether it is set, test it: `[ -n \"${key}\" ]`"));
        }
    }
    for trace in &outputs.traced {
        let traced: Vec<_> = traced(text, &script, &outputs, &trace.covers);
        let Some((first, others)) = traced.split_first() else { continue };
        let key = KeyName::new(text.get(first.clone()).unwrap_or(""));
        let label = "from here on each command is printed with its variables expanded";
        let message = format!("`set -x` prints the secret `{key}` into {place}");
        let mut finding = reporter.report(message, at(&trace.begun_by), label).key(&key);
        finding = finding.label(at(first), format!("with `{key}`"));
        for other in others.iter().take(MOST_PLACES - 1) {
            let name = text.get(other.clone()).unwrap_or("");
            finding = finding.label(at(other), format!("and with `{name}`"));
        }
        finding
            .why("logs of containers are kept and searched by more people than the secret is meant for")
            .help("switch it off around the commands that use secrets: `set +x`");
    }
}

fn is_secret(name: &str) -> bool {
    is_secret_name(name) && name.len() > 3 && !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// The secrets from outside whose whole value a part of a script takes.
fn secrets(text: &str, script: &Script, part: &std::ops::Range<usize>) -> Vec<std::ops::Range<usize>> {
    let uses = script.uses_in(part).iter().filter(|found| {
        let name = text.get(found.name.clone()).unwrap_or("");
        found.takes_all(text) && is_secret(name) && !script.sets(text, found)
    });
    uses.map(|found| found.name.clone()).collect()
}

/// The secrets that commands use while each is printed, every name once.
fn traced(
    text: &str,
    script: &Script,
    outputs: &Outputs,
    part: &std::ops::Range<usize>,
) -> Vec<std::ops::Range<usize>> {
    let mut names = BTreeSet::new();
    let mut found = secrets(text, script, part);
    found.retain(|name| {
        !outputs.is_in_heredoc(name.start) && names.insert(text.get(name.clone()).unwrap_or("").to_owned())
    });
    found
}
