//! What scripts print, before it is known whether that is secret, and what is to be said of it once it is.

use std::collections::{BTreeMap, BTreeSet};

use super::extraction::{Problem, ProblemKind};
use super::statement::{Fact, Place, Role};
use crate::key::{KeyName, is_secret_name};
use crate::text::Span;

/// Something that a script prints and that may be secret. Whether it is, those tell who give the script its
/// variables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Logged {
    /// What is printed.
    pub what: LoggedWhat,
    /// Where it stands.
    pub span: Span,
    /// How it gets out.
    pub how: LoggedHow,
}

/// What a script prints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoggedWhat {
    /// A variable that the script does not set itself.
    Variable(KeyName),
    /// What another program writes into the script before a shell reads it: `${{ secrets.NAME }}`.
    Filled(KeyName),
    /// A variable that the script itself fills with what a store of secrets answers, and where it does.
    Fetched(KeyName, Span),
    /// All variables.
    Environment,
    /// A file, by its path as written.
    File(String),
}

/// How something gets out of a script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LoggedHow {
    /// A command prints it.
    Printed,
    /// `set -x`, which stands here, prints the command that uses it.
    Traced(Span),
    /// It goes into a file, by its path as written.
    Written(String),
}

/// The secret behind something that is printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoggedSecret {
    /// Its name.
    pub key: KeyName,
    /// Where in the same file a secret is put into it, if that is known.
    pub from: Option<Span>,
}

/// What is known of the secret behind something that is printed.
struct Behind {
    key: KeyName,
    /// Where it comes from, and what is to be seen there.
    from: Option<(Span, &'static str)>,
    /// Whether the script takes it from a store of secrets by itself.
    is_fetched: bool,
}

/// A log that scripts print into.
pub struct Log<'a> {
    /// What users call it: "the log of the job `deploy`".
    pub name: &'a str,
    /// The secret behind what is printed (a variable, a filled-in part or all variables), by its number, if
    /// there is one.
    pub secret: &'a dyn Fn(usize) -> Option<LoggedSecret>,
    /// Why it matters here, if the general reason of the rule can be made sharper.
    pub why: Option<&'a str>,
    /// Whether a key is told once, however often it is printed.
    pub once: bool,
}

/// Why nothing secret belongs into the log of a container.
pub const LOGS_OF_CONTAINERS: &str =
    "logs of containers are kept and searched by more people than the secret is meant for";

/// Why a secret that a step fetched by itself is worse off than one of the repository.
const NOBODY_MASKS: &str =
    "nobody told GitHub of it, so that its logs show it to everybody who may read them";

/// The most places that one finding points at besides its own.
const MOST_PLACES: usize = 3;

/// The most writes into one file that are looked at.
const MOST_WRITES: usize = 64;

impl Log<'_> {
    /// What is to be said of what is printed into it, given in the order of the text.
    #[must_use]
    pub fn problems(&self, logged: &[&Logged]) -> Vec<Problem> {
        let mut written: BTreeMap<&str, Vec<(usize, &Logged)>> = BTreeMap::new();
        for (number, one) in logged.iter().enumerate() {
            if let LoggedHow::Written(path) = &one.how {
                written.entry(path).or_default().push((number, one));
            }
        }
        let behind = |number: usize, one: &Logged| -> Option<Behind> {
            if let LoggedWhat::Fetched(key, at) = &one.what {
                let from = Some((*at, "a secret is taken into it here"));
                return Some(Behind { key: key.clone(), from, is_fetched: true });
            }
            let LoggedWhat::File(path) = &one.what else {
                let found = (self.secret)(number)?;
                let from = found.from.map(|at| (at, "a secret is put into it here"));
                return Some(Behind { key: found.key, from, is_fetched: false });
            };
            let before = written.get(path.as_str()).into_iter().flatten();
            let mut before = before.filter(|(_, other)| other.span.start < one.span.start).take(MOST_WRITES);
            before.find_map(|&(number, other)| {
                let (key, is_fetched) = match &other.what {
                    LoggedWhat::Variable(_) | LoggedWhat::Filled(_) => ((self.secret)(number)?.key, false),
                    LoggedWhat::Fetched(key, _) => (key.clone(), true),
                    LoggedWhat::Environment | LoggedWhat::File(_) => return None,
                };
                Some(Behind { key, from: Some((other.span, "written into it here")), is_fetched })
            })
        };
        let mut problems: Vec<Problem> = Vec::new();
        let mut told: BTreeSet<KeyName> = BTreeSet::new();
        // Each trace with its problem and the names it shows.
        let mut traces: Vec<(Span, usize, BTreeSet<KeyName>)> = Vec::new();
        let shown = logged.iter().enumerate().filter(|(_, one)| !matches!(one.how, LoggedHow::Written(_)));
        for (number, one) in shown {
            let Some(secret) = behind(number, one) else { continue };
            let key = &secret.key;
            if let LoggedHow::Traced(begun) = &one.how {
                let last = traces.iter_mut().rfind(|(other, ..)| other == begun);
                if let Some((_, at, names)) = last {
                    if let Some(problem) = problems.get_mut(*at)
                        && problem.related.len() < MOST_PLACES
                        && names.insert(key.clone())
                    {
                        problem.related.push((one.span, format!("and with `{key}`")));
                    }
                    continue;
                }
                traces.push((*begun, problems.len(), BTreeSet::from([key.clone()])));
                problems.push(self.traced(*begun, one.span, &secret));
            } else if !self.once || told.insert(key.clone()) {
                problems.push(self.printed(one, &secret));
            }
        }
        problems
    }

    fn why(&self, secret: &Behind) -> Option<String> {
        self.why.or(secret.is_fetched.then_some(NOBODY_MASKS)).map(str::to_owned)
    }

    fn traced(&self, begun: Span, used: Span, secret: &Behind) -> Problem {
        let key = &secret.key;
        let message = format!("`set -x` prints the secret `{key}` into {}", self.name);
        let label = "from here on each command is printed with its variables expanded";
        let problem = Problem::new(ProblemKind::SecretInLog, begun, message, label)
            .related(used, format!("with `{key}`"))
            .help("switch it off around the commands that use secrets: `set +x`")
            .about(key);
        Problem { why: self.why(secret), ..problem }
    }

    fn printed(&self, one: &Logged, secret: &Behind) -> Problem {
        let key = &secret.key;
        let place = self.name;
        let (message, label) = match &one.what {
            LoggedWhat::Environment => (
                format!("all variables are printed into {place}, the secret `{key}` among them"),
                "prints every variable",
            ),
            LoggedWhat::File(path) => {
                (format!("`{path}` is printed into {place}, and it holds the secret `{key}`"), "printed here")
            }
            LoggedWhat::Variable(_) | LoggedWhat::Filled(_) | LoggedWhat::Fetched(..) => {
                (format!("the secret `{key}` is printed into {place}"), "printed here")
            }
        };
        let problem = Problem::new(ProblemKind::SecretInLog, one.span, message, label).about(key);
        let problem = match &one.what {
            LoggedWhat::Environment => problem.help("print the variables that matter by name"),
            _ => problem
                .help(format!("do not print it; to see whether it is set, test it: `[ -n \"${key}\" ]`")),
        };
        let problem = Problem { why: self.why(secret), ..problem };
        match secret.from {
            Some((from, label)) => problem.related(from, label),
            None => problem,
        }
    }
}

