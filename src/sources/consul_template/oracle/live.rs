//! Generated templates, and the written ones again, rendered by the real Go, and what comes out sourced
//! by a real shell. `.ci/install-go` brings Go; without it the tests say loudly that they were skipped.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::{Row, Verdict, compare, generate};
use crate::fact::{Condition, Origin, Place, Provision, Role};
use crate::sources::consul_template::read_template;
use crate::text::FileId;

/// Templates generated in a run, unless `PROPTEST_CASES` asks for more.
const TEMPLATES: usize = 400;

#[expect(clippy::disallowed_methods, reason = "the test asks a real program of this machine")]
fn command(program: &str) -> Command {
    Command::new(program)
}

/// Go's program, if this machine has it; else says so.
fn go() -> Option<String> {
    let is_there = |program: &String| {
        command(program).arg("version").output().is_ok_and(|output| output.status.success())
    };
    let found = Some("go".to_owned()).filter(is_there);
    if found.is_none() {
        #[expect(clippy::print_stderr, reason = "a check that did not run must be told")]
        let () = eprintln!("\n!! SKIPPED: no `go` here; `.ci/install-go` installs it\n");
    }
    found
}

/// What Go makes of templates.
fn rendered(go: &str, rows: &mut [Row]) {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/go_oracle/render.go");
    let mut asked = String::new();
    for row in rows.iter() {
        let row = serde_json::json!({ "template": row.template, "env": row.env, "secrets": row.secrets });
        asked.push_str(&format!("{row}\n"));
    }
    let mut child = command(go)
        .args(["run", program])
        .env("GOFLAGS", "-mod=mod")
        .env("GO111MODULE", "off")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(asked.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<BTreeMap<String, String>> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), rows.len(), "Go answers for each template");
    for (row, mut answer) in rows.iter_mut().zip(answers) {
        row.output = answer.remove("output");
        row.error = answer.remove("error");
    }
}

fn world(template: String) -> Row {
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let fields = map(&[("A", "va"), ("URL", "postgres://db/x"), ("EMPTY", "")]);
    let secrets = ["secret/data/x", "secret/data/staging/db"].map(|path| (path.to_owned(), fields.clone()));
    Row {
        template,
        env: map(&[("ENV", "staging"), ("EMPTY", ""), ("PORT", "8080")]),
        secrets: secrets.into_iter().collect(),
        output: None,
        error: None,
    }
}

fn generated() -> Vec<Row> {
    let mut runner = TestRunner::default();
    let strategy = generate::templates();
    let templates = TEMPLATES.max(runner.config().cases as usize);
    (0..templates).map(|_| world(strategy.new_tree(&mut runner).unwrap().current())).collect()
}

