//! The last line of a run: what was found, and in how much.

use super::clean;
use crate::diagnostic::Severity;
use crate::engine::Report;
use crate::fact::SourceKind;
use crate::suppress::Cover;

/// The run in one line: `2 errors, 1 warning in 3 files (18 files read: ...; 42 keys ...)`.
#[must_use]
pub fn summary(report: &Report) -> String {
    let mut found = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let count = report.diagnostics.iter().filter(|found| found.severity == severity).count();
        if count > 0 {
            found.push(counted(count, severity.word()));
        }
    }
    let mut places: Vec<_> =
        report.diagnostics.iter().filter_map(|found| found.primary()).map(|label| label.at.file).collect();
    places.sort_unstable();
    places.dedup();
    let found = match (found.is_empty(), places.len()) {
        (true, _) => "no findings".to_owned(),
        (false, 0) => found.join(", "),
        (false, files) => format!("{} in {}", found.join(", "), counted(files, "file")),
    };
    let mut text = found;
    for (cover, word) in [(Cover::Comment, "suppressed"), (Cover::Baseline, "in the baseline")] {
        let count = report.count_covered(cover);
        if count > 0 {
            text = format!("{text}, {count} {word}");
        }
    }
    if let Some(compared) = &report.comparison {
        let old = format!("{} of {} before are still there", compared.known, compared.before);
        text = format!("{text} new since {}, {old}", clean(&compared.reference));
    }
    format!("{text} ({})", figures(report))
}

/// What was read and what was found in it.
fn figures(report: &Report) -> String {
    let statistics = &report.statistics;
    let mut kinds: Vec<_> =
        statistics.files.iter().filter(|&(&kind, _)| kind != SourceKind::MENTION).collect();
    kinds.sort_by_key(|&(kind, &count)| (std::cmp::Reverse(count), kind));
    let total: usize = kinds.iter().map(|&(_, count)| count).sum();
    let mut text = format!("{} read", counted(total, "file"));
    let kinds: Vec<String> = kinds.iter().map(|(kind, count)| format!("{count} {}", kind.0)).collect();
    if !kinds.is_empty() {
        text = format!("{text}: {}", kinds.join(", "));
    }
    if let Some(count) = statistics.files.get(&SourceKind::MENTION) {
        text = format!("{text}; {count} searched for names");
    }
    text = format!("{text}; {}", counted(statistics.keys, "key"));
    let inferred = if statistics.matrix_is_declared { "" } else { "inferred " };
    for (count, word) in
        [(statistics.environments.len(), "environment"), (statistics.services.len(), "service")]
    {
        if count > 0 {
            text = format!("{text}, {}", counted(count, &format!("{inferred}{word}")));
        }
    }
    text
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::summary;
    use crate::engine::{Report, Statistics};
    use crate::fact::SourceKind;

    #[test]
    fn tells_what_was_read() {
        let statistics = Statistics {
            files: [(SourceKind("compose"), 1), (SourceKind("dotenv"), 3), (SourceKind::MENTION, 9)].into(),
            keys: 1,
            environments: vec!["production".to_owned()],
            ..Statistics::default()
        };
        let report = Report { statistics, ..Report::default() };
        assert_eq!(
            summary(&report),
            "no findings (4 files read: 3 dotenv, 1 compose; 9 searched for names; 1 key, 1 inferred environment)"
        );
    }
}