/// Whether the name of a variable alone says that its value must not be printed.
#[must_use]
pub fn must_not_be_printed(name: &str) -> bool {
    is_secret_name(name) && name.len() > 3 && !name.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Whether the last word of a name says that its value is nothing to hide, wherever it is kept.
fn is_harmless(name: &str) -> bool {
    let last = name.rsplit('_').next().unwrap_or(name);
    const HARMLESS: &[&str] = &[
        "BRANCH",
        "BUCKET",
        "DOMAIN",
        "ENV",
        "ENVIRONMENT",
        "HOST",
        "HOSTNAME",
        "IMAGE",
        "IP",
        "NAME",
        "PORT",
        "REGION",
        "REGISTRY",
        "REPO",
        "REPOSITORY",
        "STAGE",
        "TAG",
        "USER",
        "USERNAME",
        "VERSION",
    ];
    HARMLESS.iter().any(|word| last.eq_ignore_ascii_case(word))
}

/// The variables of a workflow's steps that a secret is put into: by place and name, where each is set.
#[derive(Debug, Default)]
pub struct SecretVariables(BTreeMap<Place, BTreeMap<KeyName, Span>>);

impl SecretVariables {
    /// Those that the facts of one workflow tell.
    #[must_use]
    pub fn of(facts: &[Fact]) -> Self {
        let is_secret =
            |fact: &&Fact| fact.place == Place::GithubSecrets && matches!(fact.role, Role::Reads(_));
        let mut reads: Vec<Span> = facts.iter().filter(is_secret).map(|fact| fact.span).collect();
        reads.sort_unstable();
        let mut set: BTreeMap<Place, BTreeMap<KeyName, Span>> = BTreeMap::new();
        for fact in facts {
            let Role::Provides(provide) = &fact.role else { continue };
            let span = provide.value.span;
            let next = reads.partition_point(|read| read.start < span.start);
            if reads.get(next).is_some_and(|read| read.end <= span.end) {
                set.entry(fact.place.clone()).or_default().insert(fact.key.clone(), fact.span);
            }
        }
        Self(set)
    }

    /// The secret that something printed by a step shows, if it shows one: by the names of what the step
    /// sees, the nearest first.
    #[must_use]
    pub fn behind(&self, one: &Logged, job: Option<&str>, step: Option<usize>) -> Option<LoggedSecret> {
        let job = job.map(str::to_owned);
        let places = [
            Place::Job { job: job.clone(), step },
            Place::Job { job, step: None },
            Place::Job { job: None, step: None },
        ];
        let mut seen = places.into_iter().filter_map(|place| self.0.get(&place));
        let (key, from) = match &one.what {
            LoggedWhat::Variable(name) => (name.clone(), Some(*seen.find_map(|set| set.get(name))?)),
            LoggedWhat::Filled(name) => (name.clone(), None),
            LoggedWhat::Environment => {
                let (key, at) = seen.find_map(BTreeMap::first_key_value)?;
                (key.clone(), Some(*at))
            }
            LoggedWhat::File(_) | LoggedWhat::Fetched(..) => return None,
        };
        // A host or a version that is kept among the secrets is hidden by GitHub where it stands whole, and no harm
        // where it does not.
        // What is written is asked for where the file is printed.
        let is_shown_whole = matches!(one.how, LoggedHow::Printed | LoggedHow::Written(_))
            && one.what != LoggedWhat::Environment;
        (!is_shown_whole || !is_harmless(&key)).then_some(LoggedSecret { key, from })
    }
}
