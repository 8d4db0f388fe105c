//! The files of a run as JSON, for programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::engine::FileSummary;
use crate::fact::SourceKind;
use crate::text::TreePath;

/// What `envcheck files --format json` prints.
#[derive(Serialize)]
struct WireFiles<'a> {
    files: Vec<WireFile<'a>>,
    unread: Vec<WireUnread<'a>>,
}

#[derive(Serialize)]
struct WireFile<'a> {
    path: &'a str,
    kind: &'a str,
    facts: usize,
    /// `full`; `partial` where there are gaps; `names` where only names of keys were looked for.
    coverage: &'static str,
    gaps: Vec<WireGap>,
}

#[derive(Serialize)]
struct WireGap {
    line: u32,
    reason: &'static str,
}

#[derive(Serialize)]
struct WireUnread<'a> {
    path: &'a str,
    reason: &'a str,
}

/// Writes the files that were read, and those that were not with the reason, as one JSON object.
///
/// # Errors
/// Those of `out`.
pub fn files_json(
    files: &[FileSummary],
    unread: &[(TreePath, String)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let files = files.iter().map(|file| WireFile {
        path: file.path.as_str(),
        kind: file.kind.0,
        facts: file.facts,
        coverage: match (file.kind == SourceKind::MENTION, file.gaps.is_empty()) {
            (true, _) => "names",
            (false, true) => "full",
            (false, false) => "partial",
        },
        gaps: file.gaps.iter().map(|&(line, reason)| WireGap { line, reason }).collect(),
    });
    let unread = unread.iter().map(|(path, reason)| WireUnread { path: path.as_str(), reason });
    serde_json::to_writer_pretty(&mut *out, &WireFiles { files: files.collect(), unread: unread.collect() })?;
    writeln!(out)
}
