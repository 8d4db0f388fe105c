//! What `remove` takes out of generated projects: entries of the key alone. Every other line is there as it was,
//! commands that name the key among them.

use std::collections::BTreeMap;

use envcheck::engine::{Asked, Settings, Snapshot};
use envcheck::fix::remove;
use envcheck::key::KeyName;
use envcheck::syntax::yaml;
use envcheck::system::MemorySystem;
use envcheck::text::TreePath;
use proptest::prelude::*;

const KEY: &str = "OLD_KEY";

/// Commands: none of them is an entry.
const COMMANDS: &[&str] = &[
    "echo $OLD_KEY",
    "./deploy $OLD_KEY now",
    "OLD_KEY=1 ./run",
    "export OLD_KEY=1",
    "test -n \"${OLD_KEY:-}\"",
    "make a",
    "echo \"OLD_KEY=x\" >> \"$GITHUB_ENV\"",
    "OLD_KEY",
    "docker run -e OLD_KEY=1 image",
    "make b && make c",
];

/// Entries of variables; the last two say nothing of the key but in their value.
const ENTRIES: &[(&str, &str)] = &[
    ("OLD_KEY", "one"),
    ("FIRST", "1"),
    ("OLD_KEY_ID", "2"),
    ("SECOND", "$OLD_KEY"),
    ("THIRD", "${OLD_KEY:-x}"),
];

#[derive(Clone, Debug)]
struct Plan {
    entries: Vec<usize>,
    commands: Vec<usize>,
    as_list: bool,
    comments: bool,
}

fn plan() -> impl Strategy<Value = Plan> {
    let entries = prop_oneof![
        Just((0..ENTRIES.len()).collect::<Vec<_>>()).prop_shuffle(),
        proptest::sample::subsequence((0..ENTRIES.len()).collect::<Vec<_>>(), 0..=3),
    ];
    (entries, proptest::collection::vec(0..COMMANDS.len(), 1..6), any::<bool>(), any::<bool>())
        .prop_map(|(entries, commands, as_list, comments)| Plan { entries, commands, as_list, comments })
}

impl Plan {
    fn variables(&self, field: &str, indent: usize, as_list: bool) -> String {
        let pad = " ".repeat(indent);
        if self.entries.is_empty() {
            return String::new();
        }
        let mut text = format!("{pad}{field}:\n");
        for &number in &self.entries {
            let (key, value) = ENTRIES[number];
            if self.comments {
                text.push_str(&format!("{pad}  # About {key}.\n"));
            }
            match as_list {
                true => text.push_str(&format!("{pad}  - {key}={value}\n")),
                false => text.push_str(&format!("{pad}  {key}: \"{value}\"\n")),
            }
        }
        text
    }

    fn commands(&self, field: &str, indent: usize) -> String {
        let pad = " ".repeat(indent);
        let mut text = format!("{pad}{field}:\n");
        for &number in &self.commands {
            text.push_str(&format!("{pad}  - '{}'\n", COMMANDS[number]));
        }
        text
    }

    fn lines(&self, indent: usize) -> String {
        self.commands.iter().map(|&number| format!("{}{}\n", " ".repeat(indent), COMMANDS[number])).collect()
    }

