//! `envcheck files`: what is read, as what, and what cannot be seen through.

use super::arguments::{Files, FilesFormat};
use super::failure::Failure;
use super::{Exit, Output, root};
use crate::engine::{FileSummary, Snapshot};
use crate::fact::SourceKind;
use crate::render::{Paint, clean, files_json};
use crate::system::System;
use crate::text::TreePath;

pub(super) fn run(arguments: &Files, output: &mut Output<'_>) -> Result<Exit, Failure> {
    let tree = root::open(&arguments.tree)?;
    let snapshot = Snapshot::open(&tree.system, &tree.asked);
    let is_asked = |file: &FileSummary| tree.below.as_ref().is_none_or(|folder| file.path.is_below(folder));
    let (mut files, only_searched): (Vec<_>, Vec<_>) =
        snapshot.files().into_iter().filter(is_asked).partition(|file| file.kind != SourceKind::MENTION);
    if output.settings.verbose {
        files.extend(only_searched.iter().cloned());
        files.sort_by(|a, b| a.path.cmp(&b.path));
    }
    let in_order = |mut told: Vec<(TreePath, String)>| {
        told.retain(|(path, _)| tree.below.as_ref().is_none_or(|folder| path.is_below(folder)));
        told.sort_unstable();
        told.dedup();
        told
    };
    let unread = in_order([snapshot.unread, snapshot.binary, tree.system.passed_over()].concat());
    let left_out = in_order(snapshot.left_out);
    if arguments.format == FilesFormat::Json {
        files.extend(only_searched.into_iter().filter(|_| !output.settings.verbose));
        files.sort_by(|a, b| a.path.cmp(&b.path));
        files_json(&files, &unread, &left_out, output.out)?;
        return Ok(Exit::Clean);
    }
    let kind_width = files.iter().map(|file| file.kind.0.len()).max().unwrap_or(0);
    let count_width = files.iter().map(|file| file.facts.to_string().len()).max().unwrap_or(1);
    for file in &files {
        let facts = if file.facts == 1 { "fact " } else { "facts" };
        let kind = output.screen.paint(Paint::Code, &format!("{:kind_width$}", file.kind.0));
        writeln!(output.out, "{kind}  {:>count_width$} {facts}  {}", file.facts, clean(file.path.as_str()))?;
        for (line, reason) in &file.gaps {
            let indent = kind_width + count_width + 10;
            writeln!(output.out, "{:indent$}line {line}: {reason}", "")?;
        }
    }
    if !output.settings.verbose && !output.settings.quiet && !only_searched.is_empty() {
        let count = only_searched.len();
        writeln!(output.err, "{count} more were searched for names of keys only; --verbose lists them")?;
    }
    for (path, reason) in &unread {
        let head = output.screen.paint(Paint::Warning, "not read");
        writeln!(output.out, "{head}  {}: {}", clean(path.as_str()), clean(reason))?;
    }
    if output.settings.verbose {
        for (path, reason) in &left_out {
            writeln!(output.out, "left out  {}: {}", clean(path.as_str()), clean(reason))?;
        }
    } else if !output.settings.quiet && !left_out.is_empty() {
        let (count, are) = (left_out.len(), if left_out.len() == 1 { "is" } else { "are" });
        writeln!(
            output.err,
            "{count} more {are} left out as data or the work of tools and others; --verbose lists them"
        )?;
    }
    Ok(Exit::Clean)
}
