//! The example project: the healthy copy is silent, the faulty one shows what its list says, and no
//! output of either tells a secret.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use envcheck::engine::{Report, Settings, Snapshot};
use envcheck::index::{Cell, Index, LinkState, Outcome};
use envcheck::key::KeyName;
use envcheck::render::{self, Screen, Traced};
use envcheck::system::{MemorySystem, OsSystem, System};
use envcheck::text::TreePath;

use crate::support::page::CANARY;

fn folder(copy: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/six-environments").join(copy)
}

fn system(copy: &str) -> OsSystem {
    OsSystem::new(&folder(copy), &[]).unwrap()
}

fn snapshot(copy: &str) -> Snapshot {
    Snapshot::take(&system(copy), None)
}

/// A finding or a fault: the rule, the file and the line.
type Place = (String, String, u32);

fn places(snapshot: &Snapshot, report: &Report) -> Vec<Place> {
    let mut found: Vec<Place> = report
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let at = diagnostic.labels.first().unwrap().at;
            let (path, line) = {
                let file = snapshot.index.files.get(at.file).unwrap();
                (file.path.to_string(), file.line_column(at.span.start).line)
            };
            (diagnostic.rule.to_string(), path, line)
        })
        .collect();
    found.sort();
    found
}

/// The rows of the table in FAULTS.md.
fn faults() -> Vec<Place> {
    let text = std::fs::read_to_string(folder("faulty").join("FAULTS.md")).unwrap();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim().trim_matches('|').split(" | ").map(str::trim).collect();
        let number: usize = cells.first()?.parse().ok()?;
        assert_eq!(cells.len(), 4, "row {number}");
        let (rule, place) = (cells[2], cells[3]);
        let (path, line) = place.trim_matches('`').rsplit_once(':').unwrap();
        Some((number, (rule.trim_matches('`').to_owned(), path.to_owned(), line.parse().unwrap())))
    });
    let rows: Vec<(usize, Place)> = rows.collect();
    assert!(rows.iter().map(|(number, _)| *number).eq(1..=rows.len()), "the rows are not numbered in order");
    let mut faults: Vec<Place> = rows.into_iter().map(|(_, place)| place).collect();
    faults.sort();
    faults
}

#[test]
fn the_healthy_copy_has_no_findings() {
    let snapshot = snapshot("healthy");
    let report = snapshot.report(&Settings { strict: true, ..Settings::default() });
    assert_eq!(places(&snapshot, &report), []);
    assert!(report.unread.is_empty(), "{:?}", report.unread);
    assert!(report.statistics.matrix_is_declared);
    assert!(report.statistics.facts > 250, "only {} facts", report.statistics.facts);
    assert_eq!(
        report.statistics.environments,
        ["local", "github-ci", "local-ci", "preview", "staging", "production"]
    );
}

/// Silence proves something only where the links were followed to their ends.
#[test]
fn the_healthy_copy_is_understood() {
    let table = snapshot("healthy").index.table();
    let mut cells: BTreeMap<(&str, &str), Vec<(&str, Cell)>> = BTreeMap::new();
    for row in &table.rows {
        for (environment, cell) in table.environments.iter().zip(&row.cells) {
            assert_ne!(*cell, Cell::Missing, "{} of {} in {environment}", row.key.as_str(), row.service);
            assert!(
                *cell != Cell::Unseen || environment == "github-ci",
                "{} of {} in {environment}",
                row.key.as_str(),
                row.service
            );
            cells.entry((&row.service, row.key.as_str())).or_default().push((environment, *cell));
        }
    }
    let of = |service, key| -> Vec<Cell> {
        let cells = &cells[&(service, key)];
        ["local", "local-ci", "preview", "staging", "production"]
            .iter()
            .map(|wanted| cells.iter().find(|(name, _)| name == wanted).unwrap().1)
            .collect()
    };
    use Cell::{Default, Empty, Example, Supplied, Vault};
    assert_eq!(of("backend", "SESSION_SECRET"), [Example, Supplied, Vault, Vault, Vault]);
    assert_eq!(of("backend", "APP_URL"), [Example, Supplied, Supplied, Supplied, Supplied]);
    assert_eq!(of("backend", "PAYMENT_API_KEY"), [Example, Empty, Vault, Vault, Vault]);
    // Where the apps run from source there is no image that could set it.
    assert_eq!(of("backend", "GIT_SHA"), [Default, Supplied, Supplied, Supplied, Supplied]);
    // No file declares it: a limit that is the same everywhere.
    assert_eq!(of("backend", "PHOTO_MAX_BYTES"), [Example, Default, Default, Default, Default]);
    // What is built into the bundle does not come from the environment of a container.
    assert_eq!(of("frontend", "NEXT_PUBLIC_API_URL"), [Example, Default, Default, Default, Default]);
    assert_eq!(of("worker", "SMTP_URL"), [Example, Supplied, Vault, Vault, Vault]);
}

#[test]
fn the_faulty_copy_has_the_listed_faults_and_no_other() {
    let snapshot = snapshot("faulty");
    let found = places(&snapshot, &snapshot.report(&Settings::default()));
    let listed = faults();
    assert_eq!(listed.len(), 20);
    let rules: BTreeSet<&str> = listed.iter().map(|(rule, _, _)| rule.as_str()).collect();
    assert_eq!(rules.len(), 20, "each fault is of another kind");
    let missed: Vec<&Place> = listed.iter().filter(|place| !found.contains(place)).collect();
    let unlisted: Vec<&Place> = found.iter().filter(|place| !listed.contains(place)).collect();
    assert!(missed.is_empty() && unlisted.is_empty(), "missed: {missed:#?}\nnot listed: {unlisted:#?}");
    assert_eq!(found, listed, "a fault is found twice");
}

