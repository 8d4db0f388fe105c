//! Secrets that a step prints into its log.

use std::collections::BTreeMap;

use super::{Reader, Scope};
use crate::fact::{Place, Problem, ProblemKind, Role};
use crate::key::KeyName;
use crate::syntax::github_expression::{Context, Expression};
use crate::syntax::shell::{self, Printed, Script, Target};
use crate::syntax::yaml::Placed;
use crate::text::Span;

/// Something that a step prints and that may be secret; whether it is, all of the file tells.
#[derive(Debug)]
pub(super) struct Logged {
    job: Option<String>,
    step: Option<usize>,
    what: What,
    /// What is printed.
    span: Span,
    how: How,
}

/// What is printed.
#[derive(Clone, PartialEq, Eq, Debug)]
enum What {
    /// A variable.
    Variable(String),
    /// `secrets.NAME`.
    Secret(String),
    /// All variables.
    Environment,
    /// A file, by its path as written.
    File(String),
}

/// How it gets out.
#[derive(Clone, PartialEq, Eq, Debug)]
enum How {
    /// A command prints it.
    Printed,
    /// `set -x`, which stands here, prints the command that uses it.
    Traced(Span),
    /// It goes into a file, by its path as written.
    Written(String),
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
    let outputs = shell::outputs(text);
    let mut note = |what, range: &std::ops::Range<usize>, how| {
        let (job, step) = (scope.job.map(str::to_owned), scope.step);
        reader.logged.push(Logged { job, step, what, span: placed.place(range), how });
    };
    // The values that a part of the script takes whole, each with its place.
    let values = |part: &std::ops::Range<usize>| -> Vec<(What, std::ops::Range<usize>)> {
        let uses = script.uses_in(part).iter().filter(|found| found.takes_all(text));
        let uses = uses.filter(|found| !script.sets(text, found)).map(|found| {
            (What::Variable(text.get(found.name.clone()).unwrap_or("").to_owned()), found.name.clone())
        });
        let from = expressions.partition_point(|found| found.whole.start < part.start);
        let to = expressions.partition_point(|found| found.whole.end <= part.end);
        let inside = expressions.get(from..to).unwrap_or_default().iter();
        let secrets = inside.filter(|found| is_plain(placed.text, found)).flat_map(|found| {
            let members = found.uses.iter().filter(|used| used.context == Context::Secrets);
            members.filter_map(|used| {
                let name = placed.text.get(used.member.clone()?)?;
                // It is worth nothing after the job.
                if name.eq_ignore_ascii_case("GITHUB_TOKEN") {
                    return None;
                }
                Some((What::Secret(name.to_owned()), found.whole.clone()))
            })
        });
        uses.chain(secrets).collect()
    };
    for print in &outputs.prints {
        let how = match &print.to {
            Target::Log => How::Printed,
            Target::File(path) => How::Written(path_of(text, path)),
            Target::Program => continue,
        };
        let parts = match &print.what {
            Printed::Texts(parts) => parts.clone(),
            Printed::Heredoc(number) => outputs.heredocs.get(*number).cloned().into_iter().collect(),
            Printed::Variable(name) => {
                note(What::Variable(text.get(name.clone()).unwrap_or("").to_owned()), name, how);
                continue;
            }
            Printed::Environment => {
                note(What::Environment, &print.command, how);
                continue;
            }
            Printed::Files(files) => {
                for file in files.iter().filter(|_| how == How::Printed) {
                    note(What::File(path_of(text, file)), file, How::Printed);
                }
                continue;
            }
        };
        // What the runner is told with `::add-mask::` and its kin does not show.
        let told = |part: &std::ops::Range<usize>| {
            let words = text.get(part.clone()).unwrap_or("").trim_start_matches(['"', '\'']);
            ["::add-mask::", "::set-", "::save-"].iter().any(|command| words.starts_with(command))
        };
        if parts.iter().any(told) {
            continue;
        }
        for (what, range) in parts.iter().flat_map(&values) {
            note(what, &range, how.clone());
        }
    }
    for trace in &outputs.traced {
        let begun = placed.place(&trace.begun_by);
        for (what, range) in values(&trace.covers) {
            if !outputs.is_in_heredoc(range.start) {
                note(what, &range, How::Traced(begun));
            }
        }
    }
}

/// Whether an expression is nothing but a context's member; `secrets.X != ''` shows no secret.
fn is_plain(text: &str, found: &Expression) -> bool {
    let inside = text.get(found.whole.start + 3..found.whole.end - 2).unwrap_or("");
    !inside.contains(['=', '!', '<', '>', '&', '('])
}

fn path_of(text: &str, range: &std::ops::Range<usize>) -> String {
    let path = text.get(range.clone()).unwrap_or("").trim_matches(['"', '\'']);
    path.strip_prefix("./").unwrap_or(path).to_owned()
}

/// The secrets among the variables of a file's steps: by place and name, where each is set.
struct Secrets(BTreeMap<Place, BTreeMap<KeyName, Span>>);

