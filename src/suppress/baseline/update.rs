//! Writing a baseline.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize as _;

use super::{Baseline, Entry, Group, VERSION};
use crate::diagnostic::{Diagnostic, RuleId};
use crate::text::Files;

/// Whether an update may count findings that the file did not count before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Growth {
    /// The file counts what there is now.
    Allowed,
    /// Counts only fall.
    Refused,
}

/// A baseline as it is to be written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Update {
    /// The text of the file. The same findings give the same bytes.
    pub text: String,
    /// How many findings it counts.
    pub findings: usize,
    /// How many findings more than before it counts.
    pub added: usize,
    /// How many findings fewer than before it counts.
    pub removed: usize,
}

impl Update {
    /// The baseline that counts `found`. Of rules that were not `asked` the `old` counts stay.
    #[must_use]
    pub fn new<'a>(
        old: Option<&Baseline>,
        found: impl Iterator<Item = &'a Diagnostic>,
        files: &Files,
        asked: &BTreeSet<RuleId>,
        growth: Growth,
    ) -> Self {
        let mut before: BTreeMap<Group, usize> = BTreeMap::new();
        for count in old.into_iter().flat_map(|old| &old.counts) {
            *before.entry(count.group.clone()).or_default() += count.count;
        }
        let mut now: BTreeMap<Group, usize> = BTreeMap::new();
        for group in found.flat_map(|found| Group::of(found, files)) {
            *now.entry(group).or_default() += 1;
        }
        if growth == Growth::Refused {
            for (group, count) in &mut now {
                *count = (*count).min(before.get(group).copied().unwrap_or(0));
            }
            now.retain(|_, count| *count > 0);
        }
        let is_asked = |group: &Group| asked.iter().any(|rule| rule.0 == group.rule);
        for (group, count) in before.iter().filter(|(group, _)| !is_asked(group)) {
            now.insert(group.clone(), *count);
        }
        let more = |one: &BTreeMap<Group, usize>, other: &BTreeMap<Group, usize>| -> usize {
            one.iter()
                .map(|(group, count)| count.saturating_sub(other.get(group).copied().unwrap_or(0)))
                .sum()
        };
        Self {
            text: print(&now),
            findings: now.values().sum(),
            added: more(&now, &before),
            removed: more(&before, &now),
        }
    }
}

/// One line per entry, so that a difference of two versions reads well.
fn print(counts: &BTreeMap<Group, usize>) -> String {
    let lines: Vec<String> = counts
        .iter()
        .map(|(group, &count)| {
            let key = (!group.key.is_empty()).then(|| group.key.clone());
            let entry = Entry { file: group.file.clone(), rule: group.rule.clone(), key, count };
            let mut line = Vec::new();
            // Writing into memory cannot fail, nor can texts and numbers.
            let _ = entry.serialize(&mut serde_json::Serializer::with_formatter(&mut line, Spaced));
            format!("\n    {}", String::from_utf8_lossy(&line))
        })
        .collect();
    let end = if lines.is_empty() { "" } else { "\n  " };
    format!("{{\n  \"version\": {VERSION},\n  \"findings\": [{}{end}]\n}}\n", lines.join(","))
}

/// JSON in one line with spaces behind its signs.
struct Spaced;

impl serde_json::ser::Formatter for Spaced {
    fn begin_object_key<W: std::io::Write + ?Sized>(
        &mut self,
        out: &mut W,
        first: bool,
    ) -> std::io::Result<()> {
        if first { Ok(()) } else { out.write_all(b", ") }
    }

    fn begin_object_value<W: std::io::Write + ?Sized>(&mut self, out: &mut W) -> std::io::Result<()> {
        out.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Growth, Update};
    use crate::diagnostic::{Diagnostic, Label, RuleId, Severity};
    use crate::key::KeyName;
    use crate::suppress::Baseline;
    use crate::text::{FileId, Files, Location, SourceFile, Span, TreePath};

    fn found(rule: &'static str, key: Option<&str>) -> Diagnostic {
        Diagnostic {
            rule: RuleId(rule),
            severity: Severity::Warning,
            message: String::new(),
            labels: vec![Label { at: Location::new(FileId(0), Span::at(0)), message: String::new() }],
            why: None,
            help: None,
            key: key.map(KeyName::new),
            further: Vec::new(),
            environments: Vec::new(),
            fix: None,
        }
    }

    #[test]
    fn counts_are_sorted_stable_and_kept_for_rules_that_were_not_asked() {
        let files =
            Files::new(vec![SourceFile::new(FileId(0), TreePath::parse("a \".env").unwrap(), String::new())]);
        let asked: BTreeSet<RuleId> = [RuleId("b"), RuleId("a")].into();
        let all = [found("b", Some("K")), found("a", None), found("b", Some("K"))];
        let first = Update::new(None, all.iter(), &files, &asked, Growth::Allowed);
        let expected = "{\n  \"version\": 1,\n  \"findings\": [\n    \
                        {\"file\": \"a \\\".env\", \"rule\": \"a\", \"count\": 1},\n    \
                        {\"file\": \"a \\\".env\", \"rule\": \"b\", \"key\": \"K\", \"count\": 2}\n  ]\n}\n";
        assert_eq!(first.text, expected);
        assert_eq!((first.findings, first.added, first.removed), (3, 3, 0));
        let old = Baseline::parse(FileId(1), &first.text);
        assert_eq!(old.fault, None);
        let again = Update::new(Some(&old), all.iter().rev(), &files, &asked, Growth::Allowed);
        assert_eq!((again.text.as_str(), again.added, again.removed), (expected, 0, 0));
        let only_b: BTreeSet<RuleId> = [RuleId("b")].into();
        let fewer = Update::new(Some(&old), all[..1].iter(), &files, &only_b, Growth::Refused);
        assert_eq!((fewer.findings, fewer.added, fewer.removed), (2, 0, 1));
        assert!(fewer.text.contains("\"rule\": \"a\""), "{}", fewer.text);
        let more = [found("a", None), found("a", None), found("b", None)];
        let shrunk = Update::new(Some(&old), more.iter(), &files, &asked, Growth::Refused);
        assert_eq!((shrunk.findings, shrunk.added, shrunk.removed), (1, 0, 2));
        let none = Update::new(Some(&old), [].iter(), &files, &asked, Growth::Allowed);
        assert_eq!(none.text, "{\n  \"version\": 1,\n  \"findings\": []\n}\n");
    }

    #[test]
    fn what_is_written_keeps_the_schema() {
        let files = Files::default();
        let asked: BTreeSet<RuleId> = [RuleId("a")].into();
        let update = Update::new(None, [found("a", Some("K"))].iter(), &files, &asked, Growth::Allowed);
        let schema = serde_json::from_str(&super::super::schema()).unwrap();
        let value = serde_json::from_str(&update.text).unwrap();
        assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&value), "{value}");
        let zero = serde_json::json!({ "version": 1, "findings": [{ "file": "", "rule": "a", "count": 0 }] });
        assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&zero));
    }
}
