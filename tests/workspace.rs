//! Reports after edits are those of a run from scratch.

use envcheck::engine::{Asked, Report, Settings, Snapshot, Workspace};
use envcheck::system::{MemorySystem, OsSystem, System};
use envcheck::text::TreePath;

use crate::tree;

mod guess;
mod lines;

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
    "COPY extra /extra",
    "COPY --from=build deploy /extra",
    "    env_file: [.env.extra, ../../.env]",
    "    env_file: ../cart-00003/.env.example",
    "    volumes: [\"./deploy:/deploy\", \"./src:/app\"]",
    "    volumes: [\"./Dockerfile:/etc/extra.conf\", \"../../extra.sql:/docker-entrypoint-initdb.d/extra.sql\"]",
    "  extra: { image: \"redis:8\", container_name: my_host }",
    "  extra: { image: \"registry.example.com/shop/orders:1\" }",
    "  web: { image: \"registry.example.com/shop/cart-00003:${IMAGE_TAG:-latest}\", env_file: .env }",
    "  worker: { build: ., environment: { EXTRA_KEY: \"${EXTRA_KEY}\" } }",
    "  worker: { build: { context: ., target: build }, image: \"shop/worker\" }",
    "    build: .",
    "    build: { context: ., target: build }",
    "    container_name: my_host",
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

/// How many courses of random edits are gone through. More are for whoever works on how the index is kept up.
fn seeds() -> u64 {
    std::env::var("SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(3)
}

/// Edits a tree at random, and holds the report after each edit against that of a run from scratch.
fn go_through(
    seed: u64,
    system: &mut MemorySystem,
    may_edit: impl Fn(&TreePath) -> bool,
    edited: impl Fn(&TreePath, &str, &mut Dice, &[String]) -> String,
) {
    let settings = Settings { strict: true, ..Settings::default() };
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ seed);
    let mut paths = system.walk();
    paths.retain(may_edit);
    let text_at =
        |system: &MemorySystem, path: &TreePath| String::from_utf8(system.read(path).unwrap()).unwrap();
    let mut workspace = Workspace::open(system, Asked::default(), settings.clone());
    assert_eq!(shown(&workspace.report()), shown(&Snapshot::take(system, None).report(&settings)));
    for step in 0..60 {
        let path = dice.of(&paths).clone();
        let like: Vec<String> = paths
            .iter()
            .filter(|other| other.name() == path.name())
            .map(|other| text_at(system, other))
            .collect();
        let text = edited(&path, &text_at(system, &path), &mut dice, &like);
        system.insert(path.clone(), text.clone());
        workspace.change(system, std::slice::from_ref(&path));
        let (report, snapshot) = (workspace.report(), Snapshot::take(system, None));
        let (now, fresh) = (shown(&report), shown(&snapshot.report(&settings)));
        let guess = |snapshot: &Snapshot| format!("{:#?}", snapshot.index.matrix);
        let (now, fresh) = (now + &guess(workspace.snapshot()), fresh + &guess(&snapshot));
        let same = now.lines().zip(fresh.lines()).take_while(|(now, fresh)| now == fresh).count();
        let around =
            |shown: &str| shown.lines().skip(same.saturating_sub(30)).take(60).collect::<Vec<_>>().join("\n");
        assert!(
            now == fresh,
            "seed {seed}, step {step}: {path} becomes\n{text}\n--- after the edit\n{}\n--- from scratch\n{}",
            around(&now),
            around(&fresh)
        );
    }
}

#[test]
fn random_edits() {
    for seed in 1..=seeds() {
        let mut system = MemorySystem::default();
        for (path, text) in tree::files(12) {
            system.insert(TreePath::parse(&path).unwrap(), text);
        }
        go_through(seed, &mut system, |_| true, |_, text, dice, like| edited(text, dice, like));
    }
}

/// Services that are put into compose files.
const SERVICES: &[&str] = &[
    "  extra: { image: \"redis:8\", container_name: my_host }",
    "  extra: { image: \"registry.example.com/shop/orders:1\", env_file: .env.example }",
    "  web: { image: \"registry.example.com/shop/cart-00003:${IMAGE_TAG:-latest}\", env_file: .env }",
    "  worker: { build: ., environment: { EXTRA_KEY: \"${EXTRA_KEY}\" } }",
    "  worker: { build: { context: ., target: build }, image: \"shop/worker\", environment: [EXTRA_KEY] }",
    "  worker: { image: \"shop/worker\", environment: { LOG_LEVEL: loud, DATABASE_URL: \"x://my_host/\" } }",
    "  redis: { image: \"redis:8\" }",
    "  api: { build: ../orders-00004, depends_on: [extra], environment: { REDIS_URL: \"redis://redis:6379\" } }",
    "  api: { image: \"node:22\", volumes: [\".:/app\"], command: node src/server.ts }",
    "  nothing: { environment: { NEW_KEY: 1 } }",
];

