//! `run:`: what a shell reads and what it sets for later.

use super::jobs::Surroundings;
use super::{Reader, Scope, blotted, logged, same_step, writes};
use crate::fact::{CommandFile, Place, Role};
use crate::key::is_secret_name;
use crate::sources::shell::{self, Source};
use crate::syntax::github_expression;
use crate::syntax::shell as syntax;
use crate::syntax::yaml::Node;

/// Whether a POSIX shell reads a `run:`. Without `shell:` that is bash, on Windows PowerShell.
pub(super) fn is_posix(shell: Option<&str>, is_windows: bool) -> bool {
    let Some(shell) = shell else { return !is_windows };
    let program = shell.split_whitespace().next().unwrap_or("");
    let name = program.rsplit('/').next().unwrap_or(program);
    matches!(name, "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh")
}

pub(super) fn read(
    reader: &mut Reader<'_>,
    run: &Node,
    scope: Scope<'_>,
    is_posix: bool,
    surroundings: &Surroundings<'_>,
) -> CommandFile {
    let Some(placed) = reader.placed(run) else { return CommandFile::default() };
    if !is_posix || placed.text.contains("$env:") {
        return CommandFile::default();
    }
    let expressions = github_expression::find(placed.text);
    let text = blotted(placed.text, &expressions);
    let computed: Vec<_> = expressions.iter().map(|expression| expression.whole.clone()).collect();
    let place = |range: &std::ops::Range<usize>| placed.place(range);
    let own = scope.place();
    let said = shell::read(&Source {
        text: &text,
        written: placed.text,
        file: reader.file.id,
        place: &place,
        own,
        computed: &computed,
    });
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
    let script = syntax::scan(&text);
    for (name, values) in &script.assignments {
        for value in values.iter().filter(|value| !value.is_empty() && is_secret_name(name)) {
            if text.get(value.clone()).is_some_and(|value| !value.contains('$')) {
                reader.workflow.hidden.push(placed.place(value));
            }
        }
    }
    logged::note(reader, &placed, &text, &script, &expressions, scope);
    same_step::check(reader, &placed, &text, &script, surroundings);
    writes::read(reader, &placed, &text, &expressions, scope);
    let mut does = said.script;
    does.writes.retain(|write| !is_for_later(&write.path));
    does
}

/// Whether a path is one of those through which a step speaks to the runner.
fn is_for_later(path: &str) -> bool {
    path.contains("GITHUB_")
}
