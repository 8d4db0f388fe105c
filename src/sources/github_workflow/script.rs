//! `run:`: what a shell reads and what it sets for later.

use super::jobs::Surroundings;
use super::{Reader, Scope, blotted, logged, same_step, slips, writes};
use crate::fact::{CommandFile, Place, Role};
use crate::key::is_secret_name;
use crate::sources::shell::{self, Grammar, Source};
use crate::syntax::github_expression;
use crate::syntax::yaml::Node;
use crate::text::Spanned;

/// Whether a POSIX shell reads a `run:`. Without `shell:` that is bash, on Windows PowerShell.
pub(super) fn is_posix(shell: Option<&str>, is_windows: bool) -> bool {
    let Some(shell) = shell else { return !is_windows };
    let program = shell.split_whitespace().next().unwrap_or("");
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(name, "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh")
}

/// What runs the script of a step.
#[derive(Clone, Copy)]
pub(super) struct Shell {
    /// Whether a POSIX shell does, as far as can be told.
    pub(super) is_posix: bool,
    /// Whether that is certain, so that what bash refuses is refused.
    pub(super) is_certain: bool,
    /// Whether a later step has a script, too.
    pub(super) precedes: bool,
}

/// What the script of a step does.
#[derive(Default)]
pub(super) struct Does {
    /// What it does with other files.
    pub(super) files: CommandFile,
    /// The example dotenv files that it takes whether they are there or not.
    pub(super) examples: Vec<Spanned<String>>,
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    run: &Node,
    scope: Scope<'_>,
    shell: Shell,
    surroundings: &Surroundings<'_>,
) -> Does {
    let Some(placed) = reader.placed(run) else { return Does::default() };
    if !shell.is_posix || placed.text.contains("$env:") {
        return Does::default();
    }
    let expressions = github_expression::find(placed.text);
    let text = blotted(placed.text, &expressions);
    let computed: Vec<_> = expressions.iter().map(|expression| expression.whole.clone()).collect();
    let place = |range: &std::ops::Range<usize>| placed.place(range);
    let own = scope.place();
    let source = Source {
        text: &text,
        written: placed.text,
        file: reader.file.id,
        place: &place,
        own,
        computed: &computed,
    };
    let grammar = Grammar::of(&text);
    let said = shell::read_parsed(&source, &grammar);
    for fact in said.facts {
        // `writes` says more about what goes there.
        let is_for_later = matches!(&fact.place, Place::Written(path) if is_for_later(path));
        let is_told =
            matches!(fact.role, Role::Reads(_)) && !reader.told.insert((fact.span, fact.place.clone()));
        if !is_for_later && !is_told {
            reader.found.facts.push(fact);
        }
    }
    for gap in said.gaps {
        reader.gap(gap.span, gap.hides, gap.reason);
    }
    reader.workflow.hidden.extend(said.hidden);
    said.problems.into_iter().for_each(|problem| reader.problem(problem));
    let script = &grammar.script;
    for (name, values) in &script.assignments {
        for value in values.iter().filter(|value| !value.is_empty() && is_secret_name(name)) {
            if text.get(value.clone()).is_some_and(|value| !value.contains('$')) {
                reader.workflow.hidden.push(placed.place(value));
            }
        }
    }
    logged::note(reader, &placed, &text, script, &expressions, scope);
    same_step::check(reader, &placed, &text, script, surroundings);
    writes::read(reader, &placed, &text, &expressions, scope);
    let mut files = said.script;
    files.writes.retain(|write| !is_for_later(&write.path));
    let examples = match shell.is_certain {
        true => slips::read(reader, &placed, &text, &grammar.commands, shell.precedes),
        false => Vec::new(),
    };
    Does { files, examples }
}

/// Whether a path is one of those through which a step speaks to the runner.
fn is_for_later(path: &str) -> bool {
    path.contains("GITHUB_")
}
