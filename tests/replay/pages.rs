//! Historic bugs in a few files each, written for them: `tests/replay/<id>.md` has one case `Before` and one
//! `After`. A page without a `.toml` is a bug that people tell of in public and that no history at hand holds: it says
//! where, what was wrong, which rule finds it, and which keys it is about.

use std::collections::BTreeMap;

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
    let settings = Settings { strict: true, ..Settings::default() };
    let mut known: BTreeMap<String, case::Case> =
        case::all().into_iter().map(|case| (case.id.clone(), case)).collect();
    let mut failures = Vec::new();
    for path in case::files("md") {
        let page = std::fs::read_to_string(&path).unwrap();
        let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let case = known.remove(&id).unwrap_or_else(|| told(id, &page));
        let sides = cases(&page);
        let side = |title: &str| sides.iter().find(|side| side.title == title);
        let (Some(before), Some(after)) = (side("Before"), side("After")) else {
            failures.push(format!("{}: the page lacks `## Before` or `## After`", case.id));
            continue;
        };
        let condensed = case::Case { at: quoted(&page, "Found at `"), cleaned: None, ..case };
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

/// The case of a page that no case file goes with: ``Told in `owner/name#number`: what was wrong.``
fn told(id: String, page: &str) -> case::Case {
    let source = quoted(page, "Told in `").into_iter().next();
    let thread = source.as_deref().and_then(|source| source.split_once('#'));
    let (repository, number) = thread.unwrap_or_default();
    assert!(
        repository.split('/').count() == 2 && number.parse::<u32>().is_ok(),
        "{id}: no case file, and no thread that tells of it"
    );
    let rules = quoted(page, "Found by `");
    assert!(!rules.is_empty(), "{id}: names no rule");
    for rule in &rules {
        assert!(case::meta(rule).is_some(), "{id}: no rule is called `{rule}`");
    }
    case::Case {
        wrong: page.lines().find(|line| line.starts_with("Told in `")).unwrap_or_default().to_owned(),
        repository: repository.to_owned(),
        before: String::new(),
        after: String::new(),
        companion: None,
        rules,
        keys: quoted(page, "About `"),
        at: Vec::new(),
        cleaned: None,
        invisible: None,
        matrix: BTreeMap::new(),
        id,
    }
}

/// What stands in backquotes in the lines of a page that begin so: ``Found at `path:line`, `path:line`.``
fn quoted(page: &str, start: &str) -> Vec<String> {
    page.lines()
        .filter(|line| line.starts_with(start))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}
