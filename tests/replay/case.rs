//! What a case file says, and how the findings of both trees are held against it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use envcheck::diagnostic::Diagnostic;
use envcheck::engine::Report;
use envcheck::rule::{Level, RuleMeta};
use envcheck::rules;
use serde::Deserialize;

/// A historic bug.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The file's name.
    #[serde(skip)]
    pub(crate) id: String,
    /// What was wrong, in one or two sentences.
    pub(crate) wrong: String,
    /// The repository on GitHub.
    pub(crate) repository: String,
    /// The commit with the bug.
    pub(crate) before: String,
    /// The commit that mends it.
    pub(crate) after: String,
    /// A second repository that is mounted beside.
    pub(crate) companion: Option<Companion>,
    /// The rules that should find it; any of them serves.
    pub(crate) rules: Vec<String>,
    /// The keys it is about; any of them serves. Empty where the bug is about no key.
    #[serde(default)]
    pub(crate) keys: Vec<String>,
    /// Where a finding belongs, as `path:line`; any of them serves.
    pub(crate) at: Vec<String>,
    /// The paths that the mending cleans; all paths of `at` where nothing is said. A mending may leave
    /// a place behind.
    pub(crate) cleaned: Option<Vec<String>>,
    /// Why it cannot be found, for a case that is kept as a reminder.
    pub(crate) invisible: Option<String>,
    /// The files of the matrix that the bug contradicts, where it is only a bug by declaration.
    #[serde(default)]
    pub(crate) matrix: BTreeMap<String, String>,
}

/// A second repository.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Companion {
    /// The repository on GitHub.
    pub(crate) repository: String,
    /// The folder it is mounted at.
    pub(crate) mount: String,
    /// The commit that goes with the bug.
    pub(crate) before: String,
    /// The commit that goes with the mending.
    pub(crate) after: String,
}

/// How a case went.
#[derive(Debug)]
pub(crate) struct Score {
    /// The rule that found it at the right place, and the first word of its level.
    pub(crate) found: Option<(String, &'static str)>,
    /// What one of the rules says about one of the keys elsewhere, if it was not found.
    pub(crate) elsewhere: Option<String>,
    /// What is still said after the mending.
    pub(crate) remains: Vec<String>,
}

/// The files of this folder with an extension, in the order of their names.
pub(crate) fn files(extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|known| known == extension))
        .collect();
    paths.sort();
    paths
}

/// All cases, in the order of their names.
pub(crate) fn all() -> Vec<Case> {
    files("toml")
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let mut case: Case = toml::from_str(&text).expect("a case file, `deny_unknown_fields`");
            case.id = path.file_stem().unwrap().to_str().unwrap().to_owned();
            case
        })
        .collect()
}

impl Case {
    /// Holds what was found in both trees against the case.
    pub(crate) fn score(&self, before: &Report, after: &Report) -> Score {
        let spoken = || before.diagnostics.iter().filter(|diagnostic| self.speaks(diagnostic));
        let found = spoken().find(|diagnostic| {
            diagnostic.labels.iter().any(|label| {
                let (path, lines) = place(before, label.at);
                self.places().any(|(wanted, line)| wanted == path && lines.contains(&line))
            })
        });
        let cleaned: Vec<&str> = match &self.cleaned {
            Some(paths) => paths.iter().map(String::as_str).collect(),
            None => self.places().map(|(path, _)| path).collect(),
        };
        let rule = found.map(|diagnostic| diagnostic.rule.0);
        let remains = after
            .diagnostics
            .iter()
            .filter(|diagnostic| rule.is_none_or(|rule| diagnostic.rule.0 == rule))
            .filter(|diagnostic| self.speaks(diagnostic))
            .filter(|diagnostic| {
                diagnostic.labels.iter().any(|label| cleaned.contains(&place(after, label.at).0.as_str()))
            })
            .map(|diagnostic| summary(after, diagnostic))
            .collect();
        Score {
            found: found.map(|diagnostic| (diagnostic.rule.0.to_owned(), level(diagnostic))),
            elsewhere: spoken().next().map(|diagnostic| summary(before, diagnostic)),
            remains,
        }
    }

    /// Whether a finding is one of the case's rules speaking about one of its keys.
    fn speaks(&self, diagnostic: &Diagnostic) -> bool {
        let names = |key: &String| {
            diagnostic.keys().any(|known| known.as_str() == key)
                || diagnostic.message.contains(&format!("`{key}`"))
                || diagnostic.labels.iter().any(|label| label.message.contains(&format!("`{key}`")))
        };
        self.rules.iter().any(|rule| rule == diagnostic.rule.0)
            && (self.keys.is_empty() || self.keys.iter().any(names))
    }

    /// The places of `at`.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&str, usize)> {
        self.at.iter().map(|place| {
            let (path, line) = place.rsplit_once(':').expect("`path:line`");
            (path, line.parse().expect("a line"))
        })
    }
}

/// What is known about the rule of this name.
pub(crate) fn meta(name: &str) -> Option<&'static RuleMeta> {
    rules::ALL.iter().map(|rule| rule.meta()).find(|meta| meta.id.0 == name)
}

/// At which level a finding speaks.
fn level(diagnostic: &Diagnostic) -> &'static str {
    match meta(diagnostic.rule.0).map(|meta| meta.level) {
        Some(Level::Strict) => "strict",
        _ if meta(diagnostic.rule.0).is_some_and(|meta| meta.partly_strict) => "partly strict",
        _ => diagnostic.severity.word(),
    }
}

fn place(report: &Report, at: envcheck::text::Location) -> (String, std::ops::RangeInclusive<usize>) {
    let file = &report.files[&at.file];
    let line = |offset| file.lines.line_column(&file.text, offset).line as usize;
    let last = line(at.span.end.max(at.span.start));
    (file.path.to_string(), line(at.span.start)..=last)
}

fn summary(report: &Report, diagnostic: &Diagnostic) -> String {
    let at = diagnostic.labels.first().map(|label| {
        let (path, lines) = place(report, label.at);
        format!("{path}:{}", lines.start())
    });
    format!("{} {}: {}", at.unwrap_or_default(), diagnostic.rule, diagnostic.message)
}
