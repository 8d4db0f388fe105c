//! Every repair's case pages: `tests/rules/<rule-id>/fix.md`, the difference that the repair makes.

use std::fmt::Write as _;
use std::path::Path;

use envcheck::diagnostic::Applicability;
use envcheck::engine::{Asked, Settings, Snapshot};
use envcheck::fix::{Repaired, Tag, Wanted, preview, repair};
use envcheck::rules;
use envcheck::system::{MemorySystem, Overlay, System};
use envcheck::text::TreePath;

use crate::support::page::{CANARY, Case, cases, spell};

/// The tree with all changes made.
pub(crate) fn changed<'a>(system: &'a MemorySystem, repaired: &Repaired) -> Overlay<'a> {
    let mut overlay = Overlay::new(system);
    for change in &repaired.changes {
        assert_eq!(change.before, system.read(&change.path).ok(), "{}", change.path);
        overlay.insert(change.path.clone(), change.after.clone());
    }
    overlay
}

/// What is done, and the difference it makes.
pub(crate) fn spell_changes(repaired: &Repaired) -> String {
    let mut text = String::new();
    for one in &repaired.applied {
        writeln!(text, "{} ({:?}): {}", one.place, one.applicability, one.title).unwrap();
    }
    for one in &repaired.refused {
        writeln!(text, "{} left: {}", one.repair.place, one.reason).unwrap();
    }
    for preview in preview(&repaired.before, repaired.latest(), &repaired.changes, None) {
        writeln!(text, "--- {}", preview.path).unwrap();
        for hunk in &preview.hunks {
            writeln!(text, "@@ {} @@", hunk.before.0).unwrap();
            for line in &hunk.lines {
                let sign = match line.tag {
                    Tag::Same => ' ',
                    Tag::Gone => '-',
                    Tag::New => '+',
                };
                let end = if line.is_ended { "" } else { "␃" };
                writeln!(text, "{}", format!("{sign}{}{end}", line.text).trim_end()).unwrap();
            }
        }
    }
    text
}

fn wanted(case: &Case, rule: envcheck::diagnostic::RuleId) -> Wanted {
    let select = case.rules.iter().copied().chain([rule]).collect();
    let settings = Settings { select, ..Settings::default() };
    Wanted { settings, least: Applicability::Unsafe, below: None, earlier: None }
}

fn check(case: &Case, rule: envcheck::diagnostic::RuleId, failures: &mut Vec<String>) -> String {
    let (system, wanted) = (case.system(), wanted(case, rule));
    let repaired = repair(&system, &Asked::default(), &wanted);
    let found = spell_changes(&repaired);
    let mut fail = |what: &str| failures.push(format!("{rule}: fix.md: {}: {what}", case.title));
    if found.contains(CANARY) {
        fail("prints the secret");
    }
    if repaired.changes.is_empty() {
        fail("changes nothing");
    }
    let after = changed(&system, &repaired);
    let left = Snapshot::take(&after, None).report(&wanted.settings);
    if !left.diagnostics.is_empty() {
        fail(&format!("is not silent afterwards\n{}", spell(&left)));
    }
    let again = repair(&after, &Asked::default(), &wanted);
    if !again.changes.is_empty() {
        fail("a second run changes something");
    }
    found
}

