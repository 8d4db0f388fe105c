//! Historic bugs in a few files each, written for them: `tests/replay/<id>.md` has one case `Before` and one
//! `After`.

use std::path::Path;

use envcheck::engine::Settings;

use super::case;
use crate::support::page::cases;

#[test]
fn every_case_names_rules_that_exist() {
    let cases = case::all();
    assert!(cases.len() >= 48, "{} cases", cases.len());
    for case in cases {
        assert!(!case.wrong.is_empty() && case.places().count() > 0, "{}: says nothing", case.id);
        for rule in case.rules.iter().filter(|_| case.invisible.is_none()) {
            assert!(case::meta(rule).is_some(), "{}: no rule is called `{rule}`", case.id);
        }
    }
}

#[test]
fn every_condensed_case_is_found_before_and_silent_after() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replay");
    let settings = Settings { strict: true, ..Settings::default() };
    let mut failures = Vec::new();
    for case in case::all() {
        let Ok(page) = std::fs::read_to_string(folder.join(format!("{}.md", case.id))) else { continue };
        let sides = cases(&page);
        let side = |title: &str| sides.iter().find(|side| side.title == title);
        let (Some(before), Some(after)) = (side("Before"), side("After")) else {
            failures.push(format!("{}: the page lacks `## Before` or `## After`", case.id));
            continue;
        };
        let condensed = case::Case { at: places(&page), cleaned: None, ..case };
        // Files that stay as they were, the matrix among them, are written once.
        let after = before.with(after);
        let score = condensed.score(&before.run(&settings), &after.run(&settings));
        if score.found.is_none() {
            let elsewhere = score.elsewhere.unwrap_or_default();
            failures.push(format!("{}: not found before the mending. {elsewhere}", condensed.id));
        }
        failures.extend(score.remains.iter().map(|said| format!("{}: still said: {said}", condensed.id)));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The places that a page names: ``Found at `path:line`, `path:line`.``
fn places(page: &str) -> Vec<String> {
    page.lines()
        .filter(|line| line.starts_with("Found at `"))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}
