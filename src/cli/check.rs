//! `envcheck check`: reads a tree, asks the rules, tells what they found.

use std::io;

use super::arguments::Check;
use super::failure::Failure;
use super::{Exit, Output, against, baseline, fix, root, select};
use crate::config::Format;
use crate::engine::{Report, Settings, Snapshot};
use crate::fact::SourceKind;
use crate::matrix::MatrixOrigin;
use crate::render::{self, Paint, Screen, clean};
use crate::sources;
use crate::text::TreePath;

pub(super) fn run(arguments: &Check, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let settings = Settings {
        select: select::rules_named("--select", &arguments.select)?,
        ignore: select::rules_named("--ignore", &arguments.ignore)?,
        strict: arguments.settings.strict,
    };
    let mut tree = root::open(&arguments.tree)?;
    let place = baseline::place(&arguments.living, &tree)?;
    tree.asked.baseline = baseline::from(&arguments.living, &place, &tree.system)?;
    if arguments.repair.unsafe_fixes && !arguments.repair.fix && !arguments.repair.diff {
        return Err(Failure::with_help(
            "--unsafe-fixes says which repairs to make, and not to make any",
            "add --fix to make them, or --diff to see them",
        ));
    }
    if arguments.repair.fix || arguments.repair.diff {
        return fix::run(arguments, settings, &tree, output);
    }
    // Among the workers: this thread would take memory of its own for what is done between the parallel parts.
    let (snapshot, mut report) = rayon::scope(|_| {
        let snapshot = Snapshot::open(&tree.system, &tree.asked);
        let report = snapshot.report(&settings);
        (snapshot, report)
    });
    if let Some(folder) = &tree.below {
        report.keep_below(folder);
    }
    if output.settings.verbose {
        tell_tree(&tree, &snapshot, output)?;
    }
    tell_unread(&report.unread, output)?;
    if let Some(how) = arguments.living.update_baseline {
        if report.statistics.facts == 0 {
            return Err(nothing_compared(&report));
        }
        return baseline::update(how, &place, &tree, &snapshot, &settings, output);
    }
    if let Some(reference) = &arguments.living.against {
        let earlier = against::earlier(reference, &tree, &snapshot, &settings)?;
        report.leave_new(&snapshot.index, &earlier);
    }
    let fails = arguments.settings.fail_on.severity().is_some_and(|severity| report.count_from(severity) > 0);
    match write(&report, arguments.settings.format, output) {
        // The reader has seen enough; what was found does not change.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        written => written?,
    }
    let exit = outcome(fails, &report);
    // The process ends here. To give back what it holds, piece by piece, takes a tenth of a run.
    std::mem::forget((snapshot, report));
    exit
}

pub(super) fn write(report: &Report, format: Format, output: &mut Output<'_>) -> io::Result<()> {
    let screen = output.screen;
    match format {
        Format::Full => render::full(report, &screen, output.out)?,
        Format::Concise => render::concise(report, &screen, output.out)?,
        Format::Json => render::json(report, output.out)?,
    }
    if !output.settings.quiet && report.statistics.facts > 0 {
        let line = render::summary(report);
        match format {
            Format::Full => writeln!(output.out, "{}", painted(&line, report, &screen))?,
            // One line per finding and nothing else goes to programs that count lines.
            Format::Concise => {
                output.out.flush()?;
                writeln!(output.err, "{}", painted(&line, report, &output.err_screen))?;
            }
            Format::Json => {}
        }
    }
    output.out.flush()
}

fn painted(line: &str, report: &Report, screen: &Screen) -> String {
    let paint = if report.diagnostics.is_empty() { Paint::Note } else { Paint::Strong };
    match line.split_once(" (") {
        Some((found, rest)) => format!("{} ({rest}", screen.paint(paint, found)),
        None => screen.paint(paint, line),
    }
}

/// Says which root and which matrix were taken.
pub(super) fn tell_tree(tree: &root::Opened, snapshot: &Snapshot, output: &mut Output<'_>) -> io::Result<()> {
    writeln!(output.err, "root: {}", tree.root.display())?;
    if let Some(folder) = &tree.below {
        writeln!(output.err, "findings: only those that touch {folder}")?;
    }
    let files = &snapshot.index.files;
    match &snapshot.index.matrix.origin {
        MatrixOrigin::Declared(ids) => {
            let paths: Vec<&str> = ids.iter().map(|&id| files.path(id)).collect();
            writeln!(output.err, "matrix: {}", paths.join(", "))?;
        }
        MatrixOrigin::Inferred => writeln!(output.err, "matrix: none declared")?,
    }
    if let Some(file) = snapshot.settings.file {
        writeln!(output.err, "settings: {}", files.path(file))?;
    }
    Ok(())
}

/// Says which files should have been read and could not be.
pub(super) fn tell_unread(unread: &[(TreePath, String)], output: &mut Output<'_>) -> io::Result<()> {
    for (path, reason) in unread {
        let head = output.err_screen.paint(Paint::Warning, "warning");
        writeln!(output.err, "{head}: cannot read `{}`: {}", clean(path.as_str()), clean(reason))?;
    }
    Ok(())
}

/// How a run ends. Green would be a lie where no file said anything about a key, and none was found fault with.
pub(super) fn outcome(fails: bool, report: &Report) -> Result<Exit, Failure> {
    match fails {
        true => Ok(Exit::Findings),
        false if report.statistics.facts == 0 && report.diagnostics.is_empty() => {
            Err(nothing_compared(report))
        }
        false => Ok(Exit::Clean),
    }
}

fn nothing_compared(report: &Report) -> Failure {
    let files = report.statistics.files.iter().filter(|&(&kind, _)| kind != SourceKind::MENTION);
    let read: usize = files.map(|(_, count)| count).sum();
    let message = match read {
        0 => "nothing was compared: no file is of a kind that envcheck reads".to_owned(),
        1 => "nothing was compared: the one file that was read says nothing about any key".to_owned(),
        read => format!("nothing was compared: the {read} files that were read say nothing about any key"),
    };
    let kinds = sources::ALL.iter().map(|source| source.kind()).filter(|&kind| kind != SourceKind::MENTION);
    let kinds: Vec<&str> = kinds.map(|kind| kind.0).collect();
    let help = format!(
        "it looked for {}; is this the root of the project? `envcheck files` lists what is read",
        kinds.join(", ")
    );
    Failure::with_help(message, help)
}

#[cfg(test)]
mod tests {
    use crate::fact::SourceKind;
    use crate::sources;

    #[test]
    fn the_kind_that_is_counted_apart_exists() {
        assert!(sources::ALL.iter().any(|source| source.kind() == SourceKind::MENTION));
    }
}