#[test]
fn generated_templates_render_as_go_renders_them() {
    let Some(go) = go() else { return };
    let mut rows = generated();
    rendered(&go, &mut rows);
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for row in &rows {
        match compare(row) {
            Verdict::Same => compared += 1,
            Verdict::Unlike(how) => wrong.push(how),
            Verdict::Unseen => {}
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n====\n"));
    assert!(compared * 10 > rows.len() * 6, "only {compared} of {} templates could be compared", rows.len());
}

#[test]
fn the_table_is_what_go_says() {
    let Some(go) = go() else { return };
    let table = include_str!("../../../../tests/data/go_templates.jsonl");
    let told: Vec<Row> = table.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut asked: Vec<Row> = table.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    rendered(&go, &mut asked);
    for (told, asked) in told.iter().zip(&asked) {
        let calls_others = asked.error.as_ref().is_some_and(|error| error.contains("not defined"));
        if !calls_others {
            assert_eq!(told.output, asked.output, "{}\n{:?}", told.template, asked.error);
            assert_eq!(told.error.is_some(), asked.error.is_some(), "{}", told.template);
        }
    }
}

/// The variables that a shell has after sourcing a text; `None` if it refuses it.
fn sourced(texts: &[String]) -> Vec<Option<BTreeMap<String, String>>> {
    let folder = tempfile::tempdir().unwrap();
    let mut found = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let path = folder.path().join(number.to_string());
        #[expect(clippy::disallowed_methods, reason = "the test writes what a shell then sources")]
        std::fs::write(&path, text).unwrap();
        let output = command("sh")
            .args(["-c", "set -ea; . \"$0\" >/dev/null; exec env -0"])
            .arg(&path)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .output()
            .unwrap();
        found.push(output.status.success().then(|| {
            let text = String::from_utf8(output.stdout).unwrap();
            let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
            pairs
                .filter(|(key, _)| !matches!(*key, "PATH" | "PWD" | "OLDPWD" | "SHLVL" | "_" | "OPTIND"))
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect()
        }));
    }
    found
}

/// Whether a shell's value is the one that is told. It takes away quotes around a part of a value, which readers
/// of dotenv files keep.
fn is_value(told: &str, found: Option<&String>) -> bool {
    found.is_some_and(|found| found == told || *found == told.replace(['"', '\''], ""))
}

/// Whether a statement holds in a world; `None` if that cannot be told.
fn holds(provision: &Provision, row: &Row) -> Option<bool> {
    let Provision::Conditional(conditions) = provision else { return Some(true) };
    let mut all = true;
    for condition in conditions {
        let Condition::Equals { key, any_of, negated } = condition else { return None };
        let value = row.env.get(key.as_str()).cloned().unwrap_or_default();
        all &= any_of.contains(&value) != *negated;
    }
    Some(all)
}

#[test]
fn a_shell_gets_the_keys_that_a_template_is_said_to_give() {
    let Some(go) = go() else { return };
    let mut rows = generated();
    rendered(&go, &mut rows);
    rows.retain(|row| row.output.is_some());
    let texts: Vec<String> = rows.iter().filter_map(|row| row.output.clone()).collect();
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for (row, found) in rows.iter().zip(sourced(&texts)) {
        let read = read_template(FileId(0), &row.template, true);
        if !read.problems.is_empty() || !read.gaps.is_empty() {
            continue;
        }
        let said = read.facts.iter().filter(|fact| fact.place == Place::Rendered);
        let (mut keys, mut values, mut is_told) = (BTreeSet::new(), Vec::new(), true);
        for fact in said {
            let Role::Provides(provide) = &fact.role else { continue };
            match holds(&provide.provision, row) {
                Some(true) => {
                    keys.insert(fact.key.as_str().to_owned());
                    if provide.provision == Provision::Always
                        && provide.value.origin == Origin::Literal
                        && let Some(text) = provide.value.plain()
                    {
                        values.push((fact.key.as_str().to_owned(), text.to_owned()));
                    }
                }
                Some(false) => {}
                None => is_told = false,
            }
        }
        if !is_told {
            continue;
        }
        let shown = || format!("{}\n--- rendered\n{}", row.template, row.output.as_deref().unwrap_or(""));
        let Some(found) = found else {
            wrong.push(format!("a shell refuses what we call sound:\n{}", shown()));
            continue;
        };
        compared += 1;
        let theirs: BTreeSet<String> = found.keys().cloned().collect();
        if keys != theirs {
            wrong.push(format!("we say {keys:?}, the shell {theirs:?}:\n{}", shown()));
        }
        // A later assignment of the same key wins.
        let once = |key: &String| read.facts.iter().filter(|fact| fact.key.as_str() == key).count() == 1;
        for (key, value) in values.iter().filter(|(key, _)| once(key)) {
            if !is_value(value, found.get(key)) {
                wrong.push(format!("{key}: we say {value:?}, the shell {:?}:\n{}", found.get(key), shown()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong[..wrong.len().min(5)].join("\n====\n"));
    assert!(compared > 100, "only {compared} templates could be compared");
}
