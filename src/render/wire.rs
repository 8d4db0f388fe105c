//! The machine-readable report: its shape, from which `schema/report.json` is generated.
//!
//! Core types are not serialisable on purpose; whatever leaves as JSON is copied into these types,
//! field by field. A field that is added does not change [`VERSION`]; one that is renamed, removed or
//! given another meaning does.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::diagnostic::{self, Severity};
use crate::engine;
use crate::secret::{MaskedFile, mask};
use crate::suppress::Cover;
use crate::text::Location;

/// The version of this shape.
pub const VERSION: u32 = 1;

/// What `envcheck check --format json` prints.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Report {
    /// The version of this shape, 1.
    pub version: u32,
    /// The findings, in the order of paths and places.
    pub diagnostics: Vec<Diagnostic>,
    /// Files that should have been read and could not be.
    pub unread: Vec<Unread>,
    /// Figures about the run.
    pub statistics: Statistics,
}

/// One finding.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Diagnostic {
    /// The name of the rule.
    pub rule: String,
    /// How bad it is.
    pub severity: SeverityName,
    /// What is wrong, in one line.
    pub message: String,
    /// Where the finding belongs: the place of the first label. Null if it belongs nowhere.
    pub location: Option<Place>,
    /// All places, the first being `location`.
    pub labels: Vec<Label>,
    /// Why it matters here.
    pub why: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// The key it is about; of several the first.
    pub key: Option<String>,
    /// All keys it is about; empty if about none.
    pub keys: Vec<String>,
    /// The environments it is about; empty if about all or none in particular.
    pub environments: Vec<String>,
    /// The repair, if there is one.
    pub fix: Option<Fix>,
    /// The same in two runs for the same finding, though lines move: made of rule, path, key and
    /// environments.
    pub fingerprint: String,
}

/// How bad a finding is.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
pub enum SeverityName {
    /// Worth knowing, needs no action.
    Note,
    /// Probably a mistake.
    Warning,
    /// Certainly a mistake.
    Error,
}

/// A range in a file.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct Place {
    /// The file, relative to the root of the checked tree, with `/`; `name:path` in a named root.
    pub path: String,
    /// Its first character.
    pub start: Position,
    /// The place behind its last character.
    pub end: Position,
}

/// A position in a file.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
    /// Offset in the file in bytes, from 0.
    pub byte: u32,
}

/// A place and what is to be seen there.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Label {
    /// The place.
    pub location: Place,
    /// What is to be seen there.
    pub message: String,
}

/// A repair: all of its edits or none.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Fix {
    /// What it does.
    pub title: String,
    /// How far it can be trusted.
    pub applicability: ApplicabilityName,
    /// Its edits.
    pub edits: Vec<Edit>,
}

/// How far a repair can be trusted.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum ApplicabilityName {
    /// To be read, never applied.
    DisplayOnly,
    /// May change what the program does.
    Unsafe,
    /// Keeps the meaning that was intended.
    Safe,
}

/// One replacement.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Edit {
    /// The text that goes.
    pub location: Place,
    /// The text that comes; null where it may hold a secret, which is never printed.
    pub replacement: Option<String>,
}

/// A file that could not be read.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Unread {
    /// The file.
    pub path: String,
    /// Why not.
    pub reason: String,
}

/// Figures about the run.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Statistics {
    /// Findings by severity.
    pub findings: Findings,
    /// Findings that ignore comments cover; they are not reported.
    pub suppressed: usize,
    /// Findings that the baseline counts; they are not reported.
    pub baselined: usize,
    /// What was compared with; null if nothing was. The findings are then those that it does not have.
    pub comparison: Option<Comparison>,
    /// Files read, by kind.
    pub files: BTreeMap<String, usize>,
    /// Keys that some file speaks about.
    pub keys: usize,
    /// Statements about keys.
    pub facts: usize,
    /// Environments, by name.
    pub environments: Vec<String>,
    /// Services, by name.
    pub services: Vec<String>,
    /// Whether environments and services were declared by the team, or else guessed from the tree.
    pub matrix_is_declared: bool,
}

/// Another commit that the tree was compared with.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Comparison {
    /// What it was called.
    pub reference: String,
    /// The commit that was looked at: the newest that it and HEAD have in common.
    pub commit: String,
    /// Findings there.
    pub before: usize,
    /// How many of them are still there; they are not reported.
    pub known: usize,
}

