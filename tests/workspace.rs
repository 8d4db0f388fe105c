//! Reports after edits are those of a run from scratch.

use envcheck::engine::{Asked, Report, Settings, Snapshot, Workspace};
use envcheck::system::{MemorySystem, System};
use envcheck::text::TreePath;

#[path = "../benches/monorepo/tree.rs"]
mod tree;

/// A small generator of numbers, the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Lines that may be put anywhere, of every notation.
const LINES: &[&str] = &[
    "NEW_KEY=1",
    "DATABASE_URL=",
    "LOG_LEVEL=DEBUG # loud",
    "      EXTRA_KEY: ${EXTRA_KEY}",
    "      LOG_LEVEL: ${LOG_LEVEL:-}",
    "      API_URL: http://localhost:8000",
    "    env_file: .env",
    "ARG NEXT_PUBLIC_TOKEN=1",
    "RUN echo $UNKNOWN_THING",
    "    extra_key: str",
    "    extra_key: int = 3",
    "    redis_url: str",
    "import os; os.environ[\"NEW_KEY\"]; os.environ[name]",
    "echo $EXTRA_KEY $NEW_KEY",
    "process.env.NEW_KEY",
    "API_TOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "    # curl -u x:ghp_Qx7Lm2Vt9ZpRw4Kd8Ns3Bf6Hy1Jc5Ga0TeUo",
    "    build: ./elsewhere",
    "# envcheck: ignore[unread-key] for now",
    "{{ .Data.data.extra }}",
    "NEW_KEY={{ .Data.data.new_key }}",
    "{{ if eq (env \"ENV\") \"preview\" }}",
    "    environment: staging",
    "      - run: docker build -t registry.example.com/shop/extra services/cart-00003",
    "HTTP_URL=http://my_host/",
    "REDIS_URl=redis://x",
    "    image: postgres:16",
    "    image: registry.example.com/shop/orders:1",
    "FROM python:3.13",
    "{ \"name\": \"store\" }",
];

fn shown(report: &Report) -> String {
    let files: Vec<_> = report.files.iter().map(|(id, file)| (id, &file.path, &file.text)).collect();
    format!("{:#?}\n{:?}\n{:#?}\n{files:#?}", report.diagnostics, report.fingerprints, report.statistics)
}

fn edited(text: &str, dice: &mut Dice, others: &[String]) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let at = dice.below(lines.len() + 1);
    match dice.below(6) {
        0 => lines.insert(at, LINES[dice.below(LINES.len())]),
        1 if at < lines.len() => drop(lines.remove(at)),
        2 if at < lines.len() => lines.insert(at, lines[at]),
        3 => lines.insert(0, ""),
        4 => return dice.of(others).clone(),
        _ => {
            let words = [
                ("postgres:17", "postgres:18"),
                ("latest", "1"),
                ("DEBUG", "WARNING"),
                ("30", "thirty"),
                ("TOKEN", "TOKENS"),
                ("${", "$"),
                ("_URL", "_URI"),
            ];
            let (from, to) = words[dice.below(words.len())];
            return text.replacen(from, to, 1);
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn random_edits() {
    let settings = Settings { strict: true, ..Settings::default() };
    for seed in 1..=3 {
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed);
        let mut system = MemorySystem::default();
        for (path, text) in tree::files(12) {
            system.insert(TreePath::parse(&path).unwrap(), text);
        }
        let paths = system.walk();
        let text_at =
            |system: &MemorySystem, path: &TreePath| String::from_utf8(system.read(path).unwrap()).unwrap();
        let mut workspace = Workspace::open(&system, Asked::default(), settings.clone());
        assert_eq!(shown(&workspace.report()), shown(&Snapshot::take(&system, None).report(&settings)));
        for step in 0..60 {
            let path = dice.of(&paths).clone();
            let like: Vec<String> = paths
                .iter()
                .filter(|other| other.name() == path.name())
                .map(|other| text_at(&system, other))
                .collect();
            let text = edited(&text_at(&system, &path), &mut dice, &like);
            system.insert(path.clone(), text.clone());
            workspace.change(&system, std::slice::from_ref(&path));
            let (now, fresh) =
                (shown(&workspace.report()), shown(&Snapshot::take(&system, None).report(&settings)));
            if now != fresh {
                let differing = now.lines().zip(fresh.lines()).find(|(now, fresh)| now != fresh);
                panic!("seed {seed}, step {step}: {path} becomes\n{text}\n{differing:#?}");
            }
        }
    }
}

/// Where nothing builds or runs anything, a tree has a service while one of its files reads a key; and the manifest at
/// its root tells the name.
#[test]
fn the_only_reads_of_a_tree() {
    let reads = "import os\nDATABASE_URL = os.environ[\"DATABASE_URL\"]\n";
    let none = "import os\n";
    let named = |name: &str| format!("{{\"name\": \"{name}\", \"version\": \"1\"}}\n");
    let mut system = MemorySystem::default();
    let path = |path: &str| TreePath::parse(path).unwrap();
    system.insert(path("package.json"), named("shop"));
    system.insert(path("a.py"), none);
    system.insert(path("b.py"), none);
    system.insert(path(".env.example"), "DATABASE_URL=\n");
    let mut workspace = Workspace::open(&system, Asked::default(), Settings::default());
    let edits = [
        ("a.py", reads.to_owned(), Some("shop")),
        ("b.py", reads.to_owned(), Some("shop")),
        ("package.json", named("shop").replace('1', "2"), Some("shop")),
        ("a.py", none.to_owned(), Some("shop")),
        ("package.json", named("store"), Some("store")),
        ("b.py", none.to_owned(), None),
    ];
    for (name, text, service) in edits {
        system.insert(path(name), text);
        workspace.change(&system, &[path(name)]);
        let fresh = Snapshot::take(&system, None).report(&Settings::default());
        assert_eq!(shown(&workspace.report()), shown(&fresh), "{name}");
        let services = &workspace.snapshot().index.matrix.services;
        assert_eq!(
            services.keys().map(String::as_str).collect::<Vec<_>>(),
            Vec::from_iter(service),
            "{name}"
        );
    }
}

#[test]
fn files_that_come_and_go() {
    let mut system = MemorySystem::default();
    for (path, text) in tree::files(3) {
        system.insert(TreePath::parse(&path).unwrap(), text);
    }
    let mut workspace = Workspace::open(&system, Asked::default(), Settings::default());
    let _ = workspace.report();
    let path = TreePath::parse("services/new/.env.example").unwrap();
    system.insert(path.clone(), "BAD LINE\n");
    workspace.change(&system, &[path]);
    let fresh = Snapshot::take(&system, None).report(&Settings::default());
    assert_eq!(shown(&workspace.report()), shown(&fresh));
}
