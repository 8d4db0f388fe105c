//! `variable-as-text`

use crate::fact::{CommandFile, Fact, Place, ProblemKind, Role, StepScript};
use crate::index::Index;
use crate::key::KeyName;
use crate::rule::Reporter;
use crate::text::{FileId, Location, Span};

crate::declare_rule! {
    /// Reports the name of a variable where its value was meant: `'process.env.X'` in quotes beside a real read of `X`,
    /// `$NAME` in the single quotes of JSON that `curl` sends, or of an argument where the `env:` of the very step gives the
    /// variable and nothing else of its script names it, `A=&A` or `A=$` in an `ENV` of a Dockerfile, and a word that is
    /// the name of a variable which the script sets and never expands.
    ///
    /// ## Why it matters
    ///
    /// Nothing fails. The other side gets the name: a route called `process.env.ENDPOINT`, a request whose commits are
    /// `$COMMITS`, a program with an argument that it does not know.
    ///
    /// ## Example
    ///
    /// `.github/workflows/notify.yml`
    /// ```yaml
    /// on: push
    /// jobs:
    ///   notify:
    ///     runs-on: ubuntu-latest
    ///     steps:
    ///       - env:
    ///           COMMITS: ${{ toJSON(github.event.commits) }}
    ///         run: |
    ///           curl https://ci.example.com/hook -d '{"commits": $COMMITS}'
    /// ```
    ///
    /// ```text
    /// warning[variable-as-text]: `$COMMITS` is sent as it is: no shell expands it in single quotes
    /// ```
    ///
    /// ## What to do
    ///
    /// Leave out the quotes of a read. End the single quotes before a variable of a script, `'{"commits": '"$COMMITS"'}'`,
    /// and put a `$` before its name.
    ///
    /// In scripts the rule speaks only of variables that the same file sets or expands.
    pub struct VariableAsText = "variable-as-text", Value, Warning, fixes, by_file;
}

impl VariableAsText {
    fn ask(index: &Index, reporter: &mut Reporter<'_>) {
        reporter.problems(
            index,
            ProblemKind::VariableAsText,
            "what stands in quotes is a text, and nobody reads a variable for it",
            "leave out the quotes",
        );
        for (file, script) in index.command_files() {
            speak(index, reporter, file, script);
        }
        for (file, workflow) in index.workflows() {
            for job in &workflow.jobs {
                job.scripts.iter().for_each(|step| of_step(index, reporter, file, &job.id.value, step));
            }
        }
    }
}

/// Variables that a step is given by its own `env:` and that its script names in single quotes alone.
fn of_step(index: &Index, reporter: &mut Reporter<'_>, file: FileId, job: &str, step: &StepScript) {
    for quoted in &step.does.only_quoted {
        let is_own = |fact: &&Fact| {
            *fact.key == *quoted.value
                && matches!(fact.role, Role::Provides(_))
                && matches!(&fact.place, Place::Job { job: owner, step: Some(number) }
                    if owner.as_deref().unwrap_or("") == job && *number == step.step)
        };
        let known_to_curl = step.does.quoted_variables.iter().any(|other| other.value == quoted.value);
        let Some(given) = index.facts_in(file).find(is_own).filter(|_| !known_to_curl) else { continue };
        let key = &given.key;
        reporter
            .report(
                format!("`${{{key}}}` is handed over as it is: no shell expands it in single quotes"),
                Location::new(file, quoted.span),
                "a text",
            )
            .key(key)
            .label(given.at(), "given to this step alone, whose script names it nowhere else")
            .why("a shell expands nothing in single quotes")
            .help(format!("end the quotes before it: `'\"${{{key}}}\"'`"));
    }
}

/// Where a script sets a variable for itself alone.
fn assigned(index: &Index, file: FileId, key: &KeyName) -> Option<Location> {
    let text = &index.files.get(file)?.text;
    let sets = format!("{key}=");
    let begins = |at: usize| {
        let line = text.get(..at).map_or("", |before| before.rsplit('\n').next().unwrap_or(before));
        matches!(line.trim(), "" | "export" | "local" | "readonly" | "then" | "do")
    };
    let (at, _) = text.match_indices(&sets).find(|(at, _)| begins(*at))?;
    Some(Location::new(file, Span::new(at, at + key.len())))
}

fn speak(index: &Index, reporter: &mut Reporter<'_>, file: FileId, script: &CommandFile) {
    for quoted in &script.quoted_variables {
        let key = KeyName::new(&quoted.value);
        // A name that nobody sets here may be one of a template language, or a text after all.
        let known = index.facts_in(file).find(|fact| fact.key == key).map(Fact::at);
        let Some(known) = known.or_else(|| assigned(index, file, &key)) else { continue };
        reporter
            .report(
                format!("`${key}` is sent as it is: no shell expands it in single quotes"),
                Location::new(file, quoted.span),
                "a text",
            )
            .key(&key)
            .label(known, "this variable was meant")
            .why("a shell expands nothing in single quotes")
            .help(format!("end the quotes before it: `'\"${key}\"'`"));
    }
    let mut told: Vec<&str> = Vec::new();
    for bare in &script.bare_variables {
        let name = bare.value.as_str();
        if told.contains(&name) {
            continue;
        }
        told.push(name);
        reporter
            .report(
                format!("`{name}` is handed over by its name: the script sets it and never expands it"),
                Location::new(file, bare.span),
                "the name, not the value",
            )
            .why("a shell expands only what a `$` stands before")
            .help(format!("write `\"${name}\"`, or `${name}` where it may be empty"));
    }
}
