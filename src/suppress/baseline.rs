//! The baseline: a file that counts the findings a team found and has not mended yet.
//!
//! What is counted is not reported, and what is mended must leave the file, so that the counts only
//! fall. The file names rules, paths and keys; it holds no values and no lines.

mod read;
mod update;

pub use update::{Growth, Update};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::text::{FileId, Files, Location, Span};

/// What the file is called where nobody says otherwise; it stands at the root of the tree.
pub const NAME: &str = "envcheck.baseline.json";

/// The version of the format.
const VERSION: u32 = 1;

/// A baseline.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    /// Its file in this run.
    pub file: FileId,
    /// Its counts, as they stand there.
    pub counts: Vec<BaselineCount>,
    /// Why it cannot be read, and where. It covers nothing then.
    pub fault: Option<(Location, String)>,
}

/// So many findings of a rule in a file about a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaselineCount {
    /// What is counted.
    pub group: Group,
    /// How many there were.
    pub count: usize,
    /// How many of these were found in this run.
    pub found: usize,
    /// Its entry in the file.
    pub at: Location,
    /// What goes when the entry goes; `None` where the file is not part of the tree.
    pub whole: Option<Location>,
    /// Where the number stands; `None` where the file is not part of the tree.
    pub number: Option<Location>,
}

/// What one count is about. Ordered as the file is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Group {
    /// The path of the file that the findings belong to.
    pub file: String,
    /// The rule.
    pub rule: String,
    /// The key they are about; empty for none.
    pub key: String,
}

impl Group {
    /// What `found` is counted under: once for each key that it is about.
    pub(super) fn of(found: &Diagnostic, files: &Files) -> Vec<Self> {
        let file = found.primary().map_or("", |label| files.path(label.at.file));
        let group =
            |key: &str| Self { file: file.to_owned(), rule: found.rule.0.to_owned(), key: key.to_owned() };
        let keys: Vec<Self> = found.keys().map(|key| group(key)).collect();
        if keys.is_empty() { vec![group("")] } else { keys }
    }
}

impl Baseline {
    /// Reads the text of `file`. A text that is none yields a fault.
    #[must_use]
    pub fn parse(file: FileId, text: &str) -> Self {
        read::parse(file, text)
    }

    /// The same, as a file that does not belong to the tree and stays as it is.
    #[must_use]
    pub fn outside(mut self) -> Self {
        for count in &mut self.counts {
            (count.whole, count.number) = (None, None);
        }
        self
    }

    /// Whether counts have room for the finding, for each key that it is about; it takes what room there is.
    pub(super) fn cover(&mut self, found: &Diagnostic, files: &Files) -> bool {
        let mut is_covered = true;
        for group in Group::of(found, files) {
            let mut counts = self.counts.iter_mut();
            match counts.find(|count| count.group == group && count.found < count.count) {
                Some(count) => count.found += 1,
                None => is_covered = false,
            }
        }
        is_covered
    }
}

/// The findings that a team has not mended yet. They are not reported; a count that is too high is.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    /// Where an editor finds this schema.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    /// The version of the format; 1.
    #[schemars(extend("const" = 1))]
    version: u32,
    /// The findings, by file, rule and key.
    findings: Vec<Entry>,
}

/// So many findings of a rule in a file about a key.
#[derive(Serialize, Deserialize, JsonSchema, Clone, PartialEq, Eq, Debug)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The file that the findings belong to, relative to the root of the tree, with `/`; `name:path` in a
    /// named root. Empty for findings that belong to no file.
    file: String,
    /// The rule.
    rule: String,
    /// The key they are about, if they are about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// How many findings there are.
    #[schemars(range(min = 1))]
    count: usize,
}

/// The JSON Schema (2020-12) of a baseline, as text with a newline at its end.
#[must_use]
pub fn schema() -> String {
    let mut schema: Schema =
        SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<BaselineFile>();
    schema.insert("title".to_owned(), "Baseline of envcheck".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// The place `start..end` of `file`.
fn place(file: FileId, start: usize, end: usize) -> Location {
    Location::new(file, Span::new(start, end))
}
