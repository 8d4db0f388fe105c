//! Edits by which services of the guessed matrix come, go and are called otherwise.

use envcheck::system::MemorySystem;
use envcheck::text::TreePath;

use super::{Dice, edited, go_through, seeds, with_line};
use crate::tree;

/// Services of which each makes, takes or shares one of the guessed matrix.
const OF_THE_GUESS: &[&str] = &[
    "  web: { build: apps/web, environment: { EXTRA_PORT: loud, NEXT_PUBLIC_TOKEN: 1 } }",
    "  web-2: { build: apps/web, environment: { EXTRA_PORT: 1 } }",
    "  worker: { build: apps/worker, environment: { EXTRA_PORT: \"\", EXTRA_KEY: \"${EXTRA_KEY}\" } }",
    "  sub: { build: { context: apps, dockerfile: worker/sub/Dockerfile }, environment: [EXTRA_PORT=x] }",
    "  all: { build: ., environment: { EXTRA_PORT: off } }",
    "  test: { build: apps/web, command: test }",
    "  given: { build: apps/worker, env_file: apps/worker/.env.example }",
    "  own: { image: \"registry.example.com/shop/own:${TAG}\", environment: { EXTRA_PORT: loud } }",
    "  worker: { image: \"registry.example.com/shop/worker:${TAG}\", environment: { EXTRA_PORT: loud } }",
    "  part: { image: \"registry.example.com/shop-web:${TAG}\" }",
    "  cart: { build: services/cart-00003 }",
    "  cart-00003: { build: services/cart-00003 }",
    "  apps-web: { build: apps/worker }",
    "  nothing: { build: apps/none }",
    "  missing: { build: { context: apps/worker, dockerfile: None } }",
    "  half:",
];

/// What becomes what where a service comes, goes or is called otherwise.
const RENAMED: &[(&str, &str)] = &[
    ("  web:", "  webs:"),
    ("  webs:", "  web:"),
    ("  worker:", "  jobs:"),
    ("  jobs:", "  worker:"),
    ("  cart-00003:", "  cart-0000:"),
    ("  cart-0000:", "  cart-00003:"),
    ("build: apps/web", "build: apps/we"),
    ("build: apps/we,", "build: apps/web,"),
    ("build: apps/worker", "build: apps/worker/sub"),
    ("      context: .\n", "      context: ./app\n"),
    ("      context: ./app\n", "      context: .\n"),
    ("      context: .\n", "      context: ..\n"),
    ("    build:\n      context", "    built:\n      context"),
    ("    built:\n      context", "    build:\n      context"),
    ("COPY . .\n", "COPY .\n"),
    ("COPY .\n", "COPY . .\n"),
    ("FROM node:22\n", "FROM nginx:1\n"),
    ("FROM nginx:1\n", "FROM node:22\n"),
    ("FROM debian:13 AS build\n", "FROM debian:13 AS other\n"),
    ("FROM debian:13 AS other\n", "FROM debian:13 AS build\n"),
];

/// An edit by which services of the guess come, go and are called otherwise.
fn guessed_otherwise(path: &TreePath, text: &str, dice: &mut Dice, like: &[String]) -> String {
    let is_joined = path.name().contains("compose") || path.name() == "Dockerfile";
    if !is_joined || dice.below(10) == 0 {
        return edited(text, dice, like);
    }
    let there: Vec<&str> = OF_THE_GUESS.iter().copied().filter(|line| text.contains(line)).collect();
    match dice.below(3) {
        0 if !there.is_empty() => text.replacen(&format!("{}\n", dice.of(&there)), "", 1),
        1 if path.name() == "compose.yaml" => {
            let line = *dice.of(OF_THE_GUESS);
            let name = format!("{}:", line.split(':').next().unwrap_or(""));
            if text.contains(&name) { text.to_owned() } else { with_line(text, "services:\n", line) }
        }
        _ => {
            let fitting: Vec<_> = RENAMED.iter().filter(|(from, _)| text.contains(from)).collect();
            let Some((from, to)) = fitting.get(dice.below(fitting.len())) else { return text.to_owned() };
            text.replacen(from, to, 1)
        }
    }
}

#[test]
fn services_of_the_guess_come_and_go() {
    const READS: &str = "import os\nfrom pydantic_settings import BaseSettings\n\n\nclass Settings(BaseSettings):\n    \
        extra_port: int = 1\n    extra_key: str\n\n\nos.environ[\"SET_KEY\"] = \"1\"\nos.environ[\"OTHER_KEY\"]\n";
    const SETS: &str = "import os\nos.environ[\"OTHER_KEY\"] = \"1\"\nos.environ[\"SET_KEY\"]\n";
    const IMAGE: &str = "FROM node:22\nCOPY . .\nCMD [\"node\", \"server.js\"]\n";
    const WEB: &str = "console.log(process.env.NEXT_PUBLIC_TOKEN, process.env.WEB_KEY);\n";
    for seed in 1..=seeds() {
        let mut system = MemorySystem::default();
        for (path, text) in tree::files(6) {
            let is_needed = !path.contains("workflows") || seed % 2 == 0;
            is_needed.then(|| system.insert(TreePath::parse(&path).unwrap(), text));
        }
        let more: [(&str, &str); 14] = [
            ("compose.yaml", "name: shop\nservices:\n  db: { image: \"postgres:17\" }\n"),
            ("deploy/compose.yaml", "services:\n  db: { image: \"postgres:17\" }\n"),
            (
                "deploy/secrets.ctmpl",
                "{{ with secret \"shop/app\" }}EXTRA_KEY={{ .Data.data.extra }}{{ end }}\n",
            ),
            ("lib/settings.py", READS),
            ("apps/sets.py", SETS),
            ("apps/web/Dockerfile", IMAGE),
            ("apps/web/page.tsx", WEB),
            ("apps/web/.env.example", "WEB_KEY=\nNEXT_PUBLIC_TOKEN=\n"),
            ("apps/worker/Dockerfile", IMAGE),
            ("apps/worker/main.py", READS),
            ("apps/worker/.env.example", "EXTRA_PORT=\nEXTRA_KEY=\n"),
            ("apps/worker/sub/Dockerfile", IMAGE),
            ("apps/worker/sub/main.py", SETS),
            (
                "apps/worker/compose.override.yaml",
                "services:\n  worker: { environment: { EXTRA_PORT: 2 } }\n",
            ),
        ];
        for (path, text) in more {
            system.insert(TreePath::parse(path).unwrap(), text);
        }
        let is_edited = |path: &TreePath| {
            let is_code = path.as_str().starts_with("apps/") || path.as_str().starts_with("lib/");
            path.name().contains("compose") || path.name() == "Dockerfile" || is_code
        };
        go_through(seed, &mut system, is_edited, guessed_otherwise);
    }
}
