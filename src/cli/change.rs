//! What `add`, `rename` and `remove` share: the plan is shown, then carried out if the user agrees.

use std::io::{self, BufRead};

use super::arguments::Consent;
use super::failure::Failure;
use super::{Exit, Output, root};
use crate::engine::{Settings, Snapshot};
use crate::fix::{Plan, Realised, preview};
use crate::render::{Paint, clean, diff};

/// Places to look at that are printed where nobody asks for all; the others are counted.
const MOST_BY_HAND: usize = 25;

/// What may come up by a change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// New findings: they tell what is still to be done.
    Findings,
    /// None.
    Nothing,
}

/// Findings that a change brings up, printed where nobody asks for all; the others are counted.
const MOST_BROUGHT_UP: usize = 10;

/// Shows a plan and carries it out. `more` tells what else is to be known about the tree as it would be.
pub(super) fn carry_out(
    mut plan: Plan,
    before: &Snapshot,
    tree: &root::Opened,
    (consent, allowed): (&Consent, Allowed),
    more: impl Fn(&Snapshot, &mut Output<'_>) -> io::Result<()>,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let realised = plan.realise(&tree.system, &tree.asked, before, &Settings::default());
    tell_plan(&plan, output)?;
    if realised.changes.is_empty() {
        writeln!(output.out, "nothing to change")?;
        return Ok(Exit::Clean);
    }
    let previews = preview(before, &realised.after, &realised.changes, plan.renamed.as_ref());
    writeln!(output.out)?;
    diff(&previews, &output.screen, output.out)?;
    writeln!(output.out)?;
    more(&realised.after, output)?;
    tell_consequences(&realised, output)?;
    output.out.flush()?;
    if consent.dry_run {
        return Ok(Exit::Clean);
    }
    let number = realised.brings_up.len();
    if number > 0 && allowed == Allowed::Nothing {
        let (findings, it) = if number == 1 { ("finding", "it") } else { ("findings", "them") };
        return Err(Failure::with_help(
            format!("nothing was changed: {number} {findings} would come up"),
            format!("mend the places named above first, or add --force to live with {it}"),
        ));
    }
    if plan.undone > 0 && allowed == Allowed::Nothing {
        let (places, it) = if plan.undone == 1 { ("place", "it") } else { ("places", "them") };
        return Err(Failure::with_help(
            format!("nothing was changed: {} {places} would keep the old name", plan.undone),
            format!("add --force to change the rest, then mend {it} as told above"),
        ));
    }
    if !consent.yes && !agrees(&realised, output)? {
        return Ok(Exit::Clean);
    }
    tree.system
        .replace_all(&realised.changes)
        .map_err(|error| Failure::unwritten(&error, Some("--dry-run")))?;
    let count = realised.changes.len();
    let files = if count == 1 { "file" } else { "files" };
    writeln!(output.out, "{}", output.screen.paint(Paint::Strong, &format!("changed {count} {files}")))?;
    Ok(Exit::Clean)
}

fn tell_plan(plan: &Plan, output: &mut Output<'_>) -> io::Result<()> {
    for step in &plan.steps {
        let path = output.screen.paint(Paint::Strong, &clean(step.path.as_str()));
        writeln!(output.out, "{path}: {}", clean(&step.what))?;
    }
    if plan.by_hand.is_empty() {
        return Ok(());
    }
    writeln!(output.out, "{}", output.screen.paint(Paint::Warning, "by hand:"))?;
    let most = most(MOST_BY_HAND, output);
    for one in plan.by_hand.iter().take(most) {
        let place = if one.place.is_empty() { String::new() } else { format!("{}: ", clean(&one.place)) };
        writeln!(output.out, "  {place}{}", clean(&one.what))?;
    }
    tell_more(plan.by_hand.len().saturating_sub(most), output)
}

/// How many are printed.
fn most(usual: usize, output: &Output<'_>) -> usize {
    if output.settings.verbose { usize::MAX } else { usual }
}

fn tell_more(more: usize, output: &mut Output<'_>) -> io::Result<()> {
    if more > 0 {
        writeln!(output.out, "  and {more} more; --verbose lists them")?;
    }
    Ok(())
}

fn tell_consequences(realised: &Realised, output: &mut Output<'_>) -> io::Result<()> {
    if realised.brings_up.is_empty() {
        return Ok(());
    }
    let head = "then `envcheck check` reports more:";
    writeln!(output.out, "{}", output.screen.paint(Paint::Warning, head))?;
    let most = most(MOST_BROUGHT_UP, output);
    for one in realised.brings_up.iter().take(most) {
        let place = if one.place.is_empty() { String::new() } else { format!("{}: ", clean(&one.place)) };
        writeln!(output.out, "  {place}[{}] {}", one.rule, clean(&one.message))?;
    }
    tell_more(realised.brings_up.len().saturating_sub(most), output)
}

/// Asks on a terminal; without one nobody can be asked.
fn agrees(realised: &Realised, output: &mut Output<'_>) -> Result<bool, Failure> {
    if !output.streams.stdin_is_terminal {
        return Err(Failure::with_help(
            "nothing was changed: there is no terminal to ask on",
            "add --yes to carry the plan out, or --dry-run to see it only",
        ));
    }
    let count = realised.changes.len();
    write!(output.err, "change {count} {}? [y/N] ", if count == 1 { "file" } else { "files" })?;
    output.err.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    let agrees = matches!(answer.trim(), "y" | "Y" | "yes");
    if !agrees {
        writeln!(output.err, "nothing was changed")?;
    }
    Ok(agrees)
}