impl Secrets {
    fn of(reader: &Reader<'_>) -> Self {
        let reads = reader
            .found
            .facts
            .iter()
            .filter(|fact| fact.place == Place::GithubSecrets && matches!(fact.role, Role::Reads(_)));
        let mut reads: Vec<Span> = reads.map(|fact| fact.span).collect();
        reads.sort_unstable();
        let mut set: BTreeMap<Place, BTreeMap<KeyName, Span>> = BTreeMap::new();
        for fact in &reader.found.facts {
            let Role::Provides(provide) = &fact.role else { continue };
            let span = provide.value.span;
            let next = reads.partition_point(|read| read.start < span.start);
            if reads.get(next).is_some_and(|read| read.end <= span.end) {
                set.entry(fact.place.clone()).or_default().insert(fact.key.clone(), fact.span);
            }
        }
        Self(set)
    }

    /// The secret variables that a step sees, the nearest first.
    fn seen(&self, by: &Logged) -> impl Iterator<Item = &BTreeMap<KeyName, Span>> {
        let places = [
            Place::Job { job: by.job.clone(), step: by.step },
            Place::Job { job: by.job.clone(), step: None },
            Place::Job { job: None, step: None },
        ];
        places.into_iter().filter_map(|place| self.0.get(&place))
    }

    /// The variable of this name, and where it is set.
    fn variable(&self, name: &str, by: &Logged) -> Option<Span> {
        self.seen(by).find_map(|set| set.get(name).copied())
    }
}

/// The most places that one finding points at besides its own.
const MOST_PLACES: usize = 3;

/// The most writes into one file that are looked at.
const MOST_WRITES: usize = 64;

/// Tells what is printed and is secret.
pub(super) fn judge(reader: &mut Reader<'_>) {
    let logged = std::mem::take(&mut reader.logged);
    if logged.is_empty() {
        return;
    }
    let secrets = Secrets::of(reader);
    // What is written into files, by job and path.
    let mut written: BTreeMap<(&Option<String>, &str), Vec<&Logged>> = BTreeMap::new();
    for one in &logged {
        if let How::Written(path) = &one.how {
            written.entry((&one.job, path)).or_default().push(one);
        }
    }
    // The secret behind something printed: its name, and the place where it comes from.
    let behind = |one: &Logged| -> Option<(String, Option<Span>)> {
        match &one.what {
            What::Variable(name) => Some((name.clone(), Some(secrets.variable(name, one)?))),
            What::Secret(name) => Some((name.clone(), None)),
            What::Environment => {
                let (key, at) = secrets.seen(one).find_map(BTreeMap::first_key_value)?;
                Some((key.to_string(), Some(*at)))
            }
            What::File(path) => {
                let before = written.get(&(&one.job, path.as_str())).into_iter().flatten();
                let before = before.filter(|other| other.span.start < one.span.start).take(MOST_WRITES);
                before.into_iter().find_map(|other| match &other.what {
                    What::Secret(name) => Some((name.clone(), Some(other.span))),
                    What::Variable(name) => {
                        secrets.variable(name, other).map(|_| (name.clone(), Some(other.span)))
                    }
                    What::Environment | What::File(_) => None,
                })
            }
        }
    };
    let mut problems: Vec<Problem> = Vec::new();
    let mut traces: Vec<(Span, usize)> = Vec::new();
    for one in &logged {
        if matches!(one.how, How::Written(_)) {
            continue;
        }
        let Some((name, from)) = behind(one) else { continue };
        let place = match &one.job {
            Some(job) => format!("the log of the job `{job}`"),
            None => "the log of the job that uses the action".to_owned(),
        };
        let of = |problem: Problem| problem.about(&KeyName::new(&name));
        if let How::Traced(begun) = &one.how {
            if let Some((_, at)) = traces.last().filter(|(other, _)| other == begun) {
                if let Some(problem) =
                    problems.get_mut(*at).filter(|problem| problem.related.len() < MOST_PLACES)
                {
                    problem.related.push((one.span, format!("and with `{name}`")));
                }
                continue;
            }
            traces.push((*begun, problems.len()));
            let message = format!("`set -x` prints the secret `{name}` into {place}");
            let label = "from here on each command is printed with its variables expanded";
            let problem = Problem::new(ProblemKind::SecretInLog, *begun, message, label)
                .related(one.span, format!("with `{name}`"))
                .help("switch it off around the commands that use secrets: `set +x`");
            problems.push(of(problem));
            continue;
        }
        let problem = match &one.what {
            What::Environment => {
                let message =
                    format!("all variables are printed into {place}, the secret `{name}` among them");
                Problem::new(ProblemKind::SecretInLog, one.span, message, "prints every variable")
                    .help("print the variables that matter by name")
            }
            What::File(path) => {
                let message = format!("`{path}` is printed into {place}, and it holds the secret `{name}`");
                Problem::new(ProblemKind::SecretInLog, one.span, message, "printed here")
            }
            What::Variable(_) | What::Secret(_) => {
                let message = format!("the secret `{name}` is printed into {place}");
                Problem::new(ProblemKind::SecretInLog, one.span, message, "printed here")
            }
        };
        let label = if matches!(one.what, What::File(_)) {
            "written into it here"
        } else {
            "a secret is put into it here"
        };
        let problem = match from {
            _ if problem.help.is_some() => problem,
            _ => problem
                .help(format!("do not print it; to see whether it is set, test it: `[ -n \"${name}\" ]`")),
        };
        let problem = match from {
            Some(from) => problem.related(from, label),
            None => problem,
        };
        problems.push(of(problem));
    }
    problems.into_iter().for_each(|problem| reader.problem(problem));
}
