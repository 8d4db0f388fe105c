//! The files of a run as JSON, for programs; `schema/files.json` is generated from these types.

use std::io::{self, Write};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::engine::FileSummary;
use crate::fact::SourceKind;
use crate::text::TreePath;

/// What `envcheck files --format json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Files")]
struct WireFiles<'a> {
    /// The files that were read, in the order of their paths.
    files: Vec<WireFile<'a>>,
    /// What looks like a file to read and was not.
    unread: Vec<WireUnread<'a>>,
    /// What is data or written by tools or other people, though its name is one of files that are read.
    left_out: Vec<WireUnread<'a>>,
}

/// A file that was read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "File")]
struct WireFile<'a> {
    /// Its path, relative to the root of the tree.
    path: &'a str,
    /// As what it was read.
    kind: &'a str,
    /// How many statements about keys it makes.
    facts: usize,
    /// How much of it was seen.
    coverage: Coverage,
    /// What cannot be seen through.
    gaps: Vec<WireGap>,
}

/// How much of a file was seen.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Coverage {
    /// All of it.
    Full,
    /// It has gaps.
    Partial,
    /// Only names of keys were looked for.
    Names,
}

/// A place that cannot be seen through.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Gap")]
struct WireGap {
    /// Its line, from 1.
    line: u32,
    /// Why.
    reason: &'static str,
}

/// A file that was not read.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Unread")]
struct WireUnread<'a> {
    /// Its path, relative to the root of the tree.
    path: &'a str,
    /// Why.
    reason: &'a str,
}

/// The JSON Schema (2020-12) of what `envcheck files --format json` prints, as text with a newline at its end.
#[must_use]
pub fn files_schema() -> String {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema: Schema = settings.into_generator().into_root_schema_for::<WireFiles<'static>>();
    schema.insert("title".to_owned(), "Files of envcheck".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

fn not_read(files: &[(TreePath, String)]) -> Vec<WireUnread<'_>> {
    files.iter().map(|(path, reason)| WireUnread { path: path.as_str(), reason }).collect()
}

/// Writes the files that were read, and those that were not with the reason, as one JSON object.
///
/// # Errors
/// Those of `out`.
pub fn files_json(
    files: &[FileSummary],
    unread: &[(TreePath, String)],
    left_out: &[(TreePath, String)],
    out: &mut dyn Write,
) -> io::Result<()> {
    let files = files.iter().map(|file| WireFile {
        path: file.path.as_str(),
        kind: file.kind.0,
        facts: file.facts,
        coverage: match (file.kind == SourceKind::MENTION, file.gaps.is_empty()) {
            (true, _) => Coverage::Names,
            (false, true) => Coverage::Full,
            (false, false) => Coverage::Partial,
        },
        gaps: file.gaps.iter().map(|&(line, reason)| WireGap { line, reason }).collect(),
    });
    let wire = WireFiles { files: files.collect(), unread: not_read(unread), left_out: not_read(left_out) };
    serde_json::to_writer_pretty(&mut *out, &wire)?;
    writeln!(out)
}
