//! `envcheck check --fix` and `--diff`: mends what can be mended, or shows it.

use std::io::{self, Write};

use super::arguments::Check;
use super::check::{outcome, tell_tree, tell_unread, write};
use super::failure::Failure;
use super::{Exit, Output, against, root};
use crate::config::Format;
use crate::diagnostic::Applicability;
use crate::engine::{Settings, Snapshot};
use crate::fix::{Applied, Repaired, Wanted, preview, repair};
use crate::render::{Paint, clean, diff};

pub(super) fn run(
    arguments: &Check,
    settings: Settings,
    tree: &root::Opened,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let least = if arguments.repair.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    let earlier = match &arguments.living.against {
        Some(reference) => {
            let now = Snapshot::open(&tree.system, &tree.asked);
            Some(against::earlier(reference, tree, &now, &settings)?)
        }
        None => None,
    };
    let wanted = Wanted { settings, least, below: tree.below.clone(), earlier };
    let repaired = repair(&tree.system, &tree.asked, &wanted);
    if output.settings.verbose {
        tell_tree(tree, &repaired.before, output)?;
    }
    tell_unread(&repaired.report.unread, output)?;
    if arguments.repair.diff {
        return show(&repaired, least, output);
    }
    tree.system.replace_all(&repaired.changes).map_err(|error| Failure::unwritten(&error, Some("--diff")))?;
    tell_refused(&repaired, output)?;
    let format = arguments.settings.format;
    if !output.settings.quiet {
        let out: &mut dyn Write = if format == Format::Json { output.err } else { output.out };
        tell_applied(&repaired.applied, "fixed", out)?;
    }
    let report = &repaired.report;
    match write(report, format, output) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    if !output.settings.quiet {
        output.out.flush()?;
        let line = output.err_screen.paint(Paint::Strong, &tally(&repaired, least, "fixed", "remaining"));
        writeln!(output.err, "{line}")?;
    }
    let fails = arguments.settings.fail_on.severity().is_some_and(|severity| report.count_from(severity) > 0);
    outcome(fails, report)
}

/// Prints the differences.
fn show(repaired: &Repaired, least: Applicability, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let previews = preview(&repaired.before, repaired.latest(), &repaired.changes, None);
    match diff(&previews, &output.screen, output.out).and_then(|()| output.out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    tell_refused(repaired, output)?;
    if !output.settings.quiet {
        tell_applied(&repaired.applied, "would fix", output.err)?;
        writeln!(output.err, "{}", tally(repaired, least, "would be fixed", "would remain"))?;
    }
    outcome(!repaired.changes.is_empty(), &repaired.report)
}

fn tell_applied(applied: &[Applied], done: &str, out: &mut dyn Write) -> io::Result<()> {
    for one in applied {
        writeln!(out, "{}: {done} [{}] {}", clean(&one.place), one.rule, clean(&one.title))?;
    }
    Ok(())
}

fn tell_refused(repaired: &Repaired, output: &mut Output<'_>) -> io::Result<()> {
    output.out.flush()?;
    for one in &repaired.refused {
        let head = output.err_screen.paint(Paint::Warning, "warning");
        let repair = &one.repair;
        let place = clean(&repair.place);
        writeln!(output.err, "{head}: {place}: [{}] is left as it is: {}", repair.rule, clean(&one.reason))?;
    }
    Ok(())
}

/// `2 fixed, 1 remaining; 1 more with --unsafe-fixes`.
fn tally(repaired: &Repaired, least: Applicability, fixed: &str, remaining: &str) -> String {
    let mut line =
        format!("{} {fixed}, {} {remaining}", repaired.applied.len(), repaired.report.diagnostics.len());
    let more = repaired.repairable(Applicability::Unsafe);
    if least > Applicability::Unsafe && more > 0 {
        line = format!("{line}; {more} more with --unsafe-fixes");
    }
    line
}