/// Findings by severity.
#[derive(Serialize, JsonSchema, Debug)]
pub struct Findings {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// Notes.
    pub note: usize,
}

/// The JSON Schema (2020-12) of [`Report`], as text with a newline at its end.
#[must_use]
pub fn schema() -> String {
    let mut schema: Schema =
        SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>();
    schema.insert("title".to_owned(), "Report of envcheck".into());
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

impl Report {
    /// The wire form of a report.
    #[must_use]
    pub fn new(report: &engine::Report) -> Self {
        let place = |at: Location| report.files.get(&at.file).map(|file| Place::new(file, at));
        let diagnostics = report
            .diagnostics
            .iter()
            .zip(report.fingerprints.iter().cloned())
            .map(|(found, fingerprint)| Diagnostic {
                rule: found.rule.to_string(),
                severity: found.severity.into(),
                message: found.message.clone(),
                location: found.primary().and_then(|label| place(label.at)),
                labels: found
                    .labels
                    .iter()
                    .filter_map(|label| {
                        Some(Label { location: place(label.at)?, message: label.message.clone() })
                    })
                    .collect(),
                why: found.why.clone(),
                help: found.help.clone(),
                key: found.key.as_ref().map(ToString::to_string),
                keys: found.keys().map(ToString::to_string).collect(),
                environments: found.environments.clone(),
                fix: found.fix.as_ref().and_then(|fix| Fix::new(fix, report)),
                fingerprint,
            })
            .collect();
        let unread = report
            .unread
            .iter()
            .map(|(path, reason)| Unread { path: path.to_string(), reason: reason.clone() })
            .collect();
        Self { version: VERSION, diagnostics, unread, statistics: Statistics::new(report) }
    }
}

impl Place {
    fn new(file: &MaskedFile, at: Location) -> Self {
        let position = |byte: u32| {
            let place = file.lines.line_column(&file.text, byte);
            Position { line: place.line, column: place.column, byte }
        };
        Self { path: file.path.to_string(), start: position(at.span.start), end: position(at.span.end) }
    }
}

impl Fix {
    /// `None` if one of its files is not part of the report, since half a repair is none.
    fn new(fix: &diagnostic::Fix, report: &engine::Report) -> Option<Self> {
        let edits = fix.edits.iter().map(|edit| {
            let file = report.files.get(&edit.at.file)?;
            let replaced = file.text.get(edit.at.span.range()).unwrap_or("");
            // Where the text that goes was masked, the text that comes may repeat the secret.
            let is_open = !replaced.contains("***") && mask(&edit.replacement, &[]) == edit.replacement;
            let replacement = is_open.then(|| edit.replacement.clone());
            Some(Edit { location: Place::new(file, edit.at), replacement })
        });
        Some(Self {
            title: fix.title.clone(),
            applicability: match fix.applicability {
                diagnostic::Applicability::DisplayOnly => ApplicabilityName::DisplayOnly,
                diagnostic::Applicability::Unsafe => ApplicabilityName::Unsafe,
                diagnostic::Applicability::Safe => ApplicabilityName::Safe,
            },
            edits: edits.collect::<Option<_>>()?,
        })
    }
}

impl Statistics {
    fn new(report: &engine::Report) -> Self {
        let count = |severity: Severity| {
            report.diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
        };
        let statistics = &report.statistics;
        Self {
            findings: Findings {
                error: count(Severity::Error),
                warning: count(Severity::Warning),
                note: count(Severity::Note),
            },
            suppressed: report.count_covered(Cover::Comment),
            baselined: report.count_covered(Cover::Baseline),
            comparison: report.comparison.as_ref().map(|compared| Comparison {
                reference: compared.reference.clone(),
                commit: compared.commit.clone(),
                before: compared.before,
                known: compared.known,
            }),
            files: statistics.files.iter().map(|(kind, &count)| (kind.0.to_owned(), count)).collect(),
            keys: statistics.keys,
            facts: statistics.facts,
            environments: statistics.environments.clone(),
            services: statistics.services.clone(),
            matrix_is_declared: statistics.matrix_is_declared,
        }
    }
}

impl From<Severity> for SeverityName {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Note => Self::Note,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}
