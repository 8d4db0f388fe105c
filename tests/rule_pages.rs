//! Every rule's case pages: `tests/rules/<rule-id>/{fires,silent}.md`.

use std::path::Path;

use envcheck::engine::Settings;
use envcheck::rules;

use crate::support::page::{CANARY, cases, spell};

#[test]
fn every_rule_keeps_its_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let update = std::env::var_os("UPDATE").is_some();
    let mut failures = Vec::new();
    for rule in rules::ALL {
        let id = rule.meta().id;
        for name in ["fires.md", "silent.md"] {
            let path = root.join(id.0).join(name);
            let Ok(mut page) = std::fs::read_to_string(&path) else {
                failures.push(format!("{id}: {name} is missing"));
                continue;
            };
            if name == "fires.md" && !page.contains(CANARY) {
                failures.push(format!("{id}: fires.md plants no canary (`{CANARY}` in some value)"));
            }
            for case in cases(&page).iter().rev() {
                let select = case.rules.iter().copied().chain([id]).collect();
                let settings = Settings { select, ..Settings::default() };
                let found = spell(&case.run(&settings));
                if found.contains(CANARY) {
                    failures.push(format!("{id}: {name}: {}: prints the secret", case.title));
                }
                match &case.expected {
                    _ if name == "silent.md" => {
                        if !found.is_empty() {
                            failures.push(format!("{id}: silent.md: {}: not silent\n{found}", case.title));
                        }
                    }
                    Some((_, range)) if update => page.replace_range(range.clone(), &found),
                    Some((expected, _)) if *expected == found && !found.is_empty() => {}
                    Some((expected, _)) => failures.push(format!(
                        "{id}: fires.md: {}\n--- expected\n{expected}--- found\n{found}",
                        case.title
                    )),
                    None => failures.push(format!("{id}: fires.md: {}: no `diagnostics` block", case.title)),
                }
            }
            if update {
                std::fs::write(&path, page).unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn rules_and_folders_are_the_same_set() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut folders: Vec<String> = std::fs::read_dir(&root)
        .map(|entries| entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect())
        .unwrap_or_default();
    folders.retain(|name| !name.starts_with('.'));
    folders.sort();
    let mut names: Vec<String> = rules::ALL.iter().map(|rule| rule.meta().id.0.to_owned()).collect();
    names.sort();
    assert_eq!(folders, names);
    let files: Vec<String> = names.iter().map(|name| format!("{}.rs", name.replace('-', "_"))).collect();
    for file in files {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules").join(&file);
        assert!(path.exists(), "src/rules/{file}");
    }
}

#[test]
fn every_page_has_its_headings() {
    for rule in rules::ALL {
        let meta = rule.meta();
        assert!(!meta.summary().is_empty(), "{}: no summary", meta.id);
        for heading in ["## Why it matters", "## Example", "## What to do"] {
            assert!(meta.page.contains(heading), "{}: the page lacks `{heading}`", meta.id);
        }
    }
}