/// What `trace` says of a key for a service in an environment: the end, then each link.
fn traced(copy: &str, environment: &str, service: &str, key: &str) -> (Outcome, Vec<(LinkState, String)>) {
    let index = snapshot(copy).index;
    let environment = index.matrix.environment(environment).unwrap();
    let route = index.route(environment, &index.matrix.services[service], &KeyName::new(key));
    let links = route.links.into_iter().map(|link| {
        let place = link.at.map(|at| index.files.spell(at)).unwrap_or_default();
        (link.state, place)
    });
    (route.outcome, links.collect())
}

#[test]
fn links_lead_from_the_reader_outwards() {
    use LinkState::{Broken, Holds};
    let places = |links: &[(LinkState, &str)]| -> Vec<(LinkState, String)> {
        links.iter().map(|(state, place)| (*state, (*place).to_owned())).collect()
    };
    let (outcome, links) = traced("healthy", "local-ci", "backend", "S3_BUCKET");
    assert!(outcome.held().is_some());
    let expected =
        [(Holds, "apps/backend/src/config.py:29"), (Holds, "compose.yaml:85"), (Holds, ".env.ci:11")];
    assert_eq!(links, places(&expected));
    // Vault comes first and lacks the key, which is no fault where compose supplies it.
    let (outcome, links) = traced("healthy", "staging", "backend", "S3_BUCKET");
    assert!(outcome.held().is_some());
    let expected = [(Holds, "apps/backend/src/config.py:29"), (Holds, "infra/shop/compose.yaml:41")];
    assert_eq!(links, places(&expected));
    // Where nothing supplies it, each source says so.
    let (outcome, links) = traced("faulty", "preview", "worker", "SMTP_URL");
    assert_eq!(outcome, Outcome::Missing);
    let expected = [
        (Holds, "apps/worker/src/config.rs:13"),
        (Broken, "envs/preview.yaml:10"),
        (Broken, "infra/preview/compose.yaml:96"),
    ];
    assert_eq!(links, places(&expected));
}

/// What a workflow that is not there would supply, nobody knows.
#[test]
fn an_absent_workflow_hides_what_it_supplies() {
    let mut tree = MemorySystem::default();
    for path in ["envs/matrix.yaml", "envs/github-ci.yaml", "apps/worker/src/config.rs"] {
        tree.insert(TreePath::parse(path).unwrap(), std::fs::read(folder("healthy").join(path)).unwrap());
    }
    let index = Snapshot::take(&tree, None).index;
    let environment = index.matrix.environment("github-ci").unwrap();
    let route = index.route(environment, &index.matrix.services["worker"], &KeyName::new("SMTP_URL"));
    assert!(matches!(route.outcome, Outcome::Unseen(_)), "{:?}", route.outcome);
}

#[test]
fn the_copies_have_the_same_files() {
    let files = |copy| -> BTreeSet<String> {
        system(copy).walk().iter().map(ToString::to_string).filter(|path| path != "FAULTS.md").collect()
    };
    assert_eq!(files("healthy"), files("faulty"));
}

/// Everything that can be shown about an index, in every format.
fn everything(index: &Index, report: &Report) -> Vec<(String, String)> {
    let colour = Screen { colour: true, unicode: true, ..Screen::PLAIN };
    let mut shown = Vec::new();
    let mut add = |what: &str, write: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut out = Vec::new();
        write(&mut out).unwrap();
        shown.push((what.to_owned(), String::from_utf8(out).unwrap()));
    };
    for screen in [Screen::PLAIN, colour] {
        add("full", &|out| render::full(report, &screen, out));
        add("concise", &|out| render::concise(report, &screen, out));
        add("matrix", &|out| render::table(&index.matrix, &index.table(), &screen, out));
    }
    add("json", &|out| render::json(report, out));
    add("matrix as Markdown", &|out| render::table_markdown(&index.table(), out));
    add("matrix as JSON", &|out| render::table_json(&index.matrix, &index.table(), out));
    for row in &index.table().rows {
        let service = &index.matrix.services[&row.service];
        let routes: Vec<Traced> = index
            .matrix
            .environments
            .iter()
            .map(|environment| Traced {
                environment: environment.name.value.clone(),
                service: row.service.clone(),
                route: index.route(environment, service, &row.key),
            })
            .collect();
        let what = format!("trace of {} to {}", row.key.as_str(), row.service);
        add(&what, &|out| render::trace(index, &row.key, &routes, &Screen::PLAIN, out));
        add(&format!("{what} as JSON"), &|out| render::trace_json(index, &routes, out));
    }
    shown
}

#[test]
fn no_output_tells_a_secret() {
    let mut planted = BTreeSet::new();
    let faulty = system("faulty");
    for path in faulty.walk() {
        let text = std::fs::read_to_string(folder("faulty").join(path.as_str())).unwrap();
        if text.contains(CANARY) {
            planted.insert(path.to_string());
        }
    }
    let kinds = [
        ".env.ci",
        "apps/backend/Dockerfile",
        "apps/backend/src/config.py",
        "compose.yaml",
        "infra/preview/secrets.ctmpl",
    ];
    assert!(kinds.iter().all(|path| planted.contains(*path)), "the canary is gone from {planted:?}");
    let snapshot = snapshot("faulty");
    for strict in [false, true] {
        let report = snapshot.report(&Settings { strict, ..Settings::default() });
        for (what, text) in everything(&snapshot.index, &report) {
            assert!(!text.is_empty(), "{what} is empty");
            assert!(!text.contains(CANARY), "{what} tells a secret");
        }
    }
}
