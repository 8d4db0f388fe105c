//! Secrets that a step prints into its log.

use super::{Reader, Scope};
use crate::fact::{Log, Logged, SecretVariables};
use crate::key::KeyName;
use crate::sources::shell::{self, Filled};
use crate::syntax::github_expression::{Context, Expression};
use crate::syntax::shell::Script;
use crate::syntax::yaml::Placed;

/// Something that a step prints and that may be secret; whether it is, all of the file tells.
#[derive(Debug)]
pub(super) struct LoggedByStep {
    job: Option<String>,
    step: Option<usize>,
    logged: Logged,
}

/// Notes what a script prints; `text` is what `placed` holds, with its expressions blotted out.
pub(super) fn note(
    reader: &mut Reader<'_>,
    placed: &Placed<'_>,
    text: &str,
    script: &Script,
    expressions: &[Expression],
    scope: Scope<'_>,
) {
    let filled: Vec<Filled> = expressions
        .iter()
        .filter(|found| is_plain(placed.text, found))
        .flat_map(|found| {
            let members = found.uses.iter().filter(|used| used.context == Context::Secrets);
            let names = members.filter_map(|used| placed.text.get(used.member.clone()?));
            // It is worth nothing after the job.
            let names = names.filter(|name| !name.eq_ignore_ascii_case("GITHUB_TOKEN"));
            names.map(|name| Filled { range: found.whole.clone(), key: KeyName::new(name) })
        })
        .collect();
    let found = shell::logged(text, script, &filled, &|range| placed.place(range));
    let (job, step) = (scope.job.map(str::to_owned), scope.step);
    reader.logged.extend(found.into_iter().map(|logged| LoggedByStep { job: job.clone(), step, logged }));
}

/// Whether an expression is nothing but a context's member; `secrets.X != ''` shows no secret.
fn is_plain(text: &str, found: &Expression) -> bool {
    let inside = text.get(found.whole.start + 3..found.whole.end - 2).unwrap_or("");
    !inside.contains(['=', '!', '<', '>', '&', '('])
}

/// Tells what is printed and is secret.
pub(super) fn judge(reader: &mut Reader<'_>) {
    let logged = std::mem::take(&mut reader.logged);
    if logged.is_empty() {
        return;
    }
    let secrets = SecretVariables::of(&reader.found.facts);
    for of_job in logged.chunk_by(|a, b| a.job == b.job) {
        let Some(first) = of_job.first() else { continue };
        let name = match &first.job {
            Some(job) => format!("the log of the job `{job}`"),
            None => "the log of the job that uses the action".to_owned(),
        };
        let secret = |number: usize| {
            let one = of_job.get(number)?;
            secrets.behind(&one.logged, one.job.as_deref(), one.step)
        };
        let log = Log { name: &name, secret: &secret, why: None, once: false };
        let all: Vec<&Logged> = of_job.iter().map(|one| &one.logged).collect();
        log.problems(&all).into_iter().for_each(|problem| reader.problem(problem));
    }
}
