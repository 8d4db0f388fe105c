//! One line per finding, in the form that editors and `grep` know: `path:line:column: error[rule] message`.

use std::io::{self, Write};

use super::{Screen, clean};
use crate::engine::Report;

/// Writes one line per finding.
///
/// # Errors
/// Those of `out`.
pub fn concise(report: &Report, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    for diagnostic in &report.diagnostics {
        if let Some(label) = diagnostic.primary()
            && let Some(file) = report.files.get(&label.at.file)
        {
            let place = file.lines.line_column(&file.text, label.at.span.start);
            write!(out, "{}:{}:{}: ", clean(file.path.as_str()), place.line, place.column)?;
        }
        let head = format!("{}[{}]", diagnostic.severity.word(), diagnostic.rule);
        let head = screen.paint(super::layout::severity_paint(diagnostic.severity), &head);
        writeln!(out, "{head} {}", clean(&diagnostic.message))?;
    }
    Ok(())
}
