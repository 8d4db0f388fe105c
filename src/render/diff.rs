//! Changes as unified differences.

use std::io::{self, Write};

use super::{Paint, Screen, clean};
use crate::fix::{Hunk, Preview, Tag};

/// Writes what would change, in the form that `patch` and reviewers know. Masked values are `*`, so that
/// what is shown can be read, not applied.
///
/// # Errors
/// Those of `out`.
pub fn diff(previews: &[Preview], screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    for preview in previews {
        let path = clean(preview.path.as_str());
        let from = if preview.is_new { "/dev/null".to_owned() } else { format!("a/{path}") };
        writeln!(out, "{}", screen.paint(Paint::Strong, &format!("--- {from}")))?;
        writeln!(out, "{}", screen.paint(Paint::Strong, &format!("+++ b/{path}")))?;
        for hunk in &preview.hunks {
            write_hunk(hunk, screen, out)?;
        }
    }
    Ok(())
}

fn write_hunk(hunk: &Hunk, screen: &Screen, out: &mut dyn Write) -> io::Result<()> {
    // Without lines the number is that of the line before, as in every unified difference.
    let range = |(start, count): (usize, usize)| match count {
        0 => format!("{},0", start - 1),
        1 => start.to_string(),
        count => format!("{start},{count}"),
    };
    let head = format!("@@ -{} +{} @@", range(hunk.before), range(hunk.after));
    writeln!(out, "{}", screen.paint(Paint::Frame, &head))?;
    for line in &hunk.lines {
        let text = line.text.split('\t').map(clean).collect::<Vec<_>>().join("\t");
        match line.tag {
            Tag::Same => writeln!(out, " {text}")?,
            Tag::Gone => writeln!(out, "{}", screen.paint(Paint::Removed, &format!("-{text}")))?,
            Tag::New => writeln!(out, "{}", screen.paint(Paint::Added, &format!("+{text}")))?,
        }
        if !line.is_ended {
            writeln!(out, "\\ No newline at end of file")?;
        }
    }
    Ok(())
}
