//! `docs/rules/`: one page per rule and the list of them, made from the rules themselves; and the examples
//! of the pages, which must be true.

use std::collections::BTreeMap;
use std::path::Path;

use envcheck::engine::Settings;
use envcheck::render::{rule_list, rule_page};
use envcheck::rule::RuleMeta;
use envcheck::rules;

use crate::support::page::{cases, spell};

const COMMAND: &str = "UPDATE=1 cargo test rule_docs";

#[test]
fn docs_are_those_of_the_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let mut expected: BTreeMap<String, String> =
        rules::ALL.iter().map(|rule| (format!("{}.md", rule.meta().id), rule_page(rule.meta()))).collect();
    expected.insert("README.md".to_owned(), rule_list(rules::ALL));
    if std::env::var_os("UPDATE").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &expected {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    let committed: BTreeMap<String, String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let text = std::fs::read_to_string(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), text.replace("\r\n", "\n"))
        })
        .collect();
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&committed), names(&expected), "docs/rules is out of date: run {COMMAND}");
    for (name, text) in &expected {
        assert!(&committed[name] == text, "docs/rules/{name} is out of date: run {COMMAND}");
    }
}

#[test]
fn pages_have_the_headings_of_the_house() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        let page = rule_page(rule.meta());
        let headings: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .filter(|heading| *heading != "Fix safety")
            .collect();
        let expected = ["Why it matters", "Example", "What to do", "Options"];
        if headings != expected {
            wrong.push(format!("{}: {headings:?}, not {expected:?}", rule.meta().id));
        }
        let (_, example) = page.split_once("\n## Example\n").unwrap();
        let shows_matrix = ["`envs/", "`envcheck.yaml`"].iter().any(|mark| example.contains(mark));
        if rule.meta().needs_matrix && !shows_matrix {
            wrong.push(format!("{}: the example shows no declaration", rule.meta().id));
        }
        if !rule.meta().summary().starts_with("Reports ") {
            wrong.push(format!("{}: the page does not begin with `Reports`", rule.meta().id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The example of a page as a case, if it shows files.
fn example(meta: &RuleMeta) -> Option<String> {
    let page = rule_page(meta);
    let (_, behind) = page.split_once("\n## Example\n")?;
    let (example, _) = behind.split_once("\n## What to do\n")?;
    let is_path = |line: &str| {
        line.strip_prefix('`')
            .and_then(|rest| rest.strip_suffix('`'))
            .is_some_and(|path| !path.contains(['`', ' ']))
    };
    let mut lines = example.lines().peekable();
    let mut case = "## Example\n".to_owned();
    let mut has_files = false;
    let mut fence = false;
    while let Some(line) = lines.next() {
        if is_path(line) && lines.peek().is_some_and(|next| next.starts_with("```")) {
            has_files = true;
            // The fence below is a file, whatever it is called.
            case.push_str(line);
            case.push('\n');
            case.push_str(&lines.next().unwrap_or("").replace("```text", "```ctmpl"));
            case.push('\n');
            fence = true;
            continue;
        }
        // What is shown of the findings is compared apart.
        if !fence && line.starts_with("```text") {
            lines.by_ref().find(|line| line.starts_with("```"));
            continue;
        }
        fence ^= line.starts_with("```");
        case.push_str(line);
        case.push('\n');
    }
    has_files.then_some(case)
}

/// The lines of a page that show the head of a finding.
fn shown(meta: &RuleMeta) -> Vec<String> {
    let page = rule_page(meta);
    let marks = ["error", "warning", "note"].map(|word| format!("{word}[{}]: ", meta.id));
    page.lines().filter(|line| marks.iter().any(|mark| line.starts_with(mark))).map(str::to_owned).collect()
}

#[test]
fn examples_of_pages_are_true() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        let meta = rule.meta();
        let Some(case) = example(meta) else {
            wrong.push(format!("{}: the example shows no files", meta.id));
            continue;
        };
        // Exceptions are judged by the rules that were asked: an exception to one by that one.
        let excepted = rules::ALL.iter().map(|rule| rule.meta().id);
        let excepted = excepted.filter(|id| case.contains(&format!("envcheck: ignore[{id}]")));
        let settings = Settings { select: excepted.chain([meta.id]).collect(), ..Settings::default() };
        let found = cases(&case).iter().map(|case| spell(&case.run(&settings))).collect::<String>();
        let heads: Vec<&str> = found.lines().filter(|line| !line.starts_with(' ')).collect();
        let shown = shown(meta);
        if heads.is_empty() || shown.is_empty() || heads != shown {
            wrong.push(format!("{}: the page shows {shown:#?}, its files give\n{found}", meta.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rules_with_repairs_say_so() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        let meta = rule.meta();
        let pages = ["fires.md", "fix.md"].map(|name| root.join(meta.id.0).join(name));
        let repairs = pages
            .iter()
            .filter_map(|page| std::fs::read_to_string(page).ok())
            .any(|page| page.lines().any(|line| line.starts_with("  fix (")));
        if repairs != meta.fixes {
            let what = if repairs { "add `, fixes` to" } else { "take `, fixes` from" };
            wrong.push(format!("{}: {what} its declaration, or mend its pages", meta.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