/// What is put into services.
const FIELDS: &[&str] = &[
    "    env_file: [.env.extra, ../../.env]",
    "    env_file: ../cart-00003/.env.example",
    "    env_file: [.env.example, { path: .env, required: false }]",
    "    volumes: [\"./deploy:/deploy\", \"./src:/app\"]",
    "    volumes: [\"./deploy/secret.ctmpl:/x\", \"../../extra.sql:/docker-entrypoint-initdb.d/extra.sql\"]",
    "    container_name: my_host",
    "    profiles: [extra]",
    "    command: sh -c '. ./.env && exec /app/start.sh'",
];

/// Lines of Dockerfiles.
const INSTRUCTIONS: &[&str] = &[
    "COPY extra /extra",
    "COPY . /all",
    "COPY .env.exampel /app/.env",
    "COPY --from=build /src/extra /extra",
    "FROM build",
    "FROM redis:8",
    "FROM build AS other",
    "ARG EXTRA_KEY",
    "ENV EXTRA_KEY=1",
    "CMD [\"/app/deploy/start.sh\"]",
];

fn with_line(text: &str, behind: &str, line: &str) -> String {
    match text.split_once(behind) {
        Some((before, rest)) => format!("{before}{behind}{line}\n{rest}"),
        None => format!("{text}{behind}{line}\n"),
    }
}

/// An edit that mostly leaves a compose file or Dockerfile one, and changes how files hang together.
fn joined_otherwise(path: &TreePath, text: &str, dice: &mut Dice, like: &[String]) -> String {
    if path.name().contains("Dockerfile") {
        return match dice.below(4) {
            0 => text.replacen(" AS build", " AS other", 1),
            1 => dice.of(like).clone(),
            _ => format!("{text}{}\n", dice.of(INSTRUCTIONS)),
        };
    }
    let one_less = |line: &str| -> String {
        let kept: Vec<&str> = text.lines().filter(|one| *one != line).collect();
        kept.join("\n") + "\n"
    };
    let service = *dice.of(SERVICES);
    let field = *dice.of(FIELDS);
    match dice.below(8) {
        0 | 1 if !text.contains(service.split(':').next().unwrap_or("")) => {
            with_line(text, "services:\n", service)
        }
        2 if !text.contains(field.split(':').next().unwrap_or("")) => {
            text.replacen("    environment:\n", &format!("{field}\n    environment:\n"), 1)
        }
        3 => text.replacen("      context: .\n", "      context: .\n      target: build\n", 1),
        4 => text.replacen("      context: .\n", "      context: ../orders-00004\n", 1),
        5 => text.replacen("registry.example.com/shop/", "shop/", 1),
        6 => dice.of(like).clone(),
        _ => {
            let added: Vec<&str> =
                text.lines().filter(|line| SERVICES.contains(line) || FIELDS.contains(line)).collect();
            if added.is_empty() {
                text.replacen("postgres:17", "redis:8", 1)
            } else {
                one_less(added[dice.below(added.len())])
            }
        }
    }
}

#[test]
fn services_that_are_joined_otherwise() {
    for seed in 1..=seeds() {
        let mut system = MemorySystem::default();
        for (path, text) in tree::files(8) {
            system.insert(TreePath::parse(&path).unwrap(), text);
        }
        let more: [(&str, &str); 7] = [
            (
                "compose.yaml",
                "name: shop\nservices:\n  cart:\n    build: services/cart-00003\n    environment:\n      LOG_LEVEL: ${LOG_LEVEL}\n",
            ),
            (
                "services/cart-00003/compose.override.yaml",
                "services:\n  cart-00003:\n    environment:\n      EXTRA_KEY: ${EXTRA_KEY}\n",
            ),
            ("services/cart-00003/.dockerignore", ".env*\n"),
            (
                "services/orders-00004/.dockerignore",
                ".env\n.env.local\n.env.production\n.env.production.local\n",
            ),
            (".gitignore", ".env.extra\n"),
            ("services/cart-00003/README.md", "cp .env.example .env.extra\nEXTRA_KEY=1 docker compose up\n"),
            ("deploy.sh", "docker compose -f services/cart-00003/compose.yaml up extra worker\n"),
        ];
        for (path, text) in more {
            system.insert(TreePath::parse(path).unwrap(), text);
        }
        let is_joined =
            |path: &TreePath| path.name().contains("compose") || path.name().contains("Dockerfile");
        go_through(seed, &mut system, is_joined, joined_otherwise);
    }
}