    fn files(&self) -> Vec<(&'static str, String)> {
        let list = self.as_list;
        let gitlab = format!(
            "{}test:\n{}{}deploy:\n{}",
            self.variables("variables", 0, false),
            self.variables("variables", 2, false),
            self.commands("script", 2),
            self.commands("before_script", 2)
        );
        let compose = format!(
            "services:\n  api:\n    image: a\n{}{}  worker:\n{}    build:\n      context: .\n{}",
            self.variables("environment", 4, list),
            self.commands("command", 4),
            self.variables("environment", 4, !list),
            self.variables("args", 6, list),
        );
        let workflow = format!(
            "on: push\n{}jobs:\n  a:\n    runs-on: x\n{}    steps:\n      - name: One\n{}        run: |\n{}      - run: make\n",
            self.variables("env", 0, false),
            self.variables("env", 4, false),
            self.variables("env", 8, false),
            self.lines(10),
        );
        let woodpecker = format!(
            "steps:\n  - name: a\n    image: woodpeckerci/plugin-docker-buildx\n    settings:\n      repo: x\n{}  - name: b\n    image: c\n{}{}",
            self.variables("build_args", 6, list),
            self.variables("environment", 4, list),
            self.commands("commands", 4),
        );
        let mut pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  containers:\n    - name: a\n      image: b\n".to_owned();
        pod.push_str(&self.commands("args", 6));
        if !self.entries.is_empty() {
            pod.push_str("      env:\n");
        }
        for &number in &self.entries {
            let (key, value) = ENTRIES[number];
            pod.push_str(&format!("        - name: {key}\n          value: \"{value}\" # {key}\n"));
        }
        let map = format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n{}",
            self.variables("data", 0, false)
        );
        let mut dockerfile =
            "FROM a\nARG OLD_KEY\nARG FIRST=$OLD_KEY\nENV SECOND=$OLD_KEY\nENV OLD_KEY=$OLD_KEY\n".to_owned();
        for &number in &self.commands {
            dockerfile.push_str(&format!("RUN {}\n", COMMANDS[number]));
        }
        vec![
            (".gitlab-ci.yml", gitlab),
            ("compose.yaml", compose),
            (".github/workflows/a.yml", workflow),
            (".woodpecker.yml", woodpecker),
            ("k8s/pod.yaml", pod),
            ("k8s/map.yaml", map),
            ("Dockerfile", dockerfile),
            ("run.sh", format!("#!/bin/sh\nexport OLD_KEY=1\n{}", self.lines(0))),
            (".env.example", "OLD_KEY=1\n".to_owned()),
        ]
    }
}

/// Whether a line may go: it gives the key a value or declares it, is a comment about it, or holds nothing else.
fn may_go(path: &str, line: &str) -> bool {
    let said = line.trim().trim_start_matches("- ").trim_matches('\'');
    let names = |rest: &str| rest.is_empty() || rest.starts_with(['=', ':']);
    let is_script = path.ends_with(".sh") && matches!(line, "export OLD_KEY=1" | "OLD_KEY");
    // In these a command of this form is told from an entry by its place, which `keeps` looks at.
    let is_entry = said.strip_prefix(KEY).is_some_and(names) && !said.contains(" ./")
        || said == "name: OLD_KEY"
        || said == "value: \"one\" # OLD_KEY"
        || said == "ARG OLD_KEY"
        || said == "ENV OLD_KEY=$OLD_KEY";
    let is_holder = ["variables:", "environment:", "env:", "args:", "build_args:", "data:"].contains(&said);
    is_entry || is_script || is_holder || said == "# About OLD_KEY."
}

fn check(plan: &Plan) -> Result<(), TestCaseError> {
    let mut system = MemorySystem::default();
    let files = plan.files();
    for (path, text) in &files {
        system.insert(TreePath::parse(path).unwrap(), text.clone());
    }
    let asked = Asked::default();
    let before = Snapshot::open(&system, &asked);
    let mut removal = remove(&before.index, &KeyName::new(KEY));
    let realised = removal.realise(&system, &asked, &before, &Settings::default());
    let after: BTreeMap<String, String> = realised
        .changes
        .iter()
        .map(|change| (change.path.to_string(), String::from_utf8(change.after.clone()).unwrap()))
        .collect();
    for (path, text) in &files {
        let Some(after) = after.get(*path) else { continue };
        let mut left = after.lines().peekable();
        for line in text.lines() {
            // A collection that was all there is stays, empty.
            let is_same = |found: &&str| {
                *found == line || *found == format!("{line} {{}}") || *found == format!("{line} []")
            };
            if left.next_if(is_same).is_none() {
                prop_assert!(may_go(path, line), "{path} lost {line:?}:\n{text}\n{after}");
            }
        }
        prop_assert!(left.next().is_none(), "{path}:\n{text}\n{after}");
        let commands = |text: &str| text.lines().filter(|line| line.trim_start().starts_with("- '")).count();
        prop_assert_eq!(commands(text), commands(after), "{} lost a command:\n{}", path, after);
        if path.ends_with(".yaml") || path.ends_with(".yml") {
            prop_assert!(yaml::parse(after).errors.is_empty(), "{path}:\n{after}");
        }
    }
    // What is an entry on lines of its own goes.
    if plan.entries.contains(&0) {
        for (path, sign) in [
            ("k8s/pod.yaml", "name: OLD_KEY\n"),
            (".gitlab-ci.yml", "OLD_KEY: "),
            ("k8s/map.yaml", "OLD_KEY: "),
        ] {
            let left = after.get(path).is_some_and(|after| after.contains(sign));
            prop_assert!(after.contains_key(path) && !left, "{path}: {removal:#?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn only_entries_of_the_key_go(plan in plan()) {
        check(&plan)?;
    }
}