#[test]
fn every_repair_keeps_its_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = Vec::new();
    for rule in rules::ALL {
        let id = rule.meta().id;
        let path = root.join(id.0).join("fix.md");
        let Ok(mut page) = std::fs::read_to_string(&path) else { continue };
        for case in cases(&page).iter().rev() {
            let found = check(case, id, &mut failures);
            match &case.expected {
                Some((_, range)) if update => page.replace_range(range.clone(), &found),
                Some((expected, _)) if *expected == found => {}
                Some((expected, _)) => failures.push(format!(
                    "{id}: fix.md: {}\n--- expected\n{expected}--- found\n{found}",
                    case.title
                )),
                None => failures.push(format!("{id}: fix.md: {}: no `diff` block", case.title)),
            }
        }
        if update {
            std::fs::write(&path, page).unwrap();
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn rules_with_repairs_and_pages_about_them_are_the_same_set() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        let id = rule.meta().id;
        let folder = root.join(id.0);
        let fires = std::fs::read_to_string(folder.join("fires.md")).unwrap_or_default();
        let repairs = cases(&fires).iter().any(|case| {
            let report = case.run(&wanted(case, id).settings);
            report.diagnostics.iter().any(|found| {
                found.rule == id
                    && found.fix.as_ref().is_some_and(|fix| fix.applicability != Applicability::DisplayOnly)
            })
        });
        let has_page = folder.join("fix.md").exists();
        if repairs != has_page {
            wrong.push(format!("{id}: {}", if repairs { "needs a fix.md" } else { "repairs nothing" }));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// All files of the cases of all pages, each case a tree.
pub(crate) fn corpus() -> Vec<(String, Case)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut found = Vec::new();
    for rule in rules::ALL {
        for name in ["fires.md", "fix.md"] {
            let Ok(page) = std::fs::read_to_string(root.join(rule.meta().id.0).join(name)) else { continue };
            let of_page = cases(&page).into_iter();
            found.extend(of_page.map(|case| (format!("{}/{name}: {}", rule.meta().id, case.title), case)));
        }
    }
    found
}

/// Everything of the old content that the new one lacks, or the reverse, stands in lines that the
/// difference names; the other lines are the same bytes.
fn lines_that_stay(before: &[u8], after: &[u8]) -> usize {
    let lines = |bytes: &[u8]| -> Vec<Vec<u8>> {
        bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
    };
    let (old, new) = (lines(before), lines(after));
    let front = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let back = old[front..].iter().rev().zip(new[front..].iter().rev()).take_while(|(a, b)| a == b).count();
    front + back
}

#[test]
fn the_whole_corpus_is_repaired_once_and_for_all() {
    let settings = Settings { strict: true, ..Settings::default() };
    let wanted = Wanted { settings, least: Applicability::Unsafe, below: None, earlier: None };
    let mut repaired_trees = 0;
    for (title, case) in corpus() {
        for ending in ["\n", "\r\n"] {
            let mut system = MemorySystem::default();
            for (path, content) in &case.files {
                let unix = content.replace("\r\n", "\n").replace('\n', ending);
                let is_marked =
                    ending == "\r\n" && !unix.starts_with('\u{feff}') && !path.contains("Dockerfile");
                let mark = if is_marked { "\u{feff}" } else { "" };
                system.insert(TreePath::parse(path).unwrap(), format!("{mark}{unix}"));
            }
            let repaired = repair(&system, &Asked::default(), &wanted);
            if repaired.changes.is_empty() {
                continue;
            }
            repaired_trees += 1;
            let after = changed(&system, &repaired);
            for change in &repaired.changes {
                let Some(before) = &change.before else { continue };
                let text = String::from_utf8(change.after.clone()).unwrap();
                assert_eq!(before.starts_with(b"\xef\xbb\xbf"), text.starts_with('\u{feff}'), "{title}");
                let bare = text.matches('\n').count() - text.matches("\r\n").count();
                assert!(ending == "\n" || bare == 0, "{title}: {}: mixed line ends\n{text:?}", change.path);
                let lines = before.iter().filter(|&&byte| byte == b'\n').count();
                assert!(lines < 8 || lines_that_stay(before, &change.after) > 0, "{title}: {}", change.path);
            }
            let again = repair(&after, &Asked::default(), &wanted);
            assert!(again.changes.is_empty(), "{title}: a second run changes {:?}", again.changes);
            let counted = |report: &envcheck::engine::Report| report.diagnostics.len();
            let before = Snapshot::take(&system, None).report(&wanted.settings);
            assert!(
                counted(&again.report) + repaired.applied.len() <= counted(&before),
                "{title}: {}\n{}",
                spell(&before),
                spell(&again.report)
            );
        }
    }
    assert!(repaired_trees > 30, "{repaired_trees}");
}