/// Lines that hide what is read, by the files that they are put into.
const HIDING: &[(&str, &str)] = &[
    (".py", "import os; os.environ[name]"),
    (".py", "import os; os.environ[f\"EXTRA_{name}\"]"),
    (".py", "import os; os.environ[\"REDIS_\" + name]"),
    (".ts", "process.env[`LOG_${name}`];"),
    (".go", "var extra = os.Getenv(name)"),
    ("compose.yaml", "half: ["),
    ("compose.yaml", "    environment:\n   x"),
    ("compose.yaml", "  hidden: { build: ./elsewhere }"),
    ("compose.yaml", "  hidden: { build: \"https://example.com/x.git\" }"),
];

/// An edit that hides reads, shows them again, or does neither.
fn hidden_or_seen(path: &TreePath, text: &str, dice: &mut Dice, like: &[String]) -> String {
    let fitting: Vec<&str> =
        HIDING.iter().filter(|(end, _)| path.name().ends_with(end)).map(|(_, line)| *line).collect();
    let here: Vec<&str> = fitting.iter().copied().filter(|line| text.contains(line)).collect();
    match dice.below(3) {
        0 if !here.is_empty() => text.replacen(&format!("{}\n", dice.of(&here)), "", 1),
        1 | 2 if here.is_empty() && !fitting.is_empty() => {
            let line = *dice.of(&fitting);
            if line.starts_with("  ") {
                text.replacen("services:\n", &format!("services:\n{line}\n"), 1)
            } else {
                format!("{text}{line}\n")
            }
        }
        _ => edited(text, dice, like),
    }
}

#[test]
fn what_hides_reads_comes_and_goes() {
    for seed in 1..=seeds() {
        let mut system = MemorySystem::default();
        for (path, text) in tree::files(8) {
            system.insert(TreePath::parse(&path).unwrap(), text);
        }
        go_through(seed, &mut system, |_| true, hidden_or_seen);
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

/// Prose is not read, but it tells of files and variables that people make.
#[test]
fn prose_that_tells_of_missing_files() {
    let path = |path: &str| TreePath::parse(path).unwrap();
    let mut system = MemorySystem::default();
    for (at, text) in [
        (
            "compose.yaml",
            "services:\n  web:\n    image: caddy\n    environment: { A: \"${A}\", B: \"${B}\", KEY: \"${WEB_KEY}\" }\n",
        ),
        (".env.example", "A=1\nB=2\n"),
        ("Dockerfile", "FROM node:22\nCOPY . .\nCOPY README.md LICENSE.md /\n"),
    ] {
        system.insert(path(at), text);
    }
    let settings = Settings { strict: true, ..Settings::default() };
    let mut workspace = Workspace::open(&system, Asked::default(), settings.clone());
    let mut told = Vec::new();
    for text in [
        "# Web\n",
        "# Web\n\n    cp .env.example .env\n",
        "# Web\n\n    WEB_KEY=1 docker compose up\n",
        "# Web\n\nNothing to do.\n",
    ] {
        system.insert(path("README.md"), text);
        workspace.change(&system, &[path("README.md")]);
        let report = workspace.report();
        assert_eq!(shown(&report), shown(&Snapshot::take(&system, None).report(&settings)), "{text}");
        told.push(report.diagnostics.len());
    }
    assert!(told.iter().min() < told.iter().max(), "the prose makes no difference: {told:?}");
}

/// With a declared matrix, of which files are named that the tree may ignore.
#[test]
fn edits_under_a_declared_matrix() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/six-environments/faulty");
    let tree = OsSystem::new(&root, &[]).unwrap();
    for seed in 1..=seeds() {
        let mut system = MemorySystem::default();
        for path in tree.walk() {
            system.insert(path.clone(), tree.read(&path).unwrap());
        }
        go_through(seed, &mut system, |_| true, |_, text, dice, like| edited(text, dice, like));
    }
}
